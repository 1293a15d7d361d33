// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/showlistmodel.h"

#include "model/qt/numbertext.h"
#include "model/query/lanes.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

constexpr int kRefreshMs = 250;

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

template<typename Id>
std::vector<Id> idsOf(const std::vector<bool> &hidden)
{
    std::vector<Id> ids;
    for (std::size_t key = 0; key < hidden.size(); ++key) {
        if (hidden[key])
            ids.push_back(static_cast<Id>(key));
    }
    return ids;
}

} // namespace

ShowListModel::ShowListModel(ViewState &view, Kind kind, QObject *parent)
    : QAbstractTableModel(parent)
    , m_view(view)
    , m_kind(kind)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kRefreshMs);
    connect(&m_timer, &QTimer::timeout, this, &ShowListModel::refresh);
    connect(&view, &ViewState::changed, this, &ShowListModel::follow);
    refresh();
}

void ShowListModel::follow(ViewState::Changes changes)
{
    if (changes & ViewState::SnapshotChanged) {
        const auto &now = m_view.snapshot();
        const bool isOther = !now || !m_snapshot || now->trace != m_snapshot->trace;
        if (isOther || now->isComplete)
            refresh();
        else if (!m_timer.isActive())
            m_timer.start();
    }
    if (changes.testFlag(ViewState::FilterChanged) && !m_keys.empty()) {
        Q_EMIT dataChanged(index(0, NameColumn), index(rowCount() - 1, ColumnCount - 1),
                           {Qt::CheckStateRole});
        Q_EMIT shownChanged();
    }
}

void ShowListModel::refresh()
{
    m_timer.stop();
    const auto now = m_view.snapshot();
    const bool isOther = !now || !m_snapshot || now->trace != m_snapshot->trace;
    if (isOther) {
        beginResetModel();
        m_keys.clear();
        m_isListed.clear();
    }
    m_snapshot = now;
    readCpus();
    m_isListed.resize(keyCount());
    std::vector<std::uint32_t> added;
    for (std::uint32_t key = 0; key < m_isListed.size(); ++key) {
        if (!m_isListed[key] && counts(key)) {
            m_isListed[key] = true;
            added.push_back(key);
        }
    }
    const int before = isOther ? 0 : rowCount();
    if (!isOther && !added.empty())
        beginInsertRows({}, before, before + static_cast<int>(added.size()) - 1);
    m_keys.insert(m_keys.end(), added.begin(), added.end());
    m_greatest = 1;
    for (const std::uint32_t key : m_keys) {
        // The idle task would leave nothing of the others' bars.
        if (m_kind == Kind::Tasks && key == toIndex(kIdleTask))
            continue;
        m_greatest = std::max(m_greatest, hasTime() ? static_cast<double>(time(key))
                                                    : static_cast<double>(count(key)));
    }
    if (isOther)
        endResetModel();
    else if (!added.empty())
        endInsertRows();
    if (before > 0)
        Q_EMIT dataChanged(index(0, 0), index(before - 1, ColumnCount - 1));
    Q_EMIT refreshed();
}

void ShowListModel::readCpus()
{
    m_cpus.clear();
    if (m_kind != Kind::Cpus || !m_snapshot)
        return;
    const auto &snapshot = *m_snapshot;
    const auto infos = snapshot.trace->streams();
    const auto instances = snapshot.trace->instances();
    // A hostile file may number its CPUs by the billion: those are not listed.
    constexpr CpuId kGreatest = 1U << 16;
    for (std::size_t i = 0; i < std::min(infos.size(), snapshot.streams.size()); ++i) {
        const CpuId id = infos[i].cpu;
        if (id >= kGreatest)
            continue;
        if (id >= m_cpus.size())
            m_cpus.resize(id + 1);
        Cpu &cpu = m_cpus[id];
        cpu.exists = true;
        cpu.count += snapshot.streams[i].size;
        const bool isTop = infos[i].instance == 0 || infos[i].instance >= instances.size();
        if (!isTop) {
            if (!cpu.instances.isEmpty())
                cpu.instances += u", "_s;
            cpu.instances += fromUtf8(instances[infos[i].instance].name);
        }
    }
    for (const CpuId id : snapshot.cpus()) {
        if (id >= m_cpus.size())
            continue;
        const double load = cpuLoad(snapshot, id, snapshot.range).value_or(0);
        m_cpus[id].busy = static_cast<DurationNs>(load
                                                  * static_cast<double>(snapshot.range.duration()));
    }
}

