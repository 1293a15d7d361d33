// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/callpane.h"
#include "app/probewindow/conditionpane.h"
#include "app/probewindow/placesmodel.h"
#include "app/probewindow/placespane.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probedialog.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probepreview.h"
#include "app/probewindow/probetext.h"
#include "app/probewindow/valuetreemodel.h"
#include "app/recordwindow/recorderlink.h"
#include "capture/machine.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr int kPatienceMs = 60'000;

const QString kProgram = QStringLiteral(THRESHER_PROBED_PROGRAM);

struct Scene
{
    RecorderLink link{{}};
    ProbeDialog dialog{link, {}};

    explicit Scene(QSize size = {1280, 720})
    {
        dialog.resize(size);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
    }
    void waitForList() const
    {
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.places()->isReading(), kPatienceMs);
    }
    /// Types a path, opens it, types a name, chooses it.
    void chooseFunction(const QString &name)
    {
        QTest::mouseClick(dialog.places()->kindButton(PlaceFolder::Kind::Program), Qt::LeftButton);
        waitForList();
        QLineEdit *search = dialog.places()->searchField();
        QVERIFY(search->hasFocus());
        QTest::keyClicks(search, kProgram);
        QTest::keyClick(search, Qt::Key_Return);
        waitForList();
        QVERIFY2(dialog.places()->noteText().isEmpty(), qPrintable(dialog.places()->noteText()));
        QTest::keyClicks(search, name);
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.isReading(), kPatienceMs);
    }
    [[nodiscard]] QStringList lines() const
    {
        QStringList lines;
        for (const auto &probe : dialog.lines()->probes()) {
            QString line = QString::fromStdString(probe.line);
            // Where the function is, is the compiler's matter.
            line.replace(QRegularExpression(u":0x[0-9a-f]+"_s), u":OFFSET"_s);
            line.replace(kProgram, u"PROGRAM"_s);
            if (!probe.filter.empty())
                line += u" IF "_s + QString::fromStdString(probe.filter);
            for (const auto &trigger : probe.triggers)
                line += u" ! "_s + QString::fromStdString(trigger);
            lines << line;
        }
        return lines;
    }
    void clickTick(const std::string &value) const
    {
        QTreeView *tree = dialog.call()->tree();
        const QModelIndex at = dialog.call()->values()->reveal(value);
        QVERIFY(at.isValid());
        for (QModelIndex above = at.parent(); above.isValid(); above = above.parent())
            tree->expand(above);
        tree->scrollTo(at);
        const QRect row = tree->visualRect(at);
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {},
                          {row.left() + 10, row.center().y()});
    }
};

} // namespace

/// The probe editor, as one uses it: no root is needed, nothing is recorded.
class tst_probedialog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { test::failOnWarnings(); }
    void beginsWithASearch();
    void fromNothingToLinesByKeys();
    void ticksAndConditionsByMouse();
    void editedLinesBecomeTicks();
    void linesThatNoTickSaysAreLeftAlone();
    void atALineOfSourceItHasNoReturn();
    void aLineOfSourceIsSearchedFor();
    void aSearchInVainLeavesTheList();
    void aViewsPlaceOpensThere();
    void tracepointsHaveTheirFields();
    void aKernelFunctionIsProbedByEitherMeans();
    void whatCannotBeReadIsSaid();
    void aRecorderThatDoesNotRunIsTold();
    void recentPlacesComeBack();
    void everythingIsNamedAndReached();
};

void tst_probedialog::initTestCase()
{
    applyTheme(ThemeChoice::Light);
}

void tst_probedialog::beginsWithASearch()
{
    Scene scene;
    QVERIFY(scene.dialog.places()->searchField()->hasFocus());
    QVERIFY(!scene.dialog.call()->nothingText().isEmpty());
    QVERIFY(!scene.dialog.actions()->recordButton()->isEnabled());
    QCOMPARE(scene.lines(), QStringList());
    scene.waitForList();
}

