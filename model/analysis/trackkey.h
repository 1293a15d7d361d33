// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <compare>
#include <cstdint>

namespace thresher {

/// What a track of an analysis tells of.
enum class TrackClass : std::uint8_t {
    TaskState, ///< What a task did; values are TaskState. Contiguous.
    Syscall, ///< System calls of a task; values as SyscallValue.
    Call, ///< Functions that a task called (function_graph); values number Analysis::functions.
    Probe, ///< From a probe's hit to its function's return; values number Analysis::probes.
    Pair, ///< From one event to another one with the same key; the group numbers Analysis::pairs.
          ///< Values are the lower 31 bits of the first key; a TaskId of `task`.
};

/// Names a track: a sequence of slices that do not overlap. What nests is in tracks of ascending
/// depth, outermost 0; what overlaps otherwise is in the first depth that is free.
struct TrackKey
{
    TrackClass what = TrackClass::TaskState;
    std::uint8_t group = 0; ///< Of pairs: which one.
    std::uint32_t owner = 0; ///< A TaskId, or ownerOfCpu(); of pairs see PairSummary.
    std::uint16_t depth = 0;

    friend auto operator<=>(const TrackKey &, const TrackKey &) = default;
};

/// Owner of what belongs to a CPU instead of a task, as what its idle task did.
[[nodiscard]] constexpr std::uint32_t ownerOfCpu(CpuId cpu)
{
    return 0x80000000U | (cpu & 0x7fffffffU);
}
[[nodiscard]] constexpr bool isCpuOwner(std::uint32_t owner)
{
    return (owner & 0x80000000U) != 0 && owner != 0xffffffffU;
}
[[nodiscard]] constexpr CpuId cpuOfOwner(std::uint32_t owner)
{
    return owner & 0x7fffffffU;
}
[[nodiscard]] constexpr std::uint32_t ownerOfTask(TaskId task)
{
    return static_cast<std::uint32_t>(task);
}

} // namespace thresher
