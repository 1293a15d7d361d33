// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/latency.h"
#include "model/filter/filter.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kBlocks = 2;
constexpr std::uint64_t kPreempted = 0x100;

const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kA{10, "a"};
const TraceDatWriter::Task kB{11, "b"};

std::shared_ptr<const LatencyResult> measured(const AnalysisScene &scene,
                                              const LatencyRequest &request)
{
    Progress progress;
    const auto result = measureLatency(*scene.analysis, request, {}, progress);
    if (!result)
        qFatal("not measured: %s", result.error().text().c_str());
    return *result;
}

/// "begin-end pid cpu<beganOn value" of the rows, in the order of time; '!' where events were lost.
std::string rows(const AnalysisScene &scene, const LatencyResult &result)
{
    std::vector<LatencyRow> rows = result.worst;
    std::sort(rows.begin(), rows.end(), [](const LatencyRow &a, const LatencyRow &b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::ostringstream out;
    for (const LatencyRow &row : rows) {
        out << row.begin << '-' << row.end << ' ' << scene.index->tasks->task(row.task).pid << ' '
            << row.cpu << '<' << row.beganOn << ' ';
        if (row.value == kNoValue)
            out << '?';
        else
            out << row.value;
        out << (row.isLost ? "!\n" : "\n");
    }
    return out.str();
}

std::string rows(const AnalysisScene &scene, LatencyKind kind)
{
    LatencyRequest request;
    request.kind = kind;
    return rows(scene, *measured(scene, request));
}

/// a runs, is preempted by b, blocks, and is woken to the other CPU.
TraceDatWriter twoTasks()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kB, kPreempted, kIdle);
    writer.waking(1, 1100, 0, kA, 0);
    writer.schedSwitch(0, 1200, kIdle, 0, kA);
    writer.schedSwitch(0, 1500, kA, kPreempted, kB);
    writer.schedSwitch(0, 1600, kB, kSleeps, kA);
    writer.schedSwitch(0, 1900, kA, kBlocks, kIdle);
    writer.waking(0, 2000, 0, kA, 1);
    writer.schedSwitch(1, 2050, kIdle, 0, kA);
    writer.schedSwitch(1, 2100, kA, kSleeps, kIdle);
    return writer;
}

} // namespace

class TestLatency final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statesAreMeasuredFromTheirBeginToTheNext();
    void whatIsNotFinishedIsCountedApart();
    void aRangeHasWhatBeginsInIt();
    void interruptsAreMeasuredFromEntryToExit();
    void groupsAreByTaskCpuAndValue();
    void hiddenTasksAndCpusAreLeftOut();
    void anExpressionDecidesByTheFirstEvent();
    void lossesAreMarked();
    void withoutItsEventsAKindIsMissing();
};

void TestLatency::statesAreMeasuredFromTheirBeginToTheNext()
{
    const AnalysisScene scene(twoTasks());
    const auto running = std::to_string(static_cast<int>(TaskState::Running));
    const auto sleeping = std::to_string(static_cast<int>(TaskState::Sleeping));
    QCOMPARE(rows(scene, LatencyKind::Wakeup),
             "1100-1200 10 0<1 " + running + "\n2000-2050 10 1<0 " + running + "\n");
    QCOMPARE(rows(scene, LatencyKind::Preemption),
             "1000-1500 11 0<0 " + running + "\n1500-1600 10 0<0 " + running + "\n");
    QCOMPARE(rows(scene, LatencyKind::Blocked),
             "1900-2000 10 0<0 " + std::to_string(static_cast<int>(TaskState::Runnable)) + "\n");
    QCOMPARE(rows(scene, LatencyKind::Sleep), std::string()); // nobody wakes them again
    QCOMPARE(rows(scene, LatencyKind::Running),
             "1200-1500 10 0<0 " + std::to_string(static_cast<int>(TaskState::Preempted))
                 + "\n1500-1600 11 0<0 " + sleeping + "\n1600-1900 10 0<0 "
                 + std::to_string(static_cast<int>(TaskState::Blocked)) + "\n2050-2100 10 1<1 "
                 + sleeping + "\n");
    LatencyRequest request;
    const auto wakeups = measured(scene, request);
    QVERIFY(wakeups->isComplete);
    const Distribution &all = wakeups->total.durations;
    QCOMPARE(all.count(), 2U);
    QCOMPARE(all.sum(), 150U);
    QCOMPARE(all.min(), 50);
    QCOMPARE(all.max(), 100);
    QCOMPARE(all.mean(), 75.0);
    QCOMPARE(all.deviation(), 25.0);
    QCOMPARE(all.percentile(50), 50);
    QCOMPARE(all.percentile(51), 100);
    QCOMPARE(wakeups->worst.front().duration(), 100);
}

