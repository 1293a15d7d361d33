// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/statepart_p.h"
#include "model/analysis/statistics_p.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

constexpr std::uint64_t kJobEvents = std::uint64_t{kBlockEvents} << 10U;
constexpr std::uint64_t kJobSlices = std::uint64_t{1} << 16U;

/// Times of damaged traces may be any.
void addTime(DurationNs &to, DurationNs by)
{
    to = by > kTimeMax - to ? kTimeMax : to + by;
}

void addWait(SchedulingStatistics &to, TimeNs begin, DurationNs wait, CpuId cpu)
{
    if (to.maxWaitBegin != kTimeMin
        && (wait < to.maxWait || (wait == to.maxWait && begin >= to.maxWaitBegin)))
        return;
    to.maxWait = wait;
    to.maxWaitBegin = begin;
    to.maxWaitCpu = cpu;
}

} // namespace

void addScheduling(SchedulingStatistics &to, const SchedulingStatistics &from)
{
    addTime(to.running, from.running);
    addTime(to.waiting, from.waiting);
    addTime(to.preempted, from.preempted);
    if (from.maxWaitBegin != kTimeMin)
        addWait(to, from.maxWaitBegin, from.maxWait, from.maxWaitCpu);
    to.runs += from.runs;
    to.voluntary += from.voluntary;
    to.involuntary += from.involuntary;
    to.wakeups += from.wakeups;
    to.migrations += from.migrations;
}

StatisticsSum::StatisticsSum(const IndexSnapshot &index)
    : eventTypes(index.trace->events().all().size())
    , tasks(index.tasks->size())
{
    const auto all = index.cpus();
    cpus.resize(all.empty() ? 0 : all.back() + std::size_t{1});
}

void StatisticsSum::merge(const StatisticsSum &other)
{
    events += other.events;
    for (std::size_t i = 0; i < eventTypes.size(); ++i)
        eventTypes[i] += other.eventTypes[i];
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        TaskStatistics &to = tasks[i];
        const TaskStatistics &from = other.tasks[i];
        to.events += from.events;
        addScheduling(to.scheduling, from.scheduling);
        addTime(to.blocked, from.blocked);
        addTime(to.sleeping, from.sleeping);
        addTime(to.unknown, from.unknown);
    }
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        CpuStatistics &to = cpus[i];
        const CpuStatistics &from = other.cpus[i];
        to.events += from.events;
        addScheduling(to.scheduling, from.scheduling);
        addTime(to.idle, from.idle);
        addTime(to.unknown, from.unknown);
        to.irqs += from.irqs;
        to.softirqs += from.softirqs;
        addTime(to.irqTime, from.irqTime);
        addTime(to.softirqTime, from.softirqTime);
        to.lostSpans += from.lostSpans;
        to.lostEvents += from.lostEvents;
    }
}

StatisticsScan::StatisticsScan(const Analysis &analysis, const StatisticsRequest &request)
    : m_analysis(analysis)
    , m_request(request)
    , m_index(*analysis.index)
    , m_range(request.range.intersected(m_index.range))
    , m_finder(m_index)
    , m_switches(m_index, "sched", {"sched_switch"})
    , m_irqs(m_index, m_finder, false)
    , m_softirqs(m_index, m_finder, true)
{
    if (request.selection && !request.selection->expression.empty())
        m_selection = request.selection.get();
}

bool StatisticsScan::countsAll() const
{
    return m_selection == nullptr && m_request.shown.isEmpty() && m_range == m_index.range
           && m_index.eventsPerType.size() == m_index.trace->events().all().size()
           && m_index.eventsPerTask.size() == m_index.tasks->size();
}

