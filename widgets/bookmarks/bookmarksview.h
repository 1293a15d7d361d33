// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/bookmarksmodel.h"

#include <QWidget>

class QLabel;
class QSortFilterProxyModel;
class QTreeView;

namespace thresher::ui {

/// The bookmarks of a view as a list, in any order. Enter or a double click goes there, F2 edits
/// the name (or the note, if that is the current cell), Delete deletes. GUI thread.
class BookmarksView final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit BookmarksView(ViewState &view, QWidget *parent = nullptr);

    [[nodiscard]] QTreeView *list() const { return m_list; }
    [[nodiscard]] const BookmarksModel &model() const { return *m_model; }
    /// "Bookmarks", or "Bookmarks · 3".
    [[nodiscard]] QString title() const;

    /// Makes it the current row, in sight.
    void select(quint64 id);
    /// The same, with an editor of its name open. 0: of the current row.
    void edit(quint64 id);
    /// Shows where it is: its range, or the moment in the middle.
    static void goTo(ViewState &view, const Bookmark &bookmark);

Q_SIGNALS:
    void titleChanged(const QString &title);
    void visited(quint64 id); ///< The user went there.

private:
    void update();
    void makeActions();
    void removeSelected();
    [[nodiscard]] const Bookmark *bookmarkAt(const QModelIndex &index) const;

    ViewState &m_view;
    BookmarksModel *m_model = nullptr;
    QSortFilterProxyModel *m_proxy = nullptr;
    QTreeView *m_list = nullptr;
    QLabel *m_empty = nullptr;
};

} // namespace thresher::ui
