// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanecontrol.h"

#include "model/analysis/eventplaces.h"
#include "widgets/timeline/statenames.h"

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

/// Slices near the pointer that are looked at; the longest of so many is good enough to name.
constexpr int kSlicesLookedAt = 64;

bool hasSlices(const Lane &lane)
{
    return lane.isOfTask() || lane.isOfPair();
}

DurationNs lengthOf(const Slice &slice)
{
    return TimeRange{slice.begin, slice.end}.duration();
}

bool isBackground(const Lane &lane, const Slice &slice)
{
    return lane.what == TrackClass::TaskState
           && (slice.value == kNoValue || !isActive(static_cast<TaskState>(slice.value)));
}

TimeRange around(TimeNs time, DurationNs tolerance)
{
    TimeRange range{kTimeMin, kTimeMax};
    if (time >= kTimeMin + tolerance)
        range.begin = time - tolerance;
    if (time < kTimeMax - tolerance)
        range.end = time + tolerance + 1;
    return range;
}

std::optional<TimelineRenderer::Wake> wakeOf(const SliceStory &story)
{
    // Of one that sleeps, the wakeup is at its end.
    if (!story.wakeup)
        return std::nullopt;
    TimelineRenderer::Wake wake{story.task, story.wakeup->time, story.wakeup->cpu, {}};
    if (story.wakeup->context == Wakeup::Context::Task && story.wakeup->waker != kIdleTask)
        wake.waker = laneOf(story.wakeup->waker);
    return wake;
}

} // namespace

LaneControl::LaneControl(ViewState &state, std::function<const TimelineScene &()> scene,
                         QObject *parent)
    : QObject(parent)
    , m_state(state)
    , m_scene(std::move(scene))
{}

void LaneControl::change(const std::function<void(LaneSet &)> &how)
{
    LaneSet set = m_state.lanes();
    how(set);
    m_state.setLanes(std::move(set));
}

const LaneRow *LaneControl::rowAt(QPoint position) const
{
    const TimelineScene &scene = m_scene();
    if (position.y() < kRulerHeight)
        return nullptr;
    const int y = position.y() - kRulerHeight + scene.scroll;
    const LaneRow *row = scene.layout.rowAt(y);
    return row != nullptr ? row : scene.layout.headingAt(y);
}

std::optional<TaskId> LaneControl::taskAt(QPoint position) const
{
    const LaneRow *row = rowAt(position);
    if (row == nullptr)
        return std::nullopt;
    if (row->lane.isOfTask())
        return TaskId{row->lane.owner};
    const bool isTask = row->lane.of.part == LaneId::Part::Task;
    return isTask ? std::optional(TaskId{static_cast<std::uint32_t>(row->lane.of.key)})
                  : std::nullopt;
}

void LaneControl::setCurrent(const Lane &lane)
{
    m_current = lane;
    Q_EMIT changed();
}

void LaneControl::fold(const Lane &lane)
{
    change([&](LaneSet &set) {
        if (lane.kind == Lane::Kind::Group) {
            bool &isFolded = set.isFolded[static_cast<std::size_t>(lane.group)];
            isFolded = !isFolded;
        } else if (lane.isOfPair() || lane.kind == Lane::Kind::Counter) {
            LaneId all = lane.of; // one of its keys folds them all
            all.part = LaneId::Part::All;
            all.key = 0;
            set.setUnfolded(all, !set.isUnfolded(all));
        } else if (m_state.snapshot()) {
            const Pid tgid = lane.kind == Lane::Kind::Process
                                 ? static_cast<Pid>(lane.owner)
                                 : m_state.snapshot()->tasks->task(TaskId{lane.owner}).tgid;
            if (tgid >= 0)
                set.foldProcess(tgid, !set.isProcessFolded(tgid));
        }
    });
}

std::vector<Lane> LaneControl::lanesNow() const
{
    return makeLanes(m_state.lanes(), *m_state.snapshot(), m_state.analysis().get(),
                     m_state.filter(), m_state.texts() ? m_state.texts()->size() : 0);
}