void tst_probedialog::fromNothingToLinesByKeys()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    ProbeDialog &dialog = scene.dialog;
    QVERIFY2(dialog.call()->nothingText().isEmpty(), qPrintable(dialog.call()->nothingText()));
    QVERIFY(dialog.call()->signatureText().contains(u"probed_sum(int64_t a, const char *text"_s));
    // The duration is what one wants without saying more.
    QCOMPARE(scene.lines(), (QStringList{u"p:probed_sum__entry PROGRAM:OFFSET"_s,
                                         u"r:probed_sum__return PROGRAM:OFFSET"_s}));
    QTreeView *tree = dialog.call()->tree();
    tree->setFocus();
    tree->setCurrentIndex(dialog.call()->values()->reveal("a"));
    QTest::keyClick(tree, Qt::Key_Space);
    QTest::keyClick(tree, Qt::Key_Down);
    QTest::keyClick(tree, Qt::Key_Space);
    QCOMPARE(scene.lines().front(),
             u"p:probed_sum__entry PROGRAM:OFFSET a=%di:s64 text=+0(%si):string"_s);
    // Another format, from the menu.
    QTest::keyClick(tree, Qt::Key_F2);
    auto *menu = dialog.findChild<QMenu *>(u"formatMenu"_s);
    QVERIFY(menu != nullptr);
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QCOMPARE(scene.lines().front(), u"p:probed_sum__entry PROGRAM:OFFSET a=%di:s64 text=%si:x64"_s);
    tree->setCurrentIndex(dialog.call()->values()->reveal("ret"));
    QTest::keyClick(tree, Qt::Key_Space);
    QCOMPARE(scene.lines().back(), u"r:probed_sum__return PROGRAM:OFFSET ret=$retval:s64"_s);
    dialog.call()->nameField()->setFocus();
    dialog.call()->nameField()->selectAll();
    QTest::keyClicks(dialog.call()->nameField(), u"my sum"_s); // Blanks are no part of names.
    QVERIFY(scene.lines().front().startsWith(u"p:mysum__entry"_s));
    QVERIFY(dialog.preview()->text() == u"time, a, text, ret, duration"_s);
}

void tst_probedialog::ticksAndConditionsByMouse()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    ProbeDialog &dialog = scene.dialog;
    scene.clickTick("b");
    QVERIFY(dialog.actions()->commandText().contains(u"--probe"_s));
    ConditionPane *condition = dialog.call()->condition();
    QTest::mouseClick(condition->andButton(), Qt::LeftButton);
    QTest::keyClicks(condition->valueField(0), u"-1"_s);
    QTest::mouseClick(dialog.call()->kernelStackBox(), Qt::LeftButton);
    QCOMPARE(scene.lines(),
             (QStringList{u"p:probed_sum__entry PROGRAM:OFFSET b=%dx:s32 IF b == -1 ! "
                          "stacktrace if b == -1"_s,
                          u"r:probed_sum__return PROGRAM:OFFSET"_s}));
    QTest::mouseClick(dialog.call()->countBox(), Qt::LeftButton);
    QCOMPARE(scene.lines(), QStringList(u"p:probed_sum__entry PROGRAM:OFFSET b=%dx:s32 ! "
                                        "hist:keys=common_pid.execname if b == -1"_s));
    QTest::mouseClick(dialog.call()->countBox(), Qt::LeftButton);
    QTest::mouseClick(dialog.call()->userStackBox(), Qt::LeftButton);
    QSignalSpy added(&dialog, &ProbeDialog::addRequested);
    QTest::mouseClick(dialog.actions()->addButton(), Qt::LeftButton);
    QCOMPARE(added.count(), 1);
    const auto request = added.front().front().value<capture::InstanceRequest>();
    QCOMPARE(request.probes.size(), 2U);
    QVERIFY(request.userStacks);
}

void tst_probedialog::editedLinesBecomeTicks()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    ProbeDialog &dialog = scene.dialog;
    ProbeText *text = dialog.lines()->text();
    text->setFocus();
    text->moveCursor(QTextCursor::Start);
    text->moveCursor(QTextCursor::EndOfBlock);
    QTest::keyClicks(text, u" count=%dx:u32"_s);
    QVERIFY(!dialog.call()->isEditedByHand());
    QVERIFY((dialog.call()->values()->values()
             == std::vector<capture::DraftValue>{{"b", "count", "u32"}}));
    // And the other way again: the name stays.
    scene.clickTick("a");
    QCOMPARE(scene.lines().front(),
             u"p:probed_sum__entry PROGRAM:OFFSET count=%dx:u32 a=%di:s64"_s);
}

