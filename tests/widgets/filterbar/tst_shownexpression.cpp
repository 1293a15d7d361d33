// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/shownexpression.h"

#include <QTest>

using namespace thresher::ui;
using namespace Qt::StringLiterals;

class tst_ShownExpression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsAreCutToWhatFits_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("room");
        QTest::addColumn<QString>("shown");
        const QString set = u"event not in {a, b, c, d, e} && cpu == 1"_s;
        QTest::newRow("all") << set << 40 << set;
        QTest::newRow("some") << set << 39 << u"event not in {a, … 4 more} && cpu == 1"_s;
        QTest::newRow("least") << set << 3 << u"event not in {a, … 4 more} && cpu == 1"_s;
        QTest::newRow("long") << u"pid in {1111, 2222, 3333, 4444, 5555}"_s << 30
                              << u"pid in {1111, 2222, … 3 more}"_s;
        QTest::newRow("two sets") << u"cpu in {1, 2, 3, 4, 5} && pid in {1, 2, 3, 4, 5, 6, 7}"_s
                                  << 45 << u"cpu in {1, … 4 more} && pid in {1, … 6 more}"_s;
        QTest::newRow("no set") << u"cpu == 1 && pid == 2"_s << 5 << u"cpu == 1 && pid == 2"_s;
        QTest::newRow("no expression")
            << u"cpu in {1, 2, 3, 4 &&"_s << 5 << u"cpu in {1, 2, 3, 4 &&"_s;
    }
    void setsAreCutToWhatFits()
    {
        QFETCH(QString, text);
        QFETCH(int, room);
        QTEST(shownExpression(text, [room](const QString &part) { return part.size() <= room; }),
              "shown");
    }
};

QTEST_GUILESS_MAIN(tst_ShownExpression)
#include "tst_shownexpression.moc"
