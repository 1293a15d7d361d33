// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/namedfilters.h"

#include <QDialog>

#include <functional>

class QLabel;
class QMenu;
class QPushButton;
class QTableView;

namespace thresher::ui {

/// Fills a menu with filters that have names and those that were used lately. What the trace does
/// not understand is there, with the reason, but cannot be chosen.
/// @param apply  is given the expression that was chosen.
void fillFilterMenu(QMenu &menu, const NamedFilters &filters,
                    const std::function<void(const QString &)> &apply);

/// The filters that have names, to be applied, renamed, edited (both in place), deleted, and taken
/// elsewhere as text. Deletes itself when closed.
class FilterLibrary final : public QDialog
{
    Q_OBJECT

public:
    /// @param filters  outlives it.
    FilterLibrary(NamedFilters &filters, QWidget *parent);

    [[nodiscard]] QTableView *table() const { return m_table; }

Q_SIGNALS:
    void applied(const QString &expression);

private:
    [[nodiscard]] int row() const; ///< That is chosen; -1: none.
    void applyRow();
    void removeRow();
    void paste();
    void update();

    NamedFilters &m_filters;
    QTableView *m_table;
    QLabel *m_problem;
    QPushButton *m_apply = nullptr;
    QPushButton *m_rename = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_copy = nullptr;
};

} // namespace thresher::ui
