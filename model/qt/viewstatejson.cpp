// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

// How a view is kept: by names, so that it survives another build of the index.
namespace thresher {

namespace {

QJsonObject toJson(TimeRange range)
{
    return {{u"begin"_s, qint64{range.begin}}, {u"end"_s, qint64{range.end}}};
}

std::optional<TimeRange> rangeFrom(const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    const TimeRange range{object.value(u"begin"_s).toInteger(), object.value(u"end"_s).toInteger()};
    if (range.isEmpty())
        return std::nullopt;
    return range;
}

/// What the lists hid, as it was kept beside the expression before it became a part of it.
ShowFilter filterFromJson(const QJsonObject &saved, const IndexSnapshot &snapshot)
{
    ShowFilter filter;
    const std::vector<CpuId> cpus = snapshot.cpus();
    for (const QJsonValue value : saved.value(u"hiddenCpus"_s).toArray()) {
        const auto cpu = value.toInteger(-1);
        if (cpu >= 0 && std::ranges::find(cpus, static_cast<CpuId>(cpu)) != cpus.end())
            filter.hiddenCpus.push_back(static_cast<CpuId>(cpu));
    }
    for (const QJsonValue value : saved.value(u"hiddenTasks"_s).toArray()) {
        const TaskId task = snapshot.tasks->fromPid(value.toInt(-1));
        if (task != kNoTask)
            filter.hiddenTasks.push_back(task);
    }
    const EventCatalog &catalog = snapshot.trace->events();
    for (const QJsonValue value : saved.value(u"hiddenEvents"_s).toArray()) {
        const QString key = value.toString();
        const auto slash = key.indexOf(u'/');
        const std::string system = key.left(std::max<qsizetype>(slash, 0)).toStdString();
        const std::string name = key.mid(slash + 1).toStdString();
        if (const EventFormat *event = catalog.find(system, name))
            filter.hiddenEvents.push_back(event->id);
    }
    filter.hideOtherTasks = saved.value(u"hideOtherTasks"_s).toBool();
    return filter;
}

bool holds(const IndexSnapshot &snapshot, Place place)
{
    return place.stream < snapshot.streams.size()
           && place.event < snapshot.streams[place.stream].size;
}

} // namespace

QJsonObject ViewState::save() const
{
    QJsonObject saved;
    saved.insert(u"timeFormat"_s,
                 m_timeFormat == TimeFormat::Relative ? u"relative"_s : u"absolute"_s);
    if (!m_snapshot)
        return saved;
    if (!m_showsAll)
        saved.insert(u"visible"_s, toJson(m_visible));
    if (m_selectedRange)
        saved.insert(u"selected"_s, toJson(*m_selectedRange));
    const QJsonObject marks = m_marks.toJson();
    for (auto it = marks.begin(); it != marks.end(); ++it)
        saved.insert(it.key(), it.value());
    if (m_current) {
        saved.insert(u"currentEvent"_s,
                     QJsonObject{{u"stream"_s, qint64{m_current->stream}},
                                 {u"event"_s, static_cast<qint64>(m_current->event)},
                                 {u"time"_s, qint64{m_rows.time(*m_current)}}});
    }
    if (!m_expression.isEmpty())
        saved.insert(u"expression"_s, m_expression);
    if (m_use != FilterUse()) {
        saved.insert(u"filterUse"_s, QJsonObject{{u"table"_s, m_use.table},
                                                 {u"timeline"_s, m_use.timeline},
                                                 {u"highlight"_s, m_use.highlight}});
    }
    if (const QJsonObject lanes = toJson(m_lanes, *m_snapshot); !lanes.isEmpty())
        saved.insert(u"lanes"_s, lanes);
    // What could not be restored yet is not lost by closing the window early.
    for (auto it = m_unrestored.begin(); it != m_unrestored.end(); ++it)
        saved.insert(it.key(), it.value());
    return saved;
}

void ViewState::restore(const QJsonObject &saved)
{
    setTimeFormat(saved.value(u"timeFormat"_s).toString() == u"relative"_s ? TimeFormat::Relative
                                                                           : TimeFormat::Absolute);
    if (!m_snapshot)
        return;
    notify(Restored);
    setMarks(ViewMarks::fromJson(saved));
    if (const auto range = rangeFrom(saved.value(u"visible"_s));
        range && range->overlaps(traceRange()))
        setVisibleRange(*range);
    if (const auto range = rangeFrom(saved.value(u"selected"_s)))
        setSelectedRange(range);
    if (const QJsonValue use = saved.value(u"filterUse"_s); use.isObject()) {
        setFilterUse({use[u"table"_s].toBool(true), use[u"timeline"_s].toBool(false),
                      use[u"highlight"_s].toBool(true)});
    }
    setExpression(saved.value(u"expression"_s).toString());
    m_unrestored = {};
    if (saved.contains(u"filter"_s)) // of an older view: becomes a part of the expression
        m_unrestored.insert(u"expression"_s, m_expression);
    for (const QString &key : {u"currentEvent"_s, u"filter"_s, u"lanes"_s}) {
        if (saved.value(key).isObject())
            m_unrestored.insert(key, saved.value(key));
    }
    restoreRest();
}

/// Events and tasks that are not indexed yet: tried again with each snapshot, until the user
/// decides otherwise.
void ViewState::restoreRest()
{
    if (m_unrestored.isEmpty())
        return;
    notify(Restored);
    const QJsonObject event = m_unrestored.value(u"currentEvent"_s).toObject();
    const auto stream = event.value(u"stream"_s).toInteger(-1);
    const auto index = event.value(u"event"_s).toInteger(-1);
    if (stream >= 0 && stream <= 0xffffffff && index >= 0) {
        const Place place{static_cast<StreamIndex>(stream), static_cast<EventIndex>(index)};
        if (holds(*m_snapshot, place)
            && m_snapshot->streams[place.stream].time(place.event)
                   == event.value(u"time"_s).toInteger())
            setCurrentEvent(place);
    }
    restoreFilter();
    if (const QJsonObject lanes = m_unrestored.value(u"lanes"_s).toObject(); !lanes.isEmpty())
        applyLanes(laneSetFromJson(lanes, *m_snapshot));
    if (m_snapshot->isComplete)
        m_unrestored = {};
}

/// Hides what an old view's lists hid as well as what its expression does.
void ViewState::restoreFilter()
{
    const QJsonObject saved = m_unrestored.value(u"filter"_s).toObject();
    const QString base = m_unrestored.value(u"expression"_s).toString();
    const auto expr = parseFilter(base.toStdString());
    if (saved.isEmpty() || !expr)
        return;
    ShowFilter filter = filterFromJson(saved, *m_snapshot);
    if (const auto lists = ListClauses::of(*expr, *m_snapshot->trace)) {
        const ShowFilter own = lists->filter(*m_snapshot);
        const auto add = [](auto &to, const auto &from) {
            to.insert(to.end(), from.begin(), from.end());
            std::ranges::sort(to);
            to.erase(std::unique(to.begin(), to.end()), to.end());
        };
        add(filter.hiddenCpus, own.hiddenCpus);
        add(filter.hiddenTasks, own.hiddenTasks);
        add(filter.hiddenEvents, own.hiddenEvents);
        filter.hideOtherTasks = filter.hideOtherTasks || own.hideOtherTasks;
    }
    applyExpression(QString::fromStdString(withLists(*expr, filter, *m_snapshot).text()));
}

} // namespace thresher
