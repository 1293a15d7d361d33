// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/syscalls_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr std::string_view kEnter = "sys_enter_";
constexpr std::string_view kExit = "sys_exit_";
constexpr std::int64_t kX32Bit = 0x40000000;
// x86: execve and execveat, of 64 bits and of 32.
constexpr std::int64_t kExecve = 59;
constexpr std::int64_t kExecveat = 322;
constexpr std::int64_t kCompatExecve = 11;
constexpr std::int64_t kCompatExecveat = 358;

bool isError(std::int64_t result)
{
    return result >= -4095 && result < 0;
}

} // namespace

Syscalls::Syscalls(const IndexSnapshot &index, NoteRules &rules, TrackLog &log)
    : m_index(index)
    , m_log(log)
    , m_isX86(index.trace->metadata().uname.find("x86_64") != std::string::npos)
{
    bool isAny = rules.add(this, RawEnter, "raw_syscalls", "sys_enter", {"id", "", ""});
    isAny |= rules.add(this, RawExit, "raw_syscalls", "sys_exit", {"id", "ret", ""});
    for (const EventFormat &event : index.trace->events().all()) {
        if (event.system != "syscalls")
            continue;
        // "nr" up to Linux 4.6.
        const std::string_view number = event.field("__syscall_nr") != nullptr ? "__syscall_nr"
                                                                               : "nr";
        if (event.name.starts_with(kEnter) && m_named.size() < 0xf000) {
            const auto what = static_cast<std::uint16_t>(NamedEnter + m_named.size());
            if (rules.add(this, what, event, {number, "", ""})) {
                m_named.push_back({std::string_view(event.name).substr(kEnter.size())});
                isAny = true;
            }
        } else if (event.name.starts_with(kExit)) {
            isAny |= rules.add(this, NamedExit, event, {number, "ret", ""});
        }
    }
    if (!isAny)
        return;
    m_tasks.resize(index.tasks->size());
    for (const StreamInfo &stream : index.trace->streams())
        m_sources.push_back(1U << (stream.instance * 2 % 32));
    rules.add(this, TaskExit, "sched", "sched_process_exit", {"", "", ""});
    rules.add(this, Exec, "sched", "sched_process_exec", {"pid:task", "old_pid:task", ""});
    rules.add(this, Fork, "sched", "sched_process_fork", {"parent_pid:task", "child_pid:task", ""});
}

std::vector<SyscallName> Syscalls::names() const
{
    std::vector<SyscallName> names;
    for (const Named &named : m_named) {
        if (named.number >= 0 && named.number <= SyscallValue::kNumber)
            names.push_back({static_cast<std::uint32_t>(named.number), std::string(named.name)});
    }
    std::sort(names.begin(), names.end());
    return names;
}

Syscalls::Current *Syscalls::current(TaskId task)
{
    return task != kIdleTask && toIndex(task) < m_tasks.size() ? &m_tasks[toIndex(task)] : nullptr;
}

/// Each event of each instance tells of a call once.
std::uint32_t Syscalls::sourceOf(const Note &note, bool isNamed) const
{
    return m_sources[note.stream] << (isNamed ? 1U : 0U);
}

std::uint32_t Syscalls::callOf(std::int64_t number, const Current &current) const
{
    auto call = static_cast<std::uint32_t>(number) & SyscallValue::kNumber;
    if (m_isX86 && (number & kX32Bit) != 0)
        call |= SyscallValue::kX32;
    else if (current.isCompat)
        call |= SyscallValue::kCompat;
    return call;
}

void Syscalls::add(TaskId task, Current &current, TimeNs end, std::uint32_t flags)
{
    if (current.track == kNoTrack)
        current.track = m_log.track({TrackClass::Syscall, 0, ownerOfTask(task), 0});
    const OpenPlace &place = current.place;
    m_log.add(current.track, {place.begin, std::max(place.begin, end), current.call | flags},
              m_index.trace->streams()[place.stream].cpu);
    current.call = kNotOpen;
}

void Syscalls::abandon(TaskId task, Current &current, StreamIndex stream, TimeNs end)
{
    if (current.call == kNotOpen)
        return;
    const TimeNs lost = current.place.certainUntil(m_losses, stream);
    add(task, current, std::min(lost, end), SyscallValue::kUnfinished);
}

