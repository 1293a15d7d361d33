// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/taskpass_p.h"

#include <algorithm>

namespace thresher {

TaskPass::TaskPass(TaskTest test, const TaskTable &tasks)
    : m_verdicts(tasks.size())
{
    for (std::size_t i = 0; i < m_verdicts.size(); ++i) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        const Task &task = tasks.task(id);
        if (test.of == TaskTest::Of::Comm) {
            m_verdicts[i] = byName(test, tasks, id);
            continue;
        }
        const bool isPid = test.of == TaskTest::Of::ThreadId;
        const Pid number = isPid ? task.pid : task.tgid;
        const bool isKnown = isPid || number >= 0;
        m_verdicts[i] = isKnown && test.numbers.contains(number) ? Verdict::Passes : Verdict::Fails;
    }
    if (test.of == TaskTest::Of::Comm && test.text.matches(tasks.name(kNoTask)) != test.isNegated)
        m_other = Verdict::Passes;
}

TaskPass::Verdict TaskPass::byName(TaskTest &test, const TaskTable &tasks, TaskId task)
{
    const auto matchesAt = [&](TimeNs time) {
        return test.text.matches(tasks.nameAt(task, time)) != test.isNegated;
    };
    Changes changes{{kTimeMin, matchesAt(kTimeMin)}};
    for (const Task::Name &name : tasks.task(task).names) {
        const bool matches = matchesAt(name.from);
        if (matches != changes.back().second)
            changes.emplace_back(name.from, matches);
    }
    if (changes.size() == 1)
        return changes.front().second ? Verdict::Passes : Verdict::Fails;
    m_changes.emplace(static_cast<std::uint32_t>(task), std::move(changes));
    return Verdict::Varies;
}

bool TaskPass::passes(TaskId task, TimeNs time) const
{
    const auto found = m_changes.find(static_cast<std::uint32_t>(task));
    if (found == m_changes.end())
        return false;
    const Changes &changes = found->second;
    const auto after = std::upper_bound(
        changes.begin(), changes.end(), time,
        [](TimeNs wanted, const std::pair<TimeNs, bool> &change) { return wanted < change.first; });
    return (after == changes.begin() ? *after : *(after - 1)).second;
}

bool TaskPass::extends(const TaskPass &earlier) const
{
    return earlier.m_verdicts.size() <= m_verdicts.size()
           && std::equal(earlier.m_verdicts.begin(), earlier.m_verdicts.end(), m_verdicts.begin())
           && std::all_of(earlier.m_changes.begin(), earlier.m_changes.end(),
                          [&](const auto &task) {
                              const auto here = m_changes.find(task.first);
                              return here != m_changes.end() && here->second == task.second;
                          });
}

} // namespace thresher
