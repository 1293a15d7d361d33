// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What TimelineWidget does with mouse, wheel, touchpad and keys.
#include "model/query/rowsource.h"
#include "widgets/timeline/timelinewidget.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// A notch of a wheel is 120; finer wheels and touchpads send less, more often.
constexpr double kNotch = 120;
constexpr double kZoomPerNotch = 1.3;
constexpr double kZoomPerKey = 1.5;
constexpr double kPanPerNotch = 0.10; ///< Of the width.
constexpr double kPanPerKey = 0.12;
/// A click this near to an event means it; farther away, the nearest on either side is looked for.
constexpr double kClickReach = 4;

/// W, A, S and D as places: on a keyboard of another layout the keys of the same fingers. Those
/// places have the same numbers under X11 and Wayland; elsewhere the letter decides.
int keyByPlace(const QKeyEvent &event)
{
    struct Place
    {
        quint32 scanCode;
        int key;
    };
    constexpr std::array<Place, 4> kPlaces{
        {{25, Qt::Key_W}, {38, Qt::Key_A}, {39, Qt::Key_S}, {40, Qt::Key_D}}};
    const QString platform = QGuiApplication::platformName();
    if (event.nativeScanCode() != 0
        && (platform == "xcb"_L1 || platform.startsWith("wayland"_L1))) {
        for (const Place &place : kPlaces) {
            if (place.scanCode == event.nativeScanCode())
                return place.key;
        }
        // The letter at another place is not that key.
        for (const Place &place : kPlaces) {
            if (place.key == event.key())
                return 0;
        }
    }
    return event.key();
}

} // namespace

bool TimelineWidget::event(QEvent *event)
{
    // Plain letters that the window may have given to something else are ours while we have the
    // focus.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (handleKey(*key, true)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool TimelineWidget::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        m_pointer.reset();
        updateHover();
        viewport()->update();
    } else if (event->type() == QEvent::ToolTip) {
        if (showMarkTip(*static_cast<QHelpEvent *>(event)))
            return true;
    } else if (event->type() == QEvent::NativeGesture) {
        const auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            updateScene();
            const double factor = 1 / std::max(0.1, 1 + gesture->value());
            m_state.zoom(factor, m_scene.timeAt(gesture->position().x()));
            return true;
        }
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineWidget::wheelEvent(QWheelEvent *event)
{
    event->accept();
    updateScene();
    const QPointF position = event->position();
    // Alt turns a wheel sideways in Qt.
    const double sideways = event->angleDelta().x() / kNotch;
    const double notches = event->angleDelta().y() / kNotch;
    if ((event->modifiers() & Qt::ControlModifier) || position.x() < kLabelWidth) {
        auto *bar = verticalScrollBar();
        bar->setValue(bar->value()
                      - static_cast<int>(std::lround(notches * 3 * bar->singleStep())));
        return;
    }
    if (event->modifiers() & Qt::ShiftModifier) {
        panBy(-(notches + sideways) * kPanPerNotch);
        return;
    }
    // A touchpad is never moved quite straight: the larger part is what was meant.
    if (std::abs(sideways) > std::abs(notches))
        panBy(-sideways * kPanPerNotch);
    else if (notches != 0)
        m_state.zoom(std::pow(kZoomPerNotch, -notches), m_scene.timeAt(position.x()));
}

void TimelineWidget::mousePressEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    if (pressesName(*event))
        return;
    const bool isPressed = event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton;
    if (!isPressed || position.x() < kLabelWidth || !m_state.snapshot())
        return;
    updateScene();
    if (event->button() == Qt::LeftButton && grabMark(position)) {
        m_drag = Drag::Mark;
        m_pressedAt = position;
        return;
    }
    m_drag = Drag::Pressed;
    m_isSelecting = event->button() == Qt::LeftButton
                    && ((event->modifiers() & Qt::ShiftModifier) || position.y() < kRulerHeight);
    m_pressedAt = position;
    m_pressedRange = m_state.visibleRange();
    m_pressedScroll = verticalScrollBar()->value();
    m_pressedTime = m_scene.timeAt(position.x());
}

