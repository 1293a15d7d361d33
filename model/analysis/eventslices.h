// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/query/rows.h"

#include <optional>
#include <vector>

namespace thresher {

/// What an event has to do with a slice.
enum class SliceRole : std::uint8_t {
    Begin, ///< The slice lasts from this event,
    End, ///< or to it,
    Inside, ///< or its task was within it: a system call, a function, a probe.
};

/// A slice that one event belongs to.
struct EventSlice
{
    SliceRole role = SliceRole::Inside;
    TrackKey key;
    PlacedSlice slice;
    /// The event at the other end of a pair's or probed call's slice, if it is found.
    std::optional<Place> other;
};

/// The slices that begin or end at an event: of pairs; and what its task was within then: its
/// system call, functions and probes, outermost first, of which probed calls may begin or end at
/// it, too. Pairs come first, in the order in which they stand. At most kMostEventSlices. O(tracks
/// of the pairs that the event is of · segments · log slices).
[[nodiscard]] std::vector<EventSlice> slicesOf(const Analysis &analysis, Place place);
inline constexpr std::size_t kMostEventSlices = 64;

} // namespace thresher