std::size_t ShowListModel::keyCount() const
{
    if (!m_snapshot)
        return 0;
    switch (m_kind) {
    case Kind::Cpus:
        return m_cpus.size();
    case Kind::Tasks:
        return m_snapshot->tasks ? m_snapshot->tasks->size() : 0;
    case Kind::Events:
        return m_snapshot->trace->events().all().size();
    }
    return 0;
}

bool ShowListModel::counts(std::uint32_t key) const
{
    if (m_kind == Kind::Cpus)
        return m_cpus[key].exists;
    return count(key) > 0 || time(key) > 0;
}

std::uint64_t ShowListModel::count(std::uint32_t key) const
{
    if (m_kind == Kind::Cpus)
        return m_cpus[key].count;
    const auto &counts = m_kind == Kind::Tasks ? m_snapshot->eventsPerTask
                                               : m_snapshot->eventsPerType;
    return key < counts.size() ? counts[key] : 0;
}

DurationNs ShowListModel::time(std::uint32_t key) const
{
    if (m_kind == Kind::Cpus)
        return m_cpus[key].busy;
    if (m_kind == Kind::Tasks && key < m_snapshot->runtimePerTask.size())
        return m_snapshot->runtimePerTask[key];
    return 0;
}

double ShowListModel::share(std::uint32_t key) const
{
    const double value = hasTime() ? static_cast<double>(time(key))
                                   : static_cast<double>(count(key));
    return std::clamp(value / m_greatest, 0.0, 1.0);
}

QString ShowListModel::bareName(std::uint32_t key) const
{
    switch (m_kind) {
    case Kind::Cpus:
        return QString::number(key);
    case Kind::Tasks:
        return fromUtf8(m_snapshot->tasks->name(TaskId{key}));
    case Kind::Events:
        return fromUtf8(m_snapshot->trace->events().event(static_cast<EventTypeId>(key)).name);
    }
    return {};
}

QString ShowListModel::name(std::uint32_t key) const
{
    return m_kind == Kind::Cpus ? tr("CPU %1").arg(key) : bareName(key);
}

QString ShowListModel::detail(std::uint32_t key) const
{
    switch (m_kind) {
    case Kind::Cpus:
        return m_cpus[key].instances;
    case Kind::Tasks:
        return QString::number(m_snapshot->tasks->task(TaskId{key}).pid);
    case Kind::Events:
        return fromUtf8(m_snapshot->trace->events().event(static_cast<EventTypeId>(key)).system);
    }
    return {};
}

bool ShowListModel::isShown(std::uint32_t key) const
{
    const ShowFilter &filter = m_view.filter();
    switch (m_kind) {
    case Kind::Cpus:
        return filter.showsCpu(key);
    case Kind::Tasks:
        return filter.showsTask(TaskId{key});
    case Kind::Events:
        return filter.showsEvent(static_cast<EventTypeId>(key));
    }
    return true;
}

int ShowListModel::hiddenCount() const
{
    int hidden = 0;
    for (const std::uint32_t key : m_keys)
        hidden += isShown(key) ? 0 : 1;
    return hidden;
}

std::vector<bool> ShowListModel::hiddenKeys() const
{
    std::vector<bool> hidden(keyCount());
    for (std::uint32_t key = 0; key < hidden.size(); ++key)
        hidden[key] = !isShown(key);
    return hidden;
}

void ShowListModel::setHidden(const std::vector<bool> &hidden, bool others, ListForm form)
{
    ShowFilter filter = m_view.filter();
    switch (m_kind) {
    case Kind::Cpus:
        filter.hiddenCpus = idsOf<CpuId>(hidden);
        break;
    case Kind::Tasks:
        filter.hiddenTasks = idsOf<TaskId>(hidden);
        filter.hideOtherTasks = others;
        break;
    case Kind::Events:
        filter.hiddenEvents = idsOf<EventTypeId>(hidden);
        break;
    }
    m_view.setFilter(std::move(filter), form);
}

