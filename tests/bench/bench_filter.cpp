// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filter.h"
#include "model/index/traceindex.h"
#include "tests/support/tracedatwriter.h"

#include <QTest>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>

using namespace thresher;
using namespace thresher::test;

/// What filters cost an event, of a trace of two million events of 8 CPUs; or of the file that
/// THRESHER_BENCH_TRACE names.
class bench_filter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsAreFasterThanRecordsThanText();
};

namespace {

std::vector<std::byte> makeTrace(std::uint32_t events)
{
    TraceDatWriter writer;
    std::mt19937 random(1);
    const auto below = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random()) % limit;
    };
    std::uint64_t time = 1'000'000;
    std::vector<TraceDatWriter::Task> running(8, {0, "swapper"});
    for (std::uint32_t i = 0; i < events; ++i) {
        const CpuId cpu = below(8);
        time += below(200);
        const std::uint32_t dice = below(10);
        auto &task = running[cpu];
        if (dice < 3) {
            const auto number = below(200);
            TraceDatWriter::Task next{static_cast<Pid>(1000 + number),
                                      (number % 10 == 0 ? "rcu_" : "worker")
                                          + std::to_string(number)};
            writer.schedSwitch(cpu, time, task, below(3), next);
            task = next;
        } else if (dice < 6) {
            writer.waking(cpu, time, task.pid, {static_cast<Pid>(1000 + below(200)), "worker"},
                          below(8));
        } else if (dice < 8) {
            writer.irqEntry(cpu, time, task.pid, 7, "eth0");
        } else {
            writer.softirqEntry(cpu, time, task.pid, below(9));
        }
    }
    return writer.bytes();
}

double nanoseconds(const timespec &time)
{
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Of all threads.
double cpuTime()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return nanoseconds(now);
}

/// Nanoseconds of a CPU an event, which other work on the machine hardly changes; the least of some
/// runs. Printed as well: nanoseconds until the answer.
double measure(const std::shared_ptr<const IndexSnapshot> &snapshot, const char *expression)
{
    using Clock = std::chrono::steady_clock;
    const auto filter = Filter::compile(expression, snapshot->trace);
    if (!filter) {
        std::printf("skipped %s: %s\n", expression, filter.error().text().c_str());
        return 0;
    }
    double wall = 0;
    double best = 0;
    std::uint64_t count = 0;
    for (int i = 0; i < 5; ++i) {
        Progress progress;
        const auto begin = Clock::now();
        const double beginCpu = cpuTime();
        const auto selection = selectFiltered(snapshot, **filter, {}, {}, {}, {}, progress);
        const std::chrono::duration<double, std::nano> took = Clock::now() - begin;
        const auto events = static_cast<double>(snapshot->eventCount);
        const double cpu = (cpuTime() - beginCpu) / events;
        best = i == 0 ? cpu : std::min(best, cpu);
        wall = i == 0 ? took.count() / events : std::min(wall, took.count() / events);
        count = (*selection)->count;
    }
    std::printf("filter %llu %.2f ns/event, %.2f ns CPU/event  %s (%llu)\n",
                static_cast<unsigned long long>(snapshot->eventCount), wall, best, expression,
                static_cast<unsigned long long>(count));
    return best;
}

} // namespace

void bench_filter::columnsAreFasterThanRecordsThanText()
{
    std::vector<std::byte> bytes;
    const QByteArray file = qgetenv("THRESHER_BENCH_TRACE");
    Result<std::shared_ptr<const TraceFile>> trace;
    if (file.isEmpty()) {
        bytes = makeTrace(2'000'000);
        trace = TraceFile::fromBytes(bytes, "bench");
    } else {
        trace = TraceFile::open(file.toStdString());
    }
    QVERIFY(trace);
    Progress progress;
    const auto built = openIndex(*trace, {}, {}, progress, {});
    QVERIFY(built);
    const auto &snapshot = built->snapshot;
    for (const char *columns : {"sched_switch", "cpu in {0-3}", "comm ~ \"rcu*\"",
                                "sched_switch && pid < 1100 || comm == worker7"})
        measure(snapshot, columns);
    const double byColumns = measure(snapshot, "event == sched_* && pid > 1050");
    for (const char *fields :
         {"next_prio < 100", "pid == 0 || prev_state == D", "sched_switch: next_comm ~ \"*7\"",
          "vec == 3 || irq == 7", "softirq_entry: vec == TIMER"})
        measure(snapshot, fields);
    const double byFields = measure(snapshot, "common_flags & 1 || prev_prio == 3 || irq == 6");
    for (const char *texts :
         {"text ~ \"*rcu_1*\"", "text =~ \"rcu_1[0-9]0\"",
          "sched_switch: text ~ \"*nothing like it*\"", "text ~ \"*pid=12*\"",
          "text ~ \"*[wW][oO][rR][kK][eE][rR]1*\"", "text =~ \"r1[0-9]3\"", "text ~ \"*z*\""})
        measure(snapshot, texts);
    const double byText = measure(snapshot, "text ~ \"*12*\"");
    QVERIFY(byColumns < byFields);
    QVERIFY(byFields < byText);
}

QTEST_GUILESS_MAIN(bench_filter)
#include "bench_filter.moc"
