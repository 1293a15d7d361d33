// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/pyramid.h"
#include "model/index/snapshot.h"

#include <memory>
#include <string>
#include <vector>

/// Index snapshots made in memory, for tests of what reads them: no file, no builder, any data.
///
///     MemoryIndex index;
///     index.addEventTypes({"sched_switch", "sys_enter"});
///     index.addTasks({{.pid = 12, .comm = "bash"}}); // id 1; 0 is the idle task
///     MemoryStream &cpu0 = index.addStream(0);
///     cpu0.addEvent(1000, EventTypeId{0}, TaskId{1});
///     cpu0.running.add({1000, 2000, 1}); // a slice: begin, end, task
///     std::shared_ptr<const IndexSnapshot> snapshot = index.snapshot();
namespace thresher::test {

/// A track that is filled from left to right.
class MemoryTrack
{
public:
    explicit MemoryTrack(bool isContiguous, std::uint32_t idle)
        : m_isContiguous(isContiguous)
        , m_idle(idle)
    {}
    /// A contiguous track's slices must begin where the one before ended.
    void add(Slice slice);
    [[nodiscard]] const std::vector<Slice> &slices() const { return m_slices; }

private:
    friend class MemoryStream;
    struct Columns;
    [[nodiscard]] TrackView view(Columns &columns, std::uint64_t size) const;

    bool m_isContiguous;
    std::uint32_t m_idle;
    std::vector<Slice> m_slices;
};

/// A stream that is filled from left to right; 6 bytes an event, so 10⁸ are possible.
class MemoryStream
{
public:
    MemoryStream();
    MemoryStream(const MemoryStream &) = delete; // snapshots point into it
    MemoryStream &operator=(const MemoryStream &) = delete;
    ~MemoryStream();

    /// Times that go backwards are stored as they are: damage.
    void addEvent(TimeNs time, EventTypeId event, TaskId task);
    void addLost(LostSpan span) { m_lost.push_back(span); }
    [[nodiscard]] EventIndex size() const { return m_times.size(); }

    MemoryTrack running{true, 0};
    MemoryTrack irq{false, kNoValue};
    MemoryTrack softirq{false, kNoValue};

private:
    friend class MemoryIndex;
    struct Tracks;
    [[nodiscard]] StreamView view(EventIndex size, Tracks &tracks) const;

    std::vector<BlockHead> m_heads;
    std::vector<std::uint32_t> m_times;
    std::vector<std::uint8_t> m_eventCodes;
    std::vector<std::uint8_t> m_taskCodes;
    std::vector<EventTypeId> m_eventDict;
    std::vector<TaskId> m_taskDict;
    std::vector<TimeNs> m_wideTimes;
    std::vector<TimeNs> m_blockTimes; ///< Of the last block.
    std::vector<LostSpan> m_lost;
};

class MemoryIndex
{
public:
    MemoryIndex();

    void addEventTypes(const std::vector<std::string> &names);
    /// Their ids follow each other, from 1.
    void addTasks(std::vector<Task> tasks);
    /// @param instance  0: the top buffer. Streams must be added by instance, then CPU, ascending.
    MemoryStream &addStream(CpuId cpu, std::uint16_t instance = 0);

    /// All that was added so far, complete. The streams must not be added to while it is used; to
    /// see an index grow, take partial ones of what is complete.
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> snapshot() const;
    /// Only the first `events` of each stream, with the slices that begin before the last of them.
    [[nodiscard]] std::shared_ptr<const IndexSnapshot>
    partialSnapshot(const std::vector<EventIndex> &events, TimeNs frontier) const;

private:
    struct Storage;
    [[nodiscard]] std::shared_ptr<IndexSnapshot> make(const std::vector<EventIndex> &events) const;

    std::shared_ptr<Storage> m_storage;
    std::vector<std::string> m_eventTypes;
    std::vector<Task> m_tasks;
    mutable std::uint64_t m_lastId = 0;
};

} // namespace thresher::test
