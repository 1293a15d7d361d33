// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

/// Where lanes lie. Pure; logical pixels, unless it says device pixels.
namespace thresher::ui {

inline constexpr int kLabelWidth
    = 150; ///< The column of names, left of all lanes and the overview.
inline constexpr int kRulerHeight = 28;
inline constexpr int kGroupHeight = 22; ///< The line above a group of lanes.
inline constexpr int kLaneHeight = 24;
inline constexpr int kLeastLaneHeight = 9;
inline constexpr int kLargestLaneHeight = 60;

struct LaneRow
{
    CpuId cpu = 0;
    int top = 0; ///< From the content's top.
    int height = 0;
    std::size_t number = 0; ///< 0 for the topmost.

    friend bool operator==(const LaneRow &, const LaneRow &) = default;
};

/// A group line and a lane for each CPU, one below the other. The content may be higher than the
/// view, which then scrolls.
class LaneLayout
{
public:
    LaneLayout() = default;
    /// @param cpus  in the order in which they are shown.
    LaneLayout(std::span<const CpuId> cpus, int laneHeight);

    [[nodiscard]] std::span<const LaneRow> rows() const { return m_rows; }
    [[nodiscard]] int laneHeight() const { return m_laneHeight; }
    [[nodiscard]] int contentHeight() const;
    /// The rows that touch [top, top + height) of the content, as [first, last). O(1).
    [[nodiscard]] std::pair<std::size_t, std::size_t> rowsWithin(int top, int height) const;
    /// The row at a content's y; null above, between groups and below. O(1).
    [[nodiscard]] const LaneRow *rowAt(int y) const;
    /// O(lanes).
    [[nodiscard]] const LaneRow *rowOf(CpuId cpu) const;

    friend bool operator==(const LaneLayout &, const LaneLayout &) = default;

private:
    std::vector<LaneRow> m_rows;
    int m_laneHeight = kLaneHeight;
};

/// The height at which `lanes` lanes with their group line fill `viewHeight`: between
/// kLeastLaneHeight and `largest`.
[[nodiscard]] int fittingLaneHeight(std::size_t lanes, int viewHeight, int largest = kLaneHeight);

/// A stripe of a lane, from the lane's top; device pixels.
struct Stripe
{
    int top = 0;
    int height = 0;
    friend bool operator==(const Stripe &, const Stripe &) = default;
};

/// How a lane is divided: interrupts in two thin stripes at the top, then the task that runs, at
/// the bottom ticks where events are. They never overlap, so that none hides another.
struct LaneStripes
{
    Stripe irq;
    Stripe softirq;
    Stripe running;
    Stripe ticks;
    Stripe density; ///< Of events, in a lane that has no slices: instead of all of the above.
    Stripe whole; ///< All but the gap between lanes.
};

/// @param height  of the lane in device pixels, > 0.
/// @param hasInterrupts  else the stripes of irq and softirq are empty, and what runs gets their
/// room.
[[nodiscard]] LaneStripes laneStripes(int height, bool hasInterrupts);

} // namespace thresher::ui
