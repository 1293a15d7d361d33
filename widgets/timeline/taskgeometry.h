// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/tracklane.h"
#include "widgets/timeline/lanegeometry.h"

#include <span>
#include <string>
#include <vector>

/// From what a track of an analysis holds in each pixel column to what is drawn. Pure and without
/// QtGui, as lanegeometry.
namespace thresher::ui {

/// Room for a text on a slice.
struct TaskLabel
{
    std::uint32_t begin = 0; ///< Columns [begin, end).
    std::uint32_t end = 0;
    std::uint32_t value = 0; ///< The slice's: a TaskState, …
    TimeNs time = 0; ///< When it began,
    TimeNs until = 0; ///< and ended.
    friend bool operator==(const TaskLabel &, const TaskLabel &) = default;
};

/// Rectangles ascend and do not overlap, within each list.
struct TaskLaneList
{
    /// value: TaskState of what a task is behind all else (Sleeping, …); level is full.
    std::vector<LaneRect> background;
    /// value: TaskState of what it did for `level` of kFullLevel; of other tracks, theirs.
    std::vector<LaneRect> slices;
    /// Of tasks: it ran for a part of these columns, in which another state lasted longer.
    std::vector<LaneRect> runs;
    std::vector<LaneRect> unknown;
    std::vector<LaneRect>
        edges; ///< The begin of a wide slice that follows another like it at once.
    std::vector<LaneRect> lost; ///< Events are missing on some CPU.
    std::vector<TaskLabel> labels;

    void clear(); ///< Keeps the memory.
};

/// @param lane  as queryTrackLane() gives it for `grid`. @param list  cleared first. O(columns).
/// @param lost  [columns] or empty; 1: events are missing there.
/// @param leastLost  a lost span is widened to so many columns.
void buildTaskLane(const TrackLane &lane, const PixelGrid &grid, std::span<const std::uint8_t> lost,
                   std::uint32_t leastLost, TaskLaneList &list);

/// One line a rectangle or label, in drawing order. For tests.
[[nodiscard]] std::string dump(const TaskLaneList &list);

} // namespace thresher::ui
