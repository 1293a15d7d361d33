// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What LaneControl does with keys.
#include "widgets/timeline/lanecontrol.h"

#include <QKeyEvent>

#include <algorithm>
#include <array>

namespace thresher::ui {

namespace {

LaneGroup usualGroup(const LaneId &lane)
{
    switch (lane.kind) {
    case LaneId::Kind::Task:
        return LaneGroup::Tasks;
    case LaneId::Kind::Pair:
        return LaneGroup::Pairs;
    case LaneId::Kind::Counter:
        return LaneGroup::Counters;
    case LaneId::Kind::Marks:
        return LaneGroup::Marks;
    case LaneId::Kind::Cpu:
        break;
    }
    return LaneGroup::Cpus;
}

} // namespace

void LaneControl::stepLane(int direction)
{
    const TimelineScene &scene = m_scene();
    std::vector<const LaneRow *> all;
    for (const LaneRow &row : scene.layout.rows()) {
        if (row.lane.kind != Lane::Kind::Nested)
            all.push_back(&row);
    }
    for (const LaneRow &row : scene.layout.headings())
        all.push_back(&row);
    if (all.empty())
        return;
    std::ranges::sort(all, {}, [](const LaneRow *row) { return row->top; });
    const LaneRow *now = m_current ? rowOf(scene.layout, *m_current) : nullptr;
    auto at = std::ranges::find(all, now);
    if (at == all.end())
        at = std::ranges::find_if(all,
                                  [&](const LaneRow *row) { return row->top >= scene.scroll; });
    else if (direction > 0 && at + 1 != all.end())
        ++at;
    else if (direction < 0 && at != all.begin())
        --at;
    if (at == all.end())
        at = all.begin();
    setCurrent((*at)->lane);
    reveal();
}

void LaneControl::moveLane(int direction)
{
    const auto lane = m_current ? m_current->id() : std::nullopt;
    if (!lane || !m_state.snapshot())
        return;
    const auto lanes = lanesNow();
    std::vector<LaneId> order;
    for (const Lane &each : lanes) {
        if (each.group == m_current->group && each.id() && each.kind != Lane::Kind::Nested)
            order.push_back(*each.id());
    }
    const auto at = std::ranges::find(order, *lane);
    const bool hasNext = direction > 0 ? at != order.end() && at + 1 != order.end()
                                       : at != order.end() && at != order.begin();
    if (!hasNext)
        return;
    m_isToReveal = true;
    m_state.setLanes(
        withMovedLane(m_state.lanes(), lanes, *lane, *(at + direction), direction > 0));
}

bool LaneControl::key(const QKeyEvent &event, bool isTrial)
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool isTask = m_current && m_current->isOfTask();
    const auto lane = m_current ? m_current->id() : std::nullopt;
    // The filter hides CPUs, and steps from event to event in their lanes.
    const bool isOther = lane && m_current->kind != Lane::Kind::Cpu;
    struct Binding
    {
        int key;
        Qt::KeyboardModifiers modifiers;
        bool isPossible;
        std::function<void()> act;
    };
    const std::array<Binding, 12> bindings{{
        {Qt::Key_Up, Qt::ShiftModifier, true, [this] { stepLane(-1); }},
        {Qt::Key_Down, Qt::ShiftModifier, true, [this] { stepLane(1); }},
        {Qt::Key_Up, Qt::AltModifier, lane.has_value(), [this] { moveLane(-1); }},
        {Qt::Key_Down, Qt::AltModifier, lane.has_value(), [this] { moveLane(1); }},
        {Qt::Key_BracketLeft, {}, isOther, [this] { stepSlice(-1); }},
        {Qt::Key_BracketRight, {}, isOther, [this] { stepSlice(1); }},
        {Qt::Key_P,
         {},
         lane.has_value(),
         [this, lane] {
             change([&](LaneSet &set) {
                 const bool isPinned = set.isPinned(*lane);
                 isPinned ? set.unpin(*lane) : set.pin(*lane);
                 m_current->group = isPinned ? usualGroup(*lane) : LaneGroup::Pinned;
             });
             m_isToReveal = true;
         }},
        {Qt::Key_H,
         {},
         isOther,
         [this, lane] {
             change([&](LaneSet &set) { set.hide(*lane); });
             m_current.reset();
             Q_EMIT changed();
         }},
        {Qt::Key_K,
         {},
         m_current && m_current->kind != Lane::Kind::Cpu,
         [this] { fold(*m_current); }},
        {Qt::Key_Y,
         {},
         isTask && m_chosen.has_value(),
         [this] { Q_EMIT whyRequested(m_chosen->lane.owner, m_chosen->slice.begin); }},
        {Qt::Key_L, {}, true, [this] { Q_EMIT choicesRequested(); }},
        {Qt::Key_Return,
         {},
         m_current && (m_current->isFoldable || m_chosen),
         [this] {
             if (m_chosen && (m_current->isOfTask() || m_current->isOfPair()))
                 m_state.setSelectedRange(TimeRange{m_chosen->slice.begin, m_chosen->slice.end});
             else
                 fold(*m_current);
         }},
    }};
    const int key = event.key() == Qt::Key_Enter ? int(Qt::Key_Return) : event.key();
    for (const Binding &binding : bindings) {
        if (binding.key != key || binding.modifiers != modifiers || !binding.isPossible)
            continue;
        if (!isTrial)
            binding.act();
        return true;
    }
    return false;
}

} // namespace thresher::ui
