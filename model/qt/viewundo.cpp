// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewundo.h"

#include "model/qt/sametrace_p.h"

#include <QDateTime>
#include <QHash>

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

using What = ViewChange::What;

/// Letters that follow each other this soon are one word.
constexpr qint64 kTypingMs = 1500;

enum Field : unsigned {
    MarksField = 1U << 0,
    ExpressionField = 1U << 1,
    UseField = 1U << 2,
    SelectedField = 1U << 3,
    VisibleField = 1U << 4,
    LanesField = 1U << 5,
};

/// One letter more or less, somewhere.
bool isTyping(const QString &before, const QString &after)
{
    if (std::abs(before.size() - after.size()) > 1)
        return false;
    const auto [left, right] = std::mismatch(before.begin(), before.end(), after.begin(),
                                             after.end());
    const qsizetype same = left - before.begin();
    qsizetype tail = 0;
    while (tail < std::min(before.size(), after.size()) - same
           && before.at(before.size() - 1 - tail) == after.at(after.size() - 1 - tail))
        ++tail;
    return before.size() - same - tail <= 1 && after.size() - same - tail <= 1;
}

std::optional<ViewChange> markerChange(const ViewMarks &before, const ViewMarks &after)
{
    std::vector<ViewChange> changes;
    for (const Marker which : kMarkers) {
        const auto was = before.marker(which);
        const auto is = after.marker(which);
        if (was != is)
            changes.push_back({!was  ? What::SetMarker
                               : !is ? What::RemoveMarker
                                     : What::MoveMarker,
                               which,
                               {}});
    }
    if (changes.empty())
        return std::nullopt;
    if (changes.size() == 1)
        return changes.front();
    return ViewChange{changes[0].what == What::RemoveMarker && changes[1].what == What::RemoveMarker
                          ? What::ClearMarkers
                          : What::SetMarkers,
                      Marker::A,
                      {}};
}

/// The bookmarks of `left` that `right` does not have, by id.
QList<Bookmark> missingIn(const ViewMarks &left, const ViewMarks &right)
{
    QList<quint64> ids;
    for (const Bookmark &bookmark : right.bookmarks())
        ids.append(bookmark.id);
    std::ranges::sort(ids);
    QList<Bookmark> missing;
    for (const Bookmark &bookmark : left.bookmarks()) {
        if (!std::ranges::binary_search(ids, bookmark.id))
            missing.append(bookmark);
    }
    return missing;
}

ViewChange bookmarkChange(const ViewMarks &before, const ViewMarks &after)
{
    const QList<Bookmark> added = missingIn(after, before);
    const QList<Bookmark> removed = missingIn(before, after);
    const auto change = [](What what, const QString &name = {}) {
        return ViewChange{what, Marker::A, name};
    };
    if (added.size() == 1 && removed.isEmpty())
        return change(What::AddBookmark, added.first().name);
    if (added.isEmpty() && removed.size() == 1)
        return change(What::RemoveBookmark, removed.first().name);
    if (added.isEmpty() && !removed.isEmpty())
        return change(What::RemoveBookmarks);
    if (!added.isEmpty())
        return change(What::ChangeBookmarks);
    QHash<quint64, const Bookmark *> olds;
    for (const Bookmark &bookmark : before.bookmarks())
        olds.insert(bookmark.id, &bookmark);
    const Bookmark *was = nullptr;
    const Bookmark *is = nullptr;
    for (const Bookmark &bookmark : after.bookmarks()) {
        const Bookmark *old = olds.value(bookmark.id);
        if (old == nullptr || *old == bookmark)
            continue;
        if (is != nullptr)
            return change(What::ChangeBookmarks);
        was = old;
        is = &bookmark;
    }
    if (is == nullptr)
        return change(What::ChangeBookmarks); // the order of their adding
    return change(was->name != is->name   ? What::RenameBookmark
                  : was->note != is->note ? What::EditNote
                                          : What::MoveBookmark,
                  is->name);
}

} // namespace

struct ViewUndo::Moment
{
    ViewMarks marks;
    QString expression;
    std::string condition; ///< For the step's name: it tells whether more than lists changed.
    FilterUse use;
    std::optional<TimeRange> selected;
    TimeRange visible;
    LaneSet lanes;

    [[nodiscard]] unsigned differences(const Moment &other) const
    {
        return (marks == other.marks ? 0U : MarksField)
               | (expression == other.expression ? 0U : ExpressionField)
               | (use == other.use ? 0U : UseField)
               | (selected == other.selected ? 0U : SelectedField)
               | (visible == other.visible ? 0U : VisibleField)
               | (lanes == other.lanes ? 0U : LanesField);
    }
};

struct ViewUndo::Step
{
    Moment before;
    Moment after;
    unsigned fields = 0; ///< Which of it changed.
    quint64 gesture = 0;
    qint64 at = 0; ///< ms
    ViewChange change;

