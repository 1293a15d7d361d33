// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/plot/plotticks.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace thresher::ui;
using namespace Qt::StringLiterals;
using Values = std::vector<double>;

namespace {

void compare(const Values &ticks, const Values &expected)
{
    QCOMPARE(ticks.size(), expected.size());
    for (std::size_t i = 0; i < ticks.size(); ++i)
        QVERIFY2(std::abs(ticks[i] / expected[i] - 1) < 1e-9,
                 qPrintable(QString::number(ticks[i])));
}

} // namespace

class tst_PlotTicks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void manyDecadesHaveOneTickEachOrFewer()
    {
        compare(logTicks(700, 2e7, 8), {1e3, 1e4, 1e5, 1e6, 1e7});
        compare(logTicks(700, 2e7, 4), {1e4, 1e6});
        compare(logTicks(0.7, 1e12, 5), {1, 1e3, 1e6, 1e9, 1e12});
    }

    void oneDecadeHasStepsWithin()
    {
        compare(logTicks(900, 6000, 8), {1000, 2000, 5000});
        compare(logTicks(1100, 1900, 8), {1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 1900});
    }

    void linearStepsAreRound()
    {
        compare(linearTicks(1, 9, 8), {1, 2, 3, 4, 5, 6, 7, 8, 9});
        compare(linearTicks(10, 104, 5), {20, 40, 60, 80, 100});
        compare(linearTicks(0.5, 2.16, 8, 1), {1, 2});
    }

    void nothingIsEverTooMuchOrOutside()
    {
        const std::uint32_t seed = std::random_device()();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> exponent(-1, 18);
        for (int i = 0; i < 5000; ++i) {
            const double a = std::pow(10, exponent(random));
            const double b = std::pow(10, exponent(random));
            const int most = 1 + static_cast<int>(random() % 12);
            const double lower = std::min(a, b);
            const double upper = std::max(a, b);
            for (const Values &ticks :
                 {logTicks(lower, upper, most), linearTicks(lower, upper, most)}) {
                QCOMPARE_LE(ticks.size(), static_cast<std::size_t>(most) + 1);
                for (std::size_t t = 0; t < ticks.size(); ++t) {
                    QVERIFY(ticks[t] >= lower * 0.999999 && ticks[t] <= upper * 1.000001);
                    QVERIFY(t == 0 || ticks[t] > ticks[t - 1]);
                }
            }
        }
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(logTicks(0, 10, 5).empty());
        QVERIFY(logTicks(nan, 10, 5).empty());
        QVERIFY(logTicks(10, 1, 5).empty());
        QVERIFY(linearTicks(1, std::numeric_limits<double>::infinity(), 5).empty());
        QVERIFY(linearTicks(1, 2, 0).empty());
    }

    void labelsThatWouldOverlapGoToAnotherRow()
    {
        using Rows = std::vector<int>;
        QCOMPARE(placeLabels({50, 150, 300}, {60, 60, 60}, 3), (Rows{0, 0, 0}));
        QCOMPARE(placeLabels({50, 60, 70, 80}, {60, 60, 60, 60}, 3), (Rows{0, 1, 2, -1}));
        QCOMPARE(placeLabels({50, 60, 140}, {60, 60, 60}, 2), (Rows{0, 1, 0}));
        QCOMPARE(placeLabels({}, {}, 2), Rows());
    }

    void countsAreShort()
    {
        QCOMPARE(shortCount(7), u"7"_s);
        QCOMPARE(shortCount(1000), u"1\u202fk"_s);
        QCOMPARE(shortCount(2.5e6), u"2.5\u202fM"_s);
    }
};

QTEST_GUILESS_MAIN(tst_PlotTicks)
#include "tst_plotticks.moc"
