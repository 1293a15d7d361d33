// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rows.h"
#include "model/query/rowsource.h"
#include "tests/model/query/randomindex.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

class tst_rows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noRowsOfNothing();
    void theyAreTheStableMergeOfTheStreams_data();
    void theyAreTheStableMergeOfTheStreams();
    void whileBuildingTheyEndAtTheFrontier();
    void eventsOfEqualTimeComeByStream();
    void aSourceGivesTheSameRowsInAnyOrder();
    void damagedTimesStillEnd();
};

namespace {

struct Twin
{
    TimeNs time = 0;
    Place place;
    RandomTrace::Event event;
    CpuId cpu = 0;
};

/// The merged table the slow way.
std::vector<Twin> mergedRows(const RandomTrace &trace, const ShowFilter &filter,
                             TimeNs frontier = kTimeMax)
{
    std::vector<Twin> rows;
    for (StreamIndex s = 0; s < trace.streams.size(); ++s) {
        const auto &stream = trace.streams[s];
        for (EventIndex i = 0; i < stream.events.size(); ++i) {
            const auto &event = stream.events[i];
            const bool isFinal = frontier == kTimeMax || event.time < frontier;
            if (isFinal && filter.showsCpu(stream.cpu) && filter.showsEvent(event.event)
                && filter.showsTask(event.task))
                rows.push_back({event.time, {s, i}, event, stream.cpu});
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Twin &a, const Twin &b) { return a.time < b.time; });
    return rows;
}

std::shared_ptr<const Selection> select(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                        const ShowFilter &filter)
{
    if (filter.isEmpty())
        return nullptr;
    Progress progress;
    return selectEvents(*snapshot, filter, {}, {}, progress).value();
}

} // namespace

void tst_rows::noRowsOfNothing()
{
    const RowOrder none;
    QCOMPARE(none.size(), Row{0});
    QVERIFY(!none.at(0));
    QCOMPARE(none.lowerBound(5), Row{0});
    QCOMPARE(none.rowOf({0, 0}), Row{0});
    MemoryIndex index;
    const RowOrder empty(index.snapshot());
    QVERIFY(!empty.at(0));
    QVERIFY(!RowCursor(empty, 0).next());
}

void tst_rows::theyAreTheStableMergeOfTheStreams_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 60; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void tst_rows::theyAreTheStableMergeOfTheStreams()
{
    QFETCH(const int, seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto kind = static_cast<TraceKind>(seed % 5);
    const auto trace = randomTrace(random(), kind, 2 + random() % 8, 1 + random() % 3000);
    ShowFilter filter;
    if (seed % 3 != 0) {
        filter.hiddenEvents = {EventTypeId{0}, EventTypeId{3}};
        filter.hiddenTasks = {TaskId{0}, TaskId{1}, TaskId{5}};
        if (seed % 2 == 0)
            filter.hiddenCpus = {1};
    }
    const auto snapshot = trace->index.snapshot();
    const RowOrder order(snapshot, select(snapshot, filter));
    const std::vector<Twin> twins = mergedRows(*trace, filter);
    QCOMPARE(order.size(), Row{twins.size()});
    RowCursor all(order, 0);
    for (Row row = 0; row < twins.size(); ++row) {
        QCOMPARE(all.row(), row);
        const std::optional<Place> place = all.next();
        QVERIFY(place);
        QVERIFY(*place == twins[row].place);
    }
    QVERIFY(!all.next());
    for (int i = 0; i < 200 && !twins.empty(); ++i) {
        const Row row = i < 2 ? Row{0} + (i == 0 ? 0 : twins.size() - 1) : random() % twins.size();
        QVERIFY(order.at(row) == twins[row].place);
        QCOMPARE(order.time(twins[row].place), twins[row].time);
        QCOMPARE(order.rowOf(twins[row].place), row);
        const TimeNs time = twins[row].time + (i % 3 == 0 && twins[row].time < kTimeMax ? 1 : 0);
        const auto first = std::lower_bound(
            twins.begin(), twins.end(), time,
            [](const Twin &twin, TimeNs before) { return twin.time < before; });
        QCOMPARE(order.lowerBound(time), static_cast<Row>(first - twins.begin()));
    }
    QVERIFY(!order.at(twins.size()));
    // Of a hidden event: the next shown one.
    const std::vector<Twin> whole = mergedRows(*trace, {});
    Row shown = 0;
    for (const Twin &twin : whole) {
        if (random() % 20 == 0)
            QCOMPARE(order.rowOf(twin.place), shown);
        if (shown < twins.size() && twins[shown].place == twin.place)
            ++shown;
    }
}

void tst_rows::whileBuildingTheyEndAtTheFrontier()
{
    const auto trace = randomTrace(11, TraceKind::Even, 4, 4000);
    const auto rows = mergedRows(*trace, {});
    const TimeNs frontier = rows[rows.size() / 2].time;
    std::vector<EventIndex> sizes;
    for (const auto &stream : trace->streams) {
        EventIndex size = 0;
        while (size < stream.events.size() && stream.events[size].time < frontier)
            ++size;
        sizes.push_back(std::min<EventIndex>(size + 100, stream.events.size()));
    }
    const RowOrder order(trace->index.partialSnapshot(sizes, frontier));
    const auto twins = mergedRows(*trace, {}, frontier);
    QCOMPARE(order.size(), Row{twins.size()});
    for (Row row = 0; row < twins.size(); row += 37)
        QVERIFY(order.at(row) == twins[row].place);
    QCOMPARE(order.lowerBound(kTimeMax), order.size());
    QCOMPARE(order.rowOf({0, sizes[0] - 1}), order.size());
}

void tst_rows::eventsOfEqualTimeComeByStream()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    for (CpuId cpu = 0; cpu < 3; ++cpu) {
        MemoryStream &stream = index.addStream(cpu);
        for (int i = 0; i < 600; ++i)
            stream.addEvent(42, EventTypeId{0}, TaskId{0});
    }
    const RowOrder order(index.snapshot());
    for (Row row = 0; row < order.size(); ++row) {
        const Place expected{static_cast<StreamIndex>(row / 600), row % 600};
        QVERIFY(order.at(row) == expected);
        QCOMPARE(order.rowOf(expected), row);
    }
}

