// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/lanes.h"

#include "model/query/gridbounds.h"
#include "model/query/tracksampler_p.h"

#include <algorithm>

namespace thresher {

namespace {

TrackRule ruleOf(const TrackView &track)
{
    return {&track, track.levels, nullptr};
}

bool hidesTasks(const Selection *selection)
{
    return selection != nullptr
           && (!selection->filter.hiddenTasks.empty() || selection->filter.hideOtherTasks);
}

TrackRule runningRule(const IndexSnapshot &snapshot, const Selection *selection, StreamIndex s,
                      TrackLevels &levels)
{
    TrackRule rule = ruleOf(snapshot.streams[s].running);
    if (!hidesTasks(selection) || s >= selection->running.size())
        return rule;
    // While the index is being built the track may be longer than this pyramid; its end is then
    // summed slice by slice.
    for (std::size_t level = 0; level < levels.size(); ++level)
        levels[level] = selection->running[s].levels[level];
    rule.levels = levels;
    rule.hidden = &selection->hiddenTask;
    return rule;
}

/// Of two tracks of one CPU (two instances recorded it), what covers more is shown.
void merge(std::span<TrackColumn> into, std::span<const TrackColumn> other)
{
    for (std::size_t x = 0; x < into.size(); ++x) {
        const auto flags = static_cast<std::uint16_t>(into[x].flags & other[x].flags);
        if (other[x].covered > into[x].covered)
            into[x] = other[x];
        into[x].flags = into[x].covered > 0 ? std::uint16_t{0} : flags;
    }
}

/// One track of a lane: sampled into `out`, or merged with what another stream has put there.
class LaneTrack
{
public:
    LaneTrack(const GridBounds &bounds, std::vector<TrackColumn> &out)
        : m_bounds(bounds)
        , m_out(out)
    {
        out.clear();
    }
    void add(const TrackRule &rule, std::vector<Slice> *labelled, double minimumLabel)
    {
        if (rule.track->size == 0)
            return;
        if (m_out.empty()) {
            m_out.resize(m_bounds.columns());
            sampleTrack(rule, m_bounds, m_out, labelled, minimumLabel);
            return;
        }
        std::vector<TrackColumn> other(m_bounds.columns());
        sampleTrack(rule, m_bounds, other, nullptr, 0);
        merge(m_out, other);
    }

private:
    const GridBounds &m_bounds;
    std::vector<TrackColumn> &m_out;
};

/// Marks the columns that lost spans touch; at most one span a column is looked at.
void markLost(const StreamView &stream, TimeNs traceEnd, const GridBounds &bounds,
              std::span<std::uint8_t> columns)
{
    const std::span<const LostSpan> lost = stream.lost;
    const TimeRange range = bounds.range();
    if (!lost.empty() && isOpenEnded(lost.back(), stream.size)) {
        const TimeRange open = TimeRange{lost.back().begin, traceEnd}.intersected(range);
        if (!open.isEmpty()) {
            std::fill(columns.begin() + bounds.columnOf(open.begin),
                      columns.begin() + bounds.columnOf(open.end - 1) + 1, std::uint8_t{1});
        }
    }
    const auto endsBefore = [](const LostSpan &span, TimeNs time) { return span.end < time; };
    auto at = std::lower_bound(lost.begin(), lost.end(), range.begin, endsBefore);
    while (at != lost.end() && at->begin < range.end) {
        const std::uint32_t first = bounds.columnOf(std::max(at->begin, range.begin));
        const std::uint32_t last = at->end >= range.end
                                       ? bounds.columns() - 1
                                       : bounds.columnOf(std::max(at->end, range.begin));
        for (std::uint32_t x = first; x <= last; ++x)
            columns[x] = 1;
        const TimeNs next = bounds.first(last + 1);
        ++at;
        if (at != lost.end() && at->end < next)
            at = std::lower_bound(at, lost.end(), next, endsBefore);
    }
}

/// The first time of a stream that is not known to be indexed.
TimeNs knownEnd(const IndexSnapshot &snapshot, const StreamView &stream)
{
    if (snapshot.isComplete)
        return kTimeMax;
    const TimeNs last = stream.size > 0 ? stream.time(stream.size - 1) : kTimeMin;
    return std::max(last, snapshot.frontier);
}

/// An interrupt belongs to the task that it interrupted: it is hidden where nothing but hidden
/// tasks ran. Columns in which something else ran, or nobody knows what, keep theirs.
/// @param shown  the running track as the selection shows it, `all` as it is.
void hideInterrupts(std::span<const TrackColumn> shown, std::span<const TrackColumn> all,
                    bool isIdleHidden, std::span<TrackColumn> interrupts)
{
    constexpr std::uint16_t kWhole = 65535;
    if (shown.size() != all.size() || interrupts.size() != all.size())
        return;
    for (std::size_t x = 0; x < all.size(); ++x) {
        const bool isKnown = (all[x].flags & kTrackUnknown) == 0;
        if (shown[x].covered == 0 && (all[x].covered == kWhole || (isIdleHidden && isKnown)))
            interrupts[x] = {};
    }
}

void clearColumns(std::vector<std::uint8_t> &columns, std::uint32_t count)
{
    columns.assign(count, 0);
}

} // namespace

void queryCpuLane(const IndexSnapshot &snapshot, const Selection *selection,
                  const LaneRequest &request, CpuLane &lane)
{
    const GridBounds &bounds = GridBounds::of(request.grid);
    const std::uint32_t columns = bounds.isEmpty() ? 0 : bounds.columns();
    lane.labelled.clear();
    lane.events.assign(columns, 0);
    clearColumns(lane.lost, columns);
    clearColumns(lane.pending, columns);
    LaneTrack running(bounds, lane.running);
    LaneTrack irq(bounds, lane.irq);
    LaneTrack softirq(bounds, lane.softirq);
    if (columns == 0 || !snapshot.trace)
        return;
    const double minimumLabel = request.minimumLabel * bounds.width();
    const auto infos = snapshot.trace->streams();
    TimeNs known = kTimeMax;
    static thread_local std::vector<TrackColumn> whoRan; // kept, so that a frame allocates nothing
    LaneTrack all(bounds, whoRan);
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        if (infos[s].cpu != request.cpu)
            continue;
        const StreamView &stream = snapshot.streams[s];
        TrackLevels levels;
        running.add(runningRule(snapshot, selection, s, levels), &lane.labelled, minimumLabel);
        if (hidesTasks(selection))
            all.add(ruleOf(stream.running), nullptr, 0);
        if (selection == nullptr || !selection->hidesIrqs)
            irq.add(ruleOf(stream.irq), nullptr, 0);
        if (selection == nullptr || !selection->hidesSoftirqs)
            softirq.add(ruleOf(stream.softirq), nullptr, 0);
        countEvents(stream, selection != nullptr ? &selection->streams[s] : nullptr, request.grid,
                    lane.events);
        markLost(stream, snapshot.range.end, bounds, lane.lost);
        known = std::min(known, knownEnd(snapshot, stream));
    }
    if (hidesTasks(selection)) {
        const bool isIdleHidden = !selection->showsTask(kIdleTask);
        hideInterrupts(lane.running, whoRan, isIdleHidden, lane.irq);
        hideInterrupts(lane.running, whoRan, isIdleHidden, lane.softirq);
    }
    if (known < bounds.range().end) {
        const std::uint32_t first = known < bounds.range().begin ? 0 : bounds.columnOf(known);
        std::fill(lane.pending.begin() + first, lane.pending.end(), std::uint8_t{1});
    }
}

