// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventfinder_p.h"

namespace thresher {

EventTypes::EventTypes(const IndexSnapshot &index, std::string_view system,
                       std::initializer_list<std::string_view> names)
{
    const auto all = index.trace->events().all();
    m_has.resize(all.size());
    for (const EventFormat &format : all) {
        for (const std::string_view name : names) {
            const bool isStart = name.ends_with('*');
            const bool matches = isStart ? format.name.starts_with(name.substr(0, name.size() - 1))
                                         : format.name == name;
            if (format.system != system || !matches)
                continue;
            m_has[toIndex(format.id)] = true;
            m_isEmpty = false;
        }
    }
}

void EventTypes::add(const EventTypes &other)
{
    m_has.resize(std::max(m_has.size(), other.m_has.size()));
    for (std::size_t i = 0; i < other.m_has.size(); ++i) {
        if (other.m_has[i])
            m_has[i] = true;
    }
    m_isEmpty = m_isEmpty && other.m_isEmpty;
}

std::uint64_t EventTypes::count(const IndexSnapshot &index) const
{
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < m_has.size() && i < index.eventsPerType.size(); ++i) {
        if (m_has[i])
            count += index.eventsPerType[i];
    }
    return count;
}

EventFinder::EventFinder(const IndexSnapshot &index)
    : m_index(index)
{
    for (std::size_t i = 0; i < index.streams.size(); ++i) {
        const CpuId cpu = index.trace->streams()[i].cpu;
        if (m_byCpu.size() <= cpu)
            m_byCpu.resize(cpu + std::size_t{1});
        m_byCpu[cpu].push_back(static_cast<StreamIndex>(i));
    }
}

std::span<const StreamIndex> EventFinder::streamsOf(CpuId cpu) const
{
    return cpu < m_byCpu.size() ? std::span<const StreamIndex>(m_byCpu[cpu])
                                : std::span<const StreamIndex>();
}

bool EventFinder::has(CpuId cpu, TimeNs time, const EventTypes &types) const
{
    bool found = false;
    forEachAt(cpu, time, [&](StreamIndex stream, EventIndex i) {
        found = types.contains(m_index.streams[stream].event(i));
        return !found;
    });
    return found;
}

bool EventFinder::hasOther(CpuId cpu, TimeNs time, const EventTypes &types, TaskId task) const
{
    bool found = false;
    forEachAt(cpu, time, [&](StreamIndex stream, EventIndex i) {
        const StreamView &view = m_index.streams[stream];
        found = types.contains(view.event(i)) && view.task(i) != task;
        return !found;
    });
    return found;
}

bool EventFinder::isShown(CpuId cpu, TimeNs time, const EventTypes &types,
                          const Selection &selection) const
{
    bool isOfType = false;
    bool isOfTypeShown = false;
    bool isAnyShown = false;
    forEachAt(cpu, time, [&](StreamIndex stream, EventIndex i) {
        const bool shown = stream < selection.streams.size()
                           && selection.streams[stream].contains(i);
        const bool matches = types.contains(m_index.streams[stream].event(i));
        isOfType = isOfType || matches;
        isOfTypeShown = isOfTypeShown || (matches && shown);
        isAnyShown = isAnyShown || shown;
        return !isOfTypeShown;
    });
    return isOfType ? isOfTypeShown : isAnyShown;
}

} // namespace thresher
