// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/diagnostics.h"
#include "model/index/streamview.h"
#include "model/index/tasktable.h"
#include "model/io/tracefile.h"

#include <memory>
#include <vector>

namespace thresher {

/// Everything that is known of a trace at one moment, while its index is being built or when it is
/// complete. Immutable; shared between threads by shared_ptr; a later snapshot only ever knows
/// more.
///
/// The same file always gives the same events, counts and slices. Ids of tasks that the file does
/// not name in its saved tasks are given as workers meet them, and may differ from one build to the
/// next.
struct IndexSnapshot
{
    std::uint64_t id = 0; ///< Ascending within one process; the key of every cache above.
    std::shared_ptr<const TraceFile> trace;
    std::shared_ptr<const void> storage; ///< Keeps what the views point into.
    std::vector<StreamView> streams; ///< As TraceFile::streams(), one each.
    std::vector<StreamSurvey> survey; ///< One each while building; may be empty after.
    std::shared_ptr<const TaskTable> tasks;
    /// From the first to behind the last event; while building, the survey's estimate if that is
    /// wider.
    TimeRange range;
    /// All streams are complete before this time: rows and numbers before it are final.
    TimeNs frontier = kTimeMin; ///< kTimeMax if complete.
    bool isComplete = false;
    std::uint64_t eventCount = 0;
    std::vector<std::uint64_t> eventsPerType; ///< [EventCatalog::all().size()]
    std::vector<std::uint64_t> eventsPerTask; ///< [tasks->size()]
    std::vector<DurationNs> runtimePerTask; ///< [tasks->size()] ns on a CPU, from sched_switch.
    std::uint64_t lostEvents = 0; ///< Of the spans whose count is known.
    std::uint64_t lostSpans = 0;
    std::vector<Diagnostic> diagnostics; ///< Of opening and of building, in the file's order.

    /// CPUs that have at least one stream, ascending.
    [[nodiscard]] std::vector<CpuId> cpus() const;
    /// Streams of one CPU (one for each instance that has data of it).
    [[nodiscard]] std::vector<StreamIndex> streamsOf(CpuId cpu) const;
};

/// For IndexSnapshot::id. Thread: any.
[[nodiscard]] std::uint64_t newSnapshotId();

/// Bytes on disk of one column, over all streams: for `thresher info` and `thresher bench`.
struct ColumnSize
{
    std::string name; ///< "time", "event", "task", "pages", "running", …
    std::uint64_t bytes = 0;
};

} // namespace thresher
