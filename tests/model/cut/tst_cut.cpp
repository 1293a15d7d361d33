// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/cut/cutscene.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace thresher;
using namespace thresher::test;
using namespace Qt::StringLiterals;

/// Parts of recordings, of all kinds, hold just what they are to hold.
class tst_cut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPartIsWhatTheTraceIs_data();
    void aPartIsWhatTheTraceIs();
    void aRangeHoldsItsEventsOnly_data() { recordings(); }
    void aRangeHoldsItsEventsOnly();
    void pagesAtTheBordersAreCutRight();
    void aFilterKeepsWhatItShows_data();
    void aFilterKeepsWhatItShows();
    void oneCpuIsOneCpu();
    void whatWasLostBehindTheLastEventIsTold();
    void anEmptyRangeGivesATraceWithoutEvents();
    void metadataIsKept();
    void onlyNeededFormatsAreKept();
    void aPartOfAPartIsAPart();
    void theEstimateIsNear();

private:
    static void recordings();
};

void tst_cut::recordings()
{
    QTest::addColumn<QString>("file");
    const QDir data(QStringLiteral(THRESHER_TEST_DATA));
    for (const auto &name : data.entryList({u"*.dat"_s}, QDir::Files))
        QTest::newRow(qPrintable(name)) << data.filePath(name);
}

void tst_cut::aPartIsWhatTheTraceIs_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("compression");
    const QDir data(QStringLiteral(THRESHER_TEST_DATA));
    for (const auto &name : data.entryList({u"*.dat"_s}, QDir::Files)) {
        const auto row = [&](const char *kind, int version, Compression compression) {
            QTest::addRow("%s %s", qPrintable(name), kind)
                << data.filePath(name) << version << static_cast<int>(compression);
        };
        row("v6", 6, Compression::None);
        row("v7 zstd", 7, Compression::Zstd);
        // What is compressed, and by what, does not depend on what is in it: of a compressed one
        // and of one that is not.
        if (name != u"multi-buffer.dat" && name != u"v6.dat")
            continue;
        row("v7", 7, Compression::None);
        row("v7 zlib", 7, Compression::Zlib);
    }
}

void tst_cut::aPartIsWhatTheTraceIs()
{
    QFETCH(const QString, file);
    QFETCH(const int, version);
    QFETCH(const int, compression);
    CutScene scene(file);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.version = version;
    request.compression = static_cast<Compression>(compression);
    QCOMPARE(scene.differenceOf(request), QString());
    const auto &metadata = scene.part->trace->metadata();
    QCOMPARE(metadata.version, version);
    QCOMPARE(static_cast<int>(metadata.compression), compression);
    // Nothing had to be made anew but what the kernel itself left half full, or marked.
    QCOMPARE(scene.summary.writtenPages, 0U);
    QCOMPARE(scene.part->lostEvents, scene.snapshot->lostEvents);
}

void tst_cut::aRangeHoldsItsEventsOnly()
{
    QFETCH(const QString, file);
    CutScene scene(file);
    QVERIFY(scene.isOpen());
    const auto range = scene.snapshot->range;
    for (const auto &[from, to] : {std::pair(0, 2), std::pair(3, 4), std::pair(9, 10)}) {
        auto request = scene.everything();
        request.range = {range.begin + range.duration() / 10 * from,
                         to == 10 ? range.end : range.begin + range.duration() / 10 * to};
        if (request.range.isEmpty())
            continue;
        QCOMPARE(scene.differenceOf(request), QString());
    }
}

void tst_cut::pagesAtTheBordersAreCutRight()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/sched-basic.dat"));
    QVERIFY(scene.isOpen());
    const auto &view = scene.snapshot->streams.front();
    QVERIFY(view.pages.size() > 20);
    const auto first = view.pages[10].firstEvent;
    const auto last = view.pages[14].firstEvent;
    for (const int shiftBegin : {-1, 0, 1}) {
        for (const int shiftEnd : {-1, 0, 1}) {
            auto request = scene.everything();
            request.cpus = {scene.snapshot->trace->streams().front().cpu};
            request.range = {view.time(first) + shiftBegin, view.time(last) + shiftEnd};
            QCOMPARE(scene.differenceOf(request), QString());
            if (shiftBegin == 0 && shiftEnd == 0) {
                QCOMPARE(scene.summary.copiedPages, 4U);
                QCOMPARE(scene.summary.writtenPages, 0U);
            }
        }
    }
    // One event.
    auto request = scene.everything();
    request.range = {view.time(first), view.time(first) + 1};
    QCOMPARE(scene.differenceOf(request), QString());
    QVERIFY(scene.summary.events >= 1);
}

