// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/speclist.h"

#include "model/qt/numbertext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

std::uint64_t eventsOf(const IndexSnapshot &index, const EventFormat &event)
{
    const std::size_t id = toIndex(event.id);
    return id < index.eventsPerType.size() ? index.eventsPerType[id] : 0;
}

} // namespace

SpecList::SpecList(QObject *parent)
    : QAbstractTableModel(parent)
{}

std::size_t SpecList::ownCount() const
{
    return static_cast<std::size_t>(std::ranges::count(m_entries, true, &Entry::isOwn));
}

std::optional<FilterError> SpecList::errorOf(SpecKind kind, const QString &text) const
{
    const std::string utf8 = text.toStdString();
    if (kind == SpecKind::Pair) {
        const auto pair = parsePair(utf8);
        if (!pair)
            return pair.error();
        if (!m_index)
            return std::nullopt;
        const auto resolved = resolvePair(*pair, m_index->trace);
        return resolved ? std::nullopt : std::optional(resolved.error());
    }
    const auto counter = parseCounter(utf8);
    if (!counter)
        return counter.error();
    if (!m_index)
        return std::nullopt;
    const auto resolved = resolveCounter(*counter, *m_index->trace);
    return resolved ? std::nullopt : std::optional(resolved.error());
}

QString SpecList::countText(SpecKind kind, const QString &text) const
{
    const std::string utf8 = text.toStdString();
    if (!m_index)
        return {};
    if (kind == SpecKind::Pair) {
        const auto pair = parsePair(utf8);
        const auto resolved = pair ? resolvePair(*pair, m_index->trace)
                                   : FilterResult<ResolvedPair>(tl::unexpected(pair.error()));
        return resolved ? tr("%1 begin events, %2 end events in this trace")
                              .arg(groupedNumber(eventsOf(*m_index, *resolved->begin)),
                                   groupedNumber(eventsOf(*m_index, *resolved->end)))
                        : QString();
    }
    const auto counter = parseCounter(utf8);
    const auto event = counter ? resolveCounter(*counter, *m_index->trace)
                               : FilterResult<const EventFormat *>(tl::unexpected(counter.error()));
    return event ? tr("%1 events in this trace").arg(groupedNumber(eventsOf(*m_index, **event)))
                 : QString();
}

std::optional<SpecList::Entry> SpecList::read(SpecKind kind, const QString &text)
{
    Entry entry;
    entry.kind = kind;
    const std::string utf8 = text.simplified().toStdString();
    if (kind == SpecKind::Pair) {
        const auto pair = parsePair(utf8);
        if (!pair)
            return std::nullopt;
        entry.name = pair->name;
        entry.text = QString::fromStdString(pair->text());
    } else {
        const auto counter = parseCounter(utf8);
        if (!counter)
            return std::nullopt;
        entry.name = counter->name;
        entry.text = QString::fromStdString(counter->text());
    }
    return entry;
}

/// @param row  that it replaces; -1: one of its name, or none.
int SpecList::take(Entry taken, int row)
{
    const std::size_t own = ownCount();
    if (const auto error = errorOf(taken.kind, taken.text))
        taken.problem = QString::fromStdString(error->text());
    if (row < 0) {
        for (std::size_t i = 0; i < own && row < 0; ++i) {
            if (m_entries[i].kind == taken.kind && m_entries[i].name == taken.name)
                row = static_cast<int>(i);
        }
    }
    if (row >= 0) {
        m_entries[std::size_t(row)] = std::move(taken);
        Q_EMIT dataChanged(QAbstractTableModel::index(row, 0),
                           QAbstractTableModel::index(row, ColumnCount - 1));
        return row;
    }
    if (own >= kMostSpecs)
        return -1;
    row = static_cast<int>(own);
    beginInsertRows({}, row, row);
    m_entries.insert(m_entries.begin() + row, std::move(taken));
    endInsertRows();
    return row;
}

