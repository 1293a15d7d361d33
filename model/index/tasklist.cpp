// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/tasklist_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr Pid kPidLimit = 4 * 1024 * 1024; // PID_MAX_LIMIT of 64-bit kernels
constexpr std::size_t kMaxNames = 1000; // of one task; a damaged file has no end of them

// One moment at which the task had this name.
void addMoment(std::vector<NameSpan> &names, const Comm &comm, TimeNs time)
{
    const auto after = std::upper_bound(
        names.begin(), names.end(), time,
        [](TimeNs when, const NameSpan &span) { return when < span.first; });
    const auto at = after == names.begin() ? names.end() : after - 1;
    if (at != names.end() && at->comm == comm) {
        at->last = std::max(at->last, time);
        return;
    }
    const bool isInside = at != names.end() && time < at->last;
    if (!isInside && after != names.end() && after->comm == comm) {
        after->first = time;
        return;
    }
    if (names.size() + 2 > kMaxNames)
        return;
    const auto index = after - names.begin();
    if (isInside) {
        // What was seen of the other name around it stays true at its ends.
        NameSpan rest = *at;
        rest.first = rest.last;
        at->last = std::max(at->first, time == kTimeMin ? time : time - 1);
        names.insert(names.begin() + index, rest);
    }
    names.insert(names.begin() + index, NameSpan{comm, time, time});
}

} // namespace

Comm::Comm(std::string_view name)
{
    const std::size_t length = std::min(
        {name.find('\0'), name.size(), text.size() - std::size_t{1}});
    std::memcpy(text.data(), name.data(), length);
}

TaskList::TaskList(const TraceMetadata &metadata)
{
    add(0);
    m_tasks[0].tgid = 0;
    m_tasks[0].comm = "<idle>";
    m_tasks[0].isSaved = true;
    addSaved(metadata);
}

void TaskList::addSaved(const TraceMetadata &metadata)
{
    const std::scoped_lock lock(m_mutex);
    std::vector<const SavedTask *> saved;
    for (const SavedTask &task : metadata.savedTasks)
        saved.push_back(&task);
    std::stable_sort(saved.begin(), saved.end(),
                     [](const SavedTask *a, const SavedTask *b) { return a->pid < b->pid; });
    for (const SavedTask *task : saved) {
        const TaskId id = find(task->pid);
        if (id == kNoTask || id == kIdleTask)
            continue;
        Entry &entry = m_tasks[toIndex(id)];
        if (!task->comm.empty()) {
            entry.comm = task->comm;
            entry.isSaved = true;
        }
        if (task->tgid > 0)
            entry.tgid = task->tgid;
    }
    // Option PROCMAPS lists processes, whose main thread's id is their tgid.
    for (const ProcessMapping &mapping : metadata.mappings) {
        const auto found = m_byPid.find(mapping.pid);
        if (found != m_byPid.end() && m_tasks[toIndex(found->second)].tgid < 0)
            m_tasks[toIndex(found->second)].tgid = mapping.pid;
    }
}

TaskId TaskList::add(Pid pid)
{
    const TaskId id{static_cast<std::uint32_t>(m_tasks.size())};
    m_tasks.emplace_back().pid = pid;
    m_byPid.emplace(pid, id);
    return id;
}

TaskId TaskList::idOf(Pid pid)
{
    const std::scoped_lock lock(m_mutex);
    return find(pid);
}

TaskId TaskList::find(Pid pid)
{
    if (pid < 0 || pid > kPidLimit)
        return kNoTask;
    const auto found = m_byPid.find(pid);
    return found != m_byPid.end() ? found->second : add(pid);
}

std::size_t TaskList::size() const
{
    const std::scoped_lock lock(m_mutex);
    return m_tasks.size();
}

void TaskList::addName(TaskId id, const NameSpan &span)
{
    const std::scoped_lock lock(m_mutex);
    if (id == kIdleTask || toIndex(id) >= m_tasks.size())
        return;
    auto &names = m_tasks[toIndex(id)].names;
    if (names.empty() || (span.first > names.back().last && names.back().comm != span.comm)) {
        if (names.size() < kMaxNames)
            names.push_back(span);
    } else if (names.back().comm == span.comm && span.first >= names.back().first) {
        names.back().last = std::max(names.back().last, span.last);
    } else {
        addMoment(names, span.comm, span.first);
        addMoment(names, span.comm, span.last);
    }
}

void TaskList::setGroup(TaskId id, Pid tgid)
{
    const std::scoped_lock lock(m_mutex);
    if (toIndex(id) < m_tasks.size() && m_tasks[toIndex(id)].tgid < 0)
        m_tasks[toIndex(id)].tgid = tgid;
}

void TaskList::setThreadOf(TaskId id, TaskId parent)
{
    const std::scoped_lock lock(m_mutex);
    if (toIndex(id) < m_tasks.size() && toIndex(parent) < m_tasks.size()
        && m_tasks[toIndex(id)].tgid < 0)
        m_tasks[toIndex(id)].tgid = m_tasks[toIndex(parent)].tgid;
}

std::vector<Task> TaskList::tasks() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Task> tasks;
    tasks.reserve(m_tasks.size());
    for (const Entry &entry : m_tasks) {
        Task &task = tasks.emplace_back();
        task.pid = entry.pid;
        task.tgid = entry.tgid;
        task.comm = entry.comm;
        for (const NameSpan &span : entry.names) {
            // Spans of one name with nothing in between are one.
            if (task.names.empty() || task.names.back().comm != span.comm.view())
                task.names.push_back({span.first, std::string(span.comm.view())});
        }
        if (!entry.isSaved && !task.names.empty())
            task.comm = task.names.front().comm;
    }
    return tasks;
}

} // namespace thresher