bool LaneControl::press(QPoint position)
{
    const LaneRow *row = rowAt(position);
    if (row == nullptr)
        return false;
    m_pressed = row->lane;
    return true;
}

bool LaneControl::move(QPoint position, bool isDrag)
{
    if (!m_pressed)
        return false;
    const auto lane = m_pressed->id();
    if (!isDrag || !lane)
        return true;
    m_drop.reset();
    m_dropTarget.reset();
    const LaneRow *row = rowAt(position);
    const bool isTarget = row != nullptr && row->lane.id() && row->lane.group == m_pressed->group
                          && m_pressed->group != LaneGroup::Cpus;
    if (isTarget) {
        const TimelineScene &scene = m_scene();
        m_dropTarget = row->lane.id();
        m_isDropBehind = position.y() > scene.topOf(*row) + row->height / 2;
        m_drop = scene.topOf(*row) + (m_isDropBehind ? row->height : 0);
    }
    Q_EMIT changed();
    return true;
}

bool LaneControl::release(QPoint position)
{
    if (!m_pressed)
        return false;
    const Lane pressed = *std::exchange(m_pressed, std::nullopt);
    const bool wasDrag = m_drop.has_value();
    m_drop.reset();
    const LaneRow *row = rowAt(position);
    if (wasDrag && m_dropTarget && pressed.id() && m_state.snapshot()) {
        m_state.setLanes(withMovedLane(m_state.lanes(), lanesNow(), *pressed.id(), *m_dropTarget,
                                       m_isDropBehind));
        setCurrent(pressed);
    } else if (row != nullptr && row->lane == pressed) {
        const bool isHeading = !pressed.id();
        // A task's triangle is left of its name.
        if (pressed.isFoldable && (isHeading || position.x() < 14))
            fold(pressed);
        setCurrent(pressed);
    }
    Q_EMIT changed();
    return true;
}

void LaneControl::cancel()
{
    m_pressed.reset();
    m_drop.reset();
    m_dropTarget.reset();
    Q_EMIT changed();
}

std::optional<TaskSlice> LaneControl::sliceNear(QPoint position, DurationNs tolerance) const
{
    const TimelineScene &scene = m_scene();
    const LaneRow *row = rowAt(position);
    if (row == nullptr || !hasSlices(row->lane) || !scene.analysis || position.x() < kLabelWidth)
        return std::nullopt;
    const TimeNs time = scene.timeAt(position.x() + 0.5);
    // What is there; else, since what is drawn may be narrower than a pixel, the longest beside it.
    std::optional<TaskSlice> here;
    std::optional<TaskSlice> beside;
    const auto isLonger = [](const Slice &slice, const std::optional<TaskSlice> &than) {
        return !than || lengthOf(slice) > lengthOf(than->slice);
    };
    forEachTrack(row->lane, [&](const TrackKey &key) {
        if (const auto found = sliceAt(*scene.analysis, key, time);
            found && isLonger(found->slice, here))
            here = {row->lane, found->slice, found->cpu};
        if (here && !isBackground(row->lane, here->slice))
            return;
        int left = kSlicesLookedAt;
        forEachSlice(*scene.analysis, key, around(time, tolerance),
                     [&](const Slice &slice, CpuId cpu) {
                         if (!isBackground(row->lane, slice) && isLonger(slice, beside))
                             beside = {row->lane, slice, cpu};
                         return --left > 0;
                     });
    });
    return here && (!beside || !isBackground(row->lane, here->slice)) ? here : beside;
}

std::optional<SliceStory> LaneControl::story(const TaskSlice &slice) const
{
    const TimelineScene &scene = m_scene();
    if (slice.lane.kind != Lane::Kind::Task || !scene.analysis)
        return std::nullopt;
    return explainSlice(*scene.analysis, TaskId{slice.lane.owner}, slice.slice.begin);
}

