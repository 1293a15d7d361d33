// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace thresher::ui {

/// One CPU's buffer while it is being recorded.
struct CpuGauge
{
    QString name; ///< "CPU 3", "CPU 3 of irqs".
    double eventsPerSecond = 0;
    double bytesPerSecond = 0;
    double fill = 0; ///< [0, 1]
    quint64 lost = 0; ///< Events, since the recording began.
    double secondsKept = 0; ///< From the oldest event in the buffer until now; 0: not known.
};

/// A bar for each CPU: how much is recorded compared with the busiest one, how full its buffer is,
/// whether it has lost events. Hovering says the figures; so does the accessible description.
class CpuGauges final : public QWidget
{
    Q_OBJECT

public:
    explicit CpuGauges(QWidget *parent = nullptr);

    void setGauges(std::vector<CpuGauge> gauges);
    [[nodiscard]] const std::vector<CpuGauge> &gauges() const { return m_gauges; }
    /// The figures of one CPU in words.
    [[nodiscard]] static QString describe(const CpuGauge &gauge);
    /// The gauge at a place of the widget; -1: none. With more CPUs than pixels some have none.
    [[nodiscard]] int gaugeAt(int x) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] double cellWidth() const;

    std::vector<CpuGauge> m_gauges;
};

} // namespace thresher::ui
