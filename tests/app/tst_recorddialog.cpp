// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/eventspage.h"
#include "app/recordwindow/howpage.h"
#include "app/recordwindow/kernelfilter.h"
#include "app/recordwindow/machinepage.h"
#include "app/recordwindow/recorddialog.h"
#include "app/recordwindow/tracerpage.h"
#include "capture/commandtext.h"
#include "tests/app/recordscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <QTreeWidget>

#include <memory>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

using Scene = test::RecordScene;
using test::reportOf;
using test::richReport;
using Globs = std::vector<std::string>;

} // namespace

/// The Record window, driven by mouse and keys.
class tst_recorddialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void modelsKeepTheRules();
    void aNewcomerPressesRecord();
    void tickingIsClicking();
    void whatIsTypedIsTicked();
    void theTreeIsSearched();
    void filtersAreCompletedAndChecked();
    void kernelFiltersAreUnderstood_data();
    void kernelFiltersAreUnderstood();
    void triggersBelongToTheirEvent();
    void aCommandIsAskedFor();
    void howIsWrittenIntoTheCommand();
    void theCommandIsCopied();
    void whatThisKernelCannotIsGreyWithItsReason();
    void withoutRootItSaysSoBefore();
    void whatATemplateNamesAndThisKernelLacksIsTold();
    void functionsAreFoundAsOneTypes();
    void anEstimateIsAskedFor();
    void resettingIsConfirmed();
    void templatesAreKept();
    void theLastOneComesBack();
    void aFileIsNotReplacedUnasked();
};

