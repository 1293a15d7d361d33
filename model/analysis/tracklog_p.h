// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/tracksegment.h"

#include <map>
#include <vector>

namespace thresher {

/// Slices as the consumers of a pass find them, until they are laid out by track. Not thread-safe.
class TrackLog
{
public:
    using Handle = std::uint32_t;

    /// A number for the track; the same key gets the same one. O(log tracks).
    [[nodiscard]] Handle track(const TrackKey &key);
    /// One more slice of a track, which must not begin before the last one of it ended: else it is
    /// cut to begin there. One that ends before it begins is empty.
    void add(Handle track, Slice slice, CpuId cpu);
    [[nodiscard]] std::size_t size() const { return m_found.size(); }
    /// So that as many need not be moved. Costs no memory before they are there.
    void reserve(std::size_t slices) { m_found.reserve(slices); }
    [[nodiscard]] TimeNs endOf(Handle track) const { return m_tracks[track].end; }

    /// Lays out what was added since the last time, and forgets it. O(slices + tracks log tracks).
    void write(SegmentWriter &writer);

private:
    struct Track
    {
        TrackKey key;
        std::uint64_t count = 0; ///< Since the last write().
        TimeNs end = kTimeMin;
    };
    struct Found
    {
        TimeNs begin = 0;
        TimeNs end = 0;
        std::uint32_t value = 0;
        Handle track = 0;
        std::uint16_t cpu = 0;
    };
    static_assert(sizeof(Found) == 32);
    std::vector<Track> m_tracks;
    std::map<TrackKey, Handle> m_handles;
    std::vector<Found> m_found;
    std::vector<FoundSlice> m_sorted; ///< Kept, so that its pages are not asked for anew each time.
};

} // namespace thresher
