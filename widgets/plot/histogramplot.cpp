// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/plot/histogramplot.h"

#include "model/qt/numbertext.h"
#include "widgets/plot/plotticks.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr double kAxisFloor = 0.7; ///< A single one is a bar that can be seen.
constexpr double kDurationLabelWidth = 62;
constexpr double kCountLabelHeight = 26;
constexpr int kLabelRows = 3;
constexpr int kLabelRowHeight = 14;
constexpr int kLowPlot = 150; ///< Below, in pixels, an axis has no title and marks have one row.

} // namespace

/// Rectangles of unequal width, which QCPBars has not on a logarithmic axis.
class BinBars final : public QCPAbstractPlottable
{
public:
    BinBars(QCPAxis *keyAxis, QCPAxis *valueAxis)
        : QCPAbstractPlottable(keyAxis, valueAxis)
    {}

    std::vector<HistogramData::Bar> bars;
    int current = -1;
    QColor colour;
    QColor currentColour;

    [[nodiscard]] QRectF rectOf(std::size_t i) const
    {
        const double left = mKeyAxis->coordToPixel(bars[i].low);
        const double right = mKeyAxis->coordToPixel(bars[i].high);
        const double top = mValueAxis->coordToPixel(static_cast<double>(bars[i].count));
        const double bottom = mValueAxis->axisRect()->bottom() + 1;
        // A gap between bars, where there is room for one.
        const double gap = right - left > 4 ? 1 : 0;
        return {left, top, std::max(right - left - gap, 1.0), std::max(bottom - top, 0.0)};
    }
    double selectTest(const QPointF &, bool, QVariant *) const override { return -1; }
    QCPRange getKeyRange(bool &foundRange, QCP::SignDomain) const override
    {
        foundRange = !bars.empty();
        return foundRange ? QCPRange(bars.front().low, bars.back().high) : QCPRange();
    }
    QCPRange getValueRange(bool &foundRange, QCP::SignDomain, const QCPRange &) const override
    {
        foundRange = false;
        return {};
    }

protected:
    void draw(QCPPainter *painter) override
    {
        painter->setAntialiasing(false);
        for (std::size_t i = 0; i < bars.size(); ++i) {
            if (bars[i].count > 0)
                painter->fillRect(rectOf(i),
                                  static_cast<int>(i) == current ? currentColour : colour);
        }
    }
    void drawLegendIcon(QCPPainter *, const QRectF &) const override {}
};

HistogramPlot::HistogramPlot(const QString &name, QWidget *parent)
    : PlotWidget(name, parent)
{
    QCustomPlot *all = plot();
    m_bars = new BinBars(all->xAxis, all->yAxis);
    auto *curve = all->addGraph(all->xAxis, all->yAxis2);
    curve->setLineStyle(QCPGraph::lsLine);
    for (QCPAxis *axis : {all->xAxis, all->yAxis})
        axis->setScaleType(QCPAxis::stLogarithmic);
    all->yAxis2->setVisible(true);
    all->yAxis2->setRange(0, 104);
    all->axisRect()->setAutoMargins(QCP::MarginSides(QCP::msLeft) | QCP::msRight | QCP::msBottom);
    setTicks(all->xAxis, [this](double lower, double upper, double pixels) {
        std::vector<std::pair<double, QString>> ticks;
        for (const double at :
             logTicks(lower, upper, static_cast<int>(pixels / kDurationLabelWidth)))
            ticks.emplace_back(at, formatDurationShort(std::llround(at), m_data.isNanoseconds));
        return ticks;
    });
    setTicks(all->yAxis, [](double lower, double upper, double pixels) {
        std::vector<std::pair<double, QString>> ticks;
        for (const double at :
             logTicks(lower, upper, static_cast<int>(pixels / kCountLabelHeight))) {
            if (at == std::floor(at)) // there is no half of one
                ticks.emplace_back(at, shortCount(at));
        }
        return ticks;
    });
    setTicks(all->yAxis2, [](double lower, double upper, double pixels) {
        std::vector<std::pair<double, QString>> ticks;
        for (const double at :
             linearTicks(lower, upper, std::max(2, static_cast<int>(pixels / kCountLabelHeight))))
            ticks.emplace_back(at, QString::number(at) + u" %"_s);
        return ticks;
    });
    refresh();
}

