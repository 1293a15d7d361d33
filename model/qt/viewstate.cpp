// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"

#include <QJsonArray>
#include <QMetaObject>

#include <cmath>
#include <string_view>
#include <utility>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

constexpr std::size_t kHistoryLimit = 100;
/// How far beyond the trace's ends one can scroll, as a share of the trace.
constexpr DurationNs kMarginShare = 100;

TimeNs plus(TimeNs time, DurationNs by)
{
    TimeNs sum = 0;
    if (__builtin_add_overflow(time, by, &sum))
        return by < 0 ? kTimeMin : kTimeMax;
    return sum;
}

/// `value` as a duration, saturating; negative ones too.
DurationNs toDuration(double value)
{
    constexpr double kLimit = 9.2e18;
    return static_cast<DurationNs>(std::clamp(value, -kLimit, kLimit));
}

/// A range of `length` that begins at `begin`, moved so that it does not run over the end of time.
TimeRange rangeOf(TimeNs begin, DurationNs length)
{
    if (begin > kTimeMax - length)
        begin = kTimeMax - length;
    return {begin, begin + length};
}

TimeRange widened(TimeRange range, DurationNs by)
{
    return {plus(range.begin, -by), plus(range.end, by)};
}

/// `range` made as long as must be, and moved into `bounds`.
TimeRange fitted(TimeRange range, TimeRange bounds)
{
    const DurationNs length = std::clamp(range.duration(), ViewState::kMinimumVisible,
                                         std::max(bounds.duration(), ViewState::kMinimumVisible));
    TimeNs begin = range.begin;
    if (length != range.duration()) // keep the middle, not the left edge
        begin = plus(begin, range.duration() / 2 - length / 2);
    begin = std::min(begin, plus(bounds.end, -length));
    begin = std::max(begin, bounds.begin);
    return rangeOf(begin, length);
}

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

/// As ShowFilter wants them.
template<typename T>
void sortUnique(std::vector<T> &values)
{
    std::ranges::sort(values);
    const auto tail = std::ranges::unique(values);
    values.erase(tail.begin(), tail.end());
}

bool holds(const IndexSnapshot &snapshot, Place place)
{
    return place.stream < snapshot.streams.size()
           && place.event < snapshot.streams[place.stream].size;
}

} // namespace

ViewState::ViewState(QObject *parent)
    : QObject(parent)
{}

void ViewState::setSnapshot(std::shared_ptr<const IndexSnapshot> snapshot)
{
    if (snapshot == m_snapshot)
        return;
    Changes changes = SnapshotChanged;
    const bool isSameTrace = snapshot && m_snapshot && snapshot->trace == m_snapshot->trace;
    m_snapshot = std::move(snapshot);
    if (!isSameTrace)
        changes |= reset();
    // The selection of an older snapshot goes on with that one's rows until its successor arrives:
    // rows must never mix two states.
    if (!m_selection)
        m_rows = m_snapshot ? RowOrder(m_snapshot) : RowOrder();
    if (m_snapshot && (m_showsAll || !isSameTrace))
        changes |= setVisible(traceRange());
    if (isSameTrace)
        restoreRest();
    notify(changes);
}

ViewState::Changes ViewState::reset()
{
    Changes changes;
    if (std::exchange(m_selectedRange, std::nullopt))
        changes |= SelectedRangeChanged;
    if (std::exchange(m_current, std::nullopt))
        changes |= CurrentEventChanged;
    if (!m_filter.isEmpty())
        changes |= FilterChanged;
    m_filter = {};
    if (std::exchange(m_selection, nullptr))
        changes |= SelectionChanged;
    if (canGoBack() || canGoForward())
        changes |= HistoryChanged;
    m_back.clear();
    m_forward.clear();
    m_unrestored = {};
    m_showsAll = true;
    if (!m_snapshot && std::exchange(m_visible, TimeRange{}) != TimeRange{})
        changes |= VisibleRangeChanged;
    return changes;
}

TimeRange ViewState::traceRange() const
{
    if (!m_snapshot)
        return {};
    const TimeRange range = m_snapshot->range;
    return range.duration() >= kMinimumVisible ? range : rangeOf(range.begin, kMinimumVisible);
}

TimeRange ViewState::bounds() const
{
    const TimeRange trace = traceRange();
    return widened(trace, std::max(trace.duration() / kMarginShare, kMinimumVisible));
}

ViewState::Changes ViewState::setVisible(TimeRange range)
{
    if (!m_snapshot)
        return {};
    const TimeRange trace = traceRange();
    range = fitted(range, bounds());
    m_showsAll = range.begin <= trace.begin && range.end >= trace.end;
    if (std::exchange(m_visible, range) == range)
        return {};
    return VisibleRangeChanged;
}

void ViewState::setVisibleRange(TimeRange range, bool remember)
{
    const TimeRange left = m_visible;
    Changes changes = setVisible(range);
    if (!changes)
        return;
    if (remember) {
        if (m_back.size() == kHistoryLimit)
            m_back.erase(m_back.begin());
        m_back.push_back(left);
        m_forward.clear();
        changes |= HistoryChanged;
    }
    notify(changes);
}

