// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/query/selection.h"

#include <optional>
#include <utility>
#include <vector>

/// How often and how long, of tasks, CPUs and events.
namespace thresher {

/// Times are cut at the borders of the range; what happens at one moment (events, switches,
/// wakeups) counts where it lies in it. In the range itself nothing is estimated: what is not known
/// is told as such.
struct StatisticsRequest
{
    TimeRange range{kTimeMin, kTimeMax};
    /// Tasks, CPUs and events that it hides are left out: a task's times on hidden CPUs, too.
    ShowFilter shown;
    /// If it has an expression, only events that it shows are counted (`events` and
    /// EventStatistics); times and switches are of the scheduler, and are not changed by it. May be
    /// null.
    std::shared_ptr<const Selection> selection;
    /// Of the lengths of the runqueues over time; 0: none.
    std::uint32_t columns = 0;
};

/// What follows from the scheduler's events; all 0 where there are none.
struct SchedulingStatistics
{
    DurationNs running = 0; ///< On a CPU.
    DurationNs waiting = 0; ///< For a CPU, after a wakeup.
    DurationNs preempted = 0; ///< For a CPU, since it had to leave one.
    DurationNs maxWait = 0; ///< The longest of both, with its whole length, of those that ended.
    TimeNs maxWaitBegin = kTimeMin;
    CpuId maxWaitCpu = 0; ///< Where the event was that began it (of a wakeup: the waker's CPU).
    std::uint64_t runs = 0; ///< Stretches on a CPU that began.
    std::uint64_t voluntary = 0; ///< That ended since the task slept, waited or exited.
    std::uint64_t involuntary = 0; ///< That ended though it could have run on.
    std::uint64_t wakeups = 0; ///< That found it asleep.
    std::uint64_t migrations = 0; ///< Runs on another CPU than the one before.
    friend bool operator==(const SchedulingStatistics &, const SchedulingStatistics &) = default;
};

struct TaskStatistics
{
    TaskId task{};
    std::uint64_t events = 0; ///< That happened while it ran.
    SchedulingStatistics scheduling;
    DurationNs blocked = 0; ///< Uninterruptible sleep.
    DurationNs sleeping = 0;
    DurationNs unknown = 0; ///< Of the range: not known what it did; before its first event, too.
};

struct CpuStatistics
{
    CpuId cpu = 0;
    std::uint64_t events = 0;
    /// Of what ran there; waits count for the CPU that the task got in the end.
    SchedulingStatistics scheduling;
    DurationNs idle = 0;
    DurationNs unknown = 0; ///< Of the range: not known what ran.
    std::uint64_t irqs = 0; ///< That began.
    std::uint64_t softirqs = 0;
    DurationNs irqTime = 0; ///< Those that interrupt softirqs are counted in both.
    DurationNs softirqTime = 0;
    std::uint64_t lostSpans = 0; ///< That touch the range.
    std::uint64_t lostEvents = 0; ///< In those that begin in it, as far as their number is known.
};

struct EventStatistics
{
    EventTypeId event{};
    std::uint64_t count = 0;
};

/// Tasks that wait for a CPU (woken or preempted), in one column of time.
struct RunqueueColumn
{
    std::uint32_t max = 0; ///< At any moment of it.
    float mean = 0; ///< Over it.
};

struct RunqueueLength
{
    std::vector<RunqueueColumn> all; ///< [request.columns]
    /// As CpuStatistics; by the CPU that a task got in the end. Those that got none that is known
    /// are only among `all`.
    std::vector<std::vector<RunqueueColumn>> byCpu;
};

/// Immutable.
struct Statistics
{
    StatisticsRequest request;
    TimeRange range; ///< Within the trace. Rates are counts over its duration.
    bool hasSwitches = false; ///< Else times and switches say nothing.
    bool hasWakeups = false; ///< Else waits begin with preemptions only.
    bool hasIrqs = false;
    bool hasSoftirqs = false;
    std::uint64_t events = 0;
    SchedulingStatistics total; ///< Of all tasks.
    std::vector<TaskStatistics> tasks; ///< That have an event or a run; the most running first.
    std::vector<CpuStatistics> cpus; ///< Ascending.
    std::vector<EventStatistics> eventTypes; ///< That there are; the most frequent first.
    RunqueueLength runqueue;
};

/// Counts and sums, in parallel. O(events and slices in range). Heap: O(tasks
/// + CPUs + columns · CPUs), and 16 MiB.
/// Fails with Cancelled only.
[[nodiscard]] Result<std::shared_ptr<const Statistics>>
measureStatistics(const Analysis &analysis, const StatisticsRequest &request,
                  const std::stop_token &stop, Progress &progress);

/// Two positions that belong together, of two lists; -1: the other one has no such.
using StatisticsPair = std::pair<std::ptrdiff_t, std::ptrdiff_t>;
/// Puts the tasks (CPUs, events) of two ranges side by side: the order is that of `a`, then what
/// only `b` has.
[[nodiscard]] std::vector<StatisticsPair> pairTasks(const Statistics &a, const Statistics &b);
[[nodiscard]] std::vector<StatisticsPair> pairCpus(const Statistics &a, const Statistics &b);
[[nodiscard]] std::vector<StatisticsPair> pairEvents(const Statistics &a, const Statistics &b);

} // namespace thresher
