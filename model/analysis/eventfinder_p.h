// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace thresher {

/// Event types as a set.
class EventTypes
{
public:
    /// @param names  of `system`; those that the trace does not know are left out. One that ends in
    /// '*' means all that begin so.
    EventTypes(const IndexSnapshot &index, std::string_view system,
               std::initializer_list<std::string_view> names);

    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }
    [[nodiscard]] bool contains(EventTypeId event) const
    {
        return toIndex(event) < m_has.size() && m_has[toIndex(event)];
    }
    void add(const EventTypes &other);
    /// How many events of these types the trace has.
    [[nodiscard]] std::uint64_t count(const IndexSnapshot &index) const;

private:
    std::vector<bool> m_has; ///< [event types]
    bool m_isEmpty = true;
};

/// Finds events by their CPU and exact time. Immutable.
class EventFinder
{
public:
    explicit EventFinder(const IndexSnapshot &index);

    [[nodiscard]] std::span<const StreamIndex> streamsOf(CpuId cpu) const;
    /// Calls `take(stream, event)` for the events of a CPU at `time`, as long as it returns true.
    /// O(streams of the CPU · log events).
    template<typename Take>
    void forEachAt(CpuId cpu, TimeNs time, Take &&take) const
    {
        for (const StreamIndex stream : streamsOf(cpu)) {
            const StreamView &view = m_index.streams[stream];
            for (EventIndex i = view.lowerBound(time); i < view.size && view.time(i) == time; ++i) {
                if (!take(stream, i))
                    return;
            }
        }
    }
    /// Whether there is one of these types.
    [[nodiscard]] bool has(CpuId cpu, TimeNs time, const EventTypes &types) const;
    /// Whether there is one while another task ran: a switch is an event of the task that leaves.
    [[nodiscard]] bool hasOther(CpuId cpu, TimeNs time, const EventTypes &types, TaskId task) const;
    /// Whether the selection shows one of those of these types; if there are none, one of any type.
    [[nodiscard]] bool isShown(CpuId cpu, TimeNs time, const EventTypes &types,
                               const Selection &selection) const;

private:
    const IndexSnapshot &m_index;
    std::vector<std::vector<StreamIndex>> m_byCpu;
};

} // namespace thresher
