// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/laneset.h"
#include "model/qt/viewstate.h"
#include "tests/support/memoryindex.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace Qt::StringLiterals;

namespace {

/// Five tasks on three CPUs; ids 1 to 5. The process 100 has the threads 100, 101 and 102.
struct Scene
{
    MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;
    Analysis analysis;
    LaneSet set;
    ShowFilter filter;
    std::uint64_t texts = 0;

    Scene()
    {
        index.addEventTypes({"sched_switch"});
        index.addTasks({{.pid = 100, .tgid = 100, .comm = "server", .names = {}},
                        {.pid = 101, .tgid = 100, .comm = "io", .names = {}},
                        {.pid = 102, .tgid = 100, .comm = "net", .names = {}},
                        {.pid = 7, .tgid = -1, .comm = "bash", .names = {}},
                        {.pid = 300, .tgid = 300, .comm = "Cat", .names = {}}});
        for (const CpuId cpu : {0U, 1U, 4U})
            index.addStream(cpu).addEvent(10, EventTypeId{0}, TaskId{1});
        auto copy = std::make_shared<IndexSnapshot>(*index.snapshot());
        copy->runtimePerTask = {0, 10, 5, 20, 30, 40};
        snapshot = copy;
        analysis.index = snapshot;
        analysis.frontier = kTimeMax;
        for (std::uint32_t task = 1; task <= 5; ++task)
            addTrack({TrackClass::TaskState, 0, task, 0}, 10 * (6 - task));
    }
    void addTrack(TrackKey key, TimeNs begin)
    {
        analysis.tracks.push_back({key, 1, {begin, begin + 5}});
        std::ranges::sort(analysis.tracks, {}, &TrackSummary::key);
    }
    /// Interrupts on two CPUs, disk requests of which three overlap, two counters, texts.
    void addEvents()
    {
        texts = 7;
        for (const char *const name : {"irq", "disk", "never"}) {
            PairSummary pair;
            pair.spec.name = name;
            pair.slices = pair.spec.name == "never" ? 0 : 5;
            analysis.pairs.push_back(pair);
        }
        for (const CpuId cpu : {0U, 1U})
            addTrack({TrackClass::Pair, 0, ownerOfCpu(cpu), 0}, 3);
        for (std::uint16_t depth = 0; depth < 3; ++depth)
            addTrack({TrackClass::Pair, 1, 0, depth}, 3);
        CounterSummary load;
        load.spec.name = "load";
        load.spec.key = "cpu";
        load.series = {{0, 3, 1, 2, {1, 9}}, {4, 3, 1, 2, {1, 9}}};
        CounterSummary heat;
        heat.spec.name = "heat";
        heat.series = {{0, 3, 1, 2, {1, 9}}};
        CounterSummary none;
        none.spec.name = "none";
        analysis.counters = {load, none, heat};
    }
    [[nodiscard]] std::vector<Lane> lanes() const
    {
        return makeLanes(set, *snapshot, &analysis, filter, texts);
    }
    /// "Cpus 3/3 | CPU 0 | … | Tasks 5/5 | Cat | …", threads with a dash each.
    [[nodiscard]] QString text() const
    {
        QStringList all;
        for (const Lane &lane : lanes()) {
            const auto name = [&] {
                return QString::fromStdString(
                    std::string(snapshot->tasks->name(TaskId{lane.owner})));
            };
            const QString indent(lane.indent, u'-');
            const QString fold = lane.isFolded ? u"+"_s : QString();
            switch (lane.kind) {
            case Lane::Kind::Group:
                all += fold
                       + (lane.group == LaneGroup::Pinned     ? u"Pinned"_s
                          : lane.group == LaneGroup::Cpus     ? u"CPUs"_s
                          : lane.group == LaneGroup::Pairs    ? u"Pairs"_s
                          : lane.group == LaneGroup::Counters ? u"Counters"_s
                          : lane.group == LaneGroup::Marks    ? u"Texts"_s
                                                              : u"Tasks"_s)
                       + u" %1/%2"_s.arg(lane.shown).arg(lane.all);
                break;
            case Lane::Kind::Process:
                all += fold + u"process %1"_s.arg(lane.owner);
                break;
            case Lane::Kind::Cpu:
                all += u"CPU %1"_s.arg(lane.owner);
                break;
            case Lane::Kind::Task:
                all += fold + indent + name();
                break;
            case Lane::Kind::Pair:
            case Lane::Kind::Counter: {
                const QString key = laneKeyText(lane.of, *snapshot, analysis);
                all += fold + indent + QString::fromStdString(lane.of.name)
                       + (key.isEmpty() ? key : u' ' + key) + (lane.isSum ? u" (all)"_s : u""_s);
                break;
            }
            case Lane::Kind::Marks:
                all += u"texts"_s;
                break;
            case Lane::Kind::Nested:
                all += u"(%1 %2)"_s.arg(static_cast<int>(lane.what)).arg(lane.depth);
                break;
            }
        }
        return all.join(u" | "_s);
    }
};

TaskId id(std::uint32_t value)
{
    return TaskId{value};
}

} // namespace

