// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/scope.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QStackedLayout;
class QToolButton;

namespace thresher::ui {

/// What views have in common that measure a part of the trace in the background: the choice of that
/// part, when to measure anew, progress, what to say while there is nothing to show. It does not
/// measure itself: request() asks whoever listens. GUI thread.
///
/// Measured is while the view can be seen only, and a moment after the last change.
class MeasureView : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    MeasureView(ViewState &view, QWidget *parent);

    [[nodiscard]] Scope scope() const;
    void setScope(Scope scope);
    [[nodiscard]] QComboBox *scopeBox() const { return m_scope; }

    /// How far indexing and analysis are, from 0 to 1; < 0: not under way.
    void setIndexing(double fraction);
    void setAnalysing(double fraction);
    /// The same of the measurement that was asked for.
    void setMeasuring(double fraction);
    [[nodiscard]] bool isMeasuring() const { return m_measuring >= 0; }
    /// Nothing is under way and nothing waits for its time; of a view that cannot be seen always.
    [[nodiscard]] bool isSettled() const;
    /// The measurement that was asked for was stopped or failed.
    void setStopped(const QString &why);

    /// What is said in place of a result; empty: there is one.
    [[nodiscard]] QString message() const;

Q_SIGNALS:
    void cancelRequested();
    void said(const QString &text); ///< A remark that passes.

protected:
    [[nodiscard]] ViewState &view() const { return m_view; }
    [[nodiscard]] QHBoxLayout *bar() const { return m_bar; } ///< Controls, before the progress.
    void addScope(Scope scope);
    void setContent(QWidget *content);
    /// Has it measured anew soon.
    void measureLater();
    /// Shows the content or a message; to be called when the result changes.
    void updateMessage();

    /// Asks for a measurement of that range. There is an analysis.
    virtual void request(TimeRange range) = 0;
    virtual void cancel() = 0; ///< What was asked for is of no use any more.
    virtual void clear() = 0; ///< Another trace.
    /// Of the result that there is; empty: it is worth showing.
    [[nodiscard]] virtual QString resultMessage() const = 0;
    [[nodiscard]] virtual bool hasResult() const = 0;
    /// Changes of the view beyond its trace, filter and scope, on which to measure.
    [[nodiscard]] virtual bool concerns(ViewState::Changes) const { return false; }

    void showEvent(QShowEvent *event) override;

private:
    void follow(ViewState::Changes changes);
    void measure();
    [[nodiscard]] QString whyNot() const;

    ViewState &m_view;
    QTimer m_timer;
    bool m_isStale = true;
    double m_indexing = -1;
    double m_analysing = -1;
    double m_measuring = -1;
    QString m_stopped;
    std::shared_ptr<const TraceFile> m_trace; ///< Whose result is shown.
    QComboBox *m_scope = nullptr;
    QHBoxLayout *m_bar = nullptr;
    QLabel *m_message = nullptr;
    QProgressBar *m_progress = nullptr;
    QToolButton *m_cancel = nullptr;
    QStackedLayout *m_stack = nullptr;
};

} // namespace thresher::ui
