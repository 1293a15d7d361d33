// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/marks.h"
#include "model/query/rowprinter.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <numeric>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

Marks marksOf(const AnalysisScene &scene)
{
    Progress progress;
    auto marks = Marks::find(scene.index, {}, progress);
    if (!marks)
        qFatal("%s", marks.error().text().c_str());
    return *marks;
}

} // namespace

class TestTraceMarks final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allKindsAreFound();
    void aTraceWithoutAnyCostsNothing();
    void randomRangesEqualTheNaiveOnes();
    void recordedMarksAreThoseThatWereWritten();
};

void TestTraceMarks::allKindsAreFound()
{
    TraceDatWriter::Options options;
    options.kallsyms = "ffff1000 t do_it\nffff2000 t end\n";
    options.printkFormats = "0xffff6000 : \"constant\\n\"\n";
    TraceDatWriter writer(options);
    writer.addFormat("printk", TraceDatWriter::formatText("console", 900, {"__data_loc char[] msg"},
                                                          R"("%s", __get_str(msg))"));
    writer.addFormat(
        "ftrace", TraceDatWriter::formatText("bputs", 14, {"unsigned long ip", "const char * str"},
                                             R"("%ps: %s", (void *)REC->ip, REC->str)"));
    writer.print(0, 1000, 10, "hello: world\n", 0xffff1000);
    writer.schedSwitch(0, 1050, {10, "a"}, 1, {0, "swapper"});
    writer.event(1, 1100, 10, 900, writer.payload().u32(7U << 16U | 12U).text("kernel"));
    writer.event(0, 1200, 10, 14, writer.payload().u64(0xffff1000).u64(0xffff6000));
    const AnalysisScene scene(writer);
    const Marks marks = marksOf(scene);
    QCOMPARE(marks.size(), 3U);
    QCOMPARE(marks.countOf(MarkKind::Console), 1U);
    QCOMPARE(marks.countOf(MarkKind::Marker), 1U);
    QCOMPARE(marks.countOf(MarkKind::Printk), 1U);
    const auto all = marks.in({kTimeMin, kTimeMax}, 10);
    QCOMPARE(all.size(), std::size_t{3});
    QCOMPARE(all[0], (Mark{1000, {0, 0}, MarkKind::Marker}));
    QCOMPARE(all[1], (Mark{1100, {1, 0}, MarkKind::Console}));
    QCOMPARE(all[2], (Mark{1200, {0, 2}, MarkKind::Printk}));
    RowPrinter printer(scene.index);
    QCOMPARE(Marks::text(all[0], printer), std::string("hello: world"));
    QCOMPARE(Marks::text(all[1], printer), std::string("kernel"));
    QCOMPARE(Marks::text(all[2], printer), std::string("constant"));
    QCOMPARE(marks.count(TimeRange{1000, 1200}), 2U);
    QCOMPARE(marks.in({1000, 1200}, 10, 1), (std::vector<Mark>{all[1]}));
    QCOMPARE(marks.in({1000, 2000}, 1), (std::vector<Mark>{all[0]}));
    QVERIFY(marks.in({1300, 2000}, 1).empty());
    std::vector<std::uint32_t> counts;
    marks.count(PixelGrid{{1000, 1300}, 3}, counts);
    QCOMPARE(counts, (std::vector<std::uint32_t>{1, 1, 1}));
}

void TestTraceMarks::aTraceWithoutAnyCostsNothing()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1050, {10, "a"}, 1, {0, "swapper"});
    const AnalysisScene scene(writer);
    const Marks marks = marksOf(scene);
    QCOMPARE(marks.size(), 0U);
    QCOMPARE(marks.count(TimeRange{kTimeMin, kTimeMax}), 0U);
    QVERIFY(marks.in({kTimeMin, kTimeMax}, 10).empty());
    std::vector<std::uint32_t> counts;
    marks.count(PixelGrid{{1000, 1300}, 3}, counts);
    QCOMPARE(counts, (std::vector<std::uint32_t>{0, 0, 0}));
}

void TestTraceMarks::randomRangesEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    TraceDatWriter writer;
    std::vector<Mark> expected;
    std::array<EventIndex, 3> events{};
    TimeNs time = 1000;
    for (int i = 0; i < 10000; ++i) {
        time += 1 + static_cast<TimeNs>(random() % 5);
        const auto cpu = static_cast<CpuId>(random() % 3);
        if (random() % 3 == 0) {
            writer.print(cpu, static_cast<std::uint64_t>(time), 10, "x");
            expected.push_back({time, {cpu, events[cpu]}, MarkKind::Marker});
        } else {
            writer.softirqEntry(cpu, static_cast<std::uint64_t>(time), 10, 1);
        }
        ++events[cpu];
    }
    const AnalysisScene scene(writer);
    const Marks marks = marksOf(scene);
    for (int i = 0; i < 200; ++i) {
        const TimeNs begin = 900 + static_cast<TimeNs>(random() % 40000);
        const TimeRange range{begin, begin + static_cast<TimeNs>(random() % 10000)};
        std::vector<Mark> within;
        for (const Mark &mark : expected) {
            if (range.contains(mark.time))
                within.push_back(mark);
        }
        QCOMPARE(marks.count(range), within.size());
        QCOMPARE(marks.in(range, expected.size()), within);
        if (range.isEmpty())
            continue;
        std::vector<std::uint32_t> counts;
        marks.count(PixelGrid{range, 100}, counts);
        QCOMPARE(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), within.size());
    }
}

// The recording wrote 300 pairs of "frame begin" and "frame end", and three more.
void TestTraceMarks::recordedMarksAreThoseThatWereWritten()
{
    const AnalysisScene scene("marker.dat");
    const Marks marks = marksOf(scene);
    QCOMPARE(marks.size(), 603U);
    RowPrinter printer(scene.index);
    std::size_t begins = 0;
    std::size_t ends = 0;
    for (const Mark &mark : marks.in({kTimeMin, kTimeMax}, 1000)) {
        const std::string text = Marks::text(mark, printer);
        begins += text.starts_with("frame begin id=") ? 1U : 0U;
        ends += text.starts_with("frame end id=") && text.ends_with("µs=✓") ? 1U : 0U;
    }
    QCOMPARE(begins, std::size_t{300});
    QCOMPARE(ends, std::size_t{300});
}

QTEST_GUILESS_MAIN(TestTraceMarks)
#include "tst_tracemarks.moc"
