// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanelayout.h"

#include <algorithm>
#include <limits>

namespace thresher::ui {

namespace {

std::vector<Lane> lanesOf(std::span<const CpuId> cpus)
{
    std::vector<Lane> lanes(1);
    lanes.front().shown = lanes.front().all = static_cast<std::uint32_t>(cpus.size());
    for (const CpuId cpu : cpus) {
        Lane &lane = lanes.emplace_back();
        lane.kind = Lane::Kind::Cpu;
        lane.owner = cpu;
    }
    return lanes;
}

/// A curve needs more room than a bar, and its scale that of two lines of text.
int counterHeight(int taskHeight)
{
    return std::min(taskHeight + taskHeight / 2, kLargestLaneHeight);
}

std::pair<std::size_t, std::size_t> within(const std::vector<LaneRow> &rows, int top, int height)
{
    const auto first = std::ranges::partition_point(
        rows, [top](const LaneRow &row) { return row.top + row.height <= top; });
    const auto last = std::partition_point(
        first, rows.end(), [end = top + height](const LaneRow &row) { return row.top < end; });
    return {static_cast<std::size_t>(first - rows.begin()),
            static_cast<std::size_t>(last - rows.begin())};
}

const LaneRow *at(const std::vector<LaneRow> &rows, int y)
{
    const auto [first, last] = within(rows, y, 1);
    return first < last ? &rows[first] : nullptr;
}

} // namespace

LaneLayout::LaneLayout()
    : m_content(std::make_shared<Content>())
{}

LaneLayout::LaneLayout(std::span<const CpuId> cpus, int laneHeight)
    : LaneLayout(lanesOf(cpus), laneHeight, laneHeight)
{}

LaneLayout::LaneLayout(const std::vector<Lane> &lanes, int laneHeight, int taskHeight)
    : m_laneHeight(std::clamp(laneHeight, kLeastLaneHeight, kLargestLaneHeight))
{
    lay(lanes, std::clamp(taskHeight, kLeastLaneHeight, kLargestLaneHeight));
}

void LaneLayout::lay(const std::vector<Lane> &lanes, int taskHeight)
{
    Content content;
    content.rows.reserve(lanes.size());
    int top = 0;
    bool isOdd = true;
    for (const Lane &lane : lanes) {
        // More than two thousand million pixels of lanes are not scrolled to by anybody.
        if (top > std::numeric_limits<int>::max() - 2 * kLargestLaneHeight)
            break;
        const bool isHeading = lane.kind == Lane::Kind::Group || lane.kind == Lane::Kind::Process;
        const int height = isHeading                          ? kGroupHeight
                           : lane.kind == Lane::Kind::Cpu     ? m_laneHeight
                           : lane.kind == Lane::Kind::Nested  ? std::min(kNestedHeight, taskHeight)
                           : lane.kind == Lane::Kind::Counter ? counterHeight(taskHeight)
                                                              : taskHeight;
        if (lane.kind == Lane::Kind::Group)
            isOdd = true; // the first one below is even
        else if (lane.kind != Lane::Kind::Nested)
            isOdd = !isOdd;
        std::vector<LaneRow> &rows = isHeading ? content.headings : content.rows;
        rows.push_back(
            {lane.kind == Lane::Kind::Cpu ? lane.owner : 0, top, height, rows.size(), lane, isOdd});
        content.cpuRows += lane.kind == Lane::Kind::Cpu ? 1 : 0;
        top += height;
    }
    content.height = std::max(top, kGroupHeight);
    m_content = std::make_shared<const Content>(std::move(content));
}

std::pair<std::size_t, std::size_t> LaneLayout::rowsWithin(int top, int height) const
{
    return within(m_content->rows, top, height);
}

std::pair<std::size_t, std::size_t> LaneLayout::headingsWithin(int top, int height) const
{
    return within(m_content->headings, top, height);
}

const LaneRow *LaneLayout::rowAt(int y) const
{
    return at(m_content->rows, y);
}

const LaneRow *LaneLayout::headingAt(int y) const
{
    return at(m_content->headings, y);
}

const LaneRow *LaneLayout::rowOf(CpuId cpu) const
{
    return rowOf(laneOfCpu(cpu));
}

const LaneRow *LaneLayout::rowOf(const LaneId &lane) const
{
    const auto found = std::ranges::find_if(m_content->rows, [&lane](const LaneRow &row) {
        return row.lane.kind != Lane::Kind::Nested && row.lane.id() == lane;
    });
    return found == m_content->rows.end() ? nullptr : &*found;
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

TaskStripes taskStripes(int height)
{
    const int gap = std::max(height / 24, height >= 6 ? 1 : 0);
    const int lost = std::max(2, height / 8);
    const int top = std::max(gap, height / 8);
    TaskStripes stripes;
    stripes.whole = {0, height - gap};
    stripes.lost = {std::max(0, height - gap - lost), std::min(lost, height - gap)};
    stripes.state = {top, std::max(1, stripes.lost.top - top)};
    return stripes;
}

} // namespace thresher::ui
