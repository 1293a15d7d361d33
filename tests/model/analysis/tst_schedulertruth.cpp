// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/explain.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

/// A scheduler that is made up, so that what every task did is known, and its events: with all of
/// them the analysis must say exactly that, with some lost nothing that is untrue where none are.
namespace {

constexpr int kCpus = 4;
constexpr int kTaskCount = 12;
constexpr Pid kFirstPid = 100;

class Scheduler
{
public:
    explicit Scheduler(unsigned seed)
        : m_random(seed)
        , m_running(kCpus, -1)
        , m_state(kTaskCount, '?')
        , m_truth(kTaskCount)
    {
        for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu)
            m_writer.print(cpu, m_time, 0, "begin");
    }

    /// @param lossy  now and then a CPU loses what happens next on it.
    void run(int steps, bool lossy)
    {
        for (int i = 0; i < steps; ++i) {
            m_time += 1 + m_random() % 1000;
            const auto cpu = static_cast<std::uint32_t>(m_random() % kCpus);
            if (lossy && m_random() % 200 == 0)
                lose(cpu, 1 + static_cast<int>(m_random() % 20));
            if (m_random() % 3 == 0)
                wakeSomebody(cpu);
            else
                switchTo(cpu, somebodyWaiting());
        }
        m_time += 10;
        for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
            flushLoss(cpu);
            m_writer.print(cpu, m_time, pidOn(cpu), "end");
        }
    }
    [[nodiscard]] const TraceDatWriter &writer() const { return m_writer; }
    /// Begins of states of a task, by letter; '?' before the first.
    [[nodiscard]] const std::map<TimeNs, char> &truth(int task) const
    {
        return m_truth[static_cast<std::size_t>(task)];
    }
    [[nodiscard]] char truthAt(int task, TimeNs time) const
    {
        const auto after = truth(task).upper_bound(time);
        return after == truth(task).begin() ? '?' : std::prev(after)->second;
    }

private:
    [[nodiscard]] TraceDatWriter::Task task(int number) const
    {
        return number < 0 ? TraceDatWriter::Task{0, "swapper"}
                          : TraceDatWriter::Task{kFirstPid + number, "t" + std::to_string(number)};
    }
    [[nodiscard]] Pid pidOn(std::uint32_t cpu) const { return task(m_running[cpu]).pid; }
    void set(int number, char state)
    {
        if (number < 0)
            return;
        m_state[static_cast<std::size_t>(number)] = state;
        m_truth[static_cast<std::size_t>(number)][static_cast<TimeNs>(m_time)] = state;
    }
    [[nodiscard]] int somebodyWaiting()
    {
        const int first = static_cast<int>(m_random() % kTaskCount);
        for (int i = 0; i < kTaskCount; ++i) {
            const int number = (first + i) % kTaskCount;
            const char state = m_state[static_cast<std::size_t>(number)];
            if (state == 'W' || state == 'P')
                return number;
        }
        return -1;
    }
    void wakeSomebody(std::uint32_t cpu)
    {
        const int number = static_cast<int>(m_random() % kTaskCount);
        const char state = m_state[static_cast<std::size_t>(number)];
        if (state != '?' && state != 'S' && state != 'D')
            return;
        set(number, 'W');
        emit(cpu, [&] { m_writer.waking(cpu, m_time, pidOn(cpu), task(number), cpu); });
    }
    void switchTo(std::uint32_t cpu, int next)
    {
        const int previous = m_running[cpu];
        if (previous == next)
            return;
        const auto how = m_random() % 3;
        const std::uint64_t states[] = {0x100, 1, 2};
        set(previous, "PSD"[how]);
        set(next, 'r');
        emit(cpu, [&] {
            m_writer.schedSwitch(cpu, m_time, task(previous), previous < 0 ? 0 : states[how],
                                 task(next));
        });
        m_running[cpu] = next;
    }
    void lose(std::uint32_t cpu, int events) { m_losing[cpu] = events; }
    template<typename Write>
    void emit(std::uint32_t cpu, Write &&write)
    {
        const auto losing = m_losing.find(cpu);
        if (losing != m_losing.end() && losing->second-- > 0)
            return;
        flushLoss(cpu);
        write();
    }
    void flushLoss(std::uint32_t cpu)
    {
        if (m_losing.erase(cpu) > 0)
            m_writer.loseEvents(cpu, -1);
    }

    std::mt19937 m_random;
    TraceDatWriter m_writer;
    std::uint64_t m_time = 1000;
    std::vector<int> m_running; ///< [CPUs] -1: idle
    std::vector<char> m_state; ///< [tasks]
    std::vector<std::map<TimeNs, char>> m_truth;
    std::map<std::uint32_t, int> m_losing;
};

char letterOf(std::uint32_t value)
{
    return value == kNoValue ? '?' : "NrWPDSTX"[value];
}

} // namespace

class TestSchedulerTruth final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allEventsGiveTheTruth_data() { seeds(20); }
    void allEventsGiveTheTruth();
    void withLossesNothingUntrueIsCertain_data() { seeds(60); }
    void withLossesNothingUntrueIsCertain();

private:
    static void seeds(unsigned count)
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 0; seed < count; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
};

void TestSchedulerTruth::allEventsGiveTheTruth()
{
    QFETCH(unsigned, seed);
    Scheduler scheduler(seed);
    scheduler.run(3000, false);
    AnalysisOptions options;
    options.eventsAtATime = 100 + seed * 37;
    options.slicesOfASegment = 50 + seed * 101;
    const AnalysisScene scene(scheduler.writer(), options);
    for (int number = 0; number < kTaskCount; ++number) {
        const TaskId task = scene.task(kFirstPid + number);
        std::map<TimeNs, char> said;
        for (const PlacedSlice &found :
             scene.slices({TrackClass::TaskState, 0, ownerOfTask(task), 0})) {
            if (found.slice.value != kNoValue)
                said[found.slice.begin] = letterOf(found.slice.value);
        }
        // The last event tells nothing, but ends what is known of those that run.
        QVERIFY(said.size() > 10);
        QCOMPARE(said, scheduler.truth(number));
    }
}

void TestSchedulerTruth::withLossesNothingUntrueIsCertain()
{
    QFETCH(unsigned, seed);
    Scheduler scheduler(1000 + seed);
    scheduler.run(4000, true);
    const AnalysisScene scene(scheduler.writer());
    DurationNs known = 0;
    DurationNs all = 0;
    for (int number = 0; number < kTaskCount; ++number) {
        const TaskId task = scene.task(kFirstPid + number);
        for (const PlacedSlice &found :
             scene.slices({TrackClass::TaskState, 0, ownerOfTask(task), 0})) {
            const Slice &slice = found.slice;
            all += slice.end - slice.begin;
            if (slice.value == kNoValue)
                continue;
            known += slice.end - slice.begin;
            // What no loss touches is true from its begin to its end.
            if (slice.begin == slice.end || touchesLoss(*scene.index, {slice.begin, slice.end}))
                continue;
            const char said = letterOf(slice.value);
            QCOMPARE(scheduler.truthAt(number, slice.begin), said);
            QCOMPARE(scheduler.truthAt(number, slice.end - 1), said);
        }
    }
    QVERIFY(scene.index->lostSpans > 0);
    QVERIFY(known > all / 3);
    QVERIFY(known < all);
}

QTEST_GUILESS_MAIN(TestSchedulerTruth)
#include "tst_schedulertruth.moc"
