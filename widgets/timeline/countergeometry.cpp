// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/countergeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thresher::ui {

namespace {

std::uint16_t levelOf(std::int64_t value, const CounterScale &scale)
{
    // Doubles, since a difference of two values need not fit.
    const double room = static_cast<double>(scale.high) - static_cast<double>(scale.low);
    const double share = (static_cast<double>(value) - static_cast<double>(scale.low)) / room;
    return static_cast<std::uint16_t>(std::lround(std::clamp(share, 0.0, 1.0) * kCounterTop));
}

} // namespace

CounterScale counterScale(std::int64_t least, std::int64_t largest)
{
    const double room = static_cast<double>(largest) - static_cast<double>(least);
    CounterScale scale{least, largest};
    if (least > 0 && room * 4 > static_cast<double>(largest))
        scale.low = 0;
    else if (largest < 0 && room * 4 > -static_cast<double>(least))
        scale.high = 0;
    if (scale.low == scale.high) // a constant
        (scale.low > 0 ? scale.low : scale.high) = scale.low > 0 ? 0 : scale.low == 0 ? 1 : 0;
    return scale;
}

CounterScale laneScale(std::int64_t least, std::int64_t largest, const CounterScale &common)
{
    const double room = static_cast<double>(common.high) - static_cast<double>(common.low);
    const CounterScale own = counterScale(least, largest);
    const double used = std::max(static_cast<double>(largest), 0.0)
                        - std::min(static_cast<double>(least), 0.0);
    const bool isFromZero = common.low <= 0 && common.high >= 0;
    return isFromZero && used * 4 < room ? own : common;
}

void CounterLaneList::clear()
{
    spans.clear();
    lost.clear();
}

void buildCounterLane(std::span<const CounterColumn> columns, const CounterScale &scale,
                      std::span<const std::uint8_t> lost, std::uint32_t leastLost,
                      CounterLaneList &list)
{
    list.clear();
    for (std::uint32_t x = 0; x < columns.size(); ++x) {
        const CounterColumn &column = columns[x];
        if (!column.isKnown)
            continue;
        const CounterSpan span{x, x + 1, levelOf(column.min, scale), levelOf(column.max, scale)};
        CounterSpan *const last = list.spans.empty() ? nullptr : &list.spans.back();
        if (last != nullptr && last->end == x && last->low == span.low && last->high == span.high)
            ++last->end;
        else
            list.spans.push_back(span);
    }
    markColumns(lost, leastLost, list.lost);
}

std::string dump(const CounterLaneList &list)
{
    std::string text;
    for (const CounterSpan &span : list.spans)
        text += "curve " + std::to_string(span.begin) + ".." + std::to_string(span.end) + " from "
                + std::to_string(span.low) + " to " + std::to_string(span.high) + '\n';
    for (const LaneRect &rect : list.lost)
        text += "lost " + std::to_string(rect.begin) + ".." + std::to_string(rect.end) + '\n';
    return text;
}

} // namespace thresher::ui
