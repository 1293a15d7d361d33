// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/index/snapshot.h"
#include "model/io/tracefile.h"
#include "model/query/selection.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// A part of a trace, as a trace.dat of its own.
namespace thresher {

/// What is made unreadable in the part, so that it may be shown to others. Times, pids, addresses,
/// numbers and names of events, functions and buffers stay; records keep their sizes.
struct Anonymise
{
    /// Tasks' names become task-1, task-2, …, one for each name, everywhere: in the saved names and
    /// in fields that hold names. Idle tasks and the kernel's own threads keep theirs.
    bool names = false;
    /// All other texts in records (file names, what was written to trace_marker), paths of mapped
    /// files and the host's name become as many letters, the same for the same text. Arguments of
    /// trace_printk() and arrays of bytes become zeros.
    bool strings = false;

    friend bool operator==(const Anonymise &, const Anonymise &) = default;
};

struct CutRequest
{
    TimeRange range = {kTimeMin, kTimeMax}; ///< Half-open.
    std::optional<std::vector<CpuId>> cpus; ///< None: all.
    /// What else is kept; null: all. Of the snapshot, or an equal one, and decided up to the
    /// range's end.
    std::shared_ptr<const Selection> selection;
    int version = 7; ///< 6 or 7
    Compression compression = Compression::Zstd; ///< Version 6 has None only.
    /// Of all events that could have been recorded, not only of the systems whose events are kept.
    bool keepsAllFormats = false;
    Anonymise anonymise;
    std::filesystem::path path;
    bool mayReplace = false; ///< A file of that name.
};

struct CutSummary
{
    std::uint64_t events = 0;
    std::uint64_t bytes = 0; ///< Of the file.
    TimeRange range; ///< From the first event to behind the last one; empty if there is none.
    std::uint32_t streams = 0; ///< CPUs with events, of all instances.
    std::uint64_t lostSpans = 0; ///< That are told in the part.
    std::uint64_t copiedPages = 0; ///< Pages of the ring buffer that are as they were,
    std::uint64_t writtenPages = 0; ///< and those that were made anew.
    /// What the file says that is not in the part, as sentences: options that nobody knows, and
    /// how far histograms reach.
    std::vector<std::string> notes;
};

/// Writes the part of the trace that `request` describes: every instance, the events' formats,
/// tasks' names, symbols and options, and what was lost before, between and behind the kept events
/// of a CPU that has any. Pages that are kept whole are copied, the others written anew, so that
/// the part is not larger than it needs to be.
///
/// Of names: those that the trace has saved; of tasks that have none, the one that events gave
/// before the range, else the first that any gave.
///
/// @returns what was written; fails with InvalidArgument where the request makes no sense, the
/// path is not to be written to or the snapshot does not know all of the range yet; NoSpace, Io;
/// Damaged if the trace was changed since it was indexed; Cancelled within 100 ms of `stop`. On
/// failure no file is left, and none is replaced.
///
/// Time: that of copying, or of compressing on all CPUs. Memory: O(metadata) and some MiB for each
/// CPU of this machine. Thread: any; starts its own workers, and joins them.
[[nodiscard]] Result<CutSummary> cutTrace(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                          const CutRequest &request, const std::stop_token &stop,
                                          Progress &progress);

struct CutEstimate
{
    std::uint64_t events = 0; ///< Exact.
    std::uint64_t bytes = 0; ///< Of the file, roughly.
    bool isReady = true; ///< The snapshot knows all of the range: cutTrace() would not refuse.
};

/// What cutTrace() would write. O(streams · log events) but for the pages' bytes, which are taken
/// from the trace's average. Thread: any.
[[nodiscard]] CutEstimate estimateCut(const IndexSnapshot &snapshot, const CutRequest &request);

} // namespace thresher
