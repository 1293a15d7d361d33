// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"
#include "model/qt/namedfilters.h"
#include "model/qt/viewstate.h"

#include <QWidget>

class QLabel;
class QMenu;
class QToolButton;

namespace thresher::ui {

class FilterField;

/// The filter expression of a ViewState: a field, how many events fulfil it, and what it is used
/// for. Compiles an expression before it is taken; the field shows what is wrong with one that is
/// not.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit FilterBar(ViewState &view, QWidget *parent = nullptr);
    ~FilterBar() override;

    /// Takes `text` as if it had been entered.
    void apply(const QString &text);
    void focusField();
    /// What its menu of filters offers, and what it adds to; null at first.
    /// @param filters  outlives the bar.
    void setFilters(NamedFilters *filters);
    void openFiltersMenu();
    void openLibrary();
    /// Asks for a name for what is written in the field.
    void askForName();
    /// Of the evaluation, 0 to 1; negative: nothing is being evaluated.
    void setProgress(double fraction);

    [[nodiscard]] QToolButton *filtersButton() const { return m_filtersButton; }
    [[nodiscard]] FilterField *field() const { return m_field; }
    /// What is wrong with the expression in the field; empty: nothing.
    [[nodiscard]] QString errorText() const;
    [[nodiscard]] QString countText() const;

Q_SIGNALS:
    void left(); ///< The keyboard is wanted elsewhere.

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void makeSwitch(const QString &text, const QString &tip, bool FilterUse::*member);
    /// The switches take the field's room where there is little: then they are in a menu.
    void arrangeSwitches();
    void follow(ViewState::Changes changes);
    void updateSwitches();
    void updateCount();
    void showError(const FilterError &error);
    void hideError();
    void placeError();
    void fillFiltersMenu();
    /// Shows what is wrong with the text, if anything is.
    [[nodiscard]] bool check(const QString &text);

    ViewState &m_view;
    FilterField *m_field;
    QLabel *m_count;
    QToolButton *m_clear;
    QLabel *m_error; ///< Below the field, over whatever is there.
    struct Switch
    {
        QToolButton *button = nullptr;
        QAction *action = nullptr; ///< In the menu of m_useButton.
        bool FilterUse::*member = nullptr;
    };
    std::vector<Switch> m_switches;
    QToolButton *m_useButton;
    double m_progress = -1;
    NamedFilters *m_filters = nullptr;
    QToolButton *m_filtersButton;
    QMenu *m_filtersMenu;
};

} // namespace thresher::ui
