// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/pageencoder_p.h"
#include "model/cut/streamcutter_p.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace thresher {

namespace {

// Whether the record's size stood in a word of its own. Where both readings make sense, either may
// be written.
bool isLongRecord(std::span<const std::byte> page, const RawRecord &record,
                  const PageLayout &layout)
{
    if (record.offset < layout.headerSize + 2 * ringbuffer::kHeadSize)
        return false;
    const auto size = loadNumber<std::uint32_t>(page.data() + record.offset - 4, layout.swap);
    const auto head = loadNumber<std::uint32_t>(page.data() + record.offset - 8, layout.swap);
    const auto type = layout.bigEndian ? head >> 27U : head & 31U;
    return type == ringbuffer::kLongData && size == record.size + 4;
}

} // namespace

void BatchOutput::clear()
{
    pieces.clear();
    made.clear();
    chunks = 0;
    copiedPages = 0;
    writtenPages = 0;
    lostSpans = 0;
}

StreamCutter::StreamCutter(std::shared_ptr<const IndexSnapshot> snapshot, const CutPlan &plan,
                           const Anonymizer &anonymizer, Compression compression)
    : m_snapshot(std::move(snapshot))
    , m_plan(plan)
    , m_anonymizer(anonymizer)
    , m_records(anonymizer)
    , m_reader(m_snapshot->trace)
    , m_compression(compression)
{
    if (compression != Compression::None)
        m_deflater.emplace(compression);
}

tl::unexpected<Error> StreamCutter::changed(StreamIndex stream) const
{
    return fail(ErrorKind::Damaged,
                "The events of " + m_snapshot->trace->streamName(stream)
                    + " are not where the index says: the file was changed since it was opened, or "
                      "can no longer be read. Open it anew and cut again.",
                m_snapshot->trace->path().string());
}

// Of a filtered stream, what was lost since the last kept event may lie in the batch before.
void StreamCutter::begin(const StreamPart &part, const CutBatch &batch)
{
    m_view = &m_snapshot->streams[part.stream];
    m_isDamaged = false;
    m_toldMade = 0;
    // Pieces of the mapping are written from there.
    m_mayPointIntoTrace = m_compression == Compression::None
                          && m_snapshot->trace->streams()[part.stream].compression
                                 == Compression::None;
    auto untold = std::max(m_view->pages[batch.firstPage].firstEvent, part.first);
    if (part.selection != nullptr) {
        const auto kept = part.selection->rank(std::min(untold, part.selection->size()));
        untold = kept > part.selection->rank(part.first) ? part.selection->select(kept - 1) + 1
                                                         : part.begin;
    }
    const auto lost = std::lower_bound(
        m_view->lost.begin(), m_view->lost.end(), untold,
        [](const LostSpan &span, EventIndex event) { return span.before < event; });
    m_nextLoss = static_cast<std::size_t>(lost - m_view->lost.begin());
}

Result<void> StreamCutter::cut(const CutBatch &batch, const std::stop_token &stop,
                               BatchOutput &output)
{
    const auto &part = m_plan.parts[batch.part];
    begin(part, batch);
    PageEncoder encoder(part.layout, output.made);
    for (auto position = batch.firstPage; position < batch.lastPage; ++position) {
        if (stop.stop_requested())
            return {};
        const auto &entry = m_view->pages[position];
        Page page;
        page.begin = entry.firstEvent;
        page.end = position + 1 < m_view->pages.size() ? m_view->pages[position + 1].firstEvent
                                                       : m_view->size;
        page.bytes = m_reader.page(part.stream, m_view->chunks, entry.number);
        if (page.bytes.empty() || page.end < page.begin || page.end > m_view->size)
            return changed(part.stream);
        addPage(part, page, encoder, output);
        if (m_isDamaged)
            return changed(part.stream);
    }
    encoder.flush();
    if (batch.lastPage == part.lastPage)
        addLossBehind(part, encoder, output);
    output.writtenPages = output.made.size() / part.layout.pageSize
                          - (m_mayPointIntoTrace ? 0 : output.copiedPages);
    if (m_deflater)
        return compress(part.layout.pageSize, output);
    tellMade(output);
    return {};
}

// A page without events says what was lost behind the last one that is kept.
void StreamCutter::addLossBehind(const StreamPart &part, PageEncoder &encoder, BatchOutput &output)
{
    const auto loss = lossBefore(part.end);
    if (!loss.isTold)
        return;
    m_nextLoss = loss.next;
    encoder.lose(loss.count);
    encoder.addEmptyPage(m_lastTime);
    ++output.lostSpans;
}

