// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probeactionsform.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probesetspane.h"
#include "app/recordwindow/countslist.h"
#include "app/recordwindow/machinepage.h"
#include "app/recordwindow/probespage.h"
#include "app/recordwindow/recorddialog.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;
using capture::ProbeRequest;

namespace {

struct Scene
{
    QTemporaryDir folder;
    RecordDialog dialog{folder.filePath(u"setups"_s), folder.filePath(u"out.dat"_s)};
    QSignalSpy recorded{&dialog, &RecordDialog::recordRequested};

    Scene()
    {
        dialog.record().editInstance([](auto &request) { request.events.clear(); });
        dialog.resize(1240, 680);
        dialog.show();
        dialog.tabs()->setCurrentWidget(dialog.probes());
        static_cast<void>(QTest::qWaitForWindowActive(&dialog));
    }
    [[nodiscard]] ProbeLinesPane &lines() const { return *dialog.probes()->lines(); }
    [[nodiscard]] const std::vector<ProbeRequest> &probes()
    {
        return dialog.record().instance().probes;
    }
};

} // namespace

/// Probes in the Record window, by mouse and keys.
class tst_ProbesPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void aTypedLineIsRecorded();
    void aWrongLineKeepsItFromBeingRecorded();
    void filterTriggersAndRemovalAreOfThePlan();
    void aTemplateBringsItsProbes();
    void eachBufferHasItsOwn();
    void whatIsCountedIsListedAndTakenAway();
    void aSetIsAdded();
    void whatTheEditorMadeIsAdded();
    void anotherMachineIsLookedAt();
    void returnInTheHostRecordsNothing();
};

void tst_ProbesPage::aTypedLineIsRecorded()
{
    Scene scene;
    QVERIFY(!scene.dialog.recordButton()->isEnabled()); // there is nothing to record
    QTest::mouseClick(scene.lines().text()->viewport(), Qt::LeftButton);
    QTest::keyClicks(scene.lines().text(), u"p:mine vfs_read n=%dx"_s);
    QTest::keyClick(scene.lines().text(), Qt::Key_Return); // a line, not the button
    QCOMPARE(scene.recorded.count(), 0);
    QCOMPARE(scene.probes(), (std::vector<ProbeRequest>{{"p:mine vfs_read n=%dx", {}, {}, false}}));
    QVERIFY2(scene.dialog.commandText().contains(u"--probe 'p:mine vfs_read n=%dx'"_s),
             qPrintable(scene.dialog.commandText()));
    QTest::mouseClick(scene.dialog.recordButton(), Qt::LeftButton);
    QCOMPARE(scene.recorded.count(), 1);
    const auto plan = scene.recorded.front().front().value<capture::RecordingPlan>();
    QCOMPARE(plan.request.instances.front().probes.size(), std::size_t{1});
}

void tst_ProbesPage::aWrongLineKeepsItFromBeingRecorded()
{
    Scene scene;
    scene.dialog.probes()->addProbes({{"p:mine vfs_read $foo", {}, {}, false}});
    QVERIFY(!scene.dialog.recordButton()->isEnabled());
    QVERIFY2(scene.dialog.problemText().contains(u"p:mine vfs_read $foo"_s),
             qPrintable(scene.dialog.problemText()));
    QCOMPARE(scene.lines().text()->markedTexts().size(), 1);
    scene.lines().text()->selectAll();
    QTest::keyClicks(scene.lines().text(), u"p:mine vfs_read"_s);
    QVERIFY(scene.dialog.recordButton()->isEnabled());
}

