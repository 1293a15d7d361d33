// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewmarks.h"
#include "model/query/snap.h"
#include "widgets/timeline/timelinerenderer.h"

#include <QPoint>
#include <QRectF>

#include <optional>
#include <span>
#include <vector>

class QPainter;

namespace thresher::ui {

/// What a flag in the ruler stands for.
struct MarkName
{
    std::optional<Marker> marker; ///< nullopt: it is a bookmark.
    quint64 bookmark = 0;
    friend bool operator==(const MarkName &, const MarkName &) = default;
};

/// A flag in the ruler, with a line down through the lanes; logical pixels.
struct MarkFlag
{
    MarkName name;
    TimeNs time = 0;
    double x = 0; ///< Of its line.
    QRectF place; ///< Where it is seen and can be grabbed.
};

/// The flags in view, bookmarks first, since markers lie over them. Where several bookmarks share a
/// pixel, the first stands for all. O(log bookmarks + those in view).
[[nodiscard]] std::vector<MarkFlag> markFlags(const TimelineScene &scene, const ViewMarks &marks);

/// The topmost flag at a place; null if there is none.
[[nodiscard]] const MarkFlag *flagAt(std::span<const MarkFlag> flags, QPointF position);

/// A flag that is being dragged.
struct DraggedMark
{
    MarkName name;
    ViewMarks before; ///< As all of it was when it was grabbed.
    std::optional<SnapPoint> snapped; ///< What it has been drawn to.
    bool isMoving = false; ///< A click is no drag, however the hand shakes.
};

/// What is drawn of the marks.
struct MarksOverlay
{
    ViewMarks marks;
    std::optional<MarkName> hovered;
    std::optional<DraggedMark> dragged;
};

/// Where the ruler's labels must give way.
[[nodiscard]] std::vector<QRectF> markPills(const TimelineScene &scene,
                                            const MarksOverlay &overlay);

/// Over the lanes and the ruler.
void paintMarks(QPainter &painter, const TimelineScene &scene, const MarksOverlay &overlay);

} // namespace thresher::ui
