// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint16_t kIssueId = 700;
constexpr std::uint16_t kCompleteId = 701;
constexpr std::uint16_t kNamedId = 702;

class Writer : public TraceDatWriter
{
public:
    Writer()
    {
        const auto add = [this](const char *name, std::uint16_t id,
                                const std::vector<std::string> &fields) {
            addFormat("io", formatText(name, id, fields, R"("%d", 0)"));
        };
        add("issue", kIssueId, {"u32 dev", "u32 bytes", "u64 sector"});
        add("complete", kCompleteId, {"u32 dev", "u32 bytes", "u64 sector"});
        add("named", kNamedId, {"char name[8]", "pid_t to"});
    }
    void issue(CpuId cpu, std::uint64_t time, std::uint32_t dev, std::uint64_t sector,
               std::uint32_t bytes = 512)
    {
        event(cpu, time, 10, kIssueId, payload().u32(dev).u32(bytes).u64(sector));
    }
    void complete(CpuId cpu, std::uint64_t time, std::uint32_t dev, std::uint64_t sector)
    {
        event(cpu, time, 11, kCompleteId, payload().u32(dev).u32(0).u64(sector));
    }
    void named(CpuId cpu, std::uint64_t time, Pid pid, const char *name, Pid to = 0)
    {
        event(cpu, time, pid, kNamedId, payload().chars(name, 8).s32(to));
    }
};

AnalysisOptions options(std::initializer_list<const char *> texts)
{
    AnalysisOptions options;
    for (const char *const text : texts) {
        const auto spec = parsePair(text);
        if (!spec)
            qFatal("%s", spec.error().text().c_str());
        options.pairs.push_back(*spec);
    }
    return options;
}

std::uint8_t groupOf(const AnalysisScene &scene, std::string_view name)
{
    const auto &pairs = scene.analysis->pairs;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].spec.name == name)
            return static_cast<std::uint8_t>(i);
    }
    qFatal("no such pair");
    return 0;
}

/// "owner/depth begin end value", by owner and depth.
std::string slices(const AnalysisScene &scene, std::string_view name)
{
    std::ostringstream out;
    const std::uint8_t group = groupOf(scene, name);
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Pair, group, 0, 0}, {TrackClass::Pair, group, 0xffffffff, 0xffff})) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            if (isCpuOwner(track.key.owner))
                out << "cpu" << cpuOfOwner(track.key.owner);
            else
                out << track.key.owner;
            out << '/' << track.key.depth << ' ' << found.slice.begin << ' ' << found.slice.end
                << ' ' << found.slice.value << '\n';
        }
    }
    return out.str();
}

} // namespace

class TestPairs final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyAreJoinedByTheirKeys();
    void aLaneForEachDevice();
    void laneOfTaskOrCpu();
    void filtersChooseEvents();
    void theFirstOrTheLastBeginCounts();
    void oneEventMayEndAndBegin();
    void aLossMakesThemUncertain();
    void builtInOnesAreFound();
    void whatMakesNoSenseIsTold();
    void manyKeysAreBounded();
    void randomPairsEqualTheNaiveOnes();
    void recordedPairsAreThoseThatTraceCmdPrints_data();
    void recordedPairsAreThoseThatTraceCmdPrints();
};

void TestPairs::theyAreJoinedByTheirKeys()
{
    Writer writer;
    writer.complete(0, 900, 8, 1);
    writer.issue(0, 1000, 8, 1);
    writer.issue(0, 1100, 8, 2);
    writer.issue(1, 1150, 9, 1);
    writer.complete(1, 1200, 8, 1);
    writer.issue(1, 1300, 8, 1); // in the depth that is free again
    writer.complete(1, 1400, 9, 1);
    writer.complete(0, 1500, 8, 2);
    writer.complete(0, 1600, 8, 1);
    writer.issue(0, 1700, 8, 7); // never completes
    const AnalysisScene scene(writer, options({"io: issue -> complete by dev, sector"}));
    QCOMPARE(slices(scene, "io"), std::string("0/0 1000 1200 8\n"
                                              "0/0 1300 1600 8\n"
                                              "0/1 1100 1500 8\n"
                                              "0/2 1150 1400 9\n"));
    const PairSummary &summary = scene.analysis->pairs.at(groupOf(scene, "io"));
    QCOMPARE(summary.slices, 4U);
    QCOMPARE(summary.unmatched, 2U);
    QVERIFY(summary.isRecorded && !summary.isBuiltIn && !summary.error);
}

