// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>

namespace thresher {

/// What a task does, as far as the scheduler's events tell. The value of slices of
/// TrackClass::TaskState; kNoValue where it is not known.
enum class TaskState : std::uint32_t {
    New, ///< Made (fork, clone), not woken yet.
    Running, ///< On a CPU.
    Runnable, ///< Woken, waits for a CPU.
    Preempted, ///< Waits for a CPU, since it had to leave one (prev_state R or R+).
    Blocked, ///< Uninterruptible sleep (D): disk, locks.
    Sleeping, ///< Interruptible sleep (S) or idle kernel thread (I).
    Stopped, ///< Stopped or traced (T, t), parked (P).
    Dead, ///< Exited (X, Z).
};
inline constexpr std::size_t kTaskStates = 8;

/// Whether the task wants something it does not have, or has it: what a lane must show even where a
/// pixel covers it a thousandth. The others are background.
[[nodiscard]] constexpr bool isActive(TaskState state)
{
    return state < TaskState::Sleeping;
}
/// Waits for a CPU.
[[nodiscard]] constexpr bool isWaiting(TaskState state)
{
    return state == TaskState::Runnable || state == TaskState::Preempted;
}

} // namespace thresher
