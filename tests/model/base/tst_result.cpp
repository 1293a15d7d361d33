// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/result.h"

#include <QtTest>

#include <cerrno>

using namespace thresher;

namespace {

Result<int> half(int number)
{
    if (number % 2 != 0)
        return fail(ErrorKind::InvalidArgument, "The number is odd.", "here", number);
    return number / 2;
}

Result<int> quarter(int number)
{
    THRESHER_TRY_ASSIGN(const int halved, half(number));
    THRESHER_TRY(half(halved));
    return half(halved);
}

} // namespace

class tst_Result : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textLeavesOutWhatIsNotKnown_data();
    void textLeavesOutWhatIsNotKnown();
    void tryHandsTheErrorOn();
    void errnoSaysWhatTheSystemSaid_data();
    void errnoSaysWhatTheSystemSaid();
};

void tst_Result::textLeavesOutWhatIsNotKnown_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<QString>("text");
    QTest::newRow("all") << "a.dat" << qint64(12) << "a.dat, byte 12: It is cut.";
    QTest::newRow("no offset") << "a.dat" << qint64(-1) << "a.dat: It is cut.";
    QTest::newRow("begin") << "a.dat" << qint64(0) << "a.dat, byte 0: It is cut.";
    QTest::newRow("no place") << "" << qint64(12) << "byte 12: It is cut.";
    QTest::newRow("neither") << "" << qint64(-1) << "It is cut.";
}

void tst_Result::textLeavesOutWhatIsNotKnown()
{
    QFETCH(const QString, where);
    QFETCH(const qint64, offset);
    const Error error{ErrorKind::Damaged, "It is cut.", where.toStdString(), offset};
    QTEST(QString::fromStdString(error.text()), "text");
}

void tst_Result::tryHandsTheErrorOn()
{
    QCOMPARE(quarter(12).value_or(-1), 3);
    const auto first = quarter(3);
    QVERIFY(!first);
    QCOMPARE(first.error().offset, 3);
    QCOMPARE(first.error().kind, ErrorKind::InvalidArgument);
    const auto second = quarter(10);
    QVERIFY(!second);
    QCOMPARE(second.error().offset, 5);
}

void tst_Result::errnoSaysWhatTheSystemSaid_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("what");
    QTest::newRow("missing") << ENOENT << ErrorKind::Io << "Opening it: No such file or directory";
    QTest::newRow("full") << ENOSPC << ErrorKind::NoSpace << "Opening it: No space left on device";
    QTest::newRow("quota") << EDQUOT << ErrorKind::NoSpace << "Opening it: Disk quota exceeded";
    QTest::newRow("cancelled") << ECANCELED << ErrorKind::Cancelled
                               << "Opening it: Operation canceled";
}

void tst_Result::errnoSaysWhatTheSystemSaid()
{
    QFETCH(const int, number);
    const Result<int> result = failErrno(number, "Opening it", "x.dat");
    QVERIFY(!result);
    QTEST(result.error().kind, "kind");
    QTEST(QString::fromStdString(result.error().what), "what");
    QCOMPARE(result.error().where, std::string("x.dat"));
}

QTEST_GUILESS_MAIN(tst_Result)
#include "tst_result.moc"
