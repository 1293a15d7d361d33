// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/index/traceindex.h"
#include "model/io/pagereader.h"

namespace thresher {

struct RecordReader::Private
{
    explicit Private(std::shared_ptr<const IndexSnapshot> from)
        : snapshot(std::move(from))
        , pages(snapshot->trace)
    {}

    bool open(StreamIndex stream, EventIndex event);
    void fill(Record &record, const RawRecord &raw) const;

    std::shared_ptr<const IndexSnapshot> snapshot;
    PageReader pages;
    std::uint32_t pidOffset = 4;

    // The page that is open, and how far it has been walked.
    std::optional<PageCursor> cursor;
    std::span<const std::byte> page;
    StreamIndex stream = 0;
    std::uint64_t number = 0;
    EventIndex firstEvent = 0;
    EventIndex next = 0; ///< The event that cursor.next() gives.
    EventIndex behind = 0; ///< The first event of the next page, as far as is known.
    RawRecord raw; ///< Of event next - 1, if next > firstEvent.
    std::int64_t offset = -1;
};

RecordReader::RecordReader(std::shared_ptr<const IndexSnapshot> snapshot)
    : d(std::make_unique<Private>(std::move(snapshot)))
{
    for (const EventFormat &format : d->snapshot->trace->events().all()) {
        const EventField *const pid = format.field("common_pid");
        if (pid == nullptr || pid->size != 4)
            continue;
        d->pidOffset = pid->offset;
        break;
    }
}

RecordReader::~RecordReader() = default;

void RecordReader::setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot)
{
    d->snapshot = std::move(snapshot);
    d->behind = d->next; // the page may have got more events that are known of
}

// Opens the page that holds `event`.
bool RecordReader::Private::open(StreamIndex ofStream, EventIndex event)
{
    const StreamView &view = snapshot->streams[ofStream];
    const std::size_t at = view.pageOf(event);
    cursor.reset();
    if (at >= view.pages.size())
        return false;
    const PageEntry &entry = view.pages[at];
    page = pages.page(ofStream, view.chunks, entry.number);
    if (page.empty())
        return false;
    cursor.emplace(page, snapshot->trace->streams()[ofStream].layout);
    stream = ofStream;
    number = entry.number;
    firstEvent = entry.firstEvent;
    next = firstEvent;
    behind = at + 1 < view.pages.size() ? view.pages[at + 1].firstEvent : view.size;
    offset = pages.fileOffset(ofStream, view.chunks, number);
    return true;
}

void RecordReader::Private::fill(Record &record, const RawRecord &from) const
{
    const TraceFile &trace = *snapshot->trace;
    const StreamInfo &info = trace.streams()[stream];
    record.time = info.clock.apply(from.time);
    record.stream = stream;
    record.cpu = info.cpu;
    record.payload = page.subspan(from.offset, from.size);
    record.offsetInPage = from.offset;
    record.fileOffset = info.compression == Compression::None && offset >= 0 ? offset + from.offset
                                                                             : offset;
    std::uint32_t type = 0;
    if (from.size >= 2)
        type = loadNumber<std::uint16_t>(record.payload.data(), info.layout.swap);
    record.event = trace.events().fromKernelId(type);
    record.pid = from.size >= pidOffset + 4 ? static_cast<Pid>(
                     loadNumber<std::uint32_t>(record.payload.data() + pidOffset, info.layout.swap))
                                            : -1;
}

std::optional<Record> RecordReader::record(StreamIndex stream, EventIndex event)
{
    Private &p = *d;
    if (stream >= p.snapshot->streams.size() || stream >= p.snapshot->trace->streams().size()
        || event >= p.snapshot->streams[stream].size)
        return std::nullopt;
    const bool isHere = p.cursor && p.stream == stream && event >= p.firstEvent
                        && event + 1 >= p.next && event < p.behind;
    if (!isHere && !p.open(stream, event))
        return std::nullopt;
    while (p.next <= event) {
        if (!p.cursor->next(p.raw)) {
            p.cursor.reset();
            return std::nullopt;
        }
        ++p.next;
    }
    Record record;
    p.fill(record, p.raw);
    return record;
}

} // namespace thresher
