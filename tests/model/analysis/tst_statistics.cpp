// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/statistics.h"
#include "model/filter/filter.h"
#include "model/query/lanes.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kBlocks = 2;
constexpr std::uint64_t kPreempted = 0x100;

const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kA{10, "a"};
const TraceDatWriter::Task kB{11, "b"};

std::shared_ptr<const Statistics> measured(const AnalysisScene &scene,
                                           const StatisticsRequest &request = {})
{
    Progress progress;
    const auto result = measureStatistics(*scene.analysis, request, {}, progress);
    if (!result)
        qFatal("not measured: %s", result.error().text().c_str());
    return *result;
}

TaskStatistics taskOf(const AnalysisScene &scene, const Statistics &statistics, Pid pid)
{
    for (const TaskStatistics &task : statistics.tasks) {
        if (task.task == scene.task(pid))
            return task;
    }
    return {};
}

std::string text(const SchedulingStatistics &s)
{
    std::ostringstream out;
    out << "run " << s.running << " in " << s.runs << ", wait " << s.waiting << '+' << s.preempted
        << " max " << s.maxWait << '@' << s.maxWaitBegin << " on " << s.maxWaitCpu << ", left "
        << s.voluntary << '+' << s.involuntary << ", woken " << s.wakeups << ", moved "
        << s.migrations;
    return out.str();
}

/// a runs, is preempted by b, blocks, and is woken to the other CPU.
TraceDatWriter twoTasks()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kB, kPreempted, kIdle);
    writer.waking(1, 1100, 0, kA, 0);
    writer.schedSwitch(0, 1200, kIdle, 0, kA);
    writer.irqEntry(0, 1300, 10, 24, "net");
    writer.irqExit(0, 1320, 10, 24, 1);
    writer.softirqEntry(0, 1320, 10, 3);
    writer.softirqExit(0, 1350, 10, 3);
    writer.schedSwitch(0, 1500, kA, kPreempted, kB);
    writer.schedSwitch(0, 1600, kB, kSleeps, kA);
    writer.schedSwitch(0, 1900, kA, kBlocks, kIdle);
    writer.waking(0, 2000, 0, kA, 1);
    writer.schedSwitch(1, 2050, kIdle, 0, kA);
    writer.schedSwitch(1, 2100, kA, kSleeps, kIdle);
    return writer;
}

} // namespace

class TestStatistics final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTraceIsSummed();
    void timesAreCutAtTheRange();
    void whatIsHiddenIsLeftOut();
    void anExpressionDecidesWhichEventsCount();
    void runqueuesHaveMaxAndMean();
    void rangesThatTileTheTraceAddUp_data();
    void rangesThatTileTheTraceAddUp();
    void runqueuesAreAsTheNaiveOnes();
    void listsAreSetSideBySide();
    void canBeCancelled();
};