class tst_LaneSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cpusComeBeforeTasksByTheirTimeOnThem()
    {
        const Scene scene;
        // The server's threads have 35 in all.
        QCOMPARE(scene.text(),
                 u"CPUs 3/3 | CPU 0 | CPU 1 | CPU 4 | Tasks 5/5 | Cat | server | -net "
                 "| -io | bash"_s);
    }

    void withoutAnAnalysisThereAreNoTasks()
    {
        const Scene scene;
        QCOMPARE(makeLanes(scene.set, *scene.snapshot, nullptr, scene.filter).size(),
                 std::size_t{4});
    }

    void orders_data()
    {
        QTest::addColumn<TaskOrder>("order");
        QTest::addColumn<QString>("expected");
        QTest::newRow("time") << TaskOrder::RunTime << u"Cat | bash | net | server | io"_s;
        QTest::newRow("name") << TaskOrder::Name << u"Cat | bash | io | net | server"_s;
        QTest::newRow("first seen") << TaskOrder::FirstSeen << u"Cat | bash | net | io | server"_s;
        QTest::newRow("pid") << TaskOrder::ByPid << u"bash | server | io | net | Cat"_s;
    }
    void orders()
    {
        QFETCH(const TaskOrder, order);
        QFETCH(const QString, expected);
        Scene scene;
        scene.set.showsCpus = false;
        scene.set.isGroupedByProcess = false;
        scene.set.order = order;
        QCOMPARE(scene.text(), u"Tasks 5/5 | "_s + expected);
    }

    void whatIsPinnedIsAtTheTopOnly()
    {
        Scene scene;
        scene.set.pin(laneOf(id(4)));
        scene.set.pin(laneOfCpu(4));
        scene.set.pin(laneOf(id(4)));
        scene.set.pin(laneOf(id(77))); // there is none
        QCOMPARE(scene.text(),
                 u"Pinned 2/2 | bash | CPU 4 | CPUs 3/3 | CPU 0 | CPU 1 | Tasks 5/5 | "
                 "Cat | server | -net | -io"_s);
        scene.set.hide(laneOf(id(4)));
        QVERIFY(!scene.set.isPinned(laneOf(id(4))));
    }

    void foldedGroupsAndProcessesKeepTheirHeadings()
    {
        Scene scene;
        scene.set.isFolded[static_cast<std::size_t>(LaneGroup::Cpus)] = true;
        scene.set.foldProcess(100, true);
        QCOMPARE(scene.text(), u"+CPUs 3/3 | Tasks 5/5 | Cat | +server | bash"_s);
        scene.set.foldProcess(100, false);
        scene.set.hide(laneOf(id(1))); // the first thread: its process gets a heading
        QCOMPARE(scene.text(), u"+CPUs 3/3 | Tasks 4/5 | Cat | bash | process 100 | -net | -io"_s);
    }

    void searchingFindsNamesInAnyCaseAndPids()
    {
        Scene scene;
        scene.set.search = u"CAT"_s;
        QCOMPARE(scene.text(), u"CPUs 0/3 | Tasks 1/5 | Cat"_s);
        scene.set.search = u"100"_s; // of the process, too
        QCOMPARE(scene.text(), u"CPUs 0/3 | Tasks 3/5 | server | -net | -io"_s);
        scene.set.search = u"cpu 1"_s;
        QCOMPARE(scene.text(), u"CPUs 1/3 | CPU 1 | Tasks 0/5"_s);
    }

    void whatTheListsHideHasNoLane()
    {
        Scene scene;
        scene.filter.hiddenCpus = {1, 4};
        scene.filter.hiddenTasks = {id(1), id(2), id(3)};
        QCOMPARE(scene.text(), u"CPUs 1/3 | CPU 0 | Tasks 2/5 | Cat | bash"_s);
    }

    void whatATaskWasInIsBelowIt()
    {
        Scene scene;
        scene.set.showsCpus = false;
        scene.set.search = u"bash"_s;
        scene.addTrack({TrackClass::Syscall, 0, 4, 0}, 3);
        for (std::uint16_t depth = 0; depth < 40; ++depth)
            scene.addTrack({TrackClass::Call, 0, 4, depth}, 3);
        const auto lanes = scene.lanes();
        QCOMPARE(lanes.size(), std::size_t{2 + 16}); // so many are enough
        QCOMPARE(lanes[2].what, TrackClass::Syscall);
        QCOMPARE(lanes[3].what, TrackClass::Call);
        QCOMPARE(lanes[17].depth, 14);
        scene.set.showsCalls = false;
        QCOMPARE(scene.lanes().size(), std::size_t{2});
    }

    void tasksThatTheIndexDoesNotHaveAreLeftOut()
    {
        Scene scene;
        scene.addTrack({TrackClass::TaskState, 0, 6, 0}, 3);
        scene.addTrack({TrackClass::TaskState, 0, 0, 0}, 3);
        scene.addTrack({TrackClass::TaskState, 0, ownerOfCpu(1), 0}, 3);
        QCOMPARE(scene.lanes().back().owner, 4U);
        QCOMPARE(scene.lanes().size(), std::size_t{4 + 6});
    }

    void pinnedLanesAndTasksAreMovedByHand()
    {
        Scene scene;
        scene.set.isGroupedByProcess = false;
        scene.set.showsCpus = false;
        // Cat, bash, net, server, io
        LaneSet moved = withMovedLane(scene.set, scene.lanes(), laneOf(id(3)), laneOf(id(5)),
                                      false);
        QCOMPARE(moved.order, TaskOrder::ByHand);
        QCOMPARE(moved.byHand, (std::vector{id(3), id(5), id(4)}));
        scene.set = moved;
        QCOMPARE(scene.text(), u"Tasks 5/5 | net | Cat | bash | server | io"_s);
        scene.set = withMovedLane(scene.set, scene.lanes(), laneOf(id(5)), laneOf(id(2)), true);
        QCOMPARE(scene.text(), u"Tasks 5/5 | net | bash | server | io | Cat"_s);
        scene.set.pin(laneOf(id(1)));
        scene.set.pin(laneOf(id(2)));
        QCOMPARE(
            withMovedLane(scene.set, scene.lanes(), laneOf(id(2)), laneOf(id(1)), false).pinned,
            (std::vector{laneOf(id(2)), laneOf(id(1))}));
        // Not from one group to another, nor onto itself.
        QVERIFY(withMovedLane(scene.set, scene.lanes(), laneOf(id(2)), laneOf(id(4)), false)
                == scene.set);
        QVERIFY(withMovedLane(scene.set, scene.lanes(), laneOf(id(2)), laneOf(id(2)), true)
                == scene.set);
    }

    void aChoiceIsKeptByNameAndPid()
    {
        Scene scene;
        QVERIFY(toJson(scene.set, *scene.snapshot).isEmpty());
        scene.set.pin(laneOf(id(4)));
        scene.set.pin(laneOfCpu(1));
        scene.set.hide(laneOf(id(5)));
        scene.set.byHand = {id(3), id(1)};
        scene.set.order = TaskOrder::ByHand;
        scene.set.showsCpus = scene.set.showsCalls = false;
        scene.set.isFolded[2] = true;
        scene.set.foldProcess(100, true);
        scene.set.search = u"x"_s;
        const QJsonObject saved = toJson(scene.set, *scene.snapshot);
        QVERIFY(laneSetFromJson(saved, *scene.snapshot) == scene.set);
        // Another trace, in which that pid is somebody else's.
        MemoryIndex other;
        other.addTasks({{.pid = 300, .comm = "Cat", .names = {}},
                        {.pid = 7, .comm = "not bash", .names = {}}});
        other.addStream(0);
        const LaneSet there = laneSetFromJson(saved, *other.snapshot());
        QCOMPARE(there.pinned, (std::vector{laneOfCpu(1)}));
        QCOMPARE(there.hidden, (std::vector{laneOf(id(1))}));
        QVERIFY(there.byHand.empty());
    }

    void pairsAndCountersHaveOneLaneThatCanBeUnfolded()
    {
        Scene scene;
        scene.addEvents();
        scene.set.showsCpus = scene.set.showsTasks = false;
        QCOMPARE(scene.text(), u"Texts 7/7 | texts | Counters 2/2 | +load (all) | heat | "
                               "Pairs 2/2 | +irq (all) | +disk (all)"_s);
        scene.set.setUnfolded(laneOfPair("irq"), true);
        scene.set.setUnfolded(laneOfPair("disk"), true);
        scene.set.setUnfolded(laneOfCounter("load"), true);
        QCOMPARE(scene.text(),
                 u"Texts 7/7 | texts | Counters 2/2 | load (all) | -load CPU 0 | -load CPU 4 | "
                 "heat | Pairs 2/2 | irq (all) | -irq CPU 0 | -irq CPU 1 | disk | (4 1) | (4 2)"_s);
        // What the lists hide.
        scene.filter.hiddenCpus = {0};
        scene.set.showsMarks = scene.set.showsCounters = false;
        QCOMPARE(scene.text(), u"Pairs 2/2 | irq (all) | -irq CPU 1 | disk | (4 1) | (4 2)"_s);
        scene.set.search = u"disk"_s;
        QCOMPARE(scene.text(), u"Pairs 1/2 | disk | (4 1) | (4 2)"_s);
        scene.set.search = u"cpu 1"_s;
        QCOMPARE(scene.text(), u"Pairs 1/2 | irq (all) | -irq CPU 1"_s);
        scene.set.search.clear();
        scene.set.hide(laneOfPair("irq"));
        QCOMPARE(scene.text(), u"Pairs 1/2 | disk | (4 1) | (4 2)"_s);
        scene.set.isFolded[static_cast<std::size_t>(LaneGroup::Pairs)] = true;
        QCOMPARE(scene.text(), u"+Pairs 1/2"_s);
    }

    void whatOverlapsTooDeeplySharesALane()
    {
        Scene scene;
        scene.addEvents();
        scene.set.showsCpus = scene.set.showsTasks = scene.set.showsCounters = false;
        scene.set.setUnfolded(laneOfPair("disk"), true);
        for (std::uint16_t depth = 3; depth < 40; ++depth)
            scene.addTrack({TrackClass::Pair, 1, 0, depth}, 3);
        scene.set.search = u"disk"_s;
        scene.texts = 0;
        const auto lanes = scene.lanes();
        QCOMPARE(lanes.size(), std::size_t{1 + 16});
        const auto [first, last] = tracksOf(lanes.back());
        QCOMPARE(first.depth, 15);
        QCOMPARE(last.depth, 0xffff);
        QCOMPARE(scene.analysis.between(first, last).size(), std::size_t{25});
        // Together they show each track once.
        std::size_t shown = 0;
        for (std::size_t i = 1; i < lanes.size(); ++i) {
            const auto tracks = tracksOf(lanes[i]);
            shown += scene.analysis.between(tracks.first, tracks.second).size();
        }
        QCOMPARE(shown, std::size_t{40});
    }

    void lanesOfEventsArePinnedMovedAndKept()
    {
        Scene scene;
        scene.addEvents();
        scene.set.showsCpus = scene.set.showsTasks = scene.set.showsCounters = false;
        scene.set.showsMarks = false;
        scene.set = withMovedLane(scene.set, scene.lanes(), laneOfPair("disk"), laneOfPair("irq"),
                                  false);
        QCOMPARE(scene.text(), u"Pairs 2/2 | +disk (all) | +irq (all)"_s);
        LaneId onCpu = laneOfPair("irq");
        onCpu.part = LaneId::Part::Cpu;
        onCpu.key = 1;
        scene.set.pin(onCpu);
        scene.set.pin(laneOfCounter("load"));
        scene.set.pin(laneOfMarks());
        scene.set.pin(laneOfPair("gone"));
        scene.set.setUnfolded(laneOfPair("irq"), true);
        QCOMPARE(scene.text(), u"Pinned 3/3 | irq CPU 1 | +load (all) | texts | Pairs 2/2 | "
                               "+disk (all) | irq (all) | -irq CPU 0"_s);
        // One of its keys stays where it is.
        QVERIFY(withMovedLane(scene.set, scene.lanes(), onCpu, laneOfPair("disk"), true)
                == scene.set);
        LaneId ofTask = laneOfPair("work");
        ofTask.part = LaneId::Part::Task;
        ofTask.key = 4;
        LaneId ofValue = laneOfCounter("heat");
        ofValue.part = LaneId::Part::Value;
        ofValue.key = kTimeMin;
        scene.set.hide(ofTask);
        scene.set.hide(ofValue);
        scene.set.showsPairs = false;
        const QJsonObject saved = toJson(scene.set, *scene.snapshot);
        QVERIFY(laneSetFromJson(saved, *scene.snapshot) == scene.set);
    }

    void nonsenseThatWasKeptIsIgnored()
    {
        const Scene scene;
        const QJsonObject saved{{u"pinned"_s, QJsonArray{1, u"x"_s, QJsonObject{{u"cpu"_s, -4}}}},
                                {u"order"_s, u"sideways"_s},
                                {u"hidden"_s, 17},
                                {u"folded"_s, QJsonArray{u"tasks "_s, QJsonObject()}}};
        QVERIFY(laneSetFromJson(saved, *scene.snapshot) == LaneSet());
    }

    void aHundredThousandTasksAreLaidOutInAMoment()
    {
        constexpr std::uint32_t kTasks = 100'000;
        MemoryIndex index;
        std::vector<Task> tasks;
        for (std::uint32_t i = 1; i <= kTasks; ++i)
            tasks.push_back({.pid = static_cast<Pid>(i),
                             .tgid = static_cast<Pid>(i / 4 * 4),
                             .comm = "task" + std::to_string(i * 7919 % kTasks),
                             .names = {}});
        index.addTasks(std::move(tasks));
        index.addStream(0);
        const auto snapshot = index.snapshot();
        Analysis analysis;
        analysis.index = snapshot;
        for (std::uint32_t i = 1; i <= kTasks; ++i)
            analysis.tracks.push_back({{TrackClass::TaskState, 0, i, 0}, 1, {i, i + 1}});
        LaneSet set;
        set.order = TaskOrder::Name;
        QElapsedTimer timer;
        timer.start();
        const auto lanes = makeLanes(set, *snapshot, &analysis, {});
        QVERIFY(lanes.size() > kTasks);
        QCOMPARE_LT(timer.elapsed(), 3000); // some 100 ms; sanitizers take their time
    }

    void theViewKeepsLanesAndForgetsThemWithTheTrace()
    {
        Scene scene;
        ViewState view;
        view.setSnapshot(scene.snapshot);
        QCoreApplication::sendPostedEvents();
        QSignalSpy spy(&view, &ViewState::changed);
        LaneSet set;
        set.hide(laneOf(id(4)));
        view.setLanes(set);
        view.setLanes(set);
        view.setAnalysis(std::make_shared<Analysis>(scene.analysis));
        QCoreApplication::sendPostedEvents();
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].value<ViewState::Changes>(),
                 ViewState::LanesChanged | ViewState::AnalysisChanged);
        const QJsonObject saved = view.save();
        Scene other;
        view.setAnalysis(std::make_shared<Analysis>(other.analysis)); // of another trace
        QCOMPARE(view.analysis()->index, scene.snapshot);
        view.setSnapshot(other.snapshot);
        QVERIFY(!view.analysis());
        QVERIFY(view.lanes() == LaneSet());
        view.restore(saved);
        QVERIFY(view.lanes() == set);
    }
};

QTEST_GUILESS_MAIN(tst_LaneSet)
#include "tst_laneset.moc"