void tst_probedialog::linesThatNoTickSaysAreLeftAlone()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    ProbeDialog &dialog = scene.dialog;
    scene.clickTick("a");
    ProbeText *text = dialog.lines()->text();
    text->setFocus();
    text->moveCursor(QTextCursor::Start);
    text->moveCursor(QTextCursor::EndOfBlock);
    QTest::keyClicks(text, u" top=$stack0:x64"_s);
    QVERIFY(dialog.call()->isEditedByHand());
    QVERIFY(!dialog.call()->tree()->isEnabled());
    QVERIFY(scene.lines().front().endsWith(u" top=$stack0:x64"_s));
    auto *back = dialog.call()->findChild<QPushButton *>(u"backToTicks"_s);
    QVERIFY(back->isVisible());
    QTest::mouseClick(back, Qt::LeftButton);
    QVERIFY(!dialog.call()->isEditedByHand());
    QCOMPARE(scene.lines().front(), u"p:probed_sum__entry PROGRAM:OFFSET a=%di:s64"_s);
}

void tst_probedialog::atALineOfSourceItHasNoReturn()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    ProbeDialog &dialog = scene.dialog;
    QComboBox *point = dialog.call()->pointBox();
    QVERIFY(point->isVisible());
    QVERIFY(point->count() > 1);
    QVERIFY(point->itemText(1).startsWith(u"probedprogram.cpp:"_s));
    point->setFocus();
    QTest::keyClick(point, Qt::Key_Down);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isReading(), kPatienceMs);
    QCOMPARE(scene.lines().size(), 1);
    QVERIFY2(scene.lines().front().startsWith(u"p:probed_sum_line"_s),
             qPrintable(scene.lines().front()));
    QCOMPARE(dialog.call()->values()->rowCount(), 1);
    QCOMPARE(point->currentIndex(), 1);
}

void tst_probedialog::aLineOfSourceIsSearchedFor()
{
    QFile source(QStringLiteral(THRESHER_PROBED_SOURCE));
    QVERIFY(source.open(QIODevice::ReadOnly));
    const auto texts = source.readAll().split('\n');
    const auto lineWith = [&](const char *text) {
        const auto at = std::find_if(texts.begin(), texts.end(),
                                     [&](const QByteArray &each) { return each.contains(text); });
        return static_cast<int>(at - texts.begin()) + 1;
    };
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    PlacesPane *places = scene.dialog.places();
    const QString functions = places->countText();
    const auto enter = [&](const QString &text) {
        places->searchField()->setFocus();
        places->searchField()->selectAll();
        QTest::keyClicks(places->searchField(), text);
        QTest::keyClick(places->searchField(), Qt::Key_Return);
        scene.waitForList();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    };
    const int line = lineWith("return a * 1000");
    enter(u"probedprogram.cpp:%1"_s.arg(line));
    QVERIFY2(places->noteText().isEmpty(), qPrintable(places->noteText()));
    QCOMPARE(places->countText(), u"1"_s);
    QVERIFY2(scene.lines().size() == 1
                 && scene.lines().front().startsWith(u"p:probed_sum_line%1"_s.arg(line)),
             qPrintable(scene.lines().join(u'\n')));
    QCOMPARE(scene.dialog.call()->pointBox()->currentText(), u"probedprogram.cpp:%1"_s.arg(line));
    // Of a line without code the next one is meant; behind the last there is none.
    enter(u"probedprogram.cpp:%1"_s.arg(lineWith("probed_sum(") - 1));
    QVERIFY2(scene.lines().front().contains(u"_line"_s), qPrintable(scene.lines().front()));
    enter(u"probedprogram.cpp:99999"_s);
    QVERIFY2(places->noteText().contains(u"probedprogram.cpp:99999"_s),
             qPrintable(places->noteText()));
    // And functions again.
    enter(u"probed_sum"_s);
    QCOMPARE(places->countText(), functions);
    QVERIFY(places->noteText().isEmpty());
    QCOMPARE(scene.lines().size(), 2);
}