void TestLatency::whatIsNotFinishedIsCountedApart()
{
    TraceDatWriter writer;
    writer.print(0, 1000, 10, "runs already");
    writer.schedSwitch(0, 1100, kA, kSleeps, kIdle);
    writer.waking(0, 1200, 0, kA, 0);
    writer.print(0, 1300, 0, "not yet");
    const AnalysisScene scene(writer);
    for (const LatencyKind kind : {LatencyKind::Running, LatencyKind::Wakeup}) {
        LatencyRequest request;
        request.kind = kind;
        const auto result = measured(scene, request);
        QCOMPARE(result->total.durations.count(), 0U);
        QCOMPARE(result->unfinished, 1U);
    }
    QCOMPARE(rows(scene, LatencyKind::Sleep), std::string("1100-1200 10 0<0 2\n"));
}

void TestLatency::aRangeHasWhatBeginsInIt()
{
    const AnalysisScene scene(twoTasks());
    LatencyRequest request;
    request.kind = LatencyKind::Running;
    request.range = {1400, 1700};
    const auto part = measured(scene, request);
    QCOMPARE(part->total.durations.count(), 2U); // from 1500 and from 1600
    QCOMPARE(part->total.durations.sum(), 400U); // the second one whole
    QCOMPARE(part->begunBefore, 1U); // from 1200
    QCOMPARE(part->endedBehind, 1U);
    // Ranges that tile the trace have each once.
    std::uint64_t count = 0;
    for (TimeNs time = 900; time < 2200; time += 7) {
        request.range = {time, time + 7};
        count += measured(scene, request)->total.durations.count();
    }
    QCOMPARE(count, 4U);
    request.range = {2200, 1000};
    QCOMPARE(measured(scene, request)->total.durations.count(), 0U);
}

void TestLatency::interruptsAreMeasuredFromEntryToExit()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 900, kIdle, 0, kA);
    writer.irqEntry(0, 1000, 10, 24, "net");
    writer.irqExit(0, 1030, 10, 24, 1);
    writer.irqEntry(0, 1100, 10, 24, "net");
    writer.irqEntry(0, 1110, 10, 7, "timer"); // interrupts it
    writer.irqExit(0, 1115, 10, 7, 1);
    writer.irqExit(0, 1150, 10, 24, 1);
    writer.irqEntry(0, 1150, 10, 7, "timer"); // in the same nanosecond, but not the same one
    writer.irqExit(0, 1160, 10, 7, 1);
    writer.softirqEntry(0, 1170, 10, 3);
    writer.softirqExit(0, 1200, 10, 3);
    writer.irqEntry(0, 1300, 10, 24, "net"); // and no exit
    const AnalysisScene scene(writer);
    QCOMPARE(rows(scene, LatencyKind::Irq), std::string("1000-1030 10 0<0 24\n"
                                                        "1100-1150 10 0<0 24\n"
                                                        "1110-1115 10 0<0 7\n"
                                                        "1150-1160 10 0<0 7\n"));
    QCOMPARE(rows(scene, LatencyKind::Softirq), std::string("1170-1200 10 0<0 3\n"));
    LatencyRequest request;
    request.kind = LatencyKind::Irq;
    request.grouping = LatencyGrouping::Value;
    const auto result = measured(scene, request);
    QCOMPARE(result->unfinished, 1U);
    QCOMPARE(result->groups.size(), 2U);
    QCOMPARE(result->groups[0].key, 24U);
    QCOMPARE(result->groups[0].durations.sum(), 80U);
    QCOMPARE(result->groups[1].durations.sum(), 15U);
    // Where the range begins in the middle, what goes on is not another one.
    request.range = {1112, 2000};
    const auto part = measured(scene, request);
    QCOMPARE(part->total.durations.count(), 1U);
    QCOMPARE(part->begunBefore, 1U);
}