void Syscalls::enter(const Note &note, bool isNamed)
{
    Current *const now = current(note.task);
    const std::int64_t number = note.fields[0];
    if (now == nullptr || number < 0)
        return;
    const std::uint32_t source = sourceOf(note, isNamed);
    const std::uint32_t call = callOf(number, *now);
    if (now->call != kNotOpen) {
        const TimeNs lost = now->place.certainUntil(m_losses, note.stream);
        if (lost == kTimeMax && now->call == call && (now->sources & source) == 0) {
            now->sources |= source;
            return;
        }
        add(note.task, *now, lost != kTimeMax ? lost : now->place.begin, SyscallValue::kUnfinished);
    }
    now->place = {note.time, note.stream, m_losses.count(note.stream)};
    now->call = call;
    now->sources = source;
    now->hasExeced = false;
}

void Syscalls::exit(const Note &note)
{
    Current *const now = current(note.task);
    if (now == nullptr || now->call == kNotOpen)
        return;
    if (const TimeNs lost = now->place.certainUntil(m_losses, note.stream); lost != kTimeMax) {
        add(note.task, *now, lost, SyscallValue::kUnfinished);
        return;
    }
    const std::int64_t number = note.fields[0];
    const std::uint32_t flags = isError(note.fields[1]) ? SyscallValue::kFailed : 0;
    // -1: one that had another task's registers restored, as rt_sigreturn.
    if (number < 0 || callOf(number, *now) == now->call) {
        add(note.task, *now, note.time, flags);
        return;
    }
    // A program of another ABI has that one's number of execve.
    const auto open = static_cast<std::int64_t>(now->call & SyscallValue::kNumber);
    const bool isExec = m_isX86 && (number == kExecve || number == kCompatExecve)
                        && (open == kExecve || open == kExecveat || open == kCompatExecve
                            || open == kCompatExecveat);
    if (isExec || now->hasExeced) {
        if (isExec) {
            now->isCompat = open == kCompatExecve || open == kCompatExecveat;
            now->call = callOf(open, *now);
        }
        add(note.task, *now, note.time, flags);
        if (m_isX86)
            now->isCompat = number == kCompatExecve;
        return;
    }
    add(note.task, *now, now->place.begin, SyscallValue::kUnfinished);
}

void Syscalls::exec(const Note &note)
{
    const auto task = static_cast<TaskId>(note.fields[0]);
    const auto old = static_cast<TaskId>(note.fields[1]);
    Current *const now = current(task);
    Current *const before = current(old);
    if (now == nullptr || before == nullptr)
        return;
    if (task != old) { // a thread takes the place of its process, whose first thread is gone
        abandon(task, *now, note.stream, note.time);
        const TrackLog::Handle track = now->track;
        *now = *before;
        now->track = track;
        before->call = kNotOpen;
    }
    now->hasExeced = now->call != kNotOpen;
}

void Syscalls::take(const Note &note, const NoteRule &rule)
{
    switch (rule.what) {
    case RawEnter:
        enter(note, false);
        return;
    case RawExit:
    case NamedExit:
        exit(note);
        return;
    case TaskExit:
        if (Current *const now = current(note.task))
            abandon(note.task, *now, note.stream, note.time);
        return;
    case Exec:
        exec(note);
        return;
    case Fork: {
        const Current *const parent = current(static_cast<TaskId>(note.fields[0]));
        Current *const child = current(static_cast<TaskId>(note.fields[1]));
        if (parent != nullptr && child != nullptr)
            child->isCompat = parent->isCompat;
        return;
    }
    default:
        break;
    }
    Named &named = m_named[rule.what - NamedEnter];
    if (named.number < 0)
        named.number = note.fields[0];
    enter(note, true);
}

void Syscalls::lose(StreamIndex stream, TimeRange range)
{
    if (!m_tasks.empty())
        m_losses.add(stream, range.begin);
}

void Syscalls::finish(TimeNs end)
{
    for (std::size_t i = 0; i < m_tasks.size(); ++i)
        abandon(TaskId(i), m_tasks[i], m_tasks[i].place.stream, end);
}

} // namespace thresher
