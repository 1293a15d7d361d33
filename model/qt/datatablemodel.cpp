// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/datatablemodel.h"

#include "model/qt/numbertext.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

QString quoted(QString text)
{
    const bool needsQuotes = text.contains(u',') || text.contains(u'"') || text.contains(u'\n')
                             || text.contains(u'\r');
    if (!needsQuotes)
        return text;
    return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

QString csvKey(const DataColumn &column, bool isNanoseconds)
{
    switch (column.unit) {
    case CellUnit::Duration:
    case CellUnit::Time:
        return column.key + (isNanoseconds ? u"_ns"_s : u"_ticks"_s);
    case CellUnit::Percent:
        return column.key + u"_percent"_s;
    case CellUnit::Rate:
        return column.key + u"_per_second"_s;
    case CellUnit::Text:
    case CellUnit::Count:
    case CellUnit::Id:
        break;
    }
    return column.key;
}

QString csvValue(const QVariant &value, CellUnit unit)
{
    if (!value.isValid())
        return {};
    switch (unit) {
    case CellUnit::Text:
        return quoted(value.toString());
    case CellUnit::Percent:
    case CellUnit::Rate:
        return QString::number(value.toDouble(), 'g', 9);
    case CellUnit::Count:
    case CellUnit::Id:
    case CellUnit::Duration:
    case CellUnit::Time:
        break;
    }
    return QString::number(value.toLongLong());
}

} // namespace

DataTableModel::DataTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

void DataTableModel::setTable(DataTable table)
{
    beginResetModel();
    m_table = std::move(table);
    m_greatest.assign(m_table.columns.size(), 0);
    for (DataRow &row : m_table.rows) {
        row.cells.resize(m_table.columns.size());
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (m_table.columns[i].hasBar)
                m_greatest[i] = std::max(m_greatest[i], std::abs(row.cells[i].toDouble()));
        }
    }
    endResetModel();
}

const DataRow *DataTableModel::row(int row) const
{
    const auto at = static_cast<std::size_t>(row);
    return row >= 0 && at < m_table.rows.size() ? &m_table.rows[at] : nullptr;
}

int DataTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int DataTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.columns.size());
}

QVariant DataTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto at = static_cast<std::size_t>(index.column());
    const DataColumn &column = m_table.columns[at];
    const DataRow &row = m_table.rows[static_cast<std::size_t>(index.row())];
    const QVariant &value = row.cells[at];
    switch (role) {
    case ValueRole:
        return value;
    case UnitRole:
        return static_cast<int>(column.unit);
    case BarRole:
        if (!column.hasBar || !value.isValid() || m_greatest[at] <= 0)
            return {};
        return std::abs(value.toDouble()) / m_greatest[at];
    case DoubtfulRole:
        return row.isDoubtful;
    case DifferenceRole:
        return column.isDifference;
    case Qt::DisplayRole:
        // Durations, times and rates are written by a view that knows how.
        if (column.unit == CellUnit::Count && value.isValid() && !column.isDifference)
            return groupedNumber(static_cast<std::uint64_t>(std::max(0LL, value.toLongLong())));
        return value;
    case Qt::ToolTipRole:
        return row.toolTip.isEmpty() ? QVariant() : QVariant(row.toolTip);
    case Qt::TextAlignmentRole:
        if (column.unit != CellUnit::Text)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    default:
        return {};
    }
}

QVariant DataTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const auto at = static_cast<std::size_t>(section);
    if (orientation != Qt::Horizontal || section < 0 || at >= m_table.columns.size())
        return {};
    const DataColumn &column = m_table.columns[at];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::ToolTipRole:
        return column.toolTip.isEmpty() ? QVariant() : QVariant(column.toolTip);
    case Qt::TextAlignmentRole:
        return QVariant((column.unit == CellUnit::Text ? Qt::AlignLeft : Qt::AlignRight)
                        | Qt::AlignVCenter);
    default:
        return {};
    }
}

QString csvText(const DataTable &table, std::span<const int> order, bool isNanoseconds)
{
    QString text;
    QStringList cells;
    for (const DataColumn &column : table.columns)
        cells += quoted(csvKey(column, isNanoseconds));
    text += cells.join(u',') + u"\r\n"_s;
    for (const int number : order) {
        const auto at = static_cast<std::size_t>(number);
        if (number < 0 || at >= table.rows.size())
            continue;
        cells.clear();
        const DataRow &row = table.rows[at];
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            cells += csvValue(i < row.cells.size() ? row.cells[i] : QVariant(),
                              table.columns[i].unit);
        }
        text += cells.join(u',') + u"\r\n"_s;
    }
    return text;
}

} // namespace thresher
