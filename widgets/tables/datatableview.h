// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/datatablemodel.h"
#include "widgets/timeformat.h"

#include <QTreeView>

class QMenu;
class QSortFilterProxyModel;

namespace thresher::ui {

/// A cell as it is written: units always, digits in threes, "+" and "−" of differences; a dash
/// where it is not known.
[[nodiscard]] QString cellText(const QVariant &value, CellUnit unit, bool isDifference,
                               const TimeStyle &style);

/// A table of numbers: sorted by any column, copied with Ctrl+C, saved as CSV. What a row means is
/// its user's business: activated() gives it. GUI thread.
class DataTableView final : public QTreeView
{
    Q_OBJECT

public:
    /// @param view  for how times are written; outlives it. @param name  for a screen reader, and
    /// of the file that is saved.
    DataTableView(ViewState &view, const QString &name, QWidget *parent = nullptr);

    /// Keeps the sorting, and which row is current, as far as the table has the same columns.
    void setTable(DataTable table);
    [[nodiscard]] const DataTableModel &tableModel() const { return *m_model; }
    /// The current one; null if there is none.
    [[nodiscard]] const DataRow *currentRow() const;
    /// Of a row as it stands on screen.
    [[nodiscard]] QModelIndex rowIndex(int shownRow) const;
    [[nodiscard]] const DataRow *rowOf(const QModelIndex &index) const;

    /// As they stand on screen, all of them.
    [[nodiscard]] QString csv() const;
    /// The selected ones, tabs between cells, as they are written.
    [[nodiscard]] QString selectedText() const;
    /// Asks for a file. Failure is told in a dialog.
    void saveCsv();

    /// Says who the table's rows are about, behind the actions that are always there.
    Q_SIGNAL void menuRequested(QMenu *menu, const thresher::DataRow &row);
    Q_SIGNAL void rowActivated(const thresher::DataRow &row);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fitColumns();
    void copy();

    ViewState &m_view;
    DataTableModel *m_model = nullptr;
    QSortFilterProxyModel *m_sorted = nullptr;
};

} // namespace thresher::ui
