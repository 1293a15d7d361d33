// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/counters.h"
#include "model/analysis/pairspec.h"
#include "model/analysis/syscallvalue.h"
#include "model/analysis/taskstate.h"
#include "model/analysis/tracksegment.h"
#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/index/traceindex.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// What happened, worked out of the merged stream of events: what each task did, its system calls,
/// functions called, probes, pairs of events.
namespace thresher {

/// All that is known of one track over the whole trace.
struct TrackSummary
{
    TrackKey key;
    std::uint64_t slices = 0;
    TimeRange range; ///< From the begin of its first slice to the end of its last.
};

/// A function or probe that slices name by number.
struct TrackName
{
    std::uint64_t address = 0; ///< Of the function; 0: none, or several, as of user space.
    std::string name; ///< "vfs_read"; of one without a symbol its address in hexadecimal.
};

/// A system call as an event names it.
struct SyscallName
{
    std::uint32_t call = 0; ///< As SyscallValue::call().
    std::string name;

    friend auto operator<=>(const SyscallName &, const SyscallName &) = default;
};

/// What was found of one kind of pairs.
struct PairSummary
{
    PairSpec spec;
    bool isBuiltIn = false;
    bool isRecorded = false; ///< Both of its events are in the trace.
    std::optional<FilterError> error; ///< Why it makes no sense for the trace, as resolvePair().
    std::uint64_t slices = 0;
    /// Begins and ends that were left out, as the other one is missing or uncertain.
    std::uint64_t unmatched = 0;
    /// Where each value of a key has a lane: the values, by TrackKey::owner. Those that are not
    /// among them share the next owner.
    std::vector<std::int64_t> laneKeys;
    bool lanesAreKeys = false; ///< Else an owner is a task or a CPU, or 0 if there is one lane.
};

struct KeptAnalysis;

/// The results of one pass over a trace, as far as it has got. Immutable; shared between threads; a
/// later one only ever knows more.
struct Analysis
{
    std::uint64_t id = 0; ///< Ascending within one process; the key of caches above.
    std::shared_ptr<const IndexSnapshot> index;
    std::vector<std::shared_ptr<const TrackSegment>> segments; ///< In the order of time.
    std::vector<TrackSummary> tracks; ///< Ascending by key.
    std::vector<SyscallName> syscalls; ///< Ascending; those that events name. See syscallName().
    std::vector<TrackName> functions; ///< Of TrackClass::Call.
    std::vector<TrackName> probes; ///< Of TrackClass::Probe.
    std::vector<PairSummary> pairs; ///< By TrackKey::group of TrackClass::Pair.
    std::vector<CounterSummary> counters; ///< By CounterKey::counter.
    std::vector<std::shared_ptr<const CounterSegment>> counterSegments; ///< In the order of time.
    /// Slices that end before are there; kTimeMax if complete.
    TimeNs frontier = kTimeMin;
    bool hasSwitches = false; ///< sched_switch was recorded: states mean something.
    bool hasWakeups = false; ///< So was sched_waking, sched_wakeup or sched_wakeup_new.
    /// What it was reopened from; null if it was worked out.
    std::shared_ptr<const KeptAnalysis> kept;