void ViewState::zoom(double factor, TimeNs anchor)
{
    if (!m_snapshot || !(factor > 0) || !std::isfinite(factor))
        return;
    anchor = std::clamp(anchor, m_visible.begin, m_visible.end);
    const auto oldLength = static_cast<double>(m_visible.duration());
    const auto minimum = static_cast<double>(kMinimumVisible);
    const double longest = static_cast<double>(bounds().duration());
    // Rounded up, or zooming out from a few nanoseconds would stand still.
    const double length = std::clamp(std::ceil(oldLength * factor), minimum,
                                     std::max(minimum, longest));
    const auto before = static_cast<double>(TimeRange{m_visible.begin, anchor}.duration());
    const TimeNs begin = plus(anchor, -toDuration(std::round(before * (length / oldLength))));
    setVisibleRange(rangeOf(begin, toDuration(length)));
}

void ViewState::pan(DurationNs by)
{
    if (!m_snapshot)
        return;
    setVisibleRange(rangeOf(plus(m_visible.begin, by), m_visible.duration()));
}

void ViewState::showAll()
{
    setVisibleRange(traceRange(), true);
}

void ViewState::ensureVisible(TimeNs time)
{
    if (!m_snapshot || m_visible.contains(time))
        return;
    const DurationNs length = m_visible.duration();
    const TimeRange target = rangeOf(plus(time, -(length / 2)), length);
    // Stepping from event to event scrolls; only going far away is a jump that one wants to undo.
    setVisibleRange(target, !target.overlaps(widened(m_visible, length)));
}

void ViewState::goBack()
{
    go(m_back, m_forward);
}

void ViewState::goForward()
{
    go(m_forward, m_back);
}

void ViewState::go(std::vector<TimeRange> &from, std::vector<TimeRange> &to)
{
    if (from.empty())
        return;
    to.push_back(m_visible);
    const TimeRange range = from.back();
    from.pop_back();
    notify(setVisible(range) | HistoryChanged);
}

void ViewState::setSelectedRange(std::optional<TimeRange> range)
{
    if (range) {
        if (range->end < range->begin)
            std::swap(range->begin, range->end);
        range = range->intersected(bounds());
        if (!m_snapshot || range->isEmpty())
            range.reset();
    }
    if (range == m_selectedRange)
        return;
    m_selectedRange = range;
    notify(SelectedRangeChanged);
}

void ViewState::setCurrentEvent(std::optional<Place> place)
{
    m_unrestored.remove(u"currentEvent"_s);
    if (place && (!m_snapshot || !holds(*m_snapshot, *place)))
        place.reset();
    if (place == m_current)
        return;
    m_current = place;
    notify(CurrentEventChanged);
}

void ViewState::setFilter(ShowFilter filter)
{
    m_unrestored.remove(u"filter"_s);
    applyFilter(std::move(filter));
}

void ViewState::applyFilter(ShowFilter filter)
{
    sortUnique(filter.hiddenCpus);
    sortUnique(filter.hiddenTasks);
    sortUnique(filter.hiddenEvents);
    if (!m_snapshot || filter == m_filter)
        return;
    m_filter = std::move(filter);
    notify(FilterChanged);
    if (m_filter.isEmpty())
        setSelection(nullptr);
}

void ViewState::setSelection(std::shared_ptr<const Selection> selection,
                             std::shared_ptr<const IndexSnapshot> snapshot)
{
    if (selection == m_selection)
        return;
    m_selection = std::move(selection);
    if (!snapshot || !m_selection)
        snapshot = m_snapshot;
    m_rows = snapshot ? RowOrder(std::move(snapshot), m_selection) : RowOrder();
    notify(SelectionChanged);
}

void ViewState::setTimeFormat(TimeFormat format)
{
    if (format == m_timeFormat)
        return;
    m_timeFormat = format;
    notify(TimeFormatChanged);
}

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
    if (m_current) {
        saved.insert(u"currentEvent"_s,
                     QJsonObject{{u"stream"_s, qint64{m_current->stream}},
                                 {u"event"_s, static_cast<qint64>(m_current->event)},
                                 {u"time"_s, qint64{m_rows.time(*m_current)}}});
    }
    if (!m_filter.isEmpty())
        saved.insert(u"filter"_s, filterToJson(m_filter, *m_snapshot));
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
    if (const auto range = rangeFrom(saved.value(u"visible"_s));
        range && range->overlaps(traceRange()))
        setVisibleRange(*range);
    if (const auto range = rangeFrom(saved.value(u"selected"_s)))
        setSelectedRange(range);
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

void ViewState::notify(Changes changes)
{
    if (!changes)
        return;
    const bool isScheduled = bool(m_pending);
    m_pending |= changes;
    if (isScheduled)
        return;
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT changed(std::exchange(m_pending, Changes())); },
        Qt::QueuedConnection);
}

} // namespace thresher
