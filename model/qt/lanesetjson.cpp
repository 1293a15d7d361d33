// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/laneset.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace thresher {

namespace {

/// More than anybody chooses by hand; a file of the user's may hold anything.
constexpr qsizetype kMostKept = 100'000;

constexpr std::array<const char *, kTaskOrders> kOrderNames{"runTime", "name", "firstSeen", "pid",
                                                            "byHand"};
constexpr std::array<const char *, kLaneGroups> kGroupNames{"pinned", "cpus",     "tasks",
                                                            "pairs",  "counters", "marks"};
constexpr std::array<const char *, 5> kPartNames{"", "cpu", "task", "value", "rest"};

QJsonObject taskToJson(TaskId task, const IndexSnapshot &snapshot)
{
    const std::string_view name = snapshot.tasks->name(task);
    return {{u"pid"_s, snapshot.tasks->task(task).pid},
            {u"comm"_s, QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))}};
}

/// kNoTask if the pid is another task's by now.
TaskId taskFromJson(const QJsonValue &saved, const IndexSnapshot &snapshot)
{
    const TaskId task = snapshot.tasks->fromPid(saved[u"pid"_s].toInt(-1));
    if (task == kNoTask || snapshot.tasks->name(task) != saved[u"comm"_s].toString().toStdString())
        return kNoTask;
    return task;
}

QJsonObject laneToJson(const LaneId &lane, const IndexSnapshot &snapshot)
{
    if (lane.kind == LaneId::Kind::Cpu)
        return {{u"cpu"_s, qint64{lane.key}}};
    if (lane.kind == LaneId::Kind::Marks)
        return {{u"marks"_s, true}};
    const auto task = TaskId{static_cast<std::uint32_t>(lane.key)};
    if (lane.kind == LaneId::Kind::Task)
        return taskToJson(task, snapshot);
    QJsonObject saved;
    if (lane.part == LaneId::Part::Task)
        saved = taskToJson(task, snapshot);
    else if (lane.part != LaneId::Part::All) // a text, as a JSON number keeps 53 bits
        saved.insert(u"key"_s, QString::number(lane.key));
    if (lane.part != LaneId::Part::All)
        saved.insert(u"part"_s, QLatin1StringView(kPartNames[static_cast<std::size_t>(lane.part)]));
    saved.insert(lane.kind == LaneId::Kind::Pair ? u"pair"_s : u"counter"_s,
                 QString::fromStdString(lane.name));
    return saved;
}

/// nullopt: it names nothing.
std::optional<LaneId> laneFromJson(const QJsonValue &saved, const IndexSnapshot &snapshot)
{
    const QJsonObject object = saved.toObject();
    if (object.value(u"marks"_s).toBool())
        return laneOfMarks();
    const auto cpu = object.value(u"cpu"_s).toInteger(-1);
    if (cpu >= 0 && cpu <= 0xffffffffLL)
        return laneOfCpu(static_cast<CpuId>(cpu));
    const bool isPair = object.contains(u"pair"_s);
    if (!isPair && !object.contains(u"counter"_s)) {
        const TaskId task = taskFromJson(saved, snapshot);
        return task != kNoTask ? std::optional(laneOf(task)) : std::nullopt;
    }
    LaneId lane = isPair ? laneOfPair(object.value(u"pair"_s).toString().toStdString())
                         : laneOfCounter(object.value(u"counter"_s).toString().toStdString());
    const QString part = object.value(u"part"_s).toString();
    for (std::size_t i = 0; i < kPartNames.size(); ++i) {
        if (part == QLatin1StringView(kPartNames[i]))
            lane.part = static_cast<LaneId::Part>(i);
    }
    if (lane.part == LaneId::Part::Task) {
        const TaskId task = taskFromJson(saved, snapshot);
        if (task == kNoTask)
            return std::nullopt;
        lane.key = static_cast<std::int64_t>(task);
    } else if (lane.part != LaneId::Part::All) {
        lane.key = object.value(u"key"_s).toString().toLongLong();
    }
    return lane;
}

QJsonArray lanesToJson(const std::vector<LaneId> &lanes, const IndexSnapshot &snapshot)
{
    QJsonArray saved;
    for (const LaneId &lane : lanes)
        saved.append(laneToJson(lane, snapshot));
    return saved;
}

std::vector<LaneId> lanesFromJson(const QJsonValue &saved, const IndexSnapshot &snapshot)
{
    std::vector<LaneId> lanes;
    const QJsonArray array = saved.toArray();
    for (qsizetype i = 0; i < std::min(array.size(), kMostKept); ++i) {
        if (auto lane = laneFromJson(array[i], snapshot))
            lanes.push_back(*std::move(lane));
    }
    return lanes;
}

