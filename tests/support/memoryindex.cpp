// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace thresher::test {

namespace {

/// The code of `value` in the dictionary that begins at `begin`; added if it is new.
template<typename T>
std::uint8_t codeOf(std::vector<T> &dict, std::uint64_t begin, T value)
{
    const auto first = dict.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto found = std::find(first, dict.end(), value);
    const auto code = static_cast<std::uint8_t>(found - first);
    if (found == dict.end())
        dict.push_back(value);
    return code;
}

bool fits(TimeNs base, TimeNs time)
{
    return time >= base
           && static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(base)
                  <= std::numeric_limits<std::uint32_t>::max();
}

std::uint32_t offsetFrom(TimeNs base, TimeNs time)
{
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time)
                                      - static_cast<std::uint64_t>(base));
}

/// Saturates.
void add(DurationNs &sum, TimeRange range)
{
    sum = range.duration() > kTimeMax - sum ? kTimeMax : sum + range.duration();
}

/// A trace without a file.
class MemoryTrace final : public TraceFile
{
public:
    MemoryTrace(const std::vector<std::string> &eventTypes, std::vector<StreamInfo> streams)
    {
        m_path = "memory.dat";
        std::uint32_t id = 1;
        for (const std::string &name : eventTypes) {
            static_cast<void>(m_events.add(
                "test", "name: " + name + "\nID: " + std::to_string(id++)
                            + "\nformat:\n"
                              "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                              "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
                              "\n"
                              "\tfield:int value;\toffset:8;\tsize:4;\tsigned:1;\n"
                              "\n"
                              "print fmt: \"value=%d\", REC->value\n"));
        }
        std::uint16_t instances = 1;
        for (const StreamInfo &stream : streams)
            instances = std::max<std::uint16_t>(instances,
                                                static_cast<std::uint16_t>(stream.instance + 1));
        for (std::uint16_t i = 0; i < instances; ++i) {
            Instance instance;
            instance.name = i == 0 ? "" : "instance" + std::to_string(i);
            instance.clock = "local";
            m_instances.push_back(instance);
        }
        m_streams = std::move(streams);
        m_metadata.version = 7;
        m_metadata.clock = "local";
        for (const StreamInfo &stream : m_streams)
            m_metadata.cpuCount = std::max(m_metadata.cpuCount, stream.cpu + 1);
    }
};

} // namespace

struct MemoryTrack::Columns
{
    std::vector<SliceBlockHead> heads;
    std::vector<std::uint32_t> begins;
    std::vector<std::uint32_t> lengths;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint32_t> dict;
    std::vector<TimeNs> wide;
    Pyramid pyramid;
};

void MemoryTrack::add(Slice slice)
{
    m_slices.push_back(slice);
}

TrackView MemoryTrack::view(Columns &columns, std::uint64_t size) const
{
    for (std::uint64_t first = 0; first < size; first += kBlockSlices) {
        const std::uint64_t last = std::min(size, first + kBlockSlices);
        SliceBlockHead head;
        head.base = m_slices[first].begin;
        head.dict = columns.dict.size();
        const bool narrow = std::all_of(
            m_slices.begin() + static_cast<std::ptrdiff_t>(first),
            m_slices.begin() + static_cast<std::ptrdiff_t>(last), [&](const Slice &slice) {
                return fits(head.base, slice.begin)
                       && (m_isContiguous || fits(slice.begin, slice.end));
            });
        if (!narrow) {
            head.wide = static_cast<std::uint32_t>(columns.wide.size() / (2 * kBlockSlices));
            columns.wide.resize(columns.wide.size() + 2 * std::size_t{kBlockSlices});
        }
        for (std::uint64_t i = first; i < last; ++i) {
            const Slice &slice = m_slices[i];
            columns.codes.push_back(codeOf(columns.dict, head.dict, slice.value));
            columns.begins.push_back(narrow ? offsetFrom(head.base, slice.begin) : 0);
            if (!m_isContiguous)
                columns.lengths.push_back(narrow ? offsetFrom(slice.begin, slice.end) : 0);
            if (!narrow) {
                const std::size_t at = std::size_t{head.wide} * 2 * kBlockSlices + 2 * (i - first);
                columns.wide[at] = slice.begin;
                columns.wide[at + 1] = slice.end;
            }
        }
        head.dictSize = static_cast<std::uint32_t>(columns.dict.size() - head.dict);
        columns.heads.push_back(head);
    }
    TrackView view;
    view.size = size;
    view.isContiguous = m_isContiguous;
    view.idle = m_idle;
    view.end = size > 0 ? m_slices[size - 1].end : 0;
    view.heads = columns.heads;
    view.begins = columns.begins;
    view.lengths = columns.lengths;
    view.codes = columns.codes;
    view.dict = columns.dict;
    view.wide = columns.wide;
    columns.pyramid = buildPyramid(view, [](std::uint32_t) { return true; });
    return columns.pyramid.over(view);
}