void tst_ProbesPage::filterTriggersAndRemovalAreOfThePlan()
{
    Scene scene;
    scene.dialog.probes()->addProbes(
        {{"p:a vfs_read n=%dx", {}, {}, false}, {"p:b vfs_write", {}, {}, false}});
    QTest::keyClicks(scene.lines().form()->filterField(), u"n > 9"_s);
    QTest::keyClicks(scene.lines().form()->triggerField(), u"stacktrace"_s);
    QCOMPARE(scene.probes()[0],
             (ProbeRequest{"p:a vfs_read n=%dx", "n > 9", {"stacktrace"}, false}));
    QVERIFY(scene.dialog.commandText().contains(u"-f 'n > 9' -R stacktrace"_s));
    QTest::keyClicks(scene.lines().form()->filterField(), u" && m == 1"_s);
    QVERIFY(!scene.dialog.recordButton()->isEnabled());
    QTest::mouseClick(scene.lines().findChild<QToolButton *>(u"removeProbe"_s), Qt::LeftButton);
    QCOMPARE(scene.probes(), (std::vector<ProbeRequest>{{"p:b vfs_write", {}, {}, false}}));
    QVERIFY(scene.dialog.recordButton()->isEnabled());
}

void tst_ProbesPage::aTemplateBringsItsProbes()
{
    Scene scene;
    capture::RecordingPlan plan = scene.dialog.record().plan();
    plan.request.instances.front().probes = {{"p:a vfs_read n=%dx", "n > 9", {}, false}};
    scene.dialog.record().setPlan(plan);
    QCOMPARE(scene.lines().probes(), plan.request.instances.front().probes);
    QCOMPARE(scene.lines().form()->filterField()->text(), u"n > 9"_s);
    // Another one has none.
    scene.dialog.templates()->setCurrentRow(1);
    QVERIFY(scene.lines().probes().empty());
}

void tst_ProbesPage::eachBufferHasItsOwn()
{
    Scene scene;
    scene.dialog.record().editInstance([](auto &request) {
        request.probes = {{"p:a vfs_read", "", {}, false}};
    });
    scene.dialog.record().addInstance();
    QVERIFY(scene.lines().probes().empty());
    scene.dialog.record().editInstance([](auto &request) {
        request.probes = {{"p:b vfs_write", "", {}, false}};
    });
    scene.dialog.record().chooseInstance(0);
    QCOMPARE(scene.lines().probes().front().line, std::string("p:a vfs_read"));
}

void tst_ProbesPage::whatIsCountedIsListedAndTakenAway()
{
    Scene scene;
    auto *counts = scene.dialog.probes()->findChild<CountsList *>();
    QVERIFY(counts != nullptr && counts->isHidden());
    scene.dialog.record().editInstance([](auto &request) {
        request.latencies = {"wakeup=sched:sched_waking(pid) -> sched:sched_switch(next_pid)"};
        request.histograms = {{"sched:sched_switch", "hist:keys=next_pid"},
                              {"irq:irq_handler_entry", "hist:keys=irq"}};
    });
    scene.dialog.tabs()->setCurrentWidget(scene.dialog.probes());
    QVERIFY(counts->isVisible());
    QCOMPARE(counts->list()->count(), 3);
    QVERIFY(counts->list()->item(1)->text().contains(u"sched:sched_switch hist:keys=next_pid"_s));
    counts->list()->setCurrentRow(1);
    QTest::mouseClick(counts->removeButton(), Qt::LeftButton);
    QCOMPARE(scene.dialog.record().instance().histograms.size(), std::size_t{1});
    QCOMPARE(scene.dialog.record().instance().histograms[0].event,
             std::string("irq:irq_handler_entry"));
    // Another buffer has its own.
    scene.dialog.record().addInstance();
    QVERIFY(counts->isHidden());
    scene.dialog.record().chooseInstance(0);
    QCOMPARE(counts->list()->count(), 2);
    counts->list()->setCurrentRow(0);
    QTest::keyClick(counts->list(), Qt::Key_Delete);
    QVERIFY(scene.dialog.record().instance().latencies.empty());
    QTest::keyClick(counts->list(), Qt::Key_Delete);
    QVERIFY(counts->isHidden());
    QVERIFY(scene.dialog.record().instance().histograms.empty());
}

