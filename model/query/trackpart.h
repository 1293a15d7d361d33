// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/lanes.h"

/// Tracks that are kept in parts, one after the other.
namespace thresher {

/// Columns [first, end) of a grid.
struct ColumnSpan
{
    std::uint32_t first = 0;
    std::uint32_t end = 0;
};

/// As sampleTrack(), but writes only the columns between the begin of the part's first slice and
/// the end of its last, and tells which they are; empty where it does not touch the range. Also
/// appends to `labelled` the slices that count, touch the range and are at least `minimumLabel`
/// columns long within it.
ColumnSpan samplePart(const TrackView &part, std::span<const std::span<const PyramidNode>> levels,
                      const std::vector<bool> &hidden, const PixelGrid &grid,
                      std::span<TrackColumn> out, std::vector<Slice> &labelled,
                      double minimumLabel);

/// TrackView::lowerBound(time), for who goes through a track in ascending order: slice `i` begins
/// before `time`, or is the first that does not. O(log of how far it is).
[[nodiscard]] std::uint64_t seekForward(const TrackView &track, std::uint64_t i, TimeNs time);

} // namespace thresher
