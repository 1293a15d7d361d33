// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/snap.h"

#include "model/query/lanes.h"

namespace thresher {

namespace {

std::uint64_t distance(TimeNs left, TimeNs right)
{
    const auto a = static_cast<std::uint64_t>(left);
    const auto b = static_cast<std::uint64_t>(right);
    return left < right ? b - a : a - b;
}

/// The best one so far.
struct Nearest
{
    TimeNs wanted;
    std::uint64_t tolerance;
    std::optional<SnapPoint> point;

    void offer(TimeNs time, CpuId cpu)
    {
        const std::uint64_t away = distance(time, wanted);
        if (away > tolerance)
            return;
        if (point) {
            const std::uint64_t best = distance(point->time, wanted);
            if (best < away || (best == away && point->time <= time))
                return;
        }
        point = {time, cpu};
    }
};

void offerEdges(const TrackView &track, CpuId cpu, Nearest &nearest)
{
    const std::uint64_t at = track.firstEndingAfter(nearest.wanted);
    // All slices before these end earlier, all behind them begin later.
    for (std::uint64_t i = at > 0 ? at - 1 : 0; i < track.size && i <= at; ++i) {
        const Slice slice = track.slice(i);
        nearest.offer(slice.begin, cpu);
        nearest.offer(slice.end, cpu);
    }
}

} // namespace

std::optional<SnapPoint> snapTime(const IndexSnapshot &snapshot, const Selection *selection,
                                  std::span<const CpuId> cpus, TimeNs time, DurationNs tolerance)
{
    if (!snapshot.trace || tolerance < 0)
        return std::nullopt;
    Nearest nearest{time, static_cast<std::uint64_t>(tolerance), std::nullopt};
    const auto infos = snapshot.trace->streams();
    for (const CpuId cpu : cpus) {
        const CpuMoment moment = momentAt(snapshot, selection, cpu, time, tolerance);
        if (const auto &place = moment.nearestEvent)
            nearest.offer(snapshot.streams[place->stream].time(place->event), cpu);
        for (StreamIndex s = 0; s < snapshot.streams.size(); ++s) {
            if (infos[s].cpu != cpu)
                continue;
            const StreamView &stream = snapshot.streams[s];
            for (const TrackView *track : {&stream.running, &stream.irq, &stream.softirq})
                offerEdges(*track, cpu, nearest);
        }
    }
    return nearest.point;
}

} // namespace thresher