void TestLatency::groupsAreByTaskCpuAndValue()
{
    const AnalysisScene scene(twoTasks());
    LatencyRequest request;
    request.kind = LatencyKind::Running;
    request.grouping = LatencyGrouping::Task;
    const auto tasks = measured(scene, request);
    QCOMPARE(tasks->groups.size(), 2U);
    QCOMPARE(TaskId(tasks->groups[0].key), scene.task(10));
    QCOMPARE(tasks->groups[0].durations.sum(), 650U);
    QCOMPARE(tasks->groups[0].longest.begin, 1200); // the first of two as long
    QCOMPARE(tasks->total.durations.sum(), 750U);
    request.grouping = LatencyGrouping::Cpu;
    const auto cpus = measured(scene, request);
    QCOMPARE(cpus->groups.size(), 2U);
    QCOMPARE(cpus->groups[1].key, 1U);
    QCOMPARE(cpus->groups[1].durations.sum(), 50U);
    request.onlyGroup = 1;
    QCOMPARE(measured(scene, request)->total.durations.sum(), 50U);
    request.onlyGroup.reset();
    request.grouping = LatencyGrouping::Value;
    QCOMPARE(measured(scene, request)->groups.size(), 3U); // preempted, asleep, blocked
    // Columns of 100 ns, the first from 1000 on.
    request.range = {1000, 2100};
    request.columns = 11;
    const auto columns = measured(scene, request)->columns;
    QCOMPARE(columns.size(), 11U);
    for (std::size_t i = 0; i < columns.size(); ++i)
        QCOMPARE(columns[i].count, i == 2 || i == 5 || i == 6 || i == 10 ? 1U : 0U);
    QCOMPARE(columns[6].longest.duration(), 300);
}

void TestLatency::hiddenTasksAndCpusAreLeftOut()
{
    const AnalysisScene scene(twoTasks());
    LatencyRequest request;
    request.kind = LatencyKind::Running;
    request.shown.hiddenTasks = {scene.task(10)};
    QCOMPARE(rows(scene, *measured(scene, request)), std::string("1500-1600 11 0<0 5\n"));
    request.shown = {};
    request.shown.hiddenCpus = {0};
    QCOMPARE(rows(scene, *measured(scene, request)), std::string("2050-2100 10 1<1 5\n"));
    request.kind = LatencyKind::Wakeup; // by where it runs in the end
    QCOMPARE(rows(scene, *measured(scene, request)), std::string("2000-2050 10 1<0 1\n"));
}

void TestLatency::anExpressionDecidesByTheFirstEvent()
{
    const AnalysisScene scene(twoTasks());
    LatencyRequest request;
    const auto filter = Filter::compile("target_cpu == 1", scene.index->trace);
    QVERIFY(filter.has_value());
    Progress progress;
    const auto selection = selectFiltered(scene.index, **filter, {}, {}, {}, {}, progress);
    QVERIFY(selection.has_value());
    request.selection = *selection;
    QCOMPARE(rows(scene, *measured(scene, request)), std::string("2000-2050 10 1<0 1\n"));
    request.kind = LatencyKind::Running; // begins with switches, which have no such field
    QCOMPARE(rows(scene, *measured(scene, request)), std::string());
}

void TestLatency::lossesAreMarked()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.schedSwitch(0, 1100, kA, kSleeps, kIdle);
    writer.print(1, 1120, 0, "before");
    writer.loseEvents(1, 5);
    writer.print(1, 1180, 0, "behind");
    writer.waking(0, 1150, 0, kA, 0);
    writer.schedSwitch(0, 1200, kIdle, 0, kA);
    writer.schedSwitch(0, 1300, kA, kSleeps, kIdle);
    const AnalysisScene scene(writer);
    QCOMPARE(rows(scene, LatencyKind::Wakeup), std::string("1150-1200 10 0<0 1!\n"));
    QCOMPARE(rows(scene, LatencyKind::Running),
             std::string("1000-1100 10 0<0 5\n1200-1300 10 0<0 5\n"));
    LatencyRequest request;
    request.includeLost = false;
    const auto result = measured(scene, request);
    QCOMPARE(result->total.durations.count(), 0U);
    QCOMPARE(result->lost, 1U);
}

void TestLatency::withoutItsEventsAKindIsMissing()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.irqEntry(0, 1010, 10, 24, "net");
    const AnalysisScene scene(writer);
    for (std::size_t i = 0; i < kLatencyKinds; ++i) {
        LatencyRequest request;
        request.kind = static_cast<LatencyKind>(i);
        const bool has = request.kind == LatencyKind::Preemption
                         || request.kind == LatencyKind::Blocked
                         || request.kind == LatencyKind::Sleep
                         || request.kind == LatencyKind::Running;
        QCOMPARE(measured(scene, request)->isMissing, !has);
    }
}

QTEST_GUILESS_MAIN(TestLatency)
#include "tst_latency.moc"
