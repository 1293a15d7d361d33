// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/latencytables.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/latency/latencyview.h"
#include "widgets/plot/histogramplot.h"
#include "widgets/plot/timeplot.h"
#include "widgets/statistics/statisticsview.h"
#include "widgets/tables/choicebar.h"
#include "widgets/tables/datatableview.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTabWidget>

#include <numeric>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

struct Scene : AppScene
{
    explicit Scene(const QString &file = u"sched-basic.dat"_s) { open(Home::dataFile(file)); }

    [[nodiscard]] LatencyView *latency() const { return window.workspace()->latency(); }
    [[nodiscard]] StatisticsView *statistics() const { return window.workspace()->statistics(); }
    void choose(QWidget *tab)
    {
        QTabWidget *tabs = window.workspace()->tabs();
        QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {},
                          tabs->tabBar()->tabRect(tabs->indexOf(tab)).center());
        measured();
    }
    void measured()
    {
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(latency()->isSettled() && statistics()->isSettled(), 20'000);
    }
};

/// As a user would with the keys.
void chooseItem(QComboBox *box, int item)
{
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Home);
    for (int i = 0; i < box->count() && box->currentIndex() != item; ++i)
        QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentIndex(), item);
}

/// As a user would with the keys.
void choose(DataTableView *table, int row)
{
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Home);
    for (int i = 0; i < row; ++i)
        QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Return);
}

} // namespace

