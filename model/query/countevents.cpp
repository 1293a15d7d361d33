// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/gridbounds.h"

#include <algorithm>

namespace thresher {

namespace {

/// Blocks up to this many columns long are not looked into (their columns hold 64 events or more).
constexpr std::uint64_t kSmearColumns = 4;
/// Of a block with no more shown events each is looked at.
constexpr std::uint64_t kFewShown = 8;

/// Deals the events of a stream out to columns, from left to right: whole blocks where a column
/// holds several, else parts of blocks.
class EventCounter
{
public:
    EventCounter(const StreamView &stream, const StreamSelection *selection,
                 const GridBounds &bounds, std::span<std::uint32_t> counts)
        : m_stream(stream)
        , m_selection(selection)
        , m_bounds(bounds)
        , m_counts(counts)
        , m_limit(static_cast<std::uint64_t>(bounds.width() * kSmearColumns))
    {}
    void run();

private:
    [[nodiscard]] std::uint64_t rank(EventIndex i) const
    {
        return m_selection != nullptr ? m_selection->rank(i) : i;
    }
    /// Events [m_i, end) belong to column x.
    void give(std::uint32_t x, EventIndex end)
    {
        const std::uint64_t next = rank(end);
        const std::uint64_t sum = m_counts[x] + (next - m_rank);
        m_counts[x] = static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, 0xffffffffU));
        m_rank = next;
        m_i = end;
    }
    /// The column that holds `time`, which is mostly x or the next one.
    [[nodiscard]] std::uint32_t columnFrom(std::uint32_t x, TimeNs time) const
    {
        if (time < m_bounds.first(x + 1) && time >= m_bounds.first(x))
            return x;
        if (x + 2 <= m_bounds.columns() && time < m_bounds.first(x + 2)
            && time >= m_bounds.first(x + 1))
            return x + 1;
        return m_bounds.columnOf(time);
    }
    [[nodiscard]] TimeNs timeOf(EventIndex i) const
    {
        // The block's head tells without reading the times.
        return i % kBlockEvents == 0 && i / kBlockEvents < m_stream.heads.size()
                   ? m_stream.heads[i / kBlockEvents].base
                   : m_stream.time(i);
    }
    [[nodiscard]] std::uint64_t blockFrom(std::uint64_t block, TimeNs time,
                                          std::uint64_t step) const;
    void spreadBlock(EventIndex blockEnd, TimeNs from, TimeNs to);
    void dealBlock(EventIndex blockEnd);
    void dealWideBlock(EventIndex blockEnd);
    void dealShown(EventIndex blockEnd);

    const StreamView &m_stream;
    const StreamSelection *m_selection;
    const GridBounds &m_bounds;
    std::span<std::uint32_t> m_counts;
    std::uint64_t m_limit; ///< Blocks no longer than this are not looked into, ns.
    EventIndex m_i = 0;
    EventIndex m_end = 0;
    std::uint64_t m_rank = 0; ///< Of m_i.
    std::uint64_t m_blockEnd = 0; ///< Blocks that the range touches end here.
    std::uint32_t m_x = 0; ///< Column of event m_i.
};

