// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/tracklane.h"

#include "model/query/gridbounds.h"
#include "model/query/trackpart.h"

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

/// The parts of a track that a range touches, in the order of time.
void findParts(const Analysis &analysis, const TrackSummary &track, TimeRange range,
               std::vector<TrackView> &parts)
{
    parts.clear();
    if (track.range.end < range.begin || track.range.begin >= range.end)
        return;
    std::size_t place = 0; // tracks stand where they stood in the segment before, mostly
    for (const auto &segment : analysis.segments) {
        const auto entries = segment->entries();
        if (place >= entries.size() || entries[place].key != track.key) {
            const auto at = std::ranges::lower_bound(entries, track.key, {}, &SegmentEntry::key);
            place = static_cast<std::size_t>(at - entries.begin());
            if (at == entries.end() || at->key != track.key)
                continue;
        }
        if (entries[place].end < range.begin || entries[place].size == 0)
            continue;
        const TrackView part = segment->part(entries[place]).slices;
        if (part.size == 0)
            continue;
        if (part.begin(0) >= range.end)
            return;
        parts.push_back(part);
        if (part.end >= range.end)
            return; // what follows begins there
    }
}

/// Tells what slice covers a time; for times that ascend.
class SliceCursor
{
public:
    explicit SliceCursor(std::span<const TrackView> parts)
        : m_parts(parts)
    {}

    [[nodiscard]] std::optional<Slice> at(TimeNs time)
    {
        while (!m_parts.empty() && m_parts.front().end <= time) {
            m_parts = m_parts.subspan(1);
            m_i = 0;
        }
        if (m_parts.empty())
            return std::nullopt;
        const TrackView &track = m_parts.front();
        const std::uint64_t after = time == kTimeMax ? track.size
                                                     : seekForward(track, m_i, time + 1);
        m_i = after > 0 ? after - 1 : 0;
        const Slice slice = track.slice(m_i);
        return slice.begin <= time && slice.end > time ? std::optional(slice) : std::nullopt;
    }

private:
    std::span<const TrackView> m_parts;
    std::uint64_t m_i = 0; ///< In the first of them: what was found last.
};

/// Fills in what the task did where it did nothing that counts: a look-up for each run of columns
/// that is not known yet, since nothing but background lies in it.
void addBackground(std::span<const TrackView> parts, const TrackSummary &track,
                   const PixelGrid &grid, TrackLane &lane)
{
    constexpr auto kSleeping = static_cast<std::uint8_t>(TaskState::Sleeping);
    SliceCursor cursor(parts);
    const TimeRange shown = grid.range.intersected(track.range);
    if (shown.isEmpty())
        return;
    const GridBounds &bounds = GridBounds::of(grid);
    const std::uint32_t last = bounds.columnOf(shown.end - 1);
    for (std::uint32_t x = bounds.columnOf(shown.begin); x <= last;) {
        const TrackColumn &column = lane.columns[x];
        if (column.value != kNoValue || (column.flags & kTrackUnknown) != 0) {
            // Behind what is there for a part of a column it slept; what is whole has nothing
            // behind.
            lane.background[x] = column.value != kNoValue ? kSleeping : TrackLane::kNoBackground;
            ++x;
            continue;
        }
        const TimeNs time = std::max(shown.begin, grid.timeOf(x + 0.5));
        const std::optional<Slice> found = cursor.at(time);
        if (!found || found->value == kNoValue) {
            ++x;
            continue;
        }
        const std::uint32_t end = std::max(x, bounds.columnOf(std::min(found->end, shown.end) - 1));
        for (; x <= end && lane.columns[x].value == kNoValue
               && (lane.columns[x].flags & kTrackUnknown) == 0;
             ++x)
            lane.background[x] = static_cast<std::uint8_t>(found->value);
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
    thread_local std::vector<TrackView> parts;
    findParts(analysis, *track, grid.range, parts);
    thread_local std::vector<TrackColumn> columns;
    columns.resize(grid.columns);
    const bool isOnly = parts.size() == 1; // as zoomed in: nothing to merge
    for (const TrackView &part : parts) {
        std::vector<TrackColumn> &out = isOnly ? lane.columns : columns;
        ColumnSpan touched;
        if (isOnly)
            sampleTrack(part, part.levels, hidden, grid, out, lane.labelled, request.minimumLabel);
        else
            touched = samplePart(part, part.levels, hidden, grid, out, lane.labelled,
                                 request.minimumLabel);
        if (areStates)
            findValue(part, static_cast<std::uint32_t>(TaskState::Running), grid, out);
        for (std::uint32_t x = touched.first; x < touched.end; ++x)
            merge(lane.columns[x], columns[x]);
    }
    if (areStates)
        addBackground(parts, *track, grid, lane);
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
