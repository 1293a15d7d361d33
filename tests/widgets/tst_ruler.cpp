// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/lanes.h"
#include "widgets/ruler.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr double kDigit = 7;
constexpr TimeNs kSecond = 1'000'000'000;

/// "prefix: label | *anchor | …", minor ticks left out.
QString dump(const Ruler &ruler)
{
    QStringList labels;
    for (const Tick &tick : ruler.ticks) {
        if (tick.isMajor)
            labels += (tick.isAnchor ? u"*"_s : QString()) + tick.label;
    }
    QString text = ruler.prefix + u": "_s + labels.join(u" | "_s);
    return text.replace(kDigitGap, u'_');
}

/// What must hold of every ruler.
void check(const Ruler &ruler, TimeRange range, double width)
{
    const PixelGrid grid{range, static_cast<std::uint32_t>(width)};
    double freeFrom = -1e9;
    TimeNs before = kTimeMin;
    QString lastLabel;
    double majors = 0;
    for (const Tick &tick : ruler.ticks) {
        QVERIFY(range.contains(tick.time));
        QVERIFY(tick.time > before || before == kTimeMin);
        before = tick.time;
        QCOMPARE(tick.label.isEmpty(), !tick.isMajor);
        if (!tick.isMajor)
            continue;
        ++majors;
        const double x = grid.position(tick.time);
        QVERIFY2(x >= freeFrom, qPrintable(dump(ruler)));
        freeFrom = x + static_cast<double>(tick.label.size()) * kDigit;
        QVERIFY2(tick.label != lastLabel, qPrintable(dump(ruler)));
        lastLabel = tick.label;
    }
    QVERIFY(majors * 60 <= width + 60);
    QVERIFY(static_cast<double>(ruler.ticks.size()) <= width + 2);
    if (width >= 900 && range.duration() >= 10)
        QVERIFY2(majors >= 2, qPrintable(dump(ruler)));
}

} // namespace

