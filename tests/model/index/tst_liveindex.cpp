// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/liveindex.h"
#include "model/index/traceindex.h"
#include "tests/model/index/growingscene.h"
#include "tests/model/index/naiveindex.h"
#include "tests/model/index/pagetrace.h"

#include <fcntl.h>

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

using namespace thresher;
using namespace thresher::test;
using namespace std::chrono_literals;

namespace {

using Snapshot = std::shared_ptr<const IndexSnapshot>;

std::filesystem::path pathOf(const QTemporaryDir &dir)
{
    return dir.path().toStdString();
}

std::shared_ptr<const TraceFile> openData(const QString &name)
{
    auto trace = TraceFile::open(std::string(THRESHER_TEST_DATA) + "/" + name.toStdString());
    return trace ? *trace : nullptr;
}

Snapshot openPlainly(const std::shared_ptr<const TraceFile> &trace)
{
    Progress progress;
    const auto built = openIndex(trace, {}, {}, progress, {});
    return built ? built->snapshot : nullptr;
}

#define COMPARE_INDEX(snapshot, naive, isPrefix)                                                   \
    QCOMPARE(QString::fromStdString(difference(*(snapshot), naive, isPrefix)), QString())

// What is not in difference(): the numbers of the whole.
void compareNumbers(const IndexSnapshot &is, const IndexSnapshot &shouldBe)
{
    QVERIFY(is.isComplete);
    QCOMPARE(is.frontier, kTimeMax);
    QCOMPARE(is.eventCount, shouldBe.eventCount);
    QCOMPARE(is.eventsPerType, shouldBe.eventsPerType);
    QVERIFY(is.range == shouldBe.range);
    QCOMPARE(is.lostEvents, shouldBe.lostEvents);
    QCOMPARE(is.lostSpans, shouldBe.lostSpans);
    QCOMPARE(is.streams.size(), shouldBe.streams.size());
    QCOMPARE(is.tasks->size(), shouldBe.tasks->size());
    for (const Task &task : shouldBe.tasks->all()) {
        const TaskId ours = is.tasks->fromPid(task.pid);
        const TaskId theirs = shouldBe.tasks->fromPid(task.pid);
        QVERIFY(ours != kNoTask);
        QCOMPARE(is.tasks->all()[toIndex(ours)].comm, task.comm);
        QCOMPARE(is.tasks->all()[toIndex(ours)].tgid, task.tgid);
        QCOMPARE(is.eventsPerTask[toIndex(ours)], shouldBe.eventsPerTask[toIndex(theirs)]);
        QCOMPARE(is.runtimePerTask[toIndex(ours)], shouldBe.runtimePerTask[toIndex(theirs)]);
    }
    QCOMPARE(is.diagnostics.size(), shouldBe.diagnostics.size());
    for (std::size_t i = 0; i < is.diagnostics.size(); ++i) {
        QCOMPARE(is.diagnostics[i].what, shouldBe.diagnostics[i].what);
        QCOMPARE(is.diagnostics[i].offset, shouldBe.diagnostics[i].offset);
        QCOMPARE(is.diagnostics[i].stream, shouldBe.diagnostics[i].stream);
    }
}

} // namespace

class tst_LiveIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachStepEqualsAPlainReadingAndTheEndTheFilesIndex_data();
    void eachStepEqualsAPlainReadingAndTheEndTheFilesIndex();
    void anyPagesThatArriveInAnyOrderGiveTheFilesIndex();
    void whatIsKeptIsReopenedAsTheFilesIndex();
    void aPageIsReadOnlyWhenItIsWhole();
    void anIdleCpuDoesNotHoldUpTheFrontier();
    void anEventThatIsLateStaysBehindTheFrontier();
    void aFileThatBecomesShorterIsFollowedNoLonger();
    void aFolderThatVanishesLeavesWhatWasRead();
    void anotherFilesPagesAreNotTakenForOurs();
    void nothingNewGivesNoSnapshot();
    void aHeadWithoutTheBufferIsRefused();
};

