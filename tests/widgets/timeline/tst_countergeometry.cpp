// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/counterpainter.h"

#include <QImage>
#include <QTest>

#include <limits>
#include <random>

using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

} // namespace

class tst_CounterGeometry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theScaleBeginsAtZeroUnlessLittleWouldBeSeen_data()
    {
        QTest::addColumn<qlonglong>("least");
        QTest::addColumn<qlonglong>("largest");
        QTest::addColumn<qlonglong>("low");
        QTest::addColumn<qlonglong>("high");
        QTest::newRow("from 0") << 0LL << 10LL << 0LL << 10LL;
        QTest::newRow("above 0") << 400LL << 1000LL << 0LL << 1000LL;
        QTest::newRow("far above 0") << 900LL << 1000LL << 900LL << 1000LL;
        QTest::newRow("below 0") << -10LL << -2LL << -10LL << 0LL;
        QTest::newRow("around 0") << -1LL << 5LL << -1LL << 5LL;
        QTest::newRow("constant") << 7LL << 7LL << 0LL << 7LL;
        QTest::newRow("constant 0") << 0LL << 0LL << 0LL << 1LL;
        QTest::newRow("constant below 0") << -7LL << -7LL << -7LL << 0LL;
        QTest::newRow("everything")
            << qlonglong{kLeast} << qlonglong{kMost} << qlonglong{kLeast} << qlonglong{kMost};
    }
    void theScaleBeginsAtZeroUnlessLittleWouldBeSeen()
    {
        QFETCH(const qlonglong, least);
        QFETCH(const qlonglong, largest);
        QFETCH(const qlonglong, low);
        QFETCH(const qlonglong, high);
        QCOMPARE(counterScale(least, largest).low, low);
        QCOMPARE(counterScale(least, largest).high, high);
    }

    void aLaneOfSmallValuesHasAScaleOfItsOwn()
    {
        const CounterScale common{0, 1000};
        QCOMPARE(laneScale(0, 249, common), (CounterScale{0, 249}));
        QCOMPARE(laneScale(0, 250, common), common);
        QCOMPARE(laneScale(100, 110, common), (CounterScale{100, 110}));
        QCOMPARE(laneScale(0, 0, common), (CounterScale{0, 1}));
        QCOMPARE(laneScale(-20, 10, {-1000, 0}), (CounterScale{-20, 10}));
        // Where the foot is not 0 a small curve would hide that it is far up.
        QCOMPARE(laneScale(910, 911, {900, 1000}), (CounterScale{900, 1000}));
        QCOMPARE(laneScale(kLeast, kMost, {kLeast, kMost}), (CounterScale{kLeast, kMost}));
    }

    void columnsBecomeACurve()
    {
        std::vector<CounterColumn> columns(8);
        for (std::size_t x = 2; x < 8; ++x)
            columns[x] = {20, 20, 20, true, false};
        columns[5] = {20, 80, 40, true, true};
        columns[6] = columns[7] = {40, 40, 40, true, false};
        const std::vector<std::uint8_t> lost{0, 0, 0, 0, 0, 0, 0, 1};
        CounterLaneList list;
        buildCounterLane(columns, {0, 100}, lost, 2, list);
        QCOMPARE(dump(list), std::string("curve 2..5 from 200 to 200\n"
                                         "curve 5..6 from 200 to 800\n"
                                         "curve 6..8 from 400 to 400\n"
                                         "lost 6..8\n"));
    }

    void everyValueIsPaintedWithinTheLane()
    {
        std::mt19937_64 random(3);
        constexpr int kWidth = 50;
        for (int height = 1; height < 70; height += 3) {
            std::vector<CounterColumn> columns(kWidth);
            for (CounterColumn &column : columns) {
                const auto a = static_cast<std::int64_t>(random() % 1000);
                const auto b = static_cast<std::int64_t>(random() % 1000);
                column = {std::min(a, b), std::max(a, b), b, random() % 5 != 0, true};
            }
            CounterLaneList list;
            buildCounterLane(columns, {0, 1000}, {}, 1, list);
            QImage image(kWidth, height + 2, QImage::Format_RGB32);
            image.fill(Qt::magenta);
            LaneTarget target;
            target.stride = image.bytesPerLine() / 4;
            target.pixels = reinterpret_cast<QRgb *>(image.bits()) + target.stride;
            target.columns = kWidth;
            target.height = height;
            target.clipBottom = height;
            CounterLook look;
            look.lane.theme = &Theme::dark();
            look.stripes = taskStripes(height);
            look.colour = qRgb(1, 2, 3);
            paintCounterLane(list, target, look);
            for (int x = 0; x < kWidth; ++x) {
                QCOMPARE(image.pixel(x, 0), QColor(Qt::magenta).rgb());
                QCOMPARE(image.pixel(x, height + 1), QColor(Qt::magenta).rgb());
                bool isSeen = false;
                for (int y = 1; y <= height; ++y)
                    isSeen = isSeen || image.pixel(x, y) == look.colour;
                QCOMPARE(isSeen, columns[static_cast<std::size_t>(x)].isKnown);
            }
        }
    }
};

QTEST_MAIN(tst_CounterGeometry)
#include "tst_countergeometry.moc"
