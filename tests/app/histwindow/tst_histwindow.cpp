// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// The forms for histograms and latency events, and the pane that shows counts.
#include "app/histwindow/histogramdialog.h"
#include "app/histwindow/histogramspane.h"
#include "app/histwindow/histogramtable.h"
#include "app/histwindow/latencydialog.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/tables/datatableview.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest/QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// A machine with two events, as a recorder tells of it.
capture::MachineReport machine(bool hasHistograms = true)
{
    capture::MachineReport report;
    report.capabilities.events = {{"sched", {"sched_switch", "sched_waking"}}};
    for (const char *name : {"hist", "synthetic"})
        report.capabilities.features.push_back(
            {name, hasHistograms, hasHistograms ? "" : "This kernel was built without it."});
    report.formats["format:sched/sched_switch"]
        = "name: sched_switch\nID: 1\nformat:\n"
          "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
          "\tfield:char next_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
          "\tfield:pid_t next_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
          "\tfield:int next_prio;\toffset:28;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n";
    report.formats["format:sched/sched_waking"]
        = "name: sched_waking\nID: 2\nformat:\n"
          "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
          "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
          "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
          "\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n";
    return report;
}

std::string textOf(const char *name)
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/hist/") + QString::fromLatin1(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

void showActive(QWidget &widget)
{
    widget.show();
    QVERIFY(QTest::qWaitForWindowActive(&widget));
}

void retype(QLineEdit *field, const QString &text)
{
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
}

} // namespace

class tst_HistWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theFormWritesTheLine();
    void theLineFillsTheForm();
    void whatMakesNoSenseCannotBeRecorded();
    void aKernelWithoutHistogramsIsTold();
    void aHistogramIsAskedFor();
    void keysOfALatencyAreGuessed();
    void theLatencysLinesAreShown();
    void aLatencyIsAskedFor();
    void countsAreATableWithBars();
    void countsAreRefreshedInPlace();
    void aTableIsCopied();
    void stacksStandInOneLine();
};

void tst_HistWindow::init()
{
    test::failOnWarnings();
}

void tst_HistWindow::theFormWritesTheLine()
{
    HistogramDialog dialog;
    dialog.choose(u"sched:sched_switch"_s, u"next_comm"_s);
    dialog.setMachine(machine());
    showActive(dialog);
    QCOMPARE(dialog.line()->text(), u"hist:keys=next_comm:sort=hitcount.descending"_s);
    // By keys: the second key, and how it is grouped.
    dialog.key(1)->setFocus();
    QTest::keyClicks(dialog.key(1), u"next_prio"_s);
    QCOMPARE(dialog.line()->text(), u"hist:keys=next_comm,next_prio:sort=hitcount.descending"_s);
    dialog.keyModifier(1)->setFocus();
    QTest::keyClick(dialog.keyModifier(1), Qt::Key_Down);
    QCOMPARE(dialog.line()->text(),
             u"hist:keys=next_comm,next_prio.log2:sort=hitcount.descending"_s);
    QTest::keyClick(dialog.keyModifier(1), Qt::Key_Down);
    QCOMPARE(dialog.line()->text(),
             u"hist:keys=next_comm,next_prio.buckets=10:sort=hitcount.descending"_s);
    QTest::keyClicks(dialog.value(0), u"next_prio"_s);
    QVERIFY(dialog.line()->text().contains(u":vals=next_prio:"_s));
    QVERIFY2(dialog.said().isEmpty(), qPrintable(dialog.said()));
}

void tst_HistWindow::theLineFillsTheForm()
{
    HistogramDialog dialog;
    dialog.choose(u"sched:sched_switch"_s, {});
    dialog.setMachine(machine());
    showActive(dialog);
    retype(dialog.line(), u"hist:keys=next_pid.hex:vals=next_prio:size=256 if next_pid > 0"_s);
    QCOMPARE(dialog.key(0)->currentText(), u"next_pid"_s);
    QCOMPARE(dialog.keyModifier(0)->currentText(), u"hexadecimal"_s);
    QCOMPARE(dialog.value(0)->currentText(), u"next_prio"_s);
    QVERIFY2(dialog.said().isEmpty(), qPrintable(dialog.said()));
    QCOMPARE(dialog.line()->text(),
             u"hist:keys=next_pid.hex:vals=next_prio:size=256 if next_pid > 0"_s);
    // More than the form has fields for stays as it is written.
    retype(dialog.line(), u"hist:keys=next_pid:x=next_prio"_s);
    QVERIFY(dialog.said().contains(u"more than the form"_s));
    QVERIFY(dialog.recordButton()->isEnabled());
    QCOMPARE(dialog.request().value().trigger, std::string("hist:keys=next_pid:x=next_prio"));
}