void tst_LiveIndex::eachStepEqualsAPlainReadingAndTheEndTheFilesIndex_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"sched-basic.dat", "multi-buffer.dat", "lost-events.dat",
                             "lab-sched-16cpu.dat", "stacktrace.dat"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_LiveIndex::eachStepEqualsAPlainReadingAndTheEndTheFilesIndex()
{
    QFETCH(QString, name);
    const QTemporaryDir dir;
    const auto recorded = openData(name);
    QVERIFY(recorded);
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    const auto trace = scene.open();
    QVERIFY2(trace, trace ? "" : trace.error().text().c_str());
    QCOMPARE((*trace)->streams().size(), finished->streams().size());
    // Pages of a file come in any order here, not within a second as from a recorder.
    LiveIndex live(*trace, {}, {.settling = 1h, .sliceBytes = 8192});
    std::mt19937 random(1);
    std::vector<Snapshot> snapshots; // those before stay what they were
    auto now = LiveIndex::Clock::now();
    for (std::uint64_t left = 1; left > 0; now += 100ms) {
        left = 0;
        for (std::size_t i = 0; i < finished->streams().size(); ++i)
            left += scene.append(static_cast<StreamIndex>(i), random() % 80'000);
        const auto snapshot = live.advance({}, now);
        QVERIFY(snapshot);
        if (*snapshot) {
            QVERIFY(!(*snapshot)->isComplete);
            COMPARE_INDEX(*snapshot, naive, true);
            if (!snapshots.empty())
                QVERIFY((*snapshot)->frontier >= snapshots.back()->frontier);
            snapshots.push_back(*snapshot);
        }
    }
    for (const Snapshot &snapshot : snapshots) {
        COMPARE_INDEX(snapshot, naive, true);
        // Nothing is before a frontier that was told that was not there then.
        for (std::size_t i = 0; i < snapshot->streams.size(); ++i)
            QCOMPARE(snapshots.back()->streams[i].lowerBound(snapshot->frontier),
                     snapshot->streams[i].lowerBound(snapshot->frontier));
    }
    const auto built = live.finish(finished, {});
    QVERIFY(built);
    QVERIFY(built->has_value());
    COMPARE_INDEX((*built)->snapshot, naive, false);
    const auto whole = openPlainly(finished);
    compareNumbers(*(*built)->snapshot, *whole);
}

void tst_LiveIndex::anyPagesThatArriveInAnyOrderGiveTheFilesIndex()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int run = 0; run < 20; ++run) {
        const QTemporaryDir dir;
        PageTrace pages(3);
        for (std::uint32_t cpu = 0; cpu < 3; ++cpu) {
            std::uint64_t time = 1000;
            const auto events = random() % 3000;
            for (std::uint64_t i = 0; i < events; ++i) {
                time += random() % 100 == 0 ? 5'000'000'000ULL : random() % 1000;
                if (!pages.fits(cpu, 64)) {
                    pages.beginPage(cpu, time);
                    if (i > 0 && random() % 8 == 0)
                        pages.lostBefore(cpu, 3);
                }
                const auto pid = static_cast<Pid>(random() % 50);
                if (random() % 3 == 0)
                    pages.schedSwitch(cpu, time, pid, static_cast<Pid>(random() % 50));
                else if (random() % 3 == 0)
                    pages.irq(cpu, time, pid, static_cast<std::int32_t>(random() % 3),
                              random() % 2 == 0);
                else if (i > 0 && random() % 400 == 0)
                    pages.garbage(cpu);
                else
                    pages.plain(cpu, time, pid, random() % 4);
            }
        }
        pages.saveComm(7, "seven");
        const auto recorded = pages.open();
        GrowingScene scene(*recorded, pathOf(dir));
        const auto &finished = scene.finished();
        const auto naive = readNaively(*finished);
        LiveIndex live(*scene.open(), {}, {.settling = 1h, .sliceBytes = 4096});
        for (std::uint64_t left = 1; left > 0;) {
            left = 0;
            for (std::size_t i = 0; i < finished->streams().size(); ++i)
                left += scene.append(static_cast<StreamIndex>(i), random() % 3 * (random() % 9000));
            const auto snapshot = live.advance({});
            QVERIFY(snapshot);
            if (*snapshot)
                COMPARE_INDEX(*snapshot, naive, true);
        }
        const auto built = live.finish(finished, {});
        QVERIFY(built && built->has_value());
        COMPARE_INDEX((*built)->snapshot, naive, false);
        compareNumbers(*(*built)->snapshot, *openPlainly(finished));
    }
}

