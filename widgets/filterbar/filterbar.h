// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"
#include "model/qt/viewstate.h"

#include <QWidget>

class QLabel;
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
    /// Of the evaluation, 0 to 1; negative: nothing is being evaluated.
    void setProgress(double fraction);

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
    QToolButton *makeSwitch(const QString &text, const QString &tip, bool FilterUse::*member);
    void follow(ViewState::Changes changes);
    void updateSwitches();
    void updateCount();
    void showError(const FilterError &error);
    void hideError();
    void placeError();

    ViewState &m_view;
    FilterField *m_field;
    QLabel *m_count;
    QToolButton *m_clear;
    QLabel *m_error; ///< Below the field, over whatever is there.
    struct Switch
    {
        QToolButton *button = nullptr;
        bool FilterUse::*member = nullptr;
    };
    std::vector<Switch> m_switches;
    double m_progress = -1;
};

} // namespace thresher::ui