void TestPairs::aLaneForEachDevice()
{
    Writer writer;
    writer.issue(0, 1000, 8, 1);
    writer.issue(0, 1100, 9, 2);
    writer.complete(0, 1200, 9, 2);
    writer.complete(0, 1300, 8, 1);
    const AnalysisScene scene(writer, options({"io: issue -> complete by dev, sector on dev"}));
    QCOMPARE(slices(scene, "io"), std::string("0/0 1000 1300 8\n1/0 1100 1200 9\n"));
    const PairSummary &summary = scene.analysis->pairs.at(groupOf(scene, "io"));
    QVERIFY(summary.lanesAreKeys);
    QCOMPARE(summary.laneKeys, (std::vector<std::int64_t>{8, 9}));
}

void TestPairs::laneOfTaskOrCpu()
{
    Writer writer;
    writer.named(0, 1000, 10, "x", 11);
    writer.named(1, 1100, 11, "x", 12);
    writer.named(1, 1200, 12, "y", 10);
    writer.named(0, 1300, 10, "x", 11);
    const AnalysisScene scene(writer, options({R"("by task": named -> named by to=task)",
                                               R"("by name": named -> named by name on cpu)",
                                               "to: named -> named by name on task"}));
    const auto id = [&scene](Pid pid) { return std::to_string(ownerOfTask(scene.task(pid))); };
    // Of whom it was sent to, as the key has it.
    QStringList lines;
    for (const auto &[pid, text] : std::map<Pid, std::string>{{11, "/0 1000 1100 " + id(11)},
                                                              {12, "/0 1100 1200 " + id(12)},
                                                              {10, "/0 1200 1300 " + id(10)}})
        lines.append(QString::fromStdString(id(pid) + text));
    QStringList found = QString::fromStdString(slices(scene, "by task"))
                            .split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    lines.sort();
    found.sort();
    QCOMPARE(found, lines);
    const std::string byCpu = slices(scene, "by name");
    QVERIFY(byCpu.starts_with("cpu0/0 1000 1100 "));
    QVERIFY(byCpu.find("cpu1/0 1100 1300 ") != std::string::npos);
    QVERIFY(slices(scene, "to").find(id(10) + "/0 1000 1100 ") != std::string::npos);
}

void TestPairs::filtersChooseEvents()
{
    Writer writer;
    writer.issue(0, 1000, 8, 1, 4096);
    writer.issue(0, 1100, 8, 2, 512);
    writer.complete(0, 1200, 8, 1);
    writer.complete(1, 1300, 8, 2);
    const AnalysisScene scene(writer,
                              options({"large: issue if (bytes > 1000) -> complete by dev, sector",
                                       "remote: issue -> complete if (cpu == 1) by dev, sector"}));
    QCOMPARE(slices(scene, "large"), std::string("0/0 1000 1200 8\n"));
    QCOMPARE(slices(scene, "remote"), std::string("0/1 1100 1300 8\n"));
}

void TestPairs::theFirstOrTheLastBeginCounts()
{
    Writer writer;
    writer.issue(0, 1000, 8, 1);
    writer.issue(0, 1100, 8, 1);
    writer.complete(0, 1200, 8, 1);
    const AnalysisScene scene(writer, options({"last: issue -> complete by sector",
                                               "early: first issue -> complete by sector"}));
    QCOMPARE(slices(scene, "last"), std::string("0/0 1100 1200 1\n"));
    QCOMPARE(slices(scene, "early"), std::string("0/0 1000 1200 1\n"));
}

void TestPairs::oneEventMayEndAndBegin()
{
    Writer writer;
    for (std::uint64_t time = 1000; time <= 1300; time += 100)
        writer.issue(0, time, 8, 1);
    const AnalysisScene scene(writer, options({"period: issue -> issue by dev"}));
    QCOMPARE(slices(scene, "period"),
             std::string("0/0 1000 1100 8\n0/0 1100 1200 8\n0/0 1200 1300 8\n"));
}

void TestPairs::aLossMakesThemUncertain()
{
    Writer writer;
    writer.issue(0, 1000, 8, 1);
    writer.issue(1, 1010, 8, 2);
    writer.issue(1, 1020, 8, 3);
    writer.print(0, 1050, 1, "before");
    writer.loseEvents(0, 1);
    writer.complete(0, 1100, 8, 1); // perhaps of another request
    writer.complete(1, 1110, 8, 2);
    writer.complete(0, 1120, 8, 3);
    writer.issue(0, 1200, 8, 1);
    writer.complete(0, 1300, 8, 1);
    const AnalysisScene scene(writer, options({"io: first issue -> complete by dev, sector"}));
    QCOMPARE(slices(scene, "io"), std::string("0/0 1200 1300 8\n0/1 1010 1110 8\n"));
}

void TestPairs::builtInOnesAreFound()
{
    TraceDatWriter writer;
    writer.irqEntry(0, 1000, 10, 5, "disk");
    writer.irqExit(0, 1100, 10, 5, 1);
    writer.softirqEntry(1, 1100, 10, 4);
    writer.softirqExit(1, 1300, 10, 4);
    const AnalysisScene scene(writer);
    QCOMPARE(scene.analysis->pairs.size(), std::size_t{2});
    QVERIFY(scene.analysis->pairs[0].isBuiltIn);
    QCOMPARE(slices(scene, "irq handler"), std::string("cpu0/0 1000 1100 5\n"));
    QCOMPARE(slices(scene, "softirq"), std::string("cpu1/0 1100 1300 4\n"));
}

