// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/rowscroll.h"

#include <QRandomGenerator>
#include <QTest>

#include <limits>

using namespace thresher;
using namespace thresher::ui;

class tst_RowScroll : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBarsEndsAreTheTablesEnds_data()
    {
        QTest::addColumn<quint64>("rows");
        QTest::addColumn<quint64>("page");
        QTest::newRow("empty") << quint64{0} << quint64{20};
        QTest::newRow("one row") << quint64{1} << quint64{20};
        QTest::newRow("a page") << quint64{20} << quint64{20};
        QTest::newRow("a page and one") << quint64{21} << quint64{20};
        QTest::newRow("as many as the bar has steps")
            << quint64{RowScroll::kBarSteps} + 20 << quint64{20};
        QTest::newRow("one more") << quint64{RowScroll::kBarSteps} + 21 << quint64{20};
        QTest::newRow("3 billion") << quint64{3'000'000'000} << quint64{37};
        QTest::newRow("the most") << std::numeric_limits<quint64>::max() << quint64{37};
    }
    void theBarsEndsAreTheTablesEnds()
    {
        QFETCH(quint64, rows);
        QFETCH(quint64, page);
        RowScroll scroll;
        scroll.setRows(rows);
        scroll.setPage(page);
        const Row lastTop = rows > page ? rows - page : 0;
        QCOMPARE(scroll.lastTop(), lastTop);
        scroll.setTop(rows);
        QCOMPARE(scroll.top(), lastTop);
        QCOMPARE(scroll.barValue(), scroll.barMaximum());
        QCOMPARE_GE(scroll.barPage(), 1);
        scroll.setBarValue(0);
        QCOMPARE(scroll.top(), Row{0});
        scroll.setBarValue(scroll.barMaximum());
        QCOMPARE(scroll.top(), lastTop);
        scroll.setBarValue(std::numeric_limits<int>::max());
        QCOMPARE(scroll.top(), lastTop);
        scroll.setBarValue(-1);
        QCOMPARE(scroll.top(), Row{0});
    }

    void barValuesAndRowsAreEachOthersInverseUpToOneStep()
    {
        constexpr quint32 kSeed = 4711;
        QRandomGenerator random(kSeed);
        for (const Row rows : {Row{1'000}, Row{1'000'000'000}, Row{3'000'000'000}, Row{1} << 40,
                               std::numeric_limits<Row>::max()}) {
            RowScroll scroll;
            scroll.setRows(rows);
            scroll.setPage(30);
            const Row step = scroll.lastTop() / RowScroll::kBarSteps + 1;
            for (int i = 0; i < 1000; ++i) {
                const Row top = random.generate64() % (scroll.lastTop() + 1);
                scroll.setTop(top);
                scroll.setBarValue(scroll.barValue());
                const Row off = scroll.top() > top ? scroll.top() - top : top - scroll.top();
                QVERIFY2(off <= step, qPrintable(QString::number(top)));
            }
        }
    }

    void scrollingIsByWholeRowsAndStopsAtTheEnds()
    {
        RowScroll scroll;
        scroll.setRows(3'000'000'000);
        scroll.setPage(40);
        scroll.setTop(2'000'000'000);
        scroll.scrollBy(1);
        QCOMPARE(scroll.top(), Row{2'000'000'001});
        scroll.scrollBy(-3);
        QCOMPARE(scroll.top(), Row{1'999'999'998});
        scroll.scrollBy(std::numeric_limits<std::int64_t>::max());
        QCOMPARE(scroll.top(), Row{2'999'999'960});
        scroll.scrollBy(std::numeric_limits<std::int64_t>::min());
        QCOMPARE(scroll.top(), Row{0});
    }

    void aRowIsShownWithAsLittleScrollingAsCanBe()
    {
        RowScroll scroll;
        scroll.setRows(1000);
        scroll.setPage(10);
        scroll.setTop(500);
        scroll.show(505);
        QCOMPARE(scroll.top(), Row{500});
        scroll.show(510);
        QCOMPARE(scroll.top(), Row{501});
        scroll.show(400);
        QCOMPARE(scroll.top(), Row{400});
        scroll.centre(405);
        QCOMPARE(scroll.top(), Row{400});
        scroll.centre(800);
        QCOMPARE(scroll.top(), Row{795});
        scroll.centre(2);
        QCOMPARE(scroll.top(), Row{0});
        scroll.centre(999);
        QCOMPARE(scroll.top(), Row{990});
    }

    void aShorterTableIsScrolledBackToItsEnd()
    {
        RowScroll scroll;
        scroll.setRows(1000);
        scroll.setPage(10);
        scroll.setTop(990);
        scroll.setRows(100);
        QCOMPARE(scroll.top(), Row{90});
        scroll.setRows(0);
        QCOMPARE(scroll.top(), Row{0});
        QCOMPARE(scroll.moved(5, 3), Row{0});
        scroll.setPage(0);
        QCOMPARE(scroll.page(), Row{1});
    }
};

QTEST_GUILESS_MAIN(tst_RowScroll)
#include "tst_rowscroll.moc"
