// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "widgets/timeline/framebench.h"

#include <QTest>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;

namespace {

constexpr CpuId kCpus = 64;

/// A busy machine: a task switch about every 20 events, interrupts with softirqs, names of many
/// tasks.
std::shared_ptr<const IndexSnapshot> makeTrace(std::uint64_t events)
{
    MemoryIndex index;
    index.addEventTypes({"sched_switch", "sys_enter", "sys_exit", "irq_handler_entry", "timer"});
    std::vector<Task> tasks;
    for (Pid pid = 1; pid <= 200; ++pid) {
        Task task;
        task.pid = pid;
        task.comm = "worker-" + std::string(1, static_cast<char>('a' + pid % 26));
        tasks.push_back(task);
    }
    index.addTasks(std::move(tasks));
    for (CpuId cpu = 0; cpu < kCpus; ++cpu) {
        std::mt19937_64 random(cpu + 1);
        MemoryStream &stream = index.addStream(cpu);
        auto at = static_cast<TimeNs>(random() % 1000);
        TimeNs since = at;
        std::uint32_t task = 0;
        for (std::uint64_t i = 0; i < events / kCpus; ++i) {
            const bool isSwitch = random() % 20 == 0;
            stream.addEvent(at, static_cast<EventTypeId>(isSwitch ? 0 : 1 + random() % 4),
                            static_cast<TaskId>(task));
            if (isSwitch && at > since) {
                stream.running.add({since, at, task});
                since = at;
                task = random() % 3 == 0 ? 0 : static_cast<std::uint32_t>(1 + random() % 200);
            }
            if (random() % 80 == 0) {
                stream.irq.add({at, at + 10, 33});
                stream.softirq.add({at + 12, at + 19, 1});
            }
            at += static_cast<TimeNs>(20 + random() % 1000);
        }
    }
    return index.snapshot();
}

/// Tasks, each with as many slices, of all states; an eighth of its time it does something.
std::shared_ptr<const Analysis> makeAnalysis(std::uint32_t tasks, std::uint32_t slicesEach)
{
    MemoryIndex index;
    std::vector<Task> all;
    for (std::uint32_t i = 1; i <= tasks; ++i) {
        Task task;
        task.pid = static_cast<Pid>(i);
        task.comm = "worker-" + std::to_string(i % 40);
        all.push_back(task);
    }
    index.addTasks(std::move(all));
    MemoryStream &stream = index.addStream(0);
    index.addEventTypes({"sched_switch"});
    stream.addEvent(0, EventTypeId{0}, TaskId{0});
    stream.addEvent(TimeNs{slicesEach} * 1000, EventTypeId{0}, TaskId{0});
    auto analysis = std::make_shared<Analysis>();
    analysis->index = index.snapshot();
    analysis->frontier = kTimeMax;
    analysis->hasSwitches = analysis->hasWakeups = true;
    SegmentWriter writer;
    for (std::uint32_t task = 1; task <= tasks; ++task) {
        std::mt19937_64 random(task);
        std::vector<FoundSlice> slices;
        TimeNs at = 0;
        for (std::uint32_t i = 0; i < slicesEach; ++i) {
            const bool isActive = i % 2 == 1;
            const auto length = static_cast<TimeNs>(isActive ? 1 + random() % 250
                                                             : 1 + random() % 1750);
            const auto state = isActive ? 1 + random() % 4 : 5;
            slices.push_back({{at, at + length, static_cast<std::uint32_t>(state)}, 0});
            at += length;
        }
        const TrackKey key{TrackClass::TaskState, 0, task, 0};
        writer.add(key, slices);
        analysis->tracks.push_back({key, slicesEach, {0, at}});
    }
    auto bytes = std::make_shared<std::vector<std::byte>>(writer.bytes().begin(),
                                                          writer.bytes().end());
    analysis->segments.push_back(std::make_shared<TrackSegment>(
        writer.entries(), std::span<const std::byte>(*bytes), bytes));
    return analysis;
}

double worstMedian(const std::vector<ZoomTimes> &zooms, const char *what)
{
    double worst = 0;
    for (const ZoomTimes &zoom : zooms) {
        std::printf("frame_%s_%s_median %.2f ms, p99 %.2f ms\n", what, zoom.zoom.c_str(),
                    zoom.medianMs, zoom.p99Ms);
        worst = std::max(worst, zoom.medianMs);
    }
    std::fflush(stdout);
    return worst;
}

} // namespace

/// 64 lanes at 1920 × 1080. THRESHER_BENCH_EVENTS=100000000 adds one size more.
class bench_frame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFrameCostsTheSameAtAnySize()
    {
        std::vector<std::uint64_t> sizes{100'000, 10'000'000};
        if (const char *more = std::getenv("THRESHER_BENCH_EVENTS"))
            sizes.push_back(std::strtoull(more, nullptr, 10));
        std::vector<double> worst;
        for (const std::uint64_t size : sizes) {
            const auto snapshot = makeTrace(size);
            worst.push_back(0);
            for (const ZoomTimes &zoom : measureFrames(snapshot)) {
                std::printf("frame_%s_median %llu %.2f ms\n", zoom.zoom.c_str(),
                            static_cast<unsigned long long>(size), zoom.medianMs);
                std::printf("frame_%s_p99 %llu %.2f ms\n", zoom.zoom.c_str(),
                            static_cast<unsigned long long>(size), zoom.p99Ms);
                worst.back() = std::max(worst.back(), zoom.medianMs);
            }
            std::fflush(stdout);
        }
        for (std::size_t i = 1; i < worst.size(); ++i)
            QVERIFY2(worst[i] <= 2 * worst[0],
                     qPrintable(QStringLiteral("%1 ms, %2 ms").arg(worst[0]).arg(worst[i])));
    }

    void lanesOfTasksOutOfViewCostNothing()
    {
        constexpr std::uint32_t kSlices = 20'000;
        FrameBenchOptions options;
        const auto few = makeAnalysis(200, kSlices);
        options.analysis = few;
        const double some = worstMedian(measureFrames(few->index, options), "200_tasks");
        const auto many = makeAnalysis(10'000, kSlices / 50);
        options.analysis = many;
        const double all = worstMedian(measureFrames(many->index, options), "10000_tasks");
        QVERIFY2(all <= 2 * some, qPrintable(QStringLiteral("%1 ms, %2 ms").arg(some).arg(all)));
        worstMedian(measureFrames(few->index, taskFrames(few, 200)), "200_tasks_in_view");
    }
};

QTEST_MAIN(bench_frame)
#include "bench_frame.moc"