int SpecList::save(SpecKind kind, const QString &text, int row)
{
    auto taken = read(kind, text);
    if (!taken || (row >= 0 && !isOwn(row)))
        return -1;
    if (row >= 0)
        taken->isOn = entry(row).isOn;
    row = take(*std::move(taken), row);
    if (row >= 0)
        Q_EMIT changed();
    return row;
}

void SpecList::remove(int row)
{
    if (!isOwn(row))
        return;
    beginRemoveRows({}, row, row);
    m_entries.erase(m_entries.begin() + row);
    endRemoveRows();
    Q_EMIT changed();
}

void SpecList::setIndex(const std::shared_ptr<const IndexSnapshot> &index)
{
    const auto usable = index && index->isComplete ? index : nullptr;
    if (usable == m_index)
        return;
    beginResetModel();
    m_index = usable;
    m_analysis.reset();
    std::erase_if(m_entries, [](const Entry &each) { return !each.isOwn; });
    for (Entry &each : m_entries) {
        const auto error = errorOf(each.kind, each.text);
        each.problem = error ? QString::fromStdString(error->text()) : QString();
    }
    const auto add = [this](SpecKind kind, const auto &spec) {
        const bool isOff = std::ranges::find(m_off, spec.name) != m_off.end();
        m_entries.push_back(
            {kind, spec.name, QString::fromStdString(spec.text()), {}, false, !isOff});
    };
    if (m_index) {
        for (const PairSpec &pair : builtInPairs(*m_index))
            add(SpecKind::Pair, pair);
        for (const CounterSpec &counter : builtInCounters(*m_index))
            add(SpecKind::Counter, counter);
    }
    endResetModel();
}

void SpecList::setAnalysis(const std::shared_ptr<const Analysis> &analysis)
{
    if (analysis == m_analysis)
        return;
    m_analysis = analysis;
    if (!m_entries.empty())
        Q_EMIT dataChanged(QAbstractTableModel::index(0, FoundColumn),
                           QAbstractTableModel::index(rowCount() - 1, FoundColumn));
}

bool SpecList::isOwn(int row) const
{
    return row >= 0 && row < rowCount() && entry(row).isOwn;
}

SpecKind SpecList::kind(int row) const
{
    return entry(row).kind;
}

QString SpecList::text(int row) const
{
    return entry(row).text;
}

QString SpecList::toText() const
{
    QString text;
    for (const Entry &each : m_entries) {
        if (each.isOwn)
            text += (each.isOn ? u""_s : u"off "_s)
                    + (each.kind == SpecKind::Pair ? u"pair "_s : u"counter "_s) + each.text
                    + u'\n';
    }
    for (const std::string &name : m_off)
        text += u"without "_s + QString::fromStdString(name) + u'\n';
    return text;
}

int SpecList::addText(const QString &text)
{
    int count = 0;
    for (QString line : text.split(u'\n')) {
        line = line.trimmed();
        const auto takeWord = [&line](const QString &word) {
            if (!line.startsWith(word + u' '))
                return false;
            line = line.mid(word.size()).trimmed();
            return true;
        };
        if (takeWord(u"without"_s)) {
            const std::string name = line.toStdString();
            if (std::ranges::find(m_off, name) == m_off.end() && m_off.size() < kMostSpecs)
                m_off.push_back(name);
            ++count;
            continue;
        }
        const bool isOff = takeWord(u"off"_s);
        const bool isPair = takeWord(u"pair"_s);
        if (!isPair && !takeWord(u"counter"_s))
            continue;
        auto taken = read(isPair ? SpecKind::Pair : SpecKind::Counter, line);
        if (!taken)
            continue;
        taken->isOn = !isOff;
        count += take(*std::move(taken), -1) >= 0 ? 1 : 0;
    }
    bool isSwitched = false;
    for (Entry &each : m_entries) {
        const bool isOff = !each.isOwn && std::ranges::find(m_off, each.name) != m_off.end();
        isSwitched = isSwitched || (isOff && each.isOn);
        each.isOn = each.isOn && !isOff;
    }
    if (isSwitched)
        Q_EMIT dataChanged(QAbstractTableModel::index(0, 0),
                           QAbstractTableModel::index(rowCount() - 1, 0));
    if (count > 0)
        Q_EMIT changed();
    return count;
}