/// A search for a line that ends in vain, before the functions were there, does not cost them.
void tst_probedialog::aSearchInVainLeavesTheList()
{
    Scene scene;
    PlacesPane *places = scene.dialog.places();
    QTest::mouseClick(places->kindButton(PlaceFolder::Kind::Program), Qt::LeftButton);
    scene.waitForList();
    QTest::keyClicks(places->searchField(), kProgram);
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    places->searchField()->setText(u"nobody.cpp:7"_s);
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    scene.waitForList();
    QVERIFY2(places->noteText().contains(u"nobody.cpp:7"_s), qPrintable(places->noteText()));
    QTest::keyClick(places->searchField(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(places->searchField(), u"probed_sum"_s);
    scene.waitForList();
    QCOMPARE(places->model()->foundCount(), std::size_t{1});
    QVERIFY(places->noteText().isEmpty());
    // Return belongs to the list that it was pressed for.
    QTest::keyClick(places->searchField(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(places->searchField(), u"nobody.cpp:8"_s);
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    QTest::mouseClick(places->kindButton(PlaceFolder::Kind::Process), Qt::LeftButton);
    scene.waitForList();
    QCOMPARE(places->folder().process, Pid{0});
    QVERIFY(!scene.dialog.call()->description());
}

void tst_probedialog::aViewsPlaceOpensThere()
{
    Scene scene;
    ProbePlace place;
    place.kind = ProbePlace::Kind::ProgramFunction;
    place.name = u"shape::Box::area"_s;
    place.program = kProgram;
    scene.dialog.choose(place);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    scene.waitForList();
    QVERIFY2(scene.dialog.call()->nothingText().isEmpty(),
             qPrintable(scene.dialog.call()->nothingText()));
    QCOMPARE(scene.lines().size(), 2);
    QCOMPARE(scene.dialog.places()->folder().program, kProgram.toStdString());
    // A member, by the object's address.
    scene.clickTick("this->width");
    QVERIFY2(scene.lines().front().endsWith(u" width=+0(%di):s32"_s),
             qPrintable(scene.lines().front()));
}

void tst_probedialog::tracepointsHaveTheirFields()
{
    Scene scene;
    capture::MachineReport report;
    report.capabilities.root = true;
    report.capabilities.events["sched"] = {"sched_switch"};
    report.formats["format:sched/sched_switch"]
        = "name: sched_switch\nID: 1\nformat:\n"
          "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
          "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
          "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n";
    scene.dialog.setMachine(report);
    QTest::mouseClick(scene.dialog.places()->kindButton(PlaceFolder::Kind::Tracepoint),
                      Qt::LeftButton);
    scene.waitForList();
    QCOMPARE(scene.dialog.places()->countText(), u"1"_s);
    QTest::keyClicks(scene.dialog.places()->searchField(), u"switch"_s);
    QTest::keyClick(scene.dialog.places()->searchField(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    scene.clickTick("prev_pid");
    scene.clickTick("prev_comm");
    QCOMPARE(scene.lines(), QStringList(u"e:sched_switch sched.sched_switch "
                                        "prev_pid=$prev_pid:s32 prev_comm=$prev_comm:string"_s));
    // The event itself is recorded without a probe, by the condition that was written.
    scene.dialog.call()->condition()->asTextButton()->click();
    scene.dialog.call()->condition()->textField()->setFocus();
    QTest::keyClicks(scene.dialog.call()->condition()->textField(), u"prev_pid > 9"_s);
    QSignalSpy added(&scene.dialog, &ProbeDialog::addRequested);
    QVERIFY(scene.dialog.call()->eventButton()->isVisible());
    QTest::mouseClick(scene.dialog.call()->eventButton(), Qt::LeftButton);
    QCOMPARE(added.count(), 1);
    const auto request = added.front().front().value<capture::InstanceRequest>();
    QVERIFY(request.probes.empty());
    QCOMPARE(request.events, (std::vector<capture::EventRequest>{
                                 {"sched:sched_switch", "prev_pid > 9", {}, false}}));
    QTest::keyClicks(scene.dialog.places()->searchField(), u"nothing"_s);
    QCOMPARE(scene.dialog.places()->countText(), u"0 of 1"_s);
}

/// Kprobes or fprobes, whichever the kernel has: what was ticked stays.
void tst_probedialog::aKernelFunctionIsProbedByEitherMeans()
{
    Scene scene;
    CallPane *call = scene.dialog.call();
    const auto report = [](bool hasFprobes) {
        capture::MachineReport machine;
        machine.capabilities.root = true;
        machine.capabilities.features = {
            {"kprobes", true, {}},
            {"fprobes", hasFprobes, hasFprobes ? "" : "This kernel was built without them."}};
        return machine;
    };
    scene.dialog.setMachine(report(false));
    scene.dialog.choose(ProbePlace{ProbePlace::Kind::KernelFunction, u"vfs_read"_s, {}, {}});
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    if (!call->description())
        QSKIP("This kernel tells nothing of its functions.");
    const std::string parameter = call->description()->subject.description.parameters[2].name;
    scene.clickTick(parameter);
    const QStringList byKprobe = scene.lines();
    QVERIFY2(byKprobe.front().startsWith(u"p:vfs_read__entry vfs_read "_s),
             qPrintable(byKprobe.front()));
    // What this kernel has not is there, and says why.
    const QModelIndex means = call->pointBox()->model()->index(1, 0);
    QVERIFY(!means.flags().testFlag(Qt::ItemIsEnabled));
    QCOMPARE(means.data(Qt::ToolTipRole).toString(), u"This kernel was built without them."_s);
    scene.dialog.setMachine(report(true));
    QVERIFY(means.flags().testFlag(Qt::ItemIsEnabled));
    QVERIFY(!means.data(Qt::ToolTipRole).toString().contains(u"without"_s));
    QCOMPARE(scene.lines(), byKprobe);
    call->pointBox()->setFocus();
    QTest::keyClick(call->pointBox(), Qt::Key_Down);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    QVERIFY(call->description());
    QVERIFY2(scene.lines().front().startsWith(u"f:vfs_read__entry vfs_read "_s)
                 && scene.lines().front().contains(u"=$arg3:"_s),
             qPrintable(scene.lines().front()));
    QCOMPARE(call->draft().values.front().value, parameter);
    QTest::keyClick(call->pointBox(), Qt::Key_Up);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    QCOMPARE(scene.lines(), byKprobe);
    // Lines of somebody's own are asked for before they go.
    scene.dialog.lines()->text()->setFocus();
    QTest::keyClick(scene.dialog.lines()->text(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(scene.dialog.lines()->text(), u"p:mine vfs_write"_s);
    call->pointBox()->setFocus();
    QTest::keyClick(call->pointBox(), Qt::Key_Down);
    auto *question = scene.dialog.findChild<QMessageBox *>(u"replaceLines"_s);
    QVERIFY(question);
    QTest::keyClick(question, Qt::Key_Escape);
    QCOMPARE(scene.lines(), QStringList(u"p:mine vfs_write"_s));
    QCOMPARE(call->pointBox()->currentIndex(), 0);
}

void tst_probedialog::whatCannotBeReadIsSaid()
{
    Scene scene;
    scene.dialog.choose(PlaceRef{
        PlaceRef::Kind::ProgramFunction, "f", {}, "/nonexistent/program", {}, 0, 0, false});
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    scene.waitForList();
    QVERIFY(scene.dialog.call()->nothingText().contains(u"/nonexistent/program"_s));
    QVERIFY(scene.dialog.places()->noteText().contains(u"/nonexistent/program"_s));
    QCOMPARE(scene.lines(), QStringList());
    scene.dialog.choose(PlaceRef{
        PlaceRef::Kind::ProgramFunction, "nobody", {}, kProgram.toStdString(), {}, 0, 0, false});
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    QVERIFY(scene.dialog.call()->nothingText().contains(u"nobody"_s));
    scene.waitForList();
}

/// Tracepoints are the recorder's to tell: an empty list says why.
void tst_probedialog::aRecorderThatDoesNotRunIsTold()
{
    capture::LaunchOptions how;
    how.privilege = capture::Privilege::Direct;
    how.recorder = "/nonexistent/thresher-recorder";
    RecorderLink link{how};
    ProbeDialog dialog{link, {}};
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    link.examine();
    QTest::mouseClick(dialog.places()->kindButton(PlaceFolder::Kind::Tracepoint), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(
        dialog.places()->noteText().contains(u"/nonexistent/thresher-recorder"_s), kPatienceMs);
    // Programs can be looked at all the same.
    QTest::mouseClick(dialog.places()->kindButton(PlaceFolder::Kind::Program), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.places()->isReading(), kPatienceMs);
    QVERIFY(dialog.places()->noteText().isEmpty());
}

void tst_probedialog::recentPlacesComeBack()
{
    RecentPlace recent;
    recent.place.kind = PlaceRef::Kind::ProgramFunction;
    recent.place.name = "probed_sum";
    recent.place.program = kProgram.toStdString();
    recent.values = QStringList{u"b"_s, u"ret"_s};
    QVERIFY(readRecentPlaces(writtenRecentPlaces({recent})) == std::vector{recent});
    QVERIFY(
        readRecentPlaces({u"{}"_s, u"nonsense"_s, u"{\"kind\":\"x\",\"name\":\"y\"}"_s}).empty());
    Scene scene;
    scene.dialog.setRecent({recent});
    QListWidget *list = scene.dialog.places()->recentList();
    QCOMPARE(list->count(), 1);
    QVERIFY(list->item(0)->text().endsWith(u":probed_sum  (b, ret)"_s));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualItemRect(list->item(0)).center());
    QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog.isReading(), kPatienceMs);
    scene.waitForList();
    QCOMPARE(scene.lines(),
             (QStringList{u"p:probed_sum__entry PROGRAM:OFFSET b=%dx:s32"_s,
                          u"r:probed_sum__return PROGRAM:OFFSET ret=$retval:s64"_s}));
    QSignalSpy changed(&scene.dialog, &ProbeDialog::recentChanged);
    scene.clickTick("a");
    QTest::mouseClick(scene.dialog.actions()->addButton(), Qt::LeftButton);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(scene.dialog.recent().size(), 2U); // One knows its address by now.
    QCOMPARE(scene.dialog.recent().front().values, (QStringList{u"b"_s, u"ret"_s, u"a"_s}));
}

void tst_probedialog::everythingIsNamedAndReached()
{
    Scene scene;
    scene.chooseFunction(u"probed_sum"_s);
    QSet<QWidget *> reached;
    scene.dialog.places()->searchField()->setFocus();
    for (int i = 0; i < 60; ++i) {
        QWidget *now = QApplication::focusWidget();
        QVERIFY(now != nullptr);
        reached.insert(now);
        QTest::keyClick(now, Qt::Key_Tab);
    }
    CallPane *call = scene.dialog.call();
    for (QWidget *wanted :
         {static_cast<QWidget *>(scene.dialog.places()->list()),
          static_cast<QWidget *>(call->tree()), static_cast<QWidget *>(call->nameField()),
          static_cast<QWidget *>(call->kernelStackBox()),
          static_cast<QWidget *>(scene.dialog.lines()->text()),
          static_cast<QWidget *>(scene.dialog.actions()->recordButton())})
        QVERIFY2(reached.contains(wanted), qPrintable(wanted->objectName()));
    for (QWidget *widget : std::as_const(reached)) {
        const auto *interface = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(interface != nullptr && !interface->text(QAccessible::Name).isEmpty(),
                 qPrintable(widget->objectName() + u' '
                            + QString::fromLatin1(widget->metaObject()->className())));
    }
}

QTEST_MAIN(tst_probedialog)
#include "tst_probedialog.moc"
