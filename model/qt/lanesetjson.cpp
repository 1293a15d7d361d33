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
constexpr std::array<const char *, kLaneGroups> kGroupNames{"pinned", "cpus", "tasks"};

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

QJsonArray tasksToJson(const std::vector<TaskId> &tasks, const IndexSnapshot &snapshot)
{
    QJsonArray saved;
    for (const TaskId task : tasks)
        saved.append(taskToJson(task, snapshot));
    return saved;
}

std::vector<TaskId> tasksFromJson(const QJsonValue &saved, const IndexSnapshot &snapshot)
{
    std::vector<TaskId> tasks;
    const QJsonArray array = saved.toArray();
    for (qsizetype i = 0; i < std::min(array.size(), kMostKept); ++i) {
        if (const TaskId task = taskFromJson(array[i], snapshot); task != kNoTask)
            tasks.push_back(task);
    }
    return tasks;
}

} // namespace

QJsonObject toJson(const LaneSet &set, const IndexSnapshot &snapshot)
{
    QJsonObject saved;
    const LaneSet usual;
    if (set.showsCpus != usual.showsCpus)
        saved.insert(u"cpus"_s, set.showsCpus);
    if (set.showsTasks != usual.showsTasks)
        saved.insert(u"tasks"_s, set.showsTasks);
    if (set.showsCalls != usual.showsCalls)
        saved.insert(u"calls"_s, set.showsCalls);
    if (set.isGroupedByProcess != usual.isGroupedByProcess)
        saved.insert(u"byProcess"_s, set.isGroupedByProcess);
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
    QJsonArray pinned;
    for (const LaneId lane : set.pinned) {
        if (lane.isTask)
            pinned.append(taskToJson(TaskId{lane.value}, snapshot));
        else
            pinned.append(QJsonObject{{u"cpu"_s, qint64{lane.value}}});
    }
    if (!pinned.isEmpty())
        saved.insert(u"pinned"_s, pinned);
    if (!set.hidden.empty())
        saved.insert(u"hidden"_s, tasksToJson(set.hidden, snapshot));
    if (!set.byHand.empty())
        saved.insert(u"byHand"_s, tasksToJson(set.byHand, snapshot));
    return saved;
}

LaneSet laneSetFromJson(const QJsonObject &saved, const IndexSnapshot &snapshot)
{
    LaneSet set;
    set.showsCpus = saved.value(u"cpus"_s).toBool(set.showsCpus);
    set.showsTasks = saved.value(u"tasks"_s).toBool(set.showsTasks);
    set.showsCalls = saved.value(u"calls"_s).toBool(set.showsCalls);
    set.isGroupedByProcess = saved.value(u"byProcess"_s).toBool(set.isGroupedByProcess);
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
    const QJsonArray pinned = saved.value(u"pinned"_s).toArray();
    for (qsizetype i = 0; i < std::min(pinned.size(), kMostKept); ++i) {
        const auto cpu = pinned[i][u"cpu"_s].toInteger(-1);
        if (cpu >= 0 && cpu <= 0xffffffffLL)
            set.pin(laneOfCpu(static_cast<CpuId>(cpu)));
        else if (const TaskId task = taskFromJson(pinned[i], snapshot); task != kNoTask)
            set.pin(laneOf(task));
    }
    set.hidden = tasksFromJson(saved.value(u"hidden"_s), snapshot);
    std::ranges::sort(set.hidden);
    set.byHand = tasksFromJson(saved.value(u"byHand"_s), snapshot);
    return set;
}

} // namespace thresher
