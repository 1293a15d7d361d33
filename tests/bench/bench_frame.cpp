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
};

QTEST_MAIN(bench_frame)
#include "bench_frame.moc"