void TimelineWidget::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    m_pointer = position;
    if (m_lanes->move(position, (position - m_pressedAt).manhattanLength()
                                    >= QApplication::startDragDistance()))
        return;
    if (m_drag == Drag::Pressed
        && (position - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
        m_drag = m_isSelecting ? Drag::Select : Drag::Pan;
        viewport()->setCursor(m_isSelecting ? Qt::SizeHorCursor : Qt::ClosedHandCursor);
        if (m_isSelecting)
            m_state.beginGesture();
    }
    if (m_drag == Drag::Pan || m_drag == Drag::Select)
        dragTo(position);
    else if (m_drag == Drag::Mark)
        dragMark(position, event->modifiers().testFlag(Qt::AltModifier));
    updateHover();
    const auto shape = m_hoveredMark ? Qt::SizeHorCursor : Qt::ArrowCursor;
    if (m_drag == Drag::None && viewport()->cursor().shape() != shape)
        viewport()->setCursor(shape);
    viewport()->update();
}

void TimelineWidget::dragTo(QPoint position)
{
    if (m_drag == Drag::Select) {
        updateScene();
        const TimeNs time = m_scene.timeAt(std::max(position.x(), kLabelWidth));
        m_state.setSelectedRange(
            TimeRange{std::min(time, m_pressedTime), std::max(time, m_pressedTime)});
        return;
    }
    const DurationNs by = durationOf(m_pressedAt.x() - position.x());
    TimeRange range = m_pressedRange;
    if (__builtin_add_overflow(range.begin, by, &range.begin)
        || __builtin_add_overflow(range.end, by, &range.end))
        return;
    m_state.setVisibleRange(range);
    verticalScrollBar()->setValue(m_pressedScroll + m_pressedAt.y() - position.y());
}

void TimelineWidget::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_lanes->release(event->position().toPoint()))
        return;
    const Drag ended = std::exchange(m_drag, Drag::None);
    viewport()->unsetCursor();
    dropMark(false);
    m_state.endGesture();
    if (ended == Drag::Pressed && event->button() == Qt::LeftButton) {
        const QPoint position = event->position().toPoint();
        if (m_isSelecting)
            m_state.setSelectedRange(std::nullopt); // a click where one selects: nothing
        else if (isInLanes(position) && !m_lanes->choose(position))
            selectNearest(position);
    }
    updateHover();
    viewport()->update();
}

void TimelineWidget::selectNearest(QPoint position)
{
    updateScene();
    const auto cpu = cpuAt(position);
    if (!cpu || !m_scene.snapshot)
        return;
    const IndexSnapshot &snapshot = *m_scene.snapshot;
    const Selection *selection = m_scene.selection.get();
    const TimeNs time = m_scene.timeAt(position.x() + 0.5);
    const CpuMoment moment = momentAt(snapshot, selection, *cpu, time, durationOf(kClickReach));
    if (moment.nearestEvent) {
        m_state.setCurrentEvent(moment.nearestEvent);
        return;
    }
    const auto before = neighbourOnCpu(snapshot, selection, *cpu, std::nullopt, time, -1);
    const auto after = neighbourOnCpu(snapshot, selection, *cpu, std::nullopt, time, 1);
    // What is out of sight is not what was pointed at.
    const auto distance = [&](const std::optional<Place> &place) {
        if (!place)
            return kTimeMax;
        const TimeNs at = snapshot.streams[place->stream].time(place->event);
        if (!m_scene.range.contains(at))
            return kTimeMax;
        return TimeRange{std::min(at, time), std::max(at, time)}.duration();
    };
    const DurationNs nearest = std::min(distance(before), distance(after));
    if (nearest < kTimeMax)
        m_state.setCurrentEvent(distance(before) == nearest ? before : after);
}

