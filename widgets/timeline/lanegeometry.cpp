// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanegeometry.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace thresher::ui {

namespace {

/// Collects columns into rectangles; neighbours that say the same become one.
class Runs
{
public:
    explicit Runs(std::vector<LaneRect> &rects)
        : m_rects(rects)
    {}
    Runs(const Runs &) = delete; // writes its last rectangle when it goes
    Runs &operator=(const Runs &) = delete;
    ~Runs()
    {
        if (m_last.end > m_last.begin)
            m_rects.push_back(m_last);
    }
    void add(std::uint32_t column, std::uint32_t value, std::uint8_t level)
    {
        if (m_last.end == column && m_last.value == value && m_last.level == level) {
            ++m_last.end;
            return;
        }
        if (m_last.end > m_last.begin)
            m_rects.push_back(m_last);
        m_last = {column, column + 1, value, level};
    }

private:
    std::vector<LaneRect> &m_rects;
    LaneRect m_last;
};

/// 0 is 0, everything else at least 1: what is there is seen.
std::uint8_t coverLevel(std::uint16_t covered)
{
    return static_cast<std::uint8_t>((std::uint32_t{covered} * kFullLevel + 65534) / 65535);
}

std::uint8_t tickLevel(std::uint32_t events)
{
    const auto fours = (std::bit_width(events) + 1) / 2; // 1..3, 4..15, 16..
    return static_cast<std::uint8_t>(std::clamp<int>(static_cast<int>(fours), 1, kTickLevels));
}

void addTrack(const std::vector<TrackColumn> &columns, std::vector<LaneRect> &rects)
{
    Runs runs(rects);
    for (std::uint32_t x = 0; x < columns.size(); ++x) {
        const TrackColumn &column = columns[x];
        if (column.value != kNoValue)
            runs.add(x, column.value, std::max<std::uint8_t>(1, coverLevel(column.covered)));
    }
}

void addUnknown(const CpuLane &lane, std::vector<LaneRect> &rects)
{
    Runs runs(rects);
    for (std::uint32_t x = 0; x < lane.running.size(); ++x) {
        const TrackColumn &column = lane.running[x];
        const bool isPending = x < lane.pending.size() && lane.pending[x] != 0;
        if ((column.flags & kTrackUnknown) != 0 && column.value == kNoValue && !isPending)
            runs.add(x, kNoValue, 1);
    }
}

template<typename Column>
void mark(std::span<const Column> columns, std::uint32_t least, std::vector<LaneRect> &rects)
{
    rects.clear();
    {
        Runs runs(rects);
        for (std::uint32_t x = 0; x < columns.size(); ++x) {
            if (columns[x] != 0)
                runs.add(x, 0, 1);
        }
    }
    widen(rects, least, static_cast<std::uint32_t>(columns.size()));
}

void addEvents(const CpuLane &lane, const LaneGeometryOptions &options, LaneDrawList &list)
{
    const bool hasSlices = !lane.running.empty() || !lane.irq.empty() || !lane.softirq.empty();
    Runs runs(list.of(hasSlices ? Role::Events : Role::Density));
    for (std::uint32_t x = 0; x < lane.events.size(); ++x) {
        const std::uint32_t events = lane.events[x];
        if (events != 0)
            runs.add(x, 0,
                     hasSlices ? tickLevel(events) : densityLevel(events, options.densityPeak));
    }
}

void addLabels(const CpuLane &lane, const PixelGrid &grid, LaneDrawList &list)
{
    for (const Slice &slice : lane.labelled) {
        const double from = std::clamp(grid.position(slice.begin), 0.0, double(grid.columns));
        const double to = std::clamp(grid.position(slice.end), 0.0, double(grid.columns));
        const auto begin = static_cast<std::uint32_t>(std::ceil(from));
        const auto end = static_cast<std::uint32_t>(std::floor(to));
        if (begin >= end)
            continue;
        list.labels.push_back({begin, end, TaskId{slice.value}, slice.begin});
        // A neighbour of a like colour would flow into this slice. The left column must belong to
        // it, not to this slice, and be full.
        if (from >= 1 && begin >= 1 && lane.running.size() == grid.columns) {
            const TrackColumn &left = lane.running[begin - 1];
            const bool isOther = left.value != slice.value && left.value != kNoValue;
            if (isOther && coverLevel(left.covered) == kFullLevel)
                list.of(Role::Edge).push_back({begin, begin + 1, slice.value, 1});
        }
    }
}

const char *name(Role role)
{
    static constexpr std::array<const char *, kRoles> kNames{
        "Pending", "Unknown", "Running", "Edge",  "Irq", "Softirq",
        "Events",  "Density", "Match",   "Found", "Lost"};
    return kNames[static_cast<std::size_t>(role)];
}

} // namespace

