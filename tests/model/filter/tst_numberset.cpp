// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/numberset.h"

#include <QTest>

#include <limits>
#include <random>

using namespace thresher;

class tst_numberset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreReadAsTheKernelReadsThem_data();
    void numbersAreReadAsTheKernelReadsThem();
    void comparingIsAsCounting();
    void whatDoesNotFitIsGreaterOrSmaller();
    void bitsOfTheOtherSignAreMeant();
    void aComplementHoldsTheRest();
    void timesAreSecondsAsPrinted_data();
    void timesAreSecondsAsPrinted();
    void aPrintedTimeIsEqualToWhatIsPrintedSo();
};

namespace {

FilterValue valueOf(std::string text, bool isQuoted = false)
{
    FilterValue value;
    value.text = std::move(text);
    value.isQuoted = isQuoted;
    return value;
}

NumberSet that(FilterOp op, const std::string &text, NumberKind kind)
{
    return numbersThat(op, *parseNumber(valueOf(text)), kind);
}

} // namespace

void tst_numberset::numbersAreReadAsTheKernelReadsThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isQuoted");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected, bool isQuoted = false) {
        QTest::newRow(text) << QString::fromLatin1(text) << isQuoted
                            << QString::fromLatin1(expected);
    };
    row("0", "0");
    row("42", "42");
    row("-5", "-5");
    row("0x1F", "31");
    row("0755", "493");
    row("18446744073709551615", "18446744073709551615");
    row("18446744073709551616", "none");
    row("1-3", "1 3");
    row("-5--3", "-5 -3");
    row("0x10-0x20", "16 32");
    row("R", "82", true);
    row("7", "7", true);
    row("R", "none");
    row("089", "none");
    row("0x", "none");
    row("", "none");
    row("-", "none");
    row("1-", "none");
    row("1-2-3", "none");
    row("5x", "none");
}

void tst_numberset::numbersAreReadAsTheKernelReadsThem()
{
    QFETCH(QString, text);
    QFETCH(bool, isQuoted);
    QFETCH(QString, expected);
    const auto number = parseNumber(valueOf(text.toStdString(), isQuoted));
    const auto bound = [](const ParsedNumber::Bound &of) {
        QString digits = QString::number(of.magnitude);
        if (of.isNegative)
            digits.prepend(u'-');
        return digits;
    };
    QString got = QStringLiteral("none");
    if (number) {
        got = bound(number->first);
        if (bound(number->last) != got)
            got += u' ' + bound(number->last);
    }
    QCOMPARE(got, expected);
}

void tst_numberset::comparingIsAsCounting()
{
    for (const std::uint32_t size : {1U, 2U, 4U, 8U}) {
        for (int wanted = -120; wanted <= 120; wanted += 7) {
            const std::string text = std::to_string(wanted);
            const NumberKind kind{size, true};
            for (int n = -128; n < 128; ++n) {
                QCOMPARE(that(FilterOp::Less, text, kind).contains(n), n < wanted);
                QCOMPARE(that(FilterOp::LessEqual, text, kind).contains(n), n <= wanted);
                QCOMPARE(that(FilterOp::Greater, text, kind).contains(n), n > wanted);
                QCOMPARE(that(FilterOp::GreaterEqual, text, kind).contains(n), n >= wanted);
                QCOMPARE(that(FilterOp::Equal, text, kind).contains(n), n == wanted);
            }
        }
    }
}

void tst_numberset::whatDoesNotFitIsGreaterOrSmaller()
{
    constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
    QVERIFY(that(FilterOp::Less, "1000", {1, false}).contains(255));
    QVERIFY(!that(FilterOp::Equal, "1000", {1, false}).contains(1000 & 0xff));
    QVERIFY(that(FilterOp::Less, "18446744073709551615", {8, true}).contains(kHigh));
    QVERIFY(that(FilterOp::Greater, "-18446744073709551615", {8, true}).contains(kLow));
    QVERIFY(that(FilterOp::Equal, "18446744073709551615", {8, false}).contains(-1));
    QVERIFY(that(FilterOp::LessEqual, "18446744073709551615", {8, false}).contains(-1));
    QVERIFY(!that(FilterOp::Greater, "18446744073709551615", {8, false}).contains(-1));
    const NumberSet upwards = that(FilterOp::In, "3-18446744073709551615", {4, true});
    QVERIFY(upwards.contains(3) && upwards.contains(kHigh) && !upwards.contains(2));
}

