// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventplaces.h"

#include "model/analysis/spectext_p.h"
#include "model/query/kernelnames.h"

namespace thresher {

namespace {

/// Larger numbers than TrackView's values hold are cut off.
constexpr std::uint32_t kWholeSize = 4;

} // namespace

std::optional<Place> eventPlace(const IndexSnapshot &index, EventTypeId type, TimeNs time,
                                std::optional<CpuId> cpu)
{
    std::optional<Place> elsewhere;
    for (std::size_t s = 0; s < index.streams.size(); ++s) {
        const StreamView &stream = index.streams[s];
        const bool isThere = cpu == index.trace->streams()[s].cpu;
        if (!isThere && elsewhere)
            continue;
        for (EventIndex i = stream.lowerBound(time); i < stream.size && stream.time(i) == time;
             ++i) {
            if (stream.event(i) != type)
                continue;
            const Place place{static_cast<StreamIndex>(s), i};
            if (isThere)
                return place;
            elsewhere = place;
            break;
        }
    }
    return elsewhere;
}

PairPlaces pairPlaces(const Analysis &analysis, std::uint32_t pair, const PlacedSlice &slice)
{
    PairPlaces places;
    if (pair >= analysis.pairs.size())
        return places;
    const PairSpec &spec = analysis.pairs[pair].spec;
    const IndexSnapshot &index = *analysis.index;
    if (const auto event = findSpecEvent(spec.begin.event, {}, *index.trace))
        places.begin = eventPlace(index, (*event)->id, slice.slice.begin, slice.cpu);
    if (const auto event = findSpecEvent(spec.end.event, {}, *index.trace))
        places.end = eventPlace(index, (*event)->id, slice.slice.end, slice.cpu);
    return places;
}

std::string pairValueText(const Analysis &analysis, std::uint32_t pair, std::uint32_t value)
{
    if (pair >= analysis.pairs.size() || analysis.pairs[pair].spec.keys.empty())
        return {};
    const PairSpec &spec = analysis.pairs[pair].spec;
    const PairSpec::Key &key = spec.keys.front();
    if (key.begin == "task" || key.end == "task") {
        const TaskTable &tasks = *analysis.index->tasks;
        if (value >= tasks.size())
            return {};
        const TaskId task{value};
        return std::string(tasks.name(task)) + '-' + std::to_string(tasks.task(task).pid);
    }
    if (key.begin == "cpu" || key.end == "cpu")
        return "CPU " + std::to_string(value);
    const auto event = findSpecEvent(spec.begin.event, {}, *analysis.index->trace);
    const EventField *const field = event ? (*event)->field(key.begin) : nullptr;
    if (field == nullptr || field->isString || field->size > kWholeSize)
        return {};
    if ((*event)->system == "irq" && key.begin == "vec") {
        if (const auto name = softirqName(value); !name.empty())
            return std::string(name);
    }
    return key.begin + '=' + std::to_string(value);
}

} // namespace thresher
