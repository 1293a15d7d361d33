// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/trackpart.h"
#include "model/query/tracksampler_p.h"

#include <algorithm>
#include <limits>

namespace thresher {

namespace {

/// Nodes of the lowest level up to this many columns long are taken whole, unless they hold a slice
/// or gap that is a column long. There are then eight or more slices to a column.
constexpr std::uint64_t kSmearColumns = 4;

/// Memory is read so many nodes ahead.
constexpr std::uint64_t kPrefetchNodes = 12;

/// Fills columns from left to right. Of the current one it keeps the sum and, by weighted majority
/// vote (Boyer and Moore), the value that covers most: exact where one covers more than all others
/// together, else one of those that are there; constant time and space for any number of slices.
///
/// Shares are summed as integers in units of 2⁻³² columns: what is added, or not, to which sum is
/// as good as random, and integers can be chosen without a branch.
class ColumnWriter
{
public:
    ColumnWriter(const GridBounds &bounds, std::span<TrackColumn> out)
        : m_bounds(bounds)
        , m_out(out)
        , m_unit(0x1p32 / bounds.width())
        , m_next(bounds.first(1))
    {}

    /// A slice; clipped to the range, begin ≤ end, and not before the one before.
    /// @param counts  false: it is not there, and kNoValue is its value if it is not known.
    void addSlice(TimeNs begin, TimeNs end, std::uint32_t value, bool counts)
    {
        seek(begin);
        if (end >= m_next) {
            addLongSlice(begin, end, value, counts);
            return;
        }
        addPart(static_cast<double>(distance(begin, end)), value, counts);
    }
    /// A run of slices of some columns or less in all; spread evenly over the columns it touches.
    void addNode(TimeNs begin, TimeNs end, const PyramidNode &node)
    {
        if (node.count == 0 || node.value == kNoValue)
            return;
        if (begin >= m_next || end >= m_next || begin < m_bounds.range().begin) {
            spreadNode(begin, end, node);
            return;
        }
        add(units(static_cast<double>(static_cast<std::int64_t>(node.covered))), node.value,
            units(static_cast<double>(static_cast<std::int64_t>(node.dominant))) + 1);
    }
    void flush();

private:
    /// Goes to the column that holds `time`.
    void seek(TimeNs time)
    {
        if (time < m_next)
            return;
        flush();
        moveTo(m_x + 2 > m_bounds.columns() || time < m_bounds.first(m_x + 2)
                   ? m_x + 1
                   : m_bounds.columnOf(time));
    }
    void moveTo(std::uint32_t column)
    {
        m_x = column;
        m_next = m_bounds.first(column + 1);
    }
    /// 0 ≤ ns.
    [[nodiscard]] std::uint64_t units(double ns) const
    {
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(ns * m_unit));
    }
    /// @param share  of the current column. @param weight  the part of it that is `value`.
    void add(std::uint64_t share, std::uint32_t value, std::uint64_t weight)
    {
        m_share += share;
        const bool same = value == m_value;
        const bool wins = !same && weight > m_weight;
        const std::uint64_t less = m_weight - weight;
        const std::uint64_t apart = wins ? std::uint64_t{0} - less : less;
        m_weight = same ? m_weight + weight : apart;
        m_value = wins ? value : m_value;
    }
    /// A part of a slice, in the current column.
    void addPart(double ns, std::uint32_t value, bool counts)
    {
        const std::uint64_t mask = std::uint64_t{0} - static_cast<std::uint64_t>(counts);
        const std::uint64_t share = units(ns);
        // Also a slice that takes no time is there.
        add(share & mask, value, (share + 1) & mask);
        if (value == kNoValue) [[unlikely]]
            m_flags |= kTrackUnknown;
    }
    [[nodiscard]] double since(TimeNs time) const
    {
        return static_cast<double>(distance(m_bounds.range().begin, time));
    }
    void addLongSlice(TimeNs begin, TimeNs end, std::uint32_t value, bool counts);
    void spreadNode(TimeNs begin, TimeNs end, const PyramidNode &node);

