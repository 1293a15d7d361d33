// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventplaces.h"
#include "model/analysis/eventslices.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <map>
#include <tuple>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint16_t kIssueId = 700;
constexpr std::uint16_t kCompleteId = 701;

class Writer : public TraceDatWriter
{
public:
    Writer()
    {
        addFormat("io", formatText("issue", kIssueId, {"u32 dev"}, R"("%d", 0)"));
        addFormat("io", formatText("complete", kCompleteId, {"u32 dev"}, R"("%d", 0)"));
    }
    void issue(CpuId cpu, std::uint64_t time, std::uint32_t dev)
    {
        event(cpu, time, 10, kIssueId, payload().u32(dev));
    }
    void complete(CpuId cpu, std::uint64_t time, std::uint32_t dev)
    {
        event(cpu, time, 11, kCompleteId, payload().u32(dev));
    }
};

AnalysisOptions io()
{
    AnalysisOptions options;
    options.pairs.push_back(parsePair("io: issue -> complete by dev").value());
    return options;
}

/// "role begin end → other", a line each.
std::string text(const AnalysisScene &scene, Place place)
{
    std::ostringstream out;
    for (const EventSlice &found : slicesOf(*scene.analysis, place)) {
        out << "BEI"[static_cast<int>(found.role)] << ' ' << found.slice.slice.begin << ' '
            << found.slice.slice.end;
        if (found.other)
            out << " → " << found.other->stream << ':' << found.other->event;
        out << '\n';
    }
    return out.str();
}

} // namespace

class TestEventSlices final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothEndsKnowTheirSlice();
    void anEventMayEndOneAndBeginTheNext();
    void eventsOfTheSameTimeAreToldApart();
    void noEventNoSlices();
    void allSlicesOfRecordingsAreFoundFromBothEnds_data();
    void allSlicesOfRecordingsAreFoundFromBothEnds();
    void whatATaskWasWithinIsFound();
};

void TestEventSlices::bothEndsKnowTheirSlice()
{
    Writer writer;
    writer.issue(0, 1000, 8);
    writer.issue(0, 1100, 9);
    writer.complete(1, 1200, 8);
    writer.complete(1, 1300, 7); // never issued
    writer.complete(0, 1400, 9);
    const AnalysisScene scene(writer, io());
    QCOMPARE(text(scene, {0, 0}), std::string("B 1000 1200 → 1:0\n"));
    QCOMPARE(text(scene, {0, 1}), std::string("B 1100 1400 → 0:2\n"));
    QCOMPARE(text(scene, {1, 0}), std::string("E 1000 1200 → 0:0\n"));
    QCOMPARE(text(scene, {1, 1}), std::string());
    QCOMPARE(text(scene, {0, 2}), std::string("E 1100 1400 → 0:1\n"));
}

void TestEventSlices::anEventMayEndOneAndBeginTheNext()
{
    Writer writer;
    writer.issue(0, 1000, 8);
    writer.issue(0, 1100, 8);
    writer.issue(0, 1300, 8);
    AnalysisOptions options;
    options.pairs.push_back(parsePair("again: issue -> issue by dev").value());
    const AnalysisScene scene(writer, options);
    QCOMPARE(text(scene, {0, 0}), std::string("B 1000 1100 → 0:1\n"));
    QCOMPARE(text(scene, {0, 1}), std::string("E 1000 1100 → 0:0\nB 1100 1300 → 0:2\n"));
    QCOMPARE(text(scene, {0, 2}), std::string("E 1100 1300 → 0:1\n"));
}

void TestEventSlices::eventsOfTheSameTimeAreToldApart()
{
    Writer writer;
    writer.issue(0, 1000, 8);
    writer.issue(1, 1000, 9);
    writer.complete(0, 1500, 8);
    const AnalysisScene scene(writer, io());
    QCOMPARE(text(scene, {0, 0}), std::string("B 1000 1500 → 0:1\n"));
    QCOMPARE(text(scene, {1, 0}), std::string()); // dev 9 never completes
}

void TestEventSlices::noEventNoSlices()
{
    Writer writer;
    writer.issue(0, 1000, 8);
    writer.complete(0, 1500, 8);
    const AnalysisScene scene(writer, io());
    QCOMPARE(text(scene, {0, 2}), std::string());
    QCOMPARE(text(scene, {1, 0}), std::string());
    QCOMPARE(text(scene, {7, 0}), std::string());
}

void TestEventSlices::allSlicesOfRecordingsAreFoundFromBothEnds_data()
{
    QTest::addColumn<QString>("file");
    for (const char *const file : {"v6.dat", "lab-sched-16cpu.dat"})
        QTest::newRow(file) << file;
}

/// Against the tracks themselves, read from begin to end.
void TestEventSlices::allSlicesOfRecordingsAreFoundFromBothEnds()
{
    QFETCH(const QString, file);
    const AnalysisScene scene(file.toStdString());
    const Analysis &analysis = *scene.analysis;
    std::size_t checked = 0;
    for (const TrackSummary &track : analysis.tracks) {
        if (track.key.what != TrackClass::Pair)
            continue;
        std::size_t n = 0;
        for (const PlacedSlice &slice : scene.slices(track.key)) {
            if (n++ % 7 != 0) // each takes a while with a sanitizer
                continue;
            const PairPlaces places = pairPlaces(analysis, track.key.group, slice);
            QVERIFY(places.begin && places.end);
            for (const bool isBegin : {true, false}) {
                const Place here = isBegin ? *places.begin : *places.end;
                const auto found = slicesOf(analysis, here);
                const auto is = [&](const EventSlice &each) {
                    return each.key == track.key && each.slice.slice == slice.slice
                           && each.role == (isBegin ? SliceRole::Begin : SliceRole::End)
                           && each.other == (isBegin ? places.end : places.begin);
                };
                QCOMPARE(std::count_if(found.begin(), found.end(), is), 1);
            }
            if (++checked >= 2000)
                return;
        }
    }
    QVERIFY(checked > 100);
}

void TestEventSlices::whatATaskWasWithinIsFound()
{
    const AnalysisScene scene("sched-basic.dat");
    const Analysis &analysis = *scene.analysis;
    std::size_t inside = 0;
    for (std::size_t s = 0; s < scene.index->streams.size(); ++s) {
        const StreamView &stream = scene.index->streams[s];
        for (EventIndex i = 0; i < stream.size; i += 3) {
            const Place place{static_cast<StreamIndex>(s), i};
            for (const EventSlice &found : slicesOf(analysis, place)) {
                QVERIFY(found.slice.slice.begin <= stream.time(i));
                QVERIFY(found.slice.slice.end >= stream.time(i));
                if (found.role != SliceRole::Inside)
                    continue;
                QVERIFY(found.key.what == TrackClass::Syscall);
                QCOMPARE(found.key.owner, ownerOfTask(stream.task(i)));
                ++inside;
            }
        }
    }
    QVERIFY(inside > 0);
}

QTEST_GUILESS_MAIN(TestEventSlices)

#include "tst_eventslices.moc"