void tst_cut::aFilterKeepsWhatItShows_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("filter");
    const auto row = [](const char *file, const char *filter) {
        QTest::addRow("%s: %s", file, filter)
            << QStringLiteral(THRESHER_TEST_DATA "/") + QString::fromLatin1(file)
            << QByteArray(filter);
    };
    row("sched-basic.dat", "sched_switch");
    row("sched-basic.dat", "sched_switch: next_pid == 0");
    row("sched-basic.dat", "pid != 0");
    row("lost-events.dat", "sched_switch");
    row("lost-events.dat", "irq_handler_entry");
    row("multi-buffer.dat", "instance == irqs");
    row("v6.dat", "sched_switch: prev_prio < 120");
    row("stacktrace.dat", "kernel_stack");
    row("sched-basic.dat", "pid == 999999");
}

void tst_cut::aFilterKeepsWhatItShows()
{
    QFETCH(const QString, file);
    QFETCH(const QByteArray, filter);
    CutScene scene(file);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.selection = scene.select(filter.constData());
    QVERIFY(request.selection);
    for (const int version : {6, 7}) {
        request.version = version;
        request.compression = Compression::None;
        QCOMPARE(scene.differenceOf(request), QString());
        QCOMPARE(scene.summary.events, request.selection->count);
    }
    request.range.begin = scene.snapshot->range.begin + scene.snapshot->range.duration() / 3;
    request.compression = Compression::Zstd;
    QCOMPARE(scene.differenceOf(request), QString());
}

void tst_cut::oneCpuIsOneCpu()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/lab-sched-16cpu.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.cpus = {{5}};
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->cpus(), std::vector<CpuId>{5});
    QCOMPARE(scene.part->trace->metadata().cpuCount, 16U);
    request.cpus = {{3, 9}};
    request.version = 6;
    request.compression = Compression::None;
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->cpus(), (std::vector<CpuId>{3, 9}));
    request.cpus = {{77}}; // of which there is nothing
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.summary.events, 0U);
}

void tst_cut::whatWasLostBehindTheLastEventIsTold()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/lost-events.dat"));
    QVERIFY(scene.isOpen());
    const auto &view = scene.snapshot->streams.front();
    QVERIFY(view.lost.size() > 3);
    const LostSpan &loss = view.lost[2];
    auto request = scene.everything();
    request.cpus = {scene.snapshot->trace->streams().front().cpu};
    request.range = {scene.snapshot->range.begin, view.time(loss.before)};
    for (const int version : {6, 7}) {
        request.version = version;
        request.compression = version == 6 ? Compression::None : Compression::Zstd;
        QCOMPARE(scene.differenceOf(request), QString());
        const auto &part = scene.part->streams.front();
        QVERIFY(isOpenEnded(part.lost.back(), part.size));
        QCOMPARE(part.lost.back().count, loss.count);
        QCOMPARE(part.lost.size(), std::size_t{3});
        QCOMPARE(scene.summary.lostSpans, 3U);
    }
    // And with others between, of which nothing is kept.
    request.selection = scene.select("sched_process_exec");
    QCOMPARE(scene.differenceOf(request), QString());
    QVERIFY(scene.summary.events > 0);
    // Not what was lost behind the range.
    request.selection = nullptr;
    request.range.end = view.time(loss.before - 1);
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->streams.front().lost.size(), std::size_t{2});
}

void tst_cut::anEmptyRangeGivesATraceWithoutEvents()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/multi-buffer.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.range = {0, 1}; // long before
    for (const int version : {6, 7}) {
        request.version = version;
        request.compression = Compression::None;
        QCOMPARE(scene.differenceOf(request), QString());
        QCOMPARE(scene.summary.events, 0U);
        QVERIFY(scene.summary.range.isEmpty());
        QCOMPARE(scene.part->trace->instances().size(), std::size_t{3});
    }
    request.range = {5, 5};
    Progress progress;
    const auto refused = cutTrace(scene.snapshot, request, {}, progress);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
}