    const GridBounds &m_bounds;
    std::span<TrackColumn> m_out;
    double m_unit = 0; ///< Units of a ns.
    TimeNs m_next = 0; ///< First ns behind the current column.
    std::uint32_t m_x = 0; ///< The current column; columns() when all are written.
    std::uint32_t m_value = kNoValue;
    std::uint64_t m_share = 0;
    std::uint64_t m_weight = 0;
    std::uint16_t m_flags = 0;
};

void ColumnWriter::flush()
{
    if (m_x >= m_bounds.columns() || (m_value == kNoValue && m_flags == 0))
        return; // as the column was before
    const std::uint64_t share = std::clamp<std::uint64_t>(m_share >> 16U, 1, 65535);
    m_out[m_x] = {m_value, static_cast<std::uint16_t>(m_value != kNoValue ? share : 0), m_flags};
    m_value = kNoValue;
    m_share = 0;
    m_weight = 0;
    m_flags = 0;
}

/// One that reaches behind the current column. Columns need not begin on a whole ns.
void ColumnWriter::addLongSlice(TimeNs begin, TimeNs end, std::uint32_t value, bool counts)
{
    const double width = m_bounds.width();
    addPart(std::max(0.0, (m_x + 1.0) * width - since(begin)), value, counts);
    flush();
    const bool toTheEnd = end >= m_bounds.range().end;
    const bool isShort = !toTheEnd && end < m_bounds.first(m_x + 2);
    const std::uint32_t last = toTheEnd  ? m_bounds.columns()
                               : isShort ? m_x + 1
                                         : m_bounds.columnOf(end);
    if (last > m_x + 1 && (counts || value == kNoValue)) {
        const TrackColumn whole = counts ? TrackColumn{value, 65535, 0}
                                         : TrackColumn{kNoValue, 0, kTrackUnknown};
        std::fill(m_out.begin() + m_x + 1, m_out.begin() + last, whole);
    }
    if (toTheEnd) {
        m_x = m_bounds.columns();
        m_next = kTimeMax; // nothing follows
        return;
    }
    moveTo(last);
    const double rest = since(end) - last * width;
    if (rest > width * 1e-9) // else it is the rounding of doubles
        addPart(rest, value, counts);
}

void ColumnWriter::spreadNode(TimeNs begin, TimeNs end, const PyramidNode &node)
{
    const TimeRange range = m_bounds.range();
    const TimeNs at = std::max(begin, range.begin);
    const TimeNs to = std::min(end, range.end);
    seek(at);
    const double part = 1.0 / static_cast<double>(std::max<std::uint64_t>(1, distance(begin, end)));
    // Covered ns of each ns; no more than one, whatever a damaged index says.
    const double covered = std::min(1.0, static_cast<double>(node.covered) * part);
    const double dominant = std::min(1.0, static_cast<double>(node.dominant) * part);
    double from = since(at);
    const double until = since(to);
    for (;;) {
        const double stop = std::min(until, (m_x + 1.0) * m_bounds.width());
        const double ns = std::max(0.0, stop - from);
        add(units(covered * ns), node.value, units(dominant * ns) + 1);
        from = stop;
        if (to < m_next || m_next == range.end)
            return;
        seek(m_next);
    }
}

/// Walks the slices of a range in order, by the largest nodes that are short enough.
class TrackWalk
{
public:
    TrackWalk(const TrackRule &rule, const GridBounds &bounds, ColumnWriter &writer)
        : m_rule(rule)
        , m_track(*rule.track)
        , m_range(bounds.range())
        , m_writer(writer)
        , m_limit(static_cast<std::uint64_t>(bounds.width()))
        , m_leafLimit(static_cast<std::uint64_t>(bounds.width() * kSmearColumns))
        , m_minimumLabel(std::numeric_limits<std::uint64_t>::max())
    {}

