// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "tests/support/memoryindex.h"

#include <random>

/// Random traces of the kinds that break reading: bursts and gaps, equal stamps, huge spans,
/// streams that are empty or hold one event.
namespace thresher::test {

enum class TraceKind {
    Even, ///< Times spread evenly.
    Bursts, ///< Dense bursts, long gaps.
    EqualStamps, ///< Few distinct times.
    Huge, ///< Over all of int64, so that blocks are wide.
    Limits, ///< Some at the very ends of int64.
};

struct RandomTrace
{
    struct Event
    {
        TimeNs time = 0;
        EventTypeId event{};
        TaskId task{};
    };
    struct Stream
    {
        CpuId cpu = 0;
        std::vector<Event> events;
    };
    MemoryIndex index;
    std::vector<Stream> streams;
};

inline constexpr std::uint32_t kRandomEventTypes = 6;
inline constexpr std::uint32_t kRandomTasks = 9;

/// Times for `count` events, ascending.
inline std::vector<TimeNs> randomTimes(std::mt19937_64 &random, TraceKind kind, std::size_t count)
{
    const auto below = [&](std::uint64_t n) { return random() % n; };
    std::vector<TimeNs> times;
    TimeNs at = static_cast<TimeNs>(below(1000));
    for (std::size_t i = 0; i < count; ++i) {
        switch (kind) {
        case TraceKind::Even:
            at += static_cast<TimeNs>(below(200));
            break;
        case TraceKind::Bursts:
            at += static_cast<TimeNs>(below(100) == 0 ? below(1'000'000) : below(5));
            break;
        case TraceKind::EqualStamps:
            at += static_cast<TimeNs>(below(20) == 0 ? below(3) : 0);
            break;
        case TraceKind::Huge:
            at = static_cast<TimeNs>(random());
            break;
        case TraceKind::Limits:
            at = below(4) == 0   ? kTimeMin
                 : below(3) == 0 ? kTimeMax
                                 : static_cast<TimeNs>(below(9));
            break;
        }
        times.push_back(at);
    }
    std::sort(times.begin(), times.end());
    return times;
}

/// Slices between random ones of the stream's times.
inline void addRandomSlices(std::mt19937_64 &random, const std::vector<RandomTrace::Event> &events,
                            MemoryStream &stream)
{
    std::vector<TimeNs> stops;
    for (const RandomTrace::Event &event : events) {
        if (random() % 3 != 0)
            stops.push_back(event.time);
    }
    for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
        const auto choice = static_cast<std::uint32_t>(random() % 12);
        const std::uint32_t task = choice < kRandomTasks ? choice : choice == 11 ? kNoValue : 0;
        stream.running.add({stops[i], stops[i + 1], task});
        if (random() % 4 == 0) {
            const TimeNs begin = stops[i];
            const TimeNs end = begin / 2 + stops[i + 1] / 2;
            if (end >= begin)
                stream.irq.add({begin, end, static_cast<std::uint32_t>(random() % 40)});
        }
    }
}

inline std::unique_ptr<RandomTrace> randomTrace(std::uint64_t seed, TraceKind kind,
                                                std::size_t streams, std::size_t maxEvents)
{
    std::mt19937_64 random(seed);
    auto trace = std::make_unique<RandomTrace>();
    trace->index.addEventTypes({"e0", "e1", "e2", "e3", "e4", "e5"});
    std::vector<Task> tasks(kRandomTasks - 1);
    for (std::size_t i = 0; i < tasks.size(); ++i)
        tasks[i].pid = static_cast<Pid>(100 + i);
    trace->index.addTasks(tasks);
    for (std::size_t s = 0; s < streams; ++s) {
        const auto cpu = static_cast<CpuId>(s % std::max<std::size_t>(1, streams - 1));
        const auto instance = static_cast<std::uint16_t>(s / std::max<std::size_t>(1, streams - 1));
        MemoryStream &stream = trace->index.addStream(cpu, instance);
        RandomTrace::Stream &twin = trace->streams.emplace_back();
        twin.cpu = cpu;
        const std::size_t count = s == 0   ? maxEvents
                                  : s == 1 ? 1
                                  : s == 2 ? 0
                                           : random() % (maxEvents + 1);
        // Long runs of one event or task, so that there are blocks which lack the others.
        std::uint64_t types = kRandomEventTypes;
        std::uint64_t pids = kRandomTasks;
        for (const TimeNs time : randomTimes(random, kind, count)) {
            if (random() % 300 == 0) {
                types = 1 + random() % kRandomEventTypes;
                pids = 1 + random() % kRandomTasks;
            }
            const RandomTrace::Event event{time, static_cast<EventTypeId>(random() % types),
                                           static_cast<TaskId>(random() % pids)};
            stream.addEvent(event.time, event.event, event.task);
            twin.events.push_back(event);
        }
        addRandomSlices(random, twin.events, stream);
    }
    return trace;
}

} // namespace thresher::test
