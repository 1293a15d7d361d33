// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/selection.h"
#include "tests/model/query/randomindex.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

Q_DECLARE_METATYPE(thresher::ShowFilter)

class tst_selection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyFilterShowsAll();
    void itShowsWhatANaiveLoopShows_data();
    void itShowsWhatANaiveLoopShows();
    void aLongerSnapshotExtendsAnEarlierSelection();
    void aStopIsACancelledError();
    void aSelectionOfNothingHasNoNext();
    void bothOfTwoSelectWhatEachDoes();
    void tasksMetLaterAreHiddenWhereOthersAre();
    void hiddenTasksDoNotCountInThePyramids();
    void aDamagedDictionaryIsNoLargerThanABlock();
};

namespace {

std::shared_ptr<const Selection> select(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                        const ShowFilter &filter,
                                        std::shared_ptr<const Selection> previous = {})
{
    Progress progress;
    auto selection = selectEvents(*snapshot, filter, std::move(previous), {}, progress);
    return selection ? *selection : nullptr;
}

bool shows(const ShowFilter &filter, CpuId cpu, const RandomTrace::Event &event)
{
    return filter.showsCpu(cpu) && filter.showsEvent(event.event) && filter.showsTask(event.task);
}

ShowFilter randomFilter(std::mt19937_64 &random)
{
    ShowFilter filter;
    const auto some = [&] { return random() % 3 == 0; };
    for (std::uint32_t i = 0; i < kRandomEventTypes; ++i) {
        if (some())
            filter.hiddenEvents.push_back(static_cast<EventTypeId>(i));
    }
    for (std::uint32_t i = 0; i < kRandomTasks; ++i) {
        if (some())
            filter.hiddenTasks.push_back(static_cast<TaskId>(i));
    }
    for (std::uint32_t i = 0; i < 4; ++i) {
        if (random() % 5 == 0)
            filter.hiddenCpus.push_back(i);
    }
    return filter;
}

/// Every question that a selection answers, against counting.
bool isAs(const Selection &selection, const RandomTrace &trace)
{
    std::uint64_t total = 0;
    for (std::size_t s = 0; s < trace.streams.size(); ++s) {
        const StreamSelection &stream = selection.streams[s];
        const auto &twin = trace.streams[s];
        std::vector<EventIndex> shown;
        for (EventIndex i = 0; i < twin.events.size(); ++i) {
            if (stream.rank(i) != shown.size())
                return false;
            const bool is = shows(selection.filter, twin.cpu, twin.events[i]);
            if (stream.contains(i) != is)
                return false;
            if (is)
                shown.push_back(i);
        }
        if (stream.count() != shown.size() || stream.rank(~EventIndex{0}) != shown.size()
            || stream.contains(twin.events.size()))
            return false;
        for (std::uint64_t n = 0; n < shown.size(); ++n) {
            if (stream.select(n) != shown[n])
                return false;
        }
        if (stream.select(shown.size()) != stream.size())
            return false;
        for (EventIndex i = 0; i < twin.events.size(); i += 7) {
            const auto next = std::lower_bound(shown.begin(), shown.end(), i);
            if (stream.next(i) != (next == shown.end() ? stream.size() : *next))
                return false;
        }
        total += shown.size();
    }
    return total == selection.count;
}

} // namespace

void tst_selection::anEmptyFilterShowsAll()
{
    const auto trace = randomTrace(1, TraceKind::Even, 3, 1000);
    const auto selection = select(trace->index.snapshot(), {});
    QVERIFY(selection);
    QVERIFY(ShowFilter{}.isEmpty());
    QCOMPARE(selection->count, std::uint64_t{1001});
    QVERIFY(isAs(*selection, *trace));
}

