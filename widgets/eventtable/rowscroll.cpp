// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/rowscroll.h"

#include <algorithm>

namespace thresher::ui {

namespace {

/// value · numerator / denominator, rounded to the nearest; both factors < 2^32 or the quotient
/// ≤ 1.
Row scaled(Row value, Row numerator, Row denominator)
{
    // long double holds 64 bits: no row of the table is lost, however long it is.
    const auto exact = static_cast<long double>(value) * static_cast<long double>(numerator)
                       / static_cast<long double>(denominator);
    return static_cast<Row>(exact + 0.5L);
}

} // namespace

void RowScroll::setRows(Row rows)
{
    m_rows = rows;
    setTop(m_top);
}

void RowScroll::setPage(Row page)
{
    m_page = std::max<Row>(page, 1);
    setTop(m_top);
}

void RowScroll::setTop(Row top)
{
    m_top = std::min(top, lastTop());
}

Row RowScroll::moved(Row row, std::int64_t by) const
{
    if (m_rows == 0)
        return 0;
    const Row last = m_rows - 1;
    row = std::min(row, last);
    const auto distance = by < 0 ? Row{0} - static_cast<Row>(by) : static_cast<Row>(by);
    if (by < 0)
        return row - std::min(row, distance);
    return row + std::min(last - row, distance);
}

void RowScroll::scrollBy(std::int64_t rows)
{
    setTop(moved(m_top, rows));
}

void RowScroll::show(Row row)
{
    if (row < m_top)
        setTop(row);
    else if (!isInView(row))
        setTop(row - m_page + 1);
}

void RowScroll::centre(Row row)
{
    if (!isInView(row))
        setTop(row - std::min(row, m_page / 2));
}

int RowScroll::barMaximum() const
{
    return static_cast<int>(std::min<Row>(lastTop(), kBarSteps));
}

int RowScroll::barPage() const
{
    if (lastTop() <= kBarSteps)
        return static_cast<int>(std::min<Row>(m_page, kBarSteps));
    return std::max(1, static_cast<int>(scaled(m_page, kBarSteps, lastTop())));
}

int RowScroll::barValue() const
{
    if (lastTop() <= kBarSteps)
        return static_cast<int>(m_top);
    return static_cast<int>(scaled(m_top, kBarSteps, lastTop()));
}

void RowScroll::setBarValue(int value)
{
    const auto step = static_cast<Row>(std::clamp(value, 0, barMaximum()));
    if (lastTop() <= kBarSteps)
        setTop(step);
    else
        setTop(step == kBarSteps ? lastTop() : scaled(step, lastTop(), kBarSteps));
}

} // namespace thresher::ui