struct MemoryStream::Tracks
{
    MemoryTrack::Columns running;
    MemoryTrack::Columns irq;
    MemoryTrack::Columns softirq;
};

MemoryStream::MemoryStream() = default;
MemoryStream::~MemoryStream() = default;

void MemoryStream::addEvent(TimeNs time, EventTypeId event, TaskId task)
{
    if (m_times.size() % kBlockEvents == 0) {
        BlockHead head;
        head.base = time;
        head.eventDict = m_eventDict.size();
        head.taskDict = m_taskDict.size();
        m_heads.push_back(head);
        m_blockTimes.clear();
    }
    BlockHead &head = m_heads.back();
    m_blockTimes.push_back(time);
    if (head.wide == BlockHead::kNotWide && !fits(head.base, time)) {
        head.wide = static_cast<std::uint32_t>(m_wideTimes.size() / kBlockEvents);
        m_wideTimes.resize(m_wideTimes.size() + kBlockEvents);
        std::copy(m_blockTimes.begin(), m_blockTimes.end(), m_wideTimes.end() - kBlockEvents);
    }
    if (head.wide != BlockHead::kNotWide)
        m_wideTimes[std::size_t{head.wide} * kBlockEvents + m_blockTimes.size() - 1] = time;
    m_times.push_back(offsetFrom(head.base, time));
    m_eventCodes.push_back(codeOf(m_eventDict, head.eventDict, event));
    m_taskCodes.push_back(codeOf(m_taskDict, head.taskDict, task));
    head.eventDictSize = static_cast<std::uint16_t>(m_eventDict.size() - head.eventDict);
    head.taskDictSize = static_cast<std::uint16_t>(m_taskDict.size() - head.taskDict);
}

StreamView MemoryStream::view(EventIndex size, Tracks &tracks) const
{
    StreamView view;
    view.size = size;
    view.heads = std::span(m_heads).first((size + kBlockEvents - 1) / kBlockEvents);
    view.times = std::span(m_times).first(size);
    view.eventCodes = std::span(m_eventCodes).first(size);
    view.taskCodes = std::span(m_taskCodes).first(size);
    view.eventDict = m_eventDict;
    view.taskDict = m_taskDict;
    view.wideTimes = m_wideTimes;
    view.lost = m_lost;
    const TimeNs last = size > 0 ? view.time(size - 1) : kTimeMin;
    const auto sliceCount = [&](const MemoryTrack &track) {
        if (size == m_times.size())
            return track.slices().size();
        std::size_t count = 0;
        while (count < track.slices().size() && track.slices()[count].begin < last)
            ++count;
        return count;
    };
    view.running = running.view(tracks.running, sliceCount(running));
    view.irq = irq.view(tracks.irq, sliceCount(irq));
    view.softirq = softirq.view(tracks.softirq, sliceCount(softirq));
    return view;
}

/// What the streams of a MemoryIndex hold; shared with its snapshots.
struct MemoryIndex::Storage
{
    std::deque<MemoryStream> streams;
    std::vector<StreamInfo> infos;
};