void tst_recorddialog::modelsKeepTheRules()
{
    RecordModel record;
    EventTreeModel model(record);
    EventTreeProxy proxy(model);
    const QAbstractItemModelTester tester(&model);
    const QAbstractItemModelTester proxyTester(&proxy);
    FunctionListModel functions;
    const QAbstractItemModelTester functionTester(&functions);
    record.setMachine(reportOf(u"capabilities.json"_s));
    QVERIFY(model.rowCount() > 50);
    proxy.setText(u"sched_switch"_s);
    QCOMPARE(proxy.rowCount(), 1);
    QVERIFY(model.setData(model.indexOf("sched", ""), Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(model.data(model.indexOf("sched", "sched_switch"), Qt::CheckStateRole).toInt(),
             static_cast<int>(Qt::Checked));
    QVERIFY(
        model.setData(model.indexOf("sched", "sched_switch"), Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(model.data(model.indexOf("sched", ""), Qt::CheckStateRole).toInt(),
             static_cast<int>(Qt::PartiallyChecked));
    proxy.setTickedOnly(true);
    QCOMPARE(proxy.rowCount(), 0); // of what is searched for nothing is ticked
    functions.setNames({"do_vfs_read", "vfs_read", "vfs_write", "ext4_sync [ext4]"});
    functions.setText(u"vfs_"_s);
    QCOMPARE(functions.rowCount(), 3);
    QCOMPARE(functions.nameOf(0), std::string("vfs_read")); // begins so
    functions.setText(u"*sync"_s);
    QCOMPARE(functions.rowCount(), 1);
    QCOMPARE(functions.nameOf(0), std::string("ext4_sync"));
}

void tst_recorddialog::aNewcomerPressesRecord()
{
    Scene scene;
    QSignalSpy spy(scene.dialog.get(), &RecordDialog::recordRequested);
    QVERIFY(scene.dialog->events()->searchField()->hasFocus());
    QCOMPARE(scene.dialog->templates()->currentItem()->text(), u"Scheduling"_s);
    QCOMPARE(scene.dialog->problemText(), QString());
    QTest::keyClick(scene.dialog->events()->searchField(), Qt::Key_Return);
    QCOMPARE(spy.count(), 1);
    const auto plan = qvariant_cast<capture::RecordingPlan>(spy.front().front());
    QCOMPARE(plan.output.string(), scene.folder.filePath(u"out.dat"_s).toStdString());
    QVERIFY(!plan.request.instances.front().events.empty());
    QVERIFY(!scene.dialog->isVisible());
}

void tst_recorddialog::tickingIsClicking()
{
    Scene scene;
    scene.clear();
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"Choose what"_s));
    scene.clickCheckBox("irq", "");
    QCOMPARE(scene.globs(), Globs{"irq:*"});
    scene.dialog->events()->tree()->expandAll();
    scene.clickCheckBox("irq", "softirq_raise");
    QCOMPARE(scene.globs(), (Globs{"irq:*", "!irq:softirq_raise"}));
    QVERIFY(scene.dialog->recordButton()->isEnabled());
}

void tst_recorddialog::whatIsTypedIsTicked()
{
    Scene scene;
    scene.clear();
    QLineEdit *search = scene.dialog->events()->searchField();
    QSignalSpy spy(scene.dialog.get(), &RecordDialog::recordRequested);
    for (const auto &text : {u"sched:*"_s, u"!sched_stat*"_s}) {
        scene.type(search, text);
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(search->text(), QString());
    }
    QCOMPARE(scene.globs(), (Globs{"sched:*", "!sched_stat*"}));
    // A part of a name that only one event has.
    scene.type(search, u"softirq_rai"_s);
    QTest::qWait(0);
    QTRY_COMPARE(scene.dialog->events()->tree()->model()->rowCount(), 1);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(scene.globs(), (Globs{"sched:*", "irq:softirq_raise", "!sched_stat*"}));
    QCOMPARE(spy.count(), 0);
    // The list below has them, and takes them away.
    QTreeWidget *rules = scene.dialog->events()->rules();
    QCOMPARE(rules->topLevelItemCount(), 3);
    rules->setCurrentItem(rules->topLevelItem(2));
    QTest::keyClick(rules, Qt::Key_Delete);
    QCOMPARE(scene.globs(), (Globs{"sched:*", "irq:softirq_raise"}));
    // Escape empties the field first, then closes.
    scene.type(search, u"x"_s);
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(scene.dialog->isVisible());
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(!scene.dialog->isVisible());
}

void tst_recorddialog::theTreeIsSearched()
{
    Scene scene;
    QTreeView *tree = scene.dialog->events()->tree();
    const int all = tree->model()->rowCount();
    scene.type(scene.dialog->events()->searchField(), u"sched:sched_w"_s);
    QTRY_COMPARE(tree->model()->rowCount(), 1);
    const QModelIndex system = tree->model()->index(0, 0);
    QVERIFY(tree->isExpanded(system));
    for (int row = 0; row < tree->model()->rowCount(system); ++row)
        QVERIFY(tree->model()->index(row, 0, system).data().toString().startsWith(u"sched_w"_s));
    scene.dialog->events()->searchField()->clear();
    QTRY_COMPARE(tree->model()->rowCount(), all);
}

void tst_recorddialog::filtersAreCompletedAndChecked()
{
    Scene scene;
    scene.clear();
    auto *events = scene.dialog->events();
    events->tree()->expandAll();
    scene.clickCheckBox("sched", "sched_switch");
    const auto *proxy = qobject_cast<QSortFilterProxyModel *>(events->tree()->model());
    events->tree()->setCurrentIndex(
        proxy->mapFromSource(events->model()->indexOf("sched", "sched_switch")));
    FilterField *field = events->filterField();
    scene.type(field, u"prev_pr"_s);
    QVERIFY(field->list()->isVisible());
    QCOMPARE(field->list()->model()->index(0, 0).data().toString(), u"prev_prio"_s);
    QTest::keyClick(field, Qt::Key_Tab);
    QTest::keyClicks(field, u"< 100"_s);
    QCOMPARE(scene.request().events.front().filter, std::string("prev_prio < 100"));
    QCOMPARE(scene.dialog->problemText(), QString());
    field->clear();
    scene.type(field, u"nonsense == 1"_s);
    QVERIFY(scene.dialog->problemText().contains(u"nonsense"_s));
    QVERIFY(field->isMarked());
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
}

void tst_recorddialog::kernelFiltersAreUnderstood_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("wrongAt"); // -1: it is right
    QTest::newRow("nothing") << u"  "_s << -1;
    QTest::newRow("number") << u"prev_prio < 100"_s << -1;
    QTest::newRow("bits") << u"prev_state & 0x1"_s << -1;
    QTest::newRow("glob") << u"prev_comm ~ \"rcu*\" || next_comm != 'a b'"_s << -1;
    QTest::newRow("nested") << u"!(prev_prio<1&&(next_prio>=2||common_pid==0))"_s << -1;
    QTest::newRow("negative") << u"prev_prio == -1"_s << -1;
    QTest::newRow("special") << u"cpu == 1 && comm == \"x\""_s << -1;
    QTest::newRow("no field") << u"prev_pri == 1"_s << 0;
    QTest::newRow("no operator") << u"prev_prio"_s << 9;
    QTest::newRow("no value") << u"prev_prio =="_s << 12;
    QTest::newRow("text is less") << u"prev_comm < \"a\""_s << 10;
    QTest::newRow("number is a glob") << u"prev_prio ~ 1"_s << 10;
    QTest::newRow("bare text") << u"prev_comm == bash"_s << 13;
    QTest::newRow("open quote") << u"prev_comm == \"bash"_s << 13;
    QTest::newRow("open parenthesis") << u"(prev_prio == 1"_s << 15;
    QTest::newRow("too many") << u"prev_prio == 1)"_s << 14;
    QTest::newRow("two in a row") << u"prev_prio == 1 prev_prio == 2"_s << 15;
    QTest::newRow("not of ours") << u"prev_prio in {1}"_s << 10;
}

void tst_recorddialog::kernelFiltersAreUnderstood()
{
    QFETCH(QString, text);
    QFETCH(int, wrongAt);
    const auto fields = fieldsOf(reportOf(u"capabilities.json"_s), "sched:sched_switch");
    QVERIFY(fields.size() >= 8);
    const auto error = checkKernelFilter(text.toStdString(), fields);
    QCOMPARE(error ? static_cast<int>(error->range.begin) : -1, wrongAt);
    // No place in a text makes the completion stumble.
    for (int cursor = 0; cursor <= text.size(); ++cursor)
        QVERIFY(completeKernelFilter(text.toStdString(), static_cast<std::size_t>(cursor), fields)
                    .size()
                <= 64);
}

void tst_recorddialog::triggersBelongToTheirEvent()
{
    Scene scene;
    scene.clear();
    auto *events = scene.dialog->events();
    scene.clickCheckBox("sched", "");
    const auto *proxy = qobject_cast<QSortFilterProxyModel *>(events->tree()->model());
    events->tree()->setCurrentIndex(
        proxy->mapFromSource(events->model()->indexOf("sched", "sched_switch")));
    scene.type(events->triggerField(), u"stacktrace; traceoff if prev_prio < 10"_s);
    QCOMPARE(scene.request().events.size(), 2U);
    QCOMPARE(scene.request().events.back().match, std::string("sched:sched_switch"));
    QCOMPARE(scene.request().events.back().triggers,
             (Globs{"stacktrace", "traceoff if prev_prio < 10"}));
}

void tst_recorddialog::aCommandIsAskedFor()
{
    Scene scene;
    scene.dialog->templates()->setCurrentRow(2);
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"command"_s));
    QLineEdit *command = scene.dialog->how()->commandField();
    QVERIFY(command->isVisible());
    scene.type(command, u"ls 'a b'"_s);
    QCOMPARE(scene.dialog->record().plan().command->words, (Globs{"ls", "a b"}));
    QVERIFY(scene.request().command);
    QVERIFY(scene.dialog->commandText().endsWith(u" ls 'a b'"_s));
    QVERIFY(scene.dialog->recordButton()->isEnabled());
}

