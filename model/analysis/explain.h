// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/query/rows.h"

#include <optional>
#include <vector>

/// Why a task did not run: who woke it and when, behind whom it waited, and who had woken that one.
/// Each question costs some look-ups in the tracks and a few records; the events between are not
/// read, but for the tasks that ran meanwhile on one CPU.
namespace thresher {

/// A wakeup.
struct Wakeup
{
    enum class Context : std::uint8_t { Task, Irq, Softirq };

    Place event; ///< sched_waking, sched_wakeup or sched_wakeup_new
    TimeNs time = 0;
    CpuId cpu = 0; ///< Where the waker was.
    /// Whose call it was, if the context is Task; else whom the interrupt met.
    TaskId waker = kNoTask;
    Context context = Context::Task;
    std::uint32_t vector = 0; ///< Number of the interrupt, or the softirq's vector.
};

/// Somebody who ran while another one waited.
struct Occupant
{
    TaskId task = kNoTask; ///< kNoTask: not known.
    DurationNs time = 0; ///< ns in all, within the wait.
    std::uint64_t stretches = 0;
};

/// All about one slice of a task's states.
struct SliceStory
{
    TaskId task = kNoTask;
    PlacedSlice slice;
    TaskState state = TaskState::Sleeping; ///< Of the slice; meaningless if it is kNoValue.
    bool isKnown = false; ///< The slice's state is.
    bool touchesLoss = false; ///< Events are lost within: something else may have been.
    std::optional<Place> beginEvent; ///< That told of the slice's begin.
    /// Of one that waits after a wakeup, the wakeup; of one that sleeps or is blocked, the wakeup
    /// that ended it.
    std::optional<Wakeup> wakeup;
    /// Of one that was preempted: who got the CPU.
    TaskId preemptedBy = kNoTask;
    /// The CPU that it ran on next, and when; of one that waits or sleeps.
    std::optional<PlacedSlice> ranNext;
    /// Of one that waits: who ran meanwhile on the CPU that it then got, the longest first.
    std::vector<Occupant> behind;
    /// Priorities as the kernel's events give them (120: nice 0; < 100: real time), where they do.
    std::optional<int> prio;
    std::optional<int> preemptorPrio;
};

/// @returns nullopt if the task has no slice there. Thread: any; opens pages of its own.
/// O(segments · log slices + slices on the CPU meanwhile, of the first 65536).
[[nodiscard]] std::optional<SliceStory> explainSlice(const Analysis &analysis, TaskId task,
                                                     TimeNs time);

/// A link of a chain of wakers: `task` ran at `at` because of `wakeup`.
struct WakeLink
{
    TaskId task = kNoTask;
    TimeNs at = 0; ///< When it is asked about: when it woke the one before it.
    std::optional<Wakeup> wakeup; ///< The last wakeup of it before; none: the trace has none.
    bool isUncertain = false; ///< Events are lost between the wakeup and `at`.
};
/// From `task` at `time` back: who woke it, who had woken the waker, … until an interrupt, a loss,
/// the trace's begin, or `limit` links. At least one link if the task is known.
[[nodiscard]] std::vector<WakeLink> wakeChain(const Analysis &analysis, TaskId task, TimeNs time,
                                              std::size_t limit = 32);

/// Whether events of any stream are lost within [range.begin, range.end]. O(streams · log losses).
[[nodiscard]] bool touchesLoss(const IndexSnapshot &index, TimeRange range);

} // namespace thresher
