// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/tracklane.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kDies = 0x20;
const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kA{10, "a"};

std::string columnsText(const TrackLane &lane)
{
    std::string text;
    for (const TrackColumn &column : lane.columns) {
        text += column.value != kNoValue              ? "NrWPDSTX"[column.value]
                : (column.flags & kTrackUnknown) != 0 ? '?'
                                                      : '.';
    }
    return text;
}

std::vector<std::uint32_t> columnsOf(const TrackLane &lane)
{
    std::vector<std::uint32_t> values;
    for (const TrackColumn &column : lane.columns)
        values.insert(values.end(), {column.value, column.covered, column.flags});
    return values;
}

std::string backgroundText(const TrackLane &lane)
{
    std::string text;
    for (const std::uint8_t state : lane.background)
        text += state == TrackLane::kNoBackground ? ' ' : "NrWPDSTX"[state];
    return text;
}

} // namespace

class TestTrackLane final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statesAreInTheirColumns();
    void aMomentOfRunningIsSeenAtAnyZoom();
    void oneThatRunsALittleIsToldFromOneThatNeverRuns();
    void severalTracksInOneLaneHideNothing();
    void unknownTracksAreEmpty();
    void recordedLanesAgreeWithTheirSlices_data();
    void recordedLanesAgreeWithTheirSlices();
};

void TestTrackLane::statesAreInTheirColumns()
{
    TraceDatWriter writer;
    writer.print(0, 0, 0, "begin");
    writer.waking(0, 200, 0, kA, 0);
    writer.schedSwitch(0, 300, kIdle, 0, kA);
    writer.schedSwitch(0, 400, kA, kSleeps, kIdle);
    writer.waking(0, 600, 0, kA, 0);
    writer.schedSwitch(0, 600, kIdle, 0, kA);
    writer.schedSwitch(0, 700, kA, kDies, kIdle);
    writer.print(0, 999, 0, "end");
    const AnalysisScene scene(writer);
    TrackLane lane;
    const TrackKey key{TrackClass::TaskState, 0, ownerOfTask(scene.task(10)), 0};
    queryTrackLane(*scene.analysis, {key, {{0, 1000}, 10}, 1}, lane);
    QCOMPARE(columnsText(lane), std::string("??Wr..r..."));
    QCOMPARE(backgroundText(lane), std::string("  SSSSSXXX"));
    QCOMPARE(lane.labelled.size(), 3U);
    QCOMPARE(lane.labelled[0], (Slice{200, 300, 2}));
    QCOMPARE(lane.labelled[1], (Slice{300, 400, 1}));
    QCOMPARE(lane.labelled[2], (Slice{600, 700, 1}));
    // Wider than the trace.
    queryTrackLane(*scene.analysis, {key, {{-1000, 3000}, 8}, 1}, lane);
    QCOMPARE(backgroundText(lane), std::string("  SS    "));
}

void TestTrackLane::aMomentOfRunningIsSeenAtAnyZoom()
{
    TraceDatWriter writer;
    constexpr std::uint64_t kSecond = 1'000'000'000;
    writer.print(0, 0, 0, "begin");
    writer.schedSwitch(0, kSecond, kIdle, 0, kA);
    writer.schedSwitch(0, kSecond + 1, kA, kSleeps, kIdle);
    writer.print(0, 100 * kSecond, 0, "end");
    const AnalysisScene scene(writer);
    const TrackKey key{TrackClass::TaskState, 0, ownerOfTask(scene.task(10)), 0};
    for (const std::uint32_t columns : {1U, 7U, 100U, 3000U}) {
        TrackLane lane;
        queryTrackLane(*scene.analysis, {key, {scene.index->range, columns}}, lane);
        const auto ran = std::count_if(
            lane.columns.begin(), lane.columns.end(),
            [](const TrackColumn &column) { return column.value == 1 && column.covered > 0; });
        QVERIFY(ran == 1 || ran == 2); // it may lie across a border
    }
}

