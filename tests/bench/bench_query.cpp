// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/lanes.h"
#include "model/query/rows.h"
#include "tests/support/memoryindex.h"

#include <QTest>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

using namespace thresher;
using namespace thresher::test;

/// What a frame, a row and a filter cost at 10⁵ and 10⁷ events; THRESHER_BENCH_EVENTS=100000000
/// adds one size more (1 GB of memory).
class bench_query : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFrameCostsTheSameAtAnySize();
    void aRowIsFoundFast();
    void aFilterReadsAllEventsFast();
};

namespace {

constexpr CpuId kCpus = 64;
constexpr std::uint32_t kColumns = 1920;

/// Events of 64 CPUs as a busy machine gives them: a task switch about every 20 events, interrupts
/// with softirqs; `bursty`: in clumps with gaps a thousand times longer.
std::shared_ptr<const IndexSnapshot> makeTrace(std::uint64_t events, bool bursty)
{
    MemoryIndex index;
    index.addEventTypes({"sched_switch", "sys_enter", "sys_exit", "irq_handler_entry", "timer"});
    index.addTasks(std::vector<Task>(200));
    for (CpuId cpu = 0; cpu < kCpus; ++cpu) {
        std::mt19937_64 random(cpu + 1);
        MemoryStream &stream = index.addStream(cpu);
        TimeNs at = static_cast<TimeNs>(random() % 1000);
        std::uint32_t task = 0;
        TimeNs since = at;
        for (std::uint64_t i = 0; i < events / kCpus; ++i) {
            std::uint64_t gap = 20 + random() % 1000;
            if (bursty && random() % 500 == 0)
                gap *= 1000;
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
            at += static_cast<TimeNs>(gap);
        }
    }
    return index.snapshot();
}

double microseconds(const std::function<void()> &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
        .count();
}

double quantile(std::vector<double> values, double q)
{
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(q * static_cast<double>(values.size())))];
}

void print(const char *name, std::uint64_t events, double value, const char *unit)
{
    std::printf("%s %llu %.2f %s\n", name, static_cast<unsigned long long>(events), value, unit);
    std::fflush(stdout);
}

std::vector<std::uint64_t> sizes()
{
    std::vector<std::uint64_t> sizes = {100'000, 10'000'000};
    if (const char *more = std::getenv("THRESHER_BENCH_EVENTS"))
        sizes.push_back(std::strtoull(more, nullptr, 10));
    return sizes;
}

/// Times of frames at one zoom, at places all over the trace.
std::vector<double> frames(const IndexSnapshot &snapshot, const Selection *selection,
                           DurationNs width)
{
    std::mt19937_64 random(5);
    std::vector<double> times;
    CpuLane lane;
    const DurationNs whole = snapshot.range.duration();
    for (int i = 0; i < 25; ++i) {
        const TimeNs begin = snapshot.range.begin
                             + static_cast<TimeNs>(random()
                                                   % static_cast<std::uint64_t>(whole - width + 1));
        const PixelGrid grid{{begin, begin + width}, kColumns};
        times.push_back(microseconds([&] {
            for (CpuId cpu = 0; cpu < kCpus; ++cpu)
                queryCpuLane(snapshot, selection, {cpu, grid, 24}, lane);
        }));
    }
    return times;
}

} // namespace

void bench_query::aFrameCostsTheSameAtAnySize()
{
    for (const bool bursty : {false, true}) {
        std::vector<double> worst;
        for (const std::uint64_t size : sizes()) {
            const auto snapshot = makeTrace(size, bursty);
            const DurationNs whole = snapshot->range.duration();
            worst.push_back(0);
            for (DurationNs width = whole; width >= 1000; width /= 4) {
                const auto times = frames(*snapshot, nullptr, width);
                const std::string name = std::string(bursty ? "bursty" : "even") + "_frame_"
                                         + std::to_string(width / 1000) + "us";
                print((name + "_median").c_str(), size, quantile(times, 0.5) / 1000, "ms");
                print((name + "_p99").c_str(), size, quantile(times, 0.99) / 1000, "ms");
                worst.back() = std::max(worst.back(), quantile(times, 0.5));
            }
            print(bursty ? "bursty_frame_worst_zoom" : "even_frame_worst_zoom", size,
                  worst.back() / 1000, "ms");
        }
        // A trace of 10⁵ events on 64 CPUs has fewer events than pixels: it can but be cheaper.
        QVERIFY(worst[1] <= 4 * worst[0] + 2000);
        if (worst.size() > 2)
            QVERIFY(worst[2] <= 2 * worst[1] + 500);
    }
}

void bench_query::aRowIsFoundFast()
{
    for (const std::uint64_t size : sizes()) {
        const auto snapshot = makeTrace(size, true);
        const RowOrder order(snapshot);
        std::mt19937_64 random(1);
        std::vector<double> at;
        std::vector<double> rowOf;
        std::vector<double> lower;
        for (int i = 0; i < 2000; ++i) {
            const Row row = random() % order.size();
            std::optional<Place> place;
            at.push_back(microseconds([&] { place = order.at(row); }));
            Row back = 0;
            rowOf.push_back(microseconds([&] { back = order.rowOf(*place); }));
            QCOMPARE(back, row);
            lower.push_back(microseconds([&] { back = order.lowerBound(order.time(*place)); }));
        }
        print("row_at_median", size, quantile(at, 0.5), "us");
        print("row_at_p99", size, quantile(at, 0.99), "us");
        print("row_of_median", size, quantile(rowOf, 0.5), "us");
        print("row_lower_bound_median", size, quantile(lower, 0.5), "us");
        RowCursor cursor(order, order.size() / 2);
        print("row_next", size, microseconds([&] {
                                    for (int i = 0; i < 10'000; ++i)
                                        static_cast<void>(cursor.next());
                                }) / 10,
              "ns");
    }
}

void bench_query::aFilterReadsAllEventsFast()
{
    for (const std::uint64_t size : sizes()) {
        const auto snapshot = makeTrace(size, false);
        ShowFilter events;
        events.hiddenEvents = {EventTypeId{1}, EventTypeId{2}};
        ShowFilter tasks;
        for (std::uint32_t i = 3; i < 150; ++i)
            tasks.hiddenTasks.push_back(static_cast<TaskId>(i));
        ShowFilter both = tasks;
        both.hiddenEvents = events.hiddenEvents;
        const std::pair<const char *, ShowFilter> filters[] = {
            {"filter_events", events}, {"filter_tasks", tasks}, {"filter_both", both}};
        for (const auto &[name, filter] : filters) {
            std::vector<double> times;
            std::shared_ptr<const Selection> selection;
            for (int i = 0; i < 5; ++i) {
                Progress progress;
                times.push_back(microseconds([&] {
                    selection = selectEvents(*snapshot, filter, {}, {}, progress).value();
                }));
            }
            QVERIFY(selection->count > 0 && selection->count < snapshot->eventCount);
            print(name, size, quantile(times, 0.5) * 1000 / static_cast<double>(size), "ns/event");
            const auto whole = frames(*snapshot, selection.get(), snapshot->range.duration() / 8);
            print((std::string(name) + "_frame").c_str(), size, quantile(whole, 0.5) / 1000, "ms");
        }
    }
}

QTEST_GUILESS_MAIN(bench_query)
#include "bench_query.moc"
