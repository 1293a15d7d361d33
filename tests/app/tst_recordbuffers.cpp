// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/recordoptions.h"
#include "app/recordwindow/bufferbar.h"
#include "app/recordwindow/howpage.h"
#include "app/recordwindow/probespage.h"
#include "app/recordwindow/tracerpage.h"
#include "capture/commandtext.h"
#include "tests/app/recordscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

struct Scene : test::RecordScene
{
    using RecordScene::RecordScene;

    [[nodiscard]] BufferBar &bar() const { return *dialog->buffers(); }
    [[nodiscard]] const std::vector<capture::InstanceRequest> &instances() const
    {
        return dialog->record().plan().request.instances;
    }
    void add() const { QTest::mouseClick(bar().addButton(), Qt::LeftButton); }
    void remove() const { QTest::mouseClick(bar().removeButton(), Qt::LeftButton); }
    /// By keys, as in any list that folds out.
    void choose(const QString &title) const
    {
        QComboBox *choice = bar().choice();
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Home);
        for (int i = 0; i < choice->count() && choice->currentText() != title; ++i)
            QTest::keyClick(choice, Qt::Key_Down);
        QCOMPARE(choice->currentText(), title);
    }
    void tick(const QString &glob) const
    {
        type(dialog->events()->searchField(), glob);
        QTest::keyClick(dialog->events()->searchField(), Qt::Key_Return);
    }
    template<typename T>
    [[nodiscard]] T *part(const QString &name) const
    {
        return dialog->findChild<T *>(name);
    }
    [[nodiscard]] bool isSeen(const QWidget *widget) const
    {
        return widget->isVisibleTo(dialog.get());
    }
};

bool isEnabled(const QComboBox &box, const QString &data)
{
    const auto *items = qobject_cast<const QStandardItemModel *>(box.model());
    return items->item(box.findData(data))->isEnabled();
}

} // namespace

/// Several buffers (instances) in the Record window, by mouse and keys.
class tst_recordbuffers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void oneBufferIsNoMoreThanAButton();
    void eachBufferHasEventsAndSizesOfItsOwn();
    void aNewOneHasClockAndTasksOfTheOther();
    void theCommandSaysAllOfThem();
    void removingLeavesTheOthers();
    void namesAreGivenOnce();
    void eachOneHasToRecordSomething();
    void theCommandIsOfAll();
    void whatTheKernelHasOnceIsGreyInTheOther();
    void clocksThatDifferAreTold();
    void templatesKeepAllOfThem();
    void aKernelWithoutInstancesSaysSo();
};

void tst_recordbuffers::oneBufferIsNoMoreThanAButton()
{
    const Scene scene;
    QVERIFY(scene.isSeen(scene.bar().addButton()));
    QVERIFY(!scene.isSeen(scene.bar().choice()));
    QVERIFY(!scene.isSeen(scene.bar().removeButton()));
    for (const QLabel *label : scene.dialog->how()->findChildren<QLabel *>())
        QVERIFY2(!label->text().contains(u"BUFFER"_s) || !scene.isSeen(label),
                 qPrintable(label->text()));
}

void tst_recordbuffers::eachBufferHasEventsAndSizesOfItsOwn()
{
    Scene scene;
    scene.clear();
    scene.tick(u"sched:*"_s);
    scene.add();
    QCOMPARE(scene.instances().size(), std::size_t{2});
    QVERIFY(scene.isSeen(scene.bar().choice()));
    QVERIFY(scene.globs().empty());
    QCOMPARE(scene.dialog->events()->rules()->topLevelItemCount(), 0);
    scene.tick(u"irq:*"_s);
    auto *size = scene.part<QSpinBox>(u"buffer"_s);
    size->setFocus();
    size->selectAll();
    QTest::keyClicks(size, u"4096"_s);
    QTest::keyClick(size, Qt::Key_Tab);
    auto *keep = scene.part<QComboBox>(u"keep"_s);
    keep->setFocus();
    QTest::keyClick(keep, Qt::Key_End); // what the buffers hold
    QCOMPARE(scene.instances()[1].bufferKb, 4096U);
    QCOMPARE(scene.instances()[1].mode, capture::BufferMode::Ring);
    QCOMPARE(scene.instances()[0].bufferKb, 0U);
    QCOMPARE(scene.instances()[0].mode, capture::BufferMode::Stream);
    scene.choose(u"main"_s);
    QCOMPARE(scene.globs(), std::vector<std::string>{"sched:*"});
    QCOMPARE(size->value(), 0);
    QCOMPARE(keep->currentIndex(), 0);
    // A filter is of its buffer, too.
    QTreeWidget *rules = scene.dialog->events()->rules();
    rules->setCurrentItem(rules->topLevelItem(0));
    scene.type(scene.dialog->events()->filterField(), u"common_pid > 1"_s);
    scene.choose(u"buffer2"_s);
    QCOMPARE(scene.dialog->events()->filterField()->text(), QString());
    QCOMPARE(scene.instances()[0].events.front().filter, std::string("common_pid > 1"));
    QCOMPARE(scene.instances()[1].events.front().filter, std::string());
}