void tst_LiveIndex::whatIsKeptIsReopenedAsTheFilesIndex()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("lab-sched-16cpu.dat"));
    IndexOptions options;
    options.cacheDirectory = pathOf(dir) / "cache";
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    const auto whole = openPlainly(finished);
    {
        LiveIndex live(*scene.open(), options);
        QVERIFY(live.advance({}));
        scene.append(0, 10'000);
        QVERIFY(live.advance({}));
        // The rest is seen in the finished file only.
        const auto built = live.finish(finished, {});
        QVERIFY(built && built->has_value());
        QVERIFY(!(*built)->statistics.directory.empty());
        COMPARE_INDEX((*built)->snapshot, naive, false);
        compareNumbers(*(*built)->snapshot, *whole);
        QVERIFY(verifyIndex((*built)->statistics.directory, {}).value_or(false));
    }
    Progress progress;
    const auto reopened = openIndex(finished, options, {}, progress, {});
    QVERIFY(reopened && reopened->statistics.wasReopened);
    COMPARE_INDEX(reopened->snapshot, naive, false);
    compareNumbers(*reopened->snapshot, *whole);
}

void tst_LiveIndex::aPageIsReadOnlyWhenItIsWhole()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("sched-basic.dat"));
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {});
    scene.append(0, 4096 + 2000);
    const auto some = live.advance({});
    QVERIFY(some && *some);
    QCOMPARE((*some)->streams[0].pages.size(), std::size_t{1});
    COMPARE_INDEX(*some, naive, true);
    scene.append(0, 2095);
    const auto none = live.advance({});
    QVERIFY(none && !*none);
    scene.append(0, 1);
    const auto more = live.advance({});
    QVERIFY(more && *more);
    QCOMPARE((*more)->streams[0].pages.size(), std::size_t{2});
    COMPARE_INDEX(*more, naive, true);
}

void tst_LiveIndex::anIdleCpuDoesNotHoldUpTheFrontier()
{
    const QTemporaryDir dir;
    PageTrace pages(2);
    pages.plain(1, 500, 1);
    for (std::uint64_t time = 1000; time < 1'000'000; time += 1000)
        pages.plain(0, time, 1);
    const auto recorded = pages.open();
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {}, {.settling = 1000ms});
    const auto now = LiveIndex::Clock::now();
    scene.append(0, 4096);
    auto snapshot = live.advance({}, now);
    QVERIFY(snapshot && *snapshot);
    QCOMPARE((*snapshot)->frontier, kTimeMin);
    const TimeNs newest = (*snapshot)->streams[0].time((*snapshot)->streams[0].size - 1);
    scene.append(0, 4096);
    snapshot = live.advance({}, now + 999ms);
    QVERIFY(snapshot && *snapshot);
    QCOMPARE((*snapshot)->frontier, kTimeMin);
    // Nothing arrives, but time goes on: that is news, too.
    snapshot = live.advance({}, now + 1000ms);
    QVERIFY(snapshot && *snapshot);
    QCOMPARE((*snapshot)->frontier, newest);
    snapshot = live.advance({}, now + 2000ms);
    QVERIFY(snapshot && *snapshot);
    QVERIFY((*snapshot)->frontier > newest);
}

