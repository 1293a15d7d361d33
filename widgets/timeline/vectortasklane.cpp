// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// Lanes of tasks as shapes: patterns become a ground and some strokes.
#include "widgets/timeline/vectorcanvas.h"

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

/// Between the layers of CPUs' lanes: above their background, below their ticks.
enum Layer : int { Ground = 0, Slices = 3, Edges = 4, Runs = 5, Hatches = 10 };
constexpr double kPeriod = 6;

} // namespace

void VectorCanvas::addState(const LaneRect &rect, const StateLook &state, const LanePlace &place,
                            unsigned alpha, double dpr)
{
    const double left = place.left + static_cast<double>(rect.begin);
    const double right = place.left + static_cast<double>(rect.end);
    const double top = std::max(place.clipTop, place.place.top + state.stripe.top);
    const double bottom = std::min<double>(m_size.height(), place.place.top + state.stripe.top
                                                                + state.stripe.height);
    if (bottom <= top)
        return;
    const double hair = std::max(1.0, std::floor(dpr));
    const auto share = [alpha](unsigned of) { return of * alpha / 255; };
    switch (state.pattern) {
    case Pattern::Solid:
        m_shapes.add(Slices, left, right, top, bottom, state.colour, alpha);
        return;
    case Pattern::Hatch:
        m_shapes.addHatch(Hatches, {QPointF(left, top), QPointF(right, bottom)}, state.colour,
                          dpr / 2);
        return;
    case Pattern::Hollow:
        m_shapes.add(Slices, left, right, top, top + hair, state.colour, alpha);
        m_shapes.add(Slices, left, right, bottom - hair, bottom, state.colour, alpha);
        return;
    case Pattern::Dashes:
    case Pattern::Dots:
    case Pattern::Stripes:
    case Pattern::BackStripes:
        break;
    }
    if (state.pattern != Pattern::Dashes)
        m_shapes.add(Slices, left, right, top, bottom, state.colour, share(84));
    const double period = kPeriod * dpr;
    QPainterPath strokes;
    for (double x = std::floor(left / period) * period; x < right; x += period) {
        const double from = std::clamp(x, left, right);
        const double to = std::clamp(x + period / 2, left, right);
        if (to <= from)
            continue;
        if (state.pattern == Pattern::Dots) {
            for (double y = top + hair; y + hair <= bottom; y += 3 * hair)
                strokes.addRect(from, y, std::min(2 * hair, to - from), hair);
        } else if (state.pattern == Pattern::Dashes || to - from < period / 2) {
            strokes.addRect(from, top, to - from, bottom - top);
        } else {
            const double lean = std::min(right - to, period / 2);
            const bool isRising = state.pattern == Pattern::Stripes;
            const QPointF shift(lean, 0);
            strokes.addPolygon(QPolygonF{QPointF(from, top) + (isRising ? shift : QPointF()),
                                         QPointF(to, top) + (isRising ? shift : QPointF()),
                                         QPointF(to, bottom) + (isRising ? QPointF() : shift),
                                         QPointF(from, bottom) + (isRising ? QPointF() : shift)});
            strokes.closeSubpath();
        }
    }
    m_shapes.addShape(Edges, strokes, state.colour, share(235));
}

