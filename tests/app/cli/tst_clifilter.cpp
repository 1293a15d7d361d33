// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/filtererrortext_p.h"
#include "tests/app/cli/programrun.h"

#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher::test;

/// thresher events --filter, as a shell starts it.
class tst_clifilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLinesAreThoseThatTraceCmdFilters_data();
    void theLinesAreThoseThatTraceCmdFilters();
    void itIsCombinedWithTheOtherOptions_data();
    void itIsCombinedWithTheOtherOptions();
    void anErrorIsMarkedWithinTheExpression_data();
    void anErrorIsMarkedWithinTheExpression();
    void longAndOddExpressionsAreMarkedAsWell();
};

namespace {

Run events(const QString &file, const QStringList &options)
{
    return run(QStringLiteral(THRESHER_CORE),
               QStringList{u"events"_s} + options
                   + QStringList{QStringLiteral(THRESHER_TEST_DATA "/") + file});
}

/// CPU and time of each event: which ones they are.
QStringList places(const QString &text)
{
    static const QRegularExpression place(u"\\[\\d+\\] +\\d+\\.\\d{9}: [^:]+:"_s);
    QStringList found;
    for (auto match = place.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    return found;
}

} // namespace

void tst_clifilter::theLinesAreThoseThatTraceCmdFilters_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("filter");
    const auto row = [](const char *file, const char *filter) {
        QTest::addRow("%s: %s", file, filter)
            << QString::fromLatin1(file) << QString::fromLatin1(filter);
    };
    row("sched-basic.dat", "sched_switch: prev_prio < 120");
    row("sched-basic.dat", "sched_switch: prev_prio <= 120 && next_pid == 0");
    row("sched-basic.dat", "sched_switch: prev_state & 2 || next_pid == 0");
    row("sched-basic.dat", "sched_switch: next_comm == \"trace-cmd\"");
    row("sched-basic.dat",
        "sched_switch: next_comm != \"trace-cmd\" && (prev_pid > 20 || next_pid > 20)");
    row("sched-basic.dat", "sched_switch: !(next_comm == \"trace-cmd\")");
    row("sched-basic.dat", "sched_waking: pid != 0 && target_cpu == 1");
    row("sched-basic.dat", "sched/sched_switch: next_prio == 120");
    row("kmem.dat", "kmalloc: bytes_req > 100 && bytes_alloc < 1024");
    row("kmem.dat", "kmem_cache_free: ptr & 0x1000");
    row("lab-sched-16cpu.dat", "sched_switch: prev_state == 1 && prev_pid != 0");
}

void tst_clifilter::theLinesAreThoseThatTraceCmdFilters()
{
    QFETCH(const QString, file);
    QFETCH(const QString, filter);
    if (QStandardPaths::findExecutable(u"trace-cmd"_s).isEmpty())
        QSKIP("There is no trace-cmd to compare with; tst_filter has a twin.");
    QString ourFilter = filter;
    const Run ours = events(file, {u"-t"_s, u"--filter"_s, ourFilter.replace(u'/', u':')});
    QCOMPARE(ours.err, QString());
    QCOMPARE(ours.status, 0);
    const Run theirs = run(u"trace-cmd"_s, {u"report"_s, u"-t"_s, u"-F"_s, filter,
                                            QStringLiteral(THRESHER_TEST_DATA "/") + file});
    const QStringList expected = places(theirs.out);
    QVERIFY(!expected.isEmpty());
    QCOMPARE(places(ours.out), expected);
}

void tst_clifilter::itIsCombinedWithTheOtherOptions_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("filter"); // alone, that says the same
    QTest::newRow("CPU") << QStringList{u"--cpu"_s, u"0"_s, u"-f"_s, u"sched_*"_s}
                         << u"sched_* && cpu == 0"_s;
    QTest::newRow("event") << QStringList{u"-e"_s, u"sched_switch"_s, u"-f"_s, u"next_pid == 0"_s}
                           << u"sched_switch: next_pid == 0"_s;
    QTest::newRow("task") << QStringList{u"--task"_s, u"0"_s, u"-f"_s, u"sched_switch"_s}
                          << u"sched_switch && pid == 0"_s;
    QTest::newRow("time") << QStringList{u"--from"_s, u"2481.5"_s, u"--to"_s,
                                         u"2481.6"_s, u"-f"_s,     u"sched_switch"_s}
                          << u"sched_switch && time >= 2481.5 && time < 2481.6"_s;
}

void tst_clifilter::itIsCombinedWithTheOtherOptions()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, filter);
    const QString file = u"sched-basic.dat"_s;
    const Run both = events(file, options);
    const Run alone = events(file, {u"-f"_s, filter});
    QCOMPARE(both.err, QString());
    QCOMPARE(both.out, alone.out);
    const auto lines = alone.out.count(u'\n');
    QVERIFY(lines > 0);
    QCOMPARE(events(file, QStringList{u"--count"_s} + options).out, QString::number(lines) + u'\n');
    const Run some = events(file, QStringList{u"--count"_s, u"--offset"_s, u"2"_s, u"-n"_s, u"3"_s}
                                      + options);
    QCOMPARE(some.out,
             QString::number(std::min<qsizetype>(3, std::max<qsizetype>(0, lines - 2))) + u'\n');
}

void tst_clifilter::anErrorIsMarkedWithinTheExpression_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("message");
    QTest::newRow("syntax") << u"prev_prio <"_s
                            << u"thresher events: --filter: the expression ends, expected a value\n"
                               "  prev_prio <\n"
                               "             ^\n"_s;
    QTest::newRow("name") << u"cpu == 1 && next_pdi > 4"_s
                          << u"thresher events: --filter: no event has a field 'next_pdi'; did you "
                             "mean 'next_pid'?\n"
                             "  cpu == 1 && next_pdi > 4\n"
                             "              ^^^^^^^^\n"_s;
}

void tst_clifilter::anErrorIsMarkedWithinTheExpression()
{
    QFETCH(const QString, filter);
    QFETCH(const QString, message);
    const Run got = events(u"sched-basic.dat"_s, {u"--filter"_s, filter});
    QCOMPARE(got.status, 2);
    QCOMPARE(got.out, QString());
    QCOMPARE(got.err, message);
}

void tst_clifilter::longAndOddExpressionsAreMarkedAsWell()
{
    using thresher::markedText;
    QCOMPARE(markedText("", {0, 0}), std::string("  \n  ^\n"));
    QCOMPARE(markedText("a\nbc d\ne", {5, 6}), std::string("  bc d\n     ^\n"));
    QCOMPARE(markedText("\xc3\xa4 == \xc3\xb6", {6, 8}),
             std::string("  \xc3\xa4 == \xc3\xb6\n       ^\n"));
    QCOMPARE(markedText("a\tb", {2, 3}), std::string("  a b\n    ^\n"));
    QCOMPARE(markedText("ab", {7, 9}), std::string("  ab\n    ^\n"));
    const std::string marked = markedText(std::string(1000, 'x'), {500, 900});
    QVERIFY(marked.size() < 300);
    QVERIFY(marked.find('^') != std::string::npos);
}

QTEST_GUILESS_MAIN(tst_clifilter)
#include "tst_clifilter.moc"
