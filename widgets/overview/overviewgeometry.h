// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/lanes.h"
#include "widgets/timeline/lanegeometry.h"

#include <string>
#include <vector>

/// The overview strip as data: bars, marks, and what the pointer would take hold of. Pure.
namespace thresher::ui {

struct OverviewDrawList
{
    std::vector<LaneRect> bars; ///< Columns with events; level: height, of kFullDensity.
    std::vector<LaneRect> estimates; ///< The same where only the survey is known yet.
    std::vector<LaneRect> lost; ///< At least `leastLost` columns wide.
};

/// O(columns).
void buildOverview(const Overview &overview, std::uint32_t leastLost, OverviewDrawList &list);

/// "bar 0..3 level 255" a line; for tests.
[[nodiscard]] std::string dump(const OverviewDrawList &list);

/// What of the rectangle that marks the visible range is at a place.
enum class ViewportPart : std::uint8_t { Outside, Left, Right, Inside };

/// Where the visible range lies in the strip; logical pixels.
struct ViewportSpan
{
    double begin = 0;
    double end = 0;

    /// Widened about its middle to what can be seen and taken hold of.
    [[nodiscard]] ViewportSpan widened(double least) const;
    /// Edges reach `grip` pixels outwards, and inwards as far as leaves room for the inside.
    [[nodiscard]] ViewportPart partAt(double x, double grip) const;
};

} // namespace thresher::ui