void StatisticsScan::addKnown(StatisticsSum &sum) const
{
    for (std::size_t i = 0; i < m_index.streams.size(); ++i) {
        const StreamView &view = m_index.streams[i];
        CpuStatistics &cpu = sum.cpus[m_index.trace->streams()[i].cpu];
        for (const LostSpan &span : view.lost) {
            const TimeNs end = isOpenEnded(span, view.size) ? m_index.range.end
                                                            : std::max(span.begin + 1, span.end);
            if (!m_range.overlaps({span.begin, end}))
                continue;
            ++cpu.lostSpans;
            if (m_range.contains(span.begin) && span.count > 0)
                cpu.lostEvents += static_cast<std::uint64_t>(span.count);
        }
        if (countsAll())
            cpu.events += view.size;
    }
    if (!countsAll())
        return;
    for (std::size_t i = 0; i < sum.eventTypes.size(); ++i)
        sum.eventTypes[i] += m_index.eventsPerType[i];
    for (std::size_t i = 0; i < sum.tasks.size(); ++i)
        sum.tasks[i].events += m_index.eventsPerTask[i];
    sum.events += m_index.eventCount;
}

void StatisticsScan::addSliceJobs(StatisticsJob job, const TrackView &track,
                                  std::vector<StatisticsJob> &jobs) const
{
    // A slice of no length that ends where the range begins may be a run.
    std::uint64_t first = track.lowerBound(m_range.begin);
    if (first > 0 && track.slice(first - 1).end >= m_range.begin)
        --first;
    const std::uint64_t last = track.lowerBound(m_range.end);
    for (; first < last; first = job.last) {
        job.first = first;
        job.last = std::min(last, first + kJobSlices);
        jobs.push_back(job);
    }
}

std::vector<StatisticsJob> StatisticsScan::jobs() const
{
    using What = StatisticsJob::What;
    std::vector<StatisticsJob> jobs;
    if (m_range.isEmpty())
        return jobs;
    std::vector<bool> hasRunning;
    for (std::size_t i = 0; i < m_index.streams.size(); ++i) {
        const auto stream = static_cast<StreamIndex>(i);
        const StreamView &view = m_index.streams[i];
        const CpuId cpu = m_index.trace->streams()[i].cpu;
        if (!m_request.shown.showsCpu(cpu))
            continue;
        const EventIndex end = countsAll() ? 0 : view.lowerBound(m_range.end);
        for (EventIndex first = view.lowerBound(m_range.begin); first < end;) {
            const EventIndex last = std::min(end, first + kJobEvents);
            jobs.push_back({What::Events, stream, 0, first, last});
            first = last;
        }
        if (hasRunning.size() <= cpu)
            hasRunning.resize(cpu + std::size_t{1});
        if (!hasRunning[cpu])
            addSliceJobs({What::Running, stream, 0, 0, 0}, view.running, jobs);
        hasRunning[cpu] = hasRunning[cpu] || view.running.size > 0;
        if (m_irqs.isShown(m_request.shown))
            addSliceJobs({What::Irqs, stream, 0, 0, 0}, view.irq, jobs);
        if (m_softirqs.isShown(m_request.shown))
            addSliceJobs({What::Softirqs, stream, 0, 0, 0}, view.softirq, jobs);
    }
    for (std::size_t s = 0; s < m_analysis.segments.size(); ++s) {
        const auto entries = m_analysis.segments[s]->entries();
        for (std::size_t e = 0; e < entries.size(); ++e) {
            const TrackKey &key = entries[e].key;
            if (key.what != TrackClass::TaskState || entries[e].end < m_range.begin
                || key.owner >= m_index.tasks->size()
                || !m_request.shown.showsTask(TaskId(key.owner)))
                continue;
            addSliceJobs(
                {What::States, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(e), 0, 0},
                m_analysis.segments[s]->part(entries[e]).slices, jobs);
        }
    }
    return jobs;
}

void StatisticsScan::run(const StatisticsJob &job, StatisticsSum &sum) const
{
    switch (job.what) {
    case StatisticsJob::What::Events:
        countEvents(job, sum);
        return;
    case StatisticsJob::What::States:
        sumStates(job, sum);
        return;
    case StatisticsJob::What::Running:
        sumRunning(job, sum);
        return;
    case StatisticsJob::What::Irqs:
    case StatisticsJob::What::Softirqs:
        sumInterrupts(job, sum);
        return;
    }
}

