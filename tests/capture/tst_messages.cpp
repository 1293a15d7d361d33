// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/messages.h"

#include <QTest>

#include <limits>

using namespace thresher;
using namespace thresher::capture;

/// Messages of a recorder, which may be any program on any machine.
class tst_Messages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersOfAnyKindAreRead_data();
    void numbersOfAnyKindAreRead();
    void whatIsNoMessageIsRefused_data();
    void whatIsNoMessageIsRefused();
};

void tst_Messages::numbersOfAnyKindAreRead_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<qlonglong>("time");
    constexpr qlonglong kMost = std::numeric_limits<qlonglong>::max();
    constexpr qlonglong kLeast = std::numeric_limits<qlonglong>::min();
    QTest::newRow("whole") << QByteArray("5000000000") << 5'000'000'000LL;
    QTest::newRow("negative") << QByteArray("-3") << -3LL;
    QTest::newRow("with a fraction") << QByteArray("12.9") << 12LL;
    QTest::newRow("by an exponent") << QByteArray("5e9") << 5'000'000'000LL;
    QTest::newRow("largest") << QByteArray("9223372036854775807") << kMost;
    QTest::newRow("least") << QByteArray("-9223372036854775808") << kLeast;
    QTest::newRow("least as a fraction") << QByteArray("-9223372036854775808.0") << kLeast;
    // What does not fit is as if it were not there.
    QTest::newRow("one more") << QByteArray("9223372036854775808") << 0LL;
    QTest::newRow("one more as a fraction") << QByteArray("9223372036854775808.0") << 0LL;
    QTest::newRow("huge") << QByteArray("1e300") << 0LL;
    QTest::newRow("text") << QByteArray("\"7\"") << 0LL;
    QTest::newRow("nothing") << QByteArray("null") << 0LL;
}

void tst_Messages::numbersOfAnyKindAreRead()
{
    QFETCH(const QByteArray, json);
    const QByteArray text = R"({"type": "started", "time_ns": )" + json + "}";
    const auto message = parseMessage({text.constData(), std::size_t(text.size())});
    QVERIFY(message.has_value());
    const auto *started = std::get_if<Started>(&*message);
    QVERIFY(started != nullptr);
    QTEST(qlonglong(started->time), "time");
}

void tst_Messages::whatIsNoMessageIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *const text : {"", "{", "[]", "7", "{}", R"({"type": 3})",
                                   R"({"type": "nothing"})", R"({"type": "started")", "\xff"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("deep") << QByteArray(100'000, '[');
}

void tst_Messages::whatIsNoMessageIsRefused()
{
    QFETCH(const QByteArray, text);
    const auto message = parseMessage({text.constData(), std::size_t(text.size())});
    QVERIFY(!message.has_value());
    QCOMPARE(message.error().kind, ErrorKind::Damaged);
}

QTEST_GUILESS_MAIN(tst_Messages)

#include "tst_messages.moc"
