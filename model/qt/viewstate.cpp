// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"

#include "model/qt/sametrace_p.h"

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
    const bool isSameTime = snapshot && m_snapshot
                            && isSameRecording(*snapshot->trace, *m_snapshot->trace);
    auto back = m_back;
    auto forward = m_forward;
    m_snapshot = std::move(snapshot);
    changes |= isSameTrace ? updateFilter() : reset();
    if (isSameTime) {
        m_back = std::move(back);
        m_forward = std::move(forward);
    }
    // The selection of an older snapshot goes on with that one's rows until its successor arrives:
    // rows must never mix two states.
    if (!shown(m_use.table).selection)
        updateRows();
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
    if (std::exchange(m_marks, ViewMarks()) != ViewMarks())
        changes |= MarksChanged;
    m_lastMarker.reset();
    m_isInGesture = false;
    if (std::exchange(m_current, std::nullopt))
        changes |= CurrentEventChanged;
    if (!m_expression.isEmpty())
        changes |= FilterChanged;
    m_expression.clear();
    m_lists = {};
    m_condition.clear();
    m_filter = {};
    if (m_listed.selection || m_matches.selection)
        changes |= SelectionChanged;
    m_listed = {};
    m_matches = {};
    if (!m_search.isEmpty() || m_found.all)
        changes |= SearchChanged | FoundChanged;
    m_search.clear();
    m_found = {};
    m_foundSnapshot.reset();
    if (canGoBack() || canGoForward())
        changes |= HistoryChanged;
    m_back.clear();
    m_forward.clear();
    m_unrestored = {};
    changes |= resetLanes();
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

void ViewState::setFilter(ShowFilter filter, ListForm form)
{
    sortUnique(filter.hiddenCpus);
    sortUnique(filter.hiddenTasks);
    sortUnique(filter.hiddenEvents);
    const auto expr = parseFilter(m_expression.toStdString());
    if (!m_snapshot || !expr)
        return;
    const std::string text = withLists(*expr, filter, *m_snapshot, form).text();
    if (parseFilter(text))
        setExpression(QString::fromStdString(text));
}

void ViewState::setExpression(const QString &expression)
{
    for (const auto &key : {u"filter"_s, u"expression"_s})
        m_unrestored.remove(key);
    applyExpression(expression);
}

void ViewState::applyExpression(const QString &expression)
{
    if (!m_snapshot || expression == m_expression)
        return;
    m_expression = expression;
    const auto expr = parseFilter(expression.toStdString());
    const auto lists = expr.and_then(
        [this](const FilterExpr &all) { return ListClauses::of(all, *m_snapshot->trace); });
    m_lists = lists.value_or(ListClauses());
    m_condition = lists ? m_lists.rest().text() : expression.toStdString();
    notify(FilterChanged | updateFilter());
    if (m_filter.isEmpty())
        setSelection(nullptr);
    if (m_condition.empty())
        setMatches(nullptr);
}

ViewState::Changes ViewState::updateFilter()
{
    ShowFilter filter = m_snapshot ? m_lists.filter(*m_snapshot, m_filter) : ShowFilter();
    if (filter == m_filter)
        return {};
    m_filter = std::move(filter);
    return FilterChanged;
}

void ViewState::setFilterUse(FilterUse use)
{
    if (use == m_use)
        return;
    const bool changesWhatIsShown = m_matches.selection
                                    && (use.table != m_use.table || use.timeline != m_use.timeline);
    m_use = use;
    updateRows();
    notify(FilterUseChanged | (changesWhatIsShown ? Changes(SelectionChanged) : Changes()));
}

const ViewState::Evaluated &ViewState::shown(bool usesExpression) const
{
    return usesExpression && m_matches.selection ? m_matches : m_listed;
}

const std::shared_ptr<const Selection> &ViewState::selection() const
{
    return shown(m_use.timeline).selection;
}

const std::shared_ptr<const IndexSnapshot> &ViewState::selectionSnapshot() const
{
    const Evaluated &evaluated = shown(m_use.timeline);
    return evaluated.selection ? evaluated.snapshot : m_snapshot;
}

void ViewState::updateRows()
{
    const Evaluated &evaluated = shown(m_use.table);
    const auto &snapshot = evaluated.selection ? evaluated.snapshot : m_snapshot;
    m_rows = snapshot ? RowOrder(snapshot, evaluated.selection) : RowOrder();
}

RowOrder ViewState::matchingRows() const
{
    return m_matches.selection ? RowOrder(m_matches.snapshot, m_matches.selection) : RowOrder();
}

void ViewState::setEvaluated(Evaluated &evaluated, std::shared_ptr<const Selection> selection,
                             std::shared_ptr<const IndexSnapshot> snapshot)
{
    if (selection == evaluated.selection)
        return;
    evaluated.selection = std::move(selection);
    evaluated.snapshot = snapshot ? std::move(snapshot) : m_snapshot;
    if (!evaluated.selection)
        evaluated.snapshot.reset();
    updateRows();
    notify(SelectionChanged);
}

void ViewState::setSelection(std::shared_ptr<const Selection> selection,
                             std::shared_ptr<const IndexSnapshot> snapshot)
{
    setEvaluated(m_listed, std::move(selection), std::move(snapshot));
}

void ViewState::setMatches(std::shared_ptr<const Selection> matches,
                           std::shared_ptr<const IndexSnapshot> snapshot)
{
    setEvaluated(m_matches, std::move(matches), std::move(snapshot));
}

void ViewState::setSearch(const QString &expression)
{
    if (!m_snapshot || expression == m_search)
        return;
    m_search = expression;
    notify(SearchChanged);
    setFound({}, nullptr);
}

void ViewState::setFound(Found found, std::shared_ptr<const IndexSnapshot> snapshot)
{
    if (found == m_found)
        return;
    m_found = std::move(found);
    m_foundSnapshot = std::move(snapshot);
    notify(FoundChanged);
}

RowOrder ViewState::foundRows() const
{
    return m_found.shown ? RowOrder(m_foundSnapshot, m_found.shown) : RowOrder();
}

void ViewState::setTimeFormat(TimeFormat format)
{
    if (format == m_timeFormat)
        return;
    m_timeFormat = format;
    notify(TimeFormatChanged);
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
        this,
        [this] {
            Q_EMIT changed(std::exchange(m_pending, Changes()));
            m_isGesturePending = false;
        },
        Qt::QueuedConnection);
}

} // namespace thresher
