// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/explain.h"

#include "model/analysis/eventfinder_p.h"
#include "model/index/traceindex.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace thresher {

namespace {

constexpr std::uint64_t kMostOccupants = 65536;

TrackKey statesOf(TaskId task)
{
    return {TrackClass::TaskState, 0, ownerOfTask(task), 0};
}

bool isState(const Slice &slice, TaskState state)
{
    return slice.value == static_cast<std::uint32_t>(state);
}

/// Reads the events that slices begin with.
class EventReader
{
public:
    explicit EventReader(const Analysis &analysis)
        : m_index(*analysis.index)
        , m_reader(analysis.index)
        , m_finder(m_index)
        , m_switches(m_index, "sched", {"sched_switch"})
        , m_wakes(m_index, "sched", {"sched_waking", "sched_wakeup", "sched_wakeup_new"})
    {}

    /// The wakeup of `task` at exactly `time`, by an event of `cpu`.
    [[nodiscard]] std::optional<Wakeup> wakeup(TaskId task, TimeNs time, CpuId cpu)
    {
        const Pid pid = m_index.tasks->task(task).pid;
        const auto place = find(time, cpu, m_wakes, "pid", pid);
        if (!place)
            return std::nullopt;
        const StreamView &stream = m_index.streams[place->stream];
        Wakeup wakeup{*place, time, cpu, stream.task(place->event)};
        // The innermost comes first: an interrupt may meet a softirq.
        if (const auto irq = valueAt(stream.irq, time)) {
            wakeup.context = Wakeup::Context::Irq;
            wakeup.vector = *irq;
        } else if (const auto softirq = valueAt(stream.softirq, time)) {
            wakeup.context = Wakeup::Context::Softirq;
            wakeup.vector = *softirq;
        }
        return wakeup;
    }
    /// The switch from (`field` prev_pid) or to (next_pid) `task` at exactly `time`.
    [[nodiscard]] std::optional<Place> taskSwitch(TaskId task, TimeNs time, CpuId cpu,
                                                  std::string_view field)
    {
        const Pid pid = m_index.tasks->task(task).pid;
        return find(time, cpu, m_switches, field, pid);
    }
    [[nodiscard]] std::optional<std::int64_t> numberAt(Place place, std::string_view field)
    {
        const auto record = m_reader.record(place.stream, place.event);
        if (!record)
            return std::nullopt;
        return number(field, *record);
    }

private:
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view field,
                                                     const Record &record) const
    {
        const EventField *const found = m_index.trace->events().event(record.event).field(field);
        if (found == nullptr)
            return std::nullopt;
        return FieldReader(*found, m_index.trace->metadata().bigEndian).read(record.payload);
    }
    [[nodiscard]] static std::optional<std::uint32_t> valueAt(const TrackView &track, TimeNs time)
    {
        const std::uint64_t i = track.firstEndingAfter(time);
        if (i >= track.size || track.begin(i) > time || track.value(i) == kNoValue)
            return std::nullopt;
        return track.value(i);
    }
    /// The first event of these types at `time` whose `field` is `pid`.
    std::optional<Place> find(TimeNs time, CpuId cpu, const EventTypes &types,
                              std::string_view field, Pid pid)
    {
        std::optional<Place> found;
        m_finder.forEachAt(cpu, time, [&](StreamIndex s, EventIndex i) {
            if (!types.contains(m_index.streams[s].event(i)))
                return true;
            const auto record = m_reader.record(s, i);
            if (record && number(field, *record) == pid)
                found = Place{s, i};
            return !found;
        });
        return found;
    }

    const IndexSnapshot &m_index;
    RecordReader m_reader;
    EventFinder m_finder;
    EventTypes m_switches;
    EventTypes m_wakes;
};

/// Who ran on `cpu` in `range`, the longest first.
std::vector<Occupant> occupants(const IndexSnapshot &index, CpuId cpu, TimeRange range)
{
    std::unordered_map<std::uint32_t, Occupant> found;
    for (const StreamIndex s : index.streamsOf(cpu)) {
        const TrackView &running = index.streams[s].running;
        const std::uint64_t first = running.firstEndingAfter(range.begin);
        const std::uint64_t end = first + std::min(kMostOccupants, running.size - first);
        for (std::uint64_t i = first; i < end; ++i) {
            const Slice slice = running.slice(i);
            if (slice.begin >= range.end)
                break;
            Occupant &occupant = found[slice.value];
            occupant.task = TaskId{slice.value};
            occupant.time += TimeRange{slice.begin, slice.end}.intersected(range).duration();
            ++occupant.stretches;
        }
        if (!found.empty()) // two instances tell the same
            break;
    }
    std::vector<Occupant> sorted;
    for (const auto &[value, occupant] : found) {
        if (occupant.time > 0)
            sorted.push_back(occupant);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Occupant &a, const Occupant &b) {
        return a.time != b.time ? a.time > b.time : a.task < b.task;
    });
    return sorted;
}

/// The first slice of `task` from `time` on in which it runs; only background and waiting between.
std::optional<PlacedSlice> nextRun(const Analysis &analysis, TaskId task, TimeNs time)
{
    std::optional<PlacedSlice> found;
    forEachSlice(analysis, statesOf(task), {time, kTimeMax}, [&](const Slice &slice, CpuId cpu) {
        if (slice.value == kNoValue)
            return false;
        if (slice.begin >= time && isState(slice, TaskState::Running)) {
            found = PlacedSlice{slice, cpu};
            return false;
        }
        return true;
    });
    return found;
}