void tst_recorddialog::howIsWrittenIntoTheCommand()
{
    Scene scene;
    auto *how = scene.dialog->how();
    scene.type(how->findChild<QLineEdit *>(u"cpus"_s), u"0-1"_s);
    QTest::mouseClick(how->findChild<QCheckBox *>(u"kernelStacks"_s), Qt::LeftButton, {}, {8, 8});
    auto *keep = how->findChild<QComboBox *>(u"keep"_s);
    keep->setCurrentIndex(1);
    Q_EMIT keep->activated(1);
    const QString text = scene.dialog->commandText();
    for (const auto &part : {u" -M 3 "_s, u" -T "_s, u" --ring 10s "_s})
        QVERIFY2(text.contains(part), qPrintable(text));
    scene.type(how->findChild<QLineEdit *>(u"cpus"_s), u"x"_s);
    QVERIFY(how->findChild<QLineEdit *>(u"cpus"_s)->property("wrong").toBool());
    // It is not left out: nothing is recorded until it makes sense.
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"0-3,7"_s));
    scene.dialog->templates()->setFocus();
    scene.dialog->templates()->setCurrentRow(1);
    QVERIFY(!how->findChild<QLineEdit *>(u"cpus"_s)->property("wrong").toBool());
    QVERIFY(scene.dialog->recordButton()->isEnabled());

    auto *tasks = how->findChild<QComboBox *>(u"tasks"_s);
    tasks->setCurrentIndex(2);
    Q_EMIT tasks->activated(2);
    auto *pids = how->findChild<QLineEdit *>(u"pids"_s);
    QVERIFY(pids->isVisible() && !scene.dialog->recordButton()->isEnabled());
    scene.type(pids, u"12x"_s);
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QCOMPARE(pids->text(), u"12x"_s);
    pids->clear();
    scene.type(pids, u"1234"_s);
    QVERIFY2(scene.dialog->recordButton()->isEnabled(), qPrintable(scene.dialog->problemText()));
    QCOMPARE(scene.request().pids, std::vector<Pid>{1234});
    // A template is of the whole machine, and says so.
    scene.dialog->templates()->setFocus();
    scene.dialog->templates()->setCurrentRow(0);
    QVERIFY(scene.request().pids.empty());
    QCOMPARE(tasks->currentIndex(), 0);
}

