// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "widgets/placemenu.h"
#include "widgets/timeline/lanesoverlay.h"
#include "widgets/timeline/taskstory.h"

#include <QObject>
#include <QPoint>

#include <functional>
#include <optional>

class QKeyEvent;
class QMenu;

namespace thresher::ui {

/// What the user does with lanes: folds, pins, hides, moves and looks for them; points at the
/// slices of tasks and goes from one to the next. GUI thread.
///
/// On the names: a click makes a lane the current one, or folds what stands below a heading; a drag
/// moves the lane. Keys: Shift+Up and Shift+Down go to the lane above and below, Alt+Up and
/// Alt+Down move it there, P pins it, H hides it, K folds it, [ and ] go from slice to slice in a
/// task's or pair's lane, from value to value and text to text in others, Enter selects the slice's
/// range, Y tells why, L opens the choice of lanes.
class LaneControl final : public QObject
{
    Q_OBJECT

public:
    /// @param scene  as it is now. Both outlive this.
    LaneControl(ViewState &state, std::function<const TimelineScene &()> scene, QObject *parent);

    /// Of the left button, in the column of names. @returns whether it was for a lane.
    bool press(QPoint position);
    bool move(QPoint position, bool isDrag); ///< Between; @returns whether one was pressed.
    bool release(QPoint position);
    void cancel(); ///< The drag.

    /// How events are printed in hover cards.
    void setEventLine(EventLine line) { m_eventLine = std::move(line); }
    void setMarkText(MarkText text) { m_markText = std::move(text); }
    void setRequests(ViewRequests *requests) { m_requests = requests; } ///< Outlives this.
    void setCallProvider(CallProvider provider) { m_callProvider = std::move(provider); }

    /// In the lanes: the slice of a task or pair becomes the chosen one, the event of a pair's
    /// begin, a value or a text the current one. @returns whether the lane is none of a CPU.
    bool choose(QPoint position);
    /// Selects the range of the slice there.
    bool selectRange(QPoint position);
    [[nodiscard]] bool key(const QKeyEvent &event, bool isTrial);

    /// What is under the pointer, if that is not in a CPU's lane.
    [[nodiscard]] std::optional<HoverText> hover(std::optional<QPoint> position,
                                                 DurationNs tolerance);
    /// Whose lane is there.
    [[nodiscard]] std::optional<TaskId> taskAt(QPoint position) const;
    void addActions(QMenu *menu, QPoint position); ///< Of the lane there.
    void addChoices(QMenu *menu); ///< Which lanes there are, and in which order.

    /// Shows a task's lane, whatever hid it, and makes it the current one.
    void showTask(TaskId task);
    [[nodiscard]] const std::optional<Lane> &current() const { return m_current; }
    [[nodiscard]] const std::optional<TaskSlice> &chosen() const { return m_chosen; }
    [[nodiscard]] LanesOverlay overlay() const;
    void reset(); ///< Another trace.
    void followLayout(); ///< The lanes have been laid out anew.

Q_SIGNALS:
    void changed(); ///< overlay() is another.
    void revealRequested(int top, int height); ///< Scroll there; of the content.
    void choicesRequested();
    void whyRequested(quint32 task, qint64 time);
    void measureRequested(quint32 pair); ///< Latencies of this one of Analysis::pairs.
    void specsRequested(); ///< Which pairs and counters are looked for.

private:
    [[nodiscard]] const LaneRow *rowAt(QPoint position) const; ///< Headings, too.
    [[nodiscard]] std::optional<TaskSlice> sliceNear(QPoint position, DurationNs tolerance) const;
    void setCurrent(const Lane &lane);
    void setChosen(const TaskSlice &slice);
    void fold(const Lane &lane);
    [[nodiscard]] std::vector<Lane> lanesNow() const;
    void stepLane(int direction);
    void moveLane(int direction);
    void stepSlice(int direction);
    [[nodiscard]] std::optional<HoverText> hoverSlice(const TaskSlice &slice);
    // laneevents.cpp
    void forEachTrack(const Lane &lane, const std::function<void(const TrackKey &)> &take) const;
    [[nodiscard]] std::optional<PlacedSlice> neighbour(const Lane &lane, TimeNs time,
                                                       int direction) const;
    [[nodiscard]] std::optional<Mark> markNear(QPoint position, DurationNs tolerance,
                                               std::uint64_t *more = nullptr) const;
    void chooseValue(const Lane &lane, TimeNs time);
    void goToValue(const Lane &lane, const CounterSample &sample);
    void stepPoint(int direction);
    void goToEnd(const TaskSlice &slice, bool isEnd);
    void addSliceActions(QMenu *menu, const TaskSlice &slice);
    void addPairActions(QMenu *menu, const TaskSlice &slice);
    void reveal();
    void addOrders(QMenu *menu);
    void addSearch(QMenu *menu);
    void change(const std::function<void(LaneSet &)> &how);
    [[nodiscard]] std::optional<ProbedCall> call(const TaskSlice &slice) const;
    [[nodiscard]] std::optional<SliceStory> story(const TaskSlice &slice) const;

    ViewState &m_state;
    EventLine m_eventLine;
    MarkText m_markText;
    CallProvider m_callProvider;
    ViewRequests *m_requests = nullptr;
    std::function<const TimelineScene &()> m_scene;
    std::optional<Lane> m_current;
    std::optional<TaskSlice> m_chosen;
    std::optional<TaskSlice> m_hovered;
    std::optional<HoverText> m_card; ///< Of m_hovered.
    std::optional<TimelineRenderer::Wake> m_hoveredWake;
    std::optional<TimelineRenderer::Wake> m_chosenWake;
    std::optional<Lane> m_pressed;
    std::optional<int> m_drop;
    std::optional<LaneId> m_dropTarget;
    bool m_isDropBehind = false;
    bool m_isToReveal = false; ///< When the lanes are laid out anew.
};

} // namespace thresher::ui
