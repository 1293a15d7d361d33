// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/explain.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kPreempted = 0x100;
const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kA{10, "a"};
const TraceDatWriter::Task kB{11, "b"};
const TraceDatWriter::Task kC{12, "c"};

} // namespace

class TestExplain final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWaitIsBehindThoseThatRan();
    void thePreemptorIsNamed();
    void aSleepEndsWithItsWakeup();
    void wakersAreFollowedBackToAnInterrupt();
    void lossesMakeItUncertain();
    void everyWaitOfARecordingHasItsEvents();
};

void TestExplain::aWaitIsBehindThoseThatRan()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kB);
    writer.waking(1, 1100, 12, kA, 0);
    writer.schedSwitch(0, 1400, kB, kSleeps, kC);
    writer.schedSwitch(0, 1500, kC, kSleeps, kA);
    writer.schedSwitch(0, 1800, kA, kSleeps, kIdle);
    const AnalysisScene scene(writer);
    const auto story = explainSlice(*scene.analysis, scene.task(10), 1200);
    QVERIFY(story && story->isKnown);
    QCOMPARE(story->state, TaskState::Runnable);
    QVERIFY(story->wakeup);
    QCOMPARE(story->wakeup->waker, scene.task(12));
    QCOMPARE(story->wakeup->cpu, 1U);
    QCOMPARE(story->wakeup->context, Wakeup::Context::Task);
    QVERIFY(story->ranNext);
    QCOMPARE(story->ranNext->cpu, 0U);
    QCOMPARE(story->behind.size(), 2U);
    QCOMPARE(story->behind[0].task, scene.task(11));
    QCOMPARE(story->behind[0].time, 300);
    QCOMPARE(story->behind[1].task, scene.task(12));
    QCOMPARE(story->behind[1].time, 100);
    QVERIFY(!story->touchesLoss);
    QVERIFY(story->prio);
    QVERIFY(!explainSlice(*scene.analysis, scene.task(10), 5000));
    QVERIFY(!explainSlice(*scene.analysis, TaskId{999}, 1200));
}

void TestExplain::thePreemptorIsNamed()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.schedSwitch(0, 1400, kA, kPreempted, kC);
    writer.schedSwitch(0, 1500, kC, kSleeps, kA);
    writer.print(0, 1600, 10, "goes on");
    const AnalysisScene scene(writer);
    const auto story = explainSlice(*scene.analysis, scene.task(10), 1400);
    QVERIFY(story);
    QCOMPARE(story->state, TaskState::Preempted);
    QCOMPARE(story->preemptedBy, scene.task(12));
    QVERIFY(story->preemptorPrio);
    QCOMPARE(story->behind.size(), 1U);
    QCOMPARE(story->behind[0].time, 100);
    QVERIFY(!story->wakeup);
}

void TestExplain::aSleepEndsWithItsWakeup()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kA);
    writer.schedSwitch(0, 1400, kA, kSleeps, kIdle);
    writer.softirqEntry(0, 1900, 0, 1);
    writer.waking(0, 2000, 0, kA, 0);
    writer.softirqExit(0, 2100, 0, 1);
    writer.schedSwitch(0, 2200, kIdle, 0, kA);
    const AnalysisScene scene(writer);
    const auto story = explainSlice(*scene.analysis, scene.task(10), 1700);
    QVERIFY(story);
    QCOMPARE(story->state, TaskState::Sleeping);
    QVERIFY(story->wakeup);
    QCOMPARE(story->wakeup->time, 2000);
    QCOMPARE(story->wakeup->context, Wakeup::Context::Softirq);
    QCOMPARE(story->wakeup->vector, 1U);
    QCOMPARE(story->ranNext->slice.begin, 2200);
    QVERIFY(story->beginEvent);
}

void TestExplain::wakersAreFollowedBackToAnInterrupt()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kC);
    writer.schedSwitch(0, 1050, kC, kSleeps, kIdle);
    writer.irqEntry(0, 1100, 0, 7, "nic");
    writer.waking(0, 1110, 0, kC, 0);
    writer.irqExit(0, 1120, 0, 7, 1);
    writer.schedSwitch(0, 1200, kIdle, 0, kC);
    writer.waking(0, 1300, 12, kB, 1);
    writer.schedSwitch(1, 1350, kIdle, 0, kB);
    writer.waking(1, 1400, 11, kA, 0);
    writer.schedSwitch(0, 1450, kC, kPreempted, kA);
    writer.schedSwitch(0, 1500, kA, kSleeps, kC);
    const AnalysisScene scene(writer);
    const auto chain = wakeChain(*scene.analysis, scene.task(10), 1480);
    QCOMPARE(chain.size(), 3U);
    QCOMPARE(chain[0].task, scene.task(10));
    QCOMPARE(chain[0].wakeup->waker, scene.task(11));
    QCOMPARE(chain[1].task, scene.task(11));
    QCOMPARE(chain[1].wakeup->waker, scene.task(12));
    QCOMPARE(chain[2].task, scene.task(12));
    QCOMPARE(chain[2].wakeup->context, Wakeup::Context::Irq);
    QCOMPARE(chain[2].wakeup->vector, 7U);
    QCOMPARE(wakeChain(*scene.analysis, scene.task(10), 1480, 2).size(), 2U);
    QVERIFY(wakeChain(*scene.analysis, TaskId{999}, 1480).empty());
}

void TestExplain::lossesMakeItUncertain()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, kIdle, 0, kB);
    writer.print(1, 900, 0, "x");
    writer.waking(1, 1100, 12, kA, 0);
    writer.loseEvents(1, 3);
    writer.print(1, 1200, 0, "y");
    writer.schedSwitch(0, 1500, kB, kSleeps, kA);
    const AnalysisScene scene(writer);
    const auto story = explainSlice(*scene.analysis, scene.task(10), 1300);
    QVERIFY(story);
    QCOMPARE(story->state, TaskState::Runnable);
    QVERIFY(story->touchesLoss);
    const auto chain = wakeChain(*scene.analysis, scene.task(10), 1500);
    QCOMPARE(chain.size(), 1U);
    QVERIFY(chain[0].isUncertain);
    QVERIFY(!touchesLoss(*scene.index, {1300, 1500}));
    QVERIFY(touchesLoss(*scene.index, {1150, 1160}));
}

void TestExplain::everyWaitOfARecordingHasItsEvents()
{
    const AnalysisScene scene("lab-sched-16cpu.dat");
    std::size_t waits = 0;
    for (const TrackSummary &track : scene.analysis->tracks) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            const auto state = static_cast<TaskState>(found.slice.value);
            if (found.slice.value == kNoValue || !isWaiting(state)
                || found.slice.begin == found.slice.end || ++waits % 7 != 0)
                continue;
            const auto story = explainSlice(*scene.analysis, TaskId{track.key.owner},
                                            found.slice.begin);
            QVERIFY(story && story->beginEvent);
            QCOMPARE(scene.index->streams[story->beginEvent->stream].time(story->beginEvent->event),
                     found.slice.begin);
            QCOMPARE(story->wakeup.has_value(), state == TaskState::Runnable);
            QCOMPARE(story->preemptedBy != kNoTask, state == TaskState::Preempted);
            // On the CPU that it got, somebody ran all the time, or the CPU was idle.
            if (!story->ranNext || story->ranNext->slice.begin != found.slice.end)
                continue;
            DurationNs sum = 0;
            for (const Occupant &occupant : story->behind)
                sum += occupant.time;
            QCOMPARE(sum, found.slice.end - found.slice.begin);
        }
    }
    QVERIFY(waits > 100);
}

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
