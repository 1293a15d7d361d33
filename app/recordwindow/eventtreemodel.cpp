// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/eventtreemodel.h"

#include "app/windowparts.h"
#include "capture/eventchoice.h"
#include "capture/eventglob.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr quintptr kSystem = 0; ///< Else the row of the system, plus one.

} // namespace

EventTreeModel::EventTreeModel(RecordModel &record, QObject *parent)
    : QAbstractItemModel(parent)
    , m_record(record)
{
    connect(&record, &RecordModel::machineChanged, this, &EventTreeModel::reload);
    connect(&record, &RecordModel::changed, this, &EventTreeModel::refresh);
    reload();
}

void EventTreeModel::reload()
{
    beginResetModel();
    m_systems.clear();
    for (const auto &[name, events] : m_record.capabilities().events)
        m_systems.push_back({name, events, std::vector<bool>(events.size()), 0});
    endResetModel();
    refresh();
}

void EventTreeModel::refresh()
{
    for (std::size_t i = 0; i < m_systems.size(); ++i) {
        System &system = m_systems[i];
        const auto before = std::exchange(system.onCount, 0);
        for (std::size_t event = 0; event < system.events.size(); ++event) {
            system.isOn[event] = capture::isRecorded(m_record.instance(), system.name,
                                                     system.events[event]);
            if (system.isOn[event])
                ++system.onCount;
        }
        if (before == 0 && system.onCount == 0)
            continue; // all of a proxy's work for nothing
        const QModelIndex place = index(static_cast<int>(i), 0);
        Q_EMIT dataChanged(place, place.siblingAtColumn(Note));
        if (!system.events.empty())
            Q_EMIT dataChanged(index(0, 0, place),
                               index(static_cast<int>(system.events.size()) - 1, Note, place));
    }
}

EventTreeModel::Place EventTreeModel::placeOf(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    if (index.internalId() == kSystem)
        return {m_systems[static_cast<std::size_t>(index.row())].name, {}};
    const System &system = m_systems[index.internalId() - 1];
    return {system.name, system.events[static_cast<std::size_t>(index.row())]};
}

QModelIndex EventTreeModel::indexOf(const std::string &system, const std::string &event) const
{
    const auto at = std::find_if(m_systems.begin(), m_systems.end(),
                                 [&](const System &each) { return each.name == system; });
    if (at == m_systems.end())
        return {};
    const QModelIndex place = index(static_cast<int>(at - m_systems.begin()), 0);
    if (event.empty())
        return place;
    const auto found = std::find(at->events.begin(), at->events.end(), event);
    return found == at->events.end()
               ? QModelIndex()
               : index(static_cast<int>(found - at->events.begin()), 0, place);
}

QModelIndex EventTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= ColumnCount)
        return {};
    return createIndex(row, column,
                       parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kSystem);
}

QModelIndex EventTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kSystem)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, kSystem);
}

int EventTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_systems.size());
    if (parent.internalId() != kSystem || parent.column() != 0)
        return 0;
    return static_cast<int>(m_systems[static_cast<std::size_t>(parent.row())].events.size());
}

int EventTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant EventTreeModel::systemData(const System &system, int column, int role) const
{
    if (column == Note)
        return role == Qt::DisplayRole
                   ? tr("%1 of %2").arg(system.onCount).arg(system.events.size())
                   : QVariant();
    if (role == Qt::DisplayRole)
        return fromUtf8(system.name);
    if (role == Qt::CheckStateRole)
        return static_cast<int>(system.onCount == 0                     ? Qt::Unchecked
                                : system.onCount < system.events.size() ? Qt::PartiallyChecked
                                                                        : Qt::Checked);
    return {};
}

QVariant EventTreeModel::eventData(const System &system, std::size_t event, int column,
                                   int role) const
{
    if (column == Name) {
        if (role == Qt::DisplayRole)
            return fromUtf8(system.events[event]);
        if (role == Qt::CheckStateRole)
            return static_cast<int>(system.isOn[event] ? Qt::Checked : Qt::Unchecked);
        return {};
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const auto &request = m_record.instance();
    const auto rule = capture::ruleOf(request, system.name, system.events[event]);
    if (!rule)
        return {};
    QStringList notes;
    if (!request.events[*rule].filter.empty())
        notes += tr("if %1").arg(fromUtf8(request.events[*rule].filter));
    for (const std::string &trigger : request.events[*rule].triggers)
        notes += fromUtf8(trigger);
    return notes.join(u"; "_s);
}

QVariant EventTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    if (index.internalId() == kSystem)
        return systemData(m_systems[static_cast<std::size_t>(index.row())], index.column(), role);
    return eventData(m_systems[index.internalId() - 1], static_cast<std::size_t>(index.row()),
                     index.column(), role);
}

QVariant EventTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Event") : tr("Filter and triggers");
}

bool EventTreeModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !index.isValid() || index.column() != Name)
        return false;
    const Place place = placeOf(index);
    const bool isOn = value.toInt() != Qt::Unchecked;
    m_record.editInstance([&](capture::InstanceRequest &request) {
        capture::setRecorded(request, m_record.capabilities().events, place.system, place.event,
                             isOn);
    });
    return true;
}

Qt::ItemFlags EventTreeModel::flags(const QModelIndex &index) const
{
    auto flags = QAbstractItemModel::flags(index);
    if (index.isValid() && index.column() == Name)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

EventTreeProxy::EventTreeProxy(EventTreeModel &model, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_model(model)
{
    setRecursiveFilteringEnabled(true);
    setSourceModel(&model);
}

void EventTreeProxy::setText(const QString &text)
{
    m_text = text.trimmed().toLower().toStdString();
    if (m_text.starts_with('!'))
        m_text.erase(0, 1);
    m_isGlob = m_text.find_first_of("*?:") != std::string::npos;
    invalidateFilter();
}

void EventTreeProxy::setTickedOnly(bool isTickedOnly)
{
    m_isTickedOnly = isTickedOnly;
    invalidateFilter();
}

bool EventTreeProxy::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = m_model.index(row, 0, parent);
    const auto place = m_model.placeOf(index);
    if (place.event.empty())
        return false; // by its rows
    if (m_isTickedOnly && index.data(Qt::CheckStateRole).toInt() == Qt::Unchecked)
        return false;
    if (m_text.empty())
        return true;
    if (!m_isGlob)
        return (place.system + ':' + place.event).find(m_text) != std::string::npos;
    // A name that is not written to its end yet is shown, too.
    return capture::matchesEvent(m_text, place.system, place.event)
           || capture::matchesEvent(m_text + '*', place.system, place.event);
}

} // namespace thresher::ui