namespace {

template<typename Wanted>
void addMatches(const IndexSnapshot &snapshot, const Selection &matches, const PixelGrid &grid,
                std::vector<std::uint32_t> &counts, const Wanted &isWanted)
{
    counts.assign(grid.columns, 0);
    if (!snapshot.trace)
        return;
    const std::size_t streams = std::min(snapshot.streams.size(), matches.streams.size());
    for (std::size_t s = 0; s < streams; ++s) {
        if (isWanted(snapshot.trace->streams()[s].cpu))
            countEvents(snapshot.streams[s], &matches.streams[s], grid, counts);
    }
}

} // namespace

void queryMatches(const IndexSnapshot &snapshot, const Selection &matches, CpuId cpu,
                  const PixelGrid &grid, std::vector<std::uint32_t> &counts)
{
    addMatches(snapshot, matches, grid, counts, [&](CpuId other) { return other == cpu; });
}

void queryMatches(const IndexSnapshot &snapshot, const Selection &matches, const PixelGrid &grid,
                  std::vector<std::uint32_t> &counts)
{
    addMatches(snapshot, matches, grid, counts, [](CpuId) { return true; });
}

namespace {

/// Spreads the survey's events of a stream over the columns behind `from`.
void estimate(const StreamSurvey &survey, double eventsPerByte, TimeNs from,
              const GridBounds &bounds, Overview &overview)
{
    const TimeRange range = bounds.range();
    for (std::size_t i = 0; i < survey.samples.size(); ++i) {
        const bool isLast = i + 1 == survey.samples.size();
        const TimeNs begin = survey.samples[i].time;
        // Behind the last sample nothing is known but that it is no further than the trace's end.
        const TimeNs end = isLast ? std::max(begin, range.end) : survey.samples[i + 1].time;
        const std::uint64_t bytesEnd = isLast ? survey.fileBytes
                                              : survey.samples[i + 1].bytesBefore;
        const TimeRange part = TimeRange{std::max(begin, from), std::max(end, begin)}.intersected(
            range);
        if (part.isEmpty() || bytesEnd <= survey.samples[i].bytesBefore)
            continue;
        const double events = static_cast<double>(bytesEnd - survey.samples[i].bytesBefore)
                              * eventsPerByte;
        const double perColumn = events * bounds.width()
                                 / static_cast<double>(distance(begin, end));
        const std::uint32_t last = part.end >= range.end ? bounds.columns() - 1
                                                         : bounds.columnOf(part.end);
        for (std::uint32_t x = bounds.columnOf(part.begin); x <= last; ++x) {
            const double share = std::min(
                1.0,
                static_cast<double>(distance(std::max(part.begin, bounds.first(x)),
                                             std::max(std::max(part.begin, bounds.first(x)),
                                                      std::min(part.end, bounds.first(x + 1)))))
                    / bounds.width());
            overview.events[x] += static_cast<float>(perColumn * share);
            overview.isEstimate[x] = 1;
        }
    }
}

/// Of what is indexed; else 1/40, as of a usual trace.
double eventsPerByte(const IndexSnapshot &snapshot, StreamIndex s)
{
    const StreamView &stream = snapshot.streams[s];
    const StreamSurvey &survey = snapshot.survey[s];
    if (stream.size == 0)
        return 1.0 / 40;
    const TimeNs last = stream.time(stream.size - 1);
    const auto after = std::upper_bound(
        survey.samples.begin(), survey.samples.end(), last,
        [](TimeNs time, const StreamSurvey::Sample &sample) { return time < sample.time; });
    const std::uint64_t bytes = after == survey.samples.end() ? survey.fileBytes
                                                              : after->bytesBefore;
    return bytes == 0 ? 1.0 / 40 : static_cast<double>(stream.size) / static_cast<double>(bytes);
}

} // namespace

