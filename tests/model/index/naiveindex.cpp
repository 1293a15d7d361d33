// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/index/naiveindex.h"

#include "model/base/bytes.h"
#include "model/index/pyramid.h"
#include "model/io/pagereader.h"

#include <algorithm>
#include <functional>

namespace thresher::test {

namespace {

constexpr std::uint32_t kUnknown = 0xffffffffU;

void readEvents(const TraceFile &trace, StreamIndex index, NaiveStream &stream)
{
    const StreamInfo &info = trace.streams()[index];
    Diagnostics diagnostics;
    PageRunReader reader(trace, index, diagnostics);
    PageRun run;
    std::uint64_t expected = 0;
    bool isLost = false;
    std::int64_t count = 0;
    const auto lose = [&](std::int64_t by) {
        count = !isLost ? by : (count < 0 || by < 0 ? -1 : count + by);
        isLost = true;
    };
    while (reader.next(run)) {
        if (run.firstPage != expected)
            lose(-1);
        expected = run.firstPage;
        for (std::size_t at = 0; at + info.layout.pageSize <= run.bytes.size();
             at += info.layout.pageSize, ++expected) {
            const auto page = run.bytes.subspan(at, info.layout.pageSize);
            PageCursor cursor(page, info.layout);
            if (cursor.header().lostBefore)
                lose(cursor.header().lostCount);
            RawRecord record;
            bool isFirst = true;
            while (cursor.next(record)) {
                NaiveStream::Event event;
                event.recorded = info.clock.apply(record.time);
                event.time = stream.events.empty()
                                 ? event.recorded
                                 : std::max(event.recorded, stream.events.back().time);
                const auto payload = page.subspan(record.offset, record.size);
                event.payload.assign(payload.begin(), payload.end());
                const bool swap = info.layout.swap;
                event.type = trace.events().fromKernelId(
                    payload.size() < 2 ? 0 : loadNumber<std::uint16_t>(payload.data(), swap));
                event.pid = payload.size() < 8 ? -1
                                               : static_cast<Pid>(loadNumber<std::uint32_t>(
                                                   payload.data() + 4, swap));
                event.page = expected;
                if (isFirst)
                    stream.pages.push_back({expected, stream.events.size()});
                if (isLost) {
                    const TimeNs begin = stream.events.empty() ? kTimeMin
                                                               : stream.events.back().time;
                    stream.lost.push_back({begin, event.time, stream.events.size(), count});
                    event.isAfterLoss = true;
                }
                isLost = false;
                isFirst = false;
                stream.events.push_back(std::move(event));
            }
            if (cursor.isDamaged() || cursor.header().isDamaged)
                lose(-1);
        }
    }
    if (reader.isCutShort())
        lose(-1);
    if (isLost) {
        const TimeNs at = stream.events.empty() ? kTimeMin : stream.events.back().time;
        stream.lost.push_back({at, at, stream.events.size(), count});
    }
}

struct Fields
{
    Fields(const TraceFile &trace, std::string_view system, std::string_view name,
           std::string_view fieldName)
    {
        const EventFormat *const format = trace.events().find(system, name);
        const EventField *const field = format == nullptr ? nullptr : format->field(fieldName);
        if (field == nullptr)
            return;
        type = format->id;
        reader = FieldReader(*field, trace.metadata().bigEndian);
        isThere = true;
    }
    [[nodiscard]] bool matches(const NaiveStream::Event &event) const
    {
        return isThere && event.type == type;
    }

