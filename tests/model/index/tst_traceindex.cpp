// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/indexbuilder_p.h"
#include "model/index/traceindex.h"
#include "tests/model/index/naiveindex.h"
#include "tests/model/index/pagetrace.h"
#include "tests/support/tracedatwriter.h"

#include <QDir>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

using namespace thresher;
using namespace thresher::test;

namespace {

using Snapshots = std::vector<std::shared_ptr<const IndexSnapshot>>;

// Builds with slices of time so small that blocks, tracks and columns are cut everywhere.
std::shared_ptr<const IndexSnapshot> buildInSlices(const std::shared_ptr<const TraceFile> &trace,
                                                   std::uint64_t sliceBytes, unsigned threads,
                                                   Snapshots *snapshots = nullptr)
{
    const auto store = std::make_shared<ColumnStore>(QDir::tempPath().toStdString(), false, 3);
    Progress progress;
    IndexBuilder::OnSnapshot onSnapshot;
    if (snapshots != nullptr)
        onSnapshot = [snapshots](auto snapshot) { snapshots->push_back(std::move(snapshot)); };
    IndexBuilder builder(trace, store, surveyStreams(*trace, 4, {}), {}, onSnapshot, progress,
                         {sliceBytes, std::chrono::milliseconds(0)});
    auto built = builder.run(threads, {});
    return built ? *built : nullptr;
}

Result<BuiltIndex> openPlainly(const std::shared_ptr<const TraceFile> &trace)
{
    Progress progress;
    return openIndex(trace, {}, {}, progress, {});
}

#define COMPARE_INDEX(snapshot, naive)                                                             \
    QCOMPARE(QString::fromStdString(difference(*(snapshot), naive)), QString())

// A trace of everything that happens, and of some things that should not.
PageTrace randomTrace(std::mt19937 &random)
{
    const auto below = [&random](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random()) % limit;
    };
    const std::uint32_t cpus = 1 + below(4);
    PageTrace trace(cpus, 4 + below(2) * 300);
    const std::uint32_t types = below(2) == 0 ? 4 : 200;
    const std::uint32_t pids = below(2) == 0 ? 8 : 1000;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        std::uint64_t time = 1'000'000 + below(100'000);
        const std::uint32_t events = below(6) == 0 ? 0 : below(4000);
        for (std::uint32_t i = 0; i < events; ++i) {
            const std::uint32_t gap = below(1000);
            time += gap < 900 ? below(100) : gap < 999 ? below(100'000) : 5'000'000'000ULL;
            if (!trace.fits(cpu, 64)) {
                trace.beginPage(cpu, below(20) == 0 ? time - below(300'000) : time);
                if (below(5) == 0)
                    trace.lostBefore(cpu, below(2) == 0 ? -1 : static_cast<int>(below(100)) + 1);
            }
            const auto pid = static_cast<Pid>(below(pids));
            switch (below(12)) {
            case 0:
            case 1:
                trace.schedSwitch(cpu, time, pid, static_cast<Pid>(below(pids)));
                break;
            case 2:
                trace.irq(cpu, time, pid, static_cast<std::int32_t>(below(6)), below(2) == 0);
                break;
            case 3:
                trace.softirq(cpu, time, pid, below(3), below(2) == 0);
                break;
            case 4:
                if (below(300) == 0)
                    trace.garbage(cpu);
                [[fallthrough]];
            default:
                trace.plain(cpu, time, pid, below(types) % (types == 4 ? 4 : 300));
            }
        }
    }
    return trace;
}

} // namespace

class tst_TraceIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anIndexOfARecordingEqualsAPlainReading_data();
    void anIndexOfARecordingEqualsAPlainReading();
    void anIndexOfAnyPagesEqualsAPlainReading();
    void anIndexOfAnyKindOfFileEqualsAPlainReading_data();
    void anIndexOfAnyKindOfFileEqualsAPlainReading();
    void aChunkThatDoesNotInflateIsALoss();
    void whatIsCutShortIsALossUntilTheEnd_data();
    void whatIsCutShortIsALossUntilTheEnd();
    void aTraceWithoutEventsHasAnEmptyIndex();
    void oneEventIsAnIndex();
    void eventsOfEqualTimeKeepTheirOrder();
    void aBlockOf256TypesAndTasksIsStillABlock();
    void timesFarApartAreKeptWhole();
    void timesThatGoBackwardsAreClampedAndReported();
    void aLossBeforeTheFirstEventBeginsWithTheTrace();
    void aPageThatMakesNoSenseIsALossAndIsReported();
    void whoRanIsNotKnownWithinALoss();
    void entriesWithoutAnyExitAreNoSlices();
    void snapshotsOnlyEverKnowMore();
    void aCancelledBuildStopsSoonAndLeavesNothing();
    void snapshotsMayBeReadWhileTheIndexIsBuilt();
    void recordsAreFoundAgain();
    void namesOfTasksFollowTheEvents();
    void threadsBelongToTheirParentsGroup();
    void pidsThatNoKernelGivesAreNoTasks();
    void manySmallStreamsNeedFewFiles();
};

void tst_TraceIndex::anIndexOfARecordingEqualsAPlainReading_data()
{
    QTest::addColumn<QString>("path");
    const QDir data(qEnvironmentVariable("THRESHER_TEST_DATA", QStringLiteral(THRESHER_TEST_DATA)));
    const auto names = data.entryList({QStringLiteral("*.dat")}, QDir::Files);
    QVERIFY(!names.isEmpty());
    for (const QString &name : names)
        QTest::newRow(name.toUtf8().constData()) << data.filePath(name);
}

void tst_TraceIndex::anIndexOfARecordingEqualsAPlainReading()
{
    QFETCH(const QString, path);
    const auto trace = TraceFile::open(path.toStdString());
    if (!trace)
        QSKIP("not a trace that can be opened");
    const auto naive = readNaively(**trace);
    const auto index = openPlainly(*trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, naive);
    QVERIFY(index->snapshot->isComplete);
    QCOMPARE(index->snapshot->frontier, kTimeMax);
    for (const unsigned threads : {1U, 3U}) {
        const auto sliced = buildInSlices(*trace, 1, threads);
        QVERIFY(sliced != nullptr);
        COMPARE_INDEX(sliced, naive);
    }
}

void tst_TraceIndex::anIndexOfAnyPagesEqualsAPlainReading()
{
    const std::uint32_t seed = 20240917;
    for (std::uint32_t round = 0; round < 60; ++round) {
        std::mt19937 random(seed + round);
        const auto trace = randomTrace(random).open();
        QVERIFY(trace != nullptr);
        const auto naive = readNaively(*trace);
        Snapshots snapshots;
        const auto index = buildInSlices(trace, random() % 20000, 1 + round % 3, &snapshots);
        QVERIFY(index != nullptr);
        const std::string found = difference(*index, naive);
        QVERIFY2(found.empty(), qPrintable(QStringLiteral("seed %1: %2")
                                               .arg(seed + round)
                                               .arg(QString::fromStdString(found))));
        for (const auto &snapshot : snapshots) {
            const std::string inPrefix = difference(*snapshot, naive, true);
            QVERIFY2(inPrefix.empty(), qPrintable(QStringLiteral("seed %1, while building: %2")
                                                      .arg(seed + round)
                                                      .arg(QString::fromStdString(inPrefix))));
        }
    }
}

void tst_TraceIndex::anIndexOfAnyKindOfFileEqualsAPlainReading_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<int>("longSize");
    QTest::addColumn<int>("compression");
    QTest::addColumn<int>("pageSize");
    QTest::addColumn<bool>("hasClock");
    const auto add = [](const char *name, int version, bool bigEndian, int longSize,
                        Compression compression, int pageSize, bool hasClock) {
        QTest::newRow(name) << version << bigEndian << longSize << static_cast<int>(compression)
                            << pageSize << hasClock;
    };
    add("v6", 6, false, 8, Compression::None, 4096, false);
    add("v6, 32 bits", 6, false, 4, Compression::None, 4096, false);
    add("v6, big endian", 6, true, 8, Compression::None, 4096, false);
    add("v6, big endian, 32 bits", 6, true, 4, Compression::None, 4096, true);
    add("v7", 7, false, 8, Compression::None, 4096, false);
    add("v7, large pages, scaled clock", 7, false, 8, Compression::None, 65536, true);
    add("v7, zstd", 7, false, 8, Compression::Zstd, 4096, false);
    add("v7, zstd, scaled clock", 7, false, 8, Compression::Zstd, 16384, true);
    add("v7, zlib, big endian", 7, true, 8, Compression::Zlib, 4096, false);
}

