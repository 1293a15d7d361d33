// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/statistics.h"

#include "model/analysis/statistics_p.h"
#include "model/base/parallel.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

namespace thresher {

namespace {

DurationNs less(DurationNs whole, DurationNs part)
{
    return std::max<DurationNs>(whole - part, 0);
}

bool says(const TaskStatistics &task)
{
    return task.events > 0 || task.blocked > 0 || !(task.scheduling == SchedulingStatistics());
}

void addTasks(StatisticsSum &sum, Statistics &statistics)
{
    const DurationNs whole = statistics.range.duration();
    for (std::size_t i = 0; i < sum.tasks.size(); ++i) {
        TaskStatistics &task = sum.tasks[i];
        task.task = TaskId(static_cast<std::uint32_t>(i));
        task.unknown = less(whole, task.unknown);
        if (task.task == kIdleTask)
            task.unknown = 0; // it is of many CPUs
        addScheduling(statistics.total, task.scheduling);
        if (says(task))
            statistics.tasks.push_back(task);
    }
    std::sort(statistics.tasks.begin(), statistics.tasks.end(),
              [](const TaskStatistics &a, const TaskStatistics &b) {
                  if (a.scheduling.running != b.scheduling.running)
                      return a.scheduling.running > b.scheduling.running;
                  return a.events != b.events ? a.events > b.events : a.task < b.task;
              });
}

void addEvents(const StatisticsSum &sum, Statistics &statistics)
{
    for (std::size_t i = 0; i < sum.eventTypes.size(); ++i) {
        if (sum.eventTypes[i] > 0)
            statistics.eventTypes.push_back(
                {EventTypeId(static_cast<std::uint16_t>(i)), sum.eventTypes[i]});
    }
    std::sort(statistics.eventTypes.begin(), statistics.eventTypes.end(),
              [](const EventStatistics &a, const EventStatistics &b) {
                  return a.count != b.count ? a.count > b.count : a.event < b.event;
              });
}

template<typename T, typename Key>
std::vector<StatisticsPair> pairBy(const std::vector<T> &a, const std::vector<T> &b, Key T::*key)
{
    std::unordered_map<std::uint64_t, std::ptrdiff_t> inB;
    for (std::size_t i = 0; i < b.size(); ++i)
        inB[static_cast<std::uint64_t>(b[i].*key)] = static_cast<std::ptrdiff_t>(i);
    std::vector<StatisticsPair> pairs;
    std::vector<bool> isPaired(b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto found = inB.find(static_cast<std::uint64_t>(a[i].*key));
        const std::ptrdiff_t other = found == inB.end() ? -1 : found->second;
        if (other >= 0)
            isPaired[static_cast<std::size_t>(other)] = true;
        pairs.emplace_back(static_cast<std::ptrdiff_t>(i), other);
    }
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (!isPaired[i])
            pairs.emplace_back(-1, static_cast<std::ptrdiff_t>(i));
    }
    return pairs;
}

} // namespace

Result<std::shared_ptr<const Statistics>> measureStatistics(const Analysis &analysis,
                                                            const StatisticsRequest &request,
                                                            const std::stop_token &stop,
                                                            Progress &progress)
{
    const IndexSnapshot &index = *analysis.index;
    const StatisticsScan scan(analysis, request);
    const std::vector<StatisticsJob> jobs = scan.jobs();
    progress.setTotal(jobs.size() + 1);
    StatisticsSum sum(index);
    scan.addKnown(sum);
    std::mutex mutex;
    runJobs(jobs.size(), stop, [&] {
        // Merged by the last who holds it: the worker, when its thread ends.
        const auto merge = [&](StatisticsSum *part) {
            const std::lock_guard lock(mutex);
            sum.merge(*part);
            delete part;
        };
        const std::shared_ptr<StatisticsSum> mine(new StatisticsSum(index), merge);
        return [&, mine](std::size_t i) {
            scan.run(jobs[i], *mine);
            progress.advance(1);
        };
    });
    auto statistics = std::make_shared<Statistics>();
    statistics->request = request;
    statistics->range = scan.range();
    statistics->hasSwitches = analysis.hasSwitches;
    statistics->hasWakeups = analysis.hasWakeups;
    statistics->hasIrqs = scan.hasInterrupts(false);
    statistics->hasSoftirqs = scan.hasInterrupts(true);
    statistics->events = sum.events;
    addTasks(sum, *statistics);
    addEvents(sum, *statistics);
    std::vector<CpuId> cpus;
    for (const CpuId id : index.cpus()) {
        if (!request.shown.showsCpu(id))
            continue;
        CpuStatistics cpu = sum.cpus[id];
        cpu.cpu = id;
        cpu.unknown = less(statistics->range.duration(), cpu.unknown);
        statistics->cpus.push_back(cpu);
        cpus.push_back(id);
    }
    if (request.columns > 0 && analysis.hasSwitches)
        statistics->runqueue = runqueueLength(analysis, request, scan.range(), cpus, stop);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    progress.advance(1);
    return statistics;
}

std::vector<StatisticsPair> pairTasks(const Statistics &a, const Statistics &b)
{
    return pairBy(a.tasks, b.tasks, &TaskStatistics::task);
}

std::vector<StatisticsPair> pairCpus(const Statistics &a, const Statistics &b)
{
    return pairBy(a.cpus, b.cpus, &CpuStatistics::cpu);
}

std::vector<StatisticsPair> pairEvents(const Statistics &a, const Statistics &b)
{
    return pairBy(a.eventTypes, b.eventTypes, &EventStatistics::event);
}

} // namespace thresher