void TimelineWidget::stepEvent(int direction)
{
    updateScene();
    if (!m_scene.snapshot || m_scene.layout.rows().empty())
        return;
    const IndexSnapshot &snapshot = *m_scene.snapshot;
    std::optional<Place> from = m_state.currentEvent();
    const TimeRange visible = m_state.visibleRange();
    TimeNs time = visible.begin + visible.duration() / 2;
    const auto shown = std::ranges::find_if(m_scene.layout.rows(), &LaneRow::isCpu);
    CpuId cpu = shown != m_scene.layout.rows().end() ? shown->cpu : snapshot.cpus().front();
    if (from && from->stream < snapshot.streams.size()
        && from->event < snapshot.streams[from->stream].size) {
        cpu = snapshot.trace->streams()[from->stream].cpu;
        time = snapshot.streams[from->stream].time(from->event);
    } else {
        from.reset();
        if (m_pointer && isInLanes(*m_pointer)) {
            cpu = cpuAt(*m_pointer).value_or(cpu);
            time = m_scene.timeAt(m_pointer->x());
        }
    }
    const auto next = neighbourOnCpu(snapshot, m_scene.selection.get(), cpu, from, time, direction);
    if (!next)
        return;
    m_state.setCurrentEvent(next);
    m_state.ensureVisible(snapshot.streams[next->stream].time(next->event));
}

void TimelineWidget::zoomBy(double factor)
{
    updateScene();
    const TimeRange visible = m_state.visibleRange();
    TimeNs anchor = visible.begin + visible.duration() / 2;
    if (m_pointer && m_pointer->x() >= kLabelWidth)
        anchor = m_scene.timeAt(m_pointer->x());
    m_state.zoom(factor, anchor);
}

void TimelineWidget::panBy(double widths)
{
    const double length = static_cast<double>(m_state.visibleRange().duration());
    const double by = std::clamp(std::round(widths * length), -9.2e18, 9.2e18);
    m_state.pan(static_cast<DurationNs>(by));
}

void TimelineWidget::moveToEnd(bool isEnd)
{
    const TimeRange trace = m_state.traceRange();
    const DurationNs length = m_state.visibleRange().duration();
    if (isEnd)
        m_state.setVisibleRange({trace.end - length, trace.end}, true);
    else
        m_state.setVisibleRange({trace.begin, trace.begin + length}, true);
}

void TimelineWidget::zoomToSelected()
{
    if (const auto selected = m_state.selectedRange())
        m_state.setVisibleRange(*selected, true);
}

void TimelineWidget::escape()
{
    m_lanes->cancel();
    if (m_drag != Drag::None) {
        if (m_drag == Drag::Pan)
            m_state.setVisibleRange(m_pressedRange);
        dropMark(true);
        m_state.endGesture();
        m_drag = Drag::None;
        viewport()->unsetCursor();
    } else if (m_state.selectedRange()) {
        m_state.setSelectedRange(std::nullopt);
    } else {
        m_state.setCurrentEvent(std::nullopt);
    }
}

/// @param isTrial  only tells whether the key would do something.
bool TimelineWidget::handleKey(const QKeyEvent &event, bool isTrial)
{
    if (m_lanes->key(event, isTrial))
        return true;
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return false;
    // Those letters with Shift are the window's: markers.
    if ((event.modifiers() & Qt::ShiftModifier)
        && (event.key() == Qt::Key_A || event.key() == Qt::Key_Z))
        return false;
    auto *bar = verticalScrollBar();
    struct Binding
    {
        int key;
        std::function<void()> act;
    };
    const std::array<Binding, 22> bindings{{
        {Qt::Key_W, [this] { zoomBy(1 / kZoomPerKey); }},
        {Qt::Key_S, [this] { zoomBy(kZoomPerKey); }},
        {Qt::Key_A, [this] { panBy(-kPanPerKey); }},
        {Qt::Key_D, [this] { panBy(kPanPerKey); }},
        {Qt::Key_Plus, [this] { zoomBy(1 / kZoomPerKey); }},
        {Qt::Key_Equal, [this] { zoomBy(1 / kZoomPerKey); }},
        {Qt::Key_Minus, [this] { zoomBy(kZoomPerKey); }},
        {Qt::Key_Underscore, [this] { zoomBy(kZoomPerKey); }},
        {Qt::Key_Left, [this] { panBy(-kPanPerKey); }},
        {Qt::Key_Right, [this] { panBy(kPanPerKey); }},
        {Qt::Key_Up, [bar] { bar->triggerAction(QScrollBar::SliderSingleStepSub); }},
        {Qt::Key_Down, [bar] { bar->triggerAction(QScrollBar::SliderSingleStepAdd); }},
        {Qt::Key_PageUp, [this] { panBy(-0.9); }},
        {Qt::Key_PageDown, [this] { panBy(0.9); }},
        {Qt::Key_Home, [this] { moveToEnd(false); }},
        {Qt::Key_End, [this] { moveToEnd(true); }},
        {Qt::Key_F, [this] { m_state.showAll(); }},
        {Qt::Key_0, [this] { m_state.showAll(); }},
        {Qt::Key_Z, [this] { zoomToSelected(); }},
        {Qt::Key_BracketLeft, [this] { stepEvent(-1); }},
        {Qt::Key_BracketRight, [this] { stepEvent(1); }},
        {Qt::Key_Escape, [this] { escape(); }},
    }};
    const int key = keyByPlace(event);
    for (const Binding &binding : bindings) {
        if (binding.key == key) {
            if (!isTrial)
                binding.act();
            return true;
        }
    }
    return false;
}

