// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/plot/timeplot.h"

#include "model/qt/numbertext.h"
#include "widgets/plot/plotticks.h"
#include "widgets/ruler.h"
#include "widgets/theme.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

enum Graph { Greatest, Other, Current };
constexpr double kLabelHeight = 26;
constexpr double kCountShare = 4; ///< Counts take the lowest quarter.
constexpr double kReach = 12; ///< Pixels from which a point is hit.
constexpr double kDot = 3.2;

} // namespace

TimePlot::TimePlot(const QString &name, QWidget *parent)
    : PlotWidget(name, parent)
{
    QCustomPlot *all = plot();
    all->addGraph(all->xAxis, all->yAxis); // Greatest
    all->addGraph(all->xAxis, all->yAxis2); // Other
    all->addGraph(all->xAxis, all->yAxis); // Current
    all->graph(Current)->setLineStyle(QCPGraph::lsNone);
    all->yAxis2->setVisible(false);
    setTicks(all->xAxis, [this](double lower, double upper, double pixels) {
        std::vector<std::pair<double, QString>> ticks;
        if (m_data.range.isEmpty() || pixels < 1)
            return ticks;
        const TimeNs origin = m_data.range.begin;
        const Ruler ruler = makeRuler({origin + std::llround(lower), origin + std::llround(upper)},
                                      pixels, m_data.style,
                                      QFontMetricsF(fonts().small).horizontalAdvance(u'0'));
        for (const Tick &tick : ruler.ticks) {
            if (tick.isMajor)
                ticks.emplace_back(static_cast<double>(tick.time - origin), tick.label);
        }
        return ticks;
    });
    refresh();
}

double TimePlot::offsetOf(std::size_t column) const
{
    return (static_cast<double>(column) + 0.5) * static_cast<double>(m_data.range.duration())
           / static_cast<double>(std::max<std::size_t>(m_data.columns.size(), 1));
}

TimeRange TimePlot::rangeOf(std::size_t column) const
{
    const auto columns = static_cast<long double>(std::max<std::size_t>(m_data.columns.size(), 1));
    const auto whole = static_cast<long double>(m_data.range.duration());
    const auto at = [&](std::size_t i) {
        return m_data.range.begin
               + static_cast<TimeNs>(whole * static_cast<long double>(i) / columns);
    };
    return {at(column), std::max(at(column + 1), at(column) + 1)};
}

std::size_t TimePlot::columnOf(int item) const
{
    return m_items[static_cast<std::size_t>(item)];
}

void TimePlot::setData(TimePlotData data)
{
    m_data = std::move(data);
    m_items.clear();
    for (std::size_t i = 0; i < m_data.columns.size(); ++i) {
        if (m_data.columns[i].greatest)
            m_items.push_back(i);
    }
    setAxes();
    setGraphs();
    refresh();
}

void TimePlot::setAxes()
{
    QCustomPlot *all = plot();
    const bool isDurations = m_data.kind == TimePlotData::Kind::Durations;
    double least = 1e300;
    double greatest = 0;
    double count = 1;
    for (const auto &column : m_data.columns) {
        if (column.greatest) {
            least = std::min(least, std::max(*column.greatest, 0.5));
            greatest = std::max(greatest, *column.greatest);
        }
        count = std::max(count, column.other);
    }
    all->xAxis->setRange(0, std::max(1.0, static_cast<double>(m_data.range.duration())));
    all->yAxis->setLabel(m_data.axisLabel);
    all->yAxis->setScaleType(isDurations ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (isDurations) {
        if (m_items.empty()) {
            least = 1e3;
            greatest = 1e6;
        }
        all->yAxis->setRange(least / 2, std::max(greatest, least) * 2);
        all->yAxis2->setRange(0, count * kCountShare);
        setTicks(all->yAxis, [this](double lower, double upper, double pixels) {
            std::vector<std::pair<double, QString>> ticks;
            for (const double at : logTicks(lower, upper, static_cast<int>(pixels / kLabelHeight)))
                ticks.emplace_back(
                    at, formatDurationShort(std::llround(at), m_data.style.isNanoseconds));
            return ticks;
        });
        return;
    }
    const double top = std::max(greatest * 1.08, 2.0);
    all->yAxis->setRange(0, top);
    all->yAxis2->setRange(0, top);
    setTicks(all->yAxis, [](double lower, double upper, double pixels) {
        std::vector<std::pair<double, QString>> ticks;
        for (const double at :
             linearTicks(lower, upper, std::max(1, static_cast<int>(pixels / kLabelHeight)), 1))
            ticks.emplace_back(at, shortCount(at));
        return ticks;
    });
}

void TimePlot::setGraphs()
{
    QVector<double> keys;
    QVector<double> greatest;
    QVector<double> otherKeys;
    QVector<double> other;
    const bool isDurations = m_data.kind == TimePlotData::Kind::Durations;
    const double half = m_data.columns.empty() || isDurations ? 0 : offsetOf(0);
    for (std::size_t i = 0; i < m_data.columns.size(); ++i) {
        const auto &column = m_data.columns[i];
        if (isDurations && !column.greatest)
            continue;
        keys += offsetOf(i) - half; // steps begin at their column's left edge
        greatest += std::max(column.greatest.value_or(0), isDurations ? 0.5 : 0.0);
        otherKeys += offsetOf(i);
        other += column.other;
    }
    if (!isDurations && !keys.isEmpty()) { // the last step has an end
        keys += static_cast<double>(m_data.range.duration());
        greatest += greatest.last();
    }
    QCustomPlot *all = plot();
    all->graph(Greatest)->setData(keys, greatest, true);
    all->graph(Other)->setData(otherKeys, other, true);
    all->graph(Greatest)->setLineStyle(isDurations ? QCPGraph::lsNone : QCPGraph::lsStepLeft);
    all->graph(Other)->setLineStyle(isDurations ? QCPGraph::lsImpulse : QCPGraph::lsLine);
    // Points that stand for rare things are never left out.
    all->graph(Greatest)->setAdaptiveSampling(!isDurations);
}

void TimePlot::restyle(const Theme &theme)
{
    QCustomPlot *all = plot();
    styleAxis(all->xAxis, theme, true);
    styleAxis(all->yAxis, theme, true);
    const bool isDurations = m_data.kind == TimePlotData::Kind::Durations;
    QCPGraph *greatest = all->graph(Greatest);
    QCPGraph *other = all->graph(Other);
    QColor faint = theme.density;
    faint.setAlphaF(isDurations ? 0.45F : 0.6F);
    if (isDurations) {
        greatest->setPen(Qt::NoPen);
        greatest->setBrush(Qt::NoBrush);
        greatest->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(theme.accent), theme.accent, kDot));
        other->setPen(QPen(faint));
        other->setAntialiased(false);
    } else {
        greatest->setPen(QPen(theme.density));
        greatest->setBrush(faint);
        greatest->setScatterStyle(QCPScatterStyle::ssNone);
        QPen line(theme.accent);
        line.setWidthF(1.4);
        other->setPen(line);
        other->setAntialiased(true);
    }
    all->graph(Current)->setScatterStyle(QCPScatterStyle(
        QCPScatterStyle::ssCircle, QPen(theme.warning, 2), QBrush(Qt::NoBrush), 3 * kDot));
}

