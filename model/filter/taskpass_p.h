// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/program_p.h"
#include "model/index/tasktable.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace thresher {

/// Which tasks pass a test, and when, where that depends on the name that a task had. Made once for
/// a selection; asking is thread-safe.
class TaskPass
{
public:
    enum class Verdict : std::uint8_t { Fails, Passes, Varies };

    /// O(tasks and their names).
    TaskPass(TaskTest test, const TaskTable &tasks);

    [[nodiscard]] Verdict of(TaskId task) const
    {
        return toIndex(task) < m_verdicts.size() ? m_verdicts[toIndex(task)] : m_other;
    }
    /// Of a task that varies. O(log names).
    [[nodiscard]] bool passes(TaskId task, TimeNs time) const;
    /// Whether the tasks of `earlier`, a shorter table's, all have the same answers here.
    [[nodiscard]] bool extends(const TaskPass &earlier) const;

private:
    using Changes = std::vector<std::pair<TimeNs, bool>>; ///< From a time on. Ascending.

    [[nodiscard]] Verdict byName(TaskTest &test, const TaskTable &tasks, TaskId task);

    std::vector<Verdict> m_verdicts; ///< [tasks]
    std::unordered_map<std::uint32_t, Changes> m_changes; ///< Of those that vary.
    Verdict m_other = Verdict::Fails; ///< Events of no known task.
};

} // namespace thresher
