// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rangecounts.h"
#include "tests/model/query/randomindex.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

class tst_RangeCounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyShownEventOfTheRangeCounts_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 0; seed < 40; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void everyShownEventOfTheRangeCounts()
    {
        QFETCH(const int, seed);
        std::mt19937_64 random(static_cast<std::uint64_t>(seed));
        const auto trace = randomTrace(random(), static_cast<TraceKind>(seed % 5), 2 + random() % 6,
                                       1 + random() % 2000);
        const auto snapshot = trace->index.snapshot();
        ShowFilter filter;
        if (seed % 3 != 0) {
            filter.hiddenEvents = {EventTypeId{2}};
            filter.hiddenTasks = {TaskId{1}, TaskId{4}};
            filter.hiddenCpus = {1};
        }
        Progress progress;
        std::shared_ptr<const Selection> selection;
        if (!filter.isEmpty())
            selection = *selectEvents(*snapshot, filter, {}, {}, progress);
        const auto &first = trace->streams.front().events;
        const TimeRange range{first[first.size() / 4].time, first[first.size() * 3 / 4].time};
        const auto counts = countRange(*snapshot, selection.get(), range, {}, progress);
        QVERIFY(counts);
        RangeCounts twin;
        twin.perType.resize(snapshot->trace->events().all().size());
        twin.perTask.resize(snapshot->tasks->size());
        QVERIFY(twin.perType.size() >= kRandomEventTypes && twin.perTask.size() >= kRandomTasks);
        for (const RandomTrace::Stream &stream : trace->streams) {
            for (const RandomTrace::Event &event : stream.events) {
                if (!range.contains(event.time) || !filter.showsCpu(stream.cpu)
                    || !filter.showsEvent(event.event) || !filter.showsTask(event.task))
                    continue;
                ++twin.events;
                ++twin.cpus[stream.cpu].events;
                ++twin.perType[toIndex(event.event)];
                ++twin.perTask[toIndex(event.task)];
            }
        }
        QCOMPARE(counts->events, twin.events);
        QVERIFY(counts->perType == twin.perType);
        QVERIFY(counts->perTask == twin.perTask);
        for (const auto &[cpu, count] : counts->cpus)
            QCOMPARE(count.events, twin.cpus[cpu].events);
        QVERIFY(seed % 3 == 0 || !counts->cpus.contains(1));
    }

    void lossesThatTouchTheRangeCount()
    {
        MemoryIndex index;
        index.addEventTypes({"e"});
        MemoryStream &stream = index.addStream(0);
        for (TimeNs time = 0; time <= 100; time += 10)
            stream.addEvent(time, EventTypeId{0}, TaskId{0});
        stream.addLost({10, 20, 2, 7});
        stream.addLost({40, 50, 5, -1});
        stream.addLost({100, 100, stream.size(), 3}); // none follows
        const auto snapshot = index.snapshot();
        Progress progress;
        const auto lost = [&](TimeRange range) {
            const auto counts = countRange(*snapshot, nullptr, range, {}, progress);
            return std::array{counts->lostSpans, counts->lostEvents, counts->unknownLosses};
        };
        using Expected = std::array<std::uint64_t, 3>;
        QCOMPARE(lost({0, 200}), (Expected{3, 10, 1}));
        QCOMPARE(lost({25, 35}), (Expected{0, 0, 0}));
        QCOMPARE(lost({45, 60}), (Expected{1, 0, 1}));
        QCOMPARE(lost({150, 200}), (Expected{1, 3, 0}));
    }

    void itCanBeStopped()
    {
        const auto trace = randomTrace(1, TraceKind::Even, 3, 2000);
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto counts = countRange(*trace->index.snapshot(), nullptr, {kTimeMin, kTimeMax},
                                       stop.get_token(), progress);
        QVERIFY(!counts);
        QCOMPARE(counts.error().kind, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_RangeCounts)
#include "tst_rangecounts.moc"