void tst_TraceIndex::anIndexOfAnyKindOfFileEqualsAPlainReading()
{
    QFETCH(const int, version);
    QFETCH(const bool, bigEndian);
    QFETCH(const int, longSize);
    QFETCH(const int, compression);
    QFETCH(const int, pageSize);
    QFETCH(const bool, hasClock);
    TraceDatWriter::Options options;
    options.version = version;
    options.bigEndian = bigEndian;
    options.longSize = static_cast<std::uint32_t>(longSize);
    options.compression = static_cast<Compression>(compression);
    options.pageSize = static_cast<std::uint32_t>(pageSize);
    if (hasClock) {
        options.offset = "123456789";
        options.tscMult = version == 7 ? 1'500'000 : 0;
        options.tscShift = version == 7 ? 20 : 0;
    }
    TraceDatWriter writer(options);
    for (const char *const instance : {"", "second"}) {
        if (*instance != '\0')
            writer.selectInstance(instance);
        for (std::uint32_t i = 0; i < 6000; ++i) {
            const CpuId cpu = i % 3 * 2; // sparse
            const std::uint64_t time = 1'000'000 + i * 137ULL;
            if (i % 700 == 699)
                writer.loseEvents(cpu, i % 1400 == 699 ? -1 : 4);
            switch (i % 5) {
            case 0:
                writer.schedSwitch(cpu, time, {static_cast<Pid>(i % 13), "from"}, 1,
                                   {static_cast<Pid>((i + 1) % 13), "to"});
                break;
            case 1:
                writer.irqEntry(cpu, time, 5, static_cast<std::int32_t>(i % 3), "eth0");
                break;
            case 2:
                writer.irqExit(cpu, time, 5, static_cast<std::int32_t>(i % 3), 1);
                break;
            case 3:
                writer.softirqEntry(cpu, time, 5, i % 4);
                break;
            default:
                writer.softirqExit(cpu, time, 5, (i - 1) % 4);
            }
        }
    }
    const auto bytes = writer.bytes();
    const auto trace = TraceFile::fromBytes(bytes, "written");
    QVERIFY(trace.has_value());
    QCOMPARE((*trace)->streams().size(), 6U);
    const auto naive = readNaively(**trace);
    QVERIFY(naive[5].running.size() > 300);
    QVERIFY(naive[5].softirq.size() > 300);
    QVERIFY(naive[5].lost.size() > 1);
    const auto index = openPlainly(*trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, naive);
    QCOMPARE(index->snapshot->cpus(), (std::vector<CpuId>{0, 2, 4}));
    QCOMPARE(index->snapshot->streamsOf(2), (std::vector<StreamIndex>{1, 4}));
    COMPARE_INDEX(buildInSlices(*trace, 1, 2), naive);
    RecordReader reader(index->snapshot);
    for (StreamIndex stream = 0; stream < 6; ++stream) {
        for (EventIndex i = 0; i < naive[stream].events.size(); i += 41) {
            const auto record = reader.record(stream, i);
            QVERIFY(record.has_value());
            const auto &event = naive[stream].events[i];
            QCOMPARE(record->time, event.recorded);
            QCOMPARE(record->pid, event.pid);
            QVERIFY(record->event == event.type);
            QVERIFY(std::equal(record->payload.begin(), record->payload.end(),
                               event.payload.begin(), event.payload.end()));
        }
    }
}