void TimelineWidget::keyPressEvent(QKeyEvent *event)
{
    // Not to QAbstractScrollArea, which would scroll by arrows.
    event->setAccepted(handleKey(*event, false));
}

QMenu *TimelineWidget::makeMenu(QPoint position)
{
    updateScene();
    if (!m_scene.snapshot)
        return nullptr;
    auto *menu = new QMenu(this);
    auto *zoom = menu->addAction(tr("Zoom to selection"), this, &TimelineWidget::zoomToSelected);
    zoom->setShortcut(Qt::Key_Z);
    zoom->setEnabled(m_state.selectedRange().has_value());
    auto *fit = menu->addAction(tr("Whole trace"), &m_state, &ViewState::showAll);
    fit->setShortcut(Qt::Key_F);
    for (QAction *action : {zoom, fit})
        action->setShortcutVisibleInContextMenu(true);
    addMarkActions(menu, position);
    const auto cpu = cpuAt(position);
    FilterSubject subject;
    subject.cpu = cpu;
    subject.task = m_lanes->taskAt(position);
    if (cpu && isInLanes(position)) {
        const CpuMoment moment = momentNear(*m_scene.snapshot, m_scene.selection.get(), *cpu,
                                            m_scene.timeAt(position.x() + 0.5),
                                            durationOf(kClickReach));
        if (moment.running && moment.running->value != kNoValue
            && TaskId{moment.running->value} != kIdleTask)
            subject.task = TaskId{moment.running->value};
        if (subject.task && m_scene.analysis) {
            menu->addSeparator();
            menu->addAction(tr("Show the lane of this task"), this,
                            [this, task = *subject.task] { m_lanes->showTask(task); });
        }
        if (const auto place = moment.nearestEvent) {
            if (const auto row = rowDataOf(*m_scene.snapshot, *place))
                subject.event = row->event;
            menu->addSeparator();
            addTermsMenu(*menu, m_state,
                         [this, place] { return m_details ? m_details(*place) : std::nullopt; });
        }
    }
    if (subject.event) {
        menu->addSeparator();
        addEventRequests(*menu, m_scene.snapshot->trace->events().event(*subject.event),
                         m_requests);
    }
    menu->addSeparator();
    addShowActions(*menu, m_state, subject);
    m_lanes->addActions(menu, position);
    menu->addSeparator();
    addLaneSizes(menu);
    return menu;
}

void TimelineWidget::contextMenuEvent(QContextMenuEvent *event)
{
    if (QMenu *menu = makeMenu(viewport()->mapFromGlobal(event->globalPos()))) {
        menu->setAttribute(Qt::WA_DeleteOnClose);
        // The card would lie over the menu's choices, or they over it. It comes back with the
        // pointer's next move.
        m_pointer.reset();
        updateHover();
        viewport()->update();
        menu->popup(event->globalPos());
    }
}

} // namespace thresher::ui
