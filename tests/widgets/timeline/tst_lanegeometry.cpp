// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "widgets/timeline/lanegeometry.h"

#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;

namespace {

/// A lane of `columns` with nothing in it.
CpuLane emptyLane(std::size_t columns)
{
    CpuLane lane;
    lane.running.resize(columns);
    lane.events.resize(columns);
    lane.lost.resize(columns);
    lane.pending.resize(columns);
    return lane;
}

void fill(CpuLane &lane, std::size_t begin, std::size_t end, std::uint32_t value,
          std::uint16_t covered = 65535)
{
    for (std::size_t x = begin; x < end; ++x)
        lane.running[x] = {value, covered, 0};
}

QString built(const CpuLane &lane, LaneGeometryOptions options)
{
    LaneDrawList list;
    buildLane(lane, options, list);
    return QString::fromStdString(dump(list));
}

LaneGeometryOptions options(std::uint32_t columns)
{
    LaneGeometryOptions made;
    made.grid = {{0, columns}, columns}; // a nanosecond each
    return made;
}

/// Whether a rectangle of the role touches [begin, end).
bool touches(const LaneDrawList &list, Role role, std::int64_t begin, std::int64_t end)
{
    return std::ranges::any_of(list.of(role), [&](const LaneRect &rect) {
        return std::int64_t{rect.begin} < end && begin < std::int64_t{rect.end};
    });
}

} // namespace