void tst_numberset::bitsOfTheOtherSignAreMeant()
{
    QVERIFY(that(FilterOp::Equal, "-1", {4, false}).contains(0xffffffff));
    QVERIFY(that(FilterOp::Equal, "0xffffffff", {4, true}).contains(-1));
    QVERIFY(!that(FilterOp::Equal, "4294967295", {4, true}).contains(-1));
    QVERIFY(that(FilterOp::Equal, "0xffffffffffffffff", {8, true}).contains(-1));
}

void tst_numberset::aComplementHoldsTheRest()
{
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        NumberSet set(round % 2 == 0);
        std::vector<bool> twin(200);
        for (std::uint64_t i = random() % 6; i > 0; --i) {
            const auto first = static_cast<std::int64_t>(random() % 200);
            const auto last = static_cast<std::int64_t>(random() % 200);
            set.add(first, last);
            for (std::int64_t n = first; n <= last; ++n)
                twin[static_cast<std::size_t>(n)] = true;
        }
        set.normalize();
        const NumberSet rest = set.complement();
        for (std::int64_t n = 0; n < 200; ++n) {
            QCOMPARE(set.contains(n), bool(twin[static_cast<std::size_t>(n)]));
            QCOMPARE(rest.contains(n), !set.contains(n));
            QCOMPARE(set.covers(n, n), set.contains(n));
            QCOMPARE(set.misses(n, n), !set.contains(n));
        }
        QVERIFY(rest.contains(-1) && rest.contains(std::numeric_limits<std::int64_t>::min()));
        QVERIFY(rest.complement() == set);
    }
}

void tst_numberset::timesAreSecondsAsPrinted_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("hasNanoseconds");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected, bool hasNanoseconds = true) {
        QTest::newRow(text) << QString::fromLatin1(text) << hasNanoseconds
                            << QString::fromLatin1(expected);
    };
    row("2481", "2481000000000 2481000000000");
    row("2481.3", "2481300000000 2481300000000");
    row("0.000000001", "1 1");
    row("0.0000000019", "1 1");
    row("-1.5", "-1500000000 -1500000000");
    row("20ms", "20000000 20000000");
    row("1.5us", "1500 1500");
    row("7ns", "7 7");
    row("3s", "3000000000 3000000000");
    row("1.0-1.5", "1000000000 1500000000");
    row("1s-1500ms", "1000000000 1500000000");
    row("12345", "12345 12345", false);
    row("123.5", "none", false);
    row("12s", "none", false);
    row("9223372036.854775807", "9223372036854775807 9223372036854775807");
    row("9223372037", "none");
    row("x", "none");
    row("1.5x", "none");
    row("1-", "none");
    row(".5", "none");
}

void tst_numberset::timesAreSecondsAsPrinted()
{
    QFETCH(QString, text);
    QFETCH(bool, hasNanoseconds);
    QFETCH(QString, expected);
    const auto time = parseTimes(text.toStdString(), hasNanoseconds);
    QCOMPARE(time ? QStringLiteral("%1 %2").arg(time->first).arg(time->last)
                  : QStringLiteral("none"),
             expected);
}

void tst_numberset::aPrintedTimeIsEqualToWhatIsPrintedSo()
{
    const NumberSet printed = timesThat(FilterOp::Equal, *parseTimes("1.000002", true));
    QVERIFY(!printed.contains(1'000'001'499));
    QVERIFY(printed.contains(1'000'001'500));
    QVERIFY(printed.contains(1'000'002'499));
    QVERIFY(!printed.contains(1'000'002'500));
    QVERIFY(!timesThat(FilterOp::Less, *parseTimes("1.000002", true)).contains(1'000'002'000));
    QVERIFY(timesThat(FilterOp::Equal, *parseTimes("1.000002000", true))
                .covers(1'000'002'000, 1'000'002'000));
    QVERIFY(!timesThat(FilterOp::Equal, *parseTimes("1.000002000", true)).contains(1'000'002'001));
}

QTEST_GUILESS_MAIN(tst_numberset)
#include "tst_numberset.moc"
