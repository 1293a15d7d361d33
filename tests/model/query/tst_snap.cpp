// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/snap.h"
#include "tests/model/query/randomindex.h"

#include <QTest>

using namespace thresher;

namespace {

constexpr EventTypeId kSwitch{0};

std::uint64_t distance(TimeNs left, TimeNs right)
{
    const auto from = static_cast<std::uint64_t>(std::min(left, right));
    return static_cast<std::uint64_t>(std::max(left, right)) - from;
}

/// Every moment of a CPU that means something.
std::vector<TimeNs> momentsOf(const IndexSnapshot &snapshot, CpuId cpu)
{
    std::vector<TimeNs> moments;
    for (const StreamIndex s : snapshot.streamsOf(cpu)) {
        const StreamView &stream = snapshot.streams[s];
        for (EventIndex i = 0; i < stream.size; ++i)
            moments.push_back(stream.time(i));
        for (const TrackView *track : {&stream.running, &stream.irq, &stream.softirq}) {
            for (std::uint64_t i = 0; i < track->size; ++i) {
                moments.push_back(track->slice(i).begin);
                moments.push_back(track->slice(i).end);
            }
        }
    }
    return moments;
}

/// The naive twin: looks at all of them.
std::optional<TimeNs> nearest(const IndexSnapshot &snapshot, std::span<const CpuId> cpus,
                              TimeNs time, DurationNs tolerance)
{
    std::optional<TimeNs> best;
    for (const CpuId cpu : cpus) {
        for (const TimeNs at : momentsOf(snapshot, cpu)) {
            const std::uint64_t away = distance(at, time);
            if (away > static_cast<std::uint64_t>(tolerance))
                continue;
            if (!best || away < distance(*best, time)
                || (away == distance(*best, time) && at < *best))
                best = at;
        }
    }
    return best;
}

} // namespace

class SnapTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsTheNearestOfAllMoments_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("even") << int(test::TraceKind::Even);
        QTest::newRow("bursts") << int(test::TraceKind::Bursts);
        QTest::newRow("equal stamps") << int(test::TraceKind::EqualStamps);
        QTest::newRow("huge") << int(test::TraceKind::Huge);
        QTest::newRow("limits") << int(test::TraceKind::Limits);
    }
    void itIsTheNearestOfAllMoments()
    {
        QFETCH(int, kind);
        const std::uint64_t seed = 1000 + static_cast<std::uint64_t>(kind);
        const auto trace = test::randomTrace(seed, test::TraceKind(kind), 5, 900);
        const auto snapshot = trace->index.snapshot();
        const std::vector<CpuId> cpus = snapshot->cpus();
        std::mt19937_64 random(seed);
        for (int i = 0; i < 300; ++i) {
            const std::size_t first = random() % cpus.size();
            const std::span<const CpuId> some(cpus.data() + first,
                                              1 + random() % (cpus.size() - first));
            const auto range = static_cast<std::uint64_t>(snapshot->range.duration());
            const auto time = static_cast<TimeNs>(static_cast<std::uint64_t>(snapshot->range.begin)
                                                  + random() % (range + 1));
            const auto tolerance = static_cast<DurationNs>(random() % (range / 50 + 2));
            const auto point = snapTime(*snapshot, nullptr, some, time, tolerance);
            // Of two that are as near either will do.
            const auto expected = nearest(*snapshot, some, time, tolerance);
            QCOMPARE(point.has_value(), expected.has_value());
            if (point)
                QCOMPARE(distance(point->time, time), distance(*expected, time));
            if (point) {
                QVERIFY(std::ranges::find(some, point->cpu) != some.end());
                const auto own = momentsOf(*snapshot, point->cpu);
                QVERIFY(std::ranges::find(own, point->time) != own.end());
            }
        }
    }

    void onlyTheAskedForCpusCount()
    {
        test::MemoryIndex index;
        index.addEventTypes({"sched_switch"});
        index.addStream(0).addEvent(100, kSwitch, kIdleTask);
        index.addStream(1).addEvent(103, kSwitch, kIdleTask);
        const auto snapshot = index.snapshot();
        const std::array<CpuId, 2> cpus{0, 1};
        QVERIFY(snapTime(*snapshot, nullptr, cpus, 102, 5) == (SnapPoint{103, 1}));
        QVERIFY(snapTime(*snapshot, nullptr, std::span(cpus).first(1), 102, 5)
                == (SnapPoint{100, 0}));
        QVERIFY(!snapTime(*snapshot, nullptr, std::span(cpus).first(1), 102, 1));
        QVERIFY(!snapTime(*snapshot, nullptr, {}, 102, 5));
    }

    void hiddenEventsDrawNothing()
    {
        test::MemoryIndex index;
        index.addEventTypes({"sched_switch", "other"});
        test::MemoryStream &cpu = index.addStream(0);
        cpu.addEvent(100, EventTypeId{1}, kIdleTask);
        cpu.addEvent(110, kSwitch, kIdleTask);
        const auto snapshot = index.snapshot();
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{1}};
        Progress progress;
        const auto selection = selectEvents(*snapshot, filter, nullptr, {}, progress);
        QVERIFY(selection.has_value());
        const std::array<CpuId, 1> cpus{0};
        QVERIFY(snapTime(*snapshot, selection->get(), cpus, 101, 20) == (SnapPoint{110, 0}));
    }
};

QTEST_GUILESS_MAIN(SnapTest)
#include "tst_snap.moc"
