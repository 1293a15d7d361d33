// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/index/indexstream_p.h"

#include <algorithm>
#include <limits>

/// Indexing a trace while it is being recorded, and making that the index of the finished file.
namespace thresher {

namespace {

constexpr std::uint32_t kNoStream = std::numeric_limits<std::uint32_t>::max();
/// Nobody knows how much there will be: columns get room for this much of a stream first, and for
/// twice as much each time.
constexpr double kFirstRoom = 4 << 20;

bool hasSameCatalog(const EventCatalog &a, const EventCatalog &b)
{
    return std::equal(a.all().begin(), a.all().end(), b.all().begin(), b.all().end(),
                      [](const EventFormat &one, const EventFormat &other) {
                          return one.kernelId == other.kernelId && one.system == other.system
                                 && one.name == other.name;
                      });
}

bool hasSamePages(const StreamInfo &a, const StreamInfo &b)
{
    return b.compression == Compression::None && a.layout.pageSize == b.layout.pageSize
           && a.layout.headerSize == b.layout.headerSize && a.layout.swap == b.layout.swap
           && a.layout.bigEndian == b.layout.bigEndian
           // Others cannot be compared, and our own recordings have none.
           && a.clock.isIdentity() && b.clock.isIdentity();
}

} // namespace

Result<void> IndexBuilder::addPages(Stream &stream, const TraceFile &trace, const StreamInfo &info,
                                    std::uint64_t until, const std::stop_token &stop)
{
    const std::uint64_t pageSize = info.layout.pageSize;
    stream.builder.resume(*m_tables);
    for (std::uint64_t bytes = 0; bytes < m_tuning.sliceBytes && stream.pages < until;) {
        if (stop.stop_requested())
            return thresher::fail(ErrorKind::Cancelled, "Cancelled.");
        const auto count = std::min(until - stream.pages,
                                    std::max<std::uint64_t>(m_tuning.sliceBytes / pageSize, 1));
        PageRun run;
        run.firstPage = stream.pages;
        run.fileOffset = info.fileOffset + stream.pages * pageSize;
        run.fileBytes = count * pageSize;
        run.bytes = slice(trace.bytes(), run.fileOffset, run.fileBytes);
        stream.builder.addRun(run, *m_tables);
        stream.pages += count;
        bytes += run.fileBytes;
    }
    stream.bytesRead = stream.pages * pageSize;
    return {};
}

Result<bool> IndexBuilder::grow(StreamIndex stream, std::uint64_t pages,
                                const std::stop_token &stop)
{
    if (!m_tables)
        m_tables = std::make_unique<WorkerTables>(m_tasks, m_trace->events().all().size());
    Stream &each = *m_streams[stream];
    if (each.pages >= pages)
        return false;
    THRESHER_TRY(addPages(each, *m_trace, m_trace->streams()[stream], pages, stop));
    const double growth = std::max(2.0, kFirstRoom / static_cast<double>(each.bytesRead));
    THRESHER_TRY(each.builder.flush(*m_store, *m_tables, growth));
    const std::scoped_lock lock(m_mutex);
    update(each, *m_tables, false);
    return each.pages < pages;
}

void IndexBuilder::settle(TimeNs floor)
{
    const std::scoped_lock lock(m_mutex);
    for (const auto &stream : m_streams) {
        stream->builder.setFloor(floor);
        stream->reached = std::max(stream->reached, floor);
    }
}

TimeNs IndexBuilder::newestTime() const
{
    TimeNs newest = kTimeMin;
    for (const auto &stream : m_streams) {
        if (stream->builder.size() > 0)
            newest = std::max(newest, stream->builder.lastTime());
    }
    return newest;
}

TimeNs IndexBuilder::frontier()
{
    const std::scoped_lock lock(m_mutex);
    TimeNs frontier = kTimeMax;
    for (const auto &stream : m_streams)
        frontier = std::min(frontier, stream->reached);
    return frontier;
}

void IndexBuilder::note(StreamIndex stream, std::string what)
{
    Diagnostic diagnostic;
    diagnostic.severity = Severity::DataLoss;
    diagnostic.what = std::move(what);
    diagnostic.section = m_trace->streamName(stream);
    diagnostic.stream = stream;
    if (const StreamBuilder &builder = m_streams[stream]->builder; builder.size() > 0)
        diagnostic.time = TimeRange{builder.lastTime(), builder.lastTime()};
    m_diagnostics.add(std::move(diagnostic));
}

std::shared_ptr<const IndexSnapshot> IndexBuilder::growingSnapshot()
{
    const std::scoped_lock lock(m_publishing);
    return snapshot(false);
}

/// Our streams in the order of the file's; those that got no page are left out. nullopt: the file
/// is not what was indexed.
std::optional<std::vector<StreamIndex>> IndexBuilder::match(const TraceFile &trace) const
{
    std::vector<StreamIndex> order(trace.streams().size(), kNoStream);
    for (const auto &stream : m_streams) {
        if (!stream->builder.isExact())
            return std::nullopt;
        const StreamInfo &ours = m_trace->streams()[stream->number];
        const std::string &name = m_trace->instances()[ours.instance].name;
        const auto found = std::find_if(
            trace.streams().begin(), trace.streams().end(), [&](const StreamInfo &each) {
                return each.cpu == ours.cpu && trace.instances()[each.instance].name == name;
            });
        if (found == trace.streams().end()) {
            if (stream->pages > 0)
                return std::nullopt;
            continue;
        }
        if (!hasSamePages(ours, *found)
            || found->fileBytes / found->layout.pageSize < stream->pages)
            return std::nullopt;
        order[static_cast<std::size_t>(found - trace.streams().begin())] = stream->number;
    }
    if (std::find(order.begin(), order.end(), kNoStream) != order.end()
        || !hasSameCatalog(m_trace->events(), trace.events()))
        return std::nullopt;
    return order;
}

Result<std::shared_ptr<const IndexSnapshot>>
IndexBuilder::become(const std::shared_ptr<const TraceFile> &trace, const std::stop_token &stop)
{
    const auto order = match(*trace);
    if (!order)
        return nullptr;
    if (!m_tables)
        m_tables = std::make_unique<WorkerTables>(m_tasks, m_trace->events().all().size());
    for (std::size_t i = 0; i < order->size(); ++i) {
        Stream &stream = *m_streams[(*order)[i]];
        const StreamInfo &info = trace->streams()[i];
        const auto pages = info.fileBytes / info.layout.pageSize;
        do {
            THRESHER_TRY(addPages(stream, *trace, info, pages, stop));
            const bool isDone = stream.pages == pages;
            if (isDone)
                stream.builder.finish(info.isCut || info.fileBytes % info.layout.pageSize != 0,
                                      *m_tables);
            THRESHER_TRY(stream.builder.flush(*m_store, *m_tables, isDone ? 1.0 : 2.0));
            const std::scoped_lock lock(m_mutex);
            update(stream, *m_tables, isDone);
        } while (!stream.isDone);
        if (!stream.builder.isExact())
            return nullptr;
    }
    m_tasks.addSaved(trace->metadata());
    moveDiagnostics(*order, *trace);
    std::vector<std::unique_ptr<Stream>> streams;
    for (const StreamIndex index : *order)
        streams.push_back(std::move(m_streams[index]));
    // Those that are left have nothing; builders of the others still point to the old trace.
    m_streams = std::move(streams);
    m_grown = std::exchange(m_trace, trace);
    m_survey.clear();
    const std::scoped_lock lock(m_publishing);
    return snapshot(true);
}

void IndexBuilder::moveDiagnostics(const std::vector<StreamIndex> &order, const TraceFile &trace)
{
    auto moved = ownDiagnostics();
    for (Diagnostic &diagnostic : moved) {
        const auto found = diagnostic.stream
                               ? std::find(order.begin(), order.end(), *diagnostic.stream)
                               : order.end();
        if (found == order.end())
            continue;
        const auto to = static_cast<StreamIndex>(found - order.begin());
        const auto from = static_cast<std::int64_t>(
            m_trace->streams()[*diagnostic.stream].fileOffset);
        // What was read of the file itself has the file's places already.
        if (diagnostic.offset >= from)
            diagnostic.offset += static_cast<std::int64_t>(trace.streams()[to].fileOffset) - from;
        diagnostic.stream = to;
    }
    m_moved = std::move(moved);
}

} // namespace thresher