    [[nodiscard]] bool isComplete() const { return frontier == kTimeMax; }
    /// Null if there is no such track. O(log tracks).
    [[nodiscard]] const TrackSummary *find(const TrackKey &key) const;
    /// The tracks whose keys are in [first, last]. O(log tracks).
    [[nodiscard]] std::span<const TrackSummary> between(const TrackKey &first,
                                                        const TrackKey &last) const;
    /// How many depths of a track there are: 0 if none.
    [[nodiscard]] std::uint16_t depths(TrackClass what, std::uint8_t group,
                                       std::uint32_t owner) const;
};

/// For Analysis::id. Thread: any.
[[nodiscard]] std::uint64_t newAnalysisId();

struct AnalysisOptions
{
    /// Besides builtInPairs(). Of all no more than 256 are looked for.
    std::vector<PairSpec> pairs;
    std::vector<CounterSpec> counters; ///< Besides builtInCounters().
    std::vector<std::string> leftOut; ///< Names of built-in ones that are not looked for.
    /// As IndexOptions::cacheDirectory, and its limit: if the index is kept there, so is what was
    /// found. Empty: nothing is.
    std::filesystem::path cacheDirectory;
    std::uint64_t cacheLimitBytes = IndexOptions().cacheLimitBytes;
    bool ignoreKept = false; ///< Works it out anew even if it is kept.
    /// Compares all that is kept with its checksums first, and works it out anew if it is damaged:
    /// for who has no time to learn of it later. Else verifyAnalysis() does that.
    bool verifyKept = false;
    /// For an unlinked file of the results, about 6 bytes an event, where they are not kept. Empty:
    /// $TMPDIR.
    std::filesystem::path temporaryDirectory;
    /// Events that are read, merged and written at a time; they take 48 bytes each of the heap.
    std::uint64_t eventsAtATime = std::uint64_t{1} << 18U;
    /// Slices, and samples of counters, of a segment; 80 bytes of the heap each.
    std::uint64_t slicesOfASegment = std::uint64_t{1} << 20U;
};

/// Runs all analyses that the trace has events for, in one pass over its merged stream; or reopens
/// what an earlier run found in the same index, looking for the same pairs and counters.
///
/// @param index  complete.
/// @param onPartial  called from this thread, after each segment; may be empty.
/// Fails with Cancelled within 100 ms of `stop` (nothing is kept then), NoSpace or Io where results
/// cannot be written in the temporary directory either; the partial ones remain usable. That they
/// cannot be kept is no failure. Heap: O(tasks), and the options' buffers. Thread: any; starts its
/// own workers. Reopening takes O(tracks · segments), and touches no slice.
[[nodiscard]] Result<std::shared_ptr<const Analysis>>
analyse(const std::shared_ptr<const IndexSnapshot> &index, const AnalysisOptions &options,
        const std::stop_token &stop, Progress &progress,
        const std::function<void(std::shared_ptr<const Analysis>)> &onPartial);

/// Compares every byte of an analysis that was reopened with its checksums; for running in the
/// background. @returns false if it is damaged: it is then removed from the cache, and is to be
/// worked out anew. True also of one that was not reopened. Fails with Cancelled.
[[nodiscard]] Result<bool> verifyAnalysis(const Analysis &analysis, const std::stop_token &stop);

/// Calls `take(slice, cpu)` for the slices of a track that overlap `range`, in their order, as long
/// as it returns true. O(segments · log slices + slices in range).
/// @returns whether it was called to the end.
template<typename Take>
bool forEachSlice(const Analysis &analysis, const TrackKey &key, TimeRange range, Take &&take)
{
    for (const auto &segment : analysis.segments) {
        const auto part = segment->find(key);
        if (!part || part->slices.end < range.begin)
            continue;
        const TrackView &track = part->slices;
        for (std::uint64_t i = track.firstEndingAfter(range.begin); i < track.size; ++i) {
            const Slice slice = track.slice(i);
            if (slice.begin >= range.end)
                return true;
            if (!take(slice, part->cpu(i)))
                return false;
        }
    }
    return true;
}

/// A slice with where it began.
struct PlacedSlice
{
    Slice slice;
    CpuId cpu = 0;
};
/// The slice that covers `time`; nullopt if none does. O(segments · log slices).
[[nodiscard]] std::optional<PlacedSlice> sliceAt(const Analysis &analysis, const TrackKey &key,
                                                 TimeNs time);
/// The first slice that begins after `time`, or the last that begins before it.
[[nodiscard]] std::optional<PlacedSlice> nextSlice(const Analysis &analysis, const TrackKey &key,
                                                   TimeNs time);
[[nodiscard]] std::optional<PlacedSlice> previousSlice(const Analysis &analysis,
                                                       const TrackKey &key, TimeNs time);

} // namespace thresher
