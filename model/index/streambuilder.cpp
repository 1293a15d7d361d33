// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/base/grouped.h"
#include "model/index/streamblock_p.h"
#include "model/index/streambuilder_p.h"

#include <algorithm>
#include <limits>

namespace thresher {

namespace {

constexpr std::uint64_t kMaxShort = std::numeric_limits<std::uint32_t>::max();

constexpr std::size_t column(StreamColumn which)
{
    return columnNumber(which);
}

} // namespace

StreamBuilder::StreamBuilder(const TraceFile &trace, StreamIndex stream, const Decoding &decoding,
                             TimeNs traceBegin, Diagnostics &diagnostics)
    : m_trace(trace)
    , m_info(trace.streams()[stream])
    , m_stream(stream)
    , m_decoding(decoding)
    , m_diagnostics(diagnostics)
    , m_traceBegin(traceBegin)
{}

StreamBuilder::~StreamBuilder() = default;

void StreamBuilder::resume(WorkerTables &tables)
{
    if (!m_block)
        m_block = std::make_unique<Block>();
    // The worker's tables know the codes of another block; ours go on where they were.
    const std::uint64_t stamp = ++tables.stamp;
    for (std::uint32_t code = 0; code < m_block->eventDictSize; ++code)
        tables.typeSlots[toIndex(m_block->eventDict[code])] = stamp << 8U | code;
    for (std::uint32_t code = 0; code < m_block->taskDictSize; ++code) {
        PidTable::Entry &entry = tables.pids.find(m_block->pids[code]);
        entry.stamp = stamp;
        entry.code = static_cast<std::uint8_t>(code);
    }
}

void StreamBuilder::addRun(const PageRun &run, WorkerTables &tables)
{
    if (run.chunk)
        tables.staging.append(column(StreamColumn::Chunks), *run.chunk);
    if (run.firstPage > m_nextPage)
        noteLoss(-1); // pages that could not be read; the reader has said which
    const bool isNative = !m_info.layout.swap && !m_info.layout.bigEndian;
    if (isNative && m_info.clock.isIdentity())
        addPages<true, true>(run, tables);
    else if (isNative)
        addPages<true, false>(run, tables);
    else
        addPages<false, false>(run, tables);
}

template<bool kNative, bool kIdentity>
void StreamBuilder::addPages(const PageRun &run, WorkerTables &tables)
{
    const std::size_t pageSize = m_info.layout.pageSize;
    std::uint64_t number = run.firstPage;
    for (std::size_t at = 0; run.bytes.size() - at >= pageSize; at += pageSize)
        addPage<kNative, kIdentity>(run.bytes.subspan(at, pageSize), run, number++, tables);
    m_nextPage = number;
}

template<bool kNative, bool kIdentity>
void StreamBuilder::addPage(std::span<const std::byte> page, const PageRun &run,
                            std::uint64_t number, WorkerTables &tables)
{
    PageCursor cursor(page, m_info.layout);
    if (cursor.header().lostBefore)
        noteLoss(cursor.header().lostCount);
    RawRecord record;
    bool isFirst = true;
    // What the loop needs stands in locals: through `this` and the tables every store to a column
    // could change it, as far as the compiler knows.
    Block &block = *m_block;
    const std::uint32_t *const types = m_decoding.types.data();
    std::uint64_t *const typeSlots = tables.typeSlots.data();
    const std::uint32_t typeOffset = m_decoding.typeOffset;
    const std::uint32_t pidOffset = m_decoding.pidOffset;
    std::uint64_t stamp = tables.stamp;
    std::uint32_t used = m_used;
    TimeNs last = std::max(m_last, m_floor);
    const std::uint64_t backwards = m_backwards;
    // A page begins with this one so that none of its own pids is taken for known.
    std::int64_t lastPid = std::numeric_limits<std::int64_t>::max();
    std::uint8_t lastTaskCode = 0;
    while (cursor.nextAs<kNative>(record)) {
        TimeNs time = 0;
        if constexpr (kIdentity)
            time = static_cast<TimeNs>(record.time & static_cast<std::uint64_t>(kTimeMax));
        else
            time = m_info.clock.apply(record.time);
        if (time < last) [[unlikely]] {
            time = last;
            ++m_backwards;
        }
        last = time;
        const std::byte *const payload = page.data() + record.offset;
        std::uint32_t kernelId = 0;
        Pid pid = -1; // of records too short to have one
        if (record.size >= typeOffset + 2) [[likely]]
            kernelId = loadNumber<std::uint16_t>(payload + typeOffset,
                                                 !kNative && m_info.layout.swap);
        if (record.size >= pidOffset + 4) [[likely]] {
            pid = static_cast<Pid>(
                loadNumber<std::uint32_t>(payload + pidOffset, !kNative && m_info.layout.swap));
        }
        if (isFirst) [[unlikely]] {
            isFirst = false;
            tables.staging.append(column(StreamColumn::Pages), PageEntry{number, m_closed + used});
            m_used = used;
            if (m_backwards != backwards && m_floor > m_last)
                m_isExact = false;
            if (m_isLossPending || m_closed + used == 0)
                beginStretch(time, pid, tables);
        }
        m_last = time;
        if (used == kBlockEvents) [[unlikely]] {
            m_used = used;
            closeBlock(tables);
            used = 0;
            stamp = tables.stamp;
            lastPid = std::numeric_limits<std::int64_t>::max();
        }
        const std::uint32_t info = types[kernelId];
        const std::uint64_t slot = typeSlots[info & 0xffffU];
        block.eventCodes[used] = slot >> 8U == stamp
                                     ? static_cast<std::uint8_t>(slot)
                                     : addEventCode(EventTypeId{static_cast<std::uint16_t>(info)},
                                                    tables);
        if (pid != lastPid) {
            lastPid = pid;
            lastTaskCode = taskCode(pid, tables);
        }
        block.taskCodes[used] = lastTaskCode;
        block.times[used] = time;
        ++used;
        if (info >> 16U != 0) [[unlikely]] {
            m_last = time;
            handle(EventKind{static_cast<std::uint8_t>(info >> 16U)}, {payload, record.size}, time,
                   pid, tables);
        }
    }
    m_used = used;
    if (!isFirst)
        m_last = last;
    if (cursor.isDamaged() || cursor.header().isDamaged) {
        noteLoss(-1);
        reportDamage(run, number, cursor.position());
    }
}

void StreamBuilder::reportDamage(const PageRun &run, std::uint64_t page, std::uint32_t position)
{
    const std::uint64_t pageSize = m_info.layout.pageSize;
    Diagnostic diagnostic;
    diagnostic.severity = Severity::DataLoss;
    diagnostic.what = "A page of events makes no sense from some point on; the rest of it is left "
                      "out.";
    diagnostic.section = m_trace.streamName(m_stream);
    diagnostic.offset = static_cast<std::int64_t>(run.fileOffset);
    if (!run.chunk)
        diagnostic.offset += static_cast<std::int64_t>((page - run.firstPage) * pageSize
                                                       + position);
    diagnostic.bytes = position < pageSize ? pageSize - position : 0;
    diagnostic.stream = m_stream;
    if (size() > 0)
        diagnostic.time = TimeRange{m_last, m_last};
    m_diagnostics.add(std::move(diagnostic));
}

std::uint8_t StreamBuilder::addEventCode(EventTypeId type, WorkerTables &tables)
{
    const std::uint32_t code = m_block->eventDictSize++;
    m_block->eventDict[code] = type;
    tables.typeSlots[toIndex(type)] = tables.stamp << 8U | code;
    return static_cast<std::uint8_t>(code);
}

std::uint8_t StreamBuilder::taskCode(Pid pid, WorkerTables &tables)
{
    PidTable::Entry &entry = tables.pids.find(pid);
    if (entry.stamp != tables.stamp) {
        const std::uint32_t code = m_block->taskDictSize++;
        m_block->taskDict[code] = entry.id;
        m_block->pids[code] = pid;
        entry.stamp = tables.stamp;
        entry.code = static_cast<std::uint8_t>(code);
    }
    return entry.code;
}

// Counts by code first: few codes, and small numbers next to each other.
void StreamBuilder::countBlock(WorkerTables &tables)
{
    Block &block = *m_block;
    if (block.counted == m_used)
        return;
    // Two of each, since equal codes follow each other, and each sum would wait for the one before.
    std::array<std::array<std::uint16_t, kBlockEvents>, 2> events{};
    std::array<std::array<std::uint16_t, kBlockEvents>, 2> tasks{};
    std::uint32_t i = block.counted;
    for (; i + 1 < m_used; i += 2) {
        ++events[0][block.eventCodes[i]];
        ++events[1][block.eventCodes[i + 1]];
        ++tasks[0][block.taskCodes[i]];
        ++tasks[1][block.taskCodes[i + 1]];
    }
    if (i < m_used) {
        ++events[0][block.eventCodes[i]];
        ++tasks[0][block.taskCodes[i]];
    }
    for (std::uint32_t code = 0; code < block.eventDictSize; ++code) {
        tables.eventsPerType.add(toIndex(block.eventDict[code]),
                                 std::uint64_t{events[0][code]} + events[1][code]);
    }
    for (std::uint32_t code = 0; code < block.taskDictSize; ++code) {
        if (block.taskDict[code] != kNoTask) {
            tables.eventsPerTask.add(toIndex(block.taskDict[code]),
                                     std::uint64_t{tasks[0][code]} + tasks[1][code]);
        }
    }
    block.counted = m_used;
}

void StreamBuilder::stageBlock(WorkerTables &tables)
{
    Block &block = *m_block;
    if (m_used == 0)
        return;
    Staging &staging = tables.staging;
    BlockHead head;
    head.base = block.times[0];
    head.eventDict = m_eventDictBefore;
    head.taskDict = m_taskDictBefore;
    head.eventDictSize = static_cast<std::uint16_t>(block.eventDictSize);
    head.taskDictSize = static_cast<std::uint16_t>(block.taskDictSize);
    std::array<std::uint32_t, kBlockEvents> shorts{};
    const auto base = static_cast<std::uint64_t>(head.base);
    for (std::uint32_t i = 0; i < m_used; ++i)
        shorts[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(block.times[i]) - base);
    if (static_cast<std::uint64_t>(block.times[m_used - 1]) - base > kMaxShort) {
        head.wide = m_wideBefore;
        staging.append(column(StreamColumn::WideTimes),
                       std::span<const TimeNs>(block.times.data(), m_used));
    }
    staging.append(column(StreamColumn::Heads), head);
    staging.append(column(StreamColumn::Times),
                   std::span<const std::uint32_t>(shorts.data(), m_used));
    staging.append(column(StreamColumn::EventCodes),
                   std::span<const std::uint8_t>(block.eventCodes.data(), m_used));
    staging.append(column(StreamColumn::TaskCodes),
                   std::span<const std::uint8_t>(block.taskCodes.data(), m_used));
    staging.append(column(StreamColumn::EventDict),
                   std::span<const EventTypeId>(block.eventDict.data(), block.eventDictSize));
    staging.append(column(StreamColumn::TaskDict),
                   std::span<const TaskId>(block.taskDict.data(), block.taskDictSize));
}

void StreamBuilder::closeBlock(WorkerTables &tables)
{
    Block &block = *m_block;
    if (m_used == 0)
        return;
    countBlock(tables);
    stageBlock(tables);
    if (static_cast<std::uint64_t>(block.times[m_used - 1])
            - static_cast<std::uint64_t>(block.times[0])
        > kMaxShort)
        ++m_wideBefore;
    m_closed += m_used;
    m_eventDictBefore += block.eventDictSize;
    m_taskDictBefore += block.taskDictSize;
    m_used = 0;
    block.eventDictSize = 0;
    block.taskDictSize = 0;
    block.counted = 0;
    m_stagedSize = m_closed;
    ++tables.stamp;
}

void StreamBuilder::finish(bool isCutShort, WorkerTables &tables)
{
    if (isCutShort)
        noteLoss(-1);
    if (m_isLossPending) {
        // Nothing follows that could say until when.
        noteLostTime(size() > 0 ? m_last : m_traceBegin, size() > 0 ? m_last : m_traceBegin);
        const TimeNs at = size() > 0 ? m_last : m_traceBegin;
        tables.staging.append(column(StreamColumn::Lost), LostSpan{at, at, size(), m_pendingLoss});
        countLoss();
    }
    closeNests(tables);
    for (auto &track : m_tracks) {
        if (!track)
            continue;
        const std::uint32_t value = track->currentValue();
        const std::uint64_t length = track->finish(m_last, tables.staging);
        if (track == m_tracks[static_cast<std::size_t>(TrackKind::Running)] && value != kNoValue)
            tables.runtimePerTask.add(value, length);
    }
    if (m_block)
        closeBlock(tables);
    reportTotals();
}

void StreamBuilder::reportTotals()
{
    Diagnostic diagnostic;
    diagnostic.section = m_trace.streamName(m_stream);
    diagnostic.stream = m_stream;
    if (size() > 0)
        diagnostic.time = TimeRange{m_firstTime, m_last};
    if (m_backwards > 0) {
        diagnostic.severity = Severity::Info;
        diagnostic.what = "Events have an earlier time than the event before them; they are shown "
                          "at that one's time.";
        diagnostic.count = m_backwards;
        m_diagnostics.add(diagnostic);
    }
    if (m_lostSpans > 0) {
        diagnostic.severity = Severity::DataLoss;
        diagnostic.time = m_lostTime;
        diagnostic.what = "Events were lost between others that were recorded, or behind them; "
                          + (m_lostEvents > 0 ? "known of them: " + grouped(m_lostEvents) + "."
                                              : std::string("how many is not known."));
        diagnostic.count = m_lostSpans;
        m_diagnostics.add(diagnostic);
    }
}

Result<void> StreamBuilder::flush(ColumnStore &store, WorkerTables &tables, double growth)
{
    Staging &staging = tables.staging;
    staging.endFinal();
    if (m_block) {
        countBlock(tables);
        if (m_stagedSize != size())
            stageBlock(tables);
        m_stagedSize = size();
    }
    for (auto &track : m_tracks) {
        if (track)
            track->stageTail(m_last, staging);
    }
    for (const Pid pid : tables.named) {
        PidTable::Entry &entry = tables.pids.find(pid);
        entry.isNamed = false;
        tables.names.emplace_back(entry.id, entry.name);
    }
    for (const auto &[id, span] : tables.names)
        tables.tasks.addName(id, span);
    tables.named.clear();
    tables.names.clear();

    auto flushed = m_columns.flush(store, m_stream, staging, growth);
    staging.clear();
    if (!flushed)
        return flushed;
    m_meta.size = size();
    for (std::size_t i = 0; i < kTracks; ++i) {
        if (m_tracks[i])
            m_meta.tracks[i] = {m_tracks[i]->size(), m_last};
    }
    if (growth <= 1) {
        m_block.reset();
        m_tracks = {};
    }
    return {};
}

} // namespace thresher