void tst_HistWindow::whatMakesNoSenseCannotBeRecorded()
{
    HistogramDialog dialog;
    dialog.setMachine(machine());
    showActive(dialog);
    QVERIFY(!dialog.recordButton()->isEnabled());
    QVERIFY(dialog.said().contains(u"Choose the event"_s));
    retype(dialog.event()->lineEdit(), u"sched:nothing"_s);
    QVERIFY(dialog.said().contains(u"no event sched:nothing"_s));
    retype(dialog.event()->lineEdit(), u"sched:sched_switch"_s);
    QVERIFY2(dialog.recordButton()->isEnabled(), qPrintable(dialog.said()));
    retype(dialog.line(), u"hist:keys=next_pid.hix"_s);
    QVERIFY(!dialog.recordButton()->isEnabled() && !dialog.addButton()->isEnabled());
    QVERIFY2(dialog.said().contains(u"at “hix”"_s), qPrintable(dialog.said()));
    retype(dialog.line(), u"hist:keys=next_pid if nothing == 1"_s);
    QVERIFY(!dialog.recordButton()->isEnabled());
    QVERIFY(!dialog.request());
}

void tst_HistWindow::aKernelWithoutHistogramsIsTold()
{
    HistogramDialog histogram;
    histogram.choose(u"sched:sched_switch"_s, u"next_pid"_s);
    histogram.setMachine(machine(false));
    QCOMPARE(histogram.said(), u"This kernel was built without it."_s);
    QVERIFY(!histogram.recordButton()->isEnabled());
    LatencyDialog latency;
    latency.choose(u"sched:sched_waking"_s);
    latency.setMachine(machine(false));
    QCOMPARE(latency.said(), u"This kernel was built without it."_s);
    QVERIFY(!latency.recordButton()->isEnabled());
}

void tst_HistWindow::aHistogramIsAskedFor()
{
    HistogramDialog dialog;
    dialog.choose(u"sched:sched_switch"_s, u"next_pid"_s);
    dialog.setMachine(machine());
    showActive(dialog);
    std::vector<capture::InstanceRequest> asked;
    const auto take = [&](const capture::InstanceRequest &request) { asked.push_back(request); };
    connect(&dialog, &HistogramDialog::recordRequested, this, take);
    connect(&dialog, &HistogramDialog::addRequested, this, take);
    QTest::mouseClick(dialog.addButton(), Qt::LeftButton);
    QCOMPARE(asked.size(), std::size_t{1});
    QCOMPARE(asked[0].histograms.at(0).event, std::string("sched:sched_switch"));
    QCOMPARE(asked[0].histograms.at(0).trigger,
             std::string("hist:keys=next_pid:sort=hitcount.descending"));
    QVERIFY(asked[0].events.empty());
    dialog.show();
    QTest::mouseClick(dialog.recordButton(), Qt::LeftButton);
    QCOMPARE(asked.size(), std::size_t{2});
    QCOMPARE(asked[1].events.at(0).match, std::string("sched:sched_switch"));
}

void tst_HistWindow::keysOfALatencyAreGuessed()
{
    LatencyDialog dialog;
    dialog.choose(u"sched:sched_waking"_s);
    dialog.setMachine(machine());
    showActive(dialog);
    QVERIFY(!dialog.recordButton()->isEnabled());
    QVERIFY(dialog.said().contains(u"two events"_s));
    retype(dialog.event(1)->lineEdit(), u"sched:sched_switch"_s);
    QCOMPARE(dialog.key(0)->currentText(), u"pid"_s);
    QCOMPARE(dialog.key(1)->currentText(), u"next_pid"_s);
    QCOMPARE(dialog.line()->text(),
             u"latency=sched:sched_waking(pid) -> sched:sched_switch(next_pid)"_s);
    QVERIFY2(dialog.recordButton()->isEnabled(), qPrintable(dialog.said()));
}

void tst_HistWindow::theLatencysLinesAreShown()
{
    LatencyDialog dialog;
    dialog.choose(u"sched:sched_waking"_s);
    dialog.setMachine(machine());
    showActive(dialog);
    retype(dialog.line(),
           u"wakeup.usecs=sched:sched_waking(pid; prio) -> sched:sched_switch(next_pid)"_s);
    QCOMPARE(dialog.name()->text(), u"wakeup"_s);
    QCOMPARE(dialog.fields(0)->findItems(u"prio"_s, Qt::MatchExactly).at(0)->checkState(),
             Qt::Checked);
    QVERIFY2(dialog.linesText().contains(u"s:wakeup u64 lat; pid_t pid; int prio"_s),
             qPrintable(dialog.linesText()));
    QVERIFY(dialog.linesText().contains(
        u"hist:keys=pid:wakeup_t0=common_timestamp.usecs,wakeup_prio=prio"_s));
    QVERIFY(dialog.linesText().contains(u"trace(wakeup,$wakeup_lat,next_pid,$wakeup_prio)"_s));
    // A tick in the form is a field of the line.
    dialog.fields(1)->findItems(u"next_comm"_s, Qt::MatchExactly).at(0)->setCheckState(Qt::Checked);
    QVERIFY(dialog.line()->text().endsWith(u"sched:sched_switch(next_pid; next_comm)"_s));
    retype(dialog.name(), u"1x"_s);
    QVERIFY(!dialog.recordButton()->isEnabled() && dialog.linesText().isEmpty());
}

