// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <unistd.h>

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// Calls of a program that are known, recorded by this machine's kernel: what types, registers,
/// members and addresses were taken for is what was there. Needs root and uprobes.
class tst_livecalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAreThoseOfTheCalls_data();
    void valuesAreThoseOfTheCalls();
};

void tst_livecalls::valuesAreThoseOfTheCalls_data()
{
    QTest::addColumn<QString>("program");
    QTest::addRow("PIE") << QStringLiteral(THRESHER_PROBED);
    QTest::addRow("fixed") << QStringLiteral(THRESHER_PROBED_FIXED);
    QTest::addRow("not optimised") << QStringLiteral(THRESHER_PROBED_PLAIN);
}

void tst_livecalls::valuesAreThoseOfTheCalls()
{
    if (::geteuid() != 0)
        QSKIP("recording needs root");
    if (!QFile::exists(u"/sys/kernel/tracing/uprobe_events"_s))
        QSKIP("this kernel has no uprobes");
    QFETCH(QString, program);
    const QTemporaryDir folder;
    QStringList args{u"record"_s, u"-o"_s, folder.filePath(u"calls.dat"_s)};
    for (const QString &call :
         {u"probed_add(a, b, ret)"_s, u"probed::Counter::count(this->m_total, by, ret)"_s,
          u"probed_scale(by)"_s, u"probed_many(*)"_s,
          u"probed_structs(pair.first, pair.second, big.numbers, big.numbers[4], last, ret)"_s,
          u"probed_name(item->inner.text, item->inner.label, item->low, item->high, item->id, "
          "letter, color, ret)"_s})
        args << u"--probe"_s << program + u':' + call;
    const Run recorded = run(QStringLiteral(THRESHER_CORE), args + QStringList{program});
    QVERIFY2(recorded.status == 0, qPrintable(recorded.err));
    const Run printed = run(QStringLiteral(THRESHER_CORE), {u"events"_s, args.at(2)});
    static const QRegularExpression line(u": (\\w+): +\\([^)]*\\) ?(.*)"_s);
    QStringList got;
    for (const QString &each : printed.out.split(u'\n')) {
        if (const auto match = line.match(each); match.hasMatch())
            got << match.captured(1) + u": "_s + match.captured(2);
    }
    QCOMPARE(
        got,
        (QStringList{
            u"probed_add__entry: a=1 b=2"_s, u"probed_add__return: ret=3"_s,
            u"probed__Counter__count__entry: m_total=0 by=5"_s,
            u"probed__Counter__count__return: ret=5"_s, u"probed_scale__entry: by=2"_s,
            u"probed_many__entry: a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8"_s,
            u"probed_many__return: ret=36"_s,
            u"probed_structs__entry: first=1 second=2 numbers={1,2,3,4,5} numbers2=5 last=6"_s,
            u"probed_structs__return: ret=14"_s,
            u"probed_name__entry: text=\"text\" label=\"label\" low=1 high=2 id=1 letter=99 color=7"_s,
            u"probed_name__return: ret=\"text\""_s}));
}

QTEST_GUILESS_MAIN(tst_livecalls)

#include "tst_livecalls.moc"
