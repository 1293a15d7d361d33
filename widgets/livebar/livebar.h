// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/livebar/cpugauges.h"

#include <QFrame>
#include <QString>

#include <vector>

class QAction;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace thresher::ui {

/// How a recording is doing.
struct LiveFigures
{
    double seconds = 0; ///< Since it began.
    quint64 events = 0;
    double eventsPerSecond = 0;
    quint64 bytes = 0; ///< On the disk.
    double bytesPerSecond = 0;
    double fill = 0; ///< [0, 1] of the fullest buffer.
    quint64 lost = 0;
    std::vector<CpuGauge> cpus;
};

/// The bar over a trace that is being recorded: what is going on, how fast, what is lost; buttons,
/// and a field for text that goes into the trace. Hidden at first.
class LiveBar final : public QFrame
{
    Q_OBJECT

public:
    explicit LiveBar(QWidget *parent = nullptr);

    /// A button for an action; its text is the button's, the action's own the tool tip.
    void addButton(QAction *action, const QString &text);
    void setState(const QString &text, bool isRecording);
    void setFigures(const LiveFigures &figures);
    void focusMarkField();

    [[nodiscard]] QString stateText() const;
    [[nodiscard]] QString figuresText() const;
    [[nodiscard]] QString lossText() const; ///< Empty: nothing was lost.
    [[nodiscard]] CpuGauges *gauges() const { return m_gauges; }
    [[nodiscard]] QLineEdit *markField() const { return m_mark; }

Q_SIGNALS:
    void markRequested(const QString &text);

private:
    QLabel *m_dot;
    QLabel *m_state;
    QLabel *m_figures;
    QLabel *m_loss;
    CpuGauges *m_gauges;
    QLineEdit *m_mark;
    QHBoxLayout *m_layout;
};

} // namespace thresher::ui
