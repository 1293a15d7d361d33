// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rows.h"
#include "widgets/timeline/hovertext.h"
#include "widgets/timeline/lanesoverlay.h"
#include "widgets/timeline/timelinemarks.h"
#include "widgets/timeline/timelinerenderer.h"

#include <QPoint>

#include <optional>
#include <vector>

class QPainter;

namespace thresher::ui {

/// What lies over a timeline's picture and changes with every move of the pointer; painting it asks
/// for no event and leaves the picture as it is.
struct TimelineOverlay
{
    /// The event that all views have in common.
    struct Current
    {
        TimeNs time = 0;
        CpuId cpu = 0;
    };
    /// The slice under the pointer, which gets a frame.
    struct Hovered
    {
        CpuId cpu = 0;
        Slice slice;
    };
    std::optional<TimeRange> selected;
    std::optional<Current> current;
    std::optional<Hovered> hovered;
    LanesOverlay lanes;
    MarksOverlay marks;
    std::optional<QPoint> pointer; ///< A line, and its time in the ruler.
    /// That the pointer's time and the markers must not cut.
    std::vector<TimelineRenderer::Label> rulerLabels;
    std::optional<HoverText> card;
    QString emptyText; ///< Why there is no lane.
    bool hasFocusFrame = false;
};

void paintOverlay(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay);

} // namespace thresher::ui
