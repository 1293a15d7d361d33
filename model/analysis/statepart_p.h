// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

namespace thresher {

/// One segment's part of a track, and what is next to it in others. Cheap to make; valid as long as
/// the analysis.
class StatePart
{
public:
    /// @param segment  number of; @param entry  of that.
    StatePart(const Analysis &analysis, std::size_t segment, std::size_t entry)
        : m_analysis(analysis)
        , m_segment(segment)
        , m_key(analysis.segments[segment]->entries()[entry].key)
        , m_part(analysis.segments[segment]->part(analysis.segments[segment]->entries()[entry]))
    {}

    [[nodiscard]] const TrackKey &key() const { return m_key; }
    [[nodiscard]] const TrackView &track() const { return m_part.slices; }
    [[nodiscard]] CpuId cpu(std::uint64_t i) const { return m_part.cpu(i); }

    /// The slice that follows slice i. O(1), O(segments · log tracks) of the last one.
    [[nodiscard]] std::optional<PlacedSlice> next(std::uint64_t i) const;
    /// The same if it tells how slice i ended: it begins there, and is known.
    [[nodiscard]] std::optional<PlacedSlice> knownNext(std::uint64_t i, const Slice &slice) const;
    /// The CPU that the task had last before slice i, looking back as far as its state is known.
    [[nodiscard]] std::optional<CpuId> cpuBefore(std::uint64_t i) const;

private:
    const Analysis &m_analysis;
    std::size_t m_segment;
    TrackKey m_key;
    TrackPart m_part;
};

} // namespace thresher
