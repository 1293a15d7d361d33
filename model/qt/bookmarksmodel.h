// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

#include <QAbstractTableModel>
#include <QList>

namespace thresher {

/// The bookmarks of a view, a row each, in the order in which they were added; sort them by a proxy
/// and SortRole. Names and notes are edited in place. GUI thread.
class BookmarksModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column : std::uint8_t { NameColumn, TimeColumn, LengthColumn, NoteColumn, ColumnCount };
    enum Role : std::uint16_t {
        IdRole = Qt::UserRole,
        SortRole, ///< Times and lengths as numbers.
    };

    /// @param view  outlives it.
    explicit BookmarksModel(ViewState &view, QObject *parent = nullptr);

    [[nodiscard]] const Bookmark &at(int row) const { return m_rows.at(row); }
    /// -1 if there is none. O(rows).
    [[nodiscard]] int rowOf(quint64 id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    /// Qt::DisplayRole of times and lengths is the number, for a delegate to write.
    [[nodiscard]] QVariant data(const QModelIndex &index,
                                int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    void follow();

    ViewState &m_view;
    QList<Bookmark> m_rows;
};

} // namespace thresher
