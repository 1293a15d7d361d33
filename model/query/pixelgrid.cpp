// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/gridbounds.h"
#include "model/query/lanes.h"

#include <cmath>

namespace thresher {

namespace {

__extension__ using Wide = unsigned __int128; // 64-bit times by 32-bit columns

} // namespace

std::uint32_t PixelGrid::columnOf(TimeNs time) const
{
    if (columns == 0 || range.isEmpty() || time <= range.begin)
        return 0;
    if (time >= range.end)
        return columns - 1;
    const Wide since = distance(range.begin, time);
    return static_cast<std::uint32_t>(since * columns / distance(range.begin, range.end));
}

double PixelGrid::position(TimeNs time) const
{
    if (range.isEmpty())
        return 0;
    const double since = time >= range.begin ? static_cast<double>(distance(range.begin, time))
                                             : -static_cast<double>(distance(time, range.begin));
    return since * columns / static_cast<double>(distance(range.begin, range.end));
}

TimeNs PixelGrid::timeOf(double column) const
{
    if (columns == 0 || range.isEmpty() || std::isnan(column))
        return range.begin;
    // The long double's 64 bits hold every time exactly.
    const auto length = static_cast<long double>(distance(range.begin, range.end));
    const long double time = static_cast<long double>(range.begin)
                             + std::floor(static_cast<long double>(column) * length / columns);
    if (time >= static_cast<long double>(kTimeMax))
        return kTimeMax;
    if (time <= static_cast<long double>(kTimeMin))
        return kTimeMin;
    return static_cast<TimeNs>(time);
}

GridBounds::GridBounds(const PixelGrid &grid)
    : m_grid(grid)
{
    if (grid.columns == 0 || grid.range.isEmpty())
        return;
    const std::uint64_t length = distance(grid.range.begin, grid.range.end);
    m_width = static_cast<double>(length) / grid.columns;
    m_scale = grid.columns / static_cast<double>(length);
    m_first.resize(std::size_t{grid.columns} + 1);
    const std::uint64_t step = length / grid.columns;
    const std::uint64_t rest = length % grid.columns;
    std::uint64_t whole = static_cast<std::uint64_t>(grid.range.begin);
    std::uint64_t part = 0; // in 1/columns ns
    for (TimeNs &first : m_first) {
        first = static_cast<TimeNs>(whole + (part > 0 ? 1 : 0));
        whole += step;
        part += rest;
        if (part >= grid.columns) {
            part -= grid.columns;
            ++whole;
        }
    }
}

const GridBounds &GridBounds::of(const PixelGrid &grid)
{
    thread_local GridBounds last{PixelGrid{}};
    if (last.m_grid.range != grid.range || last.m_grid.columns != grid.columns)
        last = GridBounds(grid);
    return last;
}

} // namespace thresher
