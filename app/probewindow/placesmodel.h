// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/placelist.h"

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace thresher::ui {

/// The places of a list whose names fit what is typed; what cannot be probed is disabled, with the
/// reason. Hundreds of thousands of names: rows are given out as one scrolls. GUI thread.
class PlacesModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { NoteRole = Qt::UserRole, WhyNotRole, OpensRole };

    explicit PlacesModel(QObject *parent = nullptr);

    void setList(PlaceList list); ///< The text stays.
    /// As NameTable::find() has it; O(names), a few ms for 200,000.
    void setText(const QString &text);
    [[nodiscard]] std::size_t nameCount() const;
    [[nodiscard]] std::size_t foundCount() const { return m_found.size(); }
    [[nodiscard]] PlaceEntry entryOf(int row) const;
    /// The first row of those given out that can be chosen; -1: none.
    [[nodiscard]] int firstChoosable() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

private:
    void find();

    PlaceList m_list;
    std::string m_text;
    std::vector<capture::NameTable::Row> m_found;
    int m_given = 0; ///< Rows of m_found that views know.
};

} // namespace thresher::ui
