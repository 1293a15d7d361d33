// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/lanes.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// From what a lane holds in each pixel column to what is drawn: rectangles by role. Pure and
/// without QtGui, so that pictures can be tested as text; painting it is a loop without a decision.
namespace thresher::ui {

/// What a rectangle says. In the order in which they are drawn, the later over the earlier.
enum class Role : std::uint8_t {
    Pending, ///< Not indexed yet.
    Unknown, ///< It is not known what ran: after lost events, before the first switch.
    Running, ///< value: TaskId
    Edge, ///< The begin of a wide slice that follows another at once. value: its TaskId
    Irq, ///< value: irq number
    Softirq, ///< value: vector
    Events, ///< Ticks below slices.
    Density, ///< The same in a lane without slices: bars.
    Match, ///< Ticks where an event fulfils the filter.
    Found, ///< Ticks where a search has found an event.
    Lost,
};
inline constexpr std::size_t kRoles = 11;

/// Levels of Role::Running, Irq and Softirq: how much of the columns is covered.
inline constexpr std::uint8_t kFullLevel = 15;
/// Levels of Role::Events: 1 from one event on, 2 from four, 3 from sixteen.
inline constexpr std::uint8_t kTickLevels = 3;
/// Level of Role::Density that fills the lane.
inline constexpr std::uint8_t kFullDensity = 255;

/// Columns [begin, end).
struct LaneRect
{
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t value = 0;
    std::uint8_t level = 0; ///< > 0; see above.
    friend bool operator==(const LaneRect &, const LaneRect &) = default;
};

/// Room for a task's name, on its slice.
struct LaneLabel
{
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    TaskId task{};
    TimeNs time = 0; ///< When it began to run, since names change.
    friend bool operator==(const LaneLabel &, const LaneLabel &) = default;
};

struct LaneDrawList
{
    std::array<std::vector<LaneRect>, kRoles> rects; ///< By role; ascending, not overlapping.
    std::vector<LaneLabel> labels; ///< Ascending, not overlapping.

    [[nodiscard]] std::vector<LaneRect> &of(Role role)
    {
        return rects[static_cast<std::size_t>(role)];
    }
    [[nodiscard]] const std::vector<LaneRect> &of(Role role) const
    {
        return rects[static_cast<std::size_t>(role)];
    }
    void clear(); ///< Keeps the memory.
};

struct LaneGeometryOptions
{
    PixelGrid grid;
    /// A lost span is widened to so many columns, or nobody would see it.
    std::uint32_t leastLost = 5;
    std::uint32_t leastMatch = 2; ///< The same of a match, and of what was found.
    /// Events in a column that fill a lane without slices; see densityPeak().
    std::uint32_t densityPeak = 1;
};

/// @param lane  as queryCpuLane() gives it for options.grid.
/// @param list  cleared first; its memory is used again.
/// O(columns).
/// @param matches, found  as queryMatches() gives them for the same grid; empty: none are marked.
void buildLane(const CpuLane &lane, const LaneGeometryOptions &options, LaneDrawList &list,
               std::span<const std::uint32_t> matches = {},
               std::span<const std::uint32_t> found = {});

/// The columns that are not 0, such as those that hold a match or a loss, each widened to `least`.
/// @param rects  cleared first.
void markColumns(std::span<const std::uint32_t> columns, std::uint32_t least,
                 std::vector<LaneRect> &rects);
void markColumns(std::span<const std::uint8_t> columns, std::uint32_t least,
                 std::vector<LaneRect> &rects);

/// The fullest column of a lane, for LaneGeometryOptions::densityPeak of all lanes together.
[[nodiscard]] std::uint32_t densityPeak(const CpuLane &lane);

/// Height of a bar of `events` where `peak` events fill the room: by square root, at least 1.
[[nodiscard]] std::uint8_t densityLevel(double events, double peak);

/// Widens each rectangle to `least` columns about its middle, inside [0, columns); those that then
/// touch become one. For marks that must not be overlooked.
/// @param rects  ascending, not overlapping.
void widen(std::vector<LaneRect> &rects, std::uint32_t least, std::uint32_t columns);

/// One line a rectangle or label, in drawing order: "Running 10..31 value 5 level 15",
/// "label 10..31 task 5". For tests.
[[nodiscard]] std::string dump(const LaneDrawList &list);

} // namespace thresher::ui
