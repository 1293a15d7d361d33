// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/streamcolumns_p.h"
#include "model/index/tasklist_p.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace thresher {

/// A worker's own table of the tasks that it has met, so that the shared one is asked once for
/// each.
class PidTable
{
public:
    struct Entry
    {
        Pid pid = 0;
        TaskId id = kNoTask;
        bool isUsed = false;
        bool isNamed = false; ///< `name` was seen in the current slice of time.
        std::uint8_t code = 0; ///< In the dictionary of the block `stamp`.
        std::uint64_t stamp = 0;
        NameSpan name;
        Comm raw; ///< As it stood in the record that gave `name`.
    };

    explicit PidTable(TaskList &tasks)
        : m_tasks(tasks)
        , m_entries(kSmallest)
    {}

    /// The entry of `pid`; valid until the next call. One for all that are no task's. O(1).
    [[nodiscard]] Entry &find(Pid pid)
    {
        const std::size_t mask = m_entries.size() - 1;
        for (std::size_t i = hash(pid) & mask;; i = (i + 1) & mask) {
            Entry &entry = m_entries[i];
            if (entry.isUsed && entry.pid == pid) [[likely]]
                return entry;
            if (!entry.isUsed)
                return add(pid);
        }
    }

private:
    static constexpr std::size_t kSmallest = 256; // a power of two, as all sizes

    [[nodiscard]] static std::size_t hash(Pid pid)
    {
        return (static_cast<std::uint32_t>(pid) * 0x9e3779b1U) >> 7U;
    }
    [[nodiscard]] Entry &freeFor(Pid pid);
    [[nodiscard]] Entry &add(Pid pid);

    TaskList &m_tasks;
    std::vector<Entry> m_entries;
    std::size_t m_used = 0;
    Entry m_none;
};

/// Numbers by a dense id, most of which stay zero from one flush to the next.
class SparseCounts
{
public:
    void add(std::size_t id, std::uint64_t by)
    {
        if (id >= m_counts.size())
            m_counts.resize(id + id / 2 + 64);
        if (m_counts[id] == 0 && by != 0)
            m_touched.push_back(static_cast<std::uint32_t>(id));
        m_counts[id] += by;
    }
    /// Adds all to `sums`, which grows as needed, and begins anew.
    template<typename T>
    void moveTo(std::vector<T> &sums)
    {
        for (const std::uint32_t id : m_touched) {
            if (id >= sums.size())
                sums.resize(std::size_t{id} + 1);
            sums[id] += static_cast<T>(m_counts[id]);
            m_counts[id] = 0;
        }
        m_touched.clear();
    }

private:
    std::vector<std::uint64_t> m_counts;
    std::vector<std::uint32_t> m_touched;
};

/// What a worker has of its own while it decodes: nothing in here is shared, so nothing is locked.
struct WorkerTables
{
    WorkerTables(TaskList &taskList, std::size_t eventTypes)
        : tasks(taskList)
        , pids(taskList)
        , typeSlots(eventTypes)
    {}

    TaskList &tasks; ///< Shared.
    PidTable pids;
    std::vector<std::uint64_t> typeSlots; ///< By event type: stamp of a block << 8 | code in it.
    std::uint64_t stamp = 0; ///< Of the block that is open; ascending.
    Staging staging;
    SparseCounts eventsPerType;
    SparseCounts eventsPerTask;
    SparseCounts runtimePerTask;
    std::vector<Pid> named; ///< Tasks whose entry isNamed.
    std::vector<std::pair<TaskId, NameSpan>> names; ///< Names that ended within the slice of time.
};

} // namespace thresher
