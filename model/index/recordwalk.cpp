// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/recordwalk.h"

#include "model/base/bytes.h"

#include <algorithm>

namespace thresher {

RecordWalk::RecordWalk(std::shared_ptr<const IndexSnapshot> snapshot)
    : m_snapshot(std::move(snapshot))
    , m_pages(m_snapshot->trace)
{
    for (const EventFormat &format : m_snapshot->trace->events().all()) {
        const EventField *const pid = format.field("common_pid");
        if (pid == nullptr || pid->size != 4)
            continue;
        m_pidOffset = pid->offset;
        break;
    }
}

EventIndex RecordWalk::open(StreamIndex stream, EventIndex event)
{
    const bool isOpen = m_stream == stream && event >= m_begin && event < m_end && event >= m_next;
    if (isOpen)
        return m_end;
    const StreamView &view = m_snapshot->streams[stream];
    m_cursor.reset();
    m_stream = stream;
    m_first = m_last = m_next = event;
    const std::size_t at = view.pageOf(event);
    m_begin = at < view.pages.size() ? view.pages[at].firstEvent : event;
    m_next = std::min(m_begin, event);
    m_end = at + 1 < view.pages.size() ? view.pages[at + 1].firstEvent : view.size;
    m_end = std::max(m_end, event + 1); // of a damaged index
    if (at >= view.pages.size())
        return m_end;
    m_page = m_pages.page(stream, view.chunks, view.pages[at].number);
    if (!m_page.empty())
        m_cursor.emplace(m_page, m_snapshot->trace->streams()[stream].layout);
    return m_end;
}

template<bool kNative>
EventIndex RecordWalk::readAs(EventIndex first, EventIndex last)
{
    // A local cursor stays in registers.
    PageCursor cursor = *m_cursor;
    RawRecord raw;
    EventIndex at = m_next;
    for (; at < first; ++at) {
        if (!cursor.nextAs<kNative>(raw)) {
            m_cursor.reset();
            return at;
        }
    }
    for (; at < last; ++at) {
        if (!cursor.nextAs<kNative>(raw)) {
            m_cursor.reset();
            return at;
        }
        m_records[at % kBlockEvents] = raw;
    }
    m_cursor = cursor;
    return at;
}

void RecordWalk::read(EventIndex first, EventIndex last)
{
    m_first = m_last = first;
    if (!m_cursor || first < m_next)
        return;
    m_next = m_cursor->isNative() ? readAs<true>(first, last) : readAs<false>(first, last);
    m_last = std::max(first, m_next);
}

std::optional<Record> RecordWalk::record(EventIndex event) const
{
    const auto bytes = payload(event);
    if (bytes.empty())
        return std::nullopt;
    const TraceFile &trace = *m_snapshot->trace;
    const StreamInfo &info = trace.streams()[m_stream];
    const RawRecord &raw = m_records[event % kBlockEvents];
    Record record;
    record.time = info.clock.apply(raw.time);
    record.stream = m_stream;
    record.cpu = info.cpu;
    record.payload = bytes;
    record.offsetInPage = raw.offset;
    const std::uint32_t type = bytes.size() >= 2
                                   ? loadNumber<std::uint16_t>(bytes.data(), info.layout.swap)
                                   : 0;
    record.event = trace.events().fromKernelId(type);
    record.pid = bytes.size() >= m_pidOffset + 4 ? static_cast<Pid>(
                     loadNumber<std::uint32_t>(bytes.data() + m_pidOffset, info.layout.swap))
                                                 : -1;
    return record;
}

} // namespace thresher
