// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanelayout.h"

#include <algorithm>

namespace thresher::ui {

LaneLayout::LaneLayout(std::span<const CpuId> cpus, int laneHeight)
    : m_laneHeight(std::clamp(laneHeight, kLeastLaneHeight, kLargestLaneHeight))
{
    m_rows.reserve(cpus.size());
    int top = kGroupHeight;
    for (const CpuId cpu : cpus) {
        m_rows.push_back({cpu, top, m_laneHeight, m_rows.size()});
        top += m_laneHeight;
    }
}

int LaneLayout::contentHeight() const
{
    return m_rows.empty() ? kGroupHeight : m_rows.back().top + m_rows.back().height;
}

std::pair<std::size_t, std::size_t> LaneLayout::rowsWithin(int top, int height) const
{
    const auto limit = static_cast<int>(m_rows.size());
    const int first = (top - kGroupHeight) / m_laneHeight;
    const int last = (top + height - kGroupHeight + m_laneHeight - 1) / m_laneHeight;
    const int from = std::clamp(first, 0, limit);
    return {static_cast<std::size_t>(from),
            static_cast<std::size_t>(std::clamp(last, from, limit))};
}

const LaneRow *LaneLayout::rowAt(int y) const
{
    if (y < kGroupHeight)
        return nullptr;
    const auto number = static_cast<std::size_t>((y - kGroupHeight) / m_laneHeight);
    return number < m_rows.size() ? &m_rows[number] : nullptr;
}

const LaneRow *LaneLayout::rowOf(CpuId cpu) const
{
    const auto found = std::ranges::find_if(m_rows,
                                            [cpu](const LaneRow &row) { return row.cpu == cpu; });
    return found == m_rows.end() ? nullptr : &*found;
}

int fittingLaneHeight(std::size_t lanes, int viewHeight, int largest)
{
    if (lanes == 0)
        return largest;
    const int height = (viewHeight - kGroupHeight) / static_cast<int>(lanes);
    return std::clamp(height, kLeastLaneHeight, largest);
}

LaneStripes laneStripes(int height, bool hasInterrupts)
{
    LaneStripes stripes;
    const int gap = std::max(height / 24, height >= 6 ? 1 : 0);
    const int thin = hasInterrupts ? std::max(1, (height + 2) / 12) : 0;
    const int ticks = std::max(1, height / 8);
    const int ticksTop = height - gap - ticks;
    const int top = hasInterrupts ? (height >= 16 ? gap : 0) : std::max(gap, height / 8);
    stripes.irq = {top, thin};
    stripes.softirq = {top + thin, thin};
    const int runningTop = top + 2 * thin;
    // Only a high lane can afford the gap between a slice and the ticks under it.
    const int runningEnd = std::max(runningTop, ticksTop - (height >= 14 ? gap : 0));
    stripes.running = {runningTop, runningEnd - runningTop};
    stripes.ticks = {ticksTop, ticks};
    stripes.density = {std::max(gap, height / 10), 0};
    stripes.density.height = height - gap - stripes.density.top;
    stripes.whole = {0, height - gap};
    return stripes;
}

} // namespace thresher::ui