void explainWait(const Analysis &analysis, EventReader &events, SliceStory &story)
{
    const TimeRange wait{story.slice.slice.begin, story.slice.slice.end};
    if (story.state == TaskState::Runnable) {
        story.wakeup = events.wakeup(story.task, wait.begin, story.slice.cpu);
        if (story.wakeup)
            story.beginEvent = story.wakeup->event;
        if (const auto prio = story.beginEvent ? events.numberAt(*story.beginEvent, "prio")
                                               : std::nullopt)
            story.prio = static_cast<int>(*prio);
    } else {
        story.beginEvent = events.taskSwitch(story.task, wait.begin, story.slice.cpu, "prev_pid");
        if (story.beginEvent) {
            const auto next = events.numberAt(*story.beginEvent, "next_pid").value_or(-1);
            story.preemptedBy = analysis.index->tasks->fromPid(static_cast<Pid>(next));
            if (const auto prio = events.numberAt(*story.beginEvent, "next_prio"))
                story.preemptorPrio = static_cast<int>(*prio);
            if (const auto prio = events.numberAt(*story.beginEvent, "prev_prio"))
                story.prio = static_cast<int>(*prio);
        }
    }
    story.ranNext = nextRun(analysis, story.task, wait.end);
    if (story.ranNext && story.ranNext->slice.begin == wait.end)
        story.behind = occupants(*analysis.index, story.ranNext->cpu, wait);
}

void explainSleep(const Analysis &analysis, EventReader &events, SliceStory &story)
{
    const TimeNs end = story.slice.slice.end;
    story.beginEvent = events.taskSwitch(story.task, story.slice.slice.begin, story.slice.cpu,
                                         "prev_pid");
    if (story.beginEvent) {
        if (const auto prio = events.numberAt(*story.beginEvent, "prev_prio"))
            story.prio = static_cast<int>(*prio);
    }
    const auto next = sliceAt(analysis, statesOf(story.task), end);
    if (next && isState(next->slice, TaskState::Runnable))
        story.wakeup = events.wakeup(story.task, next->slice.begin, next->cpu);
    story.ranNext = nextRun(analysis, story.task, end);
}

} // namespace

bool touchesLoss(const IndexSnapshot &index, TimeRange range)
{
    return std::any_of(index.streams.begin(), index.streams.end(), [&](const StreamView &stream) {
        const auto at = std::lower_bound(
            stream.lost.begin(), stream.lost.end(), range.begin,
            [](const LostSpan &span, TimeNs time) { return span.end < time; });
        if (at != stream.lost.end() && at->begin <= range.end)
            return true;
        return !stream.lost.empty() && isOpenEnded(stream.lost.back(), stream.size)
               && stream.lost.back().begin <= range.end;
    });
}

std::optional<SliceStory> explainSlice(const Analysis &analysis, TaskId task, TimeNs time)
{
    const auto found = sliceAt(analysis, statesOf(task), time);
    if (!found)
        return std::nullopt;
    SliceStory story;
    story.task = task;
    story.slice = *found;
    story.touchesLoss = touchesLoss(*analysis.index, {found->slice.begin, found->slice.end});
    if (found->slice.value >= kTaskStates)
        return story;
    story.isKnown = true;
    story.state = static_cast<TaskState>(found->slice.value);
    EventReader events(analysis);
    switch (story.state) {
    case TaskState::Runnable:
    case TaskState::Preempted:
        explainWait(analysis, events, story);
        break;
    case TaskState::Running:
        story.beginEvent = events.taskSwitch(task, found->slice.begin, found->cpu, "next_pid");
        if (story.beginEvent) {
            if (const auto prio = events.numberAt(*story.beginEvent, "next_prio"))
                story.prio = static_cast<int>(*prio);
        }
        break;
    case TaskState::Blocked:
    case TaskState::Sleeping:
    case TaskState::Stopped:
    case TaskState::Dead:
        explainSleep(analysis, events, story);
        break;
    case TaskState::New:
        story.ranNext = nextRun(analysis, task, found->slice.end);
        break;
    }
    return story;
}

std::vector<WakeLink> wakeChain(const Analysis &analysis, TaskId task, TimeNs time,
                                std::size_t limit)
{
    std::vector<WakeLink> chain;
    EventReader events(analysis);
    while (chain.size() < limit && analysis.find(statesOf(task)) != nullptr) {
        WakeLink link{task, time, std::nullopt, false};
        // Back over what it did since it was woken.
        std::optional<PlacedSlice> at = sliceAt(analysis, statesOf(task), time);
        // What only begins now is not what led to it, unless it is the wakeup.
        if (!at || (at->slice.begin == time && !isState(at->slice, TaskState::Runnable)))
            at = previousSlice(analysis, statesOf(task), time);
        for (std::size_t steps = 0; at && !isState(at->slice, TaskState::Runnable); ++steps) {
            if (at->slice.value == kNoValue || steps > kMostOccupants) {
                at.reset();
                break;
            }
            at = previousSlice(analysis, statesOf(task), at->slice.begin);
        }
        if (at) {
            link.wakeup = events.wakeup(task, at->slice.begin, at->cpu);
            link.isUncertain = touchesLoss(*analysis.index, {at->slice.begin, time});
        }
        chain.push_back(link);
        const bool goesOn = link.wakeup && link.wakeup->context == Wakeup::Context::Task
                            && link.wakeup->waker != kIdleTask && link.wakeup->waker != task
                            && !link.isUncertain && link.wakeup->time < time;
        if (!goesOn)
            break;
        task = link.wakeup->waker;
        time = link.wakeup->time;
    }
    return chain;
}

} // namespace thresher
