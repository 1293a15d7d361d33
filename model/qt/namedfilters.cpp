// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/namedfilters.h"

#include "model/filter/filter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

constexpr qsizetype kLongestName = 80;

bool isBefore(const QString &a, const QString &b)
{
    const int order = a.compare(b, Qt::CaseInsensitive);
    return order != 0 ? order < 0 : a < b;
}

} // namespace

NamedFilters::NamedFilters(QObject *parent)
    : QAbstractTableModel(parent)
{}

void NamedFilters::setTrace(std::shared_ptr<const TraceFile> trace)
{
    if (trace == m_trace)
        return;
    m_trace = std::move(trace);
    for (Entry &entry : m_entries)
        entry.problem = problemOf(entry.expression);
    if (!m_entries.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

QString NamedFilters::problemOf(const QString &expression) const
{
    if (!m_trace) {
        const auto expr = parseFilter(expression.toStdString());
        return expr ? QString() : QString::fromStdString(expr.error().text());
    }
    const auto filter = Filter::compile(expression.toStdString(), m_trace);
    return filter ? QString() : QString::fromStdString(filter.error().text());
}

QString NamedFilters::cleanName(const QString &name)
{
    QString clean = name;
    clean.replace(u'=', u'-');
    clean = clean.simplified().left(kLongestName).trimmed();
    while (clean.startsWith(u'#'))
        clean = clean.mid(1).trimmed();
    return clean;
}

std::size_t NamedFilters::placeOf(const QString &name) const
{
    const auto at = std::lower_bound(
        m_entries.begin(), m_entries.end(), name,
        [](const Entry &entry, const QString &wanted) { return isBefore(entry.name, wanted); });
    return static_cast<std::size_t>(at - m_entries.begin());
}

bool NamedFilters::has(const QString &name) const
{
    const std::size_t at = placeOf(name);
    return at < m_entries.size() && m_entries[at].name == name;
}

int NamedFilters::save(const QString &name, const QString &expression)
{
    const QString clean = cleanName(name);
    QString text = expression.trimmed();
    text.replace(u'\n', u' '); // one line; blanks within quotes stay
    if (clean.isEmpty() || text.isEmpty())
        return -1;
    const std::size_t at = placeOf(clean);
    const int row = static_cast<int>(at);
    Entry entry{clean, text, problemOf(text)};
    if (has(clean)) {
        m_entries[at] = std::move(entry);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    } else if (rowCount() >= kMostFilters) {
        return -1;
    } else {
        beginInsertRows({}, row, row);
        m_entries.insert(m_entries.begin() + row, std::move(entry));
        endInsertRows();
    }
    Q_EMIT changed();
    return row;
}

void NamedFilters::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_entries.erase(m_entries.begin() + row);
    endRemoveRows();
    Q_EMIT changed();
}

bool NamedFilters::rename(int row, const QString &name)
{
    const QString clean = cleanName(name);
    if (clean.isEmpty() || has(clean))
        return false;
    const Entry entry = m_entries[static_cast<std::size_t>(row)];
    remove(row);
    save(clean, entry.expression);
    return true;
}

QString NamedFilters::name(int row) const
{
    return m_entries[static_cast<std::size_t>(row)].name;
}

QString NamedFilters::expression(int row) const
{
    return m_entries[static_cast<std::size_t>(row)].expression;
}

QString NamedFilters::problem(int row) const
{
    return m_entries[static_cast<std::size_t>(row)].problem;
}

void NamedFilters::addRecent(const QString &expression)
{
    if (expression.isEmpty() || m_recent.value(0) == expression)
        return;
    m_recent.removeAll(expression);
    m_recent.prepend(expression);
    m_recent = m_recent.mid(0, kMostRecent);
    Q_EMIT changed();
}

void NamedFilters::setRecent(const QStringList &recent)
{
    m_recent = recent.mid(0, kMostRecent);
}

QString NamedFilters::toText() const
{
    QString text;
    for (const Entry &entry : m_entries)
        text += entry.name + u" = "_s + entry.expression + u'\n';
    return text;
}

int NamedFilters::addText(const QString &text)
{
    int taken = 0;
    for (const QString &line : text.split(u'\n')) {
        const auto equal = line.indexOf(u'=');
        if (equal <= 0 || line.trimmed().startsWith(u'#'))
            continue;
        taken += save(line.left(equal), line.mid(equal + 1)) >= 0 ? 1 : 0;
    }
    return taken;
}

int NamedFilters::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int NamedFilters::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant NamedFilters::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry &entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return index.column() == NameColumn ? entry.name : entry.expression;
    case Qt::ToolTipRole:
        return entry.problem.isEmpty() ? entry.expression
                                       : tr("This recording: %1").arg(entry.problem);
    case ProblemRole:
        return entry.problem;
    default:
        return {};
    }
}

bool NamedFilters::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    if (index.column() == NameColumn)
        return rename(index.row(), value.toString());
    return save(name(index.row()), value.toString()) >= 0;
}

Qt::ItemFlags NamedFilters::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return QAbstractTableModel::flags(index) | Qt::ItemIsEditable | Qt::ItemNeverHasChildren;
}

QVariant NamedFilters::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == NameColumn ? tr("Name") : tr("Filter");
}

} // namespace thresher
