// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/timelinerenderer.h"

#include <optional>
#include <vector>

class QPainter;

namespace thresher::ui {

/// A slice of a task's or pair's lane, or of what is nested in it.
struct TaskSlice
{
    Lane lane;
    Slice slice;
    CpuId cpu = 0; ///< Where it began.
    friend bool operator==(const TaskSlice &, const TaskSlice &) = default;
};

/// What lies over the lanes and changes with the pointer and the keys.
struct LanesOverlay
{
    std::optional<Lane> current; ///< The lane that keys mean.
    std::optional<TaskSlice> hovered;
    std::optional<TaskSlice> chosen;
    std::vector<TimelineRenderer::Wake> wakes; ///< An arrow each.
    std::optional<int> drop; ///< y of where a dragged lane would go, in the picture.
};

/// The lane or heading that is `lane`, by kind, group and owner; null if it is not there. O(lanes).
[[nodiscard]] const LaneRow *rowOf(const LaneLayout &layout, const Lane &lane);

void paintLanesOverlay(QPainter &painter, const TimelineScene &scene, const LanesOverlay &overlay);

} // namespace thresher::ui
