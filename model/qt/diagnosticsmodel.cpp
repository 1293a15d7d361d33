// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/diagnosticsmodel.h"

#include "model/qt/numbertext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

bool isSame(const Diagnostic &a, const Diagnostic &b)
{
    return a.severity == b.severity && a.what == b.what && a.section == b.section
           && a.offset == b.offset && a.bytes == b.bytes && a.time == b.time && a.count == b.count;
}

QString severityText(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return DiagnosticsModel::tr("Note");
    case Severity::DataLoss:
        return DiagnosticsModel::tr("Data loss");
    case Severity::Error:
        return DiagnosticsModel::tr("Error");
    }
    return {};
}

QVariant toolTip(const Diagnostic &row, int column)
{
    QStringList lines;
    if (column == DiagnosticsModel::WhatColumn)
        lines += QString::fromStdString(row.what);
    if (row.time) {
        lines += row.severity == Severity::DataLoss && row.count > 1
                     ? DiagnosticsModel::tr("Double click: to the first place, again: to the next")
                     : DiagnosticsModel::tr("Double click: to the place");
    }
    return lines.isEmpty() ? QVariant() : QVariant(lines.join(u'\n'));
}

} // namespace

DiagnosticsModel::DiagnosticsModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

void DiagnosticsModel::setDiagnostics(std::vector<Diagnostic> diagnostics)
{
    const bool onlyGrew = diagnostics.size() >= m_rows.size()
                          && std::equal(m_rows.begin(), m_rows.end(), diagnostics.begin(), isSame);
    if (!onlyGrew) {
        beginResetModel();
        m_rows = std::move(diagnostics);
        endResetModel();
        return;
    }
    if (diagnostics.size() == m_rows.size())
        return;
    beginInsertRows({}, rowCount(), static_cast<int>(diagnostics.size()) - 1);
    m_rows = std::move(diagnostics);
    endInsertRows();
}

std::uint64_t DiagnosticsModel::count(Severity severity) const
{
    std::uint64_t count = 0;
    for (const Diagnostic &row : m_rows)
        count += row.severity == severity ? row.count : 0;
    return count;
}

int DiagnosticsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DiagnosticsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant DiagnosticsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Diagnostic &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case SeverityRole:
        return static_cast<int>(row.severity);
    case BeginRole:
        return row.time ? QVariant(qlonglong{row.time->begin}) : QVariant();
    case EndRole:
        return row.time ? QVariant(qlonglong{row.time->end}) : QVariant();
    case Qt::TextAlignmentRole:
        if (index.column() >= TimeColumn)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case SeverityColumn:
        return severityText(row.severity);
    case WhatColumn:
        return QString::fromStdString(row.what);
    case SectionColumn:
        return QString::fromStdString(row.section);
    case TimeColumn: // a view that knows how times are written shows it in its own way
        return row.time ? QVariant(qlonglong{row.time->begin}) : QVariant();
    case CountColumn:
        return row.count == 1 ? QString() : groupedNumber(row.count);
    case BytesColumn:
        return row.bytes == 0 ? QString() : groupedNumber(row.bytes);
    case OffsetColumn:
        return row.offset < 0 ? QString() : groupedNumber(static_cast<std::uint64_t>(row.offset));
    default:
        return {};
    }
}

QVariant DiagnosticsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant((section >= TimeColumn ? Qt::AlignRight : Qt::AlignLeft)
                        | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SeverityColumn:
        return tr("Kind");
    case WhatColumn:
        return tr("What is wrong");
    case SectionColumn:
        return tr("Where");
    case TimeColumn:
        return tr("Time");
    case CountColumn:
        return tr("Places");
    case BytesColumn:
        return tr("Bytes");
    case OffsetColumn:
        return tr("At byte");
    default:
        return {};
    }
}

} // namespace thresher