/// Ascending, each once.
std::vector<LaneId> sorted(std::vector<LaneId> lanes)
{
    std::ranges::sort(lanes);
    const auto rest = std::ranges::unique(lanes);
    lanes.erase(rest.begin(), rest.end());
    return lanes;
}

struct Switch
{
    const char *name;
    bool LaneSet::*is;
};
constexpr std::array<Switch, 7> kSwitches{{{"cpus", &LaneSet::showsCpus},
                                           {"tasks", &LaneSet::showsTasks},
                                           {"calls", &LaneSet::showsCalls},
                                           {"pairs", &LaneSet::showsPairs},
                                           {"counters", &LaneSet::showsCounters},
                                           {"marks", &LaneSet::showsMarks},
                                           {"byProcess", &LaneSet::isGroupedByProcess}}};

} // namespace

QJsonObject toJson(const LaneSet &set, const IndexSnapshot &snapshot)
{
    QJsonObject saved;
    const LaneSet usual;
    for (const Switch &each : kSwitches) {
        if (set.*each.is != usual.*each.is)
            saved.insert(QLatin1StringView(each.name), set.*each.is);
    }
    if (set.order != usual.order)
        saved.insert(u"order"_s,
                     QLatin1StringView(kOrderNames[static_cast<std::size_t>(set.order)]));
    if (!set.search.isEmpty())
        saved.insert(u"search"_s, set.search);
    QJsonArray folded;
    for (std::size_t group = 0; group < kLaneGroups; ++group) {
        if (set.isFolded[group])
            folded.append(QLatin1StringView(kGroupNames[group]));
    }
    for (const Pid tgid : set.foldedProcesses)
        folded.append(tgid);
    if (!folded.isEmpty())
        saved.insert(u"folded"_s, folded);
    if (!set.pinned.empty())
        saved.insert(u"pinned"_s, lanesToJson(set.pinned, snapshot));
    if (!set.hidden.empty())
        saved.insert(u"hidden"_s, lanesToJson(set.hidden, snapshot));
    if (!set.unfolded.empty())
        saved.insert(u"unfolded"_s, lanesToJson(set.unfolded, snapshot));
    if (!set.first.empty())
        saved.insert(u"first"_s, lanesToJson(set.first, snapshot));
    QJsonArray byHand;
    for (const TaskId task : set.byHand)
        byHand.append(taskToJson(task, snapshot));
    if (!byHand.isEmpty())
        saved.insert(u"byHand"_s, byHand);
    return saved;
}

LaneSet laneSetFromJson(const QJsonObject &saved, const IndexSnapshot &snapshot)
{
    LaneSet set;
    for (const Switch &each : kSwitches)
        set.*each.is = saved.value(QLatin1StringView(each.name)).toBool(set.*each.is);
    set.search = saved.value(u"search"_s).toString();
    const QString order = saved.value(u"order"_s).toString();
    for (std::size_t i = 0; i < kTaskOrders; ++i) {
        if (order == QLatin1StringView(kOrderNames[i]))
            set.order = static_cast<TaskOrder>(i);
    }
    const QJsonArray folded = saved.value(u"folded"_s).toArray();
    for (qsizetype i = 0; i < std::min(folded.size(), kMostKept); ++i) {
        if (folded[i].isDouble())
            set.foldedProcesses.push_back(folded[i].toInt());
        for (std::size_t group = 0; group < kLaneGroups; ++group) {
            if (folded[i].toString() == QLatin1StringView(kGroupNames[group]))
                set.isFolded[group] = true;
        }
    }
    std::ranges::sort(set.foldedProcesses);
    for (const LaneId &lane : lanesFromJson(saved.value(u"pinned"_s), snapshot))
        set.pin(lane);
    set.hidden = sorted(lanesFromJson(saved.value(u"hidden"_s), snapshot));
    set.unfolded = sorted(lanesFromJson(saved.value(u"unfolded"_s), snapshot));
    set.first = lanesFromJson(saved.value(u"first"_s), snapshot);
    const QJsonArray byHand = saved.value(u"byHand"_s).toArray();
    for (qsizetype i = 0; i < std::min(byHand.size(), kMostKept); ++i) {
        if (const TaskId task = taskFromJson(byHand[i], snapshot); task != kNoTask)
            set.byHand.push_back(task);
    }
    return set;
}

} // namespace thresher