    void collectLabelled(std::vector<Slice> *labelled, double minimum)
    {
        m_labelled = labelled;
        // At least a column, so that most slices need not be asked.
        if (minimum < 1e18)
            m_minimumLabel = std::max(m_limit, static_cast<std::uint64_t>(std::max(0.0, minimum)));
    }
    void run();

private:
    [[nodiscard]] TimeNs beginOf(std::uint64_t slice) const
    {
        // The block's head tells without reading the slices.
        if (slice % kBlockSlices == 0 && slice < m_track.size
            && slice / kBlockSlices < m_track.heads.size())
            return m_track.heads[slice / kBlockSlices].base;
        return slice < m_track.size   ? m_track.begin(slice)
               : m_track.isContiguous ? m_track.end
                                      : m_track.slice(m_track.size - 1).end;
    }
    /// What the nodes behind this one are found by lies too far apart for the processor to guess.
    void prefetch(std::uint64_t number) const
    {
        const std::uint64_t slice = (number + kPrefetchNodes) * m_span;
        if (slice >= m_track.begins.size() || slice / kBlockSlices >= m_track.heads.size())
            return;
        if (m_level == 0)
            __builtin_prefetch(m_track.begins.data() + slice);
        else
            __builtin_prefetch(m_track.heads.data() + slice / kBlockSlices);
    }
    [[nodiscard]] bool takeNode();
    [[nodiscard]] bool isSmooth() const;
    void takeSlices(std::uint64_t end);
    void takeSlice(TimeNs end, std::uint32_t value);
    void takeInnerSlices(std::uint64_t end);

    const TrackRule &m_rule;
    const TrackView &m_track;
    TimeRange m_range;
    ColumnWriter &m_writer;
    std::uint64_t m_limit; ///< Nodes no longer than this are taken whole, ns.
    std::uint64_t m_leafLimit; ///< And smooth ones of the lowest level no longer than this.
    std::vector<Slice> *m_labelled = nullptr;
    std::uint64_t m_minimumLabel;
    std::uint64_t m_i = 0; ///< Next slice.
    TimeNs m_begin = 0; ///< Its begin.
    std::size_t m_level = 0; ///< Of the node to try.
    std::uint64_t m_span = kPyramidLeaf; ///< Slices of a node of m_level; m_i is a multiple.
};

/// Whether no slice of the leaf at m_i, nor a gap in it, is a column long.
bool TrackWalk::isSmooth() const
{
    const std::uint64_t block = m_i / kBlockSlices;
    if (block >= m_track.heads.size() || m_i + kPyramidLeaf > m_track.begins.size()
        || m_track.heads[block].wide != SliceBlockHead::kNotWide)
        return false;
    const auto begins = m_track.begins.subspan(m_i).first<kPyramidLeaf>();
    const auto limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(m_limit, 0xffffffffU));
    std::uint32_t isLong = 0;
    for (std::size_t i = 1; i < begins.size(); ++i)
        isLong |= begins[i] - begins[i - 1] >= limit ? 1U : 0U;
    if (isLong != 0)
        return false;
    const TimeNs last = m_track.begin(m_i + kPyramidLeaf - 1);
    const TimeNs end = beginOf(m_i + kPyramidLeaf);
    return end >= last && distance(last, end) < limit;
}

/// @returns false if not even a node of the lowest level fits.
bool TrackWalk::takeNode()
{
    for (;;) {
        const std::uint64_t number = m_i / m_span;
        const std::uint64_t after = m_i + m_span;
        const bool isThere = m_level < m_rule.levels.size()
                             && number < m_rule.levels[m_level].size() && after <= m_track.size;
        if (isThere) {
            const TimeNs end = beginOf(after);
            const std::uint64_t length = distance(m_begin, std::max(m_begin, end));
            if (end >= m_begin
                && (length <= m_limit || (m_level == 0 && length <= m_leafLimit && isSmooth()))) {
                prefetch(number);
                m_writer.addNode(m_begin, end, m_rule.levels[m_level][number]);
                m_i = after;
                m_begin = end;
                const std::uint64_t wider = m_span * kPyramidFan;
                if (m_i % wider == 0 && m_level + 1 < m_rule.levels.size()
                    && !m_rule.levels[m_level + 1].empty()) {
                    ++m_level;
                    m_span = wider;
                }
                return true;
            }
        }
        if (m_level == 0)
            return false;
        --m_level;
        m_span /= kPyramidFan;
    }
}

