// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventslices.h"

#include "model/analysis/probecalls.h"
#include "model/analysis/spectext_p.h"

namespace thresher {

namespace {

class Finder
{
public:
    Finder(const Analysis &analysis, Place place)
        : m_analysis(analysis)
        , m_place(place)
    {}

    std::vector<EventSlice> find()
    {
        const IndexSnapshot &index = *m_analysis.index;
        if (m_place.stream >= index.streams.size()
            || m_place.event >= index.streams[m_place.stream].size)
            return {};
        const StreamView &stream = index.streams[m_place.stream];
        m_time = stream.time(m_place.event);
        const EventTypeId type = stream.event(m_place.event);
        for (std::uint32_t pair = 0; pair < m_analysis.pairs.size(); ++pair)
            ofPair(pair, type);
        const TaskId task = stream.task(m_place.event);
        const std::uint32_t owner = task == kIdleTask
                                        ? ownerOfCpu(index.trace->streams()[m_place.stream].cpu)
                                        : ownerOfTask(task);
        for (const TrackClass what : {TrackClass::Syscall, TrackClass::Call, TrackClass::Probe})
            ofOwner(what, owner);
        return std::move(m_found);
    }

private:
    [[nodiscard]] bool isEvent(const std::string &name, EventTypeId type) const
    {
        const auto event = findSpecEvent(name, {}, *m_analysis.index->trace);
        return event && (*event)->id == type;
    }

    void ofPair(std::uint32_t pair, EventTypeId type)
    {
        const PairSummary &summary = m_analysis.pairs[pair];
        const bool mayBegin = isEvent(summary.spec.begin.event, type);
        const bool mayEnd = isEvent(summary.spec.end.event, type);
        if (summary.slices == 0 || (!mayBegin && !mayEnd))
            return;
        const auto group = static_cast<std::uint8_t>(pair);
        const TrackKey first{TrackClass::Pair, group, 0, 0};
        const TrackKey last{TrackClass::Pair, group, 0xffffffffU, 0xffffU};
        for (const TrackSummary &track : m_analysis.between(first, last)) {
            if (track.range.begin > m_time || track.range.end < m_time)
                continue;
            if (mayEnd) {
                const auto before = previousSlice(m_analysis, track.key, m_time);
                if (before && before->slice.end == m_time)
                    addEnd(pair, track.key, *before, SliceRole::End);
            }
            if (mayBegin) {
                const auto here = sliceAt(m_analysis, track.key, m_time);
                if (here && here->slice.begin == m_time)
                    addEnd(pair, track.key, *here, SliceRole::Begin);
            }
        }
    }

    /// Another event of that type may have the same time.
    void addEnd(std::uint32_t pair, const TrackKey &key, const PlacedSlice &slice, SliceRole role)
    {
        const PairPlaces places = pairPlaces(m_analysis, pair, slice);
        const bool isBegin = role == SliceRole::Begin;
        if ((isBegin ? places.begin : places.end) == m_place)
            add(role, key, slice, isBegin ? places.end : places.begin);
    }

    void ofOwner(TrackClass what, std::uint32_t owner)
    {
        const std::uint16_t depths = m_analysis.depths(what, 0, owner);
        for (std::uint16_t depth = 0; depth < depths; ++depth) {
            const TrackKey key{what, 0, owner, depth};
            // Its last event is within it, too.
            auto slice = sliceAt(m_analysis, key, m_time);
            if (!slice) {
                slice = previousSlice(m_analysis, key, m_time);
                if (slice && slice->slice.end != m_time)
                    slice.reset();
            }
            if (slice && !(what == TrackClass::Probe && addProbe(key, *slice)))
                add(SliceRole::Inside, key, *slice, {});
        }
    }

    /// @returns whether the event is one of the call's own: where the function was entered or left.
    bool addProbe(const TrackKey &key, const PlacedSlice &slice)
    {
        const PairPlaces places = probePlaces(m_analysis, taskOfOwner(key.owner), slice);
        if (places.begin == m_place)
            add(SliceRole::Begin, key, slice, places.end);
        else if (places.end == m_place)
            add(SliceRole::End, key, slice, places.begin);
        return places.begin == m_place || places.end == m_place;
    }

    void add(SliceRole role, const TrackKey &key, const PlacedSlice &slice,
             std::optional<Place> other)
    {
        if (m_found.size() < kMostEventSlices)
            m_found.push_back({role, key, slice, other});
    }

    const Analysis &m_analysis;
    Place m_place;
    TimeNs m_time = 0;
    std::vector<EventSlice> m_found;
};

} // namespace

std::vector<EventSlice> slicesOf(const Analysis &analysis, Place place)
{
    return Finder(analysis, place).find();
}

} // namespace thresher
