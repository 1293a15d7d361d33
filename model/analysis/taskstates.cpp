// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/taskstates_p.h"

#include <algorithm>

namespace thresher {

TaskStates::TaskStates(const IndexSnapshot &index, NoteRules &rules, TrackLog &log)
    : m_index(index)
    , m_log(log)
    , m_tasks(index.tasks->size())
{
    // The rest says nothing without switches.
    if (!rules.add(this, Switch, "sched", "sched_switch",
                   {"prev_pid:task", "prev_state:state", "next_pid:task"}))
        return;
    m_hasSwitches = true;
    for (const std::string_view name : {"sched_waking", "sched_wakeup", "sched_wakeup_new"})
        m_hasWakeups |= rules.add(this, Wake, "sched", name, {"pid:task", "", ""});
    rules.add(this, Fork, "sched", "sched_process_fork", {"child_pid:task", "", ""});
}

TaskStates::Current *TaskStates::current(TaskId task)
{
    return task != kIdleTask && toIndex(task) < m_tasks.size() ? &m_tasks[toIndex(task)] : nullptr;
}

void TaskStates::end(TaskId task, Current &current, TimeNs time)
{
    if (current.isFirst) {
        current.isFirst = false;
        current.since = m_index.range.begin;
    }
    time = std::max(time, current.since);
    if (current.track == kNoTrack)
        current.track = m_log.track({TrackClass::TaskState, 0, ownerOfTask(task), 0});
    // A task may run for no time at all; what is not known for no time is nothing.
    if (time > current.since || current.state != kNoValue)
        m_log.add(current.track, {current.since, time, current.state}, current.cpu);
    current.since = time;
}

void TaskStates::enter(TaskId task, TaskState state, TimeNs time, CpuId cpu)
{
    Current *const now = current(task);
    if (now == nullptr)
        return;
    if (now->isFirst && state == TaskState::New) { // there was none before
        now->isFirst = false;
        now->since = time;
    } else {
        end(task, *now, time);
    }
    now->state = static_cast<std::uint32_t>(state);
    now->cpu = static_cast<std::uint16_t>(cpu);
}

void TaskStates::forget(TaskId task, Current &current, TimeNs from)
{
    if (current.isFirst || current.state == kNoValue)
        return;
    if (from > current.since)
        end(task, current, from);
    current.state = kNoValue;
}

void TaskStates::contradict(TaskId task, Current &current, TimeNs time)
{
    const auto loss = std::lower_bound(m_losses.begin(), m_losses.end(), current.since);
    forget(task, current, loss != m_losses.end() && *loss < time ? *loss : current.since);
}

void TaskStates::switchTasks(const Note &note, CpuId cpu)
{
    const auto previous = static_cast<TaskId>(note.fields[0]);
    const auto next = static_cast<TaskId>(note.fields[2]);
    // Somebody else was to run here, and left unseen: at some time before.
    const auto running = m_running.find(cpu);
    if (running != m_running.end() && running->second != previous) {
        Current *const now = current(running->second);
        if (now != nullptr && now->state == static_cast<std::uint32_t>(TaskState::Running)
            && now->cpu == cpu)
            forget(running->second, *now, note.time);
    }
    if (Current *const now = current(previous); now != nullptr) {
        const bool ran = now->state == static_cast<std::uint32_t>(TaskState::Running)
                         && now->cpu == cpu;
        if (!ran)
            contradict(previous, *now, note.time);
        enter(previous, static_cast<TaskState>(note.fields[1]), note.time, cpu);
    }
    if (Current *const now = current(next); now != nullptr) {
        const auto state = static_cast<TaskState>(now->state);
        const bool isExpected = now->state == kNoValue || isWaiting(state)
                                || state == TaskState::New;
        // Sleepers that nobody woke: the event that did is lost, or is not recorded at all.
        const bool isLost = !m_losses.empty() && m_losses.back() >= now->since;
        if (!isExpected && (state == TaskState::Running || isLost))
            contradict(next, *now, note.time);
        enter(next, TaskState::Running, note.time, cpu);
    }
    m_running[cpu] = next;
}

void TaskStates::take(const Note &note, const NoteRule &rule)
{
    const CpuId cpu = note.cpu;
    const auto task = static_cast<TaskId>(note.fields[0]);
    switch (static_cast<What>(rule.what)) {
    case Switch:
        switchTasks(note, cpu);
        return;
    case Wake: {
        const Current *const now = current(task);
        if (now == nullptr)
            return;
        const auto state = static_cast<TaskState>(now->state);
        if (now->state == kNoValue || (state != TaskState::Running && !isWaiting(state)))
            enter(task, TaskState::Runnable, note.time, cpu);
        return;
    }
    case Fork:
        enter(task, TaskState::New, note.time, cpu);
        return;
    }
}

void TaskStates::lose(StreamIndex stream, TimeRange range)
{
    const auto at = std::upper_bound(m_losses.begin(), m_losses.end(), range.begin);
    m_losses.insert(at, range.begin);
    const auto running = m_running.find(m_index.trace->streams()[stream].cpu);
    if (running == m_running.end())
        return;
    if (Current *const now = current(running->second); now != nullptr)
        forget(running->second, *now, range.begin);
    m_running.erase(running);
}

void TaskStates::resume(const Note &note)
{
    const CpuId cpu = note.cpu;
    // Another instance's stream of this CPU may have told already.
    if (m_running.contains(cpu))
        return;
    m_running[cpu] = note.task;
    Current *const now = current(note.task);
    if (now == nullptr)
        return;
    if (now->state != kNoValue)
        contradict(note.task, *now, note.time);
    enter(note.task, TaskState::Running, note.time, cpu);
}

void TaskStates::finish(TimeNs end)
{
    // Nothing tells how long those run that ran last: it is known up to their CPU's last event.
    for (const auto &[cpu, task] : m_running) {
        TimeNs last = kTimeMin;
        for (const StreamIndex stream : m_index.streamsOf(cpu)) {
            const StreamView &view = m_index.streams[stream];
            if (view.size > 0)
                last = std::max(last, view.time(view.size - 1));
        }
        if (Current *const now = current(task); now != nullptr) {
            this->end(task, *now, last);
            now->state = kNoValue;
        }
    }
    for (std::size_t i = 1; i < m_tasks.size(); ++i) {
        if (!m_tasks[i].isFirst)
            this->end(TaskId(i), m_tasks[i], end);
    }
}

} // namespace thresher
