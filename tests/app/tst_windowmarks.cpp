// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/actionpalette.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/bookmarks/bookmarksview.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/statusbar/markertext.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QTabWidget>
#include <QTreeView>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

struct BasicScene : AppScene
{
    BasicScene()
    {
        open(Home::dataFile(u"sched-basic.dat"_s));
        QApplication::setActiveWindow(&window);
        table()->setFocus();
    }
    [[nodiscard]] TimeNs timeOf(Row row) { return view().rows().time(*view().rows().at(row)); }
    [[nodiscard]] TimeNs marker(Marker which) { return view().marks().marker(which).value_or(-1); }
    void key(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QWidget *focus = QApplication::focusWidget();
        QTest::keyClick(focus != nullptr ? focus : &window, static_cast<Qt::Key>(key), modifiers);
        settle();
    }
    [[nodiscard]] BookmarksView *bookmarks() const { return window.workspace()->bookmarks(); }
    [[nodiscard]] QStringList names()
    {
        QStringList names;
        for (const Bookmark &bookmark : view().marks().bookmarks())
            names += bookmark.name;
        return names;
    }
    [[nodiscard]] QString textOf(const char *action) const
    {
        return window.action(QString::fromLatin1(action))->text().remove(u'&');
    }
    ActionPalette *palette()
    {
        trigger("palette");
        return window.findChild<ActionPalette *>();
    }
};

} // namespace

class MarksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void keysMarkTheCurrentEventOfTheTable()
    {
        BasicScene scene;
        scene.table()->setCurrentRow(100);
        scene.settle();
        scene.key(Qt::Key_A, Qt::ShiftModifier);
        scene.table()->setCurrentRow(130);
        scene.settle();
        scene.key(Qt::Key_B, Qt::ShiftModifier);
        QCOMPARE(scene.marker(Marker::A), scene.timeOf(100));
        QCOMPARE(scene.marker(Marker::B), scene.timeOf(130));
        QVERIFY(markerText(scene.view()).contains(u"Δ"_s));
        QCOMPARE(scene.table()->marks().empty(), false);
        scene.key(Qt::Key_Z, Qt::ShiftModifier);
        QVERIFY(scene.view().visibleRange() == (TimeRange{scene.timeOf(100), scene.timeOf(130)}));
        scene.trigger("selectMarkers");
        QVERIFY(scene.view().selectedRange() == (TimeRange{scene.timeOf(100), scene.timeOf(130)}));
        scene.view().setVisibleRange(
            {scene.timeOf(5000), scene.timeOf(5000) + (scene.timeOf(130) - scene.timeOf(100))});
        scene.key(Qt::Key_A, Qt::AltModifier);
        QVERIFY(scene.view().visibleRange().contains(scene.timeOf(100)));
        scene.key(Qt::Key_C, Qt::ShiftModifier);
        QVERIFY(scene.view().marks().isEmpty());
        QVERIFY(!scene.window.action(u"gotoA"_s)->isEnabled());
    }

    void withoutACurrentEventTheMiddleIsMarked()
    {
        BasicScene scene;
        scene.view().setCurrentEvent(std::nullopt);
        scene.settle();
        scene.trigger("setA");
        const TimeRange visible = scene.view().visibleRange();
        QCOMPARE(scene.marker(Marker::A), visible.begin + visible.duration() / 2);
    }

    void aDoubleClickOnTheTimelineIsUndoneByName()
    {
        BasicScene scene;
        QWidget *lanes = scene.timeline()->viewport();
        const QPoint place(lanes->width() / 2, 70);
        QTest::mouseDClick(lanes, Qt::LeftButton, {}, place);
        scene.settle();
        QVERIFY(scene.marker(Marker::A) > 0);
        QCOMPARE(scene.textOf("undo"), u"Undo set marker A"_s);
        // Its flag lies above the place.
        const QPoint flag(place.x(), 14);
        QTest::mousePress(lanes, Qt::LeftButton, {}, flag);
        for (const int by : {20, 40, 60}) {
            QTest::mouseMove(lanes, flag + QPoint(by, 30));
            scene.settle();
        }
        QTest::mouseRelease(lanes, Qt::LeftButton, {}, flag + QPoint(60, 30));
        scene.settle();
        QCOMPARE(scene.textOf("undo"), u"Undo move marker A"_s);
        const TimeNs moved = scene.marker(Marker::A);
        scene.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(scene.marker(Marker::A) < moved);
        QCOMPARE(scene.textOf("redo"), u"Redo move marker A"_s);
        scene.key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(scene.marker(Marker::A), -1);
        QVERIFY(!scene.window.action(u"undo"_s)->isEnabled());
        scene.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        scene.key(Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(scene.marker(Marker::A), moved);
    }

    void aFilterIsUndoneAndItsFieldFollows()
    {
        BasicScene scene;
        scene.window.filterBar()->apply(u"event == sched_switch"_s);
        scene.settle();
        const Row rows = scene.table()->rowCount();
        scene.window.filterBar()->apply(u"event == sched_waking"_s);
        scene.settle();
        scene.table()->setFocus();
        scene.key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(scene.table()->rowCount(), rows);
        QCOMPARE(scene.window.filterBar()->field()->text(), u"event == sched_switch"_s);
        scene.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(scene.view().expression().isEmpty());
    }

    void aBookmarkIsAddedRenamedFoundAndDeletedByKeys()
    {
        BasicScene scene;
        scene.table()->setCurrentRow(200);
        scene.settle();
        scene.key(Qt::Key_B);
        QCOMPARE(scene.names().size(), 1);
        QVERIFY(scene.names().first().startsWith(scene.table()->text(200, 5)));
        scene.key(Qt::Key_F2);
        QCOMPARE(scene.window.workspace()->tabs()->currentWidget(), scene.bookmarks());
        auto *editor = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, u"late wakeup"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        scene.settle();
        QCOMPARE(scene.names(), QStringList{u"late wakeup"_s});
        QCOMPARE(scene.window.workspace()->tabs()->tabText(
                     scene.window.workspace()->tabs()->indexOf(scene.bookmarks())),
                 u"Bookmarks · 1"_s);
        scene.view().showAll();
        scene.view().zoom(0.01, scene.timeOf(40'000));
        scene.settle();
        scene.bookmarks()->list()->setFocus();
        scene.key(Qt::Key_Return);
        QVERIFY(scene.view().visibleRange().contains(scene.timeOf(200)));
        scene.key(Qt::Key_Delete);
        QVERIFY(scene.names().isEmpty());
        scene.key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(scene.names(), QStringList{u"late wakeup"_s});
    }

    void theListSortsAndADoubleClickGoesThere()
    {
        BasicScene scene;
        for (const auto &[row, name] :
             {std::pair{Row{300}, u"b"_s}, {Row{900}, u"a"_s}, {Row{600}, u"c"_s}}) {
            Bookmark bookmark;
            bookmark.time = scene.timeOf(row);
            bookmark.name = name;
            scene.view().addBookmark(bookmark);
        }
        scene.trigger("bookmarks");
        QTreeView *list = scene.bookmarks()->list();
        const auto shown = [list] {
            QStringList names;
            for (int row = 0; row < list->model()->rowCount(); ++row)
                names += list->model()->index(row, 0).data().toString();
            return names;
        };
        QCOMPARE(shown(), QStringList({u"b"_s, u"c"_s, u"a"_s}));
        list->sortByColumn(BookmarksModel::NameColumn, Qt::AscendingOrder);
        QCOMPARE(shown(), QStringList({u"a"_s, u"b"_s, u"c"_s}));
        scene.view().setVisibleRange({scene.timeOf(1), scene.timeOf(20)});
        scene.settle();
        const QPoint place = list->visualRect(list->model()->index(0, 0)).center();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, place);
        scene.settle();
        QVERIFY(scene.view().visibleRange().contains(scene.timeOf(900)));
        QVERIFY(!scene.bookmarks()->list()->indexWidget(list->currentIndex()));
        // And from one to the next, round and round.
        for (const Row row : {Row{300}, Row{600}, Row{900}}) {
            scene.key(Qt::Key_PageDown, Qt::AltModifier);
            QVERIFY(scene.view().visibleRange().contains(scene.timeOf(row)));
        }
        scene.key(Qt::Key_PageUp, Qt::AltModifier);
        QVERIFY(scene.view().visibleRange().contains(scene.timeOf(600)));
    }

    void theRowsMenuMarksItsMoment()
    {
        BasicScene scene;
        Q_EMIT scene.window.workspace()->events()->bookmarkRequested(scene.timeOf(77));
        scene.settle();
        QCOMPARE(scene.view().marks().bookmarks().first().time, scene.timeOf(77));
    }

    void everyActionIsFoundByItsWords()
    {
        BasicScene scene;
        ActionPalette *palette = scene.palette();
        QVERIFY(palette);
        const int all = palette->list()->model()->rowCount();
        QCOMPARE_GT(all, 40);
        QTest::keyClicks(palette->field(), u"marker set b"_s);
        QCOMPARE(palette->list()->model()->rowCount(), 1);
        QTest::keyClick(palette->field(), Qt::Key_Return);
        scene.settle();
        QVERIFY(scene.marker(Marker::B) > 0);
        QVERIFY(scene.marker(Marker::A) < 0);
        QTRY_VERIFY(!scene.window.findChild<ActionPalette *>());
    }

    void thePaletteListsWhatCannotBeDoneButDoesNotDoIt()
    {
        BasicScene scene;
        ActionPalette *palette = scene.palette();
        QTest::keyClicks(palette->field(), u"clear markers"_s);
        QCOMPARE(palette->list()->model()->rowCount(), 1);
        QVERIFY(!palette->list()->currentIndex().isValid());
        QTest::keyClick(palette->field(), Qt::Key_Return);
        QVERIFY(palette->isVisible());
        QTest::keyClick(palette->field(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(palette->field(), u"marker"_s);
        const QModelIndex first = palette->list()->currentIndex();
        QTest::keyClick(palette->field(), Qt::Key_Down);
        QVERIFY(palette->list()->currentIndex().row() > first.row());
        QTest::keyClick(palette->field(), Qt::Key_Escape);
        QTRY_VERIFY(!scene.window.findChild<ActionPalette *>());
        QVERIFY(scene.view().marks().isEmpty());
    }

    void withoutATraceNothingCanBeMarked()
    {
        AppScene scene;
        for (const char *name : {"setA", "setB", "addBookmark", "undo", "saveSession"})
            QVERIFY(!scene.window.action(QString::fromLatin1(name))->isEnabled());
    }
};

QTEST_MAIN(MarksTest)
#include "tst_windowmarks.moc"
