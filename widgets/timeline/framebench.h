// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/index/snapshot.h"

#include <QSize>

#include <memory>
#include <string>
#include <vector>

namespace thresher::ui {

/// How long frames took at one zoom.
struct ZoomTimes
{
    std::string
        zoom; ///< Share of the trace that is in view, or its length: "fit", "1/3", …, "10us"
    double medianMs = 0;
    double p99Ms = 0;
};

struct FrameBenchOptions
{
    QSize size{1920, 1080};
    /// Its tasks' lanes are drawn instead of the CPUs'. Null: CPUs.
    std::shared_ptr<const Analysis> analysis = {};
    int taskHeight = 18; ///< Of a task's lane.
    int framesEach = 120; ///< At places all over the trace, each time the same ones.
};

/// Draws frames of a timeline with all CPUs in view (or the first of the tasks), each anew as when
/// panning: asking the index, geometry, lanes, names, ruler, and what lies over them, into a
/// picture. Ten zooms: fit, 1/3, 1/10, 1/30, 1/100, 1/300, 1/1000, 1/10000, 1/100000, 10us; those
/// shorter than a timeline can show are left out. Needs a QGuiApplication.
[[nodiscard]] std::vector<ZoomTimes> measureFrames(std::shared_ptr<const IndexSnapshot> snapshot,
                                                   const FrameBenchOptions &options = {});

/// All of so many tasks' lanes in view at once, as on a screen of that height.
[[nodiscard]] FrameBenchOptions taskFrames(std::shared_ptr<const Analysis> analysis, int tasks);

} // namespace thresher::ui
