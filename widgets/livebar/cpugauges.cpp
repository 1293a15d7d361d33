// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/livebar/cpugauges.h"

#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

constexpr int kMostCell = 26; ///< Pixels of one CPU, where there is room.
constexpr int kUsualCells = 16;
constexpr double kFullFrom = 0.8; ///< From here on events may soon be lost.

} // namespace

CpuGauges::CpuGauges(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    setAccessibleName(tr("CPUs"));
}

void CpuGauges::setGauges(std::vector<CpuGauge> gauges)
{
    if (gauges.size() != m_gauges.size())
        updateGeometry();
    m_gauges = std::move(gauges);
    update();
}

QString CpuGauges::describe(const CpuGauge &gauge)
{
    return tr("%1: %2 events/s, %3/s, buffer %4 % full, %5 lost")
        .arg(gauge.name,
             groupedNumber(
                 static_cast<std::uint64_t>(std::llround(std::max(gauge.eventsPerSecond, 0.0)))),
             sizeText(static_cast<std::uint64_t>(std::max(gauge.bytesPerSecond, 0.0))),
             QString::number(std::lround(100 * gauge.fill)),
             gauge.lost == 0 ? tr("none") : groupedNumber(gauge.lost));
}

double CpuGauges::cellWidth() const
{
    return m_gauges.empty()
               ? kMostCell
               : std::min<double>(kMostCell, width() / static_cast<double>(m_gauges.size()));
}

int CpuGauges::gaugeAt(int x) const
{
    const auto i = static_cast<int>(std::floor(x / cellWidth()));
    return i >= 0 && i < static_cast<int>(m_gauges.size()) ? i : -1;
}

QSize CpuGauges::sizeHint() const
{
    const auto cells = std::clamp<int>(static_cast<int>(m_gauges.size()), 1, kUsualCells);
    return {cells * kMostCell, 22};
}

QSize CpuGauges::minimumSizeHint() const
{
    return {40, 18};
}

void CpuGauges::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    double most = 1;
    for (const CpuGauge &gauge : m_gauges)
        most = std::max(most, gauge.eventsPerSecond);
    const double cell = cellWidth();
    const double gap = cell > 6 ? 3 : cell > 3 ? 1 : 0;
    for (std::size_t i = 0; i < m_gauges.size(); ++i) {
        const CpuGauge &gauge = m_gauges[i];
        const QRectF frame(std::floor(static_cast<double>(i) * cell), 0,
                           std::max(1.0, std::floor(cell - gap)), height());
        painter.fillRect(frame, theme.oddLane);
        // How busy: the height. How full: a line from the bottom at the right.
        const double busy = std::clamp(gauge.eventsPerSecond / most, 0.0, 1.0) * frame.height();
        painter.fillRect(QRectF(frame.left(), frame.bottom() - busy, frame.width(), busy),
                         theme.density);
        const double fill = std::clamp(gauge.fill, 0.0, 1.0) * frame.height();
        const double line = std::max(1.0, std::floor(frame.width() / 4));
        painter.fillRect(QRectF(frame.right() - line, frame.bottom() - fill, line, fill),
                         gauge.fill >= kFullFrom ? theme.warning : theme.accent);
        if (gauge.lost > 0)
            painter.fillRect(QRectF(frame.left(), 0, frame.width(), 3), theme.bad);
    }
}

bool CpuGauges::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int at = gaugeAt(help->pos().x());
    if (at >= 0)
        QToolTip::showText(help->globalPos(), describe(m_gauges[static_cast<std::size_t>(at)]),
                           this);
    else
        QToolTip::hideText();
    return true;
}

} // namespace thresher::ui