void HistogramPlot::setData(HistogramData data)
{
    m_data = std::move(data);
    std::erase_if(m_data.bars, [](const HistogramData::Bar &bar) { return bar.count == 0; });
    // A logarithm has no place for 0.
    for (HistogramData::Bar &bar : m_data.bars) {
        bar.low = std::max(bar.low, 0.5);
        bar.high = std::max(bar.high, bar.low * 1.01);
    }
    for (HistogramData::Mark &mark : m_data.marks)
        mark.at = std::max(mark.at, 0.5);
    m_bars->bars = m_data.bars;
    std::uint64_t most = 1;
    double all = 0;
    for (const auto &bar : m_data.bars) {
        most = std::max(most, bar.count);
        all += static_cast<double>(bar.count);
    }
    QVector<double> keys;
    QVector<double> percents;
    double below = 0;
    for (const auto &bar : m_data.bars) {
        keys += bar.low;
        percents += 100 * below / all;
        below += static_cast<double>(bar.count);
        keys += bar.high;
        percents += 100 * below / all;
    }
    QCustomPlot *plotted = plot();
    plotted->graph(0)->setData(keys, percents, true);
    const bool isEmpty = m_data.bars.empty();
    const double low = isEmpty ? 1 : m_data.bars.front().low;
    const double high = isEmpty ? 1e6 : m_data.bars.back().high;
    const double margin = std::pow(high / low, 0.02) * 1.02;
    plotted->xAxis->setRange(low / margin, high * margin);
    plotted->yAxis->setRange(kAxisFloor, std::max(static_cast<double>(most) * 1.3, 8.0));
    makeMarks();
    refresh();
}

void HistogramPlot::makeMarks()
{
    QCustomPlot *all = plot();
    for (const Mark &mark : m_marks) {
        all->removeItem(mark.line);
        all->removeItem(mark.label);
    }
    m_marks.clear();
    for (const HistogramData::Mark &mark : m_data.marks) {
        auto *line = new QCPItemLine(all);
        line->start->setTypeX(QCPItemPosition::ptPlotCoords);
        line->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->end->setTypeX(QCPItemPosition::ptPlotCoords);
        line->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->start->setCoords(mark.at, 1);
        line->end->setCoords(mark.at, 0);
        line->setAntialiased(false);
        auto *label = new QCPItemText(all);
        label->setClipToAxisRect(false);
        label->position->setTypeX(QCPItemPosition::ptAbsolute);
        label->position->setTypeY(QCPItemPosition::ptAbsolute);
        label->setPositionAlignment(Qt::AlignHCenter | Qt::AlignTop);
        label->setText(mark.label + u' '
                       + formatDurationShort(std::llround(mark.at), m_data.isNanoseconds));
        m_marks.push_back({line, label});
    }
}

void HistogramPlot::layOut()
{
    QCustomPlot *all = plot();
    std::vector<double> positions;
    std::vector<double> widths;
    const QFontMetricsF metrics(fonts().small);
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        const double width = metrics.horizontalAdvance(m_marks[i].label->text());
        const double at = all->xAxis->coordToPixel(m_data.marks[i].at);
        widths.push_back(width);
        positions.push_back(
            std::clamp(at, width / 2, std::max(width / 2, all->width() - width / 2 - 2)));
    }
    // In a low pane the bars have what room there is.
    const bool isLow = all->height() < kLowPlot;
    all->xAxis->setLabel(isLow ? QString() : m_data.axisLabel);
    const int mostRows = isLow ? (all->height() >= kLowPlot / 2 ? 1 : 0)
                               : std::min(kLabelRows, all->height() / 50);
    const std::vector<int> rows = placeLabels(positions, widths, mostRows);
    const int used = rows.empty() ? 0 : *std::ranges::max_element(rows) + 1;
    const int top = 4 + used * kLabelRowHeight;
    all->axisRect()->setMargins(QMargins(0, top, 0, 0));
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        m_marks[i].label->setVisible(rows[i] >= 0);
        // The first row is the lowest one, next to the bars.
        m_marks[i].label->position->setCoords(
            positions[i], 2 + (used - 1 - std::max(rows[i], 0)) * kLabelRowHeight);
    }
}