void TestStatistics::aTraceIsSummed()
{
    const AnalysisScene scene(twoTasks());
    const auto all = measured(scene);
    QCOMPARE(all->range, (TimeRange{1000, 2101}));
    QCOMPARE(all->events, 13U);
    QVERIFY(all->hasSwitches && all->hasWakeups && all->hasIrqs && all->hasSoftirqs);
    const TaskStatistics a = taskOf(scene, *all, 10);
    QCOMPARE(text(a.scheduling),
             std::string("run 650 in 3, wait 150+100 max 100@1100 on 1, left 2+1, "
                         "woken 2, moved 1"));
    QCOMPARE(a.blocked, 100);
    QCOMPARE(a.sleeping, 1);
    QCOMPARE(a.unknown, 100); // before its first wakeup
    QCOMPARE(a.events, 7U); // two switches away, one on the other CPU, and the interrupts
    const TaskStatistics b = taskOf(scene, *all, 11);
    QCOMPARE(text(b.scheduling),
             std::string("run 100 in 1, wait 0+500 max 500@1000 on 0, left 1+1, "
                         "woken 0, moved 0"));
    QCOMPARE(text(all->total),
             std::string("run 750 in 4, wait 150+600 max 500@1000 on 0, left 3+2, "
                         "woken 2, moved 1"));
    QCOMPARE(all->cpus.size(), 2U);
    const CpuStatistics &cpu0 = all->cpus[0];
    QCOMPARE(text(cpu0.scheduling),
             std::string("run 700 in 3, wait 100+600 max 500@1000 on 0, left "
                         "2+2, woken 1, moved 0"));
    QCOMPARE(cpu0.idle, 200 + 100); // up to the last event, at 2000
    QCOMPARE(cpu0.unknown, 101);
    QCOMPARE(cpu0.irqs, 1U);
    QCOMPARE(cpu0.irqTime, 20);
    QCOMPARE(cpu0.softirqs, 1U);
    QCOMPARE(cpu0.softirqTime, 30);
    QCOMPARE(all->cpus[1].scheduling.migrations, 1U);
    QCOMPARE(all->cpus[1].unknown, 101);
    QCOMPARE(all->eventTypes.front().count, 7U);
    QCOMPARE(scene.index->trace->events().event(all->eventTypes.front().event).name,
             std::string("sched_switch"));
}

void TestStatistics::timesAreCutAtTheRange()
{
    const AnalysisScene scene(twoTasks());
    StatisticsRequest request;
    request.range = {1400, 1700};
    const auto part = measured(scene, request);
    QCOMPARE(text(taskOf(scene, *part, 10).scheduling),
             std::string("run 200 in 1, wait 0+100 max 100@1500 on 0, left 0+1, woken 0, moved 0"));
    QCOMPARE(text(taskOf(scene, *part, 11).scheduling),
             std::string("run 100 in 1, wait 0+100 max 0@") + std::to_string(kTimeMin)
                 + " on 0, left 1+0, woken 0, moved 0");
    QCOMPARE(part->events, 2U);
    QCOMPARE(part->cpus[0].irqs, 0U);
    request.range = {3000, 4000};
    QCOMPARE(measured(scene, request)->events, 0U);
}

void TestStatistics::whatIsHiddenIsLeftOut()
{
    const AnalysisScene scene(twoTasks());
    StatisticsRequest request;
    request.shown.hiddenTasks = {scene.task(10)};
    const auto tasks = measured(scene, request);
    QCOMPARE(tasks->total.running, 100);
    QCOMPARE(tasks->events, 6U);
    request.shown = {};
    request.shown.hiddenCpus = {0};
    const auto cpus = measured(scene, request);
    QCOMPARE(cpus->cpus.size(), 1U);
    QCOMPARE(text(cpus->total),
             std::string("run 50 in 1, wait 50+0 max 50@2000 on 0, left 1+0, woken "
                         "1, moved 1"));
    QCOMPARE(cpus->events, 3U);
}

void TestStatistics::anExpressionDecidesWhichEventsCount()
{
    const AnalysisScene scene(twoTasks());
    const auto filter = Filter::compile("next_pid == 10", scene.index->trace);
    QVERIFY(filter.has_value());
    Progress progress;
    const auto selection = selectFiltered(scene.index, **filter, {}, {}, {}, {}, progress);
    QVERIFY(selection.has_value());
    StatisticsRequest request;
    request.selection = *selection;
    const auto some = measured(scene, request);
    QCOMPARE(some->events, 3U);
    QCOMPARE(some->eventTypes.size(), 1U);
    QCOMPARE(some->total.running, 750);
}

