// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/cli/programrun.h"

#include <unistd.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// Entries and returns of a program's known calls, as this machine's kernel records them, become
/// calls with arguments, result and duration. Needs root and uprobes; tst_probes is the twin that
/// does not.
class tst_livepairs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aLibrarysCallsAreExact();
    void aCallThatIsJumpedOutOfIsNoOthers();
    void aCallMayReturnOnAnotherCpu();
    void aCallThatTheProgramEndsInIsUnfinished();
    void nothingIsLeftBehind();

private:
    [[nodiscard]] static QString dynamicEvents()
    {
        QFile file(u"/sys/kernel/tracing/dynamic_events"_s);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : u"?"_s;
    }
    /// What `thresher latency --kind probe:NAME --json` says.
    [[nodiscard]] QJsonObject measured(const QString &name) const
    {
        const Run said = run(QStringLiteral(THRESHER_CORE),
                             {u"latency"_s, m_file, u"--kind"_s, u"probe:"_s + name, u"--json"_s,
                              u"--limit"_s, u"1000"_s, u"--no-cache"_s});
        return QJsonDocument::fromJson(said.bytes).object();
    }
    /// "ARGUMENTS → RESULTS" of each call, by when it began.
    [[nodiscard]] static QStringList callsOf(const QJsonObject &measured)
    {
        QMap<qint64, QString> calls;
        for (const QJsonValue &each : measured[u"longest"_s].toArray()) {
            const auto text = [&](const QString &key) {
                const QJsonObject values = each[key].toObject();
                QStringList words;
                for (const QString &name : values.keys()) {
                    if (name != u"sp")
                        words += name + u'=' + QString::number(values[name].toInteger());
                }
                return words.join(u' ');
            };
            calls[each[u"begin"_s].toInteger()] = text(u"arguments"_s) + u" → "_s
                                                  + text(u"results"_s);
        }
        return calls.values();
    }

    QTemporaryDir m_folder;
    QString m_file;
    QString m_before;
};

void tst_livepairs::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("recording needs root");
    if (!QFile::exists(u"/sys/kernel/tracing/uprobe_events"_s))
        QSKIP("this kernel has no uprobes");
#ifndef __x86_64__
    QSKIP("the registers are those of x86-64");
#endif
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
    m_before = dynamicEvents();
    m_file = m_folder.filePath(u"pairs.dat"_s);
    QStringList args{u"record"_s, u"-o"_s, m_file};
    const QString program = QStringLiteral(THRESHER_PAIRED_PROGRAM);
    const QString library = QStringLiteral(THRESHER_PROBED_LIBRARY);
    for (const QString &line :
         {u"p:add__entry LIBRARY:probed_add a=%di:s32 b=%si:u64"_s,
          u"r:add__return LIBRARY:probed_add ret=$retval:s32"_s,
          u"p:deep__entry PROGRAM:paired_deep n=%di:s32 sp=$stack:u64"_s,
          u"r:deep__return PROGRAM:paired_deep ret=$retval:s32 sp=$stack:u64"_s,
          u"p:moves PROGRAM:paired_move from=%di:s32 to=%si:s32"_s,
          u"r:has_moved PROGRAM:paired_move ret=$retval:s32"_s,
          u"p:leave__entry PROGRAM:paired_leave status=%di:s32"_s,
          u"r:leave__return PROGRAM:paired_leave ret=$retval:s32"_s})
        args << u"--probe"_s
             << QString(line).replace(u"LIBRARY"_s, library).replace(u"PROGRAM"_s, program);
    const Run recorded = run(QStringLiteral(THRESHER_CORE), args + QStringList{program},
                             {.patienceMs = 120'000});
    QVERIFY2(QFile::exists(m_file), qPrintable(recorded.err));
}

void tst_livepairs::aLibrarysCallsAreExact()
{
    const QJsonObject add = measured(u"add"_s);
    QCOMPARE(add[u"all"_s][u"count"_s].toInteger(), 100);
    QCOMPARE(add[u"unfinished"_s].toInteger(), 0);
    QStringList expected;
    for (int i = 0; i < 100; ++i)
        expected += u"a=%1 b=1000 → ret=%2"_s.arg(i).arg(i + 1000);
    QCOMPARE(callsOf(add), expected);
}

// The call of 5 returns, those of 4 to 0 within it do not: without the stack pointer its return
// would be taken for theirs.
void tst_livepairs::aCallThatIsJumpedOutOfIsNoOthers()
{
    const QJsonObject deep = measured(u"deep"_s);
    QCOMPARE(callsOf(deep), (QStringList{u"n=2 → ret=2"_s, u"n=1 → ret=1"_s, u"n=0 → ret=0"_s,
                                         u"n=5 → ret=5"_s, u"n=1 → ret=1"_s, u"n=0 → ret=0"_s}));
    QCOMPARE(deep[u"unfinished"_s].toInteger(), 5);
}

void tst_livepairs::aCallMayReturnOnAnotherCpu()
{
    if (::sysconf(_SC_NPROCESSORS_ONLN) < 2)
        QSKIP("there is one CPU only");
    const QJsonObject moves = measured(u"moves"_s);
    QCOMPARE(callsOf(moves), QStringList{u"from=0 to=1 → ret=1"_s});
    // As both events say.
    const Run printed = run(QStringLiteral(THRESHER_CORE), {u"events"_s, m_file});
    static const QRegularExpression kLine(u"\\[(\\d+)\\] .*: (moves|has_moved): "_s);
    QStringList cpus;
    for (auto match = kLine.globalMatch(printed.out); match.hasNext();)
        cpus += QString::number(match.next().captured(1).toInt());
    QCOMPARE(cpus, (QStringList{u"0"_s, u"1"_s}));
}

void tst_livepairs::aCallThatTheProgramEndsInIsUnfinished()
{
    const QJsonObject leave = measured(u"leave"_s);
    QCOMPARE(leave[u"all"_s][u"count"_s].toInteger(), 0);
    QCOMPARE(leave[u"unfinished"_s].toInteger(), 1);
}

void tst_livepairs::nothingIsLeftBehind()
{
    QCOMPARE(dynamicEvents(), m_before);
}

QTEST_GUILESS_MAIN(tst_livepairs)

#include "tst_livepairs.moc"