void tst_recordbuffers::aNewOneHasClockAndTasksOfTheOther()
{
    Scene scene;
    scene.dialog->record().editInstance([](capture::InstanceRequest &request) {
        request.clock = "boot";
        request.pids = {17};
        request.children = true;
        request.cpus = {0};
        request.bufferKb = 77;
    });
    scene.add();
    const auto &added = scene.instances()[1];
    QCOMPARE(added.clock, std::string("boot"));
    QCOMPARE(added.pids, std::vector<Pid>{17});
    QVERIFY(added.children);
    QCOMPARE(added.cpus, std::vector<CpuId>{0});
    QCOMPARE(added.bufferKb, 0U);
    QCOMPARE(scene.part<QLineEdit>(u"pids"_s)->text(), u"17"_s);
    // Half a number in one is no trouble of the other.
    scene.type(scene.part<QLineEdit>(u"pids"_s), u" x"_s);
    QVERIFY(!scene.dialog->record().inputProblems().isEmpty());
    scene.choose(u"main"_s);
    QVERIFY(scene.dialog->record().inputProblems().isEmpty());
    QCOMPARE(scene.part<QLineEdit>(u"pids"_s)->text(), u"17"_s);
}

void tst_recordbuffers::theCommandSaysAllOfThem()
{
    Scene scene;
    scene.clear();
    scene.tick(u"sched:*"_s);
    scene.add();
    scene.tick(u"irq:*"_s);
    auto *name = scene.part<QLineEdit>(u"instance"_s);
    name->selectAll();
    QTest::mouseDClick(name, Qt::LeftButton);
    QTest::keyClicks(name, u"inter rupts"_s); // a blank is no letter of a name
    QCOMPARE(scene.instances()[1].name, std::string("interrupts"));
    QCOMPARE(scene.bar().choice()->currentText(), u"interrupts"_s);
    const QString command = scene.dialog->commandText();
    QVERIFY2(command.contains(u"-e 'sched:*' -B interrupts -e 'irq:*'"_s), qPrintable(command));
    // What the command records is what the window would.
    const auto words = capture::shellWords(command.toStdString());
    QVERIFY(words);
    const auto options = Options::parse(recordSpec(), {words->begin() + 2, words->end()});
    QVERIFY(options);
    const auto parsed = readRecordingPlan(*options, 4);
    QVERIFY(parsed);
    QCOMPARE(scene.dialog->problemText(), QString());
    QSignalSpy spy(scene.dialog.get(), &RecordDialog::recordRequested);
    QTest::mouseClick(scene.dialog->recordButton(), Qt::LeftButton);
    QCOMPARE(spy.count(), 1);
    const auto plan = qvariant_cast<capture::RecordingPlan>(spy.front().front());
    QCOMPARE(parsed->request.instances, plan.request.instances);
}

void tst_recordbuffers::removingLeavesTheOthers()
{
    Scene scene;
    scene.add();
    scene.tick(u"irq:*"_s);
    scene.add();
    scene.tick(u"timer:*"_s);
    QCOMPARE(scene.bar().choice()->currentText(), u"buffer3"_s);
    scene.choose(u"buffer2"_s);
    scene.remove();
    QCOMPARE(scene.instances().size(), std::size_t{2});
    QCOMPARE(scene.bar().choice()->currentText(), u"buffer3"_s);
    QCOMPARE(scene.globs(), std::vector<std::string>{"timer:*"});
    scene.add(); // a name that is free again
    QCOMPARE(scene.instances().back().name, std::string("buffer4"));
    scene.remove();
    scene.remove();
    QVERIFY(!scene.isSeen(scene.bar().choice()));
    QCOMPARE(scene.instances().size(), std::size_t{1});
    QVERIFY(scene.instances().front().name.empty());
}

void tst_recordbuffers::namesAreGivenOnce()
{
    Scene scene;
    scene.add();
    scene.tick(u"irq:*"_s);
    auto *name = scene.part<QLineEdit>(u"instance"_s);
    name->setFocus();
    name->selectAll();
    QTest::keyClick(name, Qt::Key_Delete);
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"name"_s));
    QTest::keyClicks(name, u"x"_s);
    QVERIFY(scene.dialog->recordButton()->isEnabled());
    scene.choose(u"main"_s);
    name->setFocus();
    QTest::keyClicks(name, u"x"_s);
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY(scene.dialog->problemText().contains(u"Two buffers are called x"_s));
}

void tst_recordbuffers::eachOneHasToRecordSomething()
{
    Scene scene;
    scene.add();
    QVERIFY(!scene.dialog->recordButton()->isEnabled());
    QVERIFY2(scene.dialog->problemText().startsWith(u"Buffer buffer2: "_s),
             qPrintable(scene.dialog->problemText()));
    scene.remove();
    QVERIFY(scene.dialog->recordButton()->isEnabled());
}