void tst_selection::itShowsWhatANaiveLoopShows_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 40; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void tst_selection::itShowsWhatANaiveLoopShows()
{
    QFETCH(const int, seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto trace = randomTrace(random(), static_cast<TraceKind>(seed % 5), 5,
                                   1 + random() % 5000);
    const ShowFilter filter = randomFilter(random);
    const auto selection = select(trace->index.snapshot(), filter);
    QVERIFY(selection);
    QCOMPARE(selection->filter, filter);
    QVERIFY(isAs(*selection, *trace));
}

void tst_selection::aLongerSnapshotExtendsAnEarlierSelection()
{
    const auto trace = randomTrace(7, TraceKind::Bursts, 4, 9000);
    ShowFilter filter;
    filter.hiddenEvents = {EventTypeId{1}, EventTypeId{2}};
    filter.hiddenTasks = {TaskId{3}};
    std::shared_ptr<const Selection> selection;
    for (const EventIndex part : {0U, 100U, 1000U, 2560U, 2561U, 8999U}) {
        std::vector<EventIndex> sizes;
        for (const auto &stream : trace->streams)
            sizes.push_back(std::min<EventIndex>(part, stream.events.size()));
        const auto snapshot = trace->index.partialSnapshot(sizes, kTimeMin);
        selection = select(snapshot, filter, selection);
        QVERIFY(selection);
        QCOMPARE(selection->streams[0].size(), part);
    }
    selection = select(trace->index.snapshot(), filter, selection);
    QVERIFY(isAs(*selection, *trace));
}

void tst_selection::aStopIsACancelledError()
{
    const auto trace = randomTrace(7, TraceKind::Even, 3, 1000);
    std::stop_source source;
    source.request_stop();
    Progress progress;
    const auto selection = selectEvents(*trace->index.snapshot(), {}, {}, source.get_token(),
                                        progress);
    QVERIFY(!selection);
    QCOMPARE(selection.error().kind, ErrorKind::Cancelled);
}

void tst_selection::aSelectionOfNothingHasNoNext()
{
    const StreamSelection nothing;
    QCOMPARE(nothing.count(), std::uint64_t{0});
    QCOMPARE(nothing.next(0), EventIndex{0});
    QCOMPARE(nothing.select(0), EventIndex{0});
    QVERIFY(!nothing.contains(0));

    const auto trace = randomTrace(7, TraceKind::Even, 3, 1000);
    ShowFilter filter;
    for (std::uint32_t i = 0; i < kRandomEventTypes; ++i)
        filter.hiddenEvents.push_back(static_cast<EventTypeId>(i));
    const auto selection = select(trace->index.snapshot(), filter);
    QCOMPARE(selection->count, std::uint64_t{0});
    QCOMPARE(selection->streams[0].next(5), EventIndex{1000});
}

void tst_selection::bothOfTwoSelectWhatEachDoes()
{
    const auto trace = randomTrace(11, TraceKind::Even, 3, 3000);
    const auto snapshot = trace->index.snapshot();
    const auto partial = trace->index.partialSnapshot(
        {2000, std::min<EventIndex>(700, snapshot->streams[1].size), 0}, 0);
    ShowFilter some;
    some.hiddenEvents = {EventTypeId{0}, EventTypeId{3}};
    ShowFilter others;
    others.hiddenTasks = {TaskId{1}, TaskId{2}};
    others.hiddenCpus = {snapshot->trace->streams()[1].cpu};
    const auto a = select(snapshot, some);
    const auto b = select(partial, others);
    const auto both = selectBoth(*a, *b);
    std::uint64_t count = 0;
    for (std::size_t s = 0; s < both->streams.size(); ++s) {
        QCOMPARE(both->streams[s].size(), std::min(a->streams[s].size(), b->streams[s].size()));
        for (EventIndex i = 0; i < a->streams[s].size(); ++i) {
            const bool isIn = a->streams[s].contains(i) && b->streams[s].contains(i);
            QCOMPARE(both->streams[s].contains(i), isIn);
            count += isIn ? 1 : 0;
        }
        QCOMPARE(both->streams[s].next(0), both->streams[s].select(0));
    }
    QCOMPARE(both->count, count);
    QVERIFY(count > 0);
}

void tst_selection::tasksMetLaterAreHiddenWhereOthersAre()
{
    ShowFilter filter;
    filter.hiddenTasks = {TaskId{2}};
    filter.hideOtherTasks = true;
    filter.knownTasks = 5;
    QVERIFY(filter.showsTask(TaskId{4}));
    QVERIFY(!filter.showsTask(TaskId{2}));
    QVERIFY(!filter.showsTask(TaskId{5}));
    const auto trace = randomTrace(9, TraceKind::Even, 3, 3000);
    const auto selection = select(trace->index.snapshot(), filter);
    QVERIFY(isAs(*selection, *trace));
    QVERIFY(!selection->showsTask(TaskId{7}));
    QVERIFY(!selection->showsTask(TaskId{70}));
}

void tst_selection::hiddenTasksDoNotCountInThePyramids()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(2));
    MemoryStream &stream = index.addStream(0);
    for (TimeNs i = 0; i < 64; ++i) {
        stream.addEvent(i * 10, EventTypeId{0}, TaskId{1});
        stream.running.add({i * 10, i * 10 + 10, i % 2 == 0 ? 1U : 2U});
    }
    ShowFilter filter;
    filter.hiddenTasks = {TaskId{1}};
    const auto selection = select(index.snapshot(), filter);
    QCOMPARE(selection->running[0].levels[0].size(), std::size_t{2});
    const PyramidNode node = selection->running[0].levels[0][0];
    QCOMPARE(node.covered, std::uint64_t{160});
    QCOMPARE(node.value, 2U);
    QCOMPARE(node.count, 16U);
}

void tst_selection::aDamagedDictionaryIsNoLargerThanABlock()
{
    MemoryIndex index;
    index.addEventTypes({"a", "b"});
    MemoryStream &stream = index.addStream(0);
    for (int i = 0; i < 300; ++i)
        stream.addEvent(i, static_cast<EventTypeId>(i % 2), kIdleTask);
    IndexSnapshot damaged = *index.snapshot();
    std::vector<BlockHead> heads(damaged.streams[0].heads.begin(), damaged.streams[0].heads.end());
    for (BlockHead &head : heads)
        head.eventDictSize = head.taskDictSize = 0xffff;
    const std::vector<EventTypeId> events(0xffff);
    const std::vector<TaskId> tasks(0xffff);
    damaged.streams[0].heads = heads;
    damaged.streams[0].eventDict = events;
    damaged.streams[0].taskDict = tasks;
    QCOMPARE(damaged.streams[0].block(0).eventDict.size(), std::size_t{kBlockEvents});
    QCOMPARE(damaged.streams[0].block(0).taskDict.size(), std::size_t{kBlockEvents});
    ShowFilter filter;
    filter.hiddenEvents = {EventTypeId{1}};
    filter.hiddenTasks = {TaskId{1}};
    Progress progress;
    QVERIFY(selectEvents(damaged, filter, {}, {}, progress));
}

QTEST_GUILESS_MAIN(tst_selection)
#include "tst_selection.moc"
