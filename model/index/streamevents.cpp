// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/streambuilder_p.h"

#include <algorithm>
#include <limits>

// What single events do to a stream's tracks, losses and names; the columns are in
// streambuilder.cpp.
namespace thresher {

namespace {

constexpr std::int64_t kCloneThread = 0x00010000; // CLONE_THREAD: shares its parent's thread group

} // namespace

void StreamBuilder::noteLoss(std::int64_t count)
{
    if (!m_isLossPending) {
        m_isLossPending = true;
        m_pendingLoss = count;
    } else if (count < 0 || m_pendingLoss < 0) {
        m_pendingLoss = -1;
    } else {
        m_pendingLoss += std::min(count, std::numeric_limits<std::int64_t>::max() - m_pendingLoss);
    }
}

void StreamBuilder::countLoss()
{
    ++m_lostSpans;
    if (m_pendingLoss > 0)
        m_lostEvents += static_cast<std::uint64_t>(m_pendingLoss);
    m_isLossPending = false;
}

void StreamBuilder::noteLostTime(TimeNs begin, TimeNs end)
{
    if (m_lostSpans == 0)
        m_lostTime.begin = begin;
    m_lostTime.end = end;
}

// The first event of all, or the first after a loss.
void StreamBuilder::beginStretch(TimeNs time, Pid pid, WorkerTables &tables)
{
    const bool isFirst = size() == 0;
    if (m_isLossPending) {
        const TimeNs begin = isFirst ? std::min(m_traceBegin, time) : m_last;
        m_isExact = m_isExact && !(isFirst && m_traceBegin == kTimeMax);
        tables.staging.append(columnNumber(StreamColumn::Lost),
                              LostSpan{begin, time, size(), m_pendingLoss});
        noteLostTime(begin, time);
        countLoss();
        closeNests(tables);
        if (m_tracks[static_cast<std::size_t>(TrackKind::Running)]) {
            run(m_last, kNoTask, tables);
            run(time, tables.pids.find(pid).id, tables);
        }
    }
    m_stretchBegin = time;
    if (isFirst)
        m_firstTime = time;
}

TrackBuilder &StreamBuilder::track(TrackKind kind)
{
    auto &track = m_tracks[static_cast<std::size_t>(kind)];
    if (!track)
        track = std::make_unique<TrackBuilder>(kind);
    return *track;
}

void StreamBuilder::run(TimeNs time, TaskId task, WorkerTables &tables)
{
    TrackBuilder &running = track(TrackKind::Running);
    const std::uint32_t before = running.currentValue();
    const std::uint64_t length = running.open(time, static_cast<std::uint32_t>(task),
                                              tables.staging);
    if (before != kNoValue)
        tables.runtimePerTask.add(before, length);
}

void StreamBuilder::handle(EventKind kind, std::span<const std::byte> payload, TimeNs time, Pid pid,
                           WorkerTables &tables)
{
    switch (kind) {
    case EventKind::Plain:
        return;
    case EventKind::Switch:
        return handleSwitch(payload, time, tables);
    case EventKind::IrqEntry:
        return enter(TrackKind::Irq, m_decoding.irqEntry.read(payload), time, tables);
    case EventKind::IrqExit:
        return leave(TrackKind::Irq, m_decoding.irqExit.read(payload), time, tables);
    case EventKind::SoftirqEntry:
        return enter(TrackKind::Softirq, m_decoding.softirqEntry.read(payload), time, tables);
    case EventKind::SoftirqExit:
        return leave(TrackKind::Softirq, m_decoding.softirqExit.read(payload), time, tables);
    case EventKind::Rename:
    case EventKind::NewTask:
    case EventKind::Fork:
    case EventKind::Exec:
        return handleLife(kind, payload, time, pid, tables);
    }
}

void StreamBuilder::handleSwitch(std::span<const std::byte> payload, TimeNs time,
                                 WorkerTables &tables)
{
    const auto previous = static_cast<Pid>(m_decoding.switchPrevPid.read(payload));
    const auto next = static_cast<Pid>(m_decoding.switchNextPid.read(payload));
    if (!m_tracks[static_cast<std::size_t>(TrackKind::Running)]) {
        // Who ran until here is known from here on back, but not beyond a loss.
        if (m_stretchBegin > m_firstTime)
            run(m_firstTime, kNoTask, tables);
        run(m_stretchBegin, tables.pids.find(previous).id, tables);
    }
    run(time, tables.pids.find(next).id, tables);
    if (m_decoding.switchPrevComm.isValid())
        name(previous, m_decoding.switchPrevComm, payload, time, tables);
    if (m_decoding.switchNextComm.isValid())
        name(next, m_decoding.switchNextComm, payload, time, tables);
}

void StreamBuilder::handleLife(EventKind kind, std::span<const std::byte> payload, TimeNs time,
                               Pid pid, WorkerTables &tables)
{
    if (kind == EventKind::Rename) {
        const Pid renamed = m_decoding.renamePid.isValid()
                                ? static_cast<Pid>(m_decoding.renamePid.read(payload))
                                : pid;
        name(renamed, m_decoding.renameComm, payload, time, tables);
    } else if (kind == EventKind::NewTask) {
        const auto child = static_cast<Pid>(m_decoding.newTaskPid.read(payload));
        if (m_decoding.newTaskComm.isValid())
            name(child, m_decoding.newTaskComm, payload, time, tables);
        if (m_decoding.newTaskFlags.isValid()) {
            const TaskId id = tables.pids.find(child).id;
            if ((m_decoding.newTaskFlags.read(payload) & kCloneThread) != 0)
                tables.tasks.setThreadOf(id, tables.pids.find(pid).id);
            else
                tables.tasks.setGroup(id, child);
        }
    } else if (kind == EventKind::Fork) {
        if (m_decoding.forkComm.isValid()) {
            name(static_cast<Pid>(m_decoding.forkPid.read(payload)), m_decoding.forkComm, payload,
                 time, tables);
        }
    } else if (kind == EventKind::Exec) {
        const Pid executing = m_decoding.execPid.isValid()
                                  ? static_cast<Pid>(m_decoding.execPid.read(payload))
                                  : pid;
        name(executing, m_decoding.execFile, payload, time, tables);
        // Whichever thread calls it becomes the leader, with the leader's pid.
        tables.tasks.setGroup(tables.pids.find(executing).id, executing);
    }
}

void StreamBuilder::name(Pid pid, const CommField &field, std::span<const std::byte> payload,
                         TimeNs time, WorkerTables &tables)
{
    if (pid == 0 || !field.isValid())
        return; // all CPUs' idle tasks are one to us
    PidTable::Entry &entry = tables.pids.find(pid);
    if (entry.id == kNoTask)
        return;
    if (entry.isNamed && field.isSame(payload, entry.raw)) [[likely]] {
        entry.name.last = time;
        return;
    }
    const Comm comm = field.read(payload);
    if (comm.isEmpty())
        return;
    entry.raw = field.raw(payload);
    if (entry.isNamed && entry.name.comm == comm) {
        entry.name.last = time;
        return;
    }
    if (entry.isNamed)
        tables.names.emplace_back(entry.id, entry.name);
    else
        tables.named.push_back(pid);
    entry.isNamed = true;
    entry.name = {comm, time, time};
}

// Where exits are missing, what was served within may have ended later than `level` knows.
void StreamBuilder::serve(TrackKind kind, const Nest::Level &level, TimeNs end,
                          WorkerTables &tables)
{
    Nest &nest = m_nests[static_cast<std::size_t>(kind) - 1];
    track(kind).add({std::max(level.begin, nest.served), end, level.value}, tables.staging);
    nest.served = end;
}

void StreamBuilder::enter(TrackKind kind, std::int64_t value, TimeNs time, WorkerTables &tables)
{
    const auto number = static_cast<std::uint32_t>(value);
    Nest &nest = m_nests[static_cast<std::size_t>(kind) - 1];
    if (nest.depth > 0) {
        Nest::Level &outer = nest.levels[nest.depth - 1];
        if (outer.value == number) {
            outer.begin = time; // its exit is not in the trace, nor when that was
            return;
        }
        if (outer.begin < time && nest.hasExits)
            serve(kind, outer, time, tables);
        outer.begin = time;
        if (nest.depth == Nest::kDepth)
            nest.depth = 0; // no machine does that: the exits were not recorded
    }
    nest.levels[nest.depth++] = {number, time};
}

void StreamBuilder::leave(TrackKind kind, std::int64_t value, TimeNs time, WorkerTables &tables)
{
    const auto number = static_cast<std::uint32_t>(value);
    Nest &nest = m_nests[static_cast<std::size_t>(kind) - 1];
    nest.hasExits = true;
    std::size_t depth = nest.depth;
    while (depth > 0 && nest.levels[depth - 1].value != number)
        --depth;
    if (depth == 0)
        return; // entered before the trace began
    serve(kind, nest.levels[depth - 1], time, tables);
    nest.depth = depth - 1;
    if (nest.depth > 0)
        nest.levels[nest.depth - 1].begin = time;
}

// At a loss, and at the end: what is being served was so until the last event, as far as is known.
void StreamBuilder::closeNests(WorkerTables &tables)
{
    for (std::size_t i = 0; i < m_nests.size(); ++i) {
        Nest &nest = m_nests[i];
        if (nest.depth > 0 && nest.hasExits) {
            const Nest::Level &level = nest.levels[nest.depth - 1];
            serve(TrackKind{static_cast<std::uint8_t>(i + 1)}, level, m_last, tables);
        }
        nest.depth = 0;
    }
}

} // namespace thresher