void tst_recordbuffers::theCommandIsOfAll()
{
    Scene scene;
    scene.add();
    scene.tick(u"irq:*"_s);
    auto *tasks = scene.dialog->how()->tasksBox();
    const auto chooseTasks = [&](Qt::Key key, int downs) {
        tasks->setFocus();
        QTest::keyClick(tasks, key);
        for (int i = 0; i < downs; ++i)
            QTest::keyClick(tasks, Qt::Key_Down);
    };
    scene.dialog->record().editInstance([](auto &request) { request.pids = {5}; });
    chooseTasks(Qt::Key_Home, 1);
    QTest::keyClicks(scene.dialog->how()->commandField(), u"true"_s);
    QVERIFY(scene.instances()[1].pids.empty());
    auto *own = scene.part<QCheckBox>(u"commandOnly"_s);
    own->click();
    QVERIFY(scene.instances()[1].command && !scene.instances()[0].command);
    scene.choose(u"main"_s);
    QCOMPARE(tasks->currentIndex(), 1);
    QCOMPARE(scene.dialog->how()->commandField()->text(), u"true"_s);
    QVERIFY(!own->isChecked());
    // Without a command no buffer can be of its events.
    chooseTasks(Qt::Key_Home, 0);
    QVERIFY(!scene.dialog->record().plan().command);
    QVERIFY(!scene.instances()[1].command && !scene.instances()[1].children);
}

void tst_recordbuffers::whatTheKernelHasOnceIsGreyInTheOther()
{
    Scene scene;
    auto report = test::richReport();
    std::erase_if(report.capabilities.tracers,
                  [](const auto &each) { return each.first == "blk"; });
    report.capabilities.tracers.emplace_back("blk", false);
    scene.dialog->setMachine(report);
    auto &tracers = *scene.dialog->tracer()->tracerBox();
    scene.dialog->tabs()->setCurrentWidget(scene.dialog->tracer());
    tracers.setFocus();
    QTest::keyClicks(&tracers, u"blk"_s);
    QCOMPARE(scene.request().tracer, std::string("blk"));
    scene.add();
    QVERIFY(!isEnabled(tracers, u"blk"_s));
    QVERIFY(tracers.itemData(tracers.findData(u"blk"_s), Qt::ToolTipRole)
                .toString()
                .contains(u"main"_s));
    QVERIFY(isEnabled(tracers, u"function_graph"_s));
    // What is set for the graph of one counts for all.
    scene.dialog->record().editInstance([](auto &request) { request.tracer = "function_graph"; });
    auto *depth = scene.part<QSpinBox>(u"depth"_s);
    QVERIFY(depth->isEnabled());
    QTest::keyClicks(scene.dialog->tracer()->graphField(), u"vfs_read"_s);
    depth->setFocus();
    QTest::keyClick(depth, Qt::Key_Up);
    scene.choose(u"main"_s);
    QVERIFY(isEnabled(tracers, u"blk"_s));
    scene.dialog->record().editInstance([](auto &request) { request.tracer = "function_graph"; });
    QVERIFY(!depth->isEnabled());
    QVERIFY(depth->toolTip().contains(u"buffer2"_s));
    QVERIFY(!scene.dialog->tracer()->graphField()->isEnabled());
    QVERIFY(scene.dialog->tracer()->graphField()->toolTip().contains(u"buffer2"_s));
}

void tst_recordbuffers::clocksThatDifferAreTold()
{
    Scene scene;
    scene.add();
    auto *note = scene.part<QLabel>(u"clockNote"_s);
    QVERIFY(!scene.isSeen(note));
    scene.dialog->record().editInstance([](auto &request) { request.clock = "boot"; });
    QVERIFY(scene.isSeen(note));
    QVERIFY(note->text().contains(u"main"_s));
}

void tst_recordbuffers::templatesKeepAllOfThem()
{
    Scene scene;
    scene.add();
    scene.tick(u"irq:*"_s);
    const auto before = scene.instances();
    QTimer::singleShot(0, &scene.bar(), [] {
        auto *input = qobject_cast<QInputDialog *>(QApplication::activeModalWidget());
        QVERIFY(input != nullptr);
        input->setTextValue(u"Both"_s);
        input->accept();
    });
    QTest::mouseClick(scene.part<QPushButton>(u"saveTemplate"_s), Qt::LeftButton);
    scene.dialog->templates()->setCurrentRow(1);
    QCOMPARE(scene.instances().size(), std::size_t{1});
    QVERIFY(!scene.isSeen(scene.bar().choice()));
    const auto items = scene.dialog->templates()->findItems(u"Both"_s, Qt::MatchExactly);
    QCOMPARE(items.size(), 1);
    scene.dialog->templates()->setCurrentItem(items.front());
    QCOMPARE(scene.instances(), before);
    QCOMPARE(scene.bar().choice()->currentText(), u"main"_s);
}

void tst_recordbuffers::aKernelWithoutInstancesSaysSo()
{
    Scene scene;
    auto report = test::richReport();
    for (auto &feature : report.capabilities.features) {
        if (feature.name == "instances")
            feature = {"instances", false, "This kernel has no instances."};
    }
    scene.dialog->setMachine(report);
    QVERIFY(!scene.bar().addButton()->isEnabled());
    QCOMPARE(scene.bar().addButton()->toolTip(), u"This kernel has no instances."_s);
}

QTEST_MAIN(tst_recordbuffers)
#include "tst_recordbuffers.moc"
