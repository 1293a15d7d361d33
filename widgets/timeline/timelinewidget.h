// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "widgets/filterbar/filtermenu.h"
#include "widgets/timeline/lanecontrol.h"
#include "widgets/timeline/timelineoverlay.h"
#include "widgets/timeline/timelinerenderer.h"

#include <QAbstractScrollArea>
#include <QImage>

#include <functional>
#include <optional>

class QHelpEvent;
class QKeyEvent;
class QMenu;
class QToolButton;

namespace thresher::ui {

/// How high lanes are.
enum class LaneSize : std::uint8_t {
    Automatic, ///< As high as there is room for, but high enough for names; the rest is scrolled
               ///< to.
    Normal, ///< 24 pixels.
    Large, ///< 40 pixels.
    FitAll, ///< Every CPU in view, down to 9 pixels each.
};

/// The lanes of all CPUs under a ruler. Shows and changes a ViewState.
///
/// Wheel: zoom at the pointer. Shift or Alt + wheel, or a sideways one: pan. Ctrl + wheel, or the
/// wheel over the names: scroll the lanes. Drag: pan (and scroll). Shift + drag, or a drag in the
/// ruler: select a range. Click: the nearest event becomes the current one. Double click: sets a
/// marker, A and then B; their flags, and those of bookmarks, are dragged. Both are drawn to events
/// and edges that are near, but with Alt.
///
/// Keys: W S zoom, A D pan, by their place on the keyboard; arrows pan and scroll; + - zoom;
/// F the whole trace; Z zoom to the selection; [ ] the event before and after on the current
/// event's CPU; Home and End the trace's ends; Page Up and Down a width back and on; Esc clears the
/// selection, then the current event.
///
/// Lanes of tasks: click: the slice there is chosen; double click: its range is selected. See
/// LaneControl for the names of lanes, and for further keys.
class TimelineWidget final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    /// @param state  must outlive the widget.
    explicit TimelineWidget(ViewState &state, QWidget *parent = nullptr);
    ~TimelineWidget() override;

    /// For the hover card.
    void setEventLine(EventLine line);
    /// For the lane of texts.
    void setMarkText(const MarkText &text);
    /// For slices of probed functions: their labels, and the hover card.
    void setCallProvider(const CallProvider &provider);
    /// Gets what the menu asks for; outlives the timeline.
    void setRequests(ViewRequests *requests);
    /// For the menu over an event.
    void setDetailsProvider(DetailsProvider provider) { m_details = std::move(provider); }

    [[nodiscard]] LaneSize laneSize() const { return m_laneSize; }
    void setLaneSize(LaneSize size);

    /// What is shown, for tests.
    [[nodiscard]] const TimelineScene &scene();
    [[nodiscard]] TimelineOverlay overlay() const;
    /// The menu at a place; the caller owns it. Null if there is nothing to offer.
    [[nodiscard]] QMenu *makeMenu(QPoint position);
    /// The moment that the pointer is on, or near; nullopt: it is elsewhere.
    [[nodiscard]] std::optional<TimeNs> pointerTime();
    [[nodiscard]] LaneControl &lanes() { return *m_lanes; }

    [[nodiscard]] QSize sizeHint() const override { return {900, 420}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 120}; }

Q_SIGNALS:
    void laneSizeChanged(thresher::ui::LaneSize size);
    void bookmarkRequested(qint64 time); ///< To be added there.
    void bookmarkEditRequested(quint64 id);

protected:
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    enum class Drag : std::uint8_t { None, Pressed, Pan, Select, Mark };

    void stateChanged(ViewState::Changes changes);
    void updateLayout();
    void updateScene();
    void updateHover();
    void updateAccessible();
    void addLaneSizes(QMenu *menu);
    void connectLanes();
    [[nodiscard]] bool pressesName(const QMouseEvent &event);
    void selectNearest(QPoint position);
    void stepEvent(int direction);
    void zoomBy(double factor);
    void panBy(double widths);
    void moveToEnd(bool isEnd);
    void zoomToSelected();
    void escape();
    void dragTo(QPoint position);
    // timelinemarkinput.cpp
    [[nodiscard]] std::optional<SnapPoint> snapPoint(QPoint position);
    [[nodiscard]] TimeNs markTimeAt(QPoint position);
    [[nodiscard]] std::optional<MarkName> markAt(QPoint position);
    bool grabMark(QPoint position);
    void dragMark(QPoint position, bool isFree);
    void dropMark(bool isCancelled);
    [[nodiscard]] QString markTip(const MarkName &name) const;
    bool showMarkTip(const QHelpEvent &event);
    void addMarkActions(QMenu *menu, QPoint position);
    [[nodiscard]] bool handleKey(const QKeyEvent &event, bool isTrial);
    [[nodiscard]] DurationNs durationOf(double pixels) const;
    [[nodiscard]] bool isInLanes(QPoint position) const;
    [[nodiscard]] std::optional<CpuId> cpuAt(QPoint position);
    /// What lanes are drawn from: the filter's result may be of an older snapshot than the state's.
    [[nodiscard]] std::shared_ptr<const IndexSnapshot> shownSnapshot() const;

    ViewState &m_state;
    EventLine m_eventLine;
    DetailsProvider m_details;
    ViewRequests *m_requests = nullptr;
    TimelineRenderer m_renderer;
    TimelineScene m_scene; ///< As the state is now.
    TimelineScene m_painted; ///< What m_image shows.
    QImage m_image;
    bool m_isSceneStale = true;
    LaneSize m_laneSize = LaneSize::Automatic;
    QToolButton *m_lanesButton = nullptr;
    LaneControl *m_lanes = nullptr;

    std::optional<QPoint> m_pointer;
    std::optional<TimelineOverlay::Hovered> m_hovered;
    std::optional<HoverText> m_card;
    bool m_hasFocusFrame = false;

    std::optional<DraggedMark> m_draggedMark;
    std::optional<MarkName> m_hoveredMark;

    Drag m_drag = Drag::None;
    bool m_isSelecting = false; ///< What the drag will be, if it becomes one.
    QPoint m_pressedAt;
    TimeRange m_pressedRange;
    int m_pressedScroll = 0;
    TimeNs m_pressedTime = 0;
};

} // namespace thresher::ui
