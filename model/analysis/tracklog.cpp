// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/tracklog_p.h"

#include <algorithm>
#include <utility>

namespace thresher {

TrackLog::Handle TrackLog::track(const TrackKey &key)
{
    const auto [at, isNew] = m_handles.try_emplace(key, static_cast<Handle>(m_tracks.size()));
    if (isNew)
        m_tracks.push_back({key});
    return at->second;
}

void TrackLog::add(Handle track, Slice slice, CpuId cpu)
{
    Track &into = m_tracks[track];
    slice.begin = std::max(slice.begin, into.end);
    slice.end = std::max(slice.begin, slice.end);
    into.end = slice.end;
    ++into.count;
    m_found.push_back(
        {slice.begin, slice.end, slice.value, track, static_cast<std::uint16_t>(cpu)});
}

void TrackLog::write(SegmentWriter &writer)
{
    // A counting sort: by key, and within a track in the order in which they were found.
    std::vector<std::uint64_t> places(m_tracks.size());
    std::uint64_t place = 0;
    for (const auto &[key, handle] : m_handles) {
        places[handle] = place;
        place += m_tracks[handle].count;
    }
    m_sorted.resize(std::max(m_sorted.size(), m_found.size()));
    for (const Found &found : m_found)
        m_sorted[places[found.track]++] = {{found.begin, found.end, found.value}, found.cpu};
    for (const auto &[key, handle] : m_handles) {
        const std::uint64_t count = std::exchange(m_tracks[handle].count, 0);
        if (count > 0)
            writer.add(key, std::span(m_sorted).subspan(places[handle] - count, count));
    }
    m_found.clear();
}

} // namespace thresher
