// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/notes_p.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kBlocks = 2;
constexpr std::uint64_t kDies = 0x20;
constexpr std::uint64_t kPreempted = 0x100;

const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kA{10, "a"};
const TraceDatWriter::Task kB{11, "b"};

} // namespace

class TestTaskStates final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lettersMeanStates();
    void bitsMeanStates();
    void aTaskIsWokenRunsIsPreemptedAndSleeps();
    void wokenWhileItRunsItGoesOn();
    void exitEndsIt();
    void aLossMakesWhoRanUnknown();
    void aSleeperThatRunsBehindALossIsUnknownFromThere();
    void withoutSwitchesThereAreNoStates();
    void segmentsOfAnySizeSayTheSame();
    void recordedStatesTileTheTrace_data();
    void recordedStatesTileTheTrace();
};

void TestTaskStates::lettersMeanStates()
{
    QCOMPARE(taskStateOf("R"), TaskState::Preempted);
    QCOMPARE(taskStateOf("R+"), TaskState::Preempted);
    QCOMPARE(taskStateOf("S"), TaskState::Sleeping);
    QCOMPARE(taskStateOf("I"), TaskState::Sleeping);
    QCOMPARE(taskStateOf("D"), TaskState::Blocked);
    QCOMPARE(taskStateOf("D|W"), TaskState::Blocked);
    QCOMPARE(taskStateOf("T"), TaskState::Stopped);
    QCOMPARE(taskStateOf("t"), TaskState::Stopped);
    QCOMPARE(taskStateOf("P"), TaskState::Stopped);
    QCOMPARE(taskStateOf("X"), TaskState::Dead);
    QCOMPARE(taskStateOf("Z"), TaskState::Dead);
}

void TestTaskStates::bitsMeanStates()
{
    QCOMPARE(taskStateOf(std::int64_t{0}), TaskState::Preempted);
    QCOMPARE(taskStateOf(std::int64_t{0x100}), TaskState::Preempted);
    QCOMPARE(taskStateOf(std::int64_t{1}), TaskState::Sleeping);
    QCOMPARE(taskStateOf(std::int64_t{2}), TaskState::Blocked);
    QCOMPARE(taskStateOf(std::int64_t{4}), TaskState::Stopped);
    QCOMPARE(taskStateOf(std::int64_t{8}), TaskState::Stopped);
    QCOMPARE(taskStateOf(std::int64_t{0x10}), TaskState::Dead);
    QCOMPARE(taskStateOf(std::int64_t{0x20}), TaskState::Dead);
    QCOMPARE(taskStateOf(std::int64_t{0x40}), TaskState::Stopped);
    QCOMPARE(taskStateOf(std::int64_t{0x80}), TaskState::Sleeping);
}

void TestTaskStates::aTaskIsWokenRunsIsPreemptedAndSleeps()
{
    TraceDatWriter writer;
    writer.waking(1, 1100, 0, kA, 0);
    writer.schedSwitch(0, 1000, kB, kPreempted, kIdle); // b runs since the stream's begin
    writer.schedSwitch(0, 1200, kIdle, 0, kA);
    writer.schedSwitch(0, 1500, kA, kPreempted, kB);
    writer.schedSwitch(0, 1600, kB, kSleeps, kA);
    writer.schedSwitch(0, 1900, kA, kBlocks, kIdle);
    writer.waking(0, 2000, 0, kA, 1);
    writer.schedSwitch(1, 2050, kIdle, 0, kA);
    writer.schedSwitch(1, 2100, kA, kSleeps, kIdle);
    const AnalysisScene scene(writer);
    QVERIFY(scene.analysis->isComplete());
    QVERIFY(scene.analysis->hasSwitches);
    QVERIFY(scene.analysis->hasWakeups);
    QCOMPARE(scene.states(10), std::string("1000 1100 ? 0\n"
                                           "1100 1200 W 1\n"
                                           "1200 1500 r 0\n"
                                           "1500 1600 P 0\n"
                                           "1600 1900 r 0\n"
                                           "1900 2000 D 0\n"
                                           "2000 2050 W 0\n"
                                           "2050 2100 r 1\n"
                                           "2100 2101 S 1\n"));
    // It had to wait without a wakeup: it was still runnable.
    QCOMPARE(scene.states(11), std::string("1000 1000 r 0\n"
                                           "1000 1500 P 0\n"
                                           "1500 1600 r 0\n"
                                           "1600 2101 S 0\n"));
    QCOMPARE(scene.states(0), std::string());
    const TrackKey a{TrackClass::TaskState, 0, ownerOfTask(scene.task(10)), 0};
    const TrackSummary *const summary = scene.analysis->find(a);
    QVERIFY(summary != nullptr);
    QCOMPARE(summary->slices, 9U);
    QCOMPARE(summary->range, (TimeRange{1000, 2101}));
    QCOMPARE(sliceAt(*scene.analysis, a, 1199)->slice.begin, 1100);
    QCOMPARE(sliceAt(*scene.analysis, a, 1200)->slice.begin, 1200);
    QVERIFY(!sliceAt(*scene.analysis, a, 999));
    QVERIFY(!sliceAt(*scene.analysis, a, 2101));
    QCOMPARE(nextSlice(*scene.analysis, a, 1200)->slice.begin, 1500);
    QCOMPARE(previousSlice(*scene.analysis, a, 1200)->slice.begin, 1100);
}