void tst_LiveIndex::anEventThatIsLateStaysBehindTheFrontier()
{
    const QTemporaryDir dir;
    PageTrace pages(2);
    for (std::uint64_t time = 1000; time < 9000; time += 1000)
        pages.plain(0, time, 1);
    pages.plain(1, 2500, 2);
    pages.plain(1, 20'000, 2);
    const auto recorded = pages.open();
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {}, {.settling = 1000ms});
    const auto now = LiveIndex::Clock::now();
    scene.append(0, 4096);
    QVERIFY(live.advance({}, now));
    const auto before = live.advance({}, now + 1s);
    QVERIFY(before && *before);
    QCOMPARE((*before)->frontier, TimeNs{8000});
    scene.append(1, 4096);
    const auto after = live.advance({}, now + 2s);
    QVERIFY(after && *after);
    QCOMPARE((*after)->streams[1].size, EventIndex{2});
    QCOMPARE((*after)->streams[1].time(0), TimeNs{8000}); // as if its clock had gone backwards
    QCOMPARE((*after)->streams[1].time(1), TimeNs{20'000});
    // The file's own index has it in its place.
    const auto built = live.finish(finished, {});
    QVERIFY(built && !built->has_value());
}

void tst_LiveIndex::aFileThatBecomesShorterIsFollowedNoLonger()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("lab-sched-16cpu.dat"));
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {});
    scene.append(0, 4 * 4096);
    const auto whole = live.advance({});
    QVERIFY(whole && *whole);
    scene.cut(0, 4096);
    const auto cut = live.advance({});
    QVERIFY(cut && *cut);
    QVERIFY((*cut)->streams[0].size == (*whole)->streams[0].size);
    QCOMPARE((*cut)->diagnostics.size(), (*whole)->diagnostics.size() + 1);
    QCOMPARE((*cut)->diagnostics.back().severity, Severity::DataLoss);
    // What is gone reads as nothing, and does not kill.
    RecordReader reader(*cut);
    QVERIFY(reader.record(0, 0));
    QVERIFY(!reader.record(0, (*cut)->streams[0].size - 1));
    scene.append(1, 4096);
    const auto others = live.advance({});
    QVERIFY(others && *others);
    QVERIFY((*others)->streams[1].size > 0);
    const auto built = live.finish(finished, {});
    QVERIFY(built && !built->has_value());
}

void tst_LiveIndex::aFolderThatVanishesLeavesWhatWasRead()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("sched-basic.dat"));
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {});
    scene.appendAll();
    const auto before = live.advance({});
    QVERIFY(before && *before);
    scene.removeFiles();
    const auto none = live.advance({});
    QVERIFY(none && !*none);
    RecordReader reader(*before);
    const auto last = (*before)->streams[0].size - 1;
    const auto record = reader.record(0, last);
    QVERIFY(record);
    QVERIFY(std::ranges::equal(record->payload, naive[0].events.back().payload));
    const auto built = live.finish(finished, {});
    QVERIFY(built && built->has_value());
    COMPARE_INDEX((*built)->snapshot, naive, false);
}

void tst_LiveIndex::anotherFilesPagesAreNotTakenForOurs()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("lab-sched-16cpu.dat"));
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {});
    scene.appendAll();
    QVERIFY(live.advance({}));
    const auto built = live.finish(openData(QStringLiteral("sched-basic.dat")), {});
    QVERIFY(built && !built->has_value());
}

void tst_LiveIndex::nothingNewGivesNoSnapshot()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("sched-basic.dat"));
    GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    LiveIndex live(*scene.open(), {});
    const auto first = live.advance({});
    QVERIFY(first && *first);
    QCOMPARE((*first)->eventCount, std::uint64_t{0});
    const auto second = live.advance({});
    QVERIFY(second && !*second);
}

void tst_LiveIndex::aHeadWithoutTheBufferIsRefused()
{
    const QTemporaryDir dir;
    const auto recorded = openData(QStringLiteral("sched-basic.dat"));
    const GrowingScene scene(*recorded, pathOf(dir));
    const auto &finished = scene.finished();
    const auto naive = readNaively(*finished);
    std::vector<GrowingPages> pages;
    const auto empty = pathOf(dir) / "empty";
    std::ofstream(empty).flush();
    pages.push_back({"no such buffer", 0, UniqueFd(::open(empty.c_str(), O_RDONLY | O_CLOEXEC))});
    const auto trace = GrowingTrace::open("x", scene.head(), std::move(pages));
    QVERIFY(!trace);
    QCOMPARE(trace.error().kind, ErrorKind::InvalidArgument);
}

QTEST_GUILESS_MAIN(tst_LiveIndex)
#include "tst_liveindex.moc"
