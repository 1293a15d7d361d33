// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/index/snapshot.h"
#include "model/io/eventprinter.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

/// Building, storing and reopening the index of a trace.
namespace thresher {

struct IndexOptions
{
    /// Where indexes are kept: one directory each. Empty: nothing is kept (unlinked temporary
    /// files).
    std::filesystem::path cacheDirectory;
    /// Indexes used longest ago are removed until the directory is below this.
    std::uint64_t cacheLimitBytes = std::uint64_t{50} << 30;
    /// For the unlinked files, where nothing is kept or the cache cannot be written. Empty:
    /// $TMPDIR.
    std::filesystem::path temporaryDirectory;
    unsigned threads = 0; ///< 0: as many as there are CPUs.
    bool ignoreCached = false; ///< Builds anew even if there is a valid index.
    /// Compares all of an index that is reopened with its checksums first, and builds it anew if it
    /// is damaged: for who has no time to learn of it later.
    bool verifyCached = false;
};

/// $XDG_CACHE_HOME/thresher, or ~/.cache/thresher; empty if neither is known.
[[nodiscard]] std::filesystem::path defaultCacheDirectory();

struct IndexStatistics
{
    bool wasReopened = false; ///< Mapped from the cache instead of built.
    double seconds = 0;
    std::vector<ColumnSize> columns;
    std::filesystem::path directory; ///< Of the kept index; empty if none is kept.
};

struct BuiltIndex
{
    std::shared_ptr<const IndexSnapshot> snapshot;
    IndexStatistics statistics;
};

/// Reopens the index of `trace`, or builds it, in parallel over its streams.
///
/// @param onSnapshot  called from a worker thread, at most 25 times a second, never concurrently:
/// the first one with the survey, within milliseconds; then ever more complete ones. May be empty.
/// @returns the complete snapshot. Fails with Cancelled within 100 ms of `stop` (what was built is
/// removed; snapshots handed out stay valid), NoSpace or Io where columns cannot be written: the
/// text names the directory and what it needs; the latest snapshot then remains usable.
///
/// An index in the cache is used only if it is of this file (size, modification time, hash of head,
/// tail and samples between), of this version of the format, whole, and its small tables' checksums
/// hold; IndexOptions::verifyCached or verifyIndex() check the rest. It is written under a
/// temporary name and renamed when complete; two processes may build the same one. Time: ≤ 12 ns an
/// event on 2 CPUs. Heap: O(tasks
/// + streams), no event. Thread: any; starts its own workers.
[[nodiscard]] Result<BuiltIndex>
openIndex(const std::shared_ptr<const TraceFile> &trace, const IndexOptions &options,
          const std::stop_token &stop, Progress &progress,
          const std::function<void(std::shared_ptr<const IndexSnapshot>)> &onSnapshot);

/// Compares every byte of a kept index with its checksums; for running in the background after a
/// reopen. @returns false if it is damaged (it is then removed from the cache; build it anew).
[[nodiscard]] Result<bool> verifyIndex(const std::filesystem::path &directory,
                                       std::stop_token stop);

/// Finds records: the payload and place of event `i` of a stream. Not thread-safe; one per thread.
class RecordReader
{
public:
    explicit RecordReader(std::shared_ptr<const IndexSnapshot> snapshot);
    ~RecordReader();
    RecordReader(const RecordReader &) = delete; // owns a page cache that records point into
    RecordReader &operator=(const RecordReader &) = delete;

    /// Follows a newer snapshot of the same trace; keeps the cache.
    void setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot);
    /// The record, its payload valid until the next call; its time is the one that was recorded
    /// (even where it went backwards). nullopt if the page cannot be read. O(log pages + events of
    /// a page); reading one event after the other of a stream O(1).
    [[nodiscard]] std::optional<Record> record(StreamIndex stream, EventIndex event);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace thresher