void TestTaskStates::wokenWhileItRunsItGoesOn()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.waking(1, 1100, 0, kA, 0);
    writer.schedSwitch(0, 1200, kA, kSleeps, kIdle);
    const AnalysisScene scene(writer);
    QCOMPARE(scene.states(10), std::string("1000 1200 r 0\n1200 1201 S 0\n"));
}

void TestTaskStates::exitEndsIt()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.schedSwitch(0, 1200, kA, kDies, kIdle);
    writer.schedSwitch(0, 1300, kIdle, 0, kB);
    const AnalysisScene scene(writer);
    QCOMPARE(scene.states(10), std::string("1000 1200 r 0\n1200 1301 X 0\n"));
}

void TestTaskStates::aLossMakesWhoRanUnknown()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.print(0, 1100, 10, "still a");
    writer.loseEvents(0, 5);
    writer.print(0, 1500, 11, "now b");
    writer.schedSwitch(0, 1600, kB, kSleeps, kA);
    writer.schedSwitch(0, 1700, kA, kSleeps, kIdle);
    const AnalysisScene scene(writer);
    QCOMPARE(scene.states(10), std::string("1000 1100 r 0\n"
                                           "1100 1600 ? 0\n"
                                           "1600 1700 r 0\n"
                                           "1700 1701 S 0\n"));
    QCOMPARE(scene.states(11), std::string("1000 1500 ? 0\n"
                                           "1500 1600 r 0\n"
                                           "1600 1701 S 0\n"));
}

void TestTaskStates::aSleeperThatRunsBehindALossIsUnknownFromThere()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.schedSwitch(0, 1100, kA, kSleeps, kIdle);
    writer.loseEvents(0, 5);
    writer.schedSwitch(0, 1500, kIdle, 0, kA);
    writer.schedSwitch(0, 1600, kA, kSleeps, kIdle);
    writer.waking(0, 1650, 0, kA, 0);
    writer.schedSwitch(0, 1700, kIdle, 0, kA);
    const AnalysisScene scene(writer);
    QCOMPARE(scene.states(10), std::string("1000 1100 r 0\n"
                                           "1100 1500 ? 0\n"
                                           "1500 1600 r 0\n"
                                           "1600 1650 S 0\n"
                                           "1650 1700 W 0\n"
                                           "1700 1700 r 0\n" // at least
                                           "1700 1701 ? 0\n"));
}

void TestTaskStates::withoutSwitchesThereAreNoStates()
{
    TraceDatWriter writer;
    writer.waking(1, 1100, 0, kA, 0);
    const AnalysisScene scene(writer);
    QVERIFY(!scene.analysis->hasSwitches);
    QVERIFY(scene.analysis->tracks.empty());
    QVERIFY(scene.analysis->isComplete());
}

void TestTaskStates::segmentsOfAnySizeSayTheSame()
{
    const AnalysisScene whole("sched-basic.dat");
    AnalysisOptions options;
    options.eventsAtATime = 100;
    options.slicesOfASegment = 50;
    const AnalysisScene pieces("sched-basic.dat", options);
    QVERIFY(pieces.analysis->segments.size() > 10);
    QCOMPARE(pieces.analysis->tracks.size(), whole.analysis->tracks.size());
    for (std::size_t i = 0; i < whole.analysis->tracks.size(); ++i) {
        const TrackSummary &track = whole.analysis->tracks[i];
        if (track.key.what != TrackClass::TaskState)
            continue;
        // Ids of tasks may differ from one build of an index to the next.
        const Pid pid = whole.index->tasks->task(TaskId(track.key.owner)).pid;
        QCOMPARE(pieces.states(pid), whole.states(pid));
    }
}

void TestTaskStates::recordedStatesTileTheTrace_data()
{
    QTest::addColumn<QString>("file");
    for (const char *const name : {"sched-basic.dat", "lab-sched-16cpu.dat", "lost-events.dat",
                                   "multi-buffer.dat", "one-cpu.dat", "v6.dat"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestTaskStates::recordedStatesTileTheTrace()
{
    QFETCH(QString, file);
    const AnalysisScene scene(file.toStdString());
    std::uint64_t running = 0;
    for (const TrackSummary &track : scene.analysis->tracks) {
        if (track.key.what != TrackClass::TaskState)
            continue;
        TimeNs end = kTimeMin;
        for (const PlacedSlice &found : scene.slices(track.key)) {
            QVERIFY(found.slice.end >= found.slice.begin);
            QVERIFY(end == kTimeMin || found.slice.begin == end);
            end = found.slice.end;
            if (found.slice.value == static_cast<std::uint32_t>(TaskState::Running))
                running += static_cast<std::uint64_t>(found.slice.end - found.slice.begin);
        }
        QCOMPARE(end, scene.index->range.end);
    }
    // The index finds out from the switches alone who ran how long.
    std::uint64_t indexed = 0;
    for (std::size_t i = 1; i < scene.index->runtimePerTask.size(); ++i)
        indexed += static_cast<std::uint64_t>(scene.index->runtimePerTask[i]);
    QVERIFY2(running <= indexed + indexed / 1000 && running + indexed / 1000 >= indexed,
             qPrintable(QStringLiteral("%1 %2").arg(running).arg(indexed)));
}

QTEST_GUILESS_MAIN(TestTaskStates)
#include "tst_taskstates.moc"
