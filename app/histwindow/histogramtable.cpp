// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramtable.h"

#include <QCoreApplication>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

using capture::HistogramCell;
using capture::HistogramColumn;

/// Its numbers are the column's text, too: not those of a name with a number, or an address.
bool isPlainNumber(const HistogramColumn &column, const HistogramCell &cell)
{
    return column.kind == HistogramColumn::Kind::Number && cell.number
           && cell.text == std::to_string(static_cast<std::uint64_t>(*cell.number));
}

/// How a column is shown, judged by a cell of it.
DataColumn columnOf(const HistogramColumn &column, const HistogramCell *first)
{
    DataColumn shown;
    shown.key = QString::fromStdString(column.name);
    shown.title = shown.key;
    switch (column.role) {
    case HistogramColumn::Role::Key:
        if (first != nullptr && isPlainNumber(column, *first))
            shown.unit = CellUnit::Id;
        break;
    case HistogramColumn::Role::Value:
        if (first != nullptr && isPlainNumber(column, *first)) {
            shown.unit = CellUnit::Count;
            shown.hasBar = true;
        }
        break;
    case HistogramColumn::Role::Percent:
        shown.unit = CellUnit::Percent;
        break;
    case HistogramColumn::Role::Graph:
        break;
    case HistogramColumn::Role::Saved:
        shown.toolTip = QCoreApplication::translate(
            "HistogramTable", "Kept when the greatest value, or the last change, was seen");
        if (first != nullptr && isPlainNumber(column, *first))
            shown.unit = CellUnit::Id;
        break;
    }
    return shown;
}

QVariant valueOf(const HistogramCell &cell, CellUnit unit)
{
    if (unit == CellUnit::Text)
        return QString::fromStdString(cell.text).replace(u'\n', u" ← "_s);
    if (!cell.number)
        return {};
    if (unit == CellUnit::Percent)
        return *cell.number;
    // A negative number of the kernel's is written as a large one.
    bool isNumber = false;
    const auto number = QString::fromStdString(cell.text).toULongLong(&isNumber);
    return static_cast<qlonglong>(isNumber ? number : static_cast<quint64>(*cell.number));
}

} // namespace

DataTable dataTableOf(const capture::Histogram &histogram)
{
    DataTable table;
    for (std::size_t i = 0; i < histogram.columns.size(); ++i) {
        const HistogramColumn &column = histogram.columns[i];
        const HistogramCell *first = histogram.rows.empty() ? nullptr : &histogram.rows.front()[i];
        table.columns.push_back(columnOf(column, first));
        if (column.role == HistogramColumn::Role::Value && table.sortColumn == 0)
            table.sortColumn = static_cast<int>(i);
    }
    std::uint32_t number = 0;
    for (const auto &row : histogram.rows) {
        DataRow &shown = table.rows.emplace_back();
        shown.key = number++;
        for (std::size_t i = 0; i < row.size(); ++i) {
            shown.cells.push_back(valueOf(row[i], table.columns[i].unit));
            if (histogram.columns[i].kind == HistogramColumn::Kind::Stack)
                shown.toolTip = QString::fromStdString(row[i].text);
        }
    }
    return table;
}

} // namespace thresher::ui
