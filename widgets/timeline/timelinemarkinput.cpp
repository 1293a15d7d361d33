// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What TimelineWidget does with markers and bookmarks: setting, dragging, drawing them to what is
/// near.
#include "widgets/theme.h"
#include "widgets/timeformat.h"
#include "widgets/timeline/timelinewidget.h"

#include <QGuiApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// How far a moment draws a marker to itself, in pixels.
constexpr double kSnapReach = 6;

} // namespace

/// What is meant by a place: the event or edge within a few pixels, in the lane under it or else in
/// any lane.
std::optional<SnapPoint> TimelineWidget::snapPoint(QPoint position)
{
    updateScene();
    if (!m_scene.snapshot)
        return std::nullopt;
    std::vector<CpuId> cpus;
    if (const auto cpu = isInLanes(position) ? cpuAt(position) : std::nullopt) {
        cpus.push_back(*cpu);
    } else {
        for (const LaneRow &row : m_scene.layout.rows()) {
            if (row.isCpu())
                cpus.push_back(row.cpu);
        }
    }
    return snapTime(*m_scene.snapshot, m_scene.selection.get(), cpus,
                    m_scene.timeAt(position.x() + 0.5), durationOf(kSnapReach));
}

TimeNs TimelineWidget::markTimeAt(QPoint position)
{
    const auto point = snapPoint(position);
    return point ? point->time : m_scene.timeAt(position.x() + 0.5);
}

std::optional<TimeNs> TimelineWidget::pointerTime()
{
    if (!m_pointer || m_pointer->x() < kLabelWidth || !m_state.snapshot())
        return std::nullopt;
    return markTimeAt(*m_pointer);
}

std::optional<MarkName> TimelineWidget::markAt(QPoint position)
{
    if (position.y() >= kRulerHeight)
        return std::nullopt;
    updateScene();
    const std::vector<MarkFlag> flags = markFlags(m_scene, m_state.marks());
    const MarkFlag *flag = flagAt(flags, position);
    return flag != nullptr ? std::optional(flag->name) : std::nullopt;
}

bool TimelineWidget::grabMark(QPoint position)
{
    const auto name = markAt(position);
    if (!name)
        return false;
    m_draggedMark = DraggedMark{*name, m_state.marks(), std::nullopt, false};
    m_state.beginGesture();
    return true;
}

/// @param isFree  it goes where the pointer is, whatever is near.
void TimelineWidget::dragMark(QPoint position, bool isFree)
{
    if (m_state.gesture() == 0)
        return; // of a trace that is gone
    constexpr int kShake = 3;
    if (!m_draggedMark->isMoving && (position - m_pressedAt).manhattanLength() < kShake)
        return;
    m_draggedMark->isMoving = true;
    position.setX(std::clamp(position.x(), kLabelWidth, viewport()->width() - 1));
    m_draggedMark->snapped = isFree ? std::nullopt : snapPoint(position);
    const TimeNs time = m_draggedMark->snapped ? m_draggedMark->snapped->time
                                               : m_scene.timeAt(position.x() + 0.5);
    const MarkName &name = m_draggedMark->name;
    if (name.marker) {
        m_state.setMarker(*name.marker, time);
    } else if (const Bookmark *found = m_state.marks().bookmark(name.bookmark)) {
        Bookmark moved = *found;
        if (moved.range) { // goes along, as far as time reaches
            DurationNs by = 0;
            TimeRange range = *moved.range;
            if (!__builtin_sub_overflow(time, moved.time, &by)
                && !__builtin_add_overflow(range.begin, by, &range.begin)
                && !__builtin_add_overflow(range.end, by, &range.end))
                moved.range = range;
        }
        moved.time = time;
        m_state.setBookmark(moved);
    }
}

/// @param isCancelled  everything is as it was.
void TimelineWidget::dropMark(bool isCancelled)
{
    if (!m_draggedMark)
        return;
    if (isCancelled && m_state.gesture() != 0)
        m_state.setMarks(m_draggedMark->before);
    m_draggedMark.reset();
    m_state.endGesture();
}

