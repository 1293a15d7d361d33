// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/taskgeometry.h"

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

/// Appends columns [begin, end), or makes the last rectangle longer.
void add(std::vector<LaneRect> &rects, std::uint32_t begin, std::uint32_t end, std::uint32_t value,
         std::uint8_t level)
{
    if (!rects.empty()) {
        LaneRect &last = rects.back();
        if (last.end == begin && last.value == value && last.level == level) {
            last.end = end;
            return;
        }
    }
    rects.push_back({begin, end, value, level});
}

/// The end of the run of columns that say the same as column x.
std::uint32_t runEnd(const TrackLane &lane, std::uint32_t x)
{
    const auto isSame = [&](std::uint32_t other) {
        const TrackColumn &a = lane.columns[x];
        const TrackColumn &b = lane.columns[other];
        return a.value == b.value && a.covered == b.covered && a.flags == b.flags
               && (lane.background.empty() || lane.background[x] == lane.background[other]);
    };
    std::uint32_t end = x + 1;
    while (end < lane.columns.size() && isSame(end))
        ++end;
    return end;
}

std::uint8_t levelOf(std::uint16_t covered)
{
    const auto level = (std::uint32_t{covered} * kFullLevel + 65534) / 65535;
    return static_cast<std::uint8_t>(std::max<std::uint32_t>(1, level));
}

void addLabels(const TrackLane &lane, const PixelGrid &grid, TaskLaneList &list)
{
    TimeNs lastEnd = kTimeMin;
    std::uint32_t lastValue = kNoValue;
    for (const Slice &slice : lane.labelled) {
        const double from = std::clamp(grid.position(slice.begin), 0.0, double(grid.columns));
        const double to = std::clamp(grid.position(slice.end), 0.0, double(grid.columns));
        const auto begin = static_cast<std::uint32_t>(std::ceil(from));
        const auto end = static_cast<std::uint32_t>(std::floor(to));
        if (begin < end) {
            list.labels.push_back({begin, end, slice.value, slice.begin, slice.end});
            if (from >= 1 && slice.begin == lastEnd && slice.value == lastValue)
                list.edges.push_back({begin, begin + 1, slice.value, 1});
        }
        lastEnd = slice.end;
        lastValue = slice.value;
    }
}

} // namespace

void TaskLaneList::clear()
{
    for (auto *rects : {&background, &slices, &runs, &unknown, &edges, &lost})
        rects->clear();
    labels.clear();
}

void buildTaskLane(const TrackLane &lane, const PixelGrid &grid, std::span<const std::uint8_t> lost,
                   std::uint32_t leastLost, TaskLaneList &list)
{
    list.clear();
    for (std::uint32_t x = 0, end = 0; x < lane.columns.size(); x = end) {
        end = runEnd(lane, x);
        const TrackColumn &column = lane.columns[x];
        if (!lane.background.empty() && lane.background[x] != TrackLane::kNoBackground)
            add(list.background, x, end, lane.background[x], kFullLevel);
        if (column.value != kNoValue)
            add(list.slices, x, end, column.value, levelOf(column.covered));
        else if ((column.flags & kTrackUnknown) != 0)
            add(list.unknown, x, end, 0, kFullLevel);
        if ((column.flags & kTrackHolds) != 0
            && column.value != static_cast<std::uint32_t>(TaskState::Running))
            add(list.runs, x, end, 0, kFullLevel);
    }
    markColumns(lost, leastLost, list.lost);
    addLabels(lane, grid, list);
}

std::string dump(const TaskLaneList &list)
{
    std::string text;
    const auto columns = [](const auto &of) {
        return ' ' + std::to_string(of.begin) + ".." + std::to_string(of.end);
    };
    const auto rects = [&](const char *name, const std::vector<LaneRect> &all, bool hasValue) {
        for (const LaneRect &rect : all) {
            text += name + columns(rect);
            if (hasValue)
                text += " value " + std::to_string(rect.value) + " level "
                        + std::to_string(rect.level);
            text += '\n';
        }
    };
    rects("background", list.background, true);
    rects("slice", list.slices, true);
    rects("runs", list.runs, false);
    rects("unknown", list.unknown, false);
    rects("edge", list.edges, false);
    rects("lost", list.lost, false);
    for (const TaskLabel &label : list.labels)
        text += "label" + columns(label) + " value " + std::to_string(label.value) + '\n';
    return text;
}

} // namespace thresher::ui
