// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/laneset.h"

#include <algorithm>

namespace thresher {

namespace {

template<typename T>
bool holdsSorted(const std::vector<T> &values, T value)
{
    return std::ranges::binary_search(values, value);
}

template<typename T>
void insertSorted(std::vector<T> &values, T value)
{
    const auto at = std::ranges::lower_bound(values, value);
    if (at == values.end() || *at != value)
        values.insert(at, value);
}

} // namespace

bool LaneSet::isPinned(const LaneId &lane) const
{
    return std::ranges::find(pinned, lane) != pinned.end();
}

void LaneSet::pin(const LaneId &lane)
{
    if (!isPinned(lane))
        pinned.push_back(lane);
}

void LaneSet::unpin(const LaneId &lane)
{
    std::erase(pinned, lane);
}

bool LaneSet::isHidden(const LaneId &lane) const
{
    return holdsSorted(hidden, lane);
}

void LaneSet::hide(const LaneId &lane)
{
    insertSorted(hidden, lane);
    unpin(lane);
}

void LaneSet::unhide(const LaneId &lane)
{
    std::erase(hidden, lane);
}

bool LaneSet::isProcessFolded(Pid tgid) const
{
    return holdsSorted(foldedProcesses, tgid);
}

void LaneSet::foldProcess(Pid tgid, bool isFoldedNow)
{
    if (isFoldedNow)
        insertSorted(foldedProcesses, tgid);
    else
        std::erase(foldedProcesses, tgid);
}

bool LaneSet::isUnfolded(const LaneId &lane) const
{
    return holdsSorted(unfolded, lane);
}

void LaneSet::setUnfolded(const LaneId &lane, bool isUnfoldedNow)
{
    if (isUnfoldedNow)
        insertSorted(unfolded, lane);
    else
        std::erase(unfolded, lane);
}

std::optional<LaneId> Lane::id() const
{
    switch (kind) {
    case Kind::Cpu:
        return laneOfCpu(owner);
    case Kind::Task:
        return laneOf(TaskId{owner});
    case Kind::Nested:
        return isOfPair() ? of : laneOf(TaskId{owner});
    case Kind::Pair:
    case Kind::Counter:
        return of;
    case Kind::Marks:
        return laneOfMarks();
    case Kind::Group:
    case Kind::Process:
        break;
    }
    return std::nullopt;
}

std::pair<TrackKey, TrackKey> tracksOf(const Lane &lane)
{
    const auto group = static_cast<std::uint8_t>(lane.isOfPair() ? lane.number : 0);
    TrackKey first{lane.what, group, lane.owner, lane.depth};
    TrackKey last = first;
    if (lane.isSum) {
        last.depth = 0xffff;
        if (lane.of.part == LaneId::Part::All && lane.kind == Lane::Kind::Pair) {
            first.owner = 0;
            last.owner = 0xffffffffU;
        }
    }
    return {first, last};
}

namespace {

/// The order of a group's lanes with one of them moved; empty if one of them is not there.
template<typename IsOne>
std::vector<LaneId> orderWith(const std::vector<Lane> &lanes, const LaneId &lane,
                              const LaneId &target, bool isBehind, bool isToTheLower,
                              const IsOne &isOne)
{
    std::vector<LaneId> order;
    int met = 0;
    for (const Lane &each : lanes) {
        if (!isOne(each))
            continue;
        order.push_back(*each.id());
        met += order.back() == lane || order.back() == target ? 1 : 0;
        if (met == 2 && isToTheLower)
            break;
    }
    if (met < 2)
        return {};
    std::erase(order, lane);
    const auto at = std::ranges::find(order, target);
    order.insert(isBehind ? at + 1 : at, lane);
    return order;
}

} // namespace

LaneSet withMovedLane(const LaneSet &set, const std::vector<Lane> &lanes, const LaneId &lane,
                      const LaneId &target, bool isBehind)
{
    LaneSet moved = set;
    if (lane == target)
        return moved;
    if (set.isPinned(lane) && set.isPinned(target)) {
        std::erase(moved.pinned, lane);
        const auto at = std::ranges::find(moved.pinned, target);
        moved.pinned.insert(isBehind ? at + 1 : at, lane);
        return moved;
    }
    if (lane.kind == LaneId::Kind::Pair || lane.kind == LaneId::Kind::Counter) {
        if (lane.part != LaneId::Part::All || target.kind != lane.kind)
            return moved;
        const auto order = orderWith(lanes, lane, target, isBehind, true, [&](const Lane &each) {
            return (each.kind == Lane::Kind::Pair || each.kind == Lane::Kind::Counter)
                   && each.group != LaneGroup::Pinned && each.of.kind == lane.kind
                   && each.of.part == LaneId::Part::All;
        });
        if (order.empty())
            return moved;
        std::erase_if(moved.first, [&](const LaneId &each) { return each.kind == lane.kind; });
        moved.first.insert(moved.first.end(), order.begin(), order.end());
        return moved;
    }
    // As far down as what changes: what follows keeps its order by run time, and the list short.
    const auto order = orderWith(
        lanes, lane, target, isBehind, set.order == TaskOrder::RunTime, [](const Lane &each) {
            return each.kind == Lane::Kind::Task && each.group == LaneGroup::Tasks;
        });
    if (order.empty())
        return moved;
    moved.byHand.clear();
    for (const LaneId &each : order)
        moved.byHand.push_back(TaskId{static_cast<std::uint32_t>(each.key)});
    moved.order = TaskOrder::ByHand;
    return moved;
}

} // namespace thresher
