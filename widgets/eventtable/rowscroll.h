// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

namespace thresher::ui {

/// Where a table of any number of rows is scrolled to, and what its scroll bar, which counts in
/// int, says about it. Scrolls by whole rows, exactly; the bar is exact up to kBarSteps rows and in
/// proportion beyond, its both ends always being the table's.
///
/// Invariant: top() ≤ lastTop(). Pure; no Qt.
class RowScroll
{
public:
    static constexpr int kBarSteps = 1'000'000'000;

    [[nodiscard]] Row rows() const { return m_rows; }
    /// Keeps the top row where it can.
    void setRows(Row rows);
    /// Rows that are wholly in view; at least 1.
    [[nodiscard]] Row page() const { return m_page; }
    void setPage(Row page);

    [[nodiscard]] Row top() const { return m_top; }
    void setTop(Row top);
    /// The top row when the last one is at the bottom.
    [[nodiscard]] Row lastTop() const { return m_rows > m_page ? m_rows - m_page : 0; }
    /// By so many rows, clamped at both ends.
    void scrollBy(std::int64_t rows);
    /// Scrolls as little as will show `row`.
    void show(Row row);
    /// Scrolls `row` to the middle if it is not in view.
    void centre(Row row);
    [[nodiscard]] bool isInView(Row row) const { return row >= m_top && row - m_top < m_page; }

    [[nodiscard]] int barMaximum() const;
    [[nodiscard]] int barPage() const;
    [[nodiscard]] int barValue() const;
    /// The inverse, rounded; barMaximum() gives lastTop().
    void setBarValue(int value);

    /// `row` moved by `by` rows, clamped to the table; 0 of an empty one.
    [[nodiscard]] Row moved(Row row, std::int64_t by) const;

private:
    Row m_rows = 0;
    Row m_page = 1;
    Row m_top = 0;
};

} // namespace thresher::ui