void tst_HistWindow::aLatencyIsAskedFor()
{
    LatencyDialog dialog;
    dialog.choose(u"sched:sched_waking"_s);
    dialog.setMachine(machine());
    retype(dialog.event(1)->lineEdit(), u"sched:sched_switch"_s);
    showActive(dialog);
    std::vector<capture::InstanceRequest> asked;
    connect(&dialog, &LatencyDialog::recordRequested, this,
            [&](const capture::InstanceRequest &request) { asked.push_back(request); });
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(asked.size(), std::size_t{1});
    QCOMPARE(asked[0].latencies.at(0),
             std::string("latency=sched:sched_waking(pid) -> sched:sched_switch(next_pid)"));
    QVERIFY(!dialog.isVisible());
}

void tst_HistWindow::countsAreATableWithBars()
{
    ViewState view;
    HistogramsPane pane(view);
    QSignalSpy filled(&pane, &HistogramsPane::filled);
    QVERIFY(pane.isEmpty());
    pane.take(0, "sched/sched_switch", textOf("6.1-several.txt"));
    pane.take(0, "synthetic/wakeup", textOf("6.1-plain.txt"));
    QTRY_COMPARE(pane.choice()->count(), 3);
    QCOMPARE(filled.count(), 1);
    QVERIFY(pane.choice()->itemText(0).startsWith(u"sched:sched_switch"_s));
    pane.choice()->setCurrentIndex(2);
    const DataTableModel &model = pane.table()->tableModel();
    const QAbstractItemModelTester tester(const_cast<DataTableModel *>(&model));
    QCOMPARE(model.rowCount(), 14);
    QVERIFY(model.index(0, 1).data(DataTableModel::BarRole).isValid());
    // The largest first.
    QCOMPARE(pane.table()->rowOf(pane.table()->rowIndex(0))->cells.at(1).toLongLong(), 823LL);
    QVERIFY(pane.totals().contains(u"3,165 hits, 14 entries"_s));
    pane.clear();
    QVERIFY(pane.isEmpty());
    QCOMPARE(filled.count(), 2);
}

void tst_HistWindow::countsAreRefreshedInPlace()
{
    ViewState view;
    HistogramsPane pane(view);
    const std::string text = textOf("6.1-plain.txt");
    pane.take(0, "sched/sched_switch", text);
    QTRY_VERIFY(!pane.isEmpty());
    const QAbstractItemModelTester tester(
        const_cast<DataTableModel *>(&pane.table()->tableModel()));
    pane.table()->sortByColumn(0, Qt::AscendingOrder);
    QCOMPARE(pane.table()->rowOf(pane.table()->rowIndex(0))->cells.at(0).toString(), u"cat"_s);
    std::string more = text;
    more.replace(more.find("hitcount:        190"), 20, "hitcount:        191");
    // While one is being read the next one comes.
    pane.take(0, "sched/sched_switch", text);
    pane.take(0, "sched/sched_switch", more);
    QTRY_COMPARE(pane.table()->rowOf(pane.table()->rowIndex(0))->cells.at(1).toLongLong(), 191LL);
    QTRY_VERIFY(!pane.isBusy());
}

void tst_HistWindow::aTableIsCopied()
{
    ViewState view;
    HistogramsPane pane(view);
    pane.take(0, "sched/sched_switch", textOf("6.1-plain.txt"));
    QTRY_VERIFY(!pane.isEmpty());
    showActive(pane);
    QTest::mouseClick(pane.findChild<QToolButton *>(u"copyHistogram"_s), Qt::LeftButton);
    QVERIFY(QApplication::clipboard()->text().startsWith(
        u"next_comm,hitcount\nrcu_preempt,823\nswapper/1,682\n"_s));
}

void tst_HistWindow::stacksStandInOneLine()
{
    const auto tables = capture::parseHistograms(textOf("6.12-stack.txt"));
    const DataTable table = dataTableOf(tables.at(0));
    QVERIFY(table.rows.at(0).cells.at(0).toString().contains(u" ← "_s));
    QVERIFY(table.rows.at(0).toolTip.contains(u'\n'));
    QCOMPARE(table.sortColumn, 1);
    // Groups are told as the kernel writes them.
    const DataTable groups = dataTableOf(capture::parseHistograms(textOf("6.1-buckets.txt")).at(0));
    QCOMPARE(groups.rows.at(0).cells.at(0).toString(), u"320-329"_s);
}

QTEST_MAIN(tst_HistWindow)
#include "tst_histwindow.moc"