/// If it is one of a probed function.
std::optional<ProbedCall> LaneControl::call(const TaskSlice &slice) const
{
    const TimelineScene &scene = m_scene();
    if (slice.lane.kind != Lane::Kind::Nested || slice.lane.what != TrackClass::Probe
        || !scene.analysis || !m_callProvider)
        return std::nullopt;
    return m_callProvider(*scene.analysis, taskOfOwner(slice.lane.owner), {slice.slice, slice.cpu});
}

std::optional<HoverText> LaneControl::hover(std::optional<QPoint> position, DurationNs tolerance)
{
    const TimelineScene &scene = m_scene();
    const LaneRow *const row = position ? rowAt(*position) : nullptr;
    const bool isInLanes = row != nullptr && position->x() >= kLabelWidth;
    const auto found = isInLanes ? sliceNear(*position, tolerance) : std::nullopt;
    if (found && found == m_hovered)
        return m_card;
    m_hovered = found;
    m_card.reset();
    m_hoveredWake.reset();
    if (found) {
        m_card = hoverSlice(*found);
    } else if (isInLanes && row->lane.kind == Lane::Kind::Counter && scene.analysis) {
        m_card = counterHoverText(*scene.analysis, row->lane, scene.timeAt(position->x() + 0.5),
                                  scene.style);
    } else if (isInLanes && row->lane.kind == Lane::Kind::Marks) {
        std::uint64_t more = 0;
        if (const auto mark = markNear(*position, tolerance, &more))
            m_card = markHoverText(*mark, m_markText ? m_markText(*mark) : QString(), more,
                                   scene.style);
    }
    return m_card;
}

std::optional<HoverText> LaneControl::hoverSlice(const TaskSlice &slice)
{
    const TimelineScene &scene = m_scene();
    if (slice.lane.isOfPair())
        return pairHoverText(*scene.analysis, slice.lane, {slice.slice, slice.cpu}, scene.style,
                             m_eventLine);
    if (const auto told = story(slice)) {
        m_hoveredWake = wakeOf(*told);
        return storyText(*scene.analysis, *told, scene.style);
    }
    if (slice.lane.kind != Lane::Kind::Nested)
        return std::nullopt;
    const QString of = taskText(*scene.analysis, TaskId{slice.lane.owner}, slice.slice.begin);
    if (const auto called = call(slice)) {
        HoverText text = callHoverText(*called, slice.slice, scene.style);
        text.titleRest = of;
        return text;
    }
    HoverText text;
    text.title = sliceName(*scene.analysis, slice.lane.what, slice.slice.value);
    text.titleRest = of;
    text.main = formatDuration(lengthOf(slice.slice), scene.style.isNanoseconds);
    text.details.append(formatTime(slice.slice.begin, scene.style) + QStringLiteral(" – ")
                        + formatTimeWithUnit(slice.slice.end, scene.style));
    return text;
}

void LaneControl::setChosen(const TaskSlice &slice)
{
    m_chosen = slice;
    m_current = slice.lane;
    m_chosenWake.reset();
    if (slice.lane.isOfPair() && m_scene().analysis) {
        const PairPlaces places = pairPlaces(*m_scene().analysis, slice.lane.number,
                                             {slice.slice, slice.cpu});
        if (places.begin)
            m_state.setCurrentEvent(places.begin);
    } else if (slice.lane.what == TrackClass::Probe && m_scene().analysis) {
        const PairPlaces places = probePlaces(*m_scene().analysis, taskOfOwner(slice.lane.owner),
                                              {slice.slice, slice.cpu});
        if (places.begin)
            m_state.setCurrentEvent(places.begin);
    } else if (const auto told = story(slice)) {
        m_chosenWake = wakeOf(*told);
        if (told->beginEvent)
            m_state.setCurrentEvent(told->beginEvent);
    }
    Q_EMIT changed();
}

