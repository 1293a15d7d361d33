// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/traceindex.h"
#include "model/io/growingtrace.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace thresher {

/// The index of a trace that is being recorded, and then of the file that becomes of it. One thread
/// at a time; what advance() hands out may be read by any.
///
/// A CPU that records nothing must not hold up the frontier for ever. Recorders hand over what a
/// CPU has within some time, however little it is; so what was recorded before the newest event
/// that was here `settling` ago is taken for complete, on all CPUs and by any clock. An event that
/// is later nevertheless is shown at the frontier's time, so that no row is ever put before others
/// that were shown, and the index is not kept.
class LiveIndex
{
public:
    using Clock = std::chrono::steady_clock;
    struct Tuning
    {
        std::chrono::milliseconds settling{1000};
        std::uint64_t sliceBytes = std::uint64_t{3} << 20U; ///< Of a stream, read at a time.
    };

    LiveIndex(std::shared_ptr<const GrowingTrace> trace, IndexOptions options, Tuning tuning);
    LiveIndex(std::shared_ptr<const GrowingTrace> trace, IndexOptions options)
        : LiveIndex(std::move(trace), std::move(options), Tuning())
    {}
    ~LiveIndex();
    LiveIndex(const LiveIndex &) = delete; // its builder points to its store
    LiveIndex &operator=(const LiveIndex &) = delete;

    [[nodiscard]] const std::shared_ptr<const GrowingTrace> &trace() const;

    /// Indexes what has arrived. @returns a snapshot, never complete; null if there is nothing new.
    /// The first one, without events perhaps, always comes. Streams that cannot be read further
    /// (the file became shorter, or too large to be mapped) are followed no longer, and a
    /// diagnostic says so. Fails with Cancelled, NoSpace or Io as openIndex() does; then nothing
    /// more is indexed. O(new bytes + tasks + streams).
    [[nodiscard]] Result<std::shared_ptr<const IndexSnapshot>>
    advance(const std::stop_token &stop, Clock::time_point now = Clock::now());

    /// To be called once, when the recording has become `trace`: indexes what is in it that was not
    /// seen, such as a last page that was repaired, and keeps the index for it, as openIndex()
    /// does.
    /// @returns nullopt if this is no index of that file (it is compressed, or an event came too
    /// late): openIndex() makes one. O(what was not seen + tasks + streams).
    [[nodiscard]] Result<std::optional<BuiltIndex>>
    finish(const std::shared_ptr<const TraceFile> &trace, const std::stop_token &stop);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace thresher