    EventTypeId type{};
    FieldReader reader;
    bool isThere = false;
};

void runTasks(const TraceFile &trace, NaiveStream &stream)
{
    const Fields previous(trace, "sched", "sched_switch", "prev_pid");
    const Fields next(trace, "sched", "sched_switch", "next_pid");
    if (!next.isThere || stream.events.empty())
        return;
    const auto isSwitch = [&](const auto &event) { return next.matches(event); };
    const auto first = std::find_if(stream.events.begin(), stream.events.end(), isSwitch);
    if (first == stream.events.end())
        return;
    const auto open = [&](TimeNs time, Pid pid) {
        if (!stream.running.empty())
            stream.running.back().end = time;
        stream.running.push_back({time, time, static_cast<std::uint32_t>(pid)});
    };
    // Back to the last loss, or to the first event.
    auto stretch = first;
    while (stretch != stream.events.begin() && !stretch->isAfterLoss)
        --stretch;
    if (stretch->time > stream.events.front().time)
        open(stream.events.front().time, -1);
    open(stretch->time, static_cast<Pid>(previous.reader.read(first->payload)));
    for (auto event = first; event != stream.events.end(); ++event) {
        if (event->isAfterLoss && event != first) {
            open((event - 1)->time, -1);
            open(event->time, event->pid);
        }
        if (isSwitch(*event))
            open(event->time, static_cast<Pid>(next.reader.read(event->payload)));
    }
    stream.running.back().end = stream.events.back().time;
}

void serveInterrupts(const TraceFile &trace, const NaiveStream &stream, std::string_view entryName,
                     std::string_view exitName, std::string_view field, std::vector<Slice> &slices)
{
    const Fields entry(trace, "irq", entryName, field);
    const Fields exit(trace, "irq", exitName, field);
    std::vector<Slice> open;
    TimeNs last = 0;
    bool hasExits = false;
    const auto serve = [&](const Slice &level, TimeNs end) {
        const TimeNs served = slices.empty() ? kTimeMin : slices.back().end;
        slices.push_back({std::max(level.begin, served), end, level.value});
    };
    const auto closeAll = [&] {
        if (!open.empty() && hasExits)
            serve(open.back(), last);
        open.clear();
    };
    for (const auto &event : stream.events) {
        if (event.isAfterLoss)
            closeAll();
        last = event.time;
        if (entry.matches(event)) {
            const auto value = static_cast<std::uint32_t>(entry.reader.read(event.payload));
            if (!open.empty() && open.back().value == value) {
                open.back().begin = event.time;
                continue;
            }
            if (!open.empty()) {
                if (open.back().begin < event.time && hasExits)
                    serve(open.back(), event.time);
                open.back().begin = event.time;
            }
            if (open.size() == 4)
                open.clear();
            open.push_back({event.time, 0, value});
        } else if (exit.matches(event)) {
            hasExits = true;
            const auto value = static_cast<std::uint32_t>(exit.reader.read(event.payload));
            const auto found = std::find_if(open.rbegin(), open.rend(), [&](const Slice &slice) {
                return slice.value == value;
            });
            if (found == open.rend())
                continue;
            serve(*found, event.time);
            open.erase(found.base() - 1, open.end());
            if (!open.empty())
                open.back().begin = event.time;
        }
    }
    closeAll();
}

class Comparison
{
public:
    Comparison(const IndexSnapshot &snapshot, bool isPrefix)
        : m_snapshot(snapshot)
        , m_isPrefix(isPrefix)
    {}

    [[nodiscard]] std::string stream(std::size_t number, const NaiveStream &naive)
    {
        m_what = "stream " + std::to_string(number) + ": ";
        const StreamView &view = m_snapshot.streams[number];
        const auto size = static_cast<std::size_t>(view.size);
        if (m_isPrefix ? size > naive.events.size() : size != naive.events.size())
            return m_what + count("events", size, naive.events.size());
        for (const auto &found : {events(view, naive), places(view, naive, number),
                                  track("running", view.running, naive.running, true),
                                  track("irq", view.irq, naive.irq, false),
                                  track("softirq", view.softirq, naive.softirq, false)}) {
            if (!found.empty())
                return m_what + found;
        }
        return {};
    }

private:
    [[nodiscard]] static std::string count(const std::string &what, std::size_t is,
                                           std::size_t shouldBe)
    {
        return std::to_string(is) + " " + what + " instead of " + std::to_string(shouldBe);
    }

    [[nodiscard]] TaskId taskOf(Pid pid) const { return m_snapshot.tasks->fromPid(pid); }

    [[nodiscard]] std::string events(const StreamView &view, const NaiveStream &naive) const
    {
        for (EventIndex i = 0; i < view.size; ++i) {
            const auto &event = naive.events[i];
            const auto block = view.block(i / kBlockEvents);
            const std::size_t in = i % kBlockEvents;
            if (view.time(i) != event.time || block.time(in) != event.time)
                return "time of event " + std::to_string(i) + " is " + std::to_string(view.time(i))
                       + " instead of " + std::to_string(event.time);
            if (view.event(i) != event.type || block.event(in) != event.type)
                return "type of event " + std::to_string(i);
            if (view.task(i) != taskOf(event.pid) || block.task(in) != taskOf(event.pid))
                return "task of event " + std::to_string(i);
            if (view.lowerBound(event.time) > i
                || view.time(view.lowerBound(event.time)) != event.time)
                return "lower bound of the time of event " + std::to_string(i);
            const std::size_t page = view.pageOf(i);
            if (page >= view.pages.size() || view.pages[page].number != event.page)
                return "page of event " + std::to_string(i);
        }
        return {};
    }

    [[nodiscard]] std::string places(const StreamView &view, const NaiveStream &naive,
                                     std::size_t number) const
    {
        if (!m_isPrefix && view.pages.size() != naive.pages.size())
            return count("pages", view.pages.size(), naive.pages.size());
        if (m_isPrefix ? view.lost.size() > naive.lost.size()
                       : view.lost.size() != naive.lost.size())
            return count("losses", view.lost.size(), naive.lost.size());
        for (std::size_t i = 0; i < view.lost.size(); ++i) {
            const LostSpan &is = view.lost[i];
            LostSpan shouldBe = naive.lost[i];
            if (shouldBe.begin == kTimeMin)
                shouldBe.begin = is.begin;
            if (shouldBe.end == kTimeMin)
                shouldBe.end = is.end;
            if (is.begin != shouldBe.begin || is.end != shouldBe.end || is.before != shouldBe.before
                || is.count != shouldBe.count || is.begin > is.end)
                return "loss " + std::to_string(i);
        }
        static_cast<void>(number);
        return {};
    }

