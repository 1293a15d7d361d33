// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/overview/overviewgeometry.h"

#include <QTest>

using namespace thresher;
using namespace thresher::ui;

class tst_OverviewGeometry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void barsEstimatesAndLosses()
    {
        Overview overview;
        overview.events = {0, 1, 4, 4, 2, 0, 0, 0, 0, 0};
        overview.isEstimate = {0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
        overview.lost = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0};
        OverviewDrawList list;
        buildOverview(overview, 3, list);
        QCOMPARE(QString::fromStdString(dump(list)), QStringLiteral("bar 1..2 level 128\n"
                                                                    "bar 2..4 level 255\n"
                                                                    "estimate 4..5 level 180\n"
                                                                    "lost 6..9 level 1\n"));
        buildOverview({}, 3, list);
        QCOMPARE(dump(list), std::string());
    }

    void oneEventIsSeenBesideAMillion()
    {
        Overview overview;
        overview.events = {1, 1e9F};
        OverviewDrawList list;
        buildOverview(overview, 3, list);
        QCOMPARE(list.bars.size(), std::size_t{2});
        QCOMPARE(list.bars[0].level, std::uint8_t{1});
    }

    void aNarrowViewportCanStillBeTakenHoldOf()
    {
        const ViewportSpan span = ViewportSpan{100, 100.2}.widened(6);
        QCOMPARE(span.begin, 97.1);
        QCOMPARE(span.end, 103.1);
        QCOMPARE(span.partAt(100, 5), ViewportPart::Inside);
        QCOMPARE(span.partAt(96, 5), ViewportPart::Left);
        QCOMPARE(span.partAt(104, 5), ViewportPart::Right);
        QCOMPARE(span.partAt(90, 5), ViewportPart::Outside);
    }

    void partsOfAWideViewport_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<int>("part");
        const auto row = [](const char *name, double x, ViewportPart part) {
            QTest::newRow(name) << x << static_cast<int>(part);
        };
        row("far left", 0, ViewportPart::Outside);
        row("grip outside", 96, ViewportPart::Left);
        row("grip inside", 104, ViewportPart::Left);
        row("middle", 150, ViewportPart::Inside);
        row("right grip", 197, ViewportPart::Right);
        row("right grip outside", 205, ViewportPart::Right);
        row("far right", 206, ViewportPart::Outside);
    }
    void partsOfAWideViewport()
    {
        QFETCH(double, x);
        QFETCH(int, part);
        QCOMPARE(static_cast<int>(ViewportSpan{100, 200}.partAt(x, 5)), part);
    }
};

QTEST_GUILESS_MAIN(tst_OverviewGeometry)
#include "tst_overviewgeometry.moc"