void tst_TraceIndex::aChunkThatDoesNotInflateIsALoss()
{
    TraceDatWriter::Options options;
    options.compression = Compression::Zstd;
    options.pagesPerChunk = 2;
    TraceDatWriter writer(options);
    for (std::uint32_t i = 0; i < 3000; ++i)
        writer.softirqEntry(0, 1'000'000 + i * 100ULL, 5, i % 4);
    auto bytes = writer.bytes();
    std::vector<std::uint64_t> chunks;
    {
        const auto trace = TraceFile::fromBytes(bytes, "written");
        const auto index = openPlainly(*trace);
        for (const Chunk &chunk : index->snapshot->streams[0].chunks)
            chunks.push_back(chunk.fileOffset);
    }
    QVERIFY(chunks.size() > 5);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(chunks[2]), 40, std::byte{0xff});
    const auto trace = TraceFile::fromBytes(bytes, "written");
    const auto index = openPlainly(*trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(**trace));
    const StreamView &view = index->snapshot->streams[0];
    QCOMPARE(view.chunks.size(), chunks.size() - 1);
    QCOMPARE(view.lost.size(), 1U);
    QCOMPARE(view.lost[0].count, -1);
    QVERIFY(!index->snapshot->diagnostics.empty());
    // Records behind it are where they were.
    RecordReader reader(index->snapshot);
    QCOMPARE(reader.record(0, view.size - 1)->time, view.time(view.size - 1));
    QCOMPARE(view.time(view.size - 1), 1'000'000 + 2999 * 100);
}

