// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QTimer;
class QToolButton;

namespace thresher::ui {

/// The line at the window's bottom: the markers, the selected range, how much is visible, how many
/// events are shown, the clock, the machine; on the right lost events and how far the index is. GUI
/// thread.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit StatusStrip(ViewState &view, QWidget *parent = nullptr);

    /// Shows a bar and "cancel"; fraction from 0 to 1. < 0: nothing is going on.
    void setProgress(double fraction, const QString &what);
    /// For some seconds, in place of the facts: "1,204 rows copied".
    void say(const QString &message);

    [[nodiscard]] QString countsText() const;
    [[nodiscard]] QString lossText() const; ///< Empty: nothing was lost.

Q_SIGNALS:
    void cancelRequested();
    void lossesClicked();
    void markerClicked(thresher::Marker which);

protected:
    bool event(QEvent *event) override;

private:
    void update(ViewState::Changes changes);
    void updateMarkers();
    void updateSelection();
    void updateFacts();
    void updateLosses();
    [[nodiscard]] QString machineText() const;
    void setText(QLabel *label, const QString &text);

    ViewState &m_view;
    QLabel *m_markers = nullptr;
    QLabel *m_selection = nullptr;
    QLabel *m_visible = nullptr;
    QLabel *m_counts = nullptr;
    QLabel *m_clock = nullptr;
    QLabel *m_machine = nullptr;
    QLabel *m_message = nullptr;
    QToolButton *m_losses = nullptr;
    QLabel *m_progressText = nullptr;
    QProgressBar *m_progress = nullptr;
    QToolButton *m_cancel = nullptr;
    QTimer *m_messageTimer = nullptr;
};

} // namespace thresher::ui
