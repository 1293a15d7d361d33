// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/query/lanes.h"

#include <vector>

/// What a timeline draws of an analysis' tracks, at the resolution it draws it. Costs O(segments ·
/// columns) a track, whatever the number of slices; takes no lock; thread-safe.
namespace thresher {

/// One track in the columns of a grid.
struct TrackLane
{
    /// Values are the track's: TaskState, … Of states only active ones (isActive()) count, so that
    /// a task that ran for a moment is seen however long it slept; kTrackUnknown: not known. A
    /// column tells of one state only, the one that lasted longest, but kTrackHolds says whether
    /// the task ran in it at all.
    std::vector<TrackColumn> columns;
    /// Of TrackClass::TaskState: what is behind that, by TaskState; kNoBackground where the task
    /// was not there or nothing is known. Empty for other tracks.
    std::vector<std::uint8_t> background;
    /// Slices that count and are at least TrackLaneRequest::minimumLabel columns long in the range,
    /// ascending; for names.
    std::vector<Slice> labelled;

    static constexpr std::uint8_t kNoBackground = 0xff;
};

struct TrackLaneRequest
{
    TrackKey key;
    PixelGrid grid;
    double minimumLabel = 24; ///< Columns.
};

/// @param lane  its vectors are reused, so that a frame allocates nothing. Empty columns if there
/// is no such track.
void queryTrackLane(const Analysis &analysis, const TrackLaneRequest &request, TrackLane &lane);

} // namespace thresher