void tst_recorddialog::theCommandIsCopied()
{
    Scene scene;
    QTest::mouseClick(scene.dialog->findChild<QPushButton *>(u"copyCommand"_s), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(),
             QString::fromStdString(capture::recordCommandText(scene.dialog->record().plan())));
    QTest::mouseClick(scene.dialog->findChild<QToolButton *>(u"asTraceCmd"_s), Qt::LeftButton);
    QVERIFY(scene.dialog->commandText().startsWith(u"sudo trace-cmd record -e "_s));
}

void tst_recorddialog::whatThisKernelCannotIsGreyWithItsReason()
{
    Scene scene;
    QComboBox *tracers = scene.dialog->tracer()->tracerBox();
    const int graph = tracers->findData(u"function_graph"_s);
    QVERIFY(graph >= 0);
    const auto *items = qobject_cast<QStandardItemModel *>(tracers->model());
    QVERIFY(!items->item(graph)->isEnabled());
    const QString reason = tracers->itemData(graph, Qt::ToolTipRole).toString();
    QVERIFY2(reason.contains(u"CONFIG_FUNCTION_GRAPH_TRACER"_s), qPrintable(reason));
    QCOMPARE(reason, scene.dialog->record().whyNot("function_graph"));
    QVERIFY(items->item(tracers->findData(u"blk"_s))->isEnabled());
    QVERIFY(!scene.dialog->tracer()->graphField()->isEnabled());
    QVERIFY(!scene.dialog->tracer()->graphField()->toolTip().isEmpty());
    // A template of it is there, and says why it does not work.
    scene.dialog->templates()->setCurrentRow(4);
    QVERIFY(scene.dialog->problemText().contains(u"CONFIG_FUNCTION_GRAPH_TRACER"_s));
    scene.dialog->setMachine(richReport());
    QVERIFY(items->item(tracers->findData(u"function_graph"_s))->isEnabled());
    QVERIFY(scene.dialog->tracer()->graphField()->isEnabled());
}

