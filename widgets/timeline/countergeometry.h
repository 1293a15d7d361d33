// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/counters.h"
#include "widgets/timeline/lanegeometry.h"

#include <span>
#include <string>
#include <vector>

/// From what a counter was in each pixel column to a curve. Pure and without QtGui, as
/// lanegeometry.
namespace thresher::ui {

/// What the foot and the top of a lane stand for; low < high.
struct CounterScale
{
    std::int64_t low = 0;
    std::int64_t high = 1;
    friend bool operator==(const CounterScale &, const CounterScale &) = default;
};
/// For values from `least` to `largest`, over the whole trace, so that it stays as one scrolls:
/// from 0, unless what they differ by would be hard to see then (a quarter of the lane or less).
[[nodiscard]] CounterScale counterScale(std::int64_t least, std::int64_t largest);
/// One scale serves all lanes of a counter, so that they can be compared; but a lane whose curve
/// would be lower than a quarter of its height has a scale of its own.
[[nodiscard]] CounterScale laneScale(std::int64_t least, std::int64_t largest,
                                     const CounterScale &common);

/// The curve in some columns, from the least to the largest value: levels, 0 to kCounterTop.
struct CounterSpan
{
    std::uint32_t begin = 0; ///< Columns [begin, end).
    std::uint32_t end = 0;
    std::uint16_t low = 0;
    std::uint16_t high = 0;
    friend bool operator==(const CounterSpan &, const CounterSpan &) = default;
};
inline constexpr std::uint16_t kCounterTop = 1000;

/// Ascending; they do not overlap. Nothing where no value is known.
struct CounterLaneList
{
    std::vector<CounterSpan> spans;
    std::vector<LaneRect> lost; ///< Events are missing on some CPU.
    void clear(); ///< Keeps the memory.
};

/// @param list  cleared first. @param lost, leastLost  as of buildTaskLane(). O(columns).
void buildCounterLane(std::span<const CounterColumn> columns, const CounterScale &scale,
                      std::span<const std::uint8_t> lost, std::uint32_t leastLost,
                      CounterLaneList &list);

/// One line a span, in drawing order. For tests.
[[nodiscard]] std::string dump(const CounterLaneList &list);

} // namespace thresher::ui