void tst_TraceIndex::whatIsCutShortIsALossUntilTheEnd_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("compression");
    QTest::addColumn<int>("missing"); // bytes
    for (const int version : {6, 7}) {
        QTest::addRow("version %d, a page", version) << version << int(Compression::None) << 4096;
        QTest::addRow("version %d, a part", version) << version << int(Compression::None) << 100;
    }
    QTest::newRow("zstd") << 7 << int(Compression::Zstd) << 100;
}

void tst_TraceIndex::whatIsCutShortIsALossUntilTheEnd()
{
    QFETCH(int, version);
    QFETCH(int, compression);
    QFETCH(int, missing);
    TraceDatWriter::Options options;
    options.version = version;
    options.compression = Compression(compression);
    TraceDatWriter writer(options);
    for (std::uint32_t i = 0; i < 3000; ++i) {
        writer.softirqEntry(0, 1'000'000 + i * 100ULL, 5, i % 4);
        writer.softirqEntry(1, 1'000'000 + i * 100ULL, 5, i % 4);
    }
    const auto whole = writer.bytes();
    std::uint64_t end = 0;
    {
        const auto trace = TraceFile::fromBytes(whole, "written");
        const auto index = openPlainly(*trace);
        for (const StreamView &stream : index->snapshot->streams)
            QVERIFY(stream.lost.empty());
        const StreamInfo &last = (*trace)->streams()[1];
        end = last.fileOffset + last.fileBytes;
    }
    const auto cut = std::span(whole).first(end - static_cast<std::uint64_t>(missing));
    const auto trace = TraceFile::fromBytes(cut, "cut");
    const auto index = openPlainly(*trace);
    QVERIFY(index.has_value());
    QCOMPARE(index->snapshot->streams.size(), std::size_t{2});
    QVERIFY(index->snapshot->streams[0].lost.empty());
    const StreamView &stream = index->snapshot->streams[1];
    QCOMPARE_LT(stream.size, EventIndex{3000});
    QCOMPARE(stream.lost.size(), std::size_t{1});
    QVERIFY(isOpenEnded(stream.lost[0], stream.size));
    QCOMPARE(stream.lost[0].count, -1);
    QCOMPARE(index->snapshot->lostSpans, std::uint64_t{1});
}

void tst_TraceIndex::aTraceWithoutEventsHasAnEmptyIndex()
{
    PageTrace pages(2);
    pages.saveComm(12, "bash");
    const auto index = openPlainly(pages.open());
    QVERIFY(index.has_value());
    QCOMPARE(index->snapshot->eventCount, 0U);
    QVERIFY(index->snapshot->range.isEmpty());
    QVERIFY(index->snapshot->isComplete);
    QCOMPARE(index->snapshot->tasks->name(index->snapshot->tasks->fromPid(12)), "bash");

    PageTrace emptyPages(1);
    emptyPages.beginPage(0, 1000);
    const auto empty = openPlainly(emptyPages.open());
    QVERIFY(empty.has_value());
    QCOMPARE(empty->snapshot->streams.size(), 1U);
    QCOMPARE(empty->snapshot->streams[0].size, 0U);
    QCOMPARE(empty->snapshot->streams[0].lowerBound(0), 0U);
}

void tst_TraceIndex::oneEventIsAnIndex()
{
    PageTrace pages(1);
    pages.plain(0, 5000, 7, 2);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    const IndexSnapshot &snapshot = *index->snapshot;
    QCOMPARE(snapshot.eventCount, 1U);
    QCOMPARE(snapshot.range.begin, 5000);
    QCOMPARE(snapshot.range.end, 5001);
    QCOMPARE(snapshot.streams[0].time(0), 5000);
    QCOMPARE(snapshot.streams[0].lowerBound(5000), 0U);
    QCOMPARE(snapshot.streams[0].lowerBound(5001), 1U);
    QCOMPARE(snapshot.streams[0].running.size, 0U);
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
}

void tst_TraceIndex::eventsOfEqualTimeKeepTheirOrder()
{
    PageTrace pages(1, 300);
    for (std::uint32_t i = 0; i < 3000; ++i)
        pages.plain(0, 1000 + i / 1000, 7, i % 300);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    const StreamView &view = index->snapshot->streams[0];
    QCOMPARE(view.lowerBound(1000), 0U);
    QCOMPARE(view.lowerBound(1001), 1000U);
    QCOMPARE(view.lowerBound(1002), 2000U);
    QCOMPARE(view.lowerBound(1003), 3000U);
}