void tst_rows::aSourceGivesTheSameRowsInAnyOrder()
{
    const auto trace = randomTrace(5, TraceKind::Bursts, 6, 5000);
    const auto snapshot = trace->index.snapshot();
    const TraceRowSource source{RowOrder(snapshot)};
    const auto twins = mergedRows(*trace, {});
    QCOMPARE(source.size(), Row{twins.size()});
    std::vector<Row> rows;
    for (Row row = 0; row < twins.size(); ++row)
        rows.push_back(row);
    for (Row row = twins.size(); row-- > 0;)
        rows.push_back(row);
    std::mt19937_64 random(3);
    for (int i = 0; i < 1000; ++i)
        rows.push_back(random() % twins.size());
    for (const Row row : rows) {
        RowData data;
        QVERIFY(source.rowAt(row, data));
        const Twin &twin = twins[row];
        QVERIFY(data.place == twin.place);
        QCOMPARE(data.time, twin.time);
        QCOMPARE(data.cpu, twin.cpu);
        QCOMPARE(data.event, twin.event.event);
        QCOMPARE(data.task, twin.event.task);
        QCOMPARE(data.pid, snapshot->tasks->task(twin.event.task).pid);
    }
    RowData untouched;
    untouched.pid = 77;
    QVERIFY(!source.rowAt(twins.size(), untouched));
    QCOMPARE(untouched.pid, 77);
}

void tst_rows::damagedTimesStillEnd()
{
    // What a flipped bit in the index may give: times that are in no order at all.
    std::mt19937_64 random(99);
    MemoryIndex index;
    index.addEventTypes({"e"});
    for (CpuId cpu = 0; cpu < 4; ++cpu) {
        MemoryStream &stream = index.addStream(cpu);
        for (int i = 0; i < 3000; ++i)
            stream.addEvent(static_cast<TimeNs>(random() % 1000), EventTypeId{0}, TaskId{0});
    }
    const RowOrder order(index.snapshot());
    QCOMPARE(order.size(), Row{12000});
    for (Row row = 0; row < order.size(); row += 11)
        static_cast<void>(order.at(row));
    RowCursor cursor(order, 5000);
    Row count = 0;
    while (cursor.next())
        ++count;
    QVERIFY(count <= order.size());
}

QTEST_GUILESS_MAIN(tst_rows)
#include "tst_rows.moc"