void VectorCanvas::paintTaskLane(std::size_t worker, const TaskLaneList &list,
                                 const LanePlace &place, const TaskLook &look)
{
    Q_UNUSED(worker)
    const Theme &theme = *look.lane.theme;
    const double dpr = look.lane.dpr;
    const double top = std::max(place.clipTop, place.place.top);
    const double bottom = std::min(m_size.height(), place.place.top + place.place.height);
    const QRgb plain = (look.lane.isOdd ? theme.oddLane : theme.background).rgb();
    addGround(place, look.lane);
    const auto lookOf = [&](std::uint32_t state) {
        return stateLook(static_cast<TaskState>(state), look.stripes, theme, look.running, dpr);
    };
    for (const LaneRect &rect : list.background)
        addState(rect, lookOf(rect.value), place, 255, dpr);
    for (const LaneRect &rect : list.unknown)
        addState(rect, unknownLook(look.stripes, theme), place, 255, dpr);
    for (std::size_t i = 0; i < list.slices.size(); ++i) {
        const LaneRect &rect = list.slices[i];
        const StateLook state = i < look.colours.size()
                                    ? StateLook{Pattern::Solid, look.colours[i], look.stripes.state}
                                    : lookOf(rect.value);
        addState(rect, state, place, levelAlpha(rect.level), dpr);
    }
    const Stripe runs = runsLook(look.stripes, look.running, dpr).stripe;
    for (const LaneRect &rect : list.runs) {
        const double from = place.place.top + runs.top;
        m_shapes.add(Runs, place.left + static_cast<double>(rect.begin),
                     place.left + static_cast<double>(rect.end), std::max(top, from),
                     std::min(bottom, from + runs.height), look.running);
    }
    for (const LaneRect &rect : list.edges)
        addState(rect, {Pattern::Solid, plain, look.stripes.state}, place, kEdgeAlpha, dpr);
    addLost(list.lost, place, look.stripes.lost, look.lane);
}

void VectorCanvas::addGround(const LanePlace &place, const LaneLook &look)
{
    const Theme &theme = *look.theme;
    const double top = std::max(place.clipTop, place.place.top);
    const double bottom = std::min(m_size.height(), place.place.top + place.place.height);
    m_shapes.add(Ground, place.left, place.left + static_cast<double>(place.columns), top, bottom,
                 (look.isOdd ? theme.oddLane : theme.background).rgb());
    for (const std::uint32_t column : look.gridColumns) {
        if (column < place.columns)
            m_shapes.add(Ground + 1, place.left + static_cast<double>(column),
                         static_cast<double>(place.left) + column
                             + std::max(1.0, std::floor(look.dpr)),
                         top, bottom, theme.grid.rgb());
    }
}

void VectorCanvas::addLost(const std::vector<LaneRect> &rects, const LanePlace &place,
                           Stripe stripe, const LaneLook &look)
{
    const double from = std::max<double>(place.clipTop, place.place.top + stripe.top);
    const double to = std::min<double>(m_size.height(),
                                       place.place.top + stripe.top + stripe.height);
    for (const LaneRect &rect : rects)
        m_shapes.addHatch(Hatches,
                          {QPointF(place.left + static_cast<double>(rect.begin), from),
                           QPointF(place.left + static_cast<double>(rect.end), to)},
                          look.theme->bad.rgb(), look.dpr);
}

void VectorCanvas::paintCounterLane(std::size_t worker, const CounterLaneList &list,
                                    const LanePlace &place, const CounterLook &look)
{
    Q_UNUSED(worker)
    addGround(place, look.lane);
    // One outline for the curve and one for what lies below it, however many columns there are.
    QPainterPath curve;
    QPainterPath below;
    for (const CounterSpan &span : list.spans) {
        const CounterRows rows = rowsOf(span, look.stripes, look.lane.dpr);
        const auto add = [&](QPainterPath &path, int from, int to) {
            const double top = std::max(place.clipTop, place.place.top + from);
            const double bottom = std::min(m_size.height(), place.place.top + to);
            if (bottom > top)
                path.addRect(place.left + static_cast<double>(span.begin), top,
                             static_cast<double>(span.end) - span.begin, bottom - top);
        };
        add(curve, rows.top, rows.bottom);
        add(below, rows.bottom, rows.foot);
    }
    m_shapes.addShape(Slices, below, look.colour, kCounterGroundAlpha);
    m_shapes.addShape(Edges, curve, look.colour);
    addLost(list.lost, place, look.stripes.lost, look.lane);
}

} // namespace thresher::ui