AnalysisOptions SpecList::options() const
{
    AnalysisOptions options;
    for (const Entry &each : m_entries) {
        if (!each.isOwn || !each.isOn)
            continue;
        options.leftOut.push_back(each.name); // the user's stands in place of a built-in one
        if (each.kind == SpecKind::Pair) {
            if (auto pair = parsePair(each.text.toStdString()))
                options.pairs.push_back(*std::move(pair));
        } else if (auto counter = parseCounter(each.text.toStdString())) {
            options.counters.push_back(*std::move(counter));
        }
    }
    options.leftOut.insert(options.leftOut.end(), m_off.begin(), m_off.end());
    return options;
}

QString SpecList::foundText(const Entry &each) const
{
    if (!each.problem.isEmpty())
        return each.problem;
    if (!m_analysis || !each.isOn)
        return {};
    if (each.kind == SpecKind::Pair) {
        const auto pair = std::ranges::find_if(m_analysis->pairs, [&](const PairSummary &found) {
            return found.spec.name == each.name && found.isBuiltIn != each.isOwn;
        });
        if (pair == m_analysis->pairs.end() || !pair->isRecorded)
            return tr("not recorded");
        return pair->unmatched == 0
                   ? groupedNumber(pair->slices)
                   : tr("%1, and %2 without the other end")
                         .arg(groupedNumber(pair->slices), groupedNumber(pair->unmatched));
    }
    const auto counter = std::ranges::find_if(
        m_analysis->counters, [&](const CounterSummary &found) {
            return found.spec.name == each.name && found.isBuiltIn != each.isOwn;
        });
    if (counter == m_analysis->counters.end() || !counter->isRecorded)
        return tr("not recorded");
    std::uint64_t samples = counter->leftOut;
    for (const CounterSeries &series : counter->series)
        samples += series.samples;
    return tr("%1 values in %2 series")
        .arg(groupedNumber(samples), groupedNumber(counter->series.size()));
}

int SpecList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int SpecList::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant SpecList::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Entry &each = entry(index.row());
    if (role == Qt::CheckStateRole && index.column() == NameColumn)
        return each.isOn ? Qt::Checked : Qt::Unchecked;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case NameColumn:
        return QString::fromStdString(each.name);
    case KindColumn:
        return QString((each.kind == SpecKind::Pair ? tr("Pair") : tr("Counter"))
                       + (each.isOwn ? tr(" of yours") : QString()));
    case TextColumn:
        // The name stands before it already; it may be in quotes, which hold no colon outside.
        return role == Qt::ToolTipRole ? each.text : each.text.mid(each.text.indexOf(u": "_s) + 2);
    case FoundColumn:
        return foundText(each);
    default:
        return {};
    }
}

bool SpecList::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || role != Qt::CheckStateRole || index.column() != NameColumn)
        return false;
    Entry &each = m_entries[std::size_t(index.row())];
    const bool isOn = value.toInt() == Qt::Checked;
    if (isOn == each.isOn)
        return true;
    each.isOn = isOn;
    if (!each.isOwn) {
        std::erase(m_off, each.name);
        if (!isOn)
            m_off.push_back(each.name);
    }
    Q_EMIT dataChanged(index, this->QAbstractTableModel::index(index.row(), ColumnCount - 1));
    Q_EMIT changed();
    return true;
}

Qt::ItemFlags SpecList::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == NameColumn)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant SpecList::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name");
    case KindColumn:
        return tr("Kind");
    case TextColumn:
        return tr("Events");
    case FoundColumn:
        return tr("In this trace");
    default:
        return {};
    }
}

} // namespace thresher
