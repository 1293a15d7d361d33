// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/numbertext.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/findbar/findbar.h"

#include <QLineEdit>
#include <QTest>
#include <QToolButton>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

struct FindScene : AppScene
{
    FindBar *bar = window.findBar();

    FindScene()
    {
        open(Home::dataFile(u"sched-basic.dat"_s));
        table()->setFocus();
    }
    void find(const QString &text)
    {
        QTest::keyClick(window.focusWidget(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(bar->field()->hasFocus());
        bar->field()->clear();
        QTest::keyClicks(bar->field(), text);
        QTest::keyClick(bar->field(), Qt::Key_Return);
        settle();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(window.focusWidget(), key, modifiers);
        settle();
    }
};

} // namespace

/// Searching in the real window, by keys.
class tst_Find : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aTextIsFoundAndVisitedRoundAndRound()
    {
        FindScene scene;
        scene.view().setCurrentEvent(scene.view().rows().at(0));
        scene.find(u"sched_process_exec"_s);
        const RowOrder found = scene.view().foundRows();
        QCOMPARE_GT(found.size(), Row{5});
        QCOMPARE(scene.table()->rowCount(), Row{49'177}); // it hides nothing
        QCOMPARE(scene.view().currentEvent(), found.at(0));
        QCOMPARE(scene.bar->statusText(), u"1 of %1"_s.arg(groupedNumber(found.size())));
        scene.key(Qt::Key_F3);
        QCOMPARE(scene.view().currentEvent(), found.at(1));
        scene.key(Qt::Key_F3, Qt::ShiftModifier);
        scene.key(Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(scene.view().currentEvent(), found.at(found.size() - 1));
        QVERIFY2(scene.bar->statusText().endsWith(u"went on from the end"_s),
                 qPrintable(scene.bar->statusText()));
        scene.key(Qt::Key_Return);
        QCOMPARE(scene.view().currentEvent(), found.at(0));
        QVERIFY(scene.bar->statusText().endsWith(u"went on from the begin"_s));
        scene.table()->setFocus();
        scene.key(Qt::Key_N); // the same as F3
        QCOMPARE(scene.view().currentEvent(), found.at(1));
        QVERIFY(scene.timeline()->scene().found);
        QVERIFY(!scene.timeline()->scene().matches);
    }

    void whatTheFilterHidesIsCountedButNotVisited()
    {
        FindScene scene;
        scene.window.filterBar()->apply(u"cpu in {0} && event not in {sched_wakeup}"_s);
        scene.settle();
        scene.find(u"sched_w"_s);
        const std::uint64_t hidden = scene.view().found().all->count
                                     - scene.view().found().shown->count;
        QCOMPARE_GT(hidden, std::uint64_t{0});
        QCOMPARE_GT(scene.view().foundRows().size(), Row{0});
        QVERIFY2(scene.bar->statusText().contains(
                     u"%1 more hidden by the filter"_s.arg(groupedNumber(hidden))),
                 qPrintable(scene.bar->statusText()));
        const Row row = scene.view().rows().rowOf(*scene.view().currentEvent());
        QCOMPARE(scene.view().rows().at(row), scene.view().currentEvent());
        // The filter goes, and so does what it hid.
        scene.trigger("showEverything");
        scene.settle();
        QCOMPARE(scene.view().found().all->count, scene.view().found().shown->count);
        QVERIFY(!scene.bar->statusText().contains(u"hidden"_s));
        scene.window.filterBar()->apply(u"event in {sched_switch}"_s);
        scene.settle();
        QCOMPARE(scene.view().found().shown->count, std::uint64_t{0});
        QVERIFY(scene.bar->statusText().startsWith(u"Not found among what is shown"_s));
    }

    void whatIsNotThereIsSaidAndSoIsWhatIsWrong()
    {
        FindScene scene;
        scene.find(u"no such thing"_s);
        QCOMPARE(scene.bar->statusText(), u"Not found"_s);
        scene.bar->setText(u"a(b"_s, SearchKind::Regex);
        QVERIFY2(!scene.bar->statusText().isEmpty() && scene.view().search().isEmpty(),
                 qPrintable(scene.bar->statusText()));
        scene.bar->setText(u"shed_switch"_s, SearchKind::Expression);
        QVERIFY2(scene.bar->statusText().contains(u"did you mean 'sched_switch'"_s),
                 qPrintable(scene.bar->statusText()));
    }

    void eachKindFindsTheSame_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::newRow("text") << int(SearchKind::Text) << u"sched_process_exec"_s;
        QTest::newRow("glob") << int(SearchKind::Glob) << u"sched_?rocess_ex[a-e]c"_s;
        QTest::newRow("regex") << int(SearchKind::Regex) << u"^sched_process_exec$"_s;
        QTest::newRow("expression") << int(SearchKind::Expression) << u"sched_process_exec"_s;
    }
    void eachKindFindsTheSame()
    {
        QFETCH(int, kind);
        QFETCH(QString, text);
        FindScene scene;
        scene.key(Qt::Key_F, Qt::ControlModifier);
        scene.bar->setText(text, SearchKind(kind));
        scene.settle();
        const auto all = scene.view().snapshot()->trace->events().find("sched",
                                                                       "sched_process_exec");
        QCOMPARE(scene.view().found().all->count,
                 scene.view().snapshot()->eventsPerType[toIndex(all->id)]);
    }

    void escapeEndsItAndFThreeBeginsAnew()
    {
        FindScene scene;
        scene.find(u"sched_process_exec"_s);
        QVERIFY(scene.view().found().all);
        scene.key(Qt::Key_Escape);
        QVERIFY(scene.bar->isHidden());
        QVERIFY(scene.view().search().isEmpty() && !scene.view().found().all);
        QVERIFY(!scene.timeline()->scene().found);
        scene.key(Qt::Key_F3);
        QVERIFY(scene.bar->isVisible());
        QVERIFY(scene.view().found().all);
    }

    void aSearchThatIsStoppedKeepsWhatItFound()
    {
        FindScene scene;
        scene.find(u"sched_process_exec"_s);
        // Asked for again, and stopped at once.
        scene.bar->setText(u"prev_state"_s, SearchKind::Text);
        QCoreApplication::sendPostedEvents(&scene.view());
        if (!scene.window.session().searcher().isRunning())
            QSKIP("it was done at once");
        Q_EMIT scene.bar->cancelRequested();
        scene.settle();
        if (!scene.view().found().all || scene.view().found().all->decidedBefore != kTimeMax)
            QVERIFY(scene.bar->statusText().contains(u"stopped before the end"_s));
    }
};

QTEST_MAIN(tst_Find)
#include "tst_find.moc"
