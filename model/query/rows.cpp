// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rows.h"

#include <algorithm>

namespace thresher {

namespace {

/// The first event later than `time`, within [first, last).
EventIndex upperBound(const StreamView &stream, TimeNs time, EventIndex first, EventIndex last)
{
    return time == kTimeMax ? last : stream.lowerBound(time + 1, first, last);
}

} // namespace

RowOrder::RowOrder(std::shared_ptr<const IndexSnapshot> snapshot,
                   std::shared_ptr<const Selection> selection)
    : m_snapshot(std::move(snapshot))
    , m_selection(std::move(selection))
{
    if (!m_snapshot)
        return;
    m_ends.reserve(m_snapshot->streams.size());
    for (StreamIndex s = 0; s < m_snapshot->streams.size(); ++s) {
        const StreamView &stream = m_snapshot->streams[s];
        EventIndex end = m_snapshot->isComplete || m_snapshot->frontier == kTimeMax
                             ? stream.size
                             : stream.lowerBound(m_snapshot->frontier);
        const StreamSelection *shown = selected(s);
        if (shown != nullptr) // made of an earlier snapshot, perhaps
            end = std::min(end, shown->size());
        m_ends.push_back(end);
        m_size += shown != nullptr ? shown->rank(end) : end;
    }
}

const StreamSelection *RowOrder::selected(StreamIndex stream) const
{
    return m_selection && stream < m_selection->streams.size() ? &m_selection->streams[stream]
                                                               : nullptr;
}

std::uint64_t RowOrder::shownBefore(StreamIndex stream, EventIndex i) const
{
    const StreamSelection *shown = selected(stream);
    i = std::min(i, m_ends[stream]);
    return shown != nullptr ? shown->rank(i) : i;
}

std::vector<EventIndex> RowOrder::split(Row row) const
{
    // Per stream a range [low, high) in which the split lies. Each round takes the middle event of
    // one range as pivot and bisects its time in all of them. The stream is drawn with its range's
    // length as weight, so that the expected number of rounds is O(log events), however the streams
    // lie to each other.
    const auto &streams = m_snapshot->streams;
    const std::size_t count = streams.size();
    std::vector<EventIndex> low(count, 0);
    std::vector<EventIndex> high = m_ends;
    std::vector<EventIndex> at(count);
    std::vector<EventIndex> behind(count);
    std::uint64_t random = 0x9e3779b97f4a7c15ULL;
    for (;;) {
        std::uint64_t total = 0;
        for (std::size_t s = 0; s < count; ++s)
            total += high[s] - low[s];
        if (total == 0)
            return low;
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        std::uint64_t draw = (random >> 11) % total;
        std::size_t chosen = 0;
        while (draw >= high[chosen] - low[chosen]) {
            draw -= high[chosen] - low[chosen];
            ++chosen;
        }
        const EventIndex middle = low[chosen] + (high[chosen] - low[chosen]) / 2;
        const TimeNs pivot = streams[chosen].time(middle);
        std::uint64_t before = 0;
        for (StreamIndex s = 0; s < count; ++s) {
            at[s] = streams[s].lowerBound(pivot, low[s], high[s]);
            before += shownBefore(s, at[s]);
        }
        // In damaged columns times may go backwards; the range of `chosen` is halved all the same,
        // so that this ends.
        if (before > row) {
            at[chosen] = std::min(at[chosen], middle);
            high.swap(at);
            continue;
        }
        // The answer is at the pivot's time or later.
        std::uint64_t upTo = 0;
        for (StreamIndex s = 0; s < count; ++s) {
            behind[s] = upperBound(streams[s], pivot, at[s], high[s]);
            upTo += shownBefore(s, behind[s]);
        }
        if (upTo <= row) {
            behind[chosen] = std::max(behind[chosen], middle + 1);
            low.swap(behind);
            continue;
        }
        // Among events of equal time: stream by stream.
        for (StreamIndex s = 0; s < count; ++s) {
            const std::uint64_t here = shownBefore(s, behind[s]) - shownBefore(s, at[s]);
            if (before + here <= row) {
                before += here;
                at[s] = behind[s];
                continue;
            }
            const StreamSelection *shown = selected(s);
            const std::uint64_t rank = shownBefore(s, at[s]) + (row - before);
            at[s] = shown != nullptr ? shown->select(rank) : rank;
            break;
        }
        return at;
    }
}

std::optional<Place> RowOrder::at(Row row) const
{
    if (row >= m_size)
        return std::nullopt;
    return RowCursor(*this, row).next();
}

Row RowOrder::rowOf(Place place) const
{
    if (!m_snapshot || place.stream >= m_ends.size()
        || place.event >= m_snapshot->streams[place.stream].size)
        return m_size;
    const auto &streams = m_snapshot->streams;
    const TimeNs time = streams[place.stream].time(place.event);
    Row row = 0;
    for (StreamIndex s = 0; s < streams.size(); ++s) {
        EventIndex before = place.event;
        if (s < place.stream)
            before = upperBound(streams[s], time, 0, m_ends[s]);
        else if (s > place.stream)
            before = streams[s].lowerBound(time, 0, m_ends[s]);
        row += shownBefore(s, before);
    }
    return row;
}

Row RowOrder::lowerBound(TimeNs time) const
{
    Row row = 0;
    for (StreamIndex s = 0; s < m_ends.size(); ++s)
        row += shownBefore(s, m_snapshot->streams[s].lowerBound(time, 0, m_ends[s]));
    return row;
}

TimeNs RowOrder::time(Place place) const
{
    return m_snapshot && place.stream < m_snapshot->streams.size()
               ? m_snapshot->streams[place.stream].time(place.event)
               : kTimeMin;
}

RowCursor::RowCursor(const RowOrder &order, Row row)
    : m_order(&order)
    , m_row(std::min(row, order.size()))
{
    if (m_row == order.size())
        return;
    const std::vector<EventIndex> split = order.split(m_row);
    m_heap.reserve(split.size());
    for (StreamIndex s = 0; s < split.size(); ++s)
        push(s, split[s]);
}

void RowCursor::push(StreamIndex stream, EventIndex event)
{
    const StreamSelection *shown = m_order->selected(stream);
    if (shown != nullptr)
        event = shown->next(event);
    if (event >= m_order->m_ends[stream])
        return;
    m_heap.push_back({m_order->m_snapshot->streams[stream].time(event), stream, event});
    std::push_heap(m_heap.begin(), m_heap.end());
}

std::optional<Place> RowCursor::next()
{
    if (m_heap.empty())
        return std::nullopt;
    const Head head = m_heap.front();
    std::pop_heap(m_heap.begin(), m_heap.end());
    m_heap.pop_back();
    push(head.stream, head.event + 1);
    ++m_row;
    return Place{head.stream, head.event};
}

} // namespace thresher
