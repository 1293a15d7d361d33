// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/distribution.h"
#include "model/query/selection.h"

#include <functional>
#include <optional>

/// How long things took.
namespace thresher {

enum class LatencyKind : std::uint8_t {
    Wakeup, ///< From a task's wakeup until it runs (TaskState::Runnable, then Running).
    Preemption, ///< From where a task had to leave its CPU until it runs again.
    Blocked, ///< Uninterruptible sleep.
    Sleep, ///< Interruptible sleep.
    Running, ///< From where a task gets a CPU until it leaves it.
    Irq, ///< From an interrupt handler's entry to its exit, what interrupts it included.
    Softirq,
    Syscall, ///< The classes of tracks of the same names.
    Call,
    Probe,
    Pair,
};
inline constexpr std::size_t kLatencyKinds = 11;

enum class LatencyGrouping : std::uint8_t { All, Task, Cpu, Value };

/// Which measurements. A measurement belongs to the range that it begins in, with its whole length,
/// even if it ends behind: so those of ranges that tile the trace are each measured once, and none
/// is cut.
struct LatencyRequest
{
    LatencyKind kind = LatencyKind::Wakeup;
    std::uint8_t pair = 0; ///< Of LatencyKind::Pair: TrackKey::group.
    TimeRange range{kTimeMin, kTimeMax};
    LatencyGrouping grouping = LatencyGrouping::All;
    /// Measurements of tasks and CPUs (LatencyRow::task, cpu) that it hides are left out;
    /// interrupts and softirqs also where the events of their begin are hidden.
    ShowFilter shown;
    /// If it has an expression, those are left out whose first event it does not show. May be null.
    std::shared_ptr<const Selection> selection;
    /// Only those of one group, as `grouping` makes them.
    std::optional<std::uint32_t> onlyGroup;
    std::vector<std::uint32_t> onlyValues; ///< Those with a latencyValue() of these; none: all.
    bool withCalls = false; ///< Of LatencyKind::Probe: read LatencyResult::calls, too.
    bool includeLost = true; ///< Those during which events were lost, too.
    std::size_t worst = 100; ///< Rows to list, the longest first.
    std::uint32_t columns = 0; ///< Of LatencyResult::columns.
};

/// One measurement.
struct LatencyRow
{
    TimeNs begin = 0;
    TimeNs end = 0;
    TaskId task = kNoTask; ///< Whose it is; of interrupts: that ran then.
    /// Where it ran when it began; of waits for a CPU: the CPU that the task got in the end.
    CpuId cpu = 0;
    CpuId beganOn = 0; ///< Where the event was that began it (of a wakeup: the waker's CPU).
    /// The irq number, softirq vector, syscall, …; of states: the TaskState that followed.
    std::uint32_t value = kNoValue;
    bool isLost = false; ///< Events were lost meanwhile, so it may be wrong.

    [[nodiscard]] DurationNs duration() const { return TimeRange{begin, end}.duration(); }
    friend bool operator==(const LatencyRow &, const LatencyRow &) = default;
};

struct LatencyGroup
{
    std::uint32_t key = 0; ///< TaskId, CpuId or value; 0 of LatencyGrouping::All.
    Distribution durations;
    LatencyRow longest; ///< The first of those; its begin is a time at which to ask for a name.
    std::uint64_t lost = 0; ///< Of these measurements, those with LatencyRow::isLost.
};

/// What began in one column of time.
struct LatencyColumn
{
    std::uint32_t count = 0; ///< Saturating.
    LatencyRow longest; ///< If there is one: the first of the longest.
};

struct ProbedCallTable;

/// Immutable.
struct LatencyResult
{
    LatencyRequest request;
    /// What was measured, within the trace.
    TimeRange range;
    /// The trace has no event that tells of this kind: nothing can be said.
    bool isMissing = false;
    bool isComplete = false; ///< Not a partial one.
    LatencyGroup total;
    std::vector<LatencyGroup> groups; ///< The largest sum first.
    std::vector<LatencyRow> worst; ///< The longest first, then by begin.
    /// Arguments and results of `worst`; null where they were not asked for, and of a part.
    std::shared_ptr<const ProbedCallTable> calls;
    std::vector<LatencyColumn> columns; ///< [request.columns], of equal width over `range`.
    /// Measurements during which events were lost; whether they are among the rest says
    /// request.includeLost.
    std::uint64_t lost = 0;
    /// Begun in the range, but their end is not known: the trace, or what is known, ends before. Or
    /// their begin is not known, since the recording or what is known begins later. Not among the
    /// rest.
    std::uint64_t unfinished = 0;
    std::uint64_t begunBefore = 0; ///< Reach into the range; not among the rest.
    std::uint64_t endedBehind = 0; ///< Reach beyond the range; among the rest.
};

/// Whether the trace has the events that a kind needs. Wakeups need sched_switch and sched_waking
/// (or sched_wakeup), other states sched_switch. O(log tracks).
[[nodiscard]] bool canMeasure(const Analysis &analysis, LatencyKind kind);

/// What LatencyRow::value is grouped by: of a system call the call, whatever its outcome.
[[nodiscard]] std::uint32_t latencyValue(LatencyKind kind, std::uint32_t value);

/// What the trace, or the kernel, calls a row's value: "openat", "vfs_read", "NET_RX", the name of
/// an interrupt's handler. Empty if nothing; of states and pairs. O(log events); to be kept.
[[nodiscard]] std::string latencyValueName(const Analysis &analysis, LatencyKind kind,
                                           const LatencyRow &row);

/// Measures, in parallel over the tracks. O(slices in range); with an expression, a look-up each.
/// Heap: less than a byte for each event of a large trace; see Distribution.
/// @param onPartial  called from this thread, at most five times a second; may be empty.
/// Fails with Cancelled only.
[[nodiscard]] Result<std::shared_ptr<const LatencyResult>>
measureLatency(const Analysis &analysis, const LatencyRequest &request, const std::stop_token &stop,
               Progress &progress,
               const std::function<void(std::shared_ptr<const LatencyResult>)> &onPartial = {});

} // namespace thresher