void tst_cut::metadataIsKept()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/multi-buffer.dat"));
    QVERIFY(scene.isOpen());
    for (const int version : {6, 7}) {
        auto request = scene.everything();
        request.version = version;
        request.compression = Compression::None;
        QCOMPARE(scene.differenceOf(request), QString());
        const auto &was = *scene.snapshot->trace;
        const auto &is = *scene.part->trace;
        QCOMPARE(is.metadata().uname, was.metadata().uname);
        QCOMPARE(is.metadata().recorder, was.metadata().recorder);
        QCOMPARE(is.metadata().traceId, was.metadata().traceId);
        QCOMPARE(is.metadata().clock, was.metadata().clock);
        QCOMPARE(is.metadata().cpuCount, was.metadata().cpuCount);
        QCOMPARE(is.metadata().kallsyms, was.metadata().kallsyms);
        QCOMPARE(is.metadata().printkFormats, was.metadata().printkFormats);
        QCOMPARE(is.metadata().headerPage, was.metadata().headerPage);
        QVERIFY(is.metadata().savedTasks.size() >= was.metadata().savedTasks.size());
        QCOMPARE(is.instances().size(), was.instances().size());
        for (std::size_t i = 0; i < is.instances().size(); ++i) {
            QCOMPARE(is.instances()[i].name, was.instances()[i].name);
            QCOMPARE(is.instances()[i].clock, was.instances()[i].clock);
            QCOMPARE(is.instances()[i].cpuStats.size(), was.instances()[i].cpuStats.size());
        }
    }
}

void tst_cut::onlyNeededFormatsAreKept()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/sched-basic.dat"));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.selection = scene.select("sched_switch");
    QCOMPARE(scene.differenceOf(request), QString());
    const auto &few = scene.part->trace->events();
    QVERIFY(few.find("sched", "sched_switch") != nullptr);
    QVERIFY(few.find("sched", "sched_waking") != nullptr); // of the same system
    QVERIFY(few.find("ftrace", "print") != nullptr);
    QVERIFY(few.find("raw_syscalls", "sys_enter") == nullptr);
    request.keepsAllFormats = true;
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->trace->events().all().size(),
             scene.snapshot->trace->events().all().size());
}

void tst_cut::aPartOfAPartIsAPart()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/lost-events.dat"));
    QVERIFY(scene.isOpen());
    const auto range = scene.snapshot->range;
    auto request = scene.everything();
    request.range = {range.begin + range.duration() / 4, range.end - range.duration() / 4};
    request.selection = scene.select("sched_switch || sched_waking");
    QCOMPARE(scene.differenceOf(request), QString());
    CutScene second(QString::fromStdString(request.path.string()));
    QVERIFY(second.isOpen());
    auto again = second.everything();
    again.version = 6;
    again.compression = Compression::None;
    again.range = {range.begin + range.duration() / 3, range.end - range.duration() / 3};
    QCOMPARE(second.differenceOf(again), QString());
    QVERIFY(second.summary.events > 100);
    request.range = again.range;
    QCOMPARE(scene.expected(request).size(), second.summary.events);
}

void tst_cut::theEstimateIsNear()
{
    CutScene scene(QStringLiteral(THRESHER_TEST_DATA "/sched-basic.dat"));
    QVERIFY(scene.isOpen());
    const auto range = scene.snapshot->range;
    for (const auto compression : {Compression::None, Compression::Zstd}) {
        for (const int share : {2, 8}) {
            auto request = scene.everything();
            request.compression = compression;
            request.range.end = range.begin + range.duration() / share;
            const auto estimate = estimateCut(*scene.snapshot, request);
            QCOMPARE(scene.differenceOf(request), QString());
            QVERIFY(estimate.isReady);
            QCOMPARE(estimate.events, scene.summary.events);
            const double ratio = static_cast<double>(estimate.bytes)
                                 / static_cast<double>(scene.summary.bytes);
            QVERIFY2(ratio > 0.5 && ratio < 2, qPrintable(QString::number(ratio)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_cut)
#include "tst_cut.moc"