    [[nodiscard]] std::string track(const std::string &name, const TrackView &view,
                                    const std::vector<Slice> &naive, bool isRunning) const
    {
        if (m_isPrefix ? view.size > naive.size() : view.size != naive.size())
            return count(name + " slices", view.size, naive.size());
        TimeNs ended = kTimeMin;
        for (std::uint64_t i = 0; i < view.size; ++i) {
            const Slice is = view.slice(i);
            Slice shouldBe = naive[i];
            if (is.begin < ended)
                return name + " slices overlap at " + std::to_string(i);
            ended = is.end;
            if (isRunning) {
                shouldBe.value = static_cast<std::uint32_t>(
                    naive[i].value == kUnknown ? kNoTask
                                               : taskOf(static_cast<Pid>(naive[i].value)));
            }
            // The last one of a prefix is still going on.
            if (m_isPrefix && i + 1 == view.size && is.end <= shouldBe.end)
                shouldBe.end = is.end;
            if (!(is == shouldBe))
                return name + " slice " + std::to_string(i) + ": " + std::to_string(is.begin) + ".."
                       + std::to_string(is.end) + " instead of " + std::to_string(shouldBe.begin)
                       + ".." + std::to_string(shouldBe.end);
        }
        return pyramid(name, view);
    }

    [[nodiscard]] static std::string pyramid(const std::string &name, const TrackView &view)
    {
        // The one that grows has only nodes of slices that have ended.
        const Pyramid whole = buildPyramid(view, [](std::uint32_t) { return true; });
        for (std::size_t level = 0; level < kPyramidLevels; ++level) {
            const auto &shouldBe = whole.levels[level];
            const auto is = view.levels[level];
            if (is.size() > shouldBe.size() || is.size() + 1 < shouldBe.size())
                return name + ": " + count("nodes", is.size(), shouldBe.size());
            for (std::size_t i = 0; i < is.size(); ++i) {
                if (is[i].covered != shouldBe[i].covered || is[i].count != shouldBe[i].count
                    || is[i].value != shouldBe[i].value || is[i].dominant != shouldBe[i].dominant)
                    return name + ": node " + std::to_string(i) + " of level "
                           + std::to_string(level);
            }
        }
        return {};
    }

    const IndexSnapshot &m_snapshot;
    bool m_isPrefix;
    std::string m_what;
};

std::string differentSums(const IndexSnapshot &snapshot, const std::vector<NaiveStream> &naive)
{
    std::vector<std::uint64_t> types(snapshot.trace->events().all().size());
    std::vector<std::uint64_t> tasks(snapshot.tasks->size());
    std::vector<DurationNs> runtime(snapshot.tasks->size());
    std::uint64_t events = 0;
    TimeRange range{kTimeMax, kTimeMin};
    for (const NaiveStream &stream : naive) {
        events += stream.events.size();
        for (const auto &event : stream.events) {
            ++types[toIndex(event.type)];
            const TaskId task = snapshot.tasks->fromPid(event.pid);
            if (task != kNoTask)
                ++tasks[toIndex(task)];
            range.begin = std::min(range.begin, event.time);
            range.end = std::max(range.end, event.time + 1);
        }
        for (const Slice &slice : stream.running) {
            const TaskId task = snapshot.tasks->fromPid(static_cast<Pid>(slice.value));
            if (task != kNoTask)
                runtime[toIndex(task)] += slice.end - slice.begin;
        }
    }
    if (snapshot.eventCount != events)
        return "number of events";
    if (snapshot.eventsPerType != types)
        return "events of the types";
    if (snapshot.eventsPerTask != tasks)
        return "events of the tasks";
    if (snapshot.runtimePerTask != runtime)
        return "run time of the tasks";
    if (events > 0 && !(snapshot.range == range))
        return "range";
    return {};
}

} // namespace

std::vector<NaiveStream> readNaively(const TraceFile &trace)
{
    std::vector<NaiveStream> streams(trace.streams().size());
    for (std::size_t i = 0; i < streams.size(); ++i) {
        readEvents(trace, static_cast<StreamIndex>(i), streams[i]);
        runTasks(trace, streams[i]);
        serveInterrupts(trace, streams[i], "irq_handler_entry", "irq_handler_exit", "irq",
                        streams[i].irq);
        serveInterrupts(trace, streams[i], "softirq_entry", "softirq_exit", "vec",
                        streams[i].softirq);
    }
    return streams;
}

std::string difference(const IndexSnapshot &snapshot, const std::vector<NaiveStream> &naive,
                       bool isPrefix)
{
    if (snapshot.streams.size() != naive.size())
        return "number of streams";
    Comparison comparison(snapshot, isPrefix);
    for (std::size_t i = 0; i < naive.size(); ++i) {
        if (auto found = comparison.stream(i, naive[i]); !found.empty())
            return found;
    }
    return isPrefix ? std::string() : differentSums(snapshot, naive);
}

} // namespace thresher::test