/// Any slice, clipped to the range.
void TrackWalk::takeSlice(TimeNs end, std::uint32_t value)
{
    const TimeNs from = std::max(m_begin, m_range.begin);
    const TimeNs to = std::min(end, m_range.end);
    if (to < from)
        return;
    const bool counts = m_rule.counts(value);
    m_writer.addSlice(from, to, value, counts);
    if (m_labelled != nullptr && counts && distance(from, to) >= m_minimumLabel)
        m_labelled->push_back({m_begin, end, value});
}

void TrackWalk::takeSlices(std::uint64_t end)
{
    while (m_i < end && m_begin < m_range.end) {
        takeInnerSlices(end);
        if (m_i >= end || m_begin >= m_range.end)
            return;
        const TimeNs next = beginOf(m_i + 1);
        const TimeNs sliceEnd = m_track.isContiguous ? next : m_track.slice(m_i).end;
        takeSlice(std::max(sliceEnd, m_begin), m_track.value(m_i));
        m_begin = std::max(m_begin, next); // also where a damaged index goes back
        ++m_i;
    }
}

/// The usual ones, without looking everything up for each: within one block that is not wide, and
/// not at an end of the range.
void TrackWalk::takeInnerSlices(std::uint64_t end)
{
    const std::uint64_t block = m_i / kBlockSlices;
    // The last slice of a block ends in the next one.
    end = std::min(end, (block + 1) * kBlockSlices - 1);
    const std::size_t count = end - m_i;
    if (block >= m_track.heads.size() || m_i >= end || m_begin < m_range.begin
        || m_i + count + 1 > m_track.begins.size() || m_i + count > m_track.codes.size()
        || (!m_track.isContiguous && m_i + count > m_track.lengths.size()))
        return;
    const SliceBlockHead &head = m_track.heads[block];
    if (head.wide != SliceBlockHead::kNotWide || head.dict > m_track.dict.size())
        return;
    const auto dict = m_track.dict.subspan(
        head.dict, std::min<std::size_t>(head.dictSize, m_track.dict.size() - head.dict));
    const std::uint32_t *begins = m_track.begins.data() + m_i;
    const std::uint32_t *lengths = m_track.isContiguous ? nullptr : m_track.lengths.data() + m_i;
    const std::uint8_t *codes = m_track.codes.data() + m_i;
    const TimeNs rangeEnd = m_range.end;
    for (std::size_t i = 0; i < count; ++i) {
        const auto next = static_cast<TimeNs>(static_cast<std::uint64_t>(head.base)
                                              + begins[i + 1]);
        TimeNs sliceEnd = next;
        if (lengths != nullptr)
            sliceEnd = static_cast<TimeNs>(static_cast<std::uint64_t>(m_begin) + lengths[i]);
        if (next >= rangeEnd || sliceEnd >= rangeEnd || next < m_begin || sliceEnd < m_begin)
            [[unlikely]]
            return;
        const std::uint32_t value = codes[i] < dict.size() ? dict[codes[i]] : kNoValue;
        const bool counts = m_rule.counts(value);
        m_writer.addSlice(m_begin, sliceEnd, value, counts);
        if (distance(m_begin, sliceEnd) >= m_minimumLabel && counts) [[unlikely]]
            m_labelled->push_back({m_begin, sliceEnd, value});
        m_begin = next;
        ++m_i;
    }
}

void TrackWalk::run()
{
    m_i = m_track.firstEndingAfter(m_range.begin);
    if (m_i >= m_track.size)
        return;
    m_begin = m_track.begin(m_i);
    while (m_i < m_track.size && m_begin < m_range.end) {
        if (m_i % kPyramidLeaf != 0 || m_begin < m_range.begin || !takeNode())
            takeSlices(std::min(m_track.size, (m_i / kPyramidLeaf + 1) * kPyramidLeaf));
    }
}

