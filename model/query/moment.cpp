// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/gridbounds.h"
#include "model/query/lanes.h"

#include <algorithm>

namespace thresher {

namespace {

TimeNs saturatingAdd(TimeNs time, DurationNs by)
{
    TimeNs sum = 0;
    if (__builtin_add_overflow(time, by, &sum))
        return by > 0 ? kTimeMax : kTimeMin;
    return sum;
}

std::optional<Slice> sliceAt(const TrackView &track, TimeNs time)
{
    const std::uint64_t i = track.firstEndingAfter(time);
    if (i >= track.size)
        return std::nullopt;
    const Slice slice = track.slice(i);
    return slice.begin <= time ? std::optional(slice) : std::nullopt;
}

const StreamSelection *selected(const Selection *selection, StreamIndex stream)
{
    return selection != nullptr && stream < selection->streams.size() ? &selection->streams[stream]
                                                                      : nullptr;
}

/// The first shown event at or after `i`.
std::optional<EventIndex> shownFrom(const StreamView &stream, const StreamSelection *shown,
                                    EventIndex i)
{
    if (shown != nullptr)
        i = shown->next(i);
    const EventIndex end = shown != nullptr ? std::min(shown->size(), stream.size) : stream.size;
    return i < end ? std::optional(i) : std::nullopt;
}

/// The last shown event before `i`.
std::optional<EventIndex> shownBefore(const StreamSelection *shown, EventIndex i)
{
    if (shown == nullptr)
        return i > 0 ? std::optional(i - 1) : std::nullopt;
    const std::uint64_t rank = shown->rank(i);
    return rank > 0 ? std::optional(shown->select(rank - 1)) : std::nullopt;
}

/// Events up to and including `time`.
EventIndex upperBound(const StreamView &stream, TimeNs time)
{
    return time == kTimeMax ? stream.size : stream.lowerBound(time + 1);
}

/// What of a stream lies within the tolerance around `time`.
void addNearest(const StreamView &stream, const StreamSelection *shown, StreamIndex s, TimeNs time,
                DurationNs tolerance, CpuMoment &moment)
{
    const EventIndex first = stream.lowerBound(saturatingAdd(time, -tolerance));
    const EventIndex last = upperBound(stream, saturatingAdd(time, tolerance));
    moment.eventsWithin += shown != nullptr ? shown->rank(last) - shown->rank(first) : last - first;
    const EventIndex here = stream.lowerBound(time);
    const auto consider = [&](std::optional<EventIndex> i, std::uint64_t &best) {
        if (!i || *i < first || *i >= last)
            return;
        const TimeNs at = stream.time(*i);
        const std::uint64_t away = at >= time ? distance(time, at) : distance(at, time);
        if (away < best) {
            best = away;
            moment.nearestEvent = Place{s, *i};
        }
    };
    std::uint64_t best = ~std::uint64_t{0};
    if (moment.nearestEvent)
        best = moment.nearestDistance;
    consider(shownBefore(shown, here), best);
    consider(shownFrom(stream, shown, here), best);
    moment.nearestDistance = best;
}

void addLost(const StreamView &stream, TimeNs traceEnd, TimeNs time, DurationNs tolerance,
             CpuMoment &moment)
{
    const TimeNs from = saturatingAdd(time, -tolerance);
    if (!stream.lost.empty() && isOpenEnded(stream.lost.back(), stream.size)) {
        LostSpan open = stream.lost.back();
        open.end = std::max(open.end, traceEnd);
        if (open.begin <= saturatingAdd(time, tolerance) && from <= open.end) {
            moment.lost = open;
            return;
        }
    }
    const auto at = std::lower_bound(
        stream.lost.begin(), stream.lost.end(), from,
        [](const LostSpan &span, TimeNs begin) { return span.end < begin; });
    if (at != stream.lost.end() && at->begin <= saturatingAdd(time, tolerance))
        moment.lost = *at;
}

} // namespace

CpuMoment momentAt(const IndexSnapshot &snapshot, const Selection *selection, CpuId cpu,
                   TimeNs time, DurationNs tolerance)
{
    CpuMoment moment;
    if (!snapshot.trace)
        return moment;
    tolerance = std::max<DurationNs>(0, tolerance);
    const auto infos = snapshot.trace->streams();
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        if (infos[s].cpu != cpu)
            continue;
        const StreamView &stream = snapshot.streams[s];
        const auto keep = [&](std::optional<Slice> &into, const TrackView &track) {
            const std::optional<Slice> slice = sliceAt(track, time);
            if (slice && (!into || into->value == kNoValue))
                into = slice;
        };
        keep(moment.running, stream.running);
        keep(moment.irq, stream.irq);
        keep(moment.softirq, stream.softirq);
        if (!moment.lost)
            addLost(stream, snapshot.range.end, time, tolerance, moment);
        addNearest(stream, selected(selection, s), s, time, tolerance, moment);
    }
    return moment;
}

std::optional<Place> neighbourOnCpu(const IndexSnapshot &snapshot, const Selection *selection,
                                    CpuId cpu, std::optional<Place> from, TimeNs time,
                                    int direction)
{
    std::optional<Place> best;
    TimeNs bestTime = 0;
    if (!snapshot.trace)
        return best;
    if (from && from->stream < snapshot.streams.size())
        time = snapshot.streams[from->stream].time(from->event);
    const auto infos = snapshot.trace->streams();
    for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
        if (infos[s].cpu != cpu)
            continue;
        const StreamView &stream = snapshot.streams[s];
        const StreamSelection *shown = selected(selection, s);
        // Events of equal time are ordered by stream. Without a place, those at `time` are neither
        // after nor before it.
        std::optional<EventIndex> found;
        if (direction > 0) {
            const bool equalIsAfter = from && s > from->stream;
            const EventIndex first = from && s == from->stream ? from->event + 1
                                     : equalIsAfter            ? stream.lowerBound(time)
                                                               : upperBound(stream, time);
            found = shownFrom(stream, shown, first);
        } else {
            const bool equalIsBefore = from && s < from->stream;
            const EventIndex end = from && s == from->stream ? from->event
                                   : equalIsBefore           ? upperBound(stream, time)
                                                             : stream.lowerBound(time);
            found = shownBefore(shown, end);
        }
        if (!found)
            continue;
        const TimeNs at = stream.time(*found);
        const bool better = direction > 0 ? at < bestTime : at >= bestTime;
        if (!best || better) {
            best = Place{s, *found};
            bestTime = at;
        }
    }
    return best;
}

} // namespace thresher