/// The first block at or after `block` that begins at or after `time`; probably `step` further on.
std::uint64_t EventCounter::blockFrom(std::uint64_t block, TimeNs time, std::uint64_t step) const
{
    const auto &heads = m_stream.heads;
    std::uint64_t low = block;
    std::uint64_t high = m_blockEnd;
    // Around the guess, in growing steps.
    std::uint64_t at = std::min(block + step, m_blockEnd);
    if (at < m_blockEnd && heads[at].base < time) {
        for (std::uint64_t by = 1; at < m_blockEnd && heads[at].base < time; by *= 2) {
            low = at + 1;
            at += by;
        }
        high = std::min(at, m_blockEnd);
    } else {
        for (std::uint64_t by = 1; at > low; by *= 2) {
            const std::uint64_t before = at - std::min(by, at - low);
            if (heads[before].base < time) {
                low = before + 1;
                break;
            }
            at = before;
        }
        high = at;
    }
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (heads[middle].base < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Of ascending `values`: how many are below `limit`. Counting has no branch to mispredict.
std::size_t countBelow(std::span<const std::uint32_t> values, std::uint32_t limit)
{
    std::uint32_t count = 0;
    for (const std::uint32_t value : values)
        count += value < limit ? 1U : 0U;
    return count;
}

constexpr std::size_t kWindow = 32;

/// The same, of long spans: looks around `guess` first, which is mostly near.
std::size_t countBelowNear(std::span<const std::uint32_t> values, std::uint32_t limit,
                           std::size_t guess)
{
    if (values.size() <= kWindow)
        return countBelow(values, limit);
    const std::size_t first = std::min(guess < kWindow / 2 ? 0 : guess - kWindow / 2,
                                       values.size() - kWindow);
    const std::size_t count = countBelow(values.subspan(first).first<kWindow>(), limit);
    if ((count > 0 || first == 0) && (count < kWindow || first + kWindow == values.size()))
        return first + count;
    const auto from = count == 0 ? values.begin()
                                 : values.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = count == 0 ? values.begin() + static_cast<std::ptrdiff_t>(first) : values.end();
    return static_cast<std::size_t>(std::lower_bound(from, to, limit) - values.begin());
}

/// A short block: as if its events were spread evenly over [from, to], which holds a column's end.
void EventCounter::spreadBlock(EventIndex blockEnd, TimeNs from, TimeNs to)
{
    const EventIndex first = m_i;
    const double perNs = static_cast<double>(blockEnd - m_i)
                         / static_cast<double>(distance(from, to));
    for (;;) {
        const TimeNs next = m_bounds.first(m_x + 1);
        if (next > to || next <= from || m_x + 1 >= m_bounds.columns())
            break;
        const auto part = static_cast<std::uint64_t>(static_cast<double>(distance(from, next))
                                                     * perNs);
        give(m_x, std::clamp(first + part, m_i, blockEnd));
        ++m_x;
    }
    give(m_x, blockEnd);
}

/// A long block: exact.
void EventCounter::dealBlock(EventIndex blockEnd)
{
    const std::uint64_t number = m_i / kBlockEvents;
    if (number >= m_stream.heads.size() || blockEnd > m_stream.times.size()
        || m_stream.heads[number].wide != BlockHead::kNotWide) {
        dealWideBlock(blockEnd);
        return;
    }
    const TimeNs base = m_stream.heads[number].base;
    std::span<const std::uint32_t> left = m_stream.times.subspan(m_i, blockEnd - m_i);
    // The next block is likely to be read as well, and all of it: columns hold less than 64 events.
    constexpr std::size_t kLine = 16;
    for (std::size_t i = left.size(); i < left.size() + kBlockEvents; i += kLine) {
        if (m_i + i < m_stream.times.size())
            __builtin_prefetch(left.data() + i);
    }
    std::size_t guess = 1;
    while (!left.empty()) {
        m_x = columnFrom(m_x, static_cast<TimeNs>(static_cast<std::uint64_t>(base) + left.front()));
        const std::uint64_t after = distance(base, m_bounds.first(m_x + 1));
        std::size_t count = left.size();
        if (count > 1 && after <= left[1])
            count = 1;
        else if (after <= 0xffffffffU)
            count = countBelowNear(left, static_cast<std::uint32_t>(after), guess);
        count = std::max<std::size_t>(1, count); // also of a damaged index
        give(m_x, m_i + count);
        left = left.subspan(count);
        guess = count;
    }
}

void EventCounter::dealWideBlock(EventIndex blockEnd)
{
    while (m_i < blockEnd) {
        m_x = m_bounds.columnOf(m_stream.time(m_i));
        give(m_x, std::max(m_i + 1, m_stream.lowerBound(m_bounds.first(m_x + 1), m_i, blockEnd)));
    }
}

/// A block of which little is shown: exact, and the hidden events are not read.
void EventCounter::dealShown(EventIndex blockEnd)
{
    for (EventIndex i = m_selection->next(m_i); i < blockEnd; i = m_selection->next(i + 1)) {
        m_x = columnFrom(m_x, m_stream.time(i));
        give(m_x, i + 1);
    }
    m_i = blockEnd;
}

void EventCounter::run()
{
    const TimeRange range = m_bounds.range();
    m_i = m_stream.lowerBound(range.begin);
    m_end = m_stream.lowerBound(range.end);
    if (m_selection != nullptr)
        m_end = std::min(m_end, m_selection->size());
    if (m_i >= m_end)
        return;
    m_rank = rank(m_i);
    m_blockEnd = std::min<std::uint64_t>((m_end - 1) / kBlockEvents + 1, m_stream.heads.size());
    std::uint64_t step = 0;
    while (m_i < m_end) {
        m_x = columnFrom(m_x, timeOf(m_i));
        const TimeNs next = m_bounds.first(m_x + 1);
        const std::uint64_t block = m_i / kBlockEvents + 1;
        const std::uint64_t after = blockFrom(block, next, step);
        step = after - block;
        // Blocks before the last one that begins in this column are wholly in it.
        if (step > 0)
            give(m_x, (after - 1) * kBlockEvents);
        const EventIndex blockEnd = std::min(after * kBlockEvents, m_end);
        const TimeNs from = timeOf(m_i);
        const TimeNs to = after < m_blockEnd ? m_stream.heads[after].base
                                             : m_stream.time(m_end - 1);
        if (to < next)
            give(m_x, blockEnd);
        else if (m_selection != nullptr && rank(blockEnd) - m_rank <= kFewShown)
            dealShown(blockEnd);
        else if (from < next && distance(from, to) <= m_limit)
            spreadBlock(blockEnd, from, to);
        else
            dealBlock(blockEnd);
    }
}

} // namespace

void countEvents(const StreamView &stream, const StreamSelection *selection, const PixelGrid &grid,
                 std::span<std::uint32_t> counts)
{
    const GridBounds &bounds = GridBounds::of(grid);
    if (bounds.isEmpty() || counts.size() < bounds.columns())
        return;
    EventCounter(stream, selection, bounds, counts).run();
}

} // namespace thresher
