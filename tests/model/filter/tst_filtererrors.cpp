// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/filter/filterscene.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

class tst_filtererrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatMakesNoSenseForTheTraceIsMarked_data();
    void whatMakesNoSenseForTheTraceIsMarked();
    void whatMakesSenseIsNot_data();
    void whatMakesSenseIsNot();
};

void tst_filtererrors::whatMakesNoSenseForTheTraceIsMarked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *text, const char *marked, const char *message) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(marked)
                            << QString::fromLatin1(message);
    };
    row("sched_swich: next_pid == 1", "sched_swich",
        "the trace has no event 'sched_swich'; did you mean 'sched_switch'?");
    row("foo_bar_baz", "foo_bar_baz", "the trace has no event 'foo_bar_baz'");
    row("event == shed_switch", "shed_switch",
        "the trace has no event 'shed_switch'; did you mean 'sched_switch'?");
    row("event in {sched_switch, shed_waking}", "shed_waking",
        "the trace has no event 'shed_waking'; did you mean 'sched_waking'?");
    row("next_pdi == 1", "next_pdi", "no event has a field 'next_pdi'; did you mean 'next_pid'?");
    row("sched_switch: irq == 1", "irq", "sched_switch has no field 'irq'");
    row("sched_*: nonsense == 1", "nonsense", "none of these events has a field 'nonsense'");
    row("cpuu == 1", "cpuu", "no event has a field 'cpuu'; did you mean 'cpu'?");
    row("prev_prio", "prev_prio",
        "field 'prev_prio' alone, expected an operator and a value behind it");
    row("prev_prio < abc", "abc", "'abc', expected a number");
    row("prev_prio ~ 1*", "~", "'~' on a number, expected ==, !=, <, <=, >, >=, & or in");
    row("prev_prio == 1-5", "1-5", "a range outside of a set, expected a number");
    row("prev_prio & x", "x", "'x', expected a number");
    row("next_comm < x", "<", "'<' on text, expected ==, !=, ~, !~, =~, !=~ or in");
    row("next_comm & 1", "&", "'&' on text, expected ==, !=, ~, !~, =~, !=~ or in");
    row("comm >= x", ">=", "'>=' on a task's name, expected ==, !=, ~, !~, =~, !=~ or in");
    row("text > x", ">", "'>' on the printed text, expected ==, !=, ~, !~, =~, !=~ or in");
    row("next_comm =~ \"a(b\"", "(b", "a ( without )");
    row("cpu ~ 1", "~", "'~' on a CPU, expected ==, !=, <, <=, >, >=, & or in");
    row("cpu in {0-3, x}", "x", "'x', expected a number");
    row("cpu & CPUS{0-x}", "CPUS{0-x}", "'0-x', expected CPUs as 0-3,7");
    row("cpu < CPUS{0}", "<", "'<' before CPUs, expected &, == or !=");
    row("pid & 3", "&", "'&' on a PID, expected ==, !=, <, <=, >, >= or in");
    row("time ~ 1", "~", "'~' on a time, expected ==, !=, <, <=, >, >=, & or in");
    row("time > 1.5x", "1.5x", "'1.5x', expected seconds as 12.345678");
    row("time > 1.0-1.5", "1.0-1.5", "'1.0-1.5', expected seconds as 12.345678");
    row("system == shced", "shced", "the trace has no system 'shced'; did you mean 'sched'?");
    row("sched_switch: (sched_waking: pid == 1)", "sched_waking",
        "'sched_waking' within a prefix that excludes it");
    row("sched_switch: prev_state & Q", "Q", "'Q', expected a number or the name of a flag");
    row("has(nothing_at_all)", "nothing_at_all", "no event has a field 'nothing_at_all'");
}

void tst_filtererrors::whatMakesNoSenseForTheTraceIsMarked()
{
    QFETCH(QString, text);
    QFETCH(QString, marked);
    QFETCH(QString, message);
    const std::string expression = text.toStdString();
    const auto filter = Filter::compile(expression, recording("sched-basic.dat")->trace);
    QVERIFY(!filter);
    const FilterError &error = filter.error();
    QCOMPARE(QString::fromStdString(error.text()), message);
    QCOMPARE(QString::fromStdString(
                 expression.substr(error.range.begin, error.range.end - error.range.begin)),
             marked);
}

void tst_filtererrors::whatMakesSenseIsNot_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"sched:sched_switch: prev_prio == 0x78", "next_comm == 5", "prev_prio in {1, 3-5}",
          "tgid > 0", "instance ~ t*", "event ~ sched_*", "event =~ \"^sched_\"",
          "prev_state in {S, D, 0x40}", "prev_state > S", "common_flags & 1",
          "sched_switch: prev_state == \"R+\"", "task == \"rcu_preempt\""})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void tst_filtererrors::whatMakesSenseIsNot()
{
    QFETCH(QString, text);
    const auto filter = Filter::compile(text.toStdString(), recording("sched-basic.dat")->trace);
    QVERIFY2(filter, filter ? "" : filter.error().text().c_str());
    // Its canonical text means the same.
    const auto again = Filter::compile((*filter)->text(), recording("sched-basic.dat")->trace);
    QVERIFY(again);
    QCOMPARE((*again)->text(), (*filter)->text());
}

QTEST_GUILESS_MAIN(tst_filtererrors)
#include "tst_filtererrors.moc"