MemoryIndex::MemoryIndex()
    : m_storage(std::make_shared<Storage>())
{
    Task idle;
    idle.comm = "<idle>";
    m_tasks.push_back(idle);
}

void MemoryIndex::addEventTypes(const std::vector<std::string> &names)
{
    m_eventTypes.insert(m_eventTypes.end(), names.begin(), names.end());
}

void MemoryIndex::addTasks(std::vector<Task> tasks)
{
    m_tasks.insert(m_tasks.end(), tasks.begin(), tasks.end());
}

MemoryStream &MemoryIndex::addStream(CpuId cpu, std::uint16_t instance)
{
    StreamInfo info;
    info.cpu = cpu;
    info.instance = instance;
    m_storage->infos.push_back(info);
    return m_storage->streams.emplace_back();
}

std::shared_ptr<const IndexSnapshot> MemoryIndex::snapshot() const
{
    std::vector<EventIndex> sizes;
    for (const MemoryStream &stream : m_storage->streams)
        sizes.push_back(stream.size());
    const std::shared_ptr<IndexSnapshot> snapshot = make(sizes);
    snapshot->isComplete = true;
    snapshot->frontier = kTimeMax;
    return snapshot;
}

std::shared_ptr<const IndexSnapshot>
MemoryIndex::partialSnapshot(const std::vector<EventIndex> &events, TimeNs frontier) const
{
    const std::shared_ptr<IndexSnapshot> snapshot = make(events);
    snapshot->frontier = frontier;
    return snapshot;
}

std::shared_ptr<IndexSnapshot> MemoryIndex::make(const std::vector<EventIndex> &events) const
{
    struct Held
    {
        std::shared_ptr<Storage> storage;
        std::deque<MemoryStream::Tracks> tracks;
    };
    const auto held = std::make_shared<Held>();
    held->storage = m_storage;
    auto snapshot = std::make_shared<IndexSnapshot>();
    snapshot->id = ++m_lastId;
    snapshot->trace = std::make_shared<MemoryTrace>(m_eventTypes, m_storage->infos);
    snapshot->storage = held;
    snapshot->tasks = std::make_shared<TaskTable>(m_tasks);
    snapshot->eventsPerType.resize(snapshot->trace->events().all().size());
    snapshot->eventsPerTask.resize(m_tasks.size());
    snapshot->runtimePerTask.resize(m_tasks.size());
    bool isFirst = true;
    for (std::size_t s = 0; s < m_storage->streams.size(); ++s) {
        const StreamView view = m_storage->streams[s].view(events[s], held->tracks.emplace_back());
        snapshot->streams.push_back(view);
        snapshot->eventCount += view.size;
        snapshot->lostSpans += view.lost.size();
        for (const LostSpan &span : view.lost)
            snapshot->lostEvents += static_cast<std::uint64_t>(
                std::max<std::int64_t>(0, span.count));
        for (EventIndex i = 0; i < view.size; ++i) {
            if (toIndex(view.event(i)) < snapshot->eventsPerType.size())
                ++snapshot->eventsPerType[toIndex(view.event(i))];
            if (toIndex(view.task(i)) < snapshot->eventsPerTask.size())
                ++snapshot->eventsPerTask[toIndex(view.task(i))];
        }
        for (std::uint64_t i = 0; i < view.running.size; ++i) {
            const Slice slice = view.running.slice(i);
            if (slice.value < snapshot->runtimePerTask.size())
                add(snapshot->runtimePerTask[slice.value], {slice.begin, slice.end});
        }
        if (view.size == 0)
            continue;
        const TimeNs begin = view.time(0);
        const TimeNs last = view.time(view.size - 1);
        const TimeNs end = last == kTimeMax ? last : last + 1;
        snapshot->range.begin = isFirst ? begin : std::min(snapshot->range.begin, begin);
        snapshot->range.end = isFirst ? end : std::max(snapshot->range.end, end);
        isFirst = false;
    }
    return snapshot;
}

} // namespace thresher::test