void StatisticsScan::countEvents(const StatisticsJob &job, StatisticsSum &sum) const
{
    const StreamView &view = m_index.streams[job.source];
    const StreamSelection *const selected = m_selection != nullptr
                                                    && job.source < m_selection->streams.size()
                                                ? &m_selection->streams[job.source]
                                                : nullptr;
    if (m_selection != nullptr && selected == nullptr)
        return;
    std::uint64_t counted = 0;
    for (EventIndex at = job.first; at < job.last;) {
        const StreamView::Block block = view.block(at / kBlockEvents);
        const EventIndex end = std::min(job.last, block.first + block.size());
        if (end <= at)
            break; // a damaged index
        std::array<bool, 256> showsEvent{};
        std::array<bool, 256> showsTask{};
        for (std::size_t i = 0; i < block.eventDict.size(); ++i)
            showsEvent[i] = m_request.shown.showsEvent(block.eventDict[i]);
        for (std::size_t i = 0; i < block.taskDict.size(); ++i)
            showsTask[i] = m_request.shown.showsTask(block.taskDict[i]);
        std::array<std::uint32_t, 256> events{};
        std::array<std::uint32_t, 256> tasks{};
        for (; at < end; ++at) {
            const std::size_t i = at - block.first;
            const std::uint8_t event = block.eventCodes[i];
            const std::uint8_t task = block.taskCodes[i];
            if (!showsEvent[event] || !showsTask[task]
                || (selected != nullptr && !selected->contains(at)))
                continue;
            ++events[event];
            ++tasks[task];
            ++counted;
        }
        for (std::size_t i = 0; i < block.eventDict.size(); ++i) {
            if (toIndex(block.eventDict[i]) < sum.eventTypes.size())
                sum.eventTypes[toIndex(block.eventDict[i])] += events[i];
        }
        for (std::size_t i = 0; i < block.taskDict.size(); ++i) {
            if (toIndex(block.taskDict[i]) < sum.tasks.size())
                sum.tasks[toIndex(block.taskDict[i])].events += tasks[i];
        }
    }
    sum.events += counted;
    sum.cpus[m_index.trace->streams()[job.source].cpu].events += counted;
}

/// Who gets what of a task's slices: the task, and a CPU if it is known.
class StateSum
{
public:
    StateSum(const TimeRange &range, TaskStatistics &task)
        : m_range(range)
        , m_task(task)
    {}

    void run(const Slice &slice, DurationNs within, CpuStatistics &cpu, bool isBegin)
    {
        forBoth(&cpu, [&](SchedulingStatistics &to) {
            addTime(to.running, within);
            if (isBegin && m_range.contains(slice.begin))
                ++to.runs;
        });
    }
    void leave(const Slice &slice, std::uint32_t after, CpuStatistics &cpu)
    {
        if (!m_range.contains(slice.end))
            return;
        const bool isInvoluntary = after == static_cast<std::uint32_t>(TaskState::Preempted);
        forBoth(&cpu, [&](SchedulingStatistics &to) {
            ++(isInvoluntary ? to.involuntary : to.voluntary);
        });
    }
    void migrate(CpuStatistics &cpu)
    {
        forBoth(&cpu, [](SchedulingStatistics &to) { ++to.migrations; });
    }
    /// @param cpu  where it ended; null: not known.
    void wait(const PlacedSlice &placed, DurationNs within, CpuStatistics *cpu, bool hasEnded)
    {
        const Slice &slice = placed.slice;
        const bool isWoken = slice.value == static_cast<std::uint32_t>(TaskState::Runnable);
        const bool isHere = m_range.contains(slice.begin);
        forBoth(cpu, [&](SchedulingStatistics &to) {
            addTime(isWoken ? to.waiting : to.preempted, within);
            if (isWoken && isHere)
                ++to.wakeups;
            if (hasEnded && isHere)
                addWait(to, slice.begin, TimeRange{slice.begin, slice.end}.duration(), placed.cpu);
        });
    }

private:
    template<typename Do>
    void forBoth(CpuStatistics *cpu, Do &&change)
    {
        change(m_task.scheduling);
        if (cpu != nullptr)
            change(cpu->scheduling);
    }