void tst_recorddialog::withoutRootItSaysSoBefore()
{
    Scene scene(u"capabilities-user.json"_s);
    QVERIFY(scene.dialog->banner()->isVisible());
    QVERIFY(scene.dialog->banner()->text().contains(u"password"_s));
    QVERIFY(!scene.dialog->measureButton()->isEnabled());
    QSignalSpy asked(scene.dialog.get(), &RecordDialog::unlockRequested);
    Q_EMIT scene.dialog->banner()->actionTriggered();
    QCOMPARE(asked.count(), 1);
    // Globs are recorded all the same; the recorder will see which of them this kernel has.
    QVERIFY(scene.dialog->commandText().contains(u"--skip-missing"_s));
    QVERIFY(scene.dialog->recordButton()->isEnabled());
    scene.type(scene.dialog->events()->searchField(), u"kmem:*"_s);
    QTest::keyClick(scene.dialog->events()->searchField(), Qt::Key_Return);
    QCOMPARE(scene.globs().back(), std::string("kmem:*"));
    // So is what only root can see that the kernel has it.
    for (const char *name : {"pids", "instance", "kernelStacks", "addBuffer"}) {
        const auto *control = scene.dialog->findChild<QWidget *>(QString::fromLatin1(name));
        QVERIFY2(control != nullptr && control->isEnabled(), name);
    }
    scene.dialog->templates()->setCurrentRow(4); // function graph of…
    QVERIFY2(!scene.dialog->problemText().contains(u"root"_s),
             qPrintable(scene.dialog->problemText()));
    scene.type(scene.dialog->tracer()->graphField(), u"vfs_read"_s);
    QVERIFY(scene.dialog->recordButton()->isEnabled());
    // Each feature says that it needs root.
    QTreeWidget *features = scene.dialog->machine()->features();
    QVERIFY(features->topLevelItemCount() > 10);
    QVERIFY(features->topLevelItem(0)->text(2).contains(u"root"_s));
}

void tst_recorddialog::whatATemplateNamesAndThisKernelLacksIsTold()
{
    Scene scene;
    auto report = reportOf(u"capabilities.json"_s);
    report.capabilities.events.erase("task");
    scene.dialog->setMachine(report);
    const auto note = [&] {
        QString text;
        for (const QLabel *label : scene.dialog->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(u"left out"_s))
                text = label->text();
        }
        return text;
    };
    QVERIFY2(note().contains(u"no task:*"_s), qPrintable(note()));
    QVERIFY(!scene.dialog->commandText().contains(u"task:"_s));
    QVERIFY(!scene.dialog->commandText().contains(u"--skip-missing"_s));
    QVERIFY(scene.dialog->recordButton()->isEnabled());
    scene.dialog->templates()->setCurrentRow(2); // has them all
    QCOMPARE(note(), QString());
    scene.dialog->templates()->setCurrentRow(0);
    QVERIFY(!note().isEmpty());
}