void tst_TraceIndex::aBlockOf256TypesAndTasksIsStillABlock()
{
    PageTrace pages(1, 300);
    for (std::uint32_t i = 0; i < 1024; ++i)
        pages.plain(0, 1000 + i, static_cast<Pid>(1000 + i), i % 300);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    const StreamView &view = index->snapshot->streams[0];
    QCOMPARE(view.heads[0].eventDictSize, 256);
    QCOMPARE(view.heads[0].taskDictSize, 256);
    QCOMPARE(index->snapshot->tasks->size(), 1025U);
}

void tst_TraceIndex::timesFarApartAreKeptWhole()
{
    PageTrace pages(1);
    std::uint64_t time = 1000;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        time += i % 300 == 299 ? 0x1'0000'0000ULL : 10;
        if (i % 5 == 0)
            pages.schedSwitch(0, time, static_cast<Pid>(i % 7), static_cast<Pid>((i + 1) % 7));
        else
            pages.irq(0, time, 1, 5, i % 5 == 1);
    }
    const auto trace = pages.open();
    const auto naive = readNaively(*trace);
    for (const std::uint64_t slice : {1U, 5000U, 1000000U}) {
        const auto index = buildInSlices(trace, slice, 1);
        COMPARE_INDEX(index, naive);
        const StreamView &view = index->streams[0];
        QVERIFY(!view.wideTimes.empty());
        QVERIFY(!view.running.wide.empty());
        QCOMPARE(view.heads[0].wide, BlockHead::kNotWide);
        QCOMPARE(view.heads[1].wide, 0U);
    }
}

void tst_TraceIndex::timesThatGoBackwardsAreClampedAndReported()
{
    PageTrace pages(1);
    pages.plain(0, 5000, 1);
    pages.beginPage(0, 3000);
    pages.plain(0, 3000, 2);
    pages.plain(0, 4000, 3);
    pages.plain(0, 6000, 4);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    QCOMPARE(index->snapshot->streams[0].time(2), 5000);
    const auto &all = index->snapshot->diagnostics;
    const auto found = std::find_if(all.begin(), all.end(), [](const Diagnostic &diagnostic) {
        return diagnostic.what.find("earlier") != std::string::npos;
    });
    QVERIFY(found != all.end());
    QCOMPARE(found->count, 2U);
    QCOMPARE(found->stream, std::optional<StreamIndex>(0));
    // The record itself still says what was recorded.
    RecordReader reader(index->snapshot);
    QCOMPARE(reader.record(0, 2)->time, 4000);
}

void tst_TraceIndex::aLossBeforeTheFirstEventBeginsWithTheTrace()
{
    PageTrace pages(2);
    pages.plain(0, 1000, 1);
    pages.beginPage(1, 5000);
    pages.lostBefore(1, 12);
    pages.plain(1, 5000, 1);
    const auto index = openPlainly(pages.open());
    QVERIFY(index.has_value());
    const auto lost = index->snapshot->streams[1].lost;
    QCOMPARE(lost.size(), 1U);
    QCOMPARE(lost[0].begin, 1000);
    QCOMPARE(lost[0].end, 5000);
    QCOMPARE(lost[0].before, 0U);
    QCOMPARE(lost[0].count, 12);
    QCOMPARE(index->snapshot->lostEvents, 12U);
    QCOMPARE(index->snapshot->lostSpans, 1U);
}

void tst_TraceIndex::aPageThatMakesNoSenseIsALossAndIsReported()
{
    PageTrace pages(1);
    pages.plain(0, 1000, 1);
    pages.garbage(0);
    pages.beginPage(0, 2000);
    pages.plain(0, 2000, 1);
    pages.garbage(0);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    const auto lost = index->snapshot->streams[0].lost;
    QCOMPARE(lost.size(), 2U);
    QCOMPARE(lost[0].before, 1U);
    QCOMPARE(lost[1].before, 2U); // nothing follows
    QCOMPARE(lost[1].count, -1);
    int reported = 0;
    for (const Diagnostic &diagnostic : index->snapshot->diagnostics)
        reported += diagnostic.what.find("makes no sense") != std::string::npos ? 1 : 0;
    QCOMPARE(reported, 2);
}

