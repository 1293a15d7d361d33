// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/numbertext.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/eventtable/columnchooser.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/lists/showlistdelegate.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTreeView>
#include <QTreeWidget>
#include <QWheelEvent>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

constexpr Row kBasicEvents = 49177; ///< Of sched-basic.dat, as trace-cmd counts.

struct BasicScene : AppScene
{
    BasicScene() { open(Home::dataFile(u"sched-basic.dat"_s)); }
};

} // namespace

class tst_MainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aTraceFillsTheWindow()
    {
        BasicScene scene;
        QCOMPARE(scene.table()->rowCount(), kBasicEvents);
        QCOMPARE(scene.window.status()->countsText(), u"49,177 events"_s);
        QVERIFY(scene.window.workspace()->isVisible());
        QVERIFY(scene.window.windowTitle().startsWith(u"sched-basic.dat"_s));
        QCOMPARE(scene.table()->text(0, 6), u"NR 1 = 1"_s);
        QCOMPARE(scene.window.workspace()->list(ShowListModel::Kind::Cpus)->title(), u"CPUs · 2"_s);
    }

    void aRowOfLossesLeadsFromOneToTheNext()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"lost-events.dat"_s));
        scene.window.workspace()->showDiagnostics();
        scene.settle();
        const DiagnosticsView *view = scene.window.workspace()->diagnostics();
        int row = 0;
        while (view->model().diagnostics()[static_cast<std::size_t>(row)].count < 2)
            ++row;
        const Diagnostic diagnostic = view->model().diagnostics()[static_cast<std::size_t>(row)];
        const auto lost = scene.view().snapshot()->streams[*diagnostic.stream].lost;
        QCOMPARE(diagnostic.count, lost.size());
        QCOMPARE(diagnostic.time->begin, lost.front().begin);
        for (std::size_t i = 0; i < lost.size() + 2; ++i) {
            Q_EMIT view->list()->activated(view->model().index(row, 0));
            scene.settle();
            const LostSpan &span = lost[i % lost.size()];
            const TimeRange shown = scene.view().visibleRange();
            QVERIFY(shown.contains(span.begin) && shown.contains(span.end - 1));
            QCOMPARE_LT(shown.duration(), 4 * std::max<DurationNs>(span.end - span.begin, 10'000));
        }
    }

    void anExpressionFiltersTheTableAndIsKept()
    {
        const Home home;
        {
            AppScene scene(home);
            scene.open(home.copyOf(u"sched-basic.dat"_s));
            QTest::keyClick(scene.table(), Qt::Key_Slash);
            FilterField *field = scene.window.filterBar()->field();
            QVERIFY(field->hasFocus());
            QTest::keyClicks(field, u"event == sched_switch && cpu == 1"_s);
            QTest::keyClick(field, Qt::Key_Escape);
            QTest::keyClick(field, Qt::Key_Return);
            scene.settle();
            const Row rows = scene.table()->rowCount();
            QCOMPARE_GT(rows, Row{1000});
            QCOMPARE_LT(rows, Row{3302}); // all of sched_switch
            for (const Row row : {Row{0}, rows / 2, rows - 1})
                QCOMPARE(scene.table()->text(row, 5), u"sched_switch"_s);
            QVERIFY(!scene.timeline()->scene().selection); // the timeline shows everything
            QVERIFY(scene.timeline()->scene().matches);
            QCOMPARE(scene.window.filterBar()->countText(),
                     u"✓ %1 of 49,177"_s.arg(groupedNumber(rows)));
            scene.view().setFilterUse({false, true, true});
            scene.settle();
            QCOMPARE(scene.table()->rowCount(), kBasicEvents);
            QCOMPARE(scene.timeline()->scene().selection->count, rows);
            scene.window.close();
        }
        AppScene again(home);
        again.open(home.copyOf(u"sched-basic.dat"_s));
        QCOMPARE(again.view().expression(), u"event == sched_switch && cpu == 1"_s);
        QCOMPARE(again.view().filterUse(), (FilterUse{false, true, true}));
        QCOMPARE(again.window.filterBar()->field()->text(), again.view().expression());
        again.trigger("showEverything");
        again.settle();
        QVERIFY(!again.view().matches() && !again.timeline()->scene().selection);
    }

    void matchesAreVisitedByKey()
    {
        BasicScene scene;
        scene.window.filterBar()->apply(u"sched_process_exec"_s);
        scene.settle();
        const RowOrder matches = scene.view().matchingRows();
        QCOMPARE_GT(matches.size(), Row{5});
        scene.view().setCurrentEvent(matches.at(0));
        scene.table()->setFocus();
        for (Row row = 1; row < matches.size(); ++row) {
            QTest::keyClick(scene.table(), Qt::Key_N);
            scene.settle();
            QCOMPARE(scene.view().currentEvent(), matches.at(row));
            QVERIFY(scene.view().visibleRange().contains(matches.time(*matches.at(row))));
        }
        QTest::keyClick(scene.table(), Qt::Key_N); // the last stays
        QCOMPARE(scene.view().currentEvent(), matches.at(matches.size() - 1));
        QTest::keyClick(scene.table(), Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(scene.view().currentEvent(), matches.at(matches.size() - 2));
    }

    void emptyTablesSayWhy()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"empty.dat"_s));
        QCOMPARE(scene.timeline()->overlay().emptyText, u"This recording holds no events."_s);
        QCOMPARE(scene.table()->emptyText(), u"This recording holds no events."_s);
        scene.open(Home::dataFile(u"one-cpu.dat"_s));
        QCOMPARE(scene.timeline()->overlay().emptyText, QString());
        ShowFilter filter;
        filter.hiddenCpus = {1};
        scene.view().setFilter(filter);
        scene.settle();
        QCOMPARE(scene.table()->rowCount(), Row{0});
        QVERIFY(scene.table()->emptyText().startsWith(u"All 8,723 events are hidden."_s));
    }

    void aDamagedFileIsSaidInTheStatusLine()
    {
        AppScene scene;
        const QString path = scene.home.copyOf(u"sched-basic.dat"_s);
        QVERIFY(QFile::resize(path, 300'000));
        scene.open(path);
        QVERIFY2(scene.window.status()->lossText().contains(u"damaged file"_s),
                 qPrintable(scene.window.status()->lossText()));
        QVERIFY(scene.window.status()->lossText().contains(u"1 lost span"_s));
    }

    void aRowThatIsClickedIsMarkedOnTheTimelineAndDescribed()
    {
        BasicScene scene;
        QTest::mouseClick(scene.table()->viewport(), Qt::LeftButton, {},
                          scene.table()->rowRect(1).center());
        scene.settle();
        const auto place = scene.view().currentEvent();
        QVERIFY(place);
        QCOMPARE(scene.view().rows().rowOf(*place), Row{1});
        const auto mark = scene.timeline()->overlay().current;
        QVERIFY(mark);
        QCOMPARE(mark->time, scene.view().rows().time(*place));
        QVERIFY2(scene.detailsText().contains(u"sys_enter"_s), qPrintable(scene.detailsText()));
        QVERIFY(scene.detailsText().contains(u"#2"_s));
    }

    void allKeysAreSeenAtOnceWhereTheScreenIsHighEnough()
    {
        BasicScene scene;
        scene.trigger("keys");
        auto *dialog = scene.window.findChild<QDialog *>(u"keysDialog"_s);
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->isVisible());
        const int screen = dialog->screen()->availableGeometry().height();
        QCOMPARE_LE(dialog->height(), screen);
        const auto *scroll = dialog->findChild<QScrollArea *>();
        if (dialog->height() < screen - 60)
            QCOMPARE(scroll->verticalScrollBar()->maximum(), 0);
        dialog->reject();
    }

    void menusNameTheKeysOfWhatTheFocusDoes()
    {
        const AppScene scene;
        QVERIFY(scene.window.action(u"copy"_s)->text().endsWith(u"\tCtrl+C"_s));
        QVERIFY(scene.window.action(u"copyLines"_s)->text().endsWith(u"\tCtrl+Shift+C"_s));
        QVERIFY(scene.window.action(u"zoomSelection"_s)->text().endsWith(u"\tZ"_s));
    }

    void aStacksFieldHoldsTheAddressesThatWereRecorded()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"stacktrace.dat"_s));
        const auto &details = scene.window.workspace()->details()->details();
        auto caller = std::vector<EventDetails::Field>::const_iterator{};
        const auto isShort = [&](Row row) {
            if (scene.table()->text(row, 5) != u"kernel_stack"_s)
                return false;
            scene.table()->setCurrentRow(row);
            scene.settle();
            caller = std::ranges::find(details->fields, "caller", &EventDetails::Field::name);
            return caller != details->fields.end() && details->payloadSize < caller->offset + 8 * 8;
        };
        Row row = 0;
        while (row < 1000 && !isShort(row))
            ++row;
        QVERIFY(row < 1000);
        QVERIFY(details->isInChunk);
        QCOMPARE(caller->offset + caller->size, details->payloadSize); // fewer than declared
        QVERIFY(caller->text.starts_with("{0xffffffff"));
        QVERIFY(scene.detailsText().contains(u"in the compressed chunk at byte"_s));
    }

    void aClickOnTheTimelineChoosesTheRow()
    {
        BasicScene scene;
        const auto &layout = scene.timeline()->scene();
        std::vector<LaneRow> cpus;
        std::ranges::copy_if(layout.layout.rows(), std::back_inserter(cpus), &LaneRow::isCpu);
        QCOMPARE(cpus.size(), std::size_t{2});
        const LaneRow &lane = cpus[1];
        const QPoint at(700, layout.topOf(lane) + lane.height / 2);
        QTest::mouseClick(scene.timeline()->viewport(), Qt::LeftButton, {}, at);
        scene.settle();
        const auto place = scene.view().currentEvent();
        QVERIFY(place);
        QCOMPARE(scene.view().snapshot()->trace->streams()[place->stream].cpu, lane.cpu);
        const auto row = scene.table()->currentRow();
        QVERIFY(row);
        QCOMPARE(scene.view().rows().at(*row), place);
        QVERIFY(!scene.table()->rowRect(*row).isEmpty());
    }

    void theWheelZoomsAndTheToolbarGoesBack()
    {
        BasicScene scene;
        const TimeRange all = scene.view().visibleRange();
        QWidget *viewport = scene.timeline()->viewport();
        const QPointF at(600, 80);
        for (int i = 0; i < 10; ++i) {
            QWheelEvent wheel(at, viewport->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(viewport, &wheel);
        }
        scene.settle();
        QCOMPARE_LT(scene.view().visibleRange().duration(), all.duration() / 2);
        // The table follows what is in view.
        QCOMPARE(scene.table()->topRow(),
                 std::min(scene.view().rows().lowerBound(scene.view().visibleRange().begin),
                          kBasicEvents - scene.table()->pageRows()));
        scene.trigger("fit");
        QCOMPARE(scene.view().visibleRange(), all);
        QVERIFY(scene.window.action(u"back"_s)->isEnabled());
        scene.trigger("back");
        QCOMPARE_LT(scene.view().visibleRange().duration(), all.duration() / 2);
    }

    void aTaskThatIsHiddenLeavesTableAndLanes()
    {
        BasicScene scene;
        const QImage before = scene.timeline()->viewport()->grab().toImage();
        ShowList *tasks = scene.window.workspace()->list(ShowListModel::Kind::Tasks);
        const QModelIndex first = tasks->proxy()->index(0, ShowListModel::NameColumn);
        const auto task = TaskId{first.data(ShowListModel::KeyRole).toUInt()};
        const QRect cell = tasks->list()->visualRect(first);
        QTest::mouseClick(tasks->list()->viewport(), Qt::LeftButton, {},
                          QPoint(cell.left() + 12, cell.center().y()));
        QTRY_VERIFY(scene.view().selection());
        scene.settle();
        const std::uint64_t hidden = scene.view().snapshot()->eventsPerTask[toIndex(task)];
        QCOMPARE_GT(hidden, std::uint64_t{0});
        QCOMPARE(scene.table()->rowCount(), kBasicEvents - hidden);
        QVERIFY(scene.window.status()->countsText().endsWith(u"of 49,177 events shown"_s));
        QVERIFY(scene.timeline()->viewport()->grab().toImage() != before);
        for (Row row = 0; row < scene.table()->rowCount(); row += 97) {
            RowData data;
            QVERIFY(scene.table()->rows()->rowAt(row, data));
            QVERIFY(data.task != task);
        }
        scene.trigger("showEverything");
        scene.settle();
        QCOMPARE(scene.table()->rowCount(), kBasicEvents);
        QVERIFY(scene.timeline()->viewport()->grab().toImage() == before);
    }

    void onlyOneEventLeavesExactlyItsRows()
    {
        BasicScene scene;
        scene.window.workspace()->showList(ShowListModel::Kind::Events);
        ShowList *events = scene.window.workspace()->list(ShowListModel::Kind::Events);
        events->proxy()->setSearch(u"sched_switch"_s);
        QCOMPARE(events->proxy()->rowCount(), 1);
        const QRect cell = events->list()->visualRect(
            events->proxy()->index(0, ShowListModel::CountColumn));
        QTest::mouseClick(events->list()->viewport(), Qt::LeftButton, {},
                          ShowListDelegate::onlyRect(cell).center());
        scene.settle();
        QCOMPARE(scene.table()->rowCount(), Row{3302});
        QCOMPARE(scene.table()->text(3301, 5), u"sched_switch"_s);
    }

    void columnsAreChosenAndCopied()
    {
        BasicScene scene;
        scene.trigger("columns");
        auto *chooser = scene.window.findChild<ColumnChooser *>();
        QVERIFY(chooser);
        const auto found = chooser->findChild<QTreeWidget *>()->findItems(
            u"prev_state"_s, Qt::MatchExactly | Qt::MatchRecursive);
        QCOMPARE(found.size(), 1);
        found.first()->setCheckState(0, Qt::Checked);
        chooser->close();
        const auto columns = scene.table()->columns();
        QCOMPARE(columns.size(), std::size_t{8});
        QCOMPARE(columns[6].id(), u"field:prev_state"_s);
        Row row = 0;
        while (scene.table()->text(row, 5) != u"sched_switch")
            ++row;
        QVERIFY(!scene.table()->text(row, 6).isEmpty());
        scene.table()->setCurrentRow(row);
        scene.table()->setFocus();
        QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains(u"\tprev_state\tInfo\n"_s));
        QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        const QString line = QApplication::clipboard()->text();
        // "       trace-cmd-27776 [001] ...1.  2481.274441: sched_switch:  trace-cmd:27776 …"
        QVERIFY2(line.contains(u"[001]"_s) && line.contains(u" sched_switch: "_s),
                 qPrintable(line));
    }

    void timesAreWrittenFromTheBeginIfWanted()
    {
        BasicScene scene;
        QVERIFY(scene.table()->text(0, 0).startsWith(u"2481."_s));
        scene.trigger("relative");
        QVERIFY(scene.table()->text(0, 0).startsWith(u"0."_s));
        QVERIFY(scene.window.action(u"relative"_s)->isChecked());
        scene.trigger("absolute");
        QVERIFY(scene.table()->text(0, 0).startsWith(u"2481."_s));
    }

    void lossesLeadToTheDiagnostics()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"lost-events.dat"_s));
        QVERIFY2(scene.window.status()->lossText().contains(u"lost spans"_s),
                 qPrintable(scene.window.status()->lossText()));
        Q_EMIT scene.window.status()->lossesClicked();
        QCOMPARE(scene.window.workspace()->tabs()->currentWidget(),
                 scene.window.workspace()->diagnostics());
        QCOMPARE_GT(scene.window.workspace()->diagnostics()->model().rowCount(), 0);
    }

    void everyRecordingOpens_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<quint64>("events");
        QTest::newRow("no event") << u"empty.dat"_s << quint64{0};
        QTest::newRow("ticks") << u"clock-tsc.dat"_s << quint64{14962};
        QTest::newRow("instances") << u"multi-buffer.dat"_s << quint64{50667};
        QTest::newRow("version 6") << u"v6.dat"_s << quint64{20712};
        QTest::newRow("stacks") << u"stacktrace.dat"_s << quint64{7893};
        QTest::newRow("one CPU") << u"one-cpu.dat"_s << quint64{8723};
        QTest::newRow("markers") << u"marker.dat"_s << quint64{2737};
    }
    void everyRecordingOpens()
    {
        QFETCH(QString, name);
        AppScene scene;
        scene.open(Home::dataFile(name));
        QCOMPARE(scene.window.banner()->text(), QString());
        QTEST(quint64{scene.table()->rowCount()}, "events");
        if (scene.table()->rowCount() > 0) {
            scene.table()->setCurrentRow(scene.table()->rowCount() - 1);
            scene.settle();
            QVERIFY(scene.window.workspace()->details()->details());
        }
        QVERIFY(!scene.window.grab().isNull());
        scene.trigger("relative");
        QVERIFY(!scene.window.grab().isNull());
        scene.trigger("close");
        QVERIFY(!scene.window.workspace()->isVisible());
        QCOMPARE(scene.table()->rowCount(), Row{0});
    }

    void aSmallWindowIsStillUsable()
    {
        BasicScene scene;
        QCOMPARE_LE(scene.window.minimumSizeHint().width(), 1280);
        QCOMPARE_LE(scene.window.minimumSizeHint().height(), 720);
        QCOMPARE(scene.window.size(), QSize(1280, 720));
        QCOMPARE_GE(scene.table()->pageRows(), Row{8});
        QCOMPARE_GE(scene.timeline()->height(), 120);
    }

    void panesAreHiddenAndShown()
    {
        BasicScene scene;
        scene.trigger("sidePane");
        QVERIFY(!scene.window.workspace()->isSidePaneShown());
        scene.trigger("bottomPane");
        QVERIFY(!scene.table()->isVisible());
        scene.trigger("goto"); // brings the table back
        QVERIFY(scene.table()->isVisible());
        scene.trigger("sidePane");
        QVERIFY(scene.window.workspace()->details()->isVisible());
    }

    void helpOpensAndCloses_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<QString>("dialog");
        QTest::newRow("keys") << QByteArray("keys") << u"keysDialog"_s;
        QTest::newRow("about") << QByteArray("about") << u"aboutDialog"_s;
    }
    void helpOpensAndCloses()
    {
        QFETCH(QByteArray, action);
        QFETCH(QString, dialog);
        AppScene scene;
        scene.trigger(action.constData());
        auto *shown = scene.window.findChild<QDialog *>(dialog);
        QVERIFY(shown != nullptr && shown->isVisible());
        QVERIFY(!shown->grab().isNull());
        QTest::keyClick(shown, Qt::Key_Escape);
        QTRY_VERIFY(scene.window.findChild<QDialog *>(dialog) == nullptr);
    }

    void coloursChangeAtOnceEverywhere()
    {
        BasicScene scene;
        const QColor light = scene.window.grab().toImage().pixelColor(3, 3);
        scene.trigger("dark");
        const QColor dark = scene.window.grab().toImage().pixelColor(3, 3);
        QCOMPARE_GT(light.lightness(), 200);
        QCOMPARE_LT(dark.lightness(), 60);
        QVERIFY(scene.window.workspace()->details()->grab().toImage().pixelColor(2, 2).lightness()
                < 60);
        scene.trigger("light");
        QCOMPARE(scene.window.grab().toImage().pixelColor(3, 3), light);
    }
};

QTEST_MAIN(tst_MainWindow)
#include "tst_mainwindow.moc"
