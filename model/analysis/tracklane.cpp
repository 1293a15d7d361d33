// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/tracklane.h"

#include <algorithm>

namespace thresher {

namespace {

const std::vector<bool> &backgroundStates()
{
    static const std::vector<bool> hidden = [] {
        std::vector<bool> is(kTaskStates);
        for (std::size_t state = 0; state < kTaskStates; ++state)
            is[state] = !isActive(static_cast<TaskState>(state));
        return is;
    }();
    return hidden;
}

/// What two segments say of a column where one ends and the next begins.
void merge(TrackColumn &into, const TrackColumn &other)
{
    if (other.covered > into.covered)
        into.value = other.value;
    into.covered = static_cast<std::uint16_t>(
        std::min<std::uint32_t>(65535, std::uint32_t{into.covered} + other.covered));
    into.flags = static_cast<std::uint16_t>(into.flags | other.flags);
}

/// Fills in what the task did where it did nothing that counts: a look-up for each run of columns
/// that is not known yet, since nothing but background lies in it.
void addBackground(const Analysis &analysis, const TrackSummary &track, const PixelGrid &grid,
                   TrackLane &lane)
{
    constexpr auto kSleeping = static_cast<std::uint8_t>(TaskState::Sleeping);
    const TimeRange shown = grid.range.intersected(track.range);
    if (shown.isEmpty())
        return;
    const std::uint32_t first = grid.columnOf(shown.begin);
    const std::uint32_t last = grid.columnOf(shown.end - 1);
    for (std::uint32_t x = first; x <= last;) {
        const TrackColumn &column = lane.columns[x];
        if (column.value != kNoValue || (column.flags & kTrackUnknown) != 0) {
            // Behind what is there for a part of a column it slept; what is whole has nothing
            // behind.
            lane.background[x] = column.value != kNoValue ? kSleeping : TrackLane::kNoBackground;
            ++x;
            continue;
        }
        const TimeNs time = std::max(shown.begin, grid.timeOf(x + 0.5));
        const auto found = sliceAt(analysis, track.key, time);
        if (!found || found->slice.value == kNoValue) {
            ++x;
            continue;
        }
        const std::uint32_t end = std::max(
            x, std::min(last, found->slice.end > shown.begin ? grid.columnOf(found->slice.end - 1)
                                                             : first));
        for (; x <= end && lane.columns[x].value == kNoValue
               && (lane.columns[x].flags & kTrackUnknown) == 0;
             ++x)
            lane.background[x] = static_cast<std::uint8_t>(found->slice.value);
    }
}

} // namespace

void queryTrackLane(const Analysis &analysis, const TrackLaneRequest &request, TrackLane &lane)
{
    const PixelGrid &grid = request.grid;
    lane.labelled.clear();
    lane.columns.assign(grid.columns, {});
    const bool areStates = request.key.what == TrackClass::TaskState;
    lane.background.assign(areStates ? grid.columns : 0, TrackLane::kNoBackground);
    const TrackSummary *const track = analysis.find(request.key);
    if (track == nullptr || grid.columns == 0 || grid.range.isEmpty())
        return;
    static const std::vector<bool> kNothingHidden;
    const std::vector<bool> &hidden = areStates ? backgroundStates() : kNothingHidden;
    thread_local std::vector<TrackColumn> columns;
    columns.resize(grid.columns);
    for (const auto &segment : analysis.segments) {
        const auto part = segment->find(request.key);
        if (!part || part->slices.size == 0)
            continue;
        const TrackView &slices = part->slices;
        const TimeNs begin = slices.begin(0);
        if (slices.end < grid.range.begin || begin >= grid.range.end)
            continue;
        sampleTrack(slices, slices.levels, hidden, grid, columns, lane.labelled,
                    request.minimumLabel);
        if (areStates)
            findValue(slices, static_cast<std::uint32_t>(TaskState::Running), grid, columns);
        const std::uint32_t first = grid.columnOf(std::max(begin, grid.range.begin));
        const std::uint32_t last = grid.columnOf(std::min(slices.end, grid.range.end - 1));
        for (std::uint32_t x = first; x <= last; ++x)
            merge(lane.columns[x], columns[x]);
    }
    if (areStates)
        addBackground(analysis, *track, grid, lane);
}

namespace {

bool isHidden(const ShowFilter &filter, const Analysis &analysis, const TrackKey &key)
{
    if (isCpuOwner(key.owner))
        return !filter.showsCpu(cpuOfOwner(key.owner));
    const bool isNoTask = key.owner == 0
                          || (key.what == TrackClass::Pair && key.group < analysis.pairs.size()
                              && analysis.pairs[key.group].lanesAreKeys);
    return !isNoTask && !filter.showsTask(TaskId{key.owner});
}

/// Names would lie over each other: of those that overlap, the first is kept.
void dropOverlapping(std::vector<Slice> &slices)
{
    std::ranges::stable_sort(slices, {}, &Slice::begin);
    TimeNs end = kTimeMin;
    std::erase_if(slices, [&end](const Slice &slice) {
        if (slice.begin < end)
            return true;
        end = slice.end;
        return false;
    });
}

} // namespace

void queryTrackLanes(const Analysis &analysis, std::span<const TrackSummary> tracks,
                     const ShowFilter *filter, const TrackLaneRequest &request, TrackLane &lane)
{
    const PixelGrid &grid = request.grid;
    lane.labelled.clear();
    lane.background.clear();
    lane.columns.assign(grid.columns, {});
    if (grid.columns == 0 || grid.range.isEmpty())
        return;
    thread_local TrackLane one;
    // What each column's value covers of it.
    thread_local std::vector<std::uint16_t> covered;
    covered.assign(grid.columns, 0);
    std::size_t done = 0;
    for (const TrackSummary &track : tracks) {
        const TimeRange shown = grid.range.intersected(track.range);
        if (shown.isEmpty() || (filter != nullptr && isHidden(*filter, analysis, track.key)))
            continue;
        const std::uint32_t first = grid.columnOf(shown.begin);
        const std::uint32_t last = grid.columnOf(shown.end - 1);
        if (done++ >= kMostTracksOfALane) {
            for (std::uint32_t x = first; x <= last; ++x)
                lane.columns[x].flags = static_cast<std::uint16_t>(lane.columns[x].flags
                                                                   | kTrackUnknown);
            continue;
        }
        TrackLaneRequest each = request;
        each.key = track.key;
        queryTrackLane(analysis, each, one);
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            TrackColumn &into = lane.columns[x];
            const TrackColumn &from = one.columns[x];
            if (from.covered > covered[x]) {
                into.value = from.value;
                covered[x] = from.covered;
            }
            into.covered = static_cast<std::uint16_t>(
                std::min<std::uint32_t>(65535, std::uint32_t{into.covered} + from.covered));
            into.flags = static_cast<std::uint16_t>(into.flags | from.flags);
        }
        lane.labelled.insert(lane.labelled.end(), one.labelled.begin(), one.labelled.end());
    }
    dropOverlapping(lane.labelled);
}

} // namespace thresher
