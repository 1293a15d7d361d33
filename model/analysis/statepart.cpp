// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/statepart_p.h"

namespace thresher {

std::optional<PlacedSlice> StatePart::next(std::uint64_t i) const
{
    if (i + 1 < m_part.slices.size)
        return PlacedSlice{m_part.slices.slice(i + 1), m_part.cpu(i + 1)};
    for (std::size_t s = m_segment + 1; s < m_analysis.segments.size(); ++s) {
        const auto found = m_analysis.segments[s]->find(m_key);
        if (found && found->slices.size > 0)
            return PlacedSlice{found->slices.slice(0), found->cpu(0)};
    }
    return std::nullopt;
}

std::optional<PlacedSlice> StatePart::knownNext(std::uint64_t i, const Slice &slice) const
{
    auto after = next(i);
    if (after && (after->slice.begin != slice.end || after->slice.value == kNoValue))
        return std::nullopt;
    return after;
}

std::optional<CpuId> StatePart::cpuBefore(std::uint64_t i) const
{
    constexpr auto kRunning = static_cast<std::uint32_t>(TaskState::Running);
    TrackPart part = m_part;
    for (std::size_t s = m_segment;;) {
        while (i > 0) {
            --i;
            const std::uint32_t value = part.slices.value(i);
            if (value == kRunning)
                return part.cpu(i);
            if (value == kNoValue)
                return std::nullopt;
        }
        for (;;) {
            if (s == 0)
                return std::nullopt;
            if (const auto found = m_analysis.segments[--s]->find(m_key)) {
                part = *found;
                break;
            }
        }
        i = part.slices.size;
    }
}

} // namespace thresher
