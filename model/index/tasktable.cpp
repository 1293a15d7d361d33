// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/tasktable.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

const Task &unknownTask()
{
    static const Task kTask{-1, -1, {}, {}};
    return kTask;
}

} // namespace

TaskTable::TaskTable()
    : TaskTable(std::vector<Task>{Task{0, 0, "<idle>", {}}})
{}

TaskTable::TaskTable(std::vector<Task> tasks)
    : m_tasks(std::move(tasks))
{
    if (m_tasks.empty())
        m_tasks.push_back(Task{0, 0, "<idle>", {}});
    m_byPid.reserve(m_tasks.size());
    // emplace: the first of several tasks of one pid stays.
    for (std::size_t i = 0; i < m_tasks.size(); ++i)
        m_byPid.emplace(m_tasks[i].pid, TaskId{static_cast<std::uint32_t>(i)});
}

const Task &TaskTable::task(TaskId id) const
{
    return toIndex(id) < m_tasks.size() ? m_tasks[toIndex(id)] : unknownTask();
}

TaskId TaskTable::fromPid(Pid pid) const
{
    const auto found = m_byPid.find(pid);
    return found == m_byPid.end() ? kNoTask : found->second;
}

std::string_view TaskTable::name(TaskId id) const
{
    if (id == kIdleTask)
        return "<idle>";
    const Task &known = task(id);
    return known.comm.empty() ? std::string_view("<...>") : std::string_view(known.comm);
}

std::string_view TaskTable::nameAt(TaskId id, TimeNs time) const
{
    if (id == kIdleTask)
        return name(id);
    const auto &names = task(id).names;
    if (names.empty())
        return name(id);
    const auto after = std::upper_bound(
        names.begin(), names.end(), time,
        [](TimeNs when, const Task::Name &name) { return when < name.from; });
    // Before the first that events tell, it most likely had that one already.
    const Task::Name &at = after == names.begin() ? *after : *(after - 1);
    return at.comm.empty() ? name(id) : std::string_view(at.comm);
}

} // namespace thresher
