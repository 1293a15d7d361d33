// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/latency.h"
#include "model/qt/datatablemodel.h"
#include "model/query/rows.h"

/// Latencies in words and tables.
namespace thresher {

/// "Wakeup", and what it is: "From a task's wakeup until it runs".
[[nodiscard]] QString latencyKindName(LatencyKind kind);
[[nodiscard]] QString latencyKindToolTip(LatencyKind kind);
/// What has to be recorded: "sched_switch and sched_waking".
[[nodiscard]] QString latencyKindNeeds(LatencyKind kind);

/// Whether values tell measurements of a kind apart: interrupts do, waits for a CPU do not.
[[nodiscard]] bool hasValues(LatencyKind kind);
/// What the values are: "Interrupt", "System call".
[[nodiscard]] QString latencyValueTitle(LatencyKind kind);
/// A value as text: "IRQ 24", "openat", "vfs_read".
[[nodiscard]] QString latencyValueText(const Analysis &analysis, LatencyKind kind,
                                       std::uint32_t value);
/// "kworker/0:1" at that time; "<...>" if not known.
[[nodiscard]] QString taskText(const IndexSnapshot &index, TaskId task, TimeNs time);

/// A row for each group of the result, by its grouping.
[[nodiscard]] DataTable latencyGroupTable(const Analysis &analysis, const LatencyResult &result);
/// A row for each of the longest; of calls with their arguments and results, as far as they are
/// there.
[[nodiscard]] DataTable latencyWorstTable(const Analysis &analysis, const LatencyResult &result);
/// Where a measurement is; its begin's event is on the CPU where it began.
[[nodiscard]] DataPlace placeOf(const LatencyRow &row);

/// The event at `time` on a CPU that tells of a begin of that kind, else the first one there; none:
/// nullopt. O(streams of the CPU · log events).
[[nodiscard]] std::optional<Place> eventAt(const IndexSnapshot &index, CpuId cpu, TimeNs time,
                                           std::optional<LatencyKind> kind);

} // namespace thresher