void tst_recorddialog::functionsAreFoundAsOneTypes()
{
    Scene scene;
    scene.dialog->setMachine(richReport());
    QSignalSpy wanted(scene.dialog.get(), &RecordDialog::functionsRequested);
    scene.dialog->templates()->setCurrentRow(4);
    QCOMPARE(scene.dialog->tabs()->currentWidget(), scene.dialog->tracer());
    QVERIFY(wanted.count() >= 1);
    std::vector<std::string> names;
    for (int i = 0; i < 70'000; ++i)
        names.push_back("function_" + std::to_string(i));
    names.emplace_back("vfs_read");
    scene.dialog->setFunctions(names);
    QLineEdit *search = scene.dialog->tracer()->functionSearch();
    scene.type(search, u"vfs"_s);
    QTRY_COMPARE(scene.dialog->tracer()->functionList()->model()->rowCount(), 1);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(scene.request().graphFunctions, Globs{"vfs_read"});
    QCOMPARE(scene.dialog->tracer()->graphField()->text(), u"vfs_read"_s);
    QVERIFY(scene.dialog->commandText().contains(u"-p function_graph -g vfs_read"_s));
    QVERIFY(scene.dialog->recordButton()->isEnabled());
}

void tst_recorddialog::anEstimateIsAskedFor()
{
    Scene scene;
    QSignalSpy asked(scene.dialog.get(), &RecordDialog::measureRequested);
    QTest::mouseClick(scene.dialog->measureButton(), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    scene.dialog->setMeasured({{{"", 12345, 1'000'000, 0, 2048}}});
    QVERIFY2(scene.dialog->estimateText().contains(u"12,345 events/s"_s),
             qPrintable(scene.dialog->estimateText()));
    scene.clear(); // what was measured is of something else now
    QCOMPARE(scene.dialog->estimateText(), QString());
    scene.dialog->setMeasured({{{"", 12345, 1'000'000, 0, 2048}}}); // it comes late
    QCOMPARE(scene.dialog->estimateText(), QString());
    // What is only counted makes no events; a latency does.
    QVERIFY(!scene.dialog->measureButton()->isEnabled());
    const auto edit = [&](const auto &change) { scene.dialog->record().editInstance(change); };
    edit([](capture::InstanceRequest &instance) {
        instance.histograms.push_back({"sched:sched_switch", "hist:keys=next_pid"});
    });
    QVERIFY(!scene.dialog->measureButton()->isEnabled());
    QVERIFY(!scene.dialog->measureButton()->toolTip().isEmpty());
    edit([](capture::InstanceRequest &instance) {
        instance.latencies.emplace_back(
            "w=sched:sched_waking(pid) -> sched:sched_switch(next_pid)");
    });
    QVERIFY(scene.dialog->measureButton()->isEnabled());
}

void tst_recorddialog::resettingIsConfirmed()
{
    Scene scene;
    auto report = reportOf(u"capabilities.json"_s);
    report.capabilities.enabled = {{"events:sched", "5 events of sched are enabled."},
                                   {"tracing_on", "Tracing is switched off."}};
    scene.dialog->setMachine(report);
    auto *page = scene.dialog->machine();
    scene.dialog->tabs()->setCurrentWidget(page);
    QCOMPARE(page->enabledList()->topLevelItemCount(), 2);
    QVERIFY(!page->resetButton()->isEnabled());
    page->enabledList()->topLevelItem(0)->setCheckState(0, Qt::Checked);
    QSignalSpy reset(scene.dialog.get(), &RecordDialog::resetRequested);
    QTest::mouseClick(page->resetButton(), Qt::LeftButton);
    QCOMPARE(reset.count(), 0);
    auto *question = scene.dialog->findChild<QMessageBox *>(u"confirmReset"_s);
    QVERIFY(question != nullptr);
    QVERIFY(question->informativeText().contains(u"5 events of sched"_s));
    QTest::mouseClick(question->findChild<QPushButton *>(u"confirm"_s), Qt::LeftButton);
    QCOMPARE(reset.count(), 1);
    QCOMPARE(reset.front().front().toStringList(), QStringList{u"events:sched"_s});
}

void tst_recorddialog::templatesAreKept()
{
    const QTemporaryDir folder;
    SetupFiles files(folder.filePath(u"setups"_s));
    QVERIFY(files.all().empty());
    auto plan = RecordModel().plan();
    plan.request.instances.front().events = {{"irq:*", "", {}, false}};
    QVERIFY(files.save({"a/b ü", "", plan}));
    QCOMPARE(files.all().size(), 1U);
    QCOMPARE(files.all().front().name, std::string("a/b ü"));
    QFile broken(folder.filePath(u"setups/broken.json"_s));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{");
    broken.close();
    QCOMPARE(files.all().size(), 1U);
    QCOMPARE(files.problems().size(), 1);
    QVERIFY(files.problems().front().contains(u"broken.json"_s));
    files.remove(u"a/b ü"_s);
    QVERIFY(files.all().empty());
}

void tst_recorddialog::theLastOneComesBack()
{
    Scene scene;
    scene.clear();
    scene.type(scene.dialog->events()->searchField(), u"irq:*"_s);
    QTest::keyClick(scene.dialog->events()->searchField(), Qt::Key_Return);
    QTest::mouseClick(scene.dialog->recordButton(), Qt::LeftButton);
    RecordDialog again(scene.folder.filePath(u"setups"_s), scene.folder.filePath(u"new.dat"_s));
    QCOMPARE(again.record().instance().events.size(), 1U);
    QCOMPARE(again.record().instance().events.front().match, std::string("irq:*"));
    QCOMPARE(again.record().plan().output.filename().string(), std::string("new.dat"));
}

void tst_recorddialog::aFileIsNotReplacedUnasked()
{
    Scene scene;
    QFile file(scene.folder.filePath(u"there.dat"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    QLineEdit *field = scene.dialog->how()->fileField();
    field->clear();
    scene.type(field, file.fileName());
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"exists"_s));
    auto *replace = scene.dialog->how()->findChild<QCheckBox *>(u"replace"_s);
    QVERIFY(replace->isVisibleTo(scene.dialog.get()));
    replace->click();
    QVERIFY(scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->commandText().contains(u"--force"_s));
}

QTEST_MAIN(tst_recorddialog)
#include "tst_recorddialog.moc"
