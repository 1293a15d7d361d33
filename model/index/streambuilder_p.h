// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/diagnostics.h"
#include "model/index/decoding_p.h"
#include "model/index/trackbuilder_p.h"
#include "model/index/workertables_p.h"
#include "model/io/pagereader.h"

#include <array>
#include <memory>

namespace thresher {

/// Decodes one stream, run of pages by run of pages, into its columns. What it keeps between two
/// flushes is the blocks that are open. Any worker may go on with it, one at a time.
class StreamBuilder
{
public:
    /// @param traceBegin  what a loss before the first event begins at; kTimeMax: not known.
    StreamBuilder(const TraceFile &trace, StreamIndex stream, const Decoding &decoding,
                  TimeNs traceBegin, Diagnostics &diagnostics);
    ~StreamBuilder();
    StreamBuilder(const StreamBuilder &) = delete; // workers point to it
    StreamBuilder &operator=(const StreamBuilder &) = delete;

    /// To be called before the first addRun() of a worker after another's, or another stream's.
    void resume(WorkerTables &tables);
    void addRun(const PageRun &run, WorkerTables &tables);
    /// Nothing follows: to be called once, before the last flush().
    /// @param isCutShort  more was recorded of the stream than could be read.
    void finish(bool isCutShort, WorkerTables &tables);
    /// Events that follow are not before this time: one that is counts as one whose time goes
    /// backwards, and the index is no longer exact.
    void setFloor(TimeNs floor) { m_floor = floor; }
    /// It is as if all had been known from the begin.
    [[nodiscard]] bool isExact() const { return m_isExact; }
    /// Writes what `tables` has staged, and empties that; see StreamColumns::flush for the rest.
    [[nodiscard]] Result<void> flush(ColumnStore &store, WorkerTables &tables, double growth);

    [[nodiscard]] const StreamColumns &columns() const { return m_columns; }
    [[nodiscard]] const StreamMeta &meta() const { return m_meta; } ///< As of the last flush.
    [[nodiscard]] EventIndex size() const { return m_closed + m_used; }
    [[nodiscard]] TimeNs firstTime() const { return m_firstTime; } ///< If size() > 0.
    [[nodiscard]] TimeNs lastTime() const { return m_last; } ///< If size() > 0.
    [[nodiscard]] std::uint64_t lostEvents() const { return m_lostEvents; }
    [[nodiscard]] std::uint64_t lostSpans() const { return m_lostSpans; }

private:
    struct Block;
    /// Interrupts that are being served: one, and those that it interrupted.
    struct Nest
    {
        static constexpr std::size_t kDepth = 4;
        struct Level
        {
            std::uint32_t value = 0;
            TimeNs begin = 0; ///< Of what is not in a slice yet.
        };
        std::array<Level, kDepth> levels;
        std::size_t depth = 0;
        TimeNs served = kTimeMin; ///< End of the last slice.
        /// Where no exit was ever seen they were not recorded: how long an entry lasted is then not
        /// known, and it is no slice.
        bool hasExits = false;
    };

    template<bool kNative, bool kIdentity>
    void addPages(const PageRun &run, WorkerTables &tables);
    template<bool kNative, bool kIdentity>
    void addPage(std::span<const std::byte> page, const PageRun &run, std::uint64_t number,
                 WorkerTables &tables);
    void reportDamage(const PageRun &run, std::uint64_t page, std::uint32_t position);
    void reportTotals();

    std::uint8_t addEventCode(EventTypeId type, WorkerTables &tables);
    std::uint8_t taskCode(Pid pid, WorkerTables &tables);
    void countBlock(WorkerTables &tables);
    void stageBlock(WorkerTables &tables);
    void closeBlock(WorkerTables &tables);

    void noteLoss(std::int64_t count);
    void countLoss();
    void noteLostTime(TimeNs begin, TimeNs end);
    void beginStretch(TimeNs time, Pid pid, WorkerTables &tables);
    void handle(EventKind kind, std::span<const std::byte> payload, TimeNs time, Pid pid,
                WorkerTables &tables);
    void handleSwitch(std::span<const std::byte> payload, TimeNs time, WorkerTables &tables);
    void handleLife(EventKind kind, std::span<const std::byte> payload, TimeNs time, Pid pid,
                    WorkerTables &tables);
    void name(Pid pid, const CommField &field, std::span<const std::byte> payload, TimeNs time,
              WorkerTables &tables);
    void run(TimeNs time, TaskId task, WorkerTables &tables);
    void enter(TrackKind kind, std::int64_t value, TimeNs time, WorkerTables &tables);
    void leave(TrackKind kind, std::int64_t value, TimeNs time, WorkerTables &tables);
    void serve(TrackKind kind, const Nest::Level &level, TimeNs end, WorkerTables &tables);
    void closeNests(WorkerTables &tables);
    [[nodiscard]] TrackBuilder &track(TrackKind kind);

    const TraceFile &m_trace;
    const StreamInfo &m_info;
    StreamIndex m_stream;
    const Decoding &m_decoding;
    Diagnostics &m_diagnostics;
    TimeNs m_traceBegin;

    std::unique_ptr<Block> m_block;
    std::uint32_t m_used = 0; ///< Events of the open block.
    EventIndex m_closed = 0; ///< Events before it.
    std::uint64_t m_eventDictBefore = 0;
    std::uint64_t m_taskDictBefore = 0;
    std::uint32_t m_wideBefore = 0;
    EventIndex m_stagedSize = 0;

    TimeNs m_firstTime = 0;
    TimeNs m_last = kTimeMin;
    TimeNs m_floor = kTimeMin;
    bool m_isExact = true;
    std::uint64_t m_nextPage = 0;
    std::uint64_t m_backwards = 0;

    bool m_isLossPending = false;
    std::int64_t m_pendingLoss = 0;
    std::uint64_t m_lostEvents = 0;
    std::uint64_t m_lostSpans = 0;
    TimeRange m_lostTime; ///< From the first loss to the last.
    TimeNs m_stretchBegin = 0; ///< Time of the first event since the last loss.

    std::array<std::unique_ptr<TrackBuilder>, kTracks> m_tracks;
    std::array<Nest, 2> m_nests; ///< irq, softirq
    StreamColumns m_columns;
    StreamMeta m_meta;
};

} // namespace thresher