    [[nodiscard]] ViewChange describe() const
    {
        if (fields & MarksField) {
            const auto markers = markerChange(before.marks, after.marks);
            return markers ? *markers : bookmarkChange(before.marks, after.marks);
        }
        if (fields & ExpressionField)
            return {after.expression.isEmpty()            ? What::ClearFilter
                    : before.condition == after.condition ? What::ChangeShown
                                                          : What::ChangeFilter,
                    {},
                    {}};
        if (fields & LanesField)
            return {What::ChangeLanes, {}, {}};
        if (fields & UseField)
            return {What::ChangeFilterUse, {}, {}};
        if (fields & SelectedField)
            return {after.selected ? What::Select : What::Deselect, {}, {}};
        return {What::Jump, {}, {}};
    }
};

ViewUndo::ViewUndo(ViewState &view, QObject *parent)
    : QObject(parent)
    , m_view(view)
    , m_clock(&QDateTime::currentMSecsSinceEpoch)
{
    forget();
    connect(&view, &ViewState::changed, this, &ViewUndo::follow);
}

ViewUndo::~ViewUndo() = default;

ViewUndo::Moment ViewUndo::now() const
{
    return {m_view.marks(),         m_view.expression(),   m_view.condition(), m_view.filterUse(),
            m_view.selectedRange(), m_view.visibleRange(), m_view.lanes()};
}

void ViewUndo::forget()
{
    m_snapshot = m_view.snapshot();
    m_last = std::make_unique<Moment>(now());
    m_steps.clear();
    m_done = 0;
    Q_EMIT changed();
}

void ViewUndo::follow(ViewState::Changes changes)
{
    const auto &snapshot = m_view.snapshot();
    const bool isSame = snapshot && m_snapshot
                        && isSameRecording(*snapshot->trace, *m_snapshot->trace);
    if (!isSame && (snapshot || m_snapshot)) {
        forget();
        return;
    }
    if (isSame)
        moveTo(snapshot);
    if (changes & ViewState::Restored)
        *m_last = now();
    else
        record(changes & ViewState::HistoryChanged);
}

/// Tasks may have other ids in the file that a recording became.
void ViewUndo::moveTo(std::shared_ptr<const IndexSnapshot> snapshot)
{
    if (snapshot->trace != m_snapshot->trace)
        for (Step &step : m_steps)
            for (Moment *moment : {&step.before, &step.after})
                moment->lanes = laneSetFromJson(toJson(moment->lanes, *m_snapshot), *snapshot);
    m_snapshot = std::move(snapshot);
}

void ViewUndo::record(bool isJump)
{
    Moment moment = now();
    unsigned fields = m_last->differences(moment);
    if (!isJump)
        fields &= ~static_cast<unsigned>(VisibleField);
    if (fields != 0)
        push(moment, fields);
    *m_last = std::move(moment);
}

void ViewUndo::push(Moment now, unsigned fields)
{
    m_steps.resize(m_done);
    const quint64 gesture = m_view.gesture();
    const qint64 at = m_clock();
    if (!m_steps.empty() && m_steps.back().fields == fields) {
        Step &last = m_steps.back();
        const bool isWord = fields == ExpressionField && at - last.at < kTypingMs
                            && isTyping(last.after.expression, now.expression);
        if (isWord || (gesture != 0 && gesture == last.gesture)) {
            last.after = std::move(now);
            last.at = at;
            last.change = last.describe();
            if ((last.before.differences(last.after) & fields) == 0) {
                m_steps.pop_back(); // back where it was
                --m_done;
            }
            Q_EMIT changed();
            return;
        }
    }
    if (m_steps.size() == kMostSteps)
        m_steps.erase(m_steps.begin());
    m_steps.push_back({*m_last, std::move(now), fields, gesture, at, {}});
    m_steps.back().change = m_steps.back().describe();
    m_done = m_steps.size();
    Q_EMIT changed();
}

void ViewUndo::apply(const Moment &moment, unsigned fields)
{
    if (fields & MarksField)
        m_view.setMarks(moment.marks);
    if (fields & ExpressionField)
        m_view.setExpression(moment.expression);
    if (fields & UseField)
        m_view.setFilterUse(moment.use);
    if (fields & SelectedField)
        m_view.setSelectedRange(moment.selected);
    if (fields & VisibleField)
        m_view.setVisibleRange(moment.visible);
    if (fields & LanesField)
        m_view.setLanes(moment.lanes);
    *m_last = now(); // so that this is no change of the user's
    Q_EMIT changed();
}

std::optional<ViewChange> ViewUndo::undoable() const
{
    return m_done > 0 ? std::optional(m_steps[m_done - 1].change) : std::nullopt;
}

std::optional<ViewChange> ViewUndo::redoable() const
{
    return m_done < m_steps.size() ? std::optional(m_steps[m_done].change) : std::nullopt;
}

std::optional<ViewChange> ViewUndo::undo()
{
    record(false); // what has not been told yet
    const auto change = undoable();
    if (change) {
        const Step &step = m_steps[--m_done];
        apply(step.before, step.fields);
    }
    return change;
}

std::optional<ViewChange> ViewUndo::redo()
{
    record(false);
    const auto change = redoable();
    if (change) {
        const Step &step = m_steps[m_done++];
        apply(step.after, step.fields);
    }
    return change;
}

} // namespace thresher