void TimelineWidget::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    if (event->button() != Qt::LeftButton || position.x() < kLabelWidth || !m_state.snapshot())
        return;
    if (const auto name = markAt(position)) {
        if (!name->marker)
            Q_EMIT bookmarkEditRequested(name->bookmark);
        return;
    }
    const bool isFree = event->modifiers().testFlag(Qt::AltModifier);
    updateScene();
    if (!isFree && m_lanes->selectRange(position))
        return;
    m_state.setNextMarker(isFree ? m_scene.timeAt(position.x() + 0.5) : markTimeAt(position));
}

QString TimelineWidget::markTip(const MarkName &name) const
{
    const ViewMarks &marks = m_state.marks();
    const TimeStyle style = timeStyle(m_state);
    if (name.marker) {
        const QString letter = *name.marker == Marker::A ? u"A"_s : u"B"_s;
        const auto time = marks.marker(*name.marker);
        return time ? tr("Marker %1 at %2\nDrag to move it; with Alt it goes anywhere.")
                          .arg(letter, formatTimeWithUnit(*time, style))
                    : QString();
    }
    const Bookmark *bookmark = marks.bookmark(name.bookmark);
    if (bookmark == nullptr)
        return {};
    QString text = bookmark->name + u'\n' + formatTimeWithUnit(bookmark->time, style);
    if (bookmark->range)
        text += u", "_s + formatDuration(bookmark->range->duration(), style.isNanoseconds);
    constexpr qsizetype kLongest = 600;
    if (!bookmark->note.isEmpty()) {
        text += u"\n\n"_s + bookmark->note.left(kLongest);
        if (bookmark->note.size() > kLongest)
            text += u" …"_s;
    }
    return text;
}

bool TimelineWidget::showMarkTip(const QHelpEvent &event)
{
    const auto name = m_draggedMark ? std::nullopt : markAt(event.pos());
    if (!name) {
        QToolTip::hideText();
        return false;
    }
    QToolTip::showText(event.globalPos(),
                       u"<p style='white-space:pre-wrap'>"_s + markTip(*name).toHtmlEscaped()
                           + u"</p>"_s,
                       viewport());
    return true;
}

void TimelineWidget::addMarkActions(QMenu *menu, QPoint position)
{
    if (position.x() < kLabelWidth)
        return;
    menu->addSeparator();
    if (const auto name = markAt(position); name && !name->marker) {
        const quint64 id = name->bookmark;
        menu->addAction(tr("Edit bookmark…"), this,
                        [this, id] { Q_EMIT bookmarkEditRequested(id); });
        menu->addAction(tr("Delete bookmark"), this, [this, id] { m_state.removeBookmarks({id}); });
        menu->addSeparator();
    }
    const TimeNs time = markTimeAt(position);
    const auto add = [&](const QString &text, const QString &key, auto act) {
        QAction *action = menu->addAction(text, this, act);
        action->setShortcut(QKeySequence(key));
        action->setShortcutVisibleInContextMenu(true);
        return action;
    };
    add(tr("Set marker A here"), u"Shift+A"_s,
        [this, time] { m_state.setMarker(Marker::A, time); });
    add(tr("Set marker B here"), u"Shift+B"_s,
        [this, time] { m_state.setMarker(Marker::B, time); });
    add(tr("Add a bookmark here"), u"B"_s, [this, time] { Q_EMIT bookmarkRequested(time); });
    const ViewMarks &marks = m_state.marks();
    if (const auto between = marks.between(); between && !between->isEmpty()) {
        menu->addAction(tr("Select from A to B"), this,
                        [this, range = *between] { m_state.setSelectedRange(range); });
    }
    if (marks.marker(Marker::A) || marks.marker(Marker::B))
        add(tr("Clear markers"), u"Shift+C"_s, [this] { m_state.clearMarkers(); });
}

} // namespace thresher::ui
