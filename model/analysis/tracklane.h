// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/query/lanes.h"
#include "model/query/selection.h"

#include <span>
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

/// Several tracks in one lane: of those that overlap, a column tells of the one that covers most of
/// it, and how long any of them was there. Of more than kMostTracksOfALane, the rest counts as not
/// known (kTrackUnknown) for as long as it has slices: something may be there.
/// @param tracks  of any class but TaskState, as Analysis::between() gives them. @param filter
/// tracks of CPUs and tasks that it hides are left out; null: none is.
void queryTrackLanes(const Analysis &analysis, std::span<const TrackSummary> tracks,
                     const ShowFilter *filter, const TrackLaneRequest &request, TrackLane &lane);
inline constexpr std::size_t kMostTracksOfALane = 512;

} // namespace thresher
