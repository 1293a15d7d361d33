// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewstate.h"
#include "tests/support/memoryindex.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

constexpr EventTypeId kSwitch{0};
constexpr EventTypeId kWaking{1};

/// Two CPUs, four events, 1000 to 9001 ns, two tasks.
struct Scene
{
    test::MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;
    ViewState view;
    QSignalSpy spy{&view, &ViewState::changed};

    explicit Scene(TimeNs first = 1000, TimeNs last = 9000)
    {
        index.addEventTypes({"sched_switch", "sched_waking"});
        index.addTasks({Task{12, 12, "bash", {}}, Task{15, 15, "make", {}}});
        test::MemoryStream &cpu0 = index.addStream(0);
        cpu0.addEvent(first, kSwitch, TaskId{1});
        cpu0.addEvent(last, kWaking, TaskId{2});
        test::MemoryStream &cpu1 = index.addStream(1);
        cpu1.addEvent(first, kWaking, TaskId{2});
        cpu1.addEvent(last, kSwitch, TaskId{1});
        snapshot = index.snapshot();
        view.setSnapshot(snapshot);
        deliver();
    }

    /// As the snapshot was while the index was being built.
    std::shared_ptr<const IndexSnapshot> partial() const
    {
        IndexSnapshot early = *index.partialSnapshot({1, 1}, 5000);
        early.trace = snapshot->trace;
        early.range = {1000, 5000}; // the survey's estimate
        return std::make_shared<const IndexSnapshot>(std::move(early));
    }

    /// What was heard since the last call: exactly one signal, or nothing.
    ViewState::Changes deliver()
    {
        QCoreApplication::sendPostedEvents();
        if (spy.isEmpty())
            return {};
        Q_ASSERT(spy.size() == 1);
        return spy.takeFirst().first().value<ViewState::Changes>();
    }
};

std::shared_ptr<const Selection> select(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                        const ShowFilter &filter)
{
    Progress progress;
    auto result = selectEvents(*snapshot, filter, nullptr, {}, progress);
    return result ? *result : nullptr;
}

} // namespace

