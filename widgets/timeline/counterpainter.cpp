// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/counterpainter.h"

#include "widgets/oklch.h"

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

void fill(const LaneTarget &target, const CounterSpan &span, int top, int bottom, QRgb colour,
          unsigned alpha)
{
    const std::uint32_t end = std::min(span.end, target.columns);
    for (int y = std::max(top, target.clipTop); y < std::min(bottom, target.clipBottom); ++y) {
        QRgb *const row = target.pixels + y * target.stride;
        for (std::uint32_t x = span.begin; x < end; ++x)
            row[x] = mixed(row[x], colour, alpha);
    }
}

} // namespace

CounterRows rowsOf(const CounterSpan &span, const TaskStripes &stripes, double dpr)
{
    const int hair = std::max(1, static_cast<int>(std::lround(1.5 * dpr)));
    const int foot = stripes.state.top + stripes.state.height;
    const int room = std::max(0, stripes.state.height - hair);
    const auto yOf = [&](std::uint16_t level) {
        return foot - hair - static_cast<int>(std::lround(double(room) * level / kCounterTop));
    };
    return {yOf(span.high), yOf(span.low) + hair, foot};
}

void paintCounterLane(const CounterLaneList &list, const LaneTarget &target,
                      const CounterLook &look)
{
    const Theme &theme = *look.lane.theme;
    const QRgb plain = (look.lane.isOdd ? theme.oddLane : theme.background).rgb();
    for (int y = std::max(0, target.clipTop); y < target.clipBottom; ++y) {
        QRgb *const row = target.pixels + y * target.stride;
        std::fill_n(row, target.columns, plain);
        for (const std::uint32_t column : look.lane.gridColumns) {
            if (column < target.columns)
                row[column] = theme.grid.rgb();
        }
    }
    for (const CounterSpan &span : list.spans) {
        const CounterRows rows = rowsOf(span, look.stripes, look.lane.dpr);
        fill(target, span, rows.bottom, rows.foot, look.colour, kCounterGroundAlpha);
        fill(target, span, rows.top, rows.bottom, look.colour, 255);
    }
    const Stripe lost = look.stripes.lost;
    for (const LaneRect &rect : list.lost)
        paintHatch(target, rect.begin, rect.end, lost.top, lost.top + lost.height, theme.bad.rgb(),
                   look.lane.dpr);
}

} // namespace thresher::ui
