// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What LaneControl does with slices of pairs, values of counters, and texts.
#include "model/analysis/eventplaces.h"
#include "widgets/timeline/lanecontrol.h"

#include <QMenu>

#include <algorithm>

namespace thresher::ui {

namespace {

/// Of so many tracks of a lane the slices are looked at; as many are drawn.
std::span<const TrackSummary> tracksIn(const Analysis &analysis, const Lane &lane)
{
    const auto [first, last] = tracksOf(lane);
    const auto tracks = analysis.between(first, last);
    return tracks.first(std::min(tracks.size(), kMostTracksOfALane));
}

} // namespace

void LaneControl::forEachTrack(const Lane &lane,
                               const std::function<void(const TrackKey &)> &take) const
{
    const TimelineScene &scene = m_scene();
    if (!scene.analysis || !(lane.isOfTask() || lane.isOfPair()))
        return;
    for (const TrackSummary &track : tracksIn(*scene.analysis, lane))
        take(track.key);
}

std::optional<PlacedSlice> LaneControl::neighbour(const Lane &lane, TimeNs time,
                                                  int direction) const
{
    const TimelineScene &scene = m_scene();
    std::optional<PlacedSlice> best;
    forEachTrack(lane, [&](const TrackKey &key) {
        const auto next = direction > 0 ? nextSlice(*scene.analysis, key, time)
                                        : previousSlice(*scene.analysis, key, time);
        const bool isNearer = next
                              && (!best
                                  || (direction > 0) == (next->slice.begin < best->slice.begin));
        if (isNearer)
            best = next;
    });
    return best;
}

std::optional<Mark> LaneControl::markNear(QPoint position, DurationNs tolerance,
                                          std::uint64_t *more) const
{
    const TimelineScene &scene = m_scene();
    if (!scene.texts || position.x() < kLabelWidth)
        return std::nullopt;
    const TimeNs time = scene.timeAt(position.x() + 0.5);
    const TimeRange near{time - tolerance, time + tolerance + 1};
    constexpr std::size_t kLookedAt = 16;
    const auto found = scene.texts->in(near, kLookedAt);
    if (found.empty())
        return std::nullopt;
    if (more != nullptr)
        *more = scene.texts->count(near) - 1;
    return *std::ranges::min_element(found, {}, [time](const Mark &mark) {
        return mark.time < time ? time - mark.time : mark.time - time;
    });
}

/// The event that a counter's value at a moment comes from.
void LaneControl::chooseValue(const Lane &lane, TimeNs time)
{
    const TimelineScene &scene = m_scene();
    if (!scene.analysis || lane.isSum || lane.number >= scene.analysis->counters.size())
        return;
    const auto sample = sampleBefore(*scene.analysis, {lane.number, lane.key}, time);
    if (sample)
        goToValue(lane, *sample);
}

void LaneControl::goToValue(const Lane &lane, const CounterSample &sample)
{
    const Analysis &analysis = *m_scene().analysis;
    const auto event = resolveCounter(analysis.counters[lane.number].spec, *analysis.index->trace);
    if (!event)
        return;
    const std::optional<CpuId> cpu = lane.of.part == LaneId::Part::Cpu
                                         ? std::optional(static_cast<CpuId>(lane.of.key))
                                         : std::nullopt;
    if (const auto place = eventPlace(*analysis.index, (*event)->id, sample.time, cpu))
        m_state.setCurrentEvent(place);
}

/// In lanes without slices: to the value or text before or after the current event.
void LaneControl::stepPoint(int direction)
{
    const TimelineScene &scene = m_scene();
    const TimeRange range = scene.range;
    TimeNs time = range.begin + range.duration() / 2;
    const auto &snapshot = m_state.snapshot();
    if (const auto place = m_state.currentEvent();
        place && snapshot && place->stream < snapshot->streams.size()
        && place->event < snapshot->streams[place->stream].size)
        time = snapshot->streams[place->stream].time(place->event);
    if (m_current->kind == Lane::Kind::Marks && scene.texts) {
        const TimeRange rest = direction > 0 ? TimeRange{time + 1, kTimeMax}
                                             : TimeRange{kTimeMin, time};
        const std::uint64_t count = scene.texts->count(rest);
        const auto next = scene.texts->in(rest, 1, direction > 0 || count == 0 ? 0 : count - 1);
        if (next.empty())
            return;
        m_state.setCurrentEvent(next.front().place);
        m_state.ensureVisible(next.front().time);
    } else if (m_current->kind == Lane::Kind::Counter && scene.analysis && !m_current->isSum
               && m_current->number < scene.analysis->counters.size()) {
        const CounterKey key{m_current->number, m_current->key};
        const auto next = direction > 0 ? sampleAfter(*scene.analysis, key, time)
                                        : sampleBefore(*scene.analysis, key, time - 1);
        if (!next)
            return;
        goToValue(*m_current, *next);
        m_state.ensureVisible(next->time);
    }
}

void LaneControl::goToEnd(const TaskSlice &slice, bool isEnd)
{
    const TimelineScene &scene = m_scene();
    if (!scene.analysis)
        return;
    const PairPlaces places = pairPlaces(*scene.analysis, slice.lane.number,
                                         {slice.slice, slice.cpu});
    if (const auto place = isEnd ? places.end : places.begin)
        m_state.setCurrentEvent(place);
    m_state.ensureVisible(isEnd ? slice.slice.end : slice.slice.begin);
}

void LaneControl::addPairActions(QMenu *menu, const TaskSlice &slice)
{
    menu->addAction(tr("Go to its begin"), this, [this, slice] { goToEnd(slice, false); });
    menu->addAction(tr("Go to its end"), this, [this, slice] { goToEnd(slice, true); });
    menu->addAction(tr("Select its range"), this, [this, slice] {
        m_state.setSelectedRange(TimeRange{slice.slice.begin, slice.slice.end});
    });
    menu->addAction(tr("Measure “%1” in Latency").arg(QString::fromStdString(slice.lane.of.name)),
                    this, [this, slice] { Q_EMIT measureRequested(slice.lane.number); });
}

} // namespace thresher::ui