void TestTrackLane::oneThatRunsALittleIsToldFromOneThatNeverRuns()
{
    // a runs for 3 % of each ms and is blocked for the rest of it; in the second half it is blocked
    // all the time.
    constexpr std::uint64_t kBlocks = 2;
    constexpr std::uint64_t kMs = 1'000'000;
    TraceDatWriter writer;
    writer.print(0, 0, 0, "begin");
    for (std::uint64_t ms = 1; ms < 2000; ++ms) {
        writer.waking(0, ms * kMs, 0, kA, 0);
        writer.schedSwitch(0, ms * kMs + 1, kIdle, 0, kA);
        writer.schedSwitch(0, ms * kMs + 30'000, kA, kBlocks, kIdle);
    }
    writer.waking(0, 4000 * kMs, 0, kA, 0);
    writer.schedSwitch(0, 4000 * kMs + 1, kIdle, 0, kA);
    writer.print(0, 4000 * kMs + 2, 0, "end");
    const AnalysisScene scene(writer);
    const TrackKey key{TrackClass::TaskState, 0, ownerOfTask(scene.task(10)), 0};
    TrackLane lane;
    for (const std::uint32_t columns : {4U, 100U, 400U}) {
        const PixelGrid grid{{0, static_cast<TimeNs>(4000 * kMs)}, columns};
        queryTrackLane(*scene.analysis, {key, grid}, lane);
        for (std::uint32_t x = 1; x + 1 < columns; ++x) {
            QCOMPARE(lane.columns[x].value, static_cast<std::uint32_t>(TaskState::Blocked));
            const bool runs = (lane.columns[x].flags & kTrackHolds) != 0;
            QCOMPARE(runs, x < columns / 2);
        }
    }
}

// What a lane of many overlapping pairs shows, against their slices one by one.
void TestTrackLane::severalTracksInOneLaneHideNothing()
{
    constexpr std::uint16_t kEvent = 600;
    std::mt19937_64 random(23);
    TraceDatWriter writer;
    writer.addFormat(
        "my", TraceDatWriter::formatText("e", kEvent, {"u32 key", "u32 begins"}, R"("%d", 0)"));
    writer.print(0, 0, 0, "begin");
    std::vector<bool> isOpen(900);
    for (std::uint64_t time = 100; time < 60'000; time += 1 + random() % 40) {
        const auto key = static_cast<std::uint32_t>(random() % isOpen.size());
        const bool begins = !isOpen[key];
        isOpen[key] = begins;
        writer.event(0, time, 10, kEvent, writer.payload().u32(key).u32(begins ? 1 : 0));
    }
    writer.print(0, 70'000, 0, "end");
    for (const char *const lane :
         {"", " on key"}) { // many depths; many owners, more than are drawn
        AnalysisOptions options;
        options.slicesOfASegment = 200;
        options.eventsAtATime = 64;
        options.pairs.push_back(
            *parsePair(std::string("p: e if (begins == 1) -> e if (begins == 0) by key") + lane));
        const AnalysisScene scene(writer, options);
        const auto tracks = scene.analysis->between({TrackClass::Pair, 0, 0, 0},
                                                    {TrackClass::Pair, 0, 0xffffffffU, 0xffff});
        QVERIFY(tracks.size() > 50);
        const PixelGrid grid{{1'000, 50'000}, 331};
        TrackLane all;
        queryTrackLanes(*scene.analysis, tracks, nullptr, {{}, grid, 2}, all);
        std::vector<bool> isThere(grid.columns);
        std::vector<bool> isSeen(grid.columns);
        for (const TrackSummary &track : tracks) {
            forEachSlice(*scene.analysis, track.key, grid.range, [&](const Slice &slice, CpuId) {
                const TimeNs from = std::max(slice.begin, grid.range.begin);
                const TimeNs to = std::min(slice.end, grid.range.end);
                for (auto x = grid.columnOf(from); to > from && x <= grid.columnOf(to - 1); ++x)
                    isThere[x] = true;
                return true;
            });
        }
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            isSeen[x] = all.columns[x].value != kNoValue
                        || (all.columns[x].flags & kTrackUnknown) != 0;
            QVERIFY(isSeen[x] || !isThere[x]);
        }
        TimeNs end = kTimeMin;
        for (const Slice &slice : all.labelled) {
            QVERIFY(slice.begin >= end);
            end = slice.end;
        }
        // Hidden tasks' and CPUs' are left out; keys are neither.
        ShowFilter filter;
        filter.hiddenCpus = {0};
        filter.hideOtherTasks = true;
        filter.knownTasks = 0;
        TrackLane same;
        queryTrackLanes(*scene.analysis, tracks, &filter, {{}, grid, 2}, same);
        QCOMPARE(columnsOf(same), columnsOf(all));
    }
}

void TestTrackLane::unknownTracksAreEmpty()
{
    const AnalysisScene scene("sched-basic.dat");
    TrackLane lane;
    queryTrackLane(*scene.analysis, {{TrackClass::Pair, 3, 9, 9}, {scene.index->range, 50}}, lane);
    QCOMPARE(columnsText(lane), std::string(50, '.'));
    QVERIFY(lane.background.empty());
    queryTrackLane(*scene.analysis, {scene.analysis->tracks[0].key, {{5, 5}, 0}}, lane);
    QVERIFY(lane.columns.empty());
}

void TestTrackLane::recordedLanesAgreeWithTheirSlices_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<unsigned>("ofASegment");
    QTest::newRow("one segment") << QStringLiteral("sched-basic.dat") << 1'000'000U;
    QTest::newRow("many") << QStringLiteral("sched-basic.dat") << 500U;
    QTest::newRow("16 CPUs") << QStringLiteral("lab-sched-16cpu.dat") << 500U;
    QTest::newRow("losses") << QStringLiteral("lost-events.dat") << 300U;
}

