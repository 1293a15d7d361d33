// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/timelinerenderer.h"

#include <cmath>

namespace thresher::ui {

inline int toDevice(double logical, double dpr)
{
    return static_cast<int>(std::lround(logical * dpr));
}

struct TimelineRenderer::Frame
{
    const TimelineScene &scene;
    TimelineCanvas &canvas;
    const Theme &theme;
    PixelGrid grid;
    std::size_t first = 0; ///< Rows that are in view.
    std::size_t last = 0;
    int lanesTop = 0; ///< Device pixels.
    bool hasInterrupts = false;
    bool hasSlices = false;
    std::vector<std::uint8_t> lost = {}; ///< [columns] on any CPU; empty if no task is in view.
    std::vector<std::uint32_t> gridColumns = {};

    [[nodiscard]] const LaneRow &row(std::size_t number) const
    {
        return scene.layout.rows()[number];
    }
    [[nodiscard]] int width() const { return canvas.size().width(); }
    void fill(QRect rect, QRgb colour) const { canvas.fill(rect, colour); }
    [[nodiscard]] int device(double logical) const { return toDevice(logical, scene.dpr); }
    /// Top and height of a row, device pixels.
    [[nodiscard]] Stripe place(const LaneRow &lane) const
    {
        const int top = device(scene.topOf(lane));
        return {top, device(scene.topOf(lane) + lane.height) - top};
    }
};

} // namespace thresher::ui