void LaneDrawList::clear()
{
    for (auto &of : rects)
        of.clear();
    labels.clear();
}

void markColumns(std::span<const std::uint32_t> columns, std::uint32_t least,
                 std::vector<LaneRect> &rects)
{
    mark(columns, least, rects);
}

void markColumns(std::span<const std::uint8_t> columns, std::uint32_t least,
                 std::vector<LaneRect> &rects)
{
    mark(columns, least, rects);
}

void buildLane(const CpuLane &lane, const LaneGeometryOptions &options, LaneDrawList &list,
               std::span<const std::uint32_t> matches, std::span<const std::uint32_t> found)
{
    list.clear();
    markColumns(std::span(lane.pending), 1, list.of(Role::Pending));
    addUnknown(lane, list.of(Role::Unknown));
    addTrack(lane.running, list.of(Role::Running));
    addTrack(lane.irq, list.of(Role::Irq));
    addTrack(lane.softirq, list.of(Role::Softirq));
    addEvents(lane, options, list);
    markColumns(matches, options.leastMatch, list.of(Role::Match));
    markColumns(found, options.leastMatch, list.of(Role::Found));
    markColumns(std::span(lane.lost), options.leastLost, list.of(Role::Lost));
    addLabels(lane, options.grid, list);
}

void widen(std::vector<LaneRect> &rects, std::uint32_t least, std::uint32_t columns)
{
    std::size_t kept = 0;
    for (LaneRect rect : rects) {
        if (const std::uint32_t width = rect.end - rect.begin; width < least) {
            const std::uint32_t before = (least - width) / 2;
            rect.begin -= std::min(rect.begin, before);
            rect.end = std::min(columns, rect.begin + least);
            rect.begin = rect.end - std::min(rect.end, least);
        }
        if (kept > 0 && rects[kept - 1].end >= rect.begin)
            rects[kept - 1].end = std::max(rects[kept - 1].end, rect.end);
        else
            rects[kept++] = rect;
    }
    rects.resize(kept);
}

std::uint32_t densityPeak(const CpuLane &lane)
{
    const auto peak = std::ranges::max_element(lane.events);
    return peak == lane.events.end() ? 0 : *peak;
}

std::uint8_t densityLevel(double events, double peak)
{
    if (!(events > 0))
        return 0;
    const double share = peak > 0 ? std::min(1.0, events / peak) : 1.0;
    return static_cast<std::uint8_t>(std::max(1.0, std::round(std::sqrt(share) * kFullDensity)));
}

std::string dump(const LaneDrawList &list)
{
    std::string text;
    const auto columns = [](auto begin, auto end) {
        return ' ' + std::to_string(begin) + ".." + std::to_string(end);
    };
    for (std::size_t role = 0; role < kRoles; ++role) {
        for (const LaneRect &rect : list.rects[role]) {
            text += name(static_cast<Role>(role)) + columns(rect.begin, rect.end);
            if (rect.value != 0 && rect.value != kNoValue)
                text += " value " + std::to_string(rect.value);
            text += " level " + std::to_string(rect.level) + '\n';
        }
    }
    for (const LaneLabel &label : list.labels)
        text += "label" + columns(label.begin, label.end) + " task "
                + std::to_string(toIndex(label.task)) + '\n';
    return text;
}

} // namespace thresher::ui
