// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cut/cutdialog.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

struct CutDialogScene : AppScene
{
    CutDialogScene() { open(home.copyOf(u"sched-basic.dat"_s)); }

    CutDialog *ask()
    {
        trigger("cut");
        return window.findChild<CutDialog *>();
    }
    [[nodiscard]] QString part() const { return home.folder.filePath(u"part.dat"_s); }
};

template<typename Widget>
Widget *child(CutDialog *dialog, const QString &name)
{
    return dialog->findChild<Widget *>(name);
}

std::shared_ptr<const IndexSnapshot> indexOf(const QString &path)
{
    const auto trace = TraceFile::open(path.toStdString());
    if (!trace)
        return nullptr;
    Progress progress;
    const auto built = openIndex(*trace, {}, {}, progress, {});
    return built ? built->snapshot : nullptr;
}

void type(QLineEdit *field, const QString &text)
{
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
}

} // namespace

class tst_CutDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void withoutATraceThereIsNothingToCut()
    {
        AppScene scene;
        QVERIFY(!scene.window.action(u"cut"_s)->isEnabled());
    }

    void theShortcutCutsTheSelectedRange()
    {
        CutDialogScene scene;
        const auto whole = scene.view().traceRange();
        const TimeRange selected{whole.begin + whole.duration() / 4,
                                 whole.begin + whole.duration() / 2};
        scene.view().setSelectedRange(selected);
        scene.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&scene.window));
        QTest::keyClick(&scene.window, Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = scene.window.findChild<CutDialog *>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->request().range, selected);
        QVERIFY(dialog->path().endsWith(u"/sched-basic-part.dat"_s));
        const auto estimate = estimateCut(*scene.view().snapshot(), dialog->request());
        QVERIFY(child<QLabel>(dialog, u"estimate"_s)
                    ->text()
                    .startsWith(QLocale(QLocale::English).toString(qulonglong{estimate.events})));
        type(child<QLineEdit>(dialog, u"path"_s), scene.part());
        QSignalSpy saved(dialog, &CutDialog::saved);
        QTest::mouseClick(child<QPushButton>(dialog, u"save"_s), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 20'000);
        const auto part = indexOf(scene.part());
        QVERIFY(part);
        QCOMPARE(part->eventCount, estimate.events);
        QVERIFY(part->range.begin >= selected.begin && part->range.end <= selected.end);
        QTRY_VERIFY(scene.window.findChild<CutDialog *>() == nullptr);
        // What is open is what was open.
        QVERIFY(scene.window.session().path().endsWith(u"sched-basic.dat"_s));
    }

    void rangesAreThoseThatThereAre()
    {
        CutDialogScene scene;
        auto *dialog = scene.ask();
        auto *range = child<QComboBox>(dialog, u"range"_s);
        QCOMPARE(range->count(), 1);
        QCOMPARE(dialog->request().range, (TimeRange{kTimeMin, kTimeMax}));
        QVERIFY(!child<QComboBox>(dialog, u"events"_s)->isEnabled());
        dialog->reject();
        QTRY_VERIFY(scene.window.findChild<CutDialog *>() == nullptr);
        const auto whole = scene.view().traceRange();
        const TimeRange visible{whole.begin + whole.duration() / 3, whole.end};
        scene.view().setVisibleRange(visible);
        dialog = scene.ask();
        range = child<QComboBox>(dialog, u"range"_s);
        QCOMPARE(range->count(), 2);
        QCOMPARE(dialog->request().range, visible);
        range->setCurrentIndex(1);
        QCOMPARE(dialog->request().range, (TimeRange{kTimeMin, kTimeMax}));
    }

    void whatTheTableShowsCanBeCut()
    {
        CutDialogScene scene;
        scene.view().setExpression(u"sched_switch: next_pid == 0"_s);
        scene.settle();
        const auto shown = scene.view().rows().size();
        auto *dialog = scene.ask();
        auto *events = child<QComboBox>(dialog, u"events"_s);
        QVERIFY(events->isEnabled());
        QCOMPARE(events->currentIndex(), 1);
        type(child<QLineEdit>(dialog, u"path"_s), scene.part());
        QSignalSpy saved(dialog, &CutDialog::saved);
        child<QComboBox>(dialog, u"format"_s)->setCurrentIndex(3);
        QTest::keyClick(dialog, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 20'000);
        const auto part = indexOf(scene.part());
        QVERIFY(part);
        QCOMPARE(part->eventCount, shown);
        QCOMPARE(part->trace->metadata().version, 6);
    }

    void namesCanBeMadeUnreadable()
    {
        CutDialogScene scene;
        auto *dialog = scene.ask();
        QTest::mouseClick(child<QCheckBox>(dialog, u"names"_s), Qt::LeftButton, {}, {8, 8});
        QVERIFY(dialog->request().anonymise.names);
        QVERIFY(!dialog->request().anonymise.strings);
        type(child<QLineEdit>(dialog, u"path"_s), scene.part());
        QSignalSpy saved(dialog, &CutDialog::saved);
        QTest::mouseClick(child<QPushButton>(dialog, u"save"_s), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 20'000);
        const auto part = indexOf(scene.part());
        QVERIFY(part);
        for (const Task &task : part->tasks->all())
            QVERIFY2(!task.comm.starts_with("trace-cmd"), task.comm.c_str());
        // The choice is kept.
        QTRY_VERIFY(scene.window.findChild<CutDialog *>() == nullptr);
        QVERIFY(scene.ask()->request().anonymise.names);
    }

    void aFileThatIsThereIsSaid()
    {
        CutDialogScene scene;
        QFile file(scene.part());
        QVERIFY(file.open(QFile::WriteOnly));
        file.close();
        auto *dialog = scene.ask();
        auto *save = child<QPushButton>(dialog, u"save"_s);
        QCOMPARE(save->text(), u"Cut"_s);
        type(child<QLineEdit>(dialog, u"path"_s), scene.part());
        QCOMPARE(save->text(), u"Replace"_s);
        QVERIFY(!child<QLabel>(dialog, u"note"_s)->text().isEmpty());
        type(child<QLineEdit>(dialog, u"path"_s), u" "_s);
        QVERIFY(!save->isEnabled());
    }

    void whatFailsIsToldAndTheDialogStays()
    {
        CutDialogScene scene;
        auto *dialog = scene.ask();
        auto *note = child<QLabel>(dialog, u"note"_s);
        for (const auto &[path, why] :
             {std::pair{scene.window.session().path(), u"being read"_s},
              {scene.home.folder.filePath(u"no/folder/x.dat"_s), u"No such file"_s}}) {
            type(child<QLineEdit>(dialog, u"path"_s), path);
            QTest::mouseClick(child<QPushButton>(dialog, u"save"_s), Qt::LeftButton);
            QTRY_VERIFY_WITH_TIMEOUT(note->text().contains(why), 20'000);
            QVERIFY(dialog->isVisible());
            QVERIFY(child<QPushButton>(dialog, u"save"_s)->isEnabled());
            QCOMPARE(note->property("role").toString(), u"bad"_s);
        }
    }

    void cancelStopsTheJobAndThenCloses()
    {
        CutDialogScene scene;
        auto *dialog = scene.ask();
        type(child<QLineEdit>(dialog, u"path"_s), scene.part());
        QSignalSpy saved(dialog, &CutDialog::saved);
        QTest::mouseClick(child<QPushButton>(dialog, u"save"_s), Qt::LeftButton);
        QVERIFY(dialog->isWriting());
        QVERIFY(!child<QComboBox>(dialog, u"range"_s)->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(dialog->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(saved.size() == 1 || !dialog->isWriting(), 20'000);
        if (saved.isEmpty()) { // not too late
            QVERIFY(child<QLabel>(dialog, u"note"_s)->text().startsWith(u"Cancelled"_s));
            QVERIFY(!QFile::exists(scene.part()));
            QTest::keyClick(dialog, Qt::Key_Escape);
            QTRY_VERIFY(scene.window.findChild<CutDialog *>() == nullptr);
        }
    }

    void anIndexThatIsBeingBuiltHasToBeWaitedFor()
    {
        CutDialogScene scene;
        const auto complete = scene.view().snapshot();
        auto half = std::make_shared<IndexSnapshot>(*complete);
        half->isComplete = false;
        half->frontier = half->range.begin;
        half->id = newSnapshotId();
        scene.view().setSnapshot(half);
        auto *dialog = scene.ask();
        auto *save = child<QPushButton>(dialog, u"save"_s);
        QVERIFY(!save->isEnabled());
        QVERIFY(child<QLabel>(dialog, u"note"_s)->text().contains(u"still being read"_s));
        scene.view().setSnapshot(complete);
        QTRY_VERIFY(save->isEnabled());
    }
};

QTEST_MAIN(tst_CutDialog)
#include "tst_cutdialog.moc"