void HistogramPlot::restyle(const Theme &theme)
{
    QCustomPlot *all = plot();
    styleAxis(all->xAxis, theme, true);
    styleAxis(all->yAxis, theme, true);
    styleAxis(all->yAxis2, theme, false);
    m_bars->colour = theme.density;
    m_bars->currentColour = theme.accent;
    QPen pen(theme.softirq);
    pen.setWidthF(1.4);
    all->graph(0)->setPen(pen);
    for (const Mark &mark : m_marks) {
        QPen line(theme.secondary);
        line.setStyle(Qt::DashLine);
        mark.line->setPen(line);
        mark.label->setColor(theme.text);
        mark.label->setFont(fonts().small);
    }
}

int HistogramPlot::countOfItems() const
{
    return static_cast<int>(m_data.bars.size());
}

QPointF HistogramPlot::pointOf(int item) const
{
    const QRectF rect = m_bars->rectOf(static_cast<std::size_t>(item));
    return {rect.center().x(), std::min(rect.center().y(), rect.bottom() - 1)};
}

int HistogramPlot::itemAt(QPointF position) const
{
    const QRect inner = plot()->axisRect()->rect();
    if (!inner.contains(position.toPoint()))
        return -1;
    // Anywhere above a bar will do: those of a single one are low.
    for (std::size_t i = 0; i < m_data.bars.size(); ++i) {
        const QRectF rect = m_bars->rectOf(i);
        if (position.x() >= rect.left() && position.x() < rect.right() + 1)
            return static_cast<int>(i);
    }
    return -1;
}

QString HistogramPlot::textOf(int item) const
{
    const auto &bar = m_data.bars[static_cast<std::size_t>(item)];
    std::uint64_t upTo = 0;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < m_data.bars.size(); ++i) {
        all += m_data.bars[i].count;
        upTo += i <= static_cast<std::size_t>(item) ? m_data.bars[i].count : 0;
    }
    const double share = all == 0 ? 0
                                  : 100.0 * static_cast<double>(upTo) / static_cast<double>(all);
    return tr("%1 of %2 to %3\n%4 % are shorter than %3")
        .arg(groupedNumber(bar.count), formatDuration(std::llround(bar.low), m_data.isNanoseconds),
             formatDuration(std::llround(bar.high), m_data.isNanoseconds),
             QString::number(share, 'f', share > 99 && share < 100 ? 3 : 1));
}

void HistogramPlot::highlight(int item)
{
    m_bars->current = item;
}

std::pair<double, double> HistogramPlot::durationRange() const
{
    const QCPRange range = plot()->xAxis->range();
    return {range.lower, range.upper};
}

std::pair<double, double> HistogramPlot::countRange() const
{
    const QCPRange range = plot()->yAxis->range();
    return {range.lower, range.upper};
}

std::vector<std::pair<double, double>> HistogramPlot::curve() const
{
    std::vector<std::pair<double, double>> points;
    for (const QCPGraphData &point : *plot()->graph(0)->data())
        points.emplace_back(point.key, point.value);
    return points;
}

QStringList HistogramPlot::markLabels() const
{
    QStringList labels;
    for (const Mark &mark : m_marks) {
        if (mark.label->visible())
            labels += mark.label->text();
    }
    return labels;
}

} // namespace thresher::ui
