// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/filterbar/filterlibrary.h"
#include "widgets/lists/showlistdelegate.h"

#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

std::ptrdiff_t cpuLanes(TimelineWidget &timeline)
{
    return std::ranges::count_if(timeline.scene().layout.rows(), &LaneRow::isCpu);
}

struct FilterScene : AppScene
{
    using AppScene::AppScene;
    FilterBar *bar = window.filterBar();
    FilterField *field = bar->field();

    void openBasic()
    {
        open(Home::dataFile(u"sched-basic.dat"_s));
        table()->setFocus();
    }
    void apply(const QString &text)
    {
        field->setFocus();
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
        settle();
    }
    /// The menu over a row of the table, shown.
    QMenu *rowMenu(Row row)
    {
        const QPoint at = table()->rowRect(row).center();
        QTest::mouseClick(table()->viewport(), Qt::RightButton, {}, at);
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, table()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(table()->viewport(), &event);
        return qobject_cast<QMenu *>(QApplication::activePopupWidget());
    }
};

/// The entry that begins so; null if there is none.
QAction *entry(const QMenu *menu, const QString &text)
{
    for (QAction *action : menu->actions()) {
        if (action->text().startsWith(text))
            return action;
    }
    return nullptr;
}

} // namespace

/// Lists, menus and saved filters, all of one expression, in the real window.
class tst_Filters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aBoxThatIsClickedIsSeenInTheBarAndEditedThere()
    {
        FilterScene scene;
        scene.openBasic();
        scene.apply(u"prev_prio < 130"_s);
        scene.window.workspace()->showList(ShowListModel::Kind::Cpus);
        ShowList *cpus = scene.window.workspace()->list(ShowListModel::Kind::Cpus);
        scene.settle();
        const QModelIndex first = cpus->list()->model()->index(0, 0);
        cpus->list()->setCurrentIndex(first);
        QTest::keyClick(cpus->list(), Qt::Key_Space);
        scene.settle();
        const int cpu = first.data(ShowListModel::KeyRole).toInt();
        QCOMPARE(scene.field->text(), u"cpu not in {%1} && prev_prio < 130"_s.arg(cpu));
        QVERIFY(!scene.view().filter().showsCpu(static_cast<CpuId>(cpu)));
        // The lane is gone although the switch for the timeline is off.
        QVERIFY(!scene.view().filterUse().timeline);
        QCOMPARE(cpuLanes(*scene.timeline()), 1);
        scene.apply(u"prev_prio < 130"_s);
        QCOMPARE(first.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QCOMPARE(cpuLanes(*scene.timeline()), 2);
    }

    void aRowsMenuHidesShowsAndAddsItsFields()
    {
        FilterScene scene;
        scene.openBasic();
        scene.apply(u"sched_waking"_s);
        QMenu *menu = scene.rowMenu(0);
        QVERIFY(menu);
        QMenu *terms = entry(menu, u"Add to filter"_s)->menu();
        Q_EMIT terms->aboutToShow();
        QVERIFY(entry(terms, u"event = sched_waking"_s));
        QVERIFY(entry(terms, u"cpu = "_s));
        // A field of that name means the running task elsewhere.
        QAction *comm = entry(terms, u"sched:sched_waking: comm = "_s);
        QVERIFY(comm);
        QAction *prio = entry(terms, u"prio = "_s);
        QVERIFY(prio);
        QCOMPARE(prio->menu()->actions().size(), 4);
        QAction *different = prio->menu()->actions().at(1);
        QVERIFY2(different->text().startsWith(u"and  prio != "_s), qPrintable(different->text()));
        const Row before = scene.table()->rowCount();
        different->trigger();
        scene.settle();
        QVERIFY2(scene.field->text().startsWith(u"sched_waking && prio != "_s),
                 qPrintable(scene.field->text()));
        QCOMPARE_LT(scene.table()->rowCount(), before);
        menu->close();
        menu = scene.rowMenu(0);
        entry(menu, u"Hide CPU"_s)->trigger();
        menu->close();
        scene.settle();
        QVERIFY2(scene.field->text().startsWith(u"cpu not in {"_s),
                 qPrintable(scene.field->text()));
        QVERIFY(scene.field->text().contains(u"} && sched_waking && prio != "_s));
    }

    void allTermsOfAnEventAreTrueOfIt()
    {
        FilterScene scene;
        scene.open(Home::dataFile(u"kmem.dat"_s));
        const auto &trace = scene.view().snapshot()->trace;
        for (const Row row : {Row{0}, Row{100}, Row{1000}, Row{2000}}) {
            const auto place = scene.view().rows().at(row);
            if (!place)
                continue;
            scene.view().setCurrentEvent(place);
            scene.settle();
            const auto details = scene.window.workspace()->details()->details();
            QVERIFY(details);
            for (const FilterTerm &term : termsOfEvent(*details, trace)) {
                scene.bar->apply(QString::fromStdString(term.equal()));
                scene.settle();
                QVERIFY2(scene.view().matches()->streams[place->stream].contains(place->event),
                         term.equal().c_str());
            }
            scene.bar->apply({});
        }
    }

    void orJoinsWhatIsAskedForAndLeavesTheLists()
    {
        FilterScene scene;
        scene.openBasic();
        scene.apply(u"cpu in {1} && sched_switch"_s);
        addCondition(scene.view(), "sched_waking", FilterJoin::Or);
        QCOMPARE(scene.view().expression(), u"cpu in {1} && (sched_switch || sched_waking)"_s);
    }

    void aFilterIsSavedUnderANameAndChosenByKeys()
    {
        const Home home;
        {
            FilterScene scene(home);
            scene.openBasic();
            scene.apply(u"event in {sched_switch} && cpu == 1"_s);
            scene.bar->askForName();
            auto *dialog = scene.window.findChild<QInputDialog *>(u"filterName"_s);
            QVERIFY(dialog);
            QTest::keyClicks(dialog->findChild<QLineEdit *>(), u"Switches = of one"_s);
            QTest::keyClick(dialog->findChild<QLineEdit *>(), Qt::Key_Return);
            scene.apply({});
            scene.window.close();
        }
        FilterScene again(home);
        again.openBasic();
        again.field->setFocus();
        QTest::keyClick(again.field, Qt::Key_Down, Qt::AltModifier);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QAction *saved = entry(menu, u"Switches - of one"_s);
        QVERIFY(saved && saved->isEnabled());
        menu->setActiveAction(saved);
        QTest::keyClick(menu, Qt::Key_Return);
        again.settle();
        QCOMPARE(again.view().expression(), u"event in {sched_switch} && cpu == 1"_s);
        QCOMPARE_GT(again.table()->rowCount(), Row{100});
    }

    void aFilterThatTheTraceDoesNotUnderstandSaysWhy()
    {
        FilterScene scene;
        scene.openBasic();
        NamedFilters filters;
        filters.save(u"net"_s, u"netif_rx: len > 100"_s);
        filters.save(u"switches"_s, u"sched_switch"_s);
        scene.bar->setFilters(&filters);
        scene.bar->openFiltersMenu();
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QAction *net = entry(menu, u"net"_s);
        QVERIFY(net && !net->isEnabled());
        QVERIFY2(net->text().contains(u"no event 'netif_rx'"_s), qPrintable(net->text()));
        QVERIFY(entry(menu, u"switches"_s)->isEnabled());
        menu->close();
        scene.bar->openLibrary();
        auto *library = scene.window.findChild<FilterLibrary *>();
        QVERIFY(library);
        library->table()->selectRow(1);
        library->table()->setFocus();
        Q_EMIT library->applied(filters.expression(1));
        scene.settle();
        QCOMPARE(scene.view().expression(), u"sched_switch"_s);
        library->close();
        scene.bar->setFilters(nullptr);
    }
};

QTEST_MAIN(tst_Filters)
#include "tst_filters.moc"