/// @param out  [bounds.columns()], of which those that the track touches are {}.
void walkTrack(const TrackRule &rule, const GridBounds &bounds, std::span<TrackColumn> out,
               std::vector<Slice> *labelled, double minimumLabel)
{
    ColumnWriter writer(bounds, out);
    TrackWalk walk(rule, bounds, writer);
    if (labelled != nullptr)
        walk.collectLabelled(labelled, minimumLabel);
    walk.run();
    writer.flush();
}

} // namespace

void sampleTrack(const TrackRule &rule, const GridBounds &bounds, std::span<TrackColumn> out,
                 std::vector<Slice> *labelled, double minimumLabel)
{
    std::fill(out.begin(), out.end(), TrackColumn{});
    if (!bounds.isEmpty() && out.size() >= bounds.columns() && rule.track->size > 0)
        walkTrack(rule, bounds, out, labelled, minimumLabel);
}

void sampleTrack(const TrackView &track, std::span<const std::span<const PyramidNode>> levels,
                 const std::vector<bool> &hidden, const PixelGrid &grid, std::span<TrackColumn> out)
{
    const TrackRule rule{&track, levels, hidden.empty() ? nullptr : &hidden};
    sampleTrack(rule, GridBounds::of(grid), out, nullptr, 0);
}

void sampleTrack(const TrackView &track, std::span<const std::span<const PyramidNode>> levels,
                 const std::vector<bool> &hidden, const PixelGrid &grid, std::span<TrackColumn> out,
                 std::vector<Slice> &labelled, double minimumLabel)
{
    const TrackRule rule{&track, levels, hidden.empty() ? nullptr : &hidden};
    const GridBounds &bounds = GridBounds::of(grid);
    sampleTrack(rule, bounds, out, &labelled, minimumLabel * bounds.width());
}

ColumnSpan samplePart(const TrackView &track, std::span<const std::span<const PyramidNode>> levels,
                      const std::vector<bool> &hidden, const PixelGrid &grid,
                      std::span<TrackColumn> out, std::vector<Slice> &labelled, double minimumLabel)
{
    const GridBounds &bounds = GridBounds::of(grid);
    if (bounds.isEmpty() || out.size() < bounds.columns() || track.size == 0)
        return {};
    const TimeRange range = bounds.range();
    const TimeNs begin = std::max(track.begin(0), range.begin);
    const TimeNs end = track.isContiguous ? track.end : track.slice(track.size - 1).end;
    if (begin >= range.end || end < begin)
        return {};
    // Of columns narrower than a ns, several begin within the last one.
    const ColumnSpan touched{bounds.columnOf(begin),
                             end >= range.end ? bounds.columns() : bounds.columnOf(end) + 1};
    std::fill(out.begin() + touched.first, out.begin() + touched.end, TrackColumn{});
    const TrackRule rule{&track, levels, hidden.empty() ? nullptr : &hidden};
    walkTrack(rule, bounds, out, &labelled, minimumLabel * bounds.width());
    return touched;
}

std::uint64_t coveredTime(const TrackRule &rule, TimeRange range)
{
    const TrackView &track = *rule.track;
    std::uint64_t covered = 0;
    std::uint64_t i = track.firstEndingAfter(range.begin);
    const std::uint64_t end = track.lowerBound(range.end);
    while (i < end) {
        const Slice slice = track.slice(i);
        std::size_t level = 0;
        std::uint64_t span = kPyramidLeaf;
        bool taken = false;
        // Only whole nodes; the last slice may reach over the end of the range.
        if (i % span == 0 && slice.begin >= range.begin && !rule.levels.empty()) {
            while (level + 1 < rule.levels.size() && i % (span * kPyramidFan) == 0
                   && i + span * kPyramidFan < end
                   && i / (span * kPyramidFan) < rule.levels[level + 1].size()) {
                ++level;
                span *= kPyramidFan;
            }
            if (i + span < end && i / span < rule.levels[level].size()) {
                covered += rule.levels[level][i / span].covered;
                i += span;
                taken = true;
            }
        }
        if (taken)
            continue;
        if (rule.counts(slice.value)) {
            covered += distance(
                std::max(slice.begin, range.begin),
                std::max(std::max(slice.begin, range.begin), std::min(slice.end, range.end)));
        }
        ++i;
    }
    return covered;
}

} // namespace thresher
