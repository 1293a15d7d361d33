// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/tracksegment.h"

#include "model/analysis/taskstate.h"
#include "model/index/pyramid.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

namespace thresher {

namespace {

constexpr std::uint64_t kMaxShort = std::numeric_limits<std::uint32_t>::max();

std::uint64_t span(TimeNs begin, TimeNs end)
{
    return end <= begin ? 0 : static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
}

bool isContiguous(const TrackKey &key)
{
    return key.what == TrackClass::TaskState;
}

std::uint32_t idleOf(const TrackKey &key)
{
    return key.what == TrackClass::TaskState ? static_cast<std::uint32_t>(TaskState::Sleeping)
                                             : kNoValue;
}

bool counts(const TrackKey &key, std::uint32_t value)
{
    return value != kNoValue
           && (key.what != TrackClass::TaskState || isActive(static_cast<TaskState>(value)));
}

/// The column that begins at `at`, whose place is then behind it; all are padded to 8 bytes.
template<typename T>
std::span<const T> column(std::span<const std::byte> bytes, std::uint64_t &at, std::uint64_t count)
{
    const std::uint64_t begin = at;
    if (count > bytes.size() / sizeof(T) || begin > bytes.size() - count * sizeof(T)) {
        at = bytes.size() + 1; // a damaged entry: this one and all that follow
        return {};
    }
    at += (count * sizeof(T) + 7) / 8 * 8;
    return {reinterpret_cast<const T *>(bytes.data() + begin), count};
}

/// Gives the values of a block of slices their codes.
class BlockDict
{
public:
    std::uint8_t codeOf(std::uint32_t value)
    {
        std::size_t slot = (value * 0x9e3779b1U) >> 23U; // the upper 9 bits: m_slots' size
        for (;; slot = (slot + 1) % m_slots.size()) {
            if (m_slots[slot] == 0)
                break;
            if (m_values[m_slots[slot] - 1U] == value)
                return static_cast<std::uint8_t>(m_slots[slot] - 1U);
        }
        m_values[m_used] = value;
        m_slots[slot] = static_cast<std::uint16_t>(++m_used);
        return static_cast<std::uint8_t>(m_used - 1);
    }
    [[nodiscard]] std::span<const std::uint32_t> values() const
    {
        return {m_values.data(), m_used};
    }

private:
    std::size_t m_used = 0;
    std::array<std::uint32_t, kBlockSlices> m_values{};
    std::array<std::uint16_t, std::size_t{2} * kBlockSlices> m_slots{}; ///< Code + 1.
};

} // namespace

TrackSegment::TrackSegment(std::vector<SegmentEntry> entries, std::span<const std::byte> bytes,
                           std::shared_ptr<const void> storage)
    : m_entries(std::move(entries))
    , m_bytes(bytes)
    , m_storage(std::move(storage))
{}

TrackPart TrackSegment::part(const SegmentEntry &entry) const
{
    TrackPart part;
    std::uint64_t at = entry.offset;
    TrackView &track = part.slices;
    track.size = entry.size;
    track.end = entry.end;
    track.isContiguous = isContiguous(entry.key);
    track.idle = idleOf(entry.key);
    const std::uint64_t blocks = entry.size / kBlockSlices + (entry.size % kBlockSlices != 0);
    track.heads = column<SliceBlockHead>(m_bytes, at, blocks);
    std::uint64_t nodes = entry.size / kPyramidLeaf;
    for (std::size_t level = 0; level < kPyramidLevels && nodes > 0; ++level) {
        track.levels[level] = column<PyramidNode>(m_bytes, at, nodes);
        nodes /= kPyramidFan;
    }
    track.wide = column<TimeNs>(m_bytes, at, entry.wideBlocks * 2 * kBlockSlices);
    track.begins = column<std::uint32_t>(m_bytes, at, entry.size);
    if (!track.isContiguous)
        track.lengths = column<std::uint32_t>(m_bytes, at, entry.size);
    track.dict = column<std::uint32_t>(m_bytes, at, entry.dictSize);
    part.cpus = column<std::uint16_t>(m_bytes, at, entry.size);
    track.codes = column<std::uint8_t>(m_bytes, at, entry.size);
    return at <= m_bytes.size() ? part : TrackPart{};
}

std::optional<TrackPart> TrackSegment::find(const TrackKey &key) const
{
    const auto at = std::lower_bound(
        m_entries.begin(), m_entries.end(), key,
        [](const SegmentEntry &entry, const TrackKey &wanted) { return entry.key < wanted; });
    if (at == m_entries.end() || at->key != key)
        return std::nullopt;
    return part(*at);
}

template<typename T>
void SegmentWriter::append(std::span<const T> values)
{
    const auto bytes = std::as_bytes(values);
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    m_bytes.resize((m_bytes.size() + 7) / 8 * 8);
}

void SegmentWriter::addBlocks(std::span<const FoundSlice> slices, SegmentEntry &entry)
{
    while (!slices.empty()) {
        const auto block = slices.first(std::min<std::size_t>(slices.size(), kBlockSlices));
        slices = slices.subspan(block.size());
        SliceBlockHead head;
        head.base = block.front().slice.begin;
        head.dict = m_dict.size();
        BlockDict dict;
        bool isWide = span(head.base, block.back().slice.begin) > kMaxShort;
        for (const FoundSlice &found : block) {
            const std::uint64_t length = span(found.slice.begin, found.slice.end);
            isWide |= length > kMaxShort;
            m_begins.push_back(static_cast<std::uint32_t>(span(head.base, found.slice.begin)));
            m_lengths.push_back(static_cast<std::uint32_t>(length));
            m_cpus.push_back(found.cpu);
            m_codes.push_back(dict.codeOf(found.slice.value));
        }
        const auto values = dict.values();
        head.dictSize = static_cast<std::uint32_t>(values.size());
        m_dict.insert(m_dict.end(), values.begin(), values.end());
        if (isWide) {
            head.wide = static_cast<std::uint32_t>(entry.wideBlocks++);
            for (const FoundSlice &found : block)
                m_wide.insert(m_wide.end(), {found.slice.begin, found.slice.end});
            m_wide.resize(entry.wideBlocks * 2 * kBlockSlices);
        }
        m_heads.push_back(head);
    }
}

void SegmentWriter::add(const TrackKey &key, std::span<const FoundSlice> slices)
{
    assert(m_entries.empty() || m_entries.back().key < key);
    m_heads.clear();
    m_wide.clear();
    m_begins.clear();
    m_lengths.clear();
    m_dict.clear();
    m_cpus.clear();
    m_codes.clear();
    SegmentEntry entry;
    entry.key = key;
    entry.offset = m_bytes.size();
    entry.size = slices.size();
    entry.end = slices.empty() ? 0 : slices.back().slice.end;
    addBlocks(slices, entry);
    Pyramid pyramid;
    PyramidBuilder builder;
    for (const FoundSlice &found : slices) {
        builder.add(counts(key, found.slice.value), found.slice.value,
                    span(found.slice.begin, found.slice.end),
                    [&pyramid](std::size_t level, const PyramidNode &node) {
                        pyramid.levels[level].push_back(node);
                    });
    }
    entry.dictSize = m_dict.size();
    append(std::span<const SliceBlockHead>(m_heads));
    for (const auto &level : pyramid.levels)
        append(std::span<const PyramidNode>(level));
    append(std::span<const TimeNs>(m_wide));
    append(std::span<const std::uint32_t>(m_begins));
    if (!isContiguous(key))
        append(std::span<const std::uint32_t>(m_lengths));
    append(std::span<const std::uint32_t>(m_dict));
    append(std::span<const std::uint16_t>(m_cpus));
    append(std::span<const std::uint8_t>(m_codes));
    m_entries.push_back(entry);
}

void SegmentWriter::clear()
{
    m_entries.clear();
    m_bytes.clear();
}

} // namespace thresher