class tst_LaneGeometry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesAreMarkedWideEnoughToBeSeen()
    {
        std::vector<std::uint32_t> matches(40, 0);
        matches[0] = 1;
        matches[20] = 3;
        matches[21] = 1;
        matches[39] = 1;
        LaneDrawList list;
        buildLane(emptyLane(40), options(40), list, matches);
        QCOMPARE(list.of(Role::Match),
                 (std::vector<LaneRect>{{0, 2, 0, 1}, {20, 22, 0, 1}, {38, 40, 0, 1}}));
        buildLane(emptyLane(40), options(40), list);
        QVERIFY(list.of(Role::Match).empty());
    }

    void neighboursThatSayTheSameAreOneRectangle()
    {
        CpuLane lane = emptyLane(100);
        fill(lane, 10, 31, 5);
        fill(lane, 31, 32, 6, 1); // the rarest: still drawn
        fill(lane, 40, 50, 5, 32768);
        QCOMPARE(built(lane, options(100)), QStringLiteral("Running 10..31 value 5 level 15\n"
                                                           "Running 31..32 value 6 level 1\n"
                                                           "Running 40..50 value 5 level 8\n"));
    }

    void theMeaningsOfALane()
    {
        CpuLane lane = emptyLane(60);
        fill(lane, 0, 10, 3);
        for (std::size_t x = 10; x < 20; ++x)
            lane.running[x].flags = kTrackUnknown;
        lane.irq.resize(60);
        lane.irq[4] = {33, 65535, 0};
        lane.softirq.resize(60);
        lane.softirq[5] = {1, 20'000, 0};
        lane.softirq[6] = {1, 20'000, 0};
        lane.events[0] = 1;
        lane.events[1] = 3;
        lane.events[2] = 4;
        lane.events[3] = 4'000'000;
        lane.lost[15] = 1;
        for (std::size_t x = 50; x < 60; ++x)
            lane.pending[x] = 1;
        QCOMPARE(built(lane, options(60)), QStringLiteral("Pending 50..60 level 1\n"
                                                          "Unknown 10..20 level 1\n"
                                                          "Running 0..10 value 3 level 15\n"
                                                          "Irq 4..5 value 33 level 15\n"
                                                          "Softirq 5..7 value 1 level 5\n"
                                                          "Events 0..2 level 1\n"
                                                          "Events 2..3 level 2\n"
                                                          "Events 3..4 level 3\n"
                                                          "Lost 13..18 level 1\n"));
    }

    void whatIsNotIndexedYetIsNotCalledUnknown()
    {
        CpuLane lane = emptyLane(4);
        for (std::size_t x = 0; x < 4; ++x) {
            lane.running[x].flags = kTrackUnknown;
            lane.pending[x] = x >= 2;
        }
        QCOMPARE(built(lane, options(4)),
                 QStringLiteral("Pending 2..4 level 1\nUnknown 0..2 level 1\n"));
    }

    void aLaneWithoutSlicesHasBars()
    {
        CpuLane lane;
        lane.events = {0, 1, 100, 400, 400};
        LaneGeometryOptions made = options(5);
        made.densityPeak = 400;
        QCOMPARE(densityPeak(lane), 400U);
        QCOMPARE(built(lane, made), QStringLiteral("Density 1..2 level 13\n"
                                                   "Density 2..3 level 128\n"
                                                   "Density 3..5 level 255\n"));
    }

    void oneEventAmongBillionsHasABar()
    {
        QCOMPARE(densityLevel(1, 4e9), std::uint8_t{1});
        QCOMPARE(densityLevel(0, 4e9), std::uint8_t{0});
        QCOMPARE(densityLevel(5, 0), kFullDensity);
        QCOMPARE(densityLevel(9, 4), kFullDensity);
    }

    void lostSpansAreWidenedAndNeverLeaveTheLane_data()
    {
        QTest::addColumn<QList<int>>("lost");
        QTest::addColumn<QString>("text");
        QTest::newRow("at the begin") << QList<int>{0} << QStringLiteral("Lost 0..5 level 1\n");
        QTest::newRow("at the end") << QList<int>{39} << QStringLiteral("Lost 35..40 level 1\n");
        QTest::newRow("two that touch")
            << QList<int>{10, 14} << QStringLiteral("Lost 8..17 level 1\n");
        QTest::newRow("two apart")
            << QList<int>{10, 20} << QStringLiteral("Lost 8..13 level 1\nLost 18..23 level 1\n");
        QTest::newRow("wide enough")
            << QList<int>{10, 11, 12, 13, 14, 15} << QStringLiteral("Lost 10..16 level 1\n");
    }
    void lostSpansAreWidenedAndNeverLeaveTheLane()
    {
        QFETCH(QList<int>, lost);
        QFETCH(QString, text);
        CpuLane lane = emptyLane(40);
        for (const int x : lost)
            lane.lost[static_cast<std::size_t>(x)] = 1;
        QCOMPARE(built(lane, options(40)), text);
    }

    void aLaneOfOneColumnHoldsItAll()
    {
        CpuLane lane = emptyLane(1);
        fill(lane, 0, 1, 2, 1);
        lane.events[0] = 7;
        lane.lost[0] = 1;
        QCOMPARE(built(lane, options(1)),
                 QStringLiteral("Running 0..1 value 2 level 1\n"
                                "Events 0..1 level 2\nLost 0..1 level 1\n"));
    }

    void namesStayOnTheirSlices()
    {
        CpuLane lane = emptyLane(100);
        fill(lane, 0, 40, 1);
        fill(lane, 40, 80, 2);
        lane.labelled = {{-50, 40, 1}, {40, 80, 2}, {200, 300, 3}};
        // The second follows at once: a line tells them apart.
        QCOMPARE(built(lane, options(100)),
                 QStringLiteral("Running 0..40 value 1 level 15\n"
                                "Running 40..80 value 2 level 15\n"
                                "Edge 40..41 value 2 level 1\n"
                                "label 0..40 task 1\nlabel 40..80 task 2\n"));
    }

    void everythingIsSeenAtEveryZoom_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 12; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    /// The naive twin: every event, shown slice and lost span is looked for in what is drawn.
    void everythingIsSeenAtEveryZoom()
    {
        QFETCH(unsigned, seed);
        std::mt19937_64 random(seed);
        MemoryIndex index;
        index.addEventTypes({"sched_switch"});
        index.addTasks(std::vector<Task>(9));
        MemoryStream &stream = index.addStream(0);
        std::vector<TimeNs> events;
        std::vector<LostSpan> lost;
        TimeNs time = 1'000'000;
        const bool isBursty = seed % 2 == 0;
        for (int i = 0; i < 6000; ++i) {
            const TimeNs begin = time;
            time += 1 + static_cast<TimeNs>(random() % (isBursty && i % 50 == 0 ? 9'000'000 : 300));
            const auto task = random() % 5 == 0 ? 0 : static_cast<std::uint32_t>(1 + random() % 9);
            stream.running.add({begin, time, task});
            stream.addEvent(begin, EventTypeId{0}, static_cast<TaskId>(task));
            events.push_back(begin);
            if (random() % 40 == 0)
                stream.irq.add({begin, begin + 1, 7});
            if (random() % 400 == 0) {
                lost.push_back({begin, time, stream.size(), 3});
                stream.addLost(lost.back());
            }
        }
        const auto snapshot = index.snapshot();
        CpuLane lane;
        LaneDrawList list;
        for (const std::uint32_t columns : {1U, 7U, 300U, 1920U}) {
            for (DurationNs length = snapshot->range.duration(); length >= 10; length /= 7) {
                const auto room = static_cast<std::uint64_t>(snapshot->range.duration() - length
                                                             + 1);
                const TimeNs from = snapshot->range.begin + static_cast<TimeNs>(random() % room);
                const PixelGrid grid{{from, from + length}, columns};
                queryCpuLane(*snapshot, nullptr, {0, grid, 24}, lane);
                LaneGeometryOptions made;
                made.grid = grid;
                buildLane(lane, made, list);
                const auto near = [&](Role role, TimeNs begin, TimeNs end, std::int64_t slack) {
                    const std::int64_t first = grid.columnOf(begin);
                    const std::int64_t last = grid.columnOf(std::max(begin, end - 1));
                    return touches(list, role, first - slack, last + 1 + slack);
                };
                for (const TimeNs event : events) {
                    if (grid.range.contains(event))
                        QVERIFY(near(Role::Events, event, event, 1));
                }
                for (const Slice &slice : stream.running.slices()) {
                    if (slice.value != 0 && grid.range.overlaps({slice.begin, slice.end}))
                        QVERIFY(near(Role::Running, slice.begin, slice.end, 1));
                }
                for (const Slice &slice : stream.irq.slices()) {
                    if (grid.range.overlaps({slice.begin, slice.end}))
                        QVERIFY(near(Role::Irq, slice.begin, slice.end, 1));
                }
                for (const LostSpan &span : lost) {
                    if (grid.range.overlaps({span.begin, span.end}))
                        QVERIFY(near(Role::Lost, span.begin, span.end, 0));
                }
                for (const LaneLabel &label : list.labels)
                    QVERIFY(label.begin < label.end && label.end <= columns);
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_LaneGeometry)
#include "tst_lanegeometry.moc"