class tst_Ruler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void labelsFromNanosecondsToDays_data()
    {
        QTest::addColumn<qint64>("begin");
        QTest::addColumn<qint64>("length");
        QTest::addColumn<QString>("text");
        const qint64 b = 38'700'000'000;
        QTest::newRow("10 ns")
            << b << qint64{10}
            << u"38.700_000 s: *38.700_000 s | 1 ns | 2 ns | 3 ns | 4 ns | 5 ns | 6 ns | 7 ns | 8 ns | 9 ns"_s;
        QTest::newRow("35 ns")
            << b << qint64{35}
            << u"38.700_000 s: *38.700_000 s | 5 ns | 10 ns | 15 ns | 20 ns | 25 ns | 30 ns"_s;
        QTest::newRow("4 µs over an edge")
            << qint64{38'828'999'800} << qint64{1'000}
            << u"38.828_999 s: 800 ns | 900 ns | *38.829_000 s | 100 ns | 200 ns | 300 ns | 400 ns | 500 ns | 600 ns | 700 ns"_s;
        QTest::newRow("1 ms")
            << b + 480'000 << qint64{1'000'000}
            << u"38.700 s: 500 µs | 600 µs | 700 µs | 800 µs | 900 µs | *38.701 s | 100 µs | 200 µs | 300 µs | 400 µs"_s;
        QTest::newRow("230 ms")
            << b << qint64{230'000'000}
            << u": 38.70 s | 38.72 s | 38.74 s | 38.76 s | 38.78 s | 38.80 s | 38.82 s | 38.84 s | 38.86 s | 38.88 s | 38.90 s | 38.92 s"_s;
        QTest::newRow("10 s")
            << b << qint64{10 * kSecond}
            << u": 39 s | 40 s | 41 s | 42 s | 43 s | 44 s | 45 s | 46 s | 47 s | 48 s"_s;
        QTest::newRow("10 min")
            << b << qint64{600 * kSecond}
            << u": 1 min | 2 min | 3 min | 4 min | 5 min | 6 min | 7 min | 8 min | 9 min | 10 min"_s;
        QTest::newRow("2 h")
            << b << qint64{7200 * kSecond}
            << u": 10 min | 20 min | 30 min | 40 min | 50 min | 1 h 00 min | 1 h 10 min | 1 h 20 min | 1 h 30 min | 1 h 40 min | 1 h 50 min | 2 h 00 min"_s;
        QTest::newRow("30 h")
            << b << qint64{108'000 * kSecond}
            << u": 2 h | 4 h | 6 h | 8 h | 10 h | 12 h | 14 h | 16 h | 18 h | 20 h | 22 h | 24 h | 26 h | 28 h | 30 h"_s;
        QTest::newRow("20 d")
            << b << qint64{20 * 86'400 * kSecond}
            << u": 2 d | 4 d | 6 d | 8 d | 10 d | 12 d | 14 d | 16 d | 18 d | 20 d"_s;
        QTest::newRow("a date in seconds")
            << qint64{1'700'000'000 * kSecond} << qint64{300 * kSecond}
            << u": 1700000000 s | 1700000050 s | 1700000100 s | 1700000150 s | 1700000200 s | 1700000250 s"_s;
        QTest::newRow("before zero")
            << qint64{-2'500'000'000} << qint64{5 * kSecond}
            << u": −2.5 s | −2.0 s | −1.5 s | −1.0 s | −0.5 s | 0.0 s | 0.5 s | 1.0 s | 1.5 s | 2.0 s"_s;
    }
    void labelsFromNanosecondsToDays()
    {
        QFETCH(qint64, begin);
        QFETCH(qint64, length);
        QFETCH(QString, text);
        const TimeRange range{begin, begin + length};
        const Ruler ruler = makeRuler(range, 1440, {}, kDigit);
        QCOMPARE(dump(ruler), text);
        check(ruler, range, 1440);
    }

    void anotherClocksTicksArePlainNumbers()
    {
        const TimeStyle ticks{TimeFormat::Absolute, 0, false};
        QCOMPARE(dump(makeRuler({0, 1000}, 720, ticks, kDigit)), u": 0 | 200 | 400 | 600 | 800"_s);
        QCOMPARE(dump(makeRuler({6'459'426'589'668, 6'459'426'590'668}, 720, ticks, kDigit)),
                 u"6_459_426_000_000: +589_800 | +590_000 | +590_200 | +590_400 | +590_600"_s);
    }

    void relativeLabelsCountFromTheOrigin()
    {
        const TimeStyle style{TimeFormat::Relative, 5'123, true};
        const Ruler ruler = makeRuler({5'123, 5'123 + kSecond}, 1000, style, kDigit);
        QCOMPARE(
            dump(ruler),
            u": 0.0 s | 0.1 s | 0.2 s | 0.3 s | 0.4 s | 0.5 s | 0.6 s | 0.7 s | 0.8 s | 0.9 s"_s);
        QCOMPARE(ruler.ticks.front().time, TimeNs{5'123});
    }

    void labelsNeverOverlapAndAlwaysDiffer_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void labelsNeverOverlapAndAlwaysDiffer()
    {
        QFETCH(unsigned, seed);
        std::mt19937_64 random(seed);
        for (int i = 0; i < 400; ++i) {
            const auto begin = static_cast<TimeNs>(random() >> (1 + random() % 62));
            auto length = static_cast<DurationNs>(random() >> (1 + random() % 62));
            length = std::max<DurationNs>(10, std::min(length, kTimeMax - begin));
            const TimeRange range{begin, begin + length};
            if (range.duration() < 10)
                continue;
            TimeStyle style;
            style.isNanoseconds = random() % 4 != 0;
            style.format = random() % 2 != 0 ? TimeFormat::Relative : TimeFormat::Absolute;
            style.origin = begin - static_cast<TimeNs>(random() % 1'000'000);
            const double width = 1 + static_cast<double>(random() % 3000);
            check(makeRuler(range, width, style, kDigit), range, width);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void theWholeRangeOfTimeHasARulerToo()
    {
        for (const TimeStyle &style : {TimeStyle{}, TimeStyle{TimeFormat::Relative, kTimeMax, true},
                                       TimeStyle{TimeFormat::Absolute, 0, false},
                                       TimeStyle{TimeFormat::Relative, kTimeMin, false}}) {
            for (const TimeRange range :
                 {TimeRange{kTimeMin, kTimeMax}, TimeRange{kTimeMax - 10, kTimeMax},
                  TimeRange{kTimeMin, kTimeMin + 10}}) {
                const Ruler ruler = makeRuler(range, 1000, style, kDigit);
                for (const Tick &tick : ruler.ticks)
                    QVERIFY(range.contains(tick.time));
            }
        }
    }

    void nothingHasNoTicks()
    {
        QVERIFY(makeRuler({5, 5}, 100, {}, kDigit).ticks.empty());
        QVERIFY(makeRuler({5, 100}, 0, {}, kDigit).ticks.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Ruler)
#include "tst_ruler.moc"