bool LaneControl::choose(QPoint position)
{
    const LaneRow *row = rowAt(position);
    const TimelineScene &scene = m_scene();
    const double perPixel = static_cast<double>(scene.range.duration())
                            / std::max(1, scene.size.width() - kLabelWidth);
    const auto reach = static_cast<DurationNs>(std::ceil(3 * perPixel));
    if (row != nullptr && hasSlices(row->lane)) {
        setCurrent(row->lane);
        if (const auto slice = sliceNear(position, reach))
            setChosen(*slice);
        return true;
    }
    if (row != nullptr)
        m_current = row->lane;
    m_chosen.reset();
    m_chosenWake.reset();
    if (row != nullptr && row->lane.kind == Lane::Kind::Counter) {
        chooseValue(row->lane, scene.timeAt(position.x() + 0.5));
    } else if (row != nullptr && row->lane.kind == Lane::Kind::Marks) {
        if (const auto mark = markNear(position, reach))
            m_state.setCurrentEvent(mark->place);
    }
    Q_EMIT changed();
    return row != nullptr && !row->isCpu();
}

bool LaneControl::selectRange(QPoint position)
{
    const LaneRow *row = rowAt(position);
    if (row == nullptr || row->isCpu() || row->lane.kind == Lane::Kind::Counter
        || row->lane.kind == Lane::Kind::Marks)
        return false;
    if (!hasSlices(row->lane))
        return true; // a heading
    choose(position);
    if (m_chosen)
        m_state.setSelectedRange(TimeRange{m_chosen->slice.begin, m_chosen->slice.end});
    return true;
}

void LaneControl::stepSlice(int direction)
{
    const TimelineScene &scene = m_scene();
    if (!m_current)
        return;
    if (!hasSlices(*m_current)) {
        stepPoint(direction);
        return;
    }
    const bool isHere = m_chosen && m_chosen->lane.kind == m_current->kind
                        && tracksOf(m_chosen->lane) == tracksOf(*m_current);
    const TimeNs middle = scene.range.begin + scene.range.duration() / 2;
    const auto next = neighbour(*m_current, isHere ? m_chosen->slice.begin : middle, direction);
    if (!next)
        return;
    setChosen({*m_current, next->slice, next->cpu});
    m_state.ensureVisible(next->slice.begin);
}

void LaneControl::reveal()
{
    if (!m_current)
        return;
    if (const LaneRow *row = rowOf(m_scene().layout, *m_current))
        Q_EMIT revealRequested(row->top, row->height);
}

void LaneControl::followLayout()
{
    if (std::exchange(m_isToReveal, false))
        reveal();
    m_hovered.reset(); // what it was told of may know more by now
    m_card.reset();
}

void LaneControl::showTask(TaskId task)
{
    if (!m_state.snapshot())
        return;
    change([&](LaneSet &set) {
        set.showsTasks = true;
        set.unhide(laneOf(task));
        const bool isPinned = set.isPinned(laneOf(task));
        set.isFolded[static_cast<std::size_t>(isPinned ? LaneGroup::Pinned : LaneGroup::Tasks)]
            = false;
        set.search.clear();
        const Pid tgid = m_state.snapshot()->tasks->task(task).tgid;
        if (tgid >= 0)
            set.foldProcess(tgid, false);
        m_current = Lane{};
        m_current->kind = Lane::Kind::Task;
        m_current->group = isPinned ? LaneGroup::Pinned : LaneGroup::Tasks;
        m_current->owner = static_cast<std::uint32_t>(task);
    });
    m_isToReveal = true;
    reveal(); // if nothing hid it, nothing is laid out anew
    Q_EMIT changed();
}

LanesOverlay LaneControl::overlay() const
{
    LanesOverlay overlay;
    overlay.current = m_current;
    overlay.hovered = m_hovered;
    overlay.chosen = m_chosen;
    overlay.drop = m_drop;
    for (const auto &wake : {m_hoveredWake, m_chosenWake}) {
        if (wake)
            overlay.wakes.push_back(*wake);
    }
    return overlay;
}

void LaneControl::reset()
{
    m_current.reset();
    m_chosen.reset();
    m_hovered.reset();
    m_card.reset();
    m_hoveredWake.reset();
    m_chosenWake.reset();
    cancel();
}

} // namespace thresher::ui
