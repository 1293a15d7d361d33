// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/clock.h"

#include <QtTest>

using namespace thresher;

class tst_Clock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutOptionsStampsAreTimes();
    void ticksBecomeNanosecondsAndAreMoved_data();
    void ticksBecomeNanosecondsAndAreMoved();
    void aGuestsTimesLieBetweenItsSamples_data();
    void aGuestsTimesLieBetweenItsSamples();
    void extremesSaturate();
    void timesStayInOrder();
};

void tst_Clock::withoutOptionsStampsAreTimes()
{
    const ClockTransform clock;
    QVERIFY(clock.isIdentity());
    QCOMPARE(clock.apply(0), TimeNs{0});
    QCOMPARE(clock.apply(2481274390090), TimeNs{2481274390090});
    QVERIFY(clock.apply(~0ULL) >= 0);
}

void tst_Clock::ticksBecomeNanosecondsAndAreMoved_data()
{
    QTest::addColumn<quint32>("mult");
    QTest::addColumn<quint32>("shift");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<quint64>("raw");
    QTest::addColumn<qint64>("time");
    QTest::newRow("offset") << 0U << 0U << qint64{-5} << quint64{100} << qint64{95};
    QTest::newRow("before zero") << 0U << 0U << qint64{-500} << quint64{100} << qint64{-400};
    QTest::newRow("2 GHz") << (1U << 20U) << 21U << qint64{0} << quint64{6459426589668}
                           << qint64{3229713294834};
    QTest::newRow("a shift beyond 32")
        << 0x80000000U << 40U << qint64{7} << quint64{5120} << qint64{17};
    QTest::newRow("a product beyond 64 bits")
        << 0xffffffffU << 32U << qint64{0} << quint64{0x4000000000000000}
        << qint64{0x3fffffffc0000000};
}

void tst_Clock::ticksBecomeNanosecondsAndAreMoved()
{
    QFETCH(const quint32, mult);
    QFETCH(const quint32, shift);
    QFETCH(const qint64, offset);
    QFETCH(const quint64, raw);
    QFETCH(const qint64, time);
    const ClockTransform clock({}, mult, shift, 12345, offset);
    QVERIFY(!clock.isIdentity());
    QCOMPARE(clock.apply(raw), time);
}

void tst_Clock::aGuestsTimesLieBetweenItsSamples_data()
{
    QTest::addColumn<bool>("interpolate");
    QTest::addColumn<quint64>("raw");
    QTest::addColumn<qint64>("time");
    // Samples: 1000 → +50, 2000 → +150, 4000 → -50. Falling ones are rounded up, as in trace-cmd.
    QTest::newRow("at a sample") << true << quint64{1000} << qint64{1050};
    QTest::newRow("between") << true << quint64{1500} << qint64{1600};
    QTest::newRow("between, downward") << true << quint64{3000} << qint64{3051};
    QTest::newRow("before the first") << true << quint64{500} << qint64{501};
    QTest::newRow("at the last") << true << quint64{4000} << qint64{3951};
    QTest::newRow("behind the last") << true << quint64{5000} << qint64{4851};
    QTest::newRow("steps") << false << quint64{1999} << qint64{2049};
    QTest::newRow("steps behind the last but one") << false << quint64{9000} << qint64{9150};
}

void tst_Clock::aGuestsTimesLieBetweenItsSamples()
{
    QFETCH(const bool, interpolate);
    QFETCH(const quint64, raw);
    QFETCH(const qint64, time);
    const std::vector<ClockTransform::Shift> shifts = {
        {1000, 50, 1, 0}, {2000, 150, 1, 0}, {4000, -50, 1, 0}};
    QCOMPARE(ClockTransform(shifts, 0, 0, 0, 0, interpolate).apply(raw), time);
    // The scale is a fraction; one sample alone has none.
    const ClockTransform scaled({{0, 10, 3, 1}, {1 << 30, 10, 3, 1}}, 0, 0, 0, 0);
    QCOMPARE(scaled.apply(100), TimeNs{160});
    QCOMPARE(ClockTransform({{0, 10, 3, 1}}, 0, 0, 0, 0).apply(100), TimeNs{110});
}

void tst_Clock::extremesSaturate()
{
    QCOMPARE(ClockTransform({}, 0, 0, 0, 1).apply(~0ULL), kTimeMax);
    QCOMPARE(ClockTransform({}, 0, 0, 0, kTimeMin).apply(0), kTimeMin);
    QCOMPARE(ClockTransform({}, 0xffffffff, 0, 0, 0).apply(~0ULL), kTimeMax);
    const ClockTransform wild({{0, kTimeMin, ~0ULL, 0}, {~0ULL, kTimeMax, ~0ULL, 127}}, 0xffffffff,
                              63, 0, kTimeMin);
    for (const auto raw : {0ULL, 1ULL, 1ULL << 63U, ~0ULL})
        QVERIFY(wild.apply(raw) <= kTimeMax); // and no overflow that a sanitizer would see
}

void tst_Clock::timesStayInOrder()
{
    const ClockTransform clock({{1000, 50, 1, 0}, {2000, 150, 1, 0}, {4000, -50, 1, 0}}, 3, 1, 0,
                               -99);
    TimeNs last = kTimeMin;
    for (std::uint64_t raw = 0; raw < 6000; ++raw) {
        const auto time = clock.apply(raw);
        QVERIFY(time >= last);
        last = time;
    }
}

QTEST_GUILESS_MAIN(tst_Clock)
#include "tst_clock.moc"