void tst_ProbesPage::aSetIsAdded()
{
    Scene scene;
    ProbeSetsPane *sets = scene.dialog.probes()->sets();
    QTRY_VERIFY(!sets->isReading());
    sets->select(u"bash-lines"_s);
    QVERIFY(sets->list()->currentItem() != nullptr);
    scene.dialog.probes()->addProbes({{"p:mine vfs_read", {}, {}, false}});
    // As on a kernel that has it, whatever this one has.
    capture::MachineReport report;
    report.capabilities.root = true;
    report.capabilities.tracefsMounted = true;
    report.capabilities.features = {{"uprobes", true, {}}};
    scene.dialog.setMachine(report);
    QTest::mouseClick(sets->useButton(), Qt::LeftButton);
    QTRY_VERIFY(scene.probes().size() > 1);
    QCOMPARE(scene.probes()[0].line, std::string("p:mine vfs_read"));
    QVERIFY(scene.probes()[1].line.find(":readline") != std::string::npos);
}

void tst_ProbesPage::whatTheEditorMadeIsAdded()
{
    Scene scene;
    QSignalSpy wanted(&scene.dialog, &RecordDialog::probeEditorRequested);
    QTest::mouseClick(scene.dialog.probes()->editorButton(), Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
    scene.dialog.tabs()->setCurrentIndex(0);
    capture::InstanceRequest made;
    made.probes = {{"p:a vfs_read n=%dx", "n > 9", {}, false}};
    made.userStacks = true;
    scene.dialog.addProbes(made);
    QCOMPARE(scene.probes(), made.probes);
    QVERIFY(scene.dialog.record().instance().userStacks);
    QCOMPARE(scene.dialog.tabs()->currentWidget(), static_cast<QWidget *>(scene.dialog.probes()));
    // A tracepoint's own event needs no probe.
    capture::InstanceRequest event;
    event.events = {{"sched:sched_switch", "next_pid > 1", {}, false}};
    scene.dialog.addProbes(event);
    QCOMPARE(scene.probes(), made.probes);
    QCOMPARE(scene.dialog.record().instance().events, event.events);
    QCOMPARE(scene.dialog.tabs()->currentIndex(), 0);
    // One that is chosen already gets the condition, and is no second one.
    event.events.front().filter = "next_pid > 2";
    scene.dialog.addProbes(event);
    QCOMPARE(scene.dialog.record().instance().events, event.events);
}

void tst_ProbesPage::anotherMachineIsLookedAt()
{
    Scene scene;
    scene.dialog.probes()->addProbes({{"p:a /bin/bash:readline", {}, {}, false}});
    scene.dialog.setMachine({});
    QVERIFY(scene.dialog.recordButton()->isEnabled());
    scene.dialog.tabs()->setCurrentWidget(scene.dialog.machine());
    QSignalSpy chosen(&scene.dialog, &RecordDialog::hostChosen);
    QTest::mouseClick(scene.dialog.machine()->hostField(), Qt::LeftButton);
    QTest::keyClicks(scene.dialog.machine()->hostField(), u"root@box"_s);
    QCOMPARE(chosen.count(), 0);
    QTest::keyClick(scene.dialog.machine()->hostField(), Qt::Key_Return);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.front().front().toString(), u"root@box"_s);
    QVERIFY(!scene.dialog.record().machine()); // that of before was another one
    QVERIFY(scene.dialog.commandText().contains(u"--host root@box"_s));
    // Its symbols are not known here.
    QVERIFY2(scene.dialog.problemText().contains(u"symbol readline"_s),
             qPrintable(scene.dialog.problemText()));
    // A template of this machine.
    scene.dialog.templates()->setCurrentRow(2);
    QCOMPARE(chosen.count(), 2);
    QCOMPARE(chosen.back().front().toString(), QString());
}

void tst_ProbesPage::returnInTheHostRecordsNothing()
{
    Scene scene;
    scene.dialog.probes()->addProbes({{"p:a vfs_read", {}, {}, false}});
    scene.dialog.tabs()->setCurrentWidget(scene.dialog.machine());
    QTest::mouseClick(scene.dialog.machine()->hostField(), Qt::LeftButton);
    QTest::keyClicks(scene.dialog.machine()->hostField(), u"box"_s);
    QTest::keyClick(scene.dialog.machine()->hostField(), Qt::Key_Return);
    QCOMPARE(scene.recorded.count(), 0);
    QVERIFY(scene.dialog.isVisible());
}

QTEST_MAIN(tst_ProbesPage)
#include "tst_probespage.moc"