    TimeRange m_range;
    TaskStatistics &m_task;
};

void StatisticsScan::sumStates(const StatisticsJob &job, StatisticsSum &sum) const
{
    const StatePart part(m_analysis, job.source, job.entry);
    const TrackView &track = part.track();
    const auto id = TaskId(part.key().owner);
    TaskStatistics &task = sum.tasks[toIndex(id)];
    StateSum states(m_range, task);
    constexpr CpuId kNoCpu = 0xffffffffU;
    CpuId lastCpu = part.cpuBefore(job.first).value_or(kNoCpu);
    const auto cpuOf = [&](CpuId cpu) -> CpuStatistics * {
        return cpu < sum.cpus.size() && m_request.shown.showsCpu(cpu) ? &sum.cpus[cpu] : nullptr;
    };
    for (std::uint64_t i = job.first; i < job.last; ++i) {
        const Slice slice = track.slice(i);
        const DurationNs within = this->within(slice);
        if (slice.value == kNoValue) {
            lastCpu = kNoCpu;
            continue;
        }
        addTime(task.unknown, within);
        const auto state = static_cast<TaskState>(slice.value);
        if (state == TaskState::Running) {
            const CpuId on = part.cpu(i);
            CpuStatistics *const cpu = cpuOf(on);
            const bool isBegin = (i > 0 && track.value(i - 1) != kNoValue)
                                 || m_finder.hasOther(on, slice.begin, m_switches, id);
            if (cpu != nullptr) {
                states.run(slice, within, *cpu, isBegin);
                if (const auto after = part.knownNext(i, slice))
                    states.leave(slice, after->slice.value, *cpu);
                if (lastCpu != kNoCpu && lastCpu != on && m_range.contains(slice.begin))
                    states.migrate(*cpu);
            }
            lastCpu = on;
        } else if (isWaiting(state)) {
            const auto after = part.knownNext(i, slice);
            const bool hasEnded = after
                                  && after->slice.value
                                         == static_cast<std::uint32_t>(TaskState::Running);
            if (!hasEnded || m_request.shown.showsCpu(after->cpu))
                states.wait({slice, part.cpu(i)}, within, hasEnded ? cpuOf(after->cpu) : nullptr,
                            hasEnded);
        } else if (state == TaskState::Blocked) {
            addTime(task.blocked, within);
        } else if (state == TaskState::Sleeping) {
            addTime(task.sleeping, within);
        }
    }
}

void StatisticsScan::sumRunning(const StatisticsJob &job, StatisticsSum &sum) const
{
    const TrackView &track = m_index.streams[job.source].running;
    CpuStatistics &cpu = sum.cpus[m_index.trace->streams()[job.source].cpu];
    for (std::uint64_t i = job.first; i < job.last; ++i) {
        const Slice slice = track.slice(i);
        if (slice.value == kNoValue)
            continue;
        const DurationNs within = this->within(slice);
        addTime(cpu.unknown, within);
        if (slice.value == static_cast<std::uint32_t>(kIdleTask))
            addTime(cpu.idle, within);
    }
}

void StatisticsScan::sumInterrupts(const StatisticsJob &job, StatisticsSum &sum) const
{
    const bool isSoft = job.what == StatisticsJob::What::Softirqs;
    const Interrupts &interrupts = isSoft ? m_softirqs : m_irqs;
    const TrackView &track = interrupts.track(job.source);
    CpuStatistics &cpu = sum.cpus[m_index.trace->streams()[job.source].cpu];
    for (std::uint64_t i = job.first; i < job.last; ++i) {
        const Slice slice = track.slice(i);
        addTime(isSoft ? cpu.softirqTime : cpu.irqTime, within(slice));
        if (m_range.contains(slice.begin) && !interrupts.isContinued(job.source, i))
            ++(isSoft ? cpu.softirqs : cpu.irqs);
    }
}

} // namespace thresher
