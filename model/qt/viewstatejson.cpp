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

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString eventKey(const EventFormat &event)
{
    return fromUtf8(event.system) + u'/' + fromUtf8(event.name);
}

QJsonObject filterToJson(const ShowFilter &filter, const IndexSnapshot &snapshot)
{
    QJsonArray cpus;
    for (const CpuId cpu : filter.hiddenCpus)
        cpus.append(qint64{cpu});
    QJsonArray tasks;
    for (const TaskId task : filter.hiddenTasks)
        tasks.append(qint64{snapshot.tasks->task(task).pid});
    QJsonArray events;
    for (const EventTypeId event : filter.hiddenEvents)
        events.append(eventKey(snapshot.trace->events().event(event)));
    return {{u"hiddenCpus"_s, cpus},
            {u"hiddenTasks"_s, tasks},
            {u"hiddenEvents"_s, events},
            {u"hideOtherTasks"_s, filter.hideOtherTasks}};
}

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
    if (!m_filter.isEmpty())
        saved.insert(u"filter"_s, filterToJson(m_filter, *m_snapshot));
    if (!m_expression.isEmpty())
        saved.insert(u"expression"_s, m_expression);
    if (m_use != FilterUse()) {
        saved.insert(u"filterUse"_s, QJsonObject{{u"table"_s, m_use.table},
                                                 {u"timeline"_s, m_use.timeline},
                                                 {u"highlight"_s, m_use.highlight}});
    }
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
    for (const QString &key : {u"currentEvent"_s, u"filter"_s}) {
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
    const QJsonObject filter = m_unrestored.value(u"filter"_s).toObject();
    if (!filter.isEmpty())
        applyFilter(filterFromJson(filter, *m_snapshot));
    if (m_snapshot->isComplete)
        m_unrestored = {};
}

} // namespace thresher
