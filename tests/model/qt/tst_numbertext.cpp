// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/numbertext.h"

#include <QTest>

#include <limits>

using namespace thresher;
using namespace Qt::StringLiterals;

class tst_NumberText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreGroupedByThousands_data()
    {
        QTest::addColumn<quint64>("number");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << quint64{0} << u"0"_s;
        QTest::newRow("three digits") << quint64{999} << u"999"_s;
        QTest::newRow("four digits") << quint64{1000} << u"1,000"_s;
        QTest::newRow("millions") << quint64{10'112'003} << u"10,112,003"_s;
        QTest::newRow("greatest") << std::numeric_limits<quint64>::max()
                                  << u"18,446,744,073,709,551,615"_s;
    }
    void numbersAreGroupedByThousands()
    {
        QFETCH(quint64, number);
        QTEST(groupedNumber(number), "text");
    }

    void shortOnesHaveThreeDigits_data()
    {
        QTest::addColumn<qlonglong>("number");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0LL << u"0"_s;
        QTest::newRow("whole") << 999LL << u"999"_s;
        QTest::newRow("negative") << -17LL << u"−17"_s;
        QTest::newRow("thousands") << 1'234LL << u"1.23k"_s;
        QTest::newRow("tens of thousands") << 99'949LL << u"99.9k"_s;
        QTest::newRow("rounded up to hundreds") << 99'950LL << u"100k"_s;
        QTest::newRow("rounded up to a million") << 999'500LL << u"1.00M"_s;
        QTest::newRow("millions") << 510'611'456LL << u"511M"_s;
        QTest::newRow("least") << qlonglong(std::numeric_limits<std::int64_t>::min())
                               << u"−9.22E"_s;
    }
    void shortOnesHaveThreeDigits()
    {
        QFETCH(qlonglong, number);
        QTEST(shortNumber(number), "text");
    }

    void sizesHaveTwoOrThreeDigits_data()
    {
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << quint64{0} << u"0 bytes"_s;
        QTest::newRow("below a kilobyte") << quint64{1023} << u"1023 bytes"_s;
        QTest::newRow("a kilobyte") << quint64{1024} << u"1.0 KiB"_s;
        QTest::newRow("rounded up to ten") << quint64{10'239} << u"10 KiB"_s;
        QTest::newRow("many kilobytes") << quint64{370'324} << u"362 KiB"_s;
        QTest::newRow("nearly a megabyte") << quint64{1'048'575} << u"1.0 MiB"_s;
        QTest::newRow("gigabytes") << (quint64{5} << 30) << u"5.0 GiB"_s;
        QTest::newRow("greatest") << std::numeric_limits<quint64>::max() << u"16384 PiB"_s;
    }
    void sizesHaveTwoOrThreeDigits()
    {
        QFETCH(quint64, bytes);
        QTEST(sizeText(bytes), "text");
    }
};

QTEST_GUILESS_MAIN(tst_NumberText)
#include "tst_numbertext.moc"