void tst_TraceIndex::whoRanIsNotKnownWithinALoss()
{
    PageTrace pages(1);
    pages.plain(0, 1000, 5);
    pages.irq(0, 1500, 5, 9, true);
    pages.irq(0, 1600, 5, 9, false);
    pages.schedSwitch(0, 2000, 5, 6);
    pages.irq(0, 2500, 6, 9, true);
    pages.beginPage(0, 4000);
    pages.lostBefore(0, -1);
    pages.plain(0, 4000, 8);
    pages.schedSwitch(0, 5000, 8, 0);
    pages.plain(0, 7000, 0);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    const IndexSnapshot &snapshot = *index->snapshot;
    const TrackView &running = snapshot.streams[0].running;
    const auto task = [&snapshot](Pid pid) {
        return static_cast<std::uint32_t>(snapshot.tasks->fromPid(pid));
    };
    const std::vector<Slice> expected{{1000, 2000, task(5)},
                                      {2000, 2500, task(6)},
                                      {2500, 4000, kNoValue},
                                      {4000, 5000, task(8)},
                                      {5000, 7000, 0}};
    QCOMPARE(running.size, expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY2(running.slice(i) == expected[i], qPrintable(QString::number(i)));
    QCOMPARE(snapshot.runtimePerTask[task(5)], 1000);
    QCOMPARE(snapshot.runtimePerTask[task(6)], 500);
    QCOMPARE(snapshot.runtimePerTask[task(8)], 1000);
    // The interrupt was being served when its exit was lost.
    QCOMPARE(snapshot.streams[0].irq.size, 2U);
    QVERIFY((snapshot.streams[0].irq.slice(1) == Slice{2500, 2500, 9}));
}

void tst_TraceIndex::entriesWithoutAnyExitAreNoSlices()
{
    PageTrace pages(2);
    for (std::uint32_t i = 0; i < 50; ++i) {
        pages.irq(0, 1000 + i * 10, 5, static_cast<std::int32_t>(i % 3), true);
        pages.irq(1, 1000 + i * 10, 5, 7, i % 2 == 0);
    }
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    QCOMPARE(index->snapshot->streams[0].irq.size, 0U);
    QCOMPARE(index->snapshot->streams[1].irq.size, 25U);
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
}

void tst_TraceIndex::snapshotsOnlyEverKnowMore()
{
    PageTrace pages(3);
    for (std::uint32_t i = 0; i < 60'000; ++i)
        pages.schedSwitch(i % 3, 1000 + i * 7, static_cast<Pid>(i % 11),
                          static_cast<Pid>((i + 3) % 11));
    const auto trace = pages.open();
    const auto naive = readNaively(*trace);
    Snapshots snapshots;
    const auto complete = buildInSlices(trace, 20'000, 2, &snapshots);
    QVERIFY(complete != nullptr);
    QVERIFY2(snapshots.size() > 10, qPrintable(QString::number(snapshots.size())));
    QCOMPARE(snapshots.front()->eventCount, 0U);
    QVERIFY(!snapshots.front()->survey.empty());
    QVERIFY(!snapshots.front()->range.isEmpty());
    snapshots.push_back(complete);
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
        const IndexSnapshot &snapshot = *snapshots[i];
        QCOMPARE(QString::fromStdString(difference(snapshot, naive, true)), QString());
        QCOMPARE(snapshot.eventsPerTask.size(), snapshot.tasks->size());
        for (std::size_t stream = 0; stream < 3; ++stream) {
            // What lies before the frontier does not change any more.
            QCOMPARE(snapshot.streams[stream].lowerBound(snapshot.frontier),
                     complete->streams[stream].lowerBound(snapshot.frontier));
        }
        if (i == 0)
            continue;
        QVERIFY(snapshot.id > snapshots[i - 1]->id);
        QVERIFY(snapshot.frontier >= snapshots[i - 1]->frontier);
        QVERIFY(snapshot.eventCount >= snapshots[i - 1]->eventCount);
    }
    QVERIFY(snapshots[snapshots.size() / 2]->frontier > 1000);
}

void tst_TraceIndex::aCancelledBuildStopsSoonAndLeavesNothing()
{
    PageTrace pages(4);
    for (std::uint32_t i = 0; i < 400'000; ++i)
        pages.plain(i % 4, 1000 + i * 7, static_cast<Pid>(i % 11));
    const auto trace = pages.open();
    QTemporaryDir directory(QStringLiteral(THRESHER_TEST_OUTPUT) + QStringLiteral("/XXXXXX"));
    std::stop_source stop;
    std::chrono::steady_clock::time_point when;
    Snapshots snapshots;
    Progress progress;
    IndexOptions options;
    options.temporaryDirectory = directory.path().toStdString();
    const auto index = openIndex(trace, options, stop.get_token(), progress, [&](auto snapshot) {
        snapshots.push_back(std::move(snapshot));
        stop.request_stop();
        when = std::chrono::steady_clock::now();
    });
    const auto took = std::chrono::steady_clock::now() - when;
    QVERIFY(!index.has_value());
    QCOMPARE(index.error().kind, ErrorKind::Cancelled);
    // The promise is 100 ms; the rest is for sanitizers on a loaded machine.
    QVERIFY2(took < std::chrono::milliseconds(1000), "slow to stop");
    QVERIFY(!snapshots.empty());
    QVERIFY(QDir(directory.path()).isEmpty());
    QCOMPARE(QString::fromStdString(difference(*snapshots.back(), readNaively(*trace), true)),
             QString());
}

void tst_TraceIndex::snapshotsMayBeReadWhileTheIndexIsBuilt()
{
    PageTrace pages(3);
    for (std::uint32_t i = 0; i < 60'000; ++i) {
        pages.schedSwitch(i % 3, 1000 + i * 7, static_cast<Pid>(i % 11),
                          static_cast<Pid>((i + 3) % 11));
    }
    const auto trace = pages.open();
    std::mutex mutex;
    std::shared_ptr<const IndexSnapshot> latest;
    std::atomic<bool> isDone = false;
    std::atomic<std::uint64_t> wrong = 0;
    const auto read = [&] {
        while (!isDone) {
            std::shared_ptr<const IndexSnapshot> snapshot;
            {
                const std::scoped_lock lock(mutex);
                snapshot = latest;
            }
            if (!snapshot)
                continue;
            for (const StreamView &view : snapshot->streams) {
                TimeNs last = kTimeMin;
                for (EventIndex i = 0; i < view.size; i += 17) {
                    const TimeNs time = view.time(i);
                    const bool isRight = time >= last && view.event(i) == EventTypeId{0}
                                         && toIndex(view.task(i)) < snapshot->tasks->size();
                    wrong += isRight ? 0 : 1;
                    last = time;
                }
                for (std::uint64_t i = 0; i < view.running.size; i += 13) {
                    const Slice slice = view.running.slice(i);
                    wrong += slice.value < snapshot->tasks->size() ? 0 : 1;
                }
            }
        }
    };
    std::vector<std::jthread> readers;
    readers.reserve(2);
    for (int i = 0; i < 2; ++i)
        readers.emplace_back(read);
    const auto store = std::make_shared<ColumnStore>(QDir::tempPath().toStdString(), false, 3);
    Progress progress;
    IndexBuilder builder(trace, store, {}, {},
                         [&](auto snapshot) {
                             const std::scoped_lock lock(mutex);
                             latest = std::move(snapshot);
                         },
                         progress, {9'000, std::chrono::milliseconds(0)});
    const auto built = builder.run(2, {});
    isDone = true;
    readers.clear();
    QVERIFY(built.has_value());
    QCOMPARE(wrong.load(), 0U);
    QCOMPARE(progress.fraction(), 1.0);
}

void tst_TraceIndex::recordsAreFoundAgain()
{
    std::mt19937 random(4711);
    const auto trace = randomTrace(random).open();
    const auto naive = readNaively(*trace);
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    RecordReader reader(index->snapshot);
    const auto check = [&](StreamIndex stream, EventIndex event) {
        const auto record = reader.record(stream, event);
        if (!record)
            return false;
        const auto &shouldBe = naive[stream].events[event];
        return record->time == shouldBe.recorded && record->event == shouldBe.type
               && record->pid == shouldBe.pid && record->stream == stream
               && std::equal(record->payload.begin(), record->payload.end(),
                             shouldBe.payload.begin(), shouldBe.payload.end())
               && std::equal(record->payload.begin(), record->payload.end(),
                             trace->bytes().begin() + record->fileOffset);
    };
    std::uint64_t checked = 0;
    for (StreamIndex stream = 0; stream < naive.size(); ++stream) {
        const auto size = naive[stream].events.size();
        for (EventIndex i = 0; i < size; ++i, ++checked)
            QVERIFY2(check(stream, i), qPrintable(QString::number(i)));
        for (EventIndex i = size; i-- > 0;)
            QVERIFY2(check(stream, i), qPrintable(QString::number(i)));
        for (int i = 0; size > 0 && i < 1000; ++i)
            QVERIFY(check(stream, random() % size));
        QVERIFY(!reader.record(stream, size));
    }
    QVERIFY(checked > 1000);
    QVERIFY(!reader.record(static_cast<StreamIndex>(naive.size()), 0));
}

void tst_TraceIndex::namesOfTasksFollowTheEvents()
{
    PageTrace pages(2);
    pages.saveComm(10, "last");
    // Task 10 goes from one CPU to the other and is renamed; 11 is not saved.
    pages.schedSwitch(0, 1000, 0, 10, "swapper/0", "first");
    pages.schedSwitch(0, 2000, 10, 11, "first", "other");
    pages.schedSwitch(1, 3000, 0, 10, "swapper/1", "first");
    pages.rename(1, 4000, 10, "second");
    pages.schedSwitch(1, 5000, 10, 0, "second", "swapper/1");
    pages.schedSwitch(0, 6000, 11, 10, "other", "second");
    pages.rename(0, 7000, 10, "last");
    pages.schedSwitch(0, 8000, 10, 0, "last", "swapper/0");
    const auto trace = pages.open();
    for (const unsigned threads : {1U, 2U}) {
        for (const std::uint64_t slice : {1U, 1000000U}) {
            const auto index = buildInSlices(trace, slice, threads);
            const TaskTable &tasks = *index->tasks;
            const TaskId ten = tasks.fromPid(10);
            QCOMPARE(tasks.name(ten), "last");
            QCOMPARE(tasks.task(ten).names.size(), 3U);
            QCOMPARE(tasks.nameAt(ten, 500), "first");
            QCOMPARE(tasks.nameAt(ten, 3999), "first");
            QCOMPARE(tasks.nameAt(ten, 4000), "second");
            QCOMPARE(tasks.nameAt(ten, 6999), "second");
            QCOMPARE(tasks.nameAt(ten, 9000), "last");
            QCOMPARE(tasks.name(tasks.fromPid(11)), "other");
            QCOMPARE(tasks.nameAt(kIdleTask, 1000), "<idle>");
            QCOMPARE(tasks.fromPid(12), kNoTask);
            QCOMPARE(tasks.name(kNoTask), "<...>");
        }
    }
}

void tst_TraceIndex::threadsBelongToTheirParentsGroup()
{
    PageTrace pages(1);
    pages.newTask(0, 1000, 1, 20, false);
    pages.newTask(0, 2000, 20, 21, true);
    pages.newTask(0, 3000, 21, 22, true);
    const auto index = openPlainly(pages.open());
    const TaskTable &tasks = *index->snapshot->tasks;
    QCOMPARE(tasks.task(tasks.fromPid(20)).tgid, 20);
    QCOMPARE(tasks.task(tasks.fromPid(21)).tgid, 20);
    QCOMPARE(tasks.task(tasks.fromPid(22)).tgid, 20);
    QCOMPARE(tasks.task(tasks.fromPid(1)).tgid, -1);
}

void tst_TraceIndex::pidsThatNoKernelGivesAreNoTasks()
{
    PageTrace pages(1);
    for (int i = 0; i < 5000; ++i)
        pages.plain(0, 1000 + static_cast<std::uint64_t>(i), i % 2 == 0 ? -1 - i : 100'000'000 + i);
    const auto trace = pages.open();
    const auto index = openPlainly(trace);
    QVERIFY(index.has_value());
    QCOMPARE(index->snapshot->tasks->size(), 1U);
    QCOMPARE(index->snapshot->streams[0].task(3), kNoTask);
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
}

void tst_TraceIndex::manySmallStreamsNeedFewFiles()
{
    PageTrace pages(4096);
    for (std::uint32_t cpu = 0; cpu < 4096; ++cpu) {
        for (std::uint32_t i = 0; i < 3; ++i)
            pages.schedSwitch(cpu, 1000 + cpu + i, 1, 2);
    }
    const auto trace = pages.open();
    const auto descriptors = [] {
        return QDir(QStringLiteral("/proc/self/fd")).entryList(QDir::Files | QDir::System).size();
    };
    const auto before = descriptors();
    qsizetype most = 0;
    Progress progress;
    const auto index = openIndex(trace, {}, {}, progress,
                                 [&](const auto &) { most = std::max(most, descriptors()); });
    QVERIFY(index.has_value());
    QCOMPARE(index->snapshot->streams.size(), 4096U);
    COMPARE_INDEX(index->snapshot, readNaively(*trace));
    QVERIFY2(most - before < 30, qPrintable(QString::number(most - before)));
}

QTEST_GUILESS_MAIN(tst_TraceIndex)
#include "tst_traceindex.moc"