int TimePlot::countOfItems() const
{
    return static_cast<int>(m_items.size());
}

QPointF TimePlot::pointOf(int item) const
{
    const std::size_t column = columnOf(item);
    const double value = std::max(*m_data.columns[column].greatest,
                                  m_data.kind == TimePlotData::Kind::Durations ? 0.5 : 0.0);
    return {plot()->xAxis->coordToPixel(offsetOf(column)), plot()->yAxis->coordToPixel(value)};
}

int TimePlot::itemAt(QPointF position) const
{
    if (m_items.empty() || !plot()->axisRect()->rect().contains(position.toPoint()))
        return -1;
    const double offset = plot()->xAxis->pixelToCoord(position.x());
    const double width = 2 * offsetOf(0);
    const auto column = static_cast<std::size_t>(std::max(0.0, offset / width));
    const auto at = std::ranges::lower_bound(m_items, column) - m_items.begin();
    if (m_data.kind == TimePlotData::Kind::Lengths) {
        const bool isIn = static_cast<std::size_t>(at) < m_items.size()
                          && m_items[static_cast<std::size_t>(at)] == column;
        return isIn ? static_cast<int>(at) : -1;
    }
    // The nearest point; points that are as far to the side are farther.
    int best = -1;
    double nearest = kReach * kReach;
    const auto look = [&](std::ptrdiff_t i) {
        const QPointF away = pointOf(static_cast<int>(i)) - position;
        if (std::abs(away.x()) > kReach)
            return false;
        const double distance = QPointF::dotProduct(away, away);
        if (distance < nearest) {
            nearest = distance;
            best = static_cast<int>(i);
        }
        return true;
    };
    for (std::ptrdiff_t i = at; i < std::ssize(m_items) && look(i); ++i) {}
    for (std::ptrdiff_t i = at - 1; i >= 0 && look(i); --i) {}
    return best;
}

QString TimePlot::textOf(int item) const
{
    const std::size_t at = columnOf(item);
    const auto &column = m_data.columns[at];
    const TimeRange range = rangeOf(at);
    const QString time = formatTimeWithUnit(range.begin, m_data.style,
                                            std::max<DurationNs>(1, range.duration()));
    if (m_data.kind == TimePlotData::Kind::Durations) {
        return tr("%1\n%2 began in this pixel, the longest took %3")
            .arg(time, groupedNumber(static_cast<std::uint64_t>(column.other)),
                 formatDuration(std::llround(*column.greatest), m_data.style.isNanoseconds));
    }
    return tr("%1\nup to %2, on average %3")
        .arg(time, shortCount(*column.greatest), QString::number(column.other, 'f', 2));
}

void TimePlot::highlight(int item)
{
    QCPGraph *current = plot()->graph(Current);
    if (item < 0) {
        current->data()->clear();
        return;
    }
    const std::size_t column = columnOf(item);
    current->setData({offsetOf(column)}, {std::max(*m_data.columns[column].greatest, 0.0)});
}

std::pair<double, double> TimePlot::valueRange() const
{
    const QCPRange range = plot()->yAxis->range();
    return {range.lower, range.upper};
}

} // namespace thresher::ui
