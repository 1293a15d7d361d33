// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <unistd.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using thresher::test::Run;

namespace {

const QString kProbed = QStringLiteral(THRESHER_PROBED);

Run functions(const QStringList &args)
{
    return thresher::test::run(QStringLiteral(THRESHER_CORE), QStringList{u"functions"_s} + args);
}

QJsonArray jsonOf(const QStringList &args)
{
    return QJsonDocument::fromJson(functions(args + QStringList{u"--json"_s}).bytes).array();
}

} // namespace

/// thresher functions as a shell starts it.
class tst_clifunctions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void listsAProgramsFunctions();
    void listsArgumentsAndLines();
    void listsAProcess();
    void listsPreparedProbes();
    void listsTheKernel();
    void limits();
    void refusesNonsense_data();
    void refusesNonsense();
};

void tst_clifunctions::listsAProgramsFunctions()
{
    const Run got = functions({kProbed, u"probed_a*"_s});
    QCOMPARE(got.status, 0);
    QVERIFY(got.out.startsWith(u"OFFSET"_s));
    QVERIFY2(got.out.contains(u"  int probed_add(int a, long unsigned int b)  "_s),
             qPrintable(got.out));
    const auto json = jsonOf({kProbed, u"probed_add"_s});
    QCOMPARE(json.size(), 1);
    const auto function = json[0].toObject();
    QCOMPARE(function.value(u"file"_s).toString(), kProbed);
    QVERIFY(function.value(u"traceable"_s).toBool());
    QVERIFY(function.value(u"offset"_s).toString().startsWith(u"0x"_s));
    QVERIFY(function.value(u"source"_s).toString().contains(u"probed.c:"_s));
    QCOMPARE(function.value(u"parameters"_s).toArray().size(), 2);
    QCOMPARE(functions({kProbed, u"no_such_function"_s}).status, 0);
}

void tst_clifunctions::listsArgumentsAndLines()
{
    const QString text = functions({u"-al"_s, kProbed, u"probed_name"_s}).out;
#ifdef __x86_64__
    QVERIFY2(text.contains(u"letter=%dx:s8  char\n"_s), qPrintable(text));
#endif
    QVERIFY(text.count(u"probed.c:"_s) > 1);
    QVERIFY(!functions({kProbed, u"probed_name"_s}).out.contains(u"letter="_s));
}

void tst_clifunctions::listsAProcess()
{
    const QString pid = QString::number(::getpid());
    const auto json = jsonOf({u"--pid"_s, pid, u"*::listsAProcess()"_s});
    QCOMPARE(json.size(), 1);
    QCOMPARE(json[0].toObject().value(u"name"_s).toString(),
             u"tst_clifunctions::listsAProcess()"_s);
    QCOMPARE(functions({u"--pid"_s, u"2147483647"_s}).status, 1);
}

void tst_clifunctions::listsPreparedProbes()
{
    const auto json = jsonOf(
        {u"--usdt"_s, u"-p"_s, QString::number(::getpid()), u"libstdcxx:throw"_s});
    QVERIFY(!json.isEmpty());
    QCOMPARE(json[0].toObject().value(u"name"_s).toString(), u"libstdcxx:throw"_s);
    QCOMPARE(json[0].toObject().value(u"parameters"_s).toArray().size(), 2);
}

void tst_clifunctions::listsTheKernel()
{
    if (!QFile(u"/proc/kallsyms"_s).open(QIODevice::ReadOnly))
        QSKIP("this kernel lists no symbols");
    const auto json = jsonOf({u"--kernel"_s, u"vfs_read"_s});
    QVERIFY(!json.isEmpty());
    QCOMPARE(json[0].toObject().value(u"name"_s).toString(), u"vfs_read"_s);
    QVERIFY(json[0].toObject().value(u"parameters"_s).toArray().size() >= 4);
}

void tst_clifunctions::limits()
{
    QCOMPARE(jsonOf({kProbed, u"-n"_s, u"3"_s}).size(), 3);
    QVERIFY(jsonOf({kProbed}).size() > 10);
}

void tst_clifunctions::refusesNonsense_data()
{
    QTest::addColumn<QStringList>("args");
    QTest::addColumn<int>("status");
    QTest::addRow("nothing") << QStringList() << 2;
    QTest::addRow("too many") << QStringList{kProbed, u"a"_s, u"b"_s} << 2;
    QTest::addRow("both") << QStringList{u"-k"_s, u"-p"_s, u"1"_s} << 2;
    QTest::addRow("lines of the kernel") << QStringList{u"-kl"_s} << 2;
    QTest::addRow("no number") << QStringList{u"-p"_s, u"x"_s} << 2;
    QTest::addRow("no file") << QStringList{u"/no/such"_s} << 1;
    QTest::addRow("no program") << QStringList{QStringLiteral(THRESHER_TEST_DATA
                                                              "/sched-basic.dat")}
                                << 1;
}

void tst_clifunctions::refusesNonsense()
{
    QFETCH(QStringList, args);
    QFETCH(int, status);
    const Run got = functions(args);
    QCOMPARE(got.status, status);
    QVERIFY(got.out.isEmpty());
    QVERIFY(got.err.startsWith(u"thresher"_s));
}

QTEST_GUILESS_MAIN(tst_clifunctions)

#include "tst_clifunctions.moc"
