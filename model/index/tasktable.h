// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// A task that the trace names, or of which it has events.
struct Task
{
    /// A name from some time on.
    struct Name
    {
        TimeNs from = kTimeMin;
        std::string comm;
    };
    Pid pid = 0;
    Pid tgid = -1; ///< -1: not known.
    std::string comm; ///< As saved with the trace, else the first that an event gave; may be empty.
    std::vector<Name> names; ///< Ascending by time, from sched_switch, rename, …; may be empty.
};

/// All tasks of a trace, by dense id. Immutable; task 0 is the idle task (pid 0, "<idle>").
class TaskTable
{
public:
    TaskTable();
    /// @param tasks  in the order of their ids; [0] is the idle task.
    explicit TaskTable(std::vector<Task> tasks);

    [[nodiscard]] std::size_t size() const { return m_tasks.size(); }
    [[nodiscard]] std::span<const Task> all() const { return m_tasks; }
    /// An unnamed task of pid -1 for ids that are not in the table (kNoTask).
    [[nodiscard]] const Task &task(TaskId id) const;
    /// kNoTask if the trace has no such pid. O(1).
    [[nodiscard]] TaskId fromPid(Pid pid) const;
    /// The saved name; "<idle>" for task 0, "<...>" if not known. As trace-cmd names it.
    [[nodiscard]] std::string_view name(TaskId id) const;
    /// The name that it had at `time`, where events tell; else name().
    [[nodiscard]] std::string_view nameAt(TaskId id, TimeNs time) const;

private:
    std::vector<Task> m_tasks;
    std::unordered_map<Pid, TaskId> m_byPid;
};

} // namespace thresher
