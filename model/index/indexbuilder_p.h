// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/index/snapshot.h"
#include "model/index/streambuilder_p.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace thresher {

/// Builds the index of a trace into a ColumnStore with several workers.
///
/// A worker takes the stream that is behind in time, decodes a few MiB of it, writes, and puts it
/// back: so all streams advance together, and what lies before the slowest (the frontier) is final
/// while the rest is being built. Everything shared is touched once per such slice, under one
/// mutex.
class IndexBuilder
{
public:
    using OnSnapshot = std::function<void(std::shared_ptr<const IndexSnapshot>)>;
    /// Tests make these small, to see many slices and snapshots of little data.
    struct Tuning
    {
        /// Inflated bytes that a worker decodes before it writes: large writes are cheap, and 64
        /// CPUs' worth of it is still some 50 ms, so that the frontier moves smoothly.
        std::uint64_t sliceBytes = std::uint64_t{3} << 20U;
        std::chrono::milliseconds publishEach{40}; ///< 25 times a second
    };

    /// @param survey  one for each stream.
    /// @param notes  diagnostics to begin with.
    IndexBuilder(std::shared_ptr<const TraceFile> trace, std::shared_ptr<ColumnStore> store,
                 std::vector<StreamSurvey> survey, std::vector<Diagnostic> notes,
                 OnSnapshot onSnapshot, Progress &progress, Tuning tuning);
    ~IndexBuilder();
    IndexBuilder(const IndexBuilder &) = delete; // workers point to it
    IndexBuilder &operator=(const IndexBuilder &) = delete;

    /// To be called once. Fails with Cancelled, or with what the store fails with.
    [[nodiscard]] Result<std::shared_ptr<const IndexSnapshot>> run(unsigned threads,
                                                                   const std::stop_token &stop);

    // Instead of run(), where the trace is a GrowingTrace: indexgrowth.cpp. One thread at a time.
    /// Decodes pages of the stream up to number `pages`; fewer at a time if there are many.
    /// @returns whether there is more to do. Fails with Cancelled, or with what the store fails
    /// with, and is then of no further use.
    [[nodiscard]] Result<bool> grow(StreamIndex stream, std::uint64_t pages,
                                    const std::stop_token &stop);
    /// Nothing before this time follows; see StreamBuilder::setFloor().
    void settle(TimeNs floor);
    [[nodiscard]] TimeNs newestTime() const; ///< Of all events; kTimeMin: none.
    [[nodiscard]] TimeNs frontier(); ///< As in the next snapshot.
    /// Data of the stream is missing, from the last event on.
    void note(StreamIndex stream, std::string what);
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> growingSnapshot();
    /// The recording has become `trace`: indexes what that holds more, and is its index from then
    /// on, complete, as if it had been made by run().
    /// @returns null, and is of no further use, if it cannot be: pages are not as they were, or an
    /// event came too late for its place.
    [[nodiscard]] Result<std::shared_ptr<const IndexSnapshot>>
    become(const std::shared_ptr<const TraceFile> &trace, const std::stop_token &stop);

    /// Of the columns, when run() or become() has succeeded.
    [[nodiscard]] const StreamColumns &columns(StreamIndex stream) const;
    [[nodiscard]] const StreamMeta &meta(StreamIndex stream) const;
    /// Those of building: not those of opening, nor the notes.
    [[nodiscard]] std::vector<Diagnostic> ownDiagnostics() const;

private:
    struct Stream;
    using Clock = std::chrono::steady_clock;

    void work(const std::stop_token &stop);
    [[nodiscard]] Stream *take();
    [[nodiscard]] bool nextRun(Stream &stream, std::uint64_t bytes, PageRun &run) const;
    [[nodiscard]] bool decodeSlice(Stream &stream, WorkerTables &tables,
                                   const std::stop_token &stop);
    void update(Stream &stream, WorkerTables &tables, bool isDone);
    void putBack(Stream &stream, WorkerTables &tables, bool isDone);
    [[nodiscard]] Result<void> addPages(Stream &stream, const TraceFile &trace,
                                        const StreamInfo &info, std::uint64_t until,
                                        const std::stop_token &stop);
    [[nodiscard]] std::optional<std::vector<StreamIndex>> match(const TraceFile &trace) const;
    void moveDiagnostics(const std::vector<StreamIndex> &order, const TraceFile &trace);
    void fail(Error error);
    void publishIfDue();
    [[nodiscard]] std::shared_ptr<IndexSnapshot> snapshot(bool isComplete);

    std::shared_ptr<const TraceFile> m_trace;
    std::shared_ptr<ColumnStore> m_store;
    std::vector<StreamSurvey> m_survey;
    std::vector<Diagnostic> m_notes;
    OnSnapshot m_onSnapshot;
    Progress &m_progress;
    Tuning m_tuning;
    Decoding m_decoding;
    std::shared_ptr<const TraceFile> m_grown; ///< What builders point to after become().
    std::unique_ptr<WorkerTables> m_tables; ///< Of grow() and become().
    TaskList m_tasks;
    Diagnostics m_diagnostics;
    std::optional<std::vector<Diagnostic>> m_moved; ///< Instead of those, after become().
    std::vector<std::unique_ptr<Stream>> m_streams;
    std::atomic<bool> m_stopped = false; ///< Cancelled or failed.

    std::mutex m_publishing; ///< Of who makes and hands out snapshots; before m_mutex.
    Clock::time_point m_nextPublish;

    std::mutex m_mutex; ///< Of all below, and of what Stream says.
    std::vector<Stream *> m_waiting; ///< A heap: the one that is behind in time is first.
    std::vector<std::uint64_t> m_eventsPerType;
    std::vector<std::uint64_t> m_eventsPerTask;
    std::vector<DurationNs> m_runtimePerTask;
    std::optional<Error> m_error;
};

} // namespace thresher
