// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/framebench.h"

#include "model/qt/viewstate.h"
#include "widgets/theme.h"
#include "widgets/timeline/timelineoverlay.h"
#include "widgets/timeline/timelinerenderer.h"

#include <QPainter>

#include <algorithm>
#include <chrono>
#include <random>

namespace thresher::ui {

namespace {

struct Zoom
{
    const char *name;
    DurationNs length;
};

std::vector<Zoom> zoomsOf(DurationNs whole)
{
    const std::vector<Zoom> zooms{
        {"fit", whole},           {"1/3", whole / 3},          {"1/10", whole / 10},
        {"1/30", whole / 30},     {"1/100", whole / 100},      {"1/300", whole / 300},
        {"1/1000", whole / 1000}, {"1/10000", whole / 10'000}, {"1/100000", whole / 100'000},
        {"10us", 10'000}};
    std::vector<Zoom> usable;
    for (const Zoom &zoom : zooms) {
        if (zoom.length >= ViewState::kMinimumVisible && zoom.length <= whole)
            usable.push_back(zoom);
    }
    return usable;
}

/// A place of that length anywhere in the trace.
TimeRange placeOf(TimeRange trace, DurationNs length, std::mt19937_64 &random)
{
    const auto room = static_cast<std::uint64_t>(trace.duration() - length);
    // As if panned by a fraction of a pixel: a frame that nothing can have been kept for.
    const auto by = static_cast<DurationNs>(random() % (room + 1));
    return {trace.begin + by, trace.begin + by + length};
}

} // namespace

std::vector<ZoomTimes> measureFrames(std::shared_ptr<const IndexSnapshot> snapshot,
                                     const FrameBenchOptions &options)
{
    std::vector<ZoomTimes> measured;
    const std::vector<CpuId> cpus = snapshot->cpus();
    const TimeRange trace = snapshot->range;
    TimelineScene scene;
    scene.snapshot = std::move(snapshot);
    scene.size = options.size;
    scene.theme = &Theme::light();
    scene.cpuCount = cpus.size();
    const int room = options.size.height() - kRulerHeight;
    scene.layout = LaneLayout(cpus, fittingLaneHeight(cpus.size(), room));

    if (options.analysis) {
        LaneSet tasks;
        tasks.showsCpus = tasks.showsPairs = tasks.showsCounters = false;
        scene.analysis = options.analysis;
        scene.layout = LaneLayout(makeLanes(tasks, *scene.snapshot, scene.analysis.get(), {}),
                                  kLaneHeight, options.taskHeight);
    }

    TimelineRenderer renderer;
    QImage image;
    std::mt19937_64 random(1);
    for (const Zoom &zoom : zoomsOf(trace.duration())) {
        std::vector<double> times;
        constexpr int kWarm = 3;
        for (int i = 0; i < kWarm + options.framesEach; ++i) {
            scene.range = placeOf(trace, zoom.length, random);
            TimelineOverlay overlay;
            overlay.pointer = QPoint(options.size.width() / 2, options.size.height() / 2);
            overlay.selected = TimeRange{scene.range.begin + zoom.length / 4,
                                         scene.range.begin + zoom.length / 2};
            const auto begin = std::chrono::steady_clock::now();
            renderer.render(scene, image);
            QPainter painter(&image);
            paintOverlay(painter, scene, overlay);
            painter.end();
            const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now()
                                                                   - begin;
            if (i >= kWarm)
                times.push_back(took.count());
        }
        if (times.empty())
            continue;
        std::sort(times.begin(), times.end());
        const std::size_t last = times.size() - 1;
        measured.push_back({zoom.name, times[last / 2], times[last - last / 100]});
    }
    return measured;
}

FrameBenchOptions taskFrames(std::shared_ptr<const Analysis> analysis, int tasks)
{
    constexpr int kSmallLane = 9;
    FrameBenchOptions options;
    options.analysis = std::move(analysis);
    options.taskHeight = kSmallLane;
    options.size.setHeight(kRulerHeight + kLaneHeight + tasks * kSmallLane);
    return options;
}

} // namespace thresher::ui
