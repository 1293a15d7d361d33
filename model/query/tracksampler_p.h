// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/gridbounds.h"

#include <array>
#include <span>
#include <vector>

namespace thresher {

using TrackLevels = std::array<std::span<const PyramidNode>, kPyramidLevels>;

/// What of a track counts.
struct TrackRule
{
    const TrackView *track = nullptr;
    /// The pyramid to go by: the track's own, or one in which hidden values do not count.
    std::span<const std::span<const PyramidNode>> levels;
    const std::vector<bool> *hidden = nullptr; ///< By value; null: none.

    [[nodiscard]] bool counts(std::uint32_t value) const
    {
        return track->counts(value)
               && !(hidden != nullptr && value < hidden->size() && (*hidden)[value]);
    }
};

/// sampleTrack(), which also collects the slices that are wide enough for a name.
/// @param labelled  null: not asked for. @param minimumLabel  ns.
void sampleTrack(const TrackRule &rule, const GridBounds &bounds, std::span<TrackColumn> out,
                 std::vector<Slice> *labelled, double minimumLabel);

/// ns of the slices that count within `range`, and of those that are not known (only of slices that
/// reach over its ends). O(log slices).
[[nodiscard]] std::uint64_t coveredTime(const TrackRule &rule, TimeRange range);

} // namespace thresher
