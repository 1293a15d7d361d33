// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <unordered_map>
#include <vector>

namespace thresher {

/// What each task does, from sched_switch, sched_waking, sched_wakeup(_new) and
/// sched_process_fork. A task's state holds from the event that told of it to the next one:
///
/// - A switch ends Running of one task, in the state that prev_state says, and begins that of
///   another one. Woken tasks are Runnable from sched_waking on, where that is recorded, else from
///   sched_wakeup. One that is woken while it runs stays Running: it was about to sleep, and did
///   not.
/// - Where events contradict each other, something is missing: the state is not known from the
///   first loss since it was told, or if none is known of, from when it was told.
/// - Who ran on a CPU that loses events is not known from there on. Other tasks keep their state,
///   until something contradicts it.
/// - Who runs on a CPU is taken to run there until the next switch, as the index's running tracks
///   have it, even if that one says that somebody else did; what it does then is not known.
/// - Who ran last on a CPU is known up to the CPU's last event.
class TaskStates final : public NoteConsumer
{
public:
    /// @param rules  gets what this needs; isNeeded() tells if that is anything.
    TaskStates(const IndexSnapshot &index, NoteRules &rules, TrackLog &log);

    [[nodiscard]] bool hasSwitches() const { return m_hasSwitches; }
    [[nodiscard]] bool hasWakeups() const { return m_hasWakeups; }

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note &note) override;
    void finish(TimeNs end) override;

private:
    enum What : std::uint16_t { Switch, Wake, Fork };
    static constexpr TrackLog::Handle kNoTrack = 0xffffffffU;

    struct Current
    {
        TimeNs since = 0;
        std::uint32_t state = kNoValue; ///< TaskState
        std::uint16_t cpu = 0;
        bool isFirst = true; ///< Nothing is known of it yet.
        TrackLog::Handle track = kNoTrack;
    };

    [[nodiscard]] Current *current(TaskId task);
    void enter(TaskId task, TaskState state, TimeNs time, CpuId cpu);
    void end(TaskId task, Current &current, TimeNs time);
    /// The task is found not to be in `current`, at `time`.
    void contradict(TaskId task, Current &current, TimeNs time);
    void forget(TaskId task, Current &current, TimeNs from);
    void switchTasks(const Note &note, CpuId cpu);

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    bool m_hasSwitches = false;
    bool m_hasWakeups = false;
    std::vector<Current> m_tasks; ///< [tasks]
    std::unordered_map<CpuId, TaskId> m_running; ///< Where it is known.
    std::vector<TimeNs> m_losses; ///< Begins, ascending.
};

} // namespace thresher