class tst_ViewState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void withoutATraceNothingIsShownAndSettersDoNothing()
    {
        ViewState view;
        QSignalSpy spy(&view, &ViewState::changed);
        view.setVisibleRange({10, 1000});
        view.zoom(0.5, 100);
        view.pan(50);
        view.showAll();
        view.ensureVisible(7);
        view.goBack();
        view.setSelectedRange(TimeRange{1, 2});
        view.setCurrentEvent(Place{0, 0});
        view.setFilter({.hiddenCpus = {0}, .hiddenTasks = {}, .hiddenEvents = {}});
        QCoreApplication::sendPostedEvents();
        QCOMPARE(spy.size(), 0);
        QCOMPARE(view.visibleRange(), TimeRange());
        QCOMPARE(view.rows().size(), Row{0});
    }

    void aTraceIsShownWhole()
    {
        Scene scene;
        QCOMPARE(scene.view.visibleRange(), scene.snapshot->range);
        QCOMPARE(scene.view.rows().size(), Row{4});
    }

    void anExpressionIsUsedForTableAndTimelineByThemselves()
    {
        Scene scene;
        scene.view.setExpression(u"sched_switch"_s);
        QCOMPARE(scene.deliver(), ViewState::Changes(ViewState::FilterChanged));
        ShowFilter onlySwitch; // what the expression would be evaluated to
        onlySwitch.hiddenEvents = {kWaking};
        const auto matches = select(scene.snapshot, onlySwitch);
        scene.view.setMatches(matches);
        QCOMPARE(scene.deliver(), ViewState::Changes(ViewState::SelectionChanged));
        QCOMPARE(scene.view.rows().size(), Row{2});
        QVERIFY(!scene.view.selection());
        QCOMPARE(scene.view.matchingRows().size(), Row{2});
        scene.view.setFilterUse({false, true, true});
        QCOMPARE(scene.deliver(), ViewState::FilterUseChanged | ViewState::SelectionChanged);
        QCOMPARE(scene.view.rows().size(), Row{4});
        QCOMPARE(scene.view.selection(), matches);
        scene.view.setFilterUse({false, true, false});
        QCOMPARE(scene.deliver(), ViewState::Changes(ViewState::FilterUseChanged));
        // The lists' own result is what is shown where the expression is not used.
        ShowFilter lists;
        lists.hiddenCpus = {1};
        scene.view.setFilter(lists);
        scene.view.setSelection(select(scene.snapshot, lists));
        scene.deliver();
        QCOMPARE(scene.view.rows().size(), Row{2});
        QCOMPARE(scene.view.selection(), matches);
        scene.view.setExpression({});
        QCOMPARE(scene.deliver(), ViewState::FilterChanged | ViewState::SelectionChanged);
        QVERIFY(!scene.view.matches());
        QCOMPARE(scene.view.selection(), scene.view.listed());
    }

    void anExpressionAndItsUseAreSavedAndRestored()
    {
        Scene scene;
        scene.view.setExpression(u"cpu == 1"_s);
        scene.view.setFilterUse({false, true, true});
        const QJsonObject saved = scene.view.save();
        Scene other;
        other.view.restore(saved);
        QCOMPARE(other.view.expression(), u"cpu == 1"_s);
        QCOMPARE(other.view.filterUse(), (FilterUse{false, true, true}));
        other.view.restore({});
        QCOMPARE(other.view.expression(), QString());
    }

    void changesOfOneTurnAreHeardOnceAndTogether()
    {
        Scene scene;
        scene.view.setVisibleRange({2000, 4000});
        scene.view.setVisibleRange({3000, 5000});
        scene.view.setCurrentEvent(Place{1, 1});
        scene.view.setTimeFormat(TimeFormat::Relative);
        QCOMPARE(scene.spy.size(), 0);
        QCOMPARE(scene.deliver(), ViewState::VisibleRangeChanged | ViewState::CurrentEventChanged
                                      | ViewState::TimeFormatChanged);
    }

    void aSetterThatChangesNothingIsNotHeard()
    {
        Scene scene;
        scene.view.setVisibleRange({2000, 4000});
        scene.view.setSelectedRange(TimeRange{2000, 3000});
        scene.view.setCurrentEvent(Place{0, 1});
        ShowFilter filter;
        filter.hiddenCpus = {1};
        scene.view.setFilter(filter);
        const auto selection = select(scene.snapshot, filter);
        scene.view.setSelection(selection);
        QVERIFY(scene.deliver());

        scene.view.setSnapshot(scene.snapshot);
        scene.view.setVisibleRange({2000, 4000});
        scene.view.setSelectedRange(TimeRange{2000, 3000});
        scene.view.setCurrentEvent(Place{0, 1});
        filter.hiddenCpus = {1, 1}; // the same once it is in order
        scene.view.setFilter(filter);
        scene.view.setSelection(selection);
        scene.view.setTimeFormat(TimeFormat::Absolute);
        scene.view.ensureVisible(2500);
        scene.view.pan(0);
        scene.view.goBack();
        scene.view.goForward();
        QCOMPARE(scene.deliver(), ViewState::Changes());
    }

    void theVisibleRangeStaysInTheTraceAndLongEnough_data()
    {
        QTest::addColumn<qint64>("begin");
        QTest::addColumn<qint64>("end");
        QTest::addColumn<qint64>("expectedBegin");
        QTest::addColumn<qint64>("expectedEnd");
        // The trace is [1000, 9001): 80 ns of margin on each side.
        QTest::newRow("inside") << 2000LL << 3000LL << 2000LL << 3000LL;
        QTest::newRow("left of it") << -5000LL << -4000LL << 920LL << 1920LL;
        QTest::newRow("right of it") << 20000LL << 21000LL << 8081LL << 9081LL;
        QTest::newRow("longer") << -100000LL << 100000LL << 920LL << 9081LL;
        QTest::newRow("empty") << 5000LL << 5000LL << 4995LL << 5005LL;
        QTest::newRow("backwards") << 5000LL << 3000LL << 4995LL << 5005LL;
        QTest::newRow("all of time") << qint64{kTimeMin} << qint64{kTimeMax} << 920LL << 9081LL;
        QTest::newRow("end of time")
            << qint64{kTimeMax - 5} << qint64{kTimeMax} << 9071LL << 9081LL;
    }
    void theVisibleRangeStaysInTheTraceAndLongEnough()
    {
        QFETCH(qint64, begin);
        QFETCH(qint64, end);
        QFETCH(qint64, expectedBegin);
        QFETCH(qint64, expectedEnd);
        Scene scene;
        scene.view.setVisibleRange({begin, end});
        QCOMPARE(scene.view.visibleRange().begin, expectedBegin);
        QCOMPARE(scene.view.visibleRange().end, expectedEnd);
    }

    void zoomingKeepsTheAnchorWhereItIs()
    {
        Scene scene(0, 1'000'000'000);
        QRandomGenerator random(20240607);
        for (int i = 0; i < 2000; ++i) {
            const TimeRange before = scene.view.visibleRange();
            const double share = random.generateDouble();
            const auto anchor = before.begin
                                + static_cast<TimeNs>(share
                                                      * static_cast<double>(before.duration()));
            const double factor = random.generateDouble() * 1.5 + 0.25;
            scene.view.zoom(factor, anchor);
            const TimeRange after = scene.view.visibleRange();
            QCOMPARE_GE(after.duration(), ViewState::kMinimumVisible);
            const bool isAtAnEnd = after.begin <= -10'000'000 || after.end >= 1'010'000'001
                                   || after.duration() >= 1'000'000'000;
            if (isAtAnEnd)
                continue; // moved to stay inside
            const double seenBefore = static_cast<double>(anchor - before.begin)
                                      / static_cast<double>(before.duration());
            const double seenAfter = static_cast<double>(anchor - after.begin)
                                     / static_cast<double>(after.duration());
            // To the nanosecond, as a share of what is seen.
            QCOMPARE_LE(std::abs(seenAfter - seenBefore),
                        1.5 / static_cast<double>(after.duration()));
        }
    }

    void zoomingOutFromTheShortestRangeReachesTheWholeTrace()
    {
        Scene scene;
        scene.view.setVisibleRange({5000, 5000});
        for (int i = 0; i < 200; ++i)
            scene.view.zoom(1.05, 5003);
        QCOMPARE_LE(scene.view.visibleRange().begin, TimeNs{1000});
        QCOMPARE_GE(scene.view.visibleRange().end, TimeNs{9001});
    }

    void senselessZoomFactorsAreIgnored()
    {
        Scene scene;
        for (const double factor : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::quiet_NaN()})
            scene.view.zoom(factor, 5000);
        QCOMPARE(scene.deliver(), ViewState::Changes());
    }

    void timesAtTheEndsOfTheScaleDoNotOverflow()
    {
        Scene scene(kTimeMin, kTimeMax);
        scene.view.zoom(0.001, 0);
        scene.view.pan(kTimeMax);
        scene.view.pan(kTimeMin);
        scene.view.pan(kTimeMax);
        QVERIFY(!scene.view.visibleRange().isEmpty());
        scene.view.zoom(1000, kTimeMax);
        scene.view.ensureVisible(kTimeMin);
        QVERIFY(!scene.view.visibleRange().isEmpty());
        scene.view.setSelectedRange(TimeRange{kTimeMax, kTimeMin});
        QVERIFY(scene.view.selectedRange());
    }

    void jumpsAreRememberedAndScrollStepsAreNot()
    {
        Scene scene;
        const TimeRange all = scene.view.visibleRange();
        scene.view.setVisibleRange({2000, 3000}, true);
        QVERIFY(scene.deliver() & ViewState::HistoryChanged);
        scene.view.pan(100);
        QVERIFY(!(scene.deliver() & ViewState::HistoryChanged));
        scene.view.setVisibleRange({5000, 5100}, true);
        scene.view.goBack();
        QCOMPARE(scene.view.visibleRange(), (TimeRange{2100, 3100}));
        scene.view.goBack();
        QCOMPARE(scene.view.visibleRange(), all);
        QVERIFY(!scene.view.canGoBack());
        scene.view.goForward();
        scene.view.goForward();
        QCOMPARE(scene.view.visibleRange(), (TimeRange{5000, 5100}));
        QVERIFY(!scene.view.canGoForward());
        scene.view.goBack();
        scene.view.setVisibleRange({1500, 1600}, true); // another way: no way forward
        QVERIFY(!scene.view.canGoForward());
    }

    void aTimeThatIsInViewMovesNothingAndAnotherIsCentred()
    {
        Scene scene;
        scene.view.setVisibleRange({2000, 3000});
        scene.view.ensureVisible(2999);
        QCOMPARE(scene.view.visibleRange(), (TimeRange{2000, 3000}));
        scene.view.ensureVisible(3000);
        QCOMPARE(scene.view.visibleRange(), (TimeRange{2500, 3500}));
        QVERIFY(!scene.view.canGoBack());
        scene.view.ensureVisible(8000); // far away: one may want to come back
        QCOMPARE(scene.view.visibleRange(), (TimeRange{7500, 8500}));
        QVERIFY(scene.view.canGoBack());
    }

    void aSelectedRangeMayBeDrawnFromRightToLeft()
    {
        Scene scene;
        scene.view.setSelectedRange(TimeRange{4000, 2000});
        QCOMPARE(scene.view.selectedRange(), std::optional(TimeRange{2000, 4000}));
        scene.view.setSelectedRange(TimeRange{3000, 3000});
        QCOMPARE(scene.view.selectedRange(), std::nullopt);
    }

    void anEventThatIsNotThereIsNotCurrent()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{1, 1});
        QCOMPARE(scene.view.currentEvent(), std::optional(Place{1, 1}));
        scene.view.setCurrentEvent(Place{1, 2});
        QCOMPARE(scene.view.currentEvent(), std::nullopt);
        scene.view.setCurrentEvent(Place{7, 0});
        QCOMPARE(scene.deliver(), ViewState::Changes(ViewState::CurrentEventChanged));
    }

    void aSelectionDecidesTheRowsAndAnEmptyFilterEndsIt()
    {
        Scene scene;
        ShowFilter filter;
        filter.hiddenEvents = {kWaking};
        scene.view.setFilter(filter);
        QCOMPARE(scene.view.rows().size(), Row{4}); // evaluated a little later
        scene.view.setSelection(select(scene.snapshot, filter));
        QCOMPARE(scene.view.rows().size(), Row{2});
        scene.deliver();
        scene.view.setFilter({});
        QCOMPARE(scene.view.rows().size(), Row{4});
        QCOMPARE(scene.view.selection(), nullptr);
        QCOMPARE(scene.deliver(), ViewState::FilterChanged | ViewState::SelectionChanged);
    }

    void whileTheIndexGrowsEverythingStaysEverythingAndAPartStaysThatPart()
    {
        Scene scene;
        const auto partial = scene.partial();
        ViewState view;
        view.setSnapshot(partial);
        QCOMPARE(view.rows().size(), Row{2});
        view.setSnapshot(scene.snapshot);
        QCOMPARE(view.visibleRange(), scene.snapshot->range);
        QCOMPARE(view.rows().size(), Row{4});

        ViewState part;
        part.setSnapshot(partial);
        part.setVisibleRange({1500, 2000});
        const TimeRange shown = part.visibleRange();
        part.setSnapshot(scene.snapshot);
        QCOMPARE(part.visibleRange(), shown);
    }

    void rowsOfAFilteredTableStayThoseOfItsSelectionUntilItIsExtended()
    {
        Scene scene;
        const auto partial = scene.partial();
        ViewState view;
        view.setSnapshot(partial);
        ShowFilter filter;
        filter.hiddenEvents = {kWaking};
        view.setFilter(filter);
        view.setSelection(select(partial, filter));
        QCOMPARE(view.rows().size(), Row{1});
        view.setSnapshot(scene.snapshot);
        QCOMPARE(view.rows().size(), Row{1});
        QCOMPARE(view.rows().snapshot(), partial);
        view.setSelection(select(scene.snapshot, filter));
        QCOMPARE(view.rows().size(), Row{2});
    }

    void anotherTraceStartsFromTheBeginning()
    {
        Scene scene;
        scene.view.setVisibleRange({2000, 3000}, true);
        scene.view.setCurrentEvent(Place{0, 0});
        ShowFilter filter;
        filter.hiddenCpus = {0};
        scene.view.setFilter(filter);
        scene.deliver();
        Scene other(500'000, 600'000);
        scene.view.setSnapshot(other.snapshot);
        QCOMPARE(scene.view.visibleRange(), other.snapshot->range);
        QCOMPARE(scene.view.currentEvent(), std::nullopt);
        QVERIFY(scene.view.filter().isEmpty());
        QVERIFY(!scene.view.canGoBack());
        const auto heard = scene.deliver();
        QVERIFY(heard.testFlag(ViewState::SnapshotChanged));
        QVERIFY(heard.testFlag(ViewState::FilterChanged));
        scene.view.setSnapshot(nullptr);
        QCOMPARE(scene.view.visibleRange(), TimeRange());
        QCOMPARE(scene.view.rows().size(), Row{0});
    }

    void aStateIsRestoredExactlyAlsoThroughItsText()
    {
        constexpr TimeNs kLate = 1'700'000'000'123'456'789; // beyond a double's 53 bits
        Scene scene(kLate, kLate + 8000);
        scene.view.setVisibleRange({kLate + 1001, kLate + 2003});
        scene.view.setSelectedRange(TimeRange{kLate + 1101, kLate + 1203});
        scene.view.setCurrentEvent(Place{1, 1});
        scene.view.setTimeFormat(TimeFormat::Relative);
        ShowFilter filter;
        filter.hiddenCpus = {1};
        filter.hiddenTasks = {TaskId{2}};
        filter.hiddenEvents = {kWaking};
        filter.hideOtherTasks = true;
        scene.view.setFilter(filter);
        const QByteArray text = QJsonDocument(scene.view.save()).toJson();

        ViewState restored;
        restored.setSnapshot(scene.snapshot);
        restored.restore(QJsonDocument::fromJson(text).object());
        QCOMPARE(restored.visibleRange(), scene.view.visibleRange());
        QCOMPARE(restored.selectedRange(), scene.view.selectedRange());
        QCOMPARE(restored.currentEvent(), scene.view.currentEvent());
        QCOMPARE(restored.timeFormat(), TimeFormat::Relative);
        QVERIFY(restored.filter() == scene.view.filter());
        QCOMPARE(restored.filter().hiddenTasks, filter.hiddenTasks);
        QCOMPARE(restored.expression(),
                 u"cpu not in {1} && pid in {0, 12} && event not in {sched_waking}"_s);
        QVERIFY(!restored.canGoBack());
    }

    void whatDoesNotFitTheTraceIsNotRestored()
    {
        Scene scene;
        const QJsonObject saved{
            {u"visible"_s, QJsonObject{{u"begin"_s, 100'000}, {u"end"_s, 200'000}}},
            {u"selected"_s, QJsonObject{{u"begin"_s, 5}, {u"end"_s, 5}}},
            {u"currentEvent"_s, QJsonObject{{u"stream"_s, 0}, {u"event"_s, 1}, {u"time"_s, 12345}}},
            {u"filter"_s, QJsonObject{{u"hiddenCpus"_s, QJsonArray{9}},
                                      {u"hiddenTasks"_s, QJsonArray{4711, u"x"_s}},
                                      {u"hiddenEvents"_s, QJsonArray{u"no/such"_s, u""_s}}}},
            {u"nonsense"_s, 1}};
        scene.view.restore(saved);
        QCOMPARE(scene.view.visibleRange(), scene.snapshot->range);
        QCOMPARE(scene.view.selectedRange(), std::nullopt);
        QCOMPARE(scene.view.currentEvent(), std::nullopt);
        QVERIFY(scene.view.filter().isEmpty());
    }

    void whatIsNotIndexedYetIsRestoredWhenItIs()
    {
        Scene scene;
        scene.view.setCurrentEvent(Place{1, 1});
        const QJsonObject saved = scene.view.save();
        ViewState view;
        view.setSnapshot(scene.partial());
        view.restore(saved);
        QCOMPARE(view.currentEvent(), std::nullopt);
        QCOMPARE(view.save().value(u"currentEvent"_s), saved.value(u"currentEvent"_s));
        view.setSnapshot(scene.snapshot);
        QCOMPARE(view.currentEvent(), std::optional(Place{1, 1}));

        ViewState moved; // the user was faster
        moved.setSnapshot(scene.partial());
        moved.restore(saved);
        moved.setCurrentEvent(Place{0, 0});
        moved.setSnapshot(scene.snapshot);
        QCOMPARE(moved.currentEvent(), std::optional(Place{0, 0}));
    }
};

QTEST_GUILESS_MAIN(tst_ViewState)
#include "tst_viewstate.moc"
