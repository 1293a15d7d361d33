// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/speclist.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace thresher::ui {

class FilterField;
class SpecForm;

/// Which pairs and counters are looked for: switched on and off in a table; the user's own are
/// written below it, in a form or as text, which follow each other, with completion, and what is
/// wrong is told while one types. Every change holds at once. Deletes itself when closed.
class SpecsDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param specs  outlives it.
    SpecsDialog(SpecList &specs, QWidget *parent);

    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] QComboBox *kindBox() const { return m_kind; }
    [[nodiscard]] SpecForm *form() const { return m_form; }
    [[nodiscard]] FilterField *field() const { return m_field; }
    [[nodiscard]] QPushButton *saveButton() const { return m_save; }
    [[nodiscard]] QPushButton *newButton() const { return m_new; }
    [[nodiscard]] QPushButton *removeButton() const { return m_remove; }
    [[nodiscard]] QPushButton *pasteButton() const { return m_paste; }
    /// What is said of the text: what is wrong, else how many events it is of.
    [[nodiscard]] QString said() const;

private:
    void makeTable();
    void makeEditor();
    [[nodiscard]] QWidget *makeButtons();
    [[nodiscard]] int row() const; ///< That is chosen; -1: none.
    [[nodiscard]] SpecKind kind() const;
    void showRow();
    void startNew();
    void save();
    void paste();
    void check();
    void update();

    SpecList &m_specs;
    QTableView *m_table;
    QComboBox *m_kind = nullptr;
    SpecForm *m_form = nullptr;
    FilterField *m_field = nullptr;
    QLabel *m_said = nullptr;
    QPushButton *m_new = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_paste = nullptr;
    int m_edited = -1; ///< The user's row that the field changes; -1: it makes a new one.
};

} // namespace thresher::ui
