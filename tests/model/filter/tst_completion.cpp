// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/completion.h"
#include "tests/model/filter/filterscene.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

class tst_completion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatMayStandThereIsOffered_data();
    void whatMayStandThereIsOffered();
    void detailsTellTypes();
    void whatIsChosenReplacesWhatWasBegun();
    void anyTextIsFollowed();
};

namespace {

/// With '^' for the cursor.
std::vector<Completion> at(const QString &marked, std::size_t limit = 1000)
{
    const std::string text = marked.toStdString();
    const std::size_t cursor = text.find('^');
    return completions(text.substr(0, cursor) + text.substr(cursor + 1), cursor,
                       *recording("sched-basic.dat"), limit);
}

} // namespace

void tst_completion::whatMayStandThereIsOffered_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("first"); // some of them, in their order
    QTest::addColumn<QString>("without");
    const auto row = [](const char *text, const char *first, const char *without) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(first)
                            << QString::fromLatin1(without);
    };
    row("^", "prev_comm event cpu sched_switch", "==");
    row("sched_sw^", "sched_switch", "sched_waking prev_comm");
    row("sched:^", "sched_waking sched_switch", "irq_handler_entry prev_comm cpu");
    row("sched_switch: ^", "prev_comm next_prio event common_pid", "irq sched_switch");
    row("sched_switch: next_^", "next_comm next_pid next_prio", "prev_pid");
    row("cpu == 1 && sched_switch: prev_prio < 3 || nex^", "next_comm", "cpu");
    row("sched_switch: prev_prio ^", "== < & in", "~");
    row("sched_switch: prev_comm ^", "== ~ =~ in", "<");
    row("time ^", "< >= in", "~ &");
    row("sched_switch ^", ": && ||", "==");
    row("prev_prio == 3 ^", "&& ||", ":");
    row("prev_prio in ^", "{", "&&");
    row("prev_prio in {3 ^", ", }", "&&");
    row("sched_switch: prev_state == ^", "R S D", "sched_switch");
    row("comm == ^", "trace-cmd <idle>", "sched_switch");
    row("comm == trace^", "trace-cmd", "<idle>");
    row("comm == \"trace^", "\"trace-cmd\"", "<idle>");
    row("cpu in {0, ^", "0 1", "sched");
    row("event == sched_^", "sched_waking sched_switch", "irq_handler_entry");
    row("system == ^", "sched", "sched_switch");
    row("(sched_switch: prev_prio < 3) && ^", "prev_comm sched_switch", "");
    row("next_comm == x && (prev_^", "prev_comm", "next_comm");
}

void tst_completion::whatMayStandThereIsOffered()
{
    QFETCH(QString, text);
    QFETCH(QString, first);
    QFETCH(QString, without);
    QStringList offered;
    for (const Completion &one : at(text))
        offered << QString::fromStdString(one.text);
    qsizetype last = -1;
    for (const QString &wanted : first.split(u' ', Qt::SkipEmptyParts)) {
        const qsizetype here = offered.indexOf(wanted);
        QVERIFY2(here > last, qPrintable(wanted + u" in " + offered.join(u' ')));
        last = here;
    }
    for (const QString &unwanted : without.split(u' ', Qt::SkipEmptyParts))
        QVERIFY2(!offered.contains(unwanted), qPrintable(unwanted));
}

void tst_completion::detailsTellTypes()
{
    const auto detail = [](const char *text) { return at(QString::fromLatin1(text)).at(0).detail; };
    QCOMPARE(detail("sched_switch: prev_com^"), std::string("char[16]"));
    QCOMPARE(detail("sched_switch: next_prio^"), std::string("int"));
    QCOMPARE(detail("sched_switc^"), std::string("sched"));
    QCOMPARE(at(QStringLiteral("^"), 5).size(), std::size_t{5});
}

void tst_completion::whatIsChosenReplacesWhatWasBegun()
{
    const auto range = [](const char *text) { return at(QString::fromLatin1(text)).at(0).range; };
    QCOMPARE(range("cpu == 1 && sched_sw^"), (TextRange{12, 20}));
    QCOMPARE(range("comm == \"tra^"), (TextRange{8, 12}));
    QCOMPARE(range("cpu ^"), (TextRange{4, 4}));
    QCOMPARE(range("comm in {a, tr^"), (TextRange{12, 14}));
}

void tst_completion::anyTextIsFollowed()
{
    const auto snapshot = recording("sched-basic.dat");
    const std::string odd
        = "}} ) , : :: (( a:b:c:d in not in { CPUS{ \"x && 'y == = $ \xff has( != ! ~";
    for (std::size_t i = 0; i <= odd.size() + 5; ++i)
        static_cast<void>(completions(odd, i, *snapshot));
    QVERIFY(completions(std::string(200000, '('), 200000, *snapshot).size() > 0);
}

QTEST_GUILESS_MAIN(tst_completion)
#include "tst_completion.moc"
