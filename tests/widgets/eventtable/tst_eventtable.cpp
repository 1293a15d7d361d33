// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "tests/widgets/eventtable/fakerows.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/eventtable/gototime.h"
#include "widgets/theme.h"

#include <QAction>
#include <QMenu>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// 10,000 events of two CPUs, 1 µs apart.
struct Scene
{
    test::MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;
    ViewState view;
    EventTable table{view};

    Scene()
    {
        index.addEventTypes({"even", "odd"});
        index.addTasks({Task{10, 10, "a", {}}, Task{11, 11, "b", {}}});
        test::MemoryStream &cpu0 = index.addStream(0);
        test::MemoryStream &cpu1 = index.addStream(1);
        for (int i = 0; i < 10'000; ++i)
            (i % 2 == 0 ? cpu0 : cpu1)
                .addEvent(i * 1000, static_cast<EventTypeId>(i % 2),
                          TaskId{static_cast<std::uint32_t>(i % 2 + 1)});
        snapshot = index.snapshot();
        table.setTextProvider([] { return std::make_shared<test::FakeText>(); });
        table.resize(1000, 26 + 20 * kRowHeight);
        table.show();
        view.setSnapshot(snapshot);
        settle();
    }
    static void settle()
    {
        for (int i = 0; i < 4; ++i)
            QCoreApplication::sendPostedEvents();
    }
    QAction *menuAction(const QString &begin)
    {
        const auto menus = table.findChildren<QMenu *>(QString(), Qt::FindDirectChildrenOnly);
        for (QAction *action : menus.last()->actions()) {
            if (action->text().startsWith(begin))
                return action;
        }
        return nullptr;
    }
};

} // namespace

