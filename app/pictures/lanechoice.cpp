// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/lanechoice.h"

#include "model/analysis/named.h"

#include <algorithm>
#include <array>

namespace thresher::ui {

namespace {

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

/// All lanes of a kind.
struct All
{
    std::string_view word;
    bool LaneChoice::*has;
};
constexpr std::array kAll{All{"cpus", &LaneChoice::hasCpus}, All{"tasks", &LaneChoice::hasTasks},
                          All{"pairs", &LaneChoice::hasPairs},
                          All{"counters", &LaneChoice::hasCounters},
                          All{"marks", &LaneChoice::hasMarks}};

Result<void> addPart(const std::string &kind, std::string_view part, LaneChoice &choice)
{
    if (kind == "task" && !part.empty()) {
        choice.tasks.emplace_back(part);
        return {};
    }
    if ((kind == "pair" || kind == "counter") && !part.empty()) {
        (kind == "pair" ? choice.pairs : choice.counters).emplace_back(part);
        return {};
    }
    if (kind != "cpu")
        return usage("--lanes: '" + (kind.empty() || kind == "task" ? std::string(part) : kind)
                     + "' is no kind of lane; give CPUs, tasks, pairs, counters or marks, as in "
                       "cpu:0-3,7 or cpus,task:bash,412 or pair:softirq,marks");
    const auto ranges = parseCpuList(part);
    if (!ranges)
        return usage("--lanes: " + ranges.error().what);
    choice.cpus.insert(choice.cpus.end(), ranges->begin(), ranges->end());
    return {};
}

/// Tasks of that name or pid.
std::vector<TaskId> tasksOf(const std::string &name, const TaskTable &tasks)
{
    std::vector<TaskId> found;
    for (std::uint32_t id = 1; id < tasks.size(); ++id) {
        const TaskId task{id};
        if (tasks.name(task) == name || std::to_string(tasks.task(task).pid) == name)
            found.push_back(task);
    }
    return found;
}

} // namespace

Result<LaneChoice> parseLanes(std::string_view text)
{
    LaneChoice choice;
    std::string kind;
    for (;;) {
        const auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        const auto all = std::ranges::find(kAll, part, &All::word);
        const bool isAll = all != kAll.end();
        if (isAll) {
            choice.*all->has = true;
            kind.clear();
        } else if (const auto colon = part.find(':'); colon != part.npos) {
            kind = part.substr(0, colon);
            part.remove_prefix(colon + 1);
        }
        if (!isAll) {
            THRESHER_TRY(addPart(kind, part, choice));
        }
        if (comma == text.npos)
            return choice;
        text.remove_prefix(comma + 1);
    }
}

Result<ShowFilter> LaneChoice::applied(ShowFilter filter, const IndexSnapshot &snapshot) const
{
    const std::vector<CpuId> all = snapshot.cpus();
    const auto holds = [](CpuRange range, CpuId cpu) {
        return range.first <= cpu && cpu <= range.last;
    };
    for (const CpuRange range : cpus) {
        if (std::ranges::none_of(all, [&](CpuId cpu) { return holds(range, cpu); }))
            return usage("--lanes: the trace has nothing of CPU " + std::to_string(range.first)
                         + (range.last > range.first ? "-" + std::to_string(range.last) : ""));
    }
    filter.hiddenCpus.clear();
    if (hasCpus || cpus.empty())
        return filter;
    for (const CpuId cpu : all) {
        if (std::ranges::none_of(cpus, [&](CpuRange range) { return holds(range, cpu); }))
            filter.hiddenCpus.push_back(cpu);
    }
    return filter;
}

Result<LaneSet> LaneChoice::lanes(const IndexSnapshot &snapshot, const Analysis *analysis) const
{
    LaneSet set;
    set.showsCpus = hasCpus || !cpus.empty();
    set.showsTasks = hasTasks;
    set.showsPairs = hasPairs;
    set.showsCounters = hasCounters;
    set.showsMarks = hasMarks;
    const Analysis none;
    const Analysis &known = analysis != nullptr ? *analysis : none;
    const auto pin = [&set](LaneId lane) {
        set.pin(lane);
        set.setUnfolded(lane, true);
    };
    for (const std::string &name : pairs) {
        const auto pair = pairNamed(known, name);
        if (!pair)
            return usage("--lanes: " + pair.error().what);
        pin(laneOfPair(known.pairs[*pair].spec.name));
    }
    for (const std::string &name : counters) {
        const auto counter = counterNamed(known, name);
        if (!counter)
            return usage("--lanes: " + counter.error().what);
        pin(laneOfCounter(known.counters[*counter].spec.name));
    }
    for (const std::string &name : tasks) {
        const auto found = tasksOf(name, *snapshot.tasks);
        if (found.empty())
            return usage("--lanes: the trace has no task of the name or pid '" + name + "'");
        for (const TaskId task : found)
            set.pin(laneOf(task));
    }
    return set;
}

} // namespace thresher::ui