// Zoomed in so far that nothing is summed, every column shows one of the slices that touch it, and
// one that counts if there is one.
void TestTrackLane::recordedLanesAgreeWithTheirSlices()
{
    QFETCH(QString, file);
    QFETCH(unsigned, ofASegment);
    AnalysisOptions options;
    options.eventsAtATime = 200;
    options.slicesOfASegment = ofASegment;
    const AnalysisScene scene(file.toStdString(), options);
    std::mt19937_64 random(7);
    for (int round = 0; round < 60; ++round) {
        const auto states = scene.analysis->between({TrackClass::TaskState, 0, 0, 0},
                                                    {TrackClass::TaskState, 255, ~0U, 0xffff});
        const TrackSummary &track = states[random() % states.size()];
        const auto at = static_cast<TimeNs>(
            random() % static_cast<std::uint64_t>(scene.index->range.duration()));
        const TimeNs begin = scene.index->range.begin + at;
        const PixelGrid grid{{begin, begin + 64'000}, 64};
        TrackLane lane;
        queryTrackLane(*scene.analysis, {track.key, grid, 8}, lane);
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            const TimeRange column{begin + x * 1000, begin + x * 1000 + 1000};
            std::vector<bool> isThere(kTaskStates);
            bool isActiveThere = false;
            forEachSlice(*scene.analysis, track.key, column, [&](const Slice &slice, CpuId) {
                if (slice.value != kNoValue && slice.end > column.begin) {
                    isThere[slice.value] = true;
                    isActiveThere |= isActive(static_cast<TaskState>(slice.value));
                }
                return true;
            });
            const std::uint32_t value = lane.columns[x].value;
            QCOMPARE(value != kNoValue, isActiveThere);
            if (value != kNoValue)
                QVERIFY(isThere[value] && isActive(static_cast<TaskState>(value)));
        }
        for (const Slice &slice : lane.labelled)
            QVERIFY(slice.end - slice.begin >= 8000);
    }
}

QTEST_GUILESS_MAIN(TestTrackLane)
#include "tst_tracklane.moc"
