// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/trackkey.h"
#include "model/index/trackview.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace thresher {

/// A part of a track: the slices that ended in one stretch of the trace.
struct TrackPart
{
    /// Its idle value is what is background in a task's states (Sleeping); pyramids do not count
    /// what isActive() says no to.
    TrackView slices;
    std::span<const std::uint16_t> cpus; ///< [slices.size] where the event was that began each.

    [[nodiscard]] CpuId cpu(std::uint64_t i) const { return i < cpus.size() ? cpus[i] : 0; }
};

/// One track's place within the bytes of a segment.
struct SegmentEntry
{
    TrackKey key;
    std::uint64_t offset = 0;
    std::uint64_t size = 0; ///< Slices.
    std::uint64_t dictSize = 0;
    std::uint64_t wideBlocks = 0;
    TimeNs end = 0; ///< Of the last slice.
};

/// The slices of all tracks that ended in one stretch of the trace, by track. Immutable; reading is
/// lock-free. Its bytes are mapped.
class TrackSegment
{
public:
    /// @param entries  ascending by key. @param storage  keeps `bytes`.
    TrackSegment(std::vector<SegmentEntry> entries, std::span<const std::byte> bytes,
                 std::shared_ptr<const void> storage);

    [[nodiscard]] std::span<const SegmentEntry> entries() const { return m_entries; }
    [[nodiscard]] std::size_t bytes() const { return m_bytes.size(); }
    /// O(1); empty where the entry lies outside the bytes.
    [[nodiscard]] TrackPart part(const SegmentEntry &entry) const;
    /// O(log tracks).
    [[nodiscard]] std::optional<TrackPart> find(const TrackKey &key) const;

private:
    std::vector<SegmentEntry> m_entries;
    std::span<const std::byte> m_bytes;
    std::shared_ptr<const void> m_storage;
};

/// A slice that the consumers of an analysis found.
struct FoundSlice
{
    Slice slice;
    std::uint16_t cpu = 0;
};

/// Lays tracks out, one after the other, as TrackSegment reads them.
class SegmentWriter
{
public:
    /// Keys ascend; slices do not overlap, and ascend. O(slices).
    void add(const TrackKey &key, std::span<const FoundSlice> slices);

    [[nodiscard]] std::vector<SegmentEntry> &entries() { return m_entries; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    void clear();

private:
    template<typename T>
    void append(std::span<const T> values);
    void addBlocks(std::span<const FoundSlice> slices, SegmentEntry &entry);

    std::vector<SegmentEntry> m_entries;
    std::vector<std::byte> m_bytes;
    // The columns of one track; kept, so that the next one allocates nothing.
    std::vector<SliceBlockHead> m_heads;
    std::vector<TimeNs> m_wide;
    std::vector<std::uint32_t> m_begins;
    std::vector<std::uint32_t> m_lengths;
    std::vector<std::uint32_t> m_dict;
    std::vector<std::uint16_t> m_cpus;
    std::vector<std::uint8_t> m_codes;
};

} // namespace thresher