void ShowListModel::setShown(const std::vector<std::uint32_t> &keys, bool shown)
{
    auto hidden = hiddenKeys();
    for (const std::uint32_t key : keys) {
        if (key < hidden.size())
            hidden[key] = !shown;
    }
    setHidden(hidden, m_view.filter().hideOtherTasks);
}

void ShowListModel::showOnly(const std::vector<std::uint32_t> &keys)
{
    std::vector<bool> hidden(keyCount(), true);
    for (const std::uint32_t key : keys) {
        if (key < hidden.size())
            hidden[key] = false;
    }
    setHidden(hidden, true, ListForm::Only);
}

void ShowListModel::invert(const std::vector<std::uint32_t> &keys)
{
    auto hidden = hiddenKeys();
    for (const std::uint32_t key : keys) {
        if (key < hidden.size())
            hidden[key] = !hidden[key];
    }
    setHidden(hidden, m_view.filter().hideOtherTasks);
}

void ShowListModel::showAll()
{
    setHidden({}, false);
}

int ShowListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_keys.size());
}

int ShowListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant ShowListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const std::uint32_t key = m_keys[static_cast<std::size_t>(index.row())];
    switch (role) {
    case KeyRole:
        return key;
    case ShareRole:
        return share(key);
    case BareNameRole:
        return bareName(key);
    case PidRole:
        if (m_kind == Kind::Tasks)
            return m_snapshot->tasks->task(TaskId{key}).pid;
        return {};
    case Qt::CheckStateRole:
        if (index.column() == NameColumn)
            return isShown(key) ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::DisplayRole:
    case SortRole:
        break;
    default:
        return {};
    }
    const bool isSort = role == SortRole;
    switch (index.column()) {
    case NameColumn:
        return isSort && m_kind == Kind::Cpus ? QVariant(key) : QVariant(name(key));
    case DetailColumn:
        if (isSort && m_kind == Kind::Tasks)
            return m_snapshot->tasks->task(TaskId{key}).pid;
        return detail(key);
    case CountColumn:
        return isSort ? QVariant(qulonglong{count(key)}) : QVariant(groupedNumber(count(key)));
    case TimeColumn:
        return hasTime() ? QVariant(qlonglong{time(key)}) : QVariant();
    default:
        return {};
    }
}

bool ShowListModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || index.column() != NameColumn
        || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    setShown({m_keys[static_cast<std::size_t>(index.row())]}, value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags ShowListModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
    return index.column() == NameColumn ? flags | Qt::ItemIsUserCheckable : flags;
}

QVariant ShowListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return m_kind == Kind::Cpus ? tr("CPU") : m_kind == Kind::Tasks ? tr("Task") : tr("Event");
    case DetailColumn:
        return m_kind == Kind::Cpus    ? tr("Instances")
               : m_kind == Kind::Tasks ? tr("PID")
                                       : tr("System");
    case CountColumn:
        return tr("Events");
    case TimeColumn:
        return m_kind == Kind::Tasks ? tr("Run time") : tr("Busy");
    default:
        return {};
    }
}

ShowListProxy::ShowListProxy(ShowListModel &model, QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(false);
    setSortRole(ShowListModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSourceModel(&model);
    connect(&model, &ShowListModel::refreshed, this, [this] { invalidate(); });
}

void ShowListProxy::setSearch(const QString &text)
{
    if (text == m_search)
        return;
    m_search = text;
    if (text.contains(u'*')) {
        setFilterRegularExpression(
            QRegularExpression(QRegularExpression::wildcardToRegularExpression(text),
                               QRegularExpression::CaseInsensitiveOption));
    }
    invalidateFilter();
}

std::vector<std::uint32_t> ShowListProxy::keys() const
{
    std::vector<std::uint32_t> keys;
    keys.reserve(static_cast<std::size_t>(rowCount()));
    for (int row = 0; row < rowCount(); ++row)
        keys.push_back(index(row, 0).data(ShowListModel::KeyRole).toUInt());
    return keys;
}

bool ShowListProxy::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_search.isEmpty())
        return true;
    const bool isPattern = m_search.contains(u'*');
    for (const int column : {ShowListModel::NameColumn, ShowListModel::DetailColumn}) {
        const QString text = sourceModel()->index(row, column, parent).data().toString();
        if (isPattern ? filterRegularExpression().match(text).hasMatch()
                      : text.contains(m_search, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

} // namespace thresher