void queryLost(const IndexSnapshot &snapshot, const PixelGrid &grid,
               std::vector<std::uint8_t> &lost)
{
    const GridBounds &bounds = GridBounds::of(grid);
    clearColumns(lost, bounds.isEmpty() ? 0 : bounds.columns());
    if (lost.empty())
        return;
    for (const StreamView &stream : snapshot.streams)
        markLost(stream, snapshot.range.end, bounds, lost);
}

void queryOverview(const IndexSnapshot &snapshot, const Selection *selection, const PixelGrid &grid,
                   Overview &overview)
{
    const GridBounds &bounds = GridBounds::of(grid);
    const std::uint32_t columns = bounds.isEmpty() ? 0 : bounds.columns();
    overview.events.assign(columns, 0);
    clearColumns(overview.lost, columns);
    clearColumns(overview.isEstimate, columns);
    if (columns == 0 || !snapshot.trace)
        return;
    std::vector<std::uint32_t> counts(columns);
    const auto infos = snapshot.trace->streams();
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        if (selection != nullptr && !selection->filter.showsCpu(infos[s].cpu))
            continue;
        const StreamView &stream = snapshot.streams[s];
        std::fill(counts.begin(), counts.end(), 0U);
        countEvents(stream, selection != nullptr ? &selection->streams[s] : nullptr, grid, counts);
        for (std::uint32_t x = 0; x < columns; ++x)
            overview.events[x] += static_cast<float>(counts[x]);
        markLost(stream, snapshot.range.end, bounds, overview.lost);
        if (!snapshot.isComplete && s < snapshot.survey.size()) {
            const TimeNs from = stream.size > 0 ? stream.time(stream.size - 1) : kTimeMin;
            estimate(snapshot.survey[s], eventsPerByte(snapshot, s), from, bounds, overview);
        }
    }
}

std::optional<double> cpuLoad(const IndexSnapshot &snapshot, const Selection *selection, CpuId cpu,
                              TimeRange range)
{
    std::optional<double> load;
    if (!snapshot.trace)
        return load;
    const auto infos = snapshot.trace->streams();
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        const TrackView &track = snapshot.streams[s].running;
        if (infos[s].cpu != cpu || track.size == 0)
            continue;
        const TimeRange known
            = TimeRange{track.begin(0), track.slice(track.size - 1).end}.intersected(range);
        if (known.isEmpty())
            continue;
        TrackLevels levels;
        const std::uint64_t covered = coveredTime(runningRule(snapshot, selection, s, levels),
                                                  known);
        const double share = static_cast<double>(covered)
                             / static_cast<double>(distance(known.begin, known.end));
        load = std::max(load.value_or(0), std::min(share, 1.0));
    }
    return load;
}

std::optional<double> cpuLoad(const IndexSnapshot &snapshot, CpuId cpu, TimeRange range)
{
    return cpuLoad(snapshot, nullptr, cpu, range);
}

} // namespace thresher