class tst_EventTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void aRowThatIsChosenIsTheCurrentEventAndInSight()
    {
        Scene scene;
        scene.view.setVisibleRange({0, 100'000});
        Scene::settle();
        scene.table.table()->setCurrentRow(5001);
        Scene::settle();
        QCOMPARE(scene.view.currentEvent(), std::optional(Place{1, 2500}));
        QVERIFY(scene.view.visibleRange().contains(5'001'000));
        QCOMPARE(scene.view.visibleRange().duration(), DurationNs{100'000});
    }

    void theCurrentEventComesBackWithWhatWasHidden()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{0, 4000});
        Scene::settle();
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{0}};
        Progress progress;
        scene.view.setFilter(filter);
        scene.view.setSelection(
            selectEvents(*scene.snapshot, filter, nullptr, {}, progress).value());
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::nullopt);
        scene.table.table()->setTopRow(0);
        scene.view.setFilter({});
        scene.view.setSelection(nullptr);
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(8000));
        QVERIFY(!scene.table.table()->rowRect(8000).isEmpty());
    }

    void theCurrentEventIsMarkedInTheTable()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{0, 4000});
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(8000));
        QVERIFY(!scene.table.table()->rowRect(8000).isEmpty());
        scene.view.setCurrentEvent(std::nullopt);
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::nullopt);
    }

    /// One frame draws the lanes, the next one the table.
    void whatGrowsIsShownAFrameLaterWhileItIsFollowed()
    {
        Scene scene;
        int asked = 0;
        scene.table.setTextProvider([&asked] {
            ++asked;
            return std::make_shared<test::FakeText>();
        });
        const auto grow = [&](bool isComplete) {
            auto more = std::make_shared<IndexSnapshot>(*scene.snapshot);
            more->isComplete = isComplete;
            asked = 0;
            scene.view.setSnapshot(std::move(more));
            Scene::settle();
        };
        grow(false);
        QCOMPARE(asked, 1); // It is not followed yet.
        scene.table.setFollowing(true);
        grow(false);
        QCOMPARE(asked, 0);
        QTRY_COMPARE(asked, 1);
        // What else changes the table does not wait, and brings along what does.
        grow(false);
        scene.view.setCurrentEvent(Place{0, 4000});
        Scene::settle();
        QCOMPARE(asked, 1);
        QTest::qWait(50);
        QCOMPARE(asked, 1);
        grow(true);
        QCOMPARE(asked, 1);
    }

    void withoutACurrentEventInViewTheTableFollowsTheVisibleRange()
    {
        Scene scene;
        scene.view.setVisibleRange({3'000'000, 3'100'000});
        Scene::settle();
        QCOMPARE(scene.table.table()->topRow(), Row{3000});
        scene.table.table()->setCurrentRow(3010);
        Scene::settle();
        scene.view.setVisibleRange({3'005'000, 3'105'000});
        Scene::settle();
        QCOMPARE(scene.table.table()->topRow(), Row{3000}); // the current one is in sight
        scene.view.setVisibleRange({7'000'000, 7'100'000});
        Scene::settle();
        QCOMPARE(scene.table.table()->topRow(), Row{7000});
        QCOMPARE(scene.view.currentEvent(), std::optional(Place{0, 1505}));
    }

    void aHiddenCurrentEventComesBackWithItsRow()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{1, 100});
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(201));
        ShowFilter filter;
        filter.hiddenCpus = {1};
        scene.view.setFilter(filter);
        Progress progress;
        scene.view.setSelection(*selectEvents(*scene.snapshot, filter, nullptr, {}, progress));
        Scene::settle();
        QCOMPARE(scene.table.table()->rowCount(), Row{5000});
        QCOMPARE(scene.table.table()->currentRow(), std::nullopt);
        QCOMPARE(scene.view.currentEvent(), std::optional(Place{1, 100}));
        scene.view.setFilter({});
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(201));
    }

    void enterPutsTheEventIntoTheTimelinesMiddle()
    {
        Scene scene;
        scene.view.setVisibleRange({0, 100'000});
        scene.table.table()->setCurrentRow(90);
        Scene::settle();
        QTest::keyClick(scene.table.table(), Qt::Key_Return);
        QCOMPARE(scene.view.visibleRange(), (TimeRange{40'000, 140'000}));
        QVERIFY(scene.view.canGoBack());
    }

    void aTypedTimeIsGoneTo()
    {
        Scene scene;
        scene.table.table()->setFocus();
        QTest::keyClick(scene.table.table(), Qt::Key_0);
        auto *field = scene.table.findChild<GotoField *>();
        QVERIFY(field->isVisible());
        QTest::keyClicks(field, u".004 0005"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(4001)); // the next one
        scene.table.startGoto(u"#10000"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(9999));
        scene.table.startGoto(u"99"_s); // beyond the end: the last
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(scene.table.table()->currentRow(), std::optional<Row>(9999));
    }

    void aJumpLeavesRowsInViewAroundItsGoal()
    {
        Scene scene;
        auto *field = scene.table.findChild<GotoField *>();
        const EventTableView *table = scene.table.table();
        const auto below = [table] { return table->topRow() + table->pageRows() - 1; };
        for (const Row row : {5000U, 5016U, 200U, 201U}) {
            scene.table.startGoto(u"#%1"_s.arg(row + 1));
            QTest::keyClick(field, Qt::Key_Return);
            Scene::settle();
            QCOMPARE(table->currentRow(), std::optional<Row>(row));
            QCOMPARE_GE(below(), row + 3);
            QCOMPARE_LE(table->topRow(), row);
        }
        // From 200 to the next one nothing moved.
        QCOMPARE(table->topRow(), 200 - table->pageRows() / 3);
    }

    void theRowsMenuHidesItsLike()
    {
        Scene scene;
        Q_EMIT scene.table.table()->rowMenuRequested(
            RowData{{1, 0}, 1000, 1, 11, TaskId{2}, EventTypeId{1}}, {10, 10});
        scene.menuAction(u"Hide “odd”"_s)->trigger();
        QCOMPARE(scene.view.filter().hiddenEvents, std::vector{EventTypeId{1}});
        scene.menuAction(u"Hide CPU 1"_s)->trigger();
        QCOMPARE(scene.view.filter().hiddenCpus, std::vector<CpuId>{1});
        scene.menuAction(u"Show only task"_s)->trigger();
        QCOMPARE(scene.view.filter().hiddenTasks, (std::vector{TaskId{0}, TaskId{1}}));
        scene.menuAction(u"Show only CPU"_s)->trigger();
        QCOMPARE(scene.view.filter().hiddenCpus, std::vector<CpuId>{0});
    }

    void anotherTraceForgetsPlacesOfTheOneBefore()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{0, 4000});
        Scene::settle();
        test::MemoryIndex other;
        other.addEventTypes({"e"});
        other.addTasks({Task{1, 1, "x", {}}});
        test::MemoryStream &cpu = other.addStream(0);
        for (int i = 0; i < 5000; ++i)
            cpu.addEvent(i, EventTypeId{0}, TaskId{1});
        scene.view.setSnapshot(other.snapshot());
        Scene::settle();
        QCOMPARE(scene.table.table()->currentRow(), std::nullopt);
        QCOMPARE(scene.table.table()->topRow(), Row{0});
        scene.view.setSnapshot(nullptr);
        Scene::settle();
        QCOMPARE(scene.table.table()->rowCount(), Row{0});
    }
};

QTEST_MAIN(tst_EventTable)
#include "tst_eventtable.moc"
