// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeformat.h"

#include <QRegularExpression>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// As one types it: the narrow space is hard to see.
QString plain(QString text)
{
    return text.replace(kDigitGap, u'_');
}

} // namespace

class tst_TimeFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aTimeIsSecondsGroupedByThree_data()
    {
        QTest::addColumn<qint64>("time");
        QTest::addColumn<qint64>("resolution");
        QTest::addColumn<QString>("text");
        QTest::newRow("all digits") << qint64{38'828'480'935} << qint64{1} << u"38.828_480_935"_s;
        QTest::newRow("zero") << qint64{0} << qint64{1} << u"0.000_000_000"_s;
        QTest::newRow("small") << qint64{7} << qint64{1} << u"0.000_000_007"_s;
        QTest::newRow("10 ns") << qint64{38'828'480'935} << qint64{10} << u"38.828_480_93"_s;
        QTest::newRow("19 ns") << qint64{38'828'480'935} << qint64{19} << u"38.828_480_93"_s;
        QTest::newRow("1 µs") << qint64{38'828'480'935} << qint64{1'000} << u"38.828_480"_s;
        QTest::newRow("1 ms") << qint64{38'828'480'935} << qint64{1'000'000} << u"38.828"_s;
        QTest::newRow("0.2 s") << qint64{38'828'480'935} << qint64{200'000'000} << u"38.8"_s;
        QTest::newRow("seconds") << qint64{38'828'480'935} << qint64{1'000'000'000} << u"38"_s;
        QTest::newRow("hours") << qint64{38'828'480'935} << qint64{kTimeMax} << u"38"_s;
        QTest::newRow("negative") << qint64{-1'500'000'000} << qint64{1'000'000} << u"−1.500"_s;
        QTest::newRow("largest") << qint64{kTimeMax} << qint64{1} << u"9223372036.854_775_807"_s;
        QTest::newRow("smallest") << qint64{kTimeMin} << qint64{1} << u"−9223372036.854_775_808"_s;
    }
    void aTimeIsSecondsGroupedByThree()
    {
        QFETCH(qint64, time);
        QFETCH(qint64, resolution);
        QFETCH(QString, text);
        QCOMPARE(plain(formatTime(time, {}, resolution)), text);
        QCOMPARE(plain(formatTimeWithUnit(time, {}, resolution)), text + u" s"_s);
    }

    void aRelativeTimeCountsFromTheTracesBegin()
    {
        const TimeStyle style{TimeFormat::Relative, 38'000'000'000, true};
        QCOMPARE(plain(formatTime(38'000'000'250, style)), u"0.000_000_250"_s);
        QCOMPARE(plain(formatTime(37'999'999'999, style)), u"−0.000_000_001"_s);
        // The distance does not fit a signed number; it must not wrap.
        QCOMPARE(plain(formatTime(kTimeMax, {TimeFormat::Relative, kTimeMin, true})),
                 u"18446744073.709_551_615"_s);
        // Only relative times have an origin.
        QCOMPARE(plain(formatTime(5, {TimeFormat::Absolute, 4, true})), u"0.000_000_005"_s);
    }

    void aClockThatCountsNoNanosecondsGivesTicks()
    {
        const TimeStyle style{TimeFormat::Absolute, 0, false};
        QCOMPARE(plain(formatTime(6'459'426'589'668, style)), u"6_459_426_589_668"_s);
        QCOMPARE(plain(formatTime(6'459'426'589'668, style, 1'000'000)), u"6_459_426_589_668"_s);
        QCOMPARE(plain(formatTime(1234, style)), u"1_234"_s);
        QCOMPARE(plain(formatTimeWithUnit(12'345, style)), u"12_345 ticks"_s);
        QCOMPARE(plain(formatDuration(12'345, false)), u"12_345 ticks"_s);
        QCOMPARE(plain(formatDurationShort(12'345, false)), u"12_345 ticks"_s);
        QCOMPARE(plain(formatDurationShort(1'016'109'939, false)), u"1_016 M ticks"_s);
    }

    void aDurationHasItsUnit_data()
    {
        QTest::addColumn<qint64>("duration");
        QTest::addColumn<QString>("normal");
        QTest::addColumn<QString>("brief");
        QTest::addColumn<QString>("exact");
        const auto row = [](const char *name, qint64 duration, const QString &normal,
                            const QString &brief, const QString &exact) {
            QTest::newRow(name) << duration << normal << brief << exact;
        };
        row("nothing", 0, u"0 ns"_s, u"0 ns"_s, u"0 ns"_s);
        row("ns", 831, u"831 ns"_s, u"831 ns"_s, u"831 ns"_s);
        row("a µs", 1'000, u"1.000 µs"_s, u"1.00 µs"_s, u"1.000 µs"_s);
        row("µs", 99'788, u"99.788 µs"_s, u"99.8 µs"_s, u"99.788 µs"_s);
        row("ms", 1'206'331, u"1.206 ms"_s, u"1.21 ms"_s, u"1.206_331 ms"_s);
        row("rounded up", 1'206'500, u"1.207 ms"_s, u"1.21 ms"_s, u"1.206_500 ms"_s);
        row("rounded to the next unit", 999'999'600, u"1.000 s"_s, u"1000 ms"_s,
            u"999.999_600 ms"_s);
        row("view", 230'000'000, u"230.000 ms"_s, u"230 ms"_s, u"230.000_000 ms"_s);
        row("s", 10'200'000'000, u"10.200 s"_s, u"10.2 s"_s, u"10.200_000_000 s"_s);
        row("min", 123'500'000'000, u"2 min 03.5 s"_s, u"2 min 03 s"_s, u"123.500_000_000 s"_s);
        row("h", 3'723'000'000'000, u"1 h 02 min 03 s"_s, u"62 min 03 s"_s,
            u"3_723.000_000_000 s"_s);
        row("d", 200'000'000'000'000, u"2 d 07 h 33 min 20 s"_s, u"2 d 07 h"_s,
            u"200_000.000_000_000 s"_s);
        row("negative", -1'206'331, u"−1.206 ms"_s, u"−1.21 ms"_s, u"−1.206_331 ms"_s);
        row("smallest", kTimeMin, u"−106751 d 23 h 47 min 16 s"_s, u"−106751 d 23 h"_s,
            u"−9_223_372_036.854_775_808 s"_s);
    }
    void aDurationHasItsUnit()
    {
        QFETCH(qint64, duration);
        QFETCH(QString, normal);
        QFETCH(QString, brief);
        QFETCH(QString, exact);
        QCOMPARE(plain(formatDuration(duration)), normal);
        QCOMPARE(plain(formatDurationShort(duration)), brief);
        QCOMPARE(plain(formatDurationExact(duration)), exact);
    }

    void aRateHasAboutThreeDigits_data()
    {
        QTest::addColumn<qint64>("period");
        QTest::addColumn<QString>("rate");
        QTest::newRow("none") << qint64{0} << u""_s;
        QTest::newRow("negative") << qint64{-5} << u""_s;
        QTest::newRow("ns") << qint64{1} << u"1.00 GHz"_s;
        QTest::newRow("µs") << qint64{80'000} << u"12.5 kHz"_s;
        QTest::newRow("ms") << qint64{1'200'000} << u"833 Hz"_s;
        QTest::newRow("rounded to the next unit") << qint64{1'000'200} << u"1.00 kHz"_s;
        QTest::newRow("second") << qint64{1'000'000'000} << u"1.00 Hz"_s;
        QTest::newRow("seconds") << qint64{4'000'000'000} << u"250 mHz"_s;
        QTest::newRow("hours") << qint64{4'000'000'000'000} << u""_s;
        QTest::newRow("longest") << qint64{kTimeMax} << u""_s;
    }
    void aRateHasAboutThreeDigits()
    {
        QFETCH(qint64, period);
        QFETCH(QString, rate);
        QCOMPARE(plain(formatRate(period)), rate);
    }
};

QTEST_GUILESS_MAIN(tst_TimeFormat)
#include "tst_timeformat.moc"
