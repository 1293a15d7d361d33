// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <optional>
#include <span>

namespace thresher {

/// A moment that means something: an event, or where something begins or ends on a CPU.
struct SnapPoint
{
    TimeNs time = 0;
    CpuId cpu = 0;
    friend bool operator==(const SnapPoint &, const SnapPoint &) = default;
};

/// The one nearest to `time`, at most `tolerance` away: shown events, and edges of what runs and of
/// served interrupts, on these CPUs. Of two as near either one.
/// nullopt if there is none.
/// @param selection  of this snapshot; null: all events are shown.
/// O(streams · log events) for each CPU. Thread: any.
[[nodiscard]] std::optional<SnapPoint> snapTime(const IndexSnapshot &snapshot,
                                                const Selection *selection,
                                                std::span<const CpuId> cpus, TimeNs time,
                                                DurationNs tolerance);

} // namespace thresher