class tst_Measurements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void nothingIsMeasuredThatNobodySees()
    {
        Scene scene;
        QSignalSpy wanted(scene.latency(), &LatencyView::wanted);
        scene.view().zoom(0.5, scene.view().visibleRange().begin);
        scene.measured();
        QCOMPARE(wanted.count(), 0);
        scene.choose(scene.latency());
        QCOMPARE(wanted.count(), 1);
        QVERIFY(scene.latency()->result());
        QCOMPARE(scene.latency()->message(), QString());
    }

    void theWorstRowLeadsToItsPlace()
    {
        Scene scene;
        LatencyView *view = scene.latency();
        scene.choose(view);
        chooseItem(view->kindBox(), static_cast<int>(LatencyKind::Wakeup));
        scene.measured();
        QCOMPARE(view->kind(), LatencyKind::Wakeup);
        QVERIFY(view->groups()->tableModel().rowCount() > 10);
        view->tables()->setCurrentPage(1);
        QCOMPARE_GT(view->worst()->tableModel().rowCount(), 50);
        const LatencyRow worst = view->result()->worst.front();
        scene.view().setCurrentEvent(std::nullopt);
        choose(view->worst(), 0);
        scene.measured();
        QCOMPARE(scene.view().selectedRange(), (TimeRange{worst.begin, worst.end}));
        const TimeRange shown = scene.view().visibleRange();
        QVERIFY(shown.contains(worst.begin) && shown.contains(worst.end));
        QCOMPARE_LT(shown.duration(), 4 * std::max<DurationNs>(worst.duration(), 10'000));
        const auto event = scene.view().currentEvent();
        QVERIFY(event);
        const StreamView &stream = scene.view().snapshot()->streams[event->stream];
        QCOMPARE(stream.time(event->event), worst.begin);
        const std::string name
            = scene.view().snapshot()->trace->events().event(stream.event(event->event)).name;
        QVERIFY(name.starts_with("sched_wak"));
    }

    void barsAndPointsLeadToTheirPlace()
    {
        Scene scene;
        LatencyView *view = scene.latency();
        scene.choose(view);
        const auto &bars = view->histogram()->data().bars;
        const std::uint64_t all = std::accumulate(
            bars.begin(), bars.end(), std::uint64_t{0},
            [](std::uint64_t sum, const auto &bar) { return sum + bar.count; });
        QCOMPARE(all, view->result()->total.durations.count());
        Q_EMIT view->histogram()->itemActivated(view->histogram()->itemCount() - 1);
        scene.measured();
        QCOMPARE(scene.view().selectedRange()->begin, view->result()->worst.front().begin);
        Q_EMIT view->overTime()->itemActivated(0);
        scene.measured();
        const auto &column = view->result()->columns[view->overTime()->columnOf(0)];
        QCOMPARE(scene.view().selectedRange()->begin, column.longest.begin);
    }

    void theRangeIsMeasuredAnewWhenItChanges()
    {
        Scene scene;
        LatencyView *view = scene.latency();
        scene.choose(view);
        const std::uint64_t whole = view->result()->total.durations.count();
        view->setScope(Scope::Visible);
        const TimeRange range = scene.view().traceRange();
        scene.view().setVisibleRange({range.begin, range.begin + range.duration() / 4});
        scene.measured();
        QCOMPARE(view->result()->range.end, range.begin + range.duration() / 4);
        const std::uint64_t part = view->result()->total.durations.count();
        QVERIFY(part > 0 && part < whole);
        // What was found leads there, without another range being measured.
        view->tables()->setCurrentPage(1);
        const TimeRange before = scene.view().visibleRange();
        choose(view->worst(), 0);
        scene.measured();
        QCOMPARE(scene.view().visibleRange(), before);
        QVERIFY(scene.view().selectedRange());
        view->setScope(Scope::Markers);
        scene.measured();
        QVERIFY(view->message().contains(u"Markers"_s));
        scene.view().setMarker(Marker::A, range.begin);
        scene.view().setMarker(Marker::B, range.begin + range.duration() / 2);
        scene.measured();
        QCOMPARE(view->message(), QString());
        QVERIFY(view->result()->total.durations.count() > part);
    }

    void aFilterCounts()
    {
        Scene scene;
        LatencyView *view = scene.latency();
        scene.choose(view);
        const std::uint64_t whole = view->result()->total.durations.count();
        ShowFilter filter;
        filter.hiddenCpus = {0};
        scene.view().setFilter(filter);
        scene.measured();
        QVERIFY(view->result()->total.durations.count() < whole);
        QVERIFY(view->summary().contains(u"filtered"_s));
        filter.hiddenCpus = {0, 1};
        scene.view().setFilter(filter);
        scene.measured();
        QVERIFY(view->message().contains(u"filter"_s));
    }

    void whatATraceCannotTellSaysWhatToRecord()
    {
        Scene scene(u"lab-sched-16cpu.dat"_s);
        LatencyView *view = scene.latency();
        scene.choose(view);
        const auto *kinds = qobject_cast<QStandardItemModel *>(view->kindBox()->model());
        const QStandardItem *call = kinds->item(static_cast<int>(LatencyKind::Syscall));
        QVERIFY(!call->isEnabled());
        QVERIFY(call->text().contains(u"raw_syscalls:sys_enter"_s));
        QVERIFY(kinds->item(static_cast<int>(LatencyKind::Wakeup))->isEnabled());
        QVERIFY(kinds->item(static_cast<int>(LatencyKind::Softirq))->isEnabled());
        scene.window.closeFile();
        scene.measured();
        QVERIFY(!view->result());
        QCOMPARE(view->message(), u"No trace is open."_s);
    }

    void statisticsFilterAndShowEverythingAgain()
    {
        Scene scene;
        StatisticsView *view = scene.statistics();
        scene.choose(view);
        const int tasks = view->tasks()->tableModel().rowCount();
        QCOMPARE_GT(tasks, 50);
        const std::uint32_t first = view->tasks()->rowOf(view->tasks()->rowIndex(0))->key;
        choose(view->tasks(), 0);
        scene.measured();
        QCOMPARE(view->tasks()->tableModel().rowCount(), 1);
        QCOMPARE(view->tasks()->rowOf(view->tasks()->rowIndex(0))->key, first);
        QVERIFY(scene.view().filter().showsTask(TaskId{first}));
        choose(view->tasks(), 0);
        scene.measured();
        QCOMPARE(view->tasks()->tableModel().rowCount(), tasks);
        QVERIFY(scene.view().filter().isEmpty());
    }

    void aRangeComparedWithItselfHasNoDifference()
    {
        Scene scene;
        StatisticsView *view = scene.statistics();
        scene.choose(view);
        view->setComparedScope(Scope::Selection);
        scene.measured();
        QVERIFY(view->message().contains(u"Nothing is selected"_s));
        const TimeRange range = scene.view().traceRange();
        scene.view().setSelectedRange(range);
        scene.measured();
        QVERIFY(view->compared());
        for (DataTableView *table : {view->tasks(), view->cpus(), view->events()}) {
            const DataTable &data = table->tableModel().table();
            QVERIFY(!data.rows.empty());
            for (std::size_t i = 0; i < data.columns.size(); ++i) {
                for (const DataRow &row : data.rows) {
                    if (data.columns[i].isDifference)
                        QCOMPARE(row.cells[i].toDouble(), 0.0);
                }
            }
        }
        scene.view().setSelectedRange(TimeRange{range.begin, range.begin + range.duration() / 3});
        scene.measured();
        QVERIFY(view->compared()->events < view->result()->events);
        QVERIFY(view->tasks()->csv().startsWith(u"task,pid,cpu_share_a_percent,"_s));
    }

    void statisticsAddUpToTheTrace()
    {
        Scene scene;
        StatisticsView *view = scene.statistics();
        scene.choose(view);
        std::uint64_t events = 0;
        const DataTable &table = view->events()->tableModel().table();
        for (const DataRow &row : table.rows)
            events += row.cells[2].toULongLong();
        QCOMPARE(events, scene.view().snapshot()->eventCount);
        QCOMPARE(view->runqueue()->itemCount(), 480);
        QVERIFY(view->runqueue()->isVisible());
    }
};

QTEST_MAIN(tst_Measurements)
#include "tst_measurements.moc"