void StreamCutter::addPage(const StreamPart &part, const Page &page, PageEncoder &encoder,
                           BatchOutput &output)
{
    if (isWhole(part, page))
        copy(page, encoder, output);
    else
        encode(part, page, encoder, output);
}

StreamCutter::Loss StreamCutter::lossBefore(EventIndex event) const
{
    Loss loss;
    loss.next = m_nextLoss;
    for (; loss.next < m_view->lost.size() && m_view->lost[loss.next].before <= event;
         ++loss.next) {
        const auto count = m_view->lost[loss.next].count;
        if (count < 0 || loss.count < 0 || __builtin_add_overflow(loss.count, count, &loss.count))
            loss.count = -1;
        loss.isTold = true;
    }
    return loss;
}

// All of its events are kept, and what it says of losses is what is to be said. It is walked, which
// costs little beside writing it: what is damaged is not handed on.
bool StreamCutter::isWhole(const StreamPart &part, const Page &page)
{
    if (m_anonymizer.isNeeded() || page.bytes.size() != part.layout.pageSize
        || page.begin < part.first || page.end > part.last || page.begin == page.end)
        return false;
    const auto events = page.end - page.begin;
    if (part.selection != nullptr
        && part.selection->rank(page.end) - part.selection->rank(page.begin) != events)
        return false;
    PageCursor cursor(page.bytes, part.layout);
    const auto &header = cursor.header();
    const auto loss = lossBefore(page.begin);
    if (header.isDamaged || header.lostBefore != loss.isTold
        || (loss.isTold && header.lostCount != loss.count)
        || (loss.next < m_view->lost.size() && m_view->lost[loss.next].before < page.end))
        return false;
    RawRecord record;
    EventIndex walked = 0;
    while (cursor.next(record))
        ++walked;
    m_lastTime = record.time;
    return walked == events && !cursor.isDamaged();
}

void StreamCutter::tellMade(BatchOutput &output)
{
    const auto size = output.made.size() - m_toldMade;
    if (size > 0)
        output.pieces.push_back({nullptr, m_toldMade, size});
    m_toldMade = output.made.size();
}

void StreamCutter::copy(const Page &page, PageEncoder &encoder, BatchOutput &output)
{
    const auto loss = lossBefore(page.begin);
    m_nextLoss = loss.next;
    output.lostSpans += loss.isTold ? 1 : 0;
    encoder.flush();
    ++output.copiedPages;
    if (!m_mayPointIntoTrace) {
        output.made.insert(output.made.end(), page.bytes.begin(), page.bytes.end());
        return;
    }
    tellMade(output);
    auto &pieces = output.pieces;
    if (!pieces.empty() && pieces.back().mapped != nullptr
        && pieces.back().mapped + pieces.back().size == page.bytes.data())
        pieces.back().size += page.bytes.size();
    else
        pieces.push_back({page.bytes.data(), 0, page.bytes.size()});
}

void StreamCutter::encode(const StreamPart &part, const Page &page, PageEncoder &encoder,
                          BatchOutput &output)
{
    const auto &layout = m_snapshot->trace->streams()[part.stream].layout;
    PageCursor cursor(page.bytes, layout);
    RawRecord record;
    EventIndex event = page.begin;
    const auto end = std::min(page.end, part.last);
    for (; event < end && cursor.next(record); ++event) {
        if (event < part.first || (part.selection != nullptr && !part.selection->contains(event)))
            continue;
        if (m_nextLoss < m_view->lost.size() && m_view->lost[m_nextLoss].before <= event) {
            const auto loss = lossBefore(event);
            m_nextLoss = loss.next;
            encoder.lose(loss.count);
            ++output.lostSpans;
        }
        m_lastTime = record.time;
        const auto payload = encoder.add(record.time,
                                         page.bytes.subspan(record.offset, record.size),
                                         isLongRecord(page.bytes, record, layout));
        if (payload.empty()) {
            m_isDamaged = true;
            return;
        }
        if (m_anonymizer.isNeeded())
            m_records.replace(payload);
    }
    m_isDamaged = event < end;
}

Result<void> StreamCutter::compress(std::uint32_t pageSize, BatchOutput &output)
{
    std::swap(m_pages, output.made);
    output.made.clear();
    if (!m_pages.empty()) {
        const auto chunks = m_deflater->deflatePages(
            m_pages, pageSize, m_snapshot->trace->metadata().bigEndian, output.made);
        if (chunks == 0)
            return fail(ErrorKind::Io, "There is not enough memory to compress the events.");
        output.chunks += chunks;
    }
    m_pages.clear();
    tellMade(output);
    return {};
}

} // namespace thresher
