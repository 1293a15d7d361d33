// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/lanes.h"

#include <vector>

namespace thresher {

/// Where the columns of a grid begin, so that a walk along time needs no division.
class GridBounds
{
public:
    explicit GridBounds(const PixelGrid &grid);

    /// Those of `grid`; the calling thread remembers the last ones, since all lanes of a frame
    /// share them. Valid until the next call.
    [[nodiscard]] static const GridBounds &of(const PixelGrid &grid);

    [[nodiscard]] std::uint32_t columns() const { return m_grid.columns; }
    [[nodiscard]] TimeRange range() const { return m_grid.range; }
    [[nodiscard]] bool isEmpty() const { return m_first.empty(); }
    /// Of a column, in ns.
    [[nodiscard]] double width() const { return m_width; }
    /// The first ns at or after the begin of column x ≤ columns(). Several columns may share it.
    [[nodiscard]] TimeNs first(std::uint32_t x) const { return m_first[x]; }
    /// PixelGrid::columnOf() of a time in the range; some ns.
    [[nodiscard]] std::uint32_t columnOf(TimeNs time) const
    {
        const auto since = static_cast<std::uint64_t>(time)
                           - static_cast<std::uint64_t>(m_grid.range.begin);
        auto x = static_cast<std::uint32_t>(static_cast<double>(since) * m_scale);
        if (x >= m_grid.columns)
            x = m_grid.columns - 1;
        while (x > 0 && m_first[x] > time)
            --x;
        while (x + 1 < m_grid.columns && m_first[x + 1] <= time)
            ++x;
        return x;
    }

private:
    PixelGrid m_grid;
    double m_width = 0;
    double m_scale = 0; ///< Columns of a ns.
    std::vector<TimeNs> m_first; ///< [columns + 1]; empty: the grid is.
};

/// Unsigned distance; for times in order.
[[nodiscard]] constexpr std::uint64_t distance(TimeNs from, TimeNs to)
{
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

} // namespace thresher