void TestStatistics::runqueuesHaveMaxAndMean()
{
    const AnalysisScene scene(twoTasks());
    StatisticsRequest request;
    request.range = {1000, 2100};
    request.columns = 11;
    const auto result = measured(scene, request);
    const auto &all = result->runqueue.all;
    QCOMPARE(all.size(), 11U);
    // b waits from 1000 to 1500, a from 1100 to 1200, 1500 to 1600 and 2000 to 2050.
    const std::vector<std::uint32_t> max{1, 2, 1, 1, 1, 1, 0, 0, 0, 0, 1};
    const std::vector<float> mean{1, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0.5F};
    for (std::size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(all[i].max, max[i]);
        QCOMPARE(all[i].mean, mean[i]);
    }
    QCOMPARE(result->runqueue.byCpu.size(), 2U);
    QCOMPARE(result->runqueue.byCpu[1][10].max, 1U);
    QCOMPARE(result->runqueue.byCpu[1][1].max, 0U);
    QCOMPARE(result->runqueue.byCpu[0][1].mean, 2.0F);
}

void TestStatistics::rangesThatTileTheTraceAddUp_data()
{
    QTest::addColumn<QString>("file");
    for (const char *const name :
         {"sched-basic.dat", "lab-sched-16cpu.dat", "lost-events.dat", "multi-buffer.dat"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestStatistics::rangesThatTileTheTraceAddUp()
{
    QFETCH(QString, file);
    AnalysisOptions options;
    options.eventsAtATime = 1000;
    options.slicesOfASegment = 500;
    const AnalysisScene scene(file.toStdString(), options);
    const auto whole = measured(scene);
    const TimeRange range = whole->range;
    std::map<TaskId, TaskStatistics> tasks;
    std::vector<CpuStatistics> cpus(whole->cpus.size());
    std::uint64_t events = 0;
    constexpr int kParts = 13;
    for (int i = 0; i < kParts; ++i) {
        StatisticsRequest request;
        request.range = {range.begin + range.duration() * i / kParts,
                         range.begin + range.duration() * (i + 1) / kParts};
        const auto part = measured(scene, request);
        events += part->events;
        for (const TaskStatistics &task : part->tasks) {
            TaskStatistics &sum = tasks[task.task];
            sum.events += task.events;
            sum.blocked += task.blocked;
            sum.scheduling.running += task.scheduling.running;
            sum.scheduling.waiting += task.scheduling.waiting;
            sum.scheduling.preempted += task.scheduling.preempted;
            sum.scheduling.runs += task.scheduling.runs;
            sum.scheduling.voluntary += task.scheduling.voluntary;
            sum.scheduling.involuntary += task.scheduling.involuntary;
            sum.scheduling.wakeups += task.scheduling.wakeups;
            sum.scheduling.migrations += task.scheduling.migrations;
            sum.scheduling.maxWait = std::max(sum.scheduling.maxWait, task.scheduling.maxWait);
        }
        for (std::size_t c = 0; c < cpus.size(); ++c) {
            cpus[c].idle += part->cpus[c].idle;
            cpus[c].unknown += part->cpus[c].unknown;
            cpus[c].irqs += part->cpus[c].irqs;
            cpus[c].irqTime += part->cpus[c].irqTime;
            cpus[c].softirqs += part->cpus[c].softirqs;
            cpus[c].lostEvents += part->cpus[c].lostEvents;
        }
    }
    QCOMPARE(events, scene.index->eventCount);
    QCOMPARE(events, whole->events);
    QVERIFY(whole->total.running > 0);
    for (const TaskStatistics &task : whole->tasks) {
        TaskStatistics &sum = tasks[task.task];
        sum.scheduling.maxWaitBegin = task.scheduling.maxWaitBegin;
        sum.scheduling.maxWaitCpu = task.scheduling.maxWaitCpu;
        QCOMPARE(text(sum.scheduling), text(task.scheduling));
        QCOMPARE(sum.events, task.events);
        QCOMPARE(sum.blocked, task.blocked);
    }
    for (std::size_t c = 0; c < cpus.size(); ++c) {
        QCOMPARE(cpus[c].idle, whole->cpus[c].idle);
        QCOMPARE(cpus[c].unknown, whole->cpus[c].unknown);
        QCOMPARE(cpus[c].irqs, whole->cpus[c].irqs);
        QCOMPARE(cpus[c].irqTime, whole->cpus[c].irqTime);
        QCOMPARE(cpus[c].softirqs, whole->cpus[c].softirqs);
    }
}

/// Moments one by one, of a trace with few of them.
void TestStatistics::runqueuesAreAsTheNaiveOnes()
{
    const unsigned seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        TraceDatWriter writer;
        std::array<TraceDatWriter::Task, 2> running{kIdle, kIdle};
        std::uint64_t time = 1000;
        for (int i = 0; i < 200; ++i, time += 1 + random() % 5) {
            const CpuId cpu = random() % 2;
            const TraceDatWriter::Task task{static_cast<Pid>(10 + random() % 5), "t"};
            if (random() % 2 == 0) {
                writer.waking(cpu, time, running[cpu].pid, task, 0);
            } else if (running[1 - cpu].pid != task.pid && running[cpu].pid != task.pid) {
                const auto next = random() % 4 == 0 ? kIdle : task;
                if (next.pid == running[cpu].pid)
                    continue;
                const std::uint64_t state = random() % 3 == 0 ? kPreempted : kSleeps;
                writer.schedSwitch(cpu, time, running[cpu], state, next);
                running[cpu] = next;
            }
        }
        AnalysisOptions options;
        options.eventsAtATime = 10;
        options.slicesOfASegment = 20;
        const AnalysisScene scene(writer, options);
        StatisticsRequest request;
        request.columns = 50;
        const auto result = measured(scene, request);
        const TimeRange range = result->range;
        std::vector<std::uint32_t> waits(static_cast<std::size_t>(range.duration()));
        for (const TrackSummary &track : scene.analysis->tracks) {
            for (const PlacedSlice &found : scene.slices(track.key)) {
                if (found.slice.value == kNoValue
                    || !isWaiting(static_cast<TaskState>(found.slice.value)))
                    continue;
                for (TimeNs t = found.slice.begin; t < found.slice.end; ++t)
                    ++waits[static_cast<std::size_t>(t - range.begin)];
            }
        }
        const PixelGrid grid{range, request.columns};
        std::vector<std::uint32_t> max(request.columns);
        std::vector<double> sum(request.columns);
        std::vector<double> width(request.columns);
        for (std::size_t t = 0; t < waits.size(); ++t) {
            const std::uint32_t x = grid.columnOf(range.begin + static_cast<TimeNs>(t));
            max[x] = std::max(max[x], waits[t]);
            sum[x] += waits[t];
            width[x] += 1;
        }
        for (std::uint32_t x = 0; x < request.columns; ++x) {
            QCOMPARE(result->runqueue.all[x].max, max[x]);
            QCOMPARE(result->runqueue.all[x].mean,
                     static_cast<float>(width[x] > 0 ? sum[x] / width[x] : 0));
        }
    }
}

void TestStatistics::listsAreSetSideBySide()
{
    const AnalysisScene scene(twoTasks());
    StatisticsRequest request;
    request.range = {1000, 1150};
    const auto a = measured(scene, request);
    request.range = {1650, 2101};
    const auto b = measured(scene, request);
    const auto tasks = pairTasks(*a, *b);
    for (const auto &[i, j] : tasks) {
        QVERIFY(i >= 0 || j >= 0);
        if (i >= 0 && j >= 0)
            QCOMPARE(a->tasks[static_cast<std::size_t>(i)].task,
                     b->tasks[static_cast<std::size_t>(j)].task);
    }
    QCOMPARE(pairCpus(*a, *b).size(), 2U);
    QCOMPARE(pairEvents(*a, *b).size(), 2U); // switch and waking
}

void TestStatistics::canBeCancelled()
{
    const AnalysisScene scene("sched-basic.dat");
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    const auto result = measureStatistics(*scene.analysis, {}, stop.get_token(), progress);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
