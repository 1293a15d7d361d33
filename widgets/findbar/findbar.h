// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/textsearch.h"
#include "model/qt/filteredit.h"

#include <QFrame>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace thresher::ui {

/// Searches a ViewState for a text or an expression, beside the filter: says how many events were
/// found, and goes from one to the next. Hidden at first; closing it ends the search.
///
/// What is written is searched for after a moment, or at once with Return; Return and Shift+Return
/// go to the next and the previous event, while the search is still going on too. Escape closes.
class FindBar final : public QFrame
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit FindBar(ViewState &view, QWidget *parent = nullptr);
    ~FindBar() override;

    /// Shows it, with what was searched for last.
    void open();
    void close();
    void setText(const QString &text, SearchKind kind);
    /// Goes to the next (direction > 0) or the previous event; at the end to the other one.
    void step(int direction);

    /// Of the search, 0 to 1; negative: it is done.
    void setProgress(double fraction);
    /// It was cancelled.
    void setStopped();

    [[nodiscard]] QString statusText() const;
    [[nodiscard]] QLineEdit *field() const { return m_field; }

Q_SIGNALS:
    void cancelRequested();
    void left(); ///< The keyboard is wanted elsewhere.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeLayout();
    void follow(ViewState::Changes changes);
    void apply();
    void tryStep();
    void updateStatus();
    [[nodiscard]] SearchKind kind() const;
    [[nodiscard]] QString countText() const;
    [[nodiscard]] QString hiddenText() const;

    ViewState &m_view;
    QComboBox *m_kind;
    QLineEdit *m_field;
    QToolButton *m_ignoresCase;
    QToolButton *m_previous;
    QToolButton *m_next;
    QToolButton *m_cancel;
    QLabel *m_status;
    QTimer m_typing;
    QString m_error;
    double m_progress = -1;
    bool m_isStopped = false;
    int m_wanted = 0; ///< Direction of a step that waits for the search.
    int m_wrapped = 0; ///< Direction of the last step, if it led over an end.
};

} // namespace thresher::ui