void TestPairs::whatMakesNoSenseIsTold()
{
    Writer writer;
    writer.issue(0, 1000, 8, 1);
    const AnalysisScene scene(
        writer, options({"a: issue -> complete by nothing", "b: issue -> complete by dev"}));
    QVERIFY(scene.analysis->pairs.at(0).error);
    QCOMPARE(scene.analysis->pairs.at(0).error->range, (TextRange{24, 31}));
    QVERIFY(!scene.analysis->pairs.at(1).error && !scene.analysis->pairs.at(1).isRecorded);
}

void TestPairs::manyKeysAreBounded()
{
    Writer writer;
    std::uint64_t time = 1000;
    for (std::uint64_t i = 0; i < 200'000; ++i) // none completes
        writer.issue(0, ++time, static_cast<std::uint32_t>(i), i);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        writer.issue(0, ++time, 3'000'000, i);
        writer.complete(0, ++time, 3'000'000, i);
    }
    const AnalysisScene scene(writer, options({"one: issue -> complete by dev, sector",
                                               "many: issue -> complete by dev, sector on dev"}));
    const PairSummary &many = scene.analysis->pairs.at(groupOf(scene, "many"));
    QCOMPARE(many.laneKeys.size(), std::size_t{4096});
    QCOMPARE(many.slices, 1000U);
    QCOMPARE(scene.analysis->pairs.at(groupOf(scene, "one")).slices, 1000U);
    for (const TrackSummary &track : scene.analysis->tracks)
        QVERIFY(track.key.depth < 256);
}

void TestPairs::randomPairsEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Writer writer;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> open;
    std::vector<std::string> expected;
    std::uint64_t time = 1000;
    for (int i = 0; i < 30000; ++i) {
        ++time;
        const auto dev = static_cast<std::uint32_t>(random() % 3);
        const std::uint64_t sector = random() % 40;
        const auto cpu = static_cast<CpuId>(random() % 3);
        if (random() % 2 == 0) {
            writer.issue(cpu, time, dev, sector);
            open[{dev, sector}] = time;
        } else {
            writer.complete(cpu, time, dev, sector);
            if (const auto found = open.find({dev, sector}); found != open.end()) {
                expected.push_back(std::to_string(found->second) + ' ' + std::to_string(time) + ' '
                                   + std::to_string(dev));
                open.erase(found);
            }
        }
    }
    AnalysisOptions small = options({"io: issue -> complete by dev, sector"});
    small.eventsAtATime = 777;
    small.slicesOfASegment = 500;
    const AnalysisScene scene(writer, small);
    std::vector<std::string> found;
    std::istringstream in(slices(scene, "io"));
    for (std::string line; std::getline(in, line);)
        found.push_back(line.substr(line.find(' ') + 1));
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    QCOMPARE(found, expected);
}

// Counted by a script in the text that `trace-cmd report -R -t` gives.
void TestPairs::recordedPairsAreThoseThatTraceCmdPrints_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("pair");
    QTest::addColumn<quint64>("count");
    QTest::addColumn<qint64>("nanoseconds");
    const auto add = [](const char *file, const char *pair, quint64 count, qint64 nanoseconds) {
        QTest::newRow(pair) << QString::fromLatin1(file) << QString::fromLatin1(pair) << count
                            << nanoseconds;
    };
    add("net-signal-task.dat", "work queued", 89, 27486887);
    add("net-signal-task.dat", "work", 89, 840694);
    add("net-signal-task.dat", "signal", 60, 19076927);
    add("net-signal-task.dat", "net xmit", 6, 16415);
    add("sched-basic.dat", "softirq raised", 415, 4203473);
    add("sched-basic.dat", "softirq", 415, 4626246);
}

void TestPairs::recordedPairsAreThoseThatTraceCmdPrints()
{
    QFETCH(QString, file);
    QFETCH(QString, pair);
    const AnalysisScene scene(file.toStdString());
    const std::uint8_t group = groupOf(scene, pair.toStdString());
    quint64 count = 0;
    qint64 nanoseconds = 0;
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Pair, group, 0, 0}, {TrackClass::Pair, group, 0xffffffff, 0xffff})) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            ++count;
            nanoseconds += found.slice.end - found.slice.begin;
        }
    }
    QTEST(count, "count");
    QTEST(nanoseconds, "nanoseconds");
    QCOMPARE(scene.analysis->pairs[group].slices, count);
}

QTEST_GUILESS_MAIN(TestPairs)
#include "tst_pairs.moc"
