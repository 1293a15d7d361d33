// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanelayout.h"

#include <QTest>

#include <numeric>
#include <random>

using namespace thresher;
using namespace thresher::ui;

namespace {

std::vector<CpuId> cpus(std::size_t count)
{
    std::vector<CpuId> all(count);
    std::iota(all.begin(), all.end(), CpuId{0});
    return all;
}

int endOf(Stripe stripe)
{
    return stripe.top + stripe.height;
}

} // namespace

class tst_LaneLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lanesFollowEachOtherUnderTheGroupLine()
    {
        const std::vector<CpuId> sparse{1, 4, 17};
        const LaneLayout layout(sparse, 24);
        QCOMPARE(layout.rows().size(), std::size_t{3});
        QCOMPARE(layout.rows()[2].cpu, CpuId{17});
        QCOMPARE(layout.rows()[2].top, kGroupHeight + 48);
        QCOMPARE(layout.rows()[2].height, 24);
        QCOMPARE(layout.rows()[2].number, std::size_t{2});
        QCOMPARE(layout.contentHeight(), kGroupHeight + 72);
        QCOMPARE(layout.rowOf(4)->number, std::size_t{1});
        QVERIFY(!layout.rowOf(2));
    }

    void aRowIsFoundByItsHeight()
    {
        const LaneLayout layout(cpus(3), 10);
        QVERIFY(!layout.rowAt(-1));
        QVERIFY(!layout.rowAt(kGroupHeight - 1));
        QCOMPARE(layout.rowAt(kGroupHeight)->cpu, CpuId{0});
        QCOMPARE(layout.rowAt(kGroupHeight + 29)->cpu, CpuId{2});
        QVERIFY(!layout.rowAt(kGroupHeight + 30));
    }

    void rowsInViewAreThoseThatTouchIt()
    {
        std::mt19937 random(7);
        for (int i = 0; i < 2000; ++i) {
            const LaneLayout layout(cpus(random() % 70), 9 + static_cast<int>(random() % 40));
            const int top = static_cast<int>(random() % 1500);
            const int height = static_cast<int>(random() % 900);
            const auto [first, last] = layout.rowsWithin(top, height);
            for (const LaneRow &row : layout.rows()) {
                const bool touches = row.top < top + height && row.top + row.height > top
                                     && height > 0;
                const bool isIn = row.number >= first && row.number < last;
                if (touches)
                    QVERIFY(isIn);
                else if (isIn) // a row that only adjoins may be painted for nothing, no more
                    QVERIFY(row.top <= top + height && row.top + row.height >= top);
            }
        }
    }

    void lanesOfAllKindsLieBelowEachOther()
    {
        std::vector<Lane> lanes(6);
        lanes[1].kind = Lane::Kind::Cpu;
        lanes[1].owner = 3;
        lanes[2].group = LaneGroup::Tasks;
        lanes[3].kind = lanes[4].kind = lanes[5].kind = Lane::Kind::Task;
        lanes[3].owner = 3;
        lanes[4].kind = Lane::Kind::Nested;
        lanes[4].owner = 3;
        lanes[5].owner = 9;
        const LaneLayout layout(lanes, 36, 20);
        QCOMPARE(layout.rows().size(), std::size_t{4});
        QCOMPARE(layout.headings().size(), std::size_t{2});
        QCOMPARE(layout.contentHeight(), 2 * kGroupHeight + 36 + 20 + kNestedHeight + 20);
        QCOMPARE(layout.rowOf(CpuId{3})->top, kGroupHeight);
        QCOMPARE(layout.rowOf(laneOf(TaskId{3}))->top, 2 * kGroupHeight + 36);
        QVERIFY(!layout.rowOf(laneOf(TaskId{4})));
        // Every y is in one row or heading.
        for (int y = 0; y < layout.contentHeight(); ++y)
            QVERIFY((layout.rowAt(y) == nullptr) != (layout.headingAt(y) == nullptr));
        QVERIFY(!layout.headingAt(layout.contentHeight()));
        // What is nested looks as what it is nested in.
        QCOMPARE(layout.rows()[2].isOdd, layout.rows()[1].isOdd);
        QVERIFY(layout.rows()[3].isOdd != layout.rows()[1].isOdd);
        QVERIFY(layout == LaneLayout(lanes, 36, 20));
        QVERIFY(!(layout == LaneLayout(lanes, 36, 21)));
    }

    void sixtyFourLanesFitAFullHdWindow()
    {
        const int height = fittingLaneHeight(64, 1080 - kRulerHeight);
        QCOMPARE(height, 16);
        QCOMPARE_LE(LaneLayout(cpus(64), height).contentHeight(), 1080 - kRulerHeight);
        QCOMPARE(fittingLaneHeight(4, 1000), kLaneHeight);
        QCOMPARE(fittingLaneHeight(4, 1000, 40), 40);
        QCOMPARE(fittingLaneHeight(1000, 1000), kLeastLaneHeight);
        QCOMPARE(fittingLaneHeight(0, 1000), kLaneHeight);
    }

    void stripesNeverOverlapAndNeverLeaveTheirLane_data()
    {
        QTest::addColumn<bool>("hasInterrupts");
        QTest::newRow("with interrupts") << true;
        QTest::newRow("without") << false;
    }
    void stripesNeverOverlapAndNeverLeaveTheirLane()
    {
        QFETCH(bool, hasInterrupts);
        for (int height = kLeastLaneHeight; height <= 240; ++height) {
            const LaneStripes s = laneStripes(height, hasInterrupts);
            QVERIFY(s.irq.top >= 0);
            QCOMPARE_LE(endOf(s.irq), s.softirq.top);
            QCOMPARE_LE(endOf(s.softirq), s.running.top);
            QCOMPARE_LE(endOf(s.running), s.ticks.top);
            QCOMPARE_LT(endOf(s.ticks), height + 1);
            QVERIFY(endOf(s.density) <= height && s.density.height > 0);
            QVERIFY(endOf(s.whole) <= height);
            QCOMPARE(s.irq.height > 0, hasInterrupts);
            QCOMPARE(s.softirq.height > 0, hasInterrupts);
            QVERIFY(s.ticks.height > 0);
            // What runs is what the lane is for.
            QVERIFY2(s.running.height * 9 >= height * 4, qPrintable(QString::number(height)));
        }
        QCOMPARE(laneStripes(24, true).running, (Stripe{5, 14}));
    }
};

QTEST_GUILESS_MAIN(tst_LaneLayout)
#include "tst_lanelayout.moc"
