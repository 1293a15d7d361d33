// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/gridbounds.h"
#include "model/query/lanes.h"
#include "model/query/trackpart.h"
#include "tests/model/query/randomindex.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace thresher;
using namespace thresher::test;

class tst_lanes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aColumnIsFoundExactly_data();
    void aColumnIsFoundExactly();
    void columnsNarrowerThanANanosecondAreExact();
    void countsLieInTheirColumnOrBeside_data();
    void countsLieInTheirColumnOrBeside();
    void longBlocksAreCountedExactly();
    void samplesLieInTheirColumnOrBeside_data();
    void samplesLieInTheirColumnOrBeside();
    void seekingForwardFindsTheSame_data();
    void seekingForwardFindsTheSame();
    void aShortSliceIsNeverInvisible();
    void columnsTellWhetherTheyHoldAValue_data();
    void columnsTellWhetherTheyHoldAValue();
    void hiddenTasksAreNotSampled();
    void unknownStretchesAreFlagged();
    void aLaneHoldsItsNamesLossesAndWhatIsPending();
    void aLossThatNothingFollowsReachesToTheEnd();
    void interruptsAreHiddenWithWhomTheyInterrupted();
    void theOverviewSumsTheShownStreams();
    void theOverviewEstimatesWhatIsNotIndexed();
    void theLoadOfARangeIsExact();
    void aMomentTellsWhatRunsAndWhatIsNear();
    void neighboursFollowTheMergedOrder();
    void nothingIsReadOfDamagedTracksOutside();
};

namespace {

/// Ranges that matter: all, a part, one ns, outside, the limits.
std::vector<TimeRange> someRanges(std::mt19937_64 &random, const std::vector<TimeNs> &times)
{
    std::vector<TimeRange> ranges;
    const TimeNs first = times.front();
    const TimeNs last = times.back();
    const TimeNs end = last == kTimeMax ? last : last + 1;
    ranges.push_back({first, end});
    ranges.push_back({kTimeMin, kTimeMax});
    ranges.push_back({last, end});
    if (first > kTimeMin + 5000)
        ranges.push_back({first - 5000, first});
    for (int i = 0; i < 12; ++i) {
        TimeNs a = times[random() % times.size()];
        TimeNs b = times[random() % times.size()];
        if (i % 3 == 0 && a < kTimeMax - 50)
            b = a + static_cast<TimeNs>(random() % 50);
        if (a > b)
            std::swap(a, b);
        ranges.push_back({a, b});
    }
    return ranges;
}

std::uint32_t someColumns(std::mt19937_64 &random)
{
    constexpr std::array<std::uint32_t, 6> kColumns = {1, 2, 7, 100, 801, 1920};
    return kColumns[random() % kColumns.size()];
}

/// ns of each value that counts, in each column.
using NaiveColumns = std::vector<std::map<std::uint32_t, double>>;

NaiveColumns naiveSamples(const std::vector<Slice> &slices, std::uint32_t idle,
                          const std::vector<bool> &hidden, const PixelGrid &grid)
{
    NaiveColumns columns(grid.columns);
    for (const Slice &slice : slices) {
        if (slice.value == kNoValue || slice.value == idle
            || (slice.value < hidden.size() && hidden[slice.value]))
            continue;
        const double begin = std::max(0.0, grid.position(slice.begin));
        const double end = std::min<double>(grid.columns, grid.position(slice.end));
        if (slice.end < grid.range.begin || slice.begin >= grid.range.end || end < begin)
            continue;
        const auto first = std::min(static_cast<std::uint32_t>(begin), grid.columns - 1);
        columns[first][slice.value] += 0;
        for (std::uint32_t x = first; x < grid.columns && (x == first || x < end); ++x)
            columns[x][slice.value] += std::max(0.0, std::min<double>(end, x + 1.0)
                                                         - std::max<double>(begin, x));
    }
    return columns;
}

double coveredOf(const std::map<std::uint32_t, double> &column)
{
    double sum = 0;
    for (const auto &[value, ns] : column)
        sum += ns;
    return sum;
}

/// Columns that what is summed may lie beside its own.
constexpr std::size_t kBeside = 4;

/// Sums of `values` before each column; for any column, also those outside.
class Prefix
{
public:
    template<typename Values>
    explicit Prefix(const Values &values)
    {
        for (const auto value : values)
            m_sums.push_back(m_sums.back() + static_cast<double>(value));
    }
    [[nodiscard]] double before(std::size_t column) const
    {
        return m_sums[std::min(column, m_sums.size() - 1)];
    }
    /// Whether `sum` up to column x is right, give or take some columns. Behind the last one there
    /// may be more.
    [[nodiscard]] bool isNear(double sum, std::size_t x, double tolerance, double outside) const
    {
        const double least = x < kBeside ? 0 : before(x - kBeside);
        const double most = before(x + kBeside)
                            + (x + kBeside >= m_sums.size() ? outside * kBeside : 0);
        return sum >= least - tolerance && sum <= most + tolerance;
    }

private:
    std::vector<double> m_sums{0};
};

/// Why samplePart() does not give the same as `whole`; empty if it does.
QString wrongPart(const TrackView &track, const std::vector<bool> &hidden, const PixelGrid &grid,
                  const std::vector<TrackColumn> &whole)
{
    const TrackColumn before{7, 11, kTrackHolds};
    const auto isSame = [](const TrackColumn &a, const TrackColumn &b) {
        return a.value == b.value && a.covered == b.covered && a.flags == b.flags;
    };
    std::vector<TrackColumn> columns(grid.columns, before);
    std::vector<Slice> labelled;
    const auto [first, end] = samplePart(track, track.levels, hidden, grid, columns, labelled, 3);
    for (std::uint32_t x = 0; x < grid.columns; ++x) {
        const bool isWritten = x >= first && x < end;
        if (!isSame(columns[x], isWritten ? whole[x] : before))
            return QStringLiteral("column %1 of [%2, %3)").arg(x).arg(first).arg(end);
        if (!isWritten && !isSame(whole[x], {}))
            return QStringLiteral("column %1 is left out").arg(x);
    }
    return {};
}

/// Why the samples are wrong; empty if they are right.
QString wrongSamples(const NaiveColumns &naive, const std::vector<TrackColumn> &columns,
                     bool isExact)
{
    const std::size_t count = naive.size();
    const auto present = [&](std::size_t x, std::uint32_t value) {
        for (std::size_t i = x < kBeside ? 0 : x - kBeside; i < std::min(count, x + kBeside + 1);
             ++i) {
            if (naive[i].contains(value))
                return true;
        }
        return x < kBeside || x + kBeside >= count; // it may lie outside
    };
    std::vector<double> truths;
    for (const auto &column : naive)
        truths.push_back(coveredOf(column));
    const Prefix prefix(truths);
    double sum = 0;
    for (std::size_t x = 0; x < count; ++x) {
        const TrackColumn &column = columns[x];
        const double share = column.covered / 65535.0;
        if ((column.value == kNoValue) != (column.covered == 0))
            return QStringLiteral("column %1: value without cover, or cover without value").arg(x);
        if (column.value != kNoValue && !present(x, column.value))
            return QStringLiteral("column %1: value %2 is not there").arg(x).arg(column.value);
        if (isExact && std::abs(std::min(1.0, truths[x]) - share) > 0.002)
            return QStringLiteral("column %1: %2, not %3").arg(x).arg(share).arg(truths[x]);
        if (isExact) {
            for (const auto &[value, ns] : naive[x]) {
                if (ns > truths[x] * 0.51 && truths[x] > 0.001 && column.value != value)
                    return QStringLiteral("column %1: %2 covers most").arg(x).arg(value);
            }
        }
        sum += share;
        const double tolerance = 0.001 * static_cast<double>(x + 1) + 0.01;
        if (!prefix.isNear(sum, x + 1, tolerance, 1))
            return QStringLiteral("column %1: %2 up to here").arg(x).arg(sum);
    }
    return {};
}

std::shared_ptr<const Selection> select(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                        const ShowFilter &filter)
{
    Progress progress;
    return selectEvents(*snapshot, filter, {}, {}, progress).value();
}

} // namespace

void tst_lanes::aColumnIsFoundExactly_data()
{
    QTest::addColumn<qlonglong>("begin");
    QTest::addColumn<qlonglong>("end");
    QTest::addColumn<uint>("columns");
    QTest::newRow("one column") << 0LL << 100LL << 1U;
    QTest::newRow("a ns each") << 5LL << 105LL << 100U;
    QTest::newRow("odd widths") << -50LL << 1000LL << 77U;
    QTest::newRow("less than a ns each") << 10LL << 20LL << 64U;
    QTest::newRow("one ns") << 7LL << 8LL << 1920U;
    QTest::newRow("hours") << 0LL << 36'000'000'000'000LL << 1920U;
    QTest::newRow("everything") << qlonglong{kTimeMin} << qlonglong{kTimeMax} << 1921U;
}

void tst_lanes::aColumnIsFoundExactly()
{
    QFETCH(const qlonglong, begin);
    QFETCH(const qlonglong, end);
    QFETCH(const uint, columns);
    const PixelGrid grid{{begin, end}, columns};
    const GridBounds bounds(grid);
    __extension__ using Wide = __int128;
    const Wide length = static_cast<Wide>(end) - begin;
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        const auto time = static_cast<TimeNs>(
            begin + static_cast<Wide>(random() % static_cast<std::uint64_t>(length)));
        const std::uint32_t x = grid.columnOf(time);
        const Wide scaled = (static_cast<Wide>(time) - begin) * columns;
        QVERIFY(x * length <= scaled);
        QVERIFY(scaled < (x + Wide{1}) * length);
        QCOMPARE(bounds.columnOf(time), x);
        QVERIFY(bounds.first(x) <= time);
        QVERIFY(time < bounds.first(x + 1) || x + 1 == columns);
        QVERIFY(std::abs(grid.position(time) - grid.position(grid.timeOf(grid.position(time))))
                <= 1e-6 + static_cast<double>(columns) / static_cast<double>(length));
    }
    QCOMPARE(bounds.first(0), begin);
    QCOMPARE(bounds.first(columns), end);
    QCOMPARE(grid.columnOf(end), columns - 1);
    QCOMPARE(grid.columnOf(begin), 0U);
    QCOMPARE(grid.columnOf(kTimeMin), 0U);
}

void tst_lanes::columnsNarrowerThanANanosecondAreExact()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(1));
    MemoryStream &stream = index.addStream(0);
    for (TimeNs time = 0; time < 4; ++time)
        stream.addEvent(time, EventTypeId{0}, TaskId{1});
    stream.running.add({0, 1, 0});
    stream.running.add({1, 3, 1});
    stream.running.add({3, 4, 0});
    const auto snapshot = index.snapshot();
    const PixelGrid grid{{0, 4}, 16};
    std::vector<std::uint32_t> counts(16);
    countEvents(snapshot->streams[0], nullptr, grid, counts);
    std::vector<TrackColumn> columns(16);
    const TrackView &track = snapshot->streams[0].running;
    sampleTrack(track, track.levels, {}, grid, columns);
    for (std::uint32_t x = 0; x < 16; ++x) {
        QCOMPARE(counts[x], x % 4 == 0 ? 1U : 0U);
        const bool runs = x >= 4 && x < 12;
        QCOMPARE(columns[x].value, runs ? 1U : kNoValue);
        QCOMPARE(columns[x].covered, std::uint16_t(runs ? 65535 : 0));
    }
}

void tst_lanes::countsLieInTheirColumnOrBeside_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 50; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void tst_lanes::countsLieInTheirColumnOrBeside()
{
    QFETCH(const int, seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto kind = static_cast<TraceKind>(seed % 5);
    const auto trace = randomTrace(random(), kind, 1,
                                   1 + random() % (seed % 2 == 0 ? 800 : 60'000));
    const auto snapshot = trace->index.snapshot();
    ShowFilter filter;
    filter.hiddenEvents = {EventTypeId{0}, EventTypeId{2}};
    const auto selection = seed % 3 == 0 ? select(snapshot, filter) : nullptr;
    std::vector<TimeNs> times;
    std::vector<TimeNs> shown;
    for (const auto &event : trace->streams[0].events) {
        times.push_back(event.time);
        if (!selection || filter.showsEvent(event.event))
            shown.push_back(event.time);
    }
    for (const TimeRange range : someRanges(random, times)) {
        const PixelGrid grid{range, someColumns(random)};
        std::vector<std::uint32_t> counts(grid.columns, 0);
        countEvents(snapshot->streams[0], selection ? &selection->streams[0] : nullptr, grid,
                    counts);
        if (range.isEmpty()) {
            QCOMPARE(std::count(counts.begin(), counts.end(), 0U), std::ptrdiff_t{grid.columns});
            continue;
        }
        std::vector<std::uint64_t> naive(grid.columns + 2, 0);
        for (const TimeNs time : shown) {
            if (range.contains(time))
                ++naive[grid.columnOf(time)];
        }
        const Prefix prefix(naive);
        double sum = 0;
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            sum += counts[x];
            QVERIFY2(prefix.isNear(sum, x + 1, 0, 0),
                     qPrintable(QStringLiteral("column %1 of %2").arg(x).arg(grid.columns)));
        }
        QCOMPARE(sum, prefix.before(grid.columns));
    }
}

void tst_lanes::longBlocksAreCountedExactly()
{
    const auto trace = randomTrace(4, TraceKind::Bursts, 1, 20'000);
    const auto snapshot = trace->index.snapshot();
    const auto &events = trace->streams[0].events;
    for (std::size_t first = 0; first + 300 < events.size(); first += 977) {
        const PixelGrid grid{{events[first].time, events[first + 300].time}, 1000};
        if (grid.range.duration() < 1000)
            continue;
        std::vector<std::uint32_t> counts(grid.columns, 0);
        countEvents(snapshot->streams[0], nullptr, grid, counts);
        std::vector<std::uint32_t> naive(grid.columns, 0);
        for (const auto &event : events) {
            if (grid.range.contains(event.time))
                ++naive[grid.columnOf(event.time)];
        }
        QCOMPARE(counts, naive);
    }
}

void tst_lanes::samplesLieInTheirColumnOrBeside_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 60; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void tst_lanes::samplesLieInTheirColumnOrBeside()
{
    QFETCH(const int, seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto kind = static_cast<TraceKind>(seed % 5);
    const auto trace = randomTrace(random(), kind, 1,
                                   2 + random() % (seed % 2 == 0 ? 800 : 40'000));
    const auto snapshot = trace->index.snapshot();
    std::vector<TimeNs> times;
    for (const auto &event : trace->streams[0].events)
        times.push_back(event.time);
    std::vector<bool> hidden(seed % 3 == 0 ? 4 : 0);
    for (std::size_t i = 1; i < hidden.size(); i += 2)
        hidden[i] = true;
    for (const TrackView *track : {&snapshot->streams[0].running, &snapshot->streams[0].irq}) {
        std::vector<Slice> slices;
        for (std::uint64_t i = 0; i < track->size; ++i)
            slices.push_back(track->slice(i));
        const Pyramid own = buildPyramid(
            *track, [&](std::uint32_t value) { return value >= hidden.size() || !hidden[value]; });
        const TrackView filtered = own.over(*track);
        for (const TimeRange range : someRanges(random, times)) {
            const PixelGrid grid{range, someColumns(random)};
            if (range.isEmpty())
                continue;
            const NaiveColumns naive = naiveSamples(slices, track->idle, hidden, grid);
            std::vector<TrackColumn> columns(grid.columns);
            sampleTrack(*track, filtered.levels, hidden, grid, columns);
            QString wrong = wrongSamples(naive, columns, false);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            wrong = wrongPart(filtered, hidden, grid, columns);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            // Without a pyramid it is exact.
            sampleTrack(*track, {}, hidden, grid, columns);
            wrong = wrongSamples(naive, columns, true);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }
}

void tst_lanes::seekingForwardFindsTheSame_data()
{
    columnsTellWhetherTheyHoldAValue_data();
}

void tst_lanes::seekingForwardFindsTheSame()
{
    QFETCH(const TraceKind, kind);
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::mt19937_64 random(seed);
        const auto trace = randomTrace(seed, kind, 1, 1 + random() % 30'000);
        const auto snapshot = trace->index.snapshot();
        for (const TrackView *track :
             {&snapshot->streams[0].running, &snapshot->streams[0].softirq}) {
            for (int round = 0; round < 300 && track->size > 0; ++round) {
                const TimeNs near = track->begin(random() % track->size);
                const auto aside = static_cast<TimeNs>(random() % 5) - 2;
                const TimeNs time = round % 8 == 0 ? static_cast<TimeNs>(random())
                                    : near > kTimeMin + 2 && near < kTimeMax - 2 ? near + aside
                                                                                 : near;
                const std::uint64_t found = track->lowerBound(time);
                const std::uint64_t from = random() % 2 == 0
                                               ? random() % (found + 1)
                                               : found - std::min(found, random() % 600);
                QCOMPARE(seekForward(*track, from, time), found);
            }
        }
    }
}

void tst_lanes::aShortSliceIsNeverInvisible()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(3));
    MemoryStream &stream = index.addStream(0);
    stream.running.add({0, 500'000'000, 0});
    stream.running.add({500'000'000, 500'000'001, 2}); // 1 ns in a second
    for (int i = 0; i < 1000; ++i)
        stream.running.add({500'000'001 + i, 500'000'002 + i, 0});
    stream.running.add({500'001'001, 1'000'000'000, 0});
    stream.irq.add({700'000'000, 700'000'000, 33}); // takes no time
    const auto snapshot = index.snapshot();
    const PixelGrid grid{{0, 1'000'000'000}, 100};
    std::vector<TrackColumn> columns(100);
    const auto visible = [&](const TrackView &track) {
        sampleTrack(track, track.levels, {}, grid, columns);
        std::vector<std::pair<std::size_t, std::uint32_t>> found;
        for (std::size_t x = 0; x < columns.size(); ++x) {
            if (columns[x].covered > 0)
                found.emplace_back(x, columns[x].value);
        }
        return found;
    };
    using Found = std::vector<std::pair<std::size_t, std::uint32_t>>;
    QVERIFY(visible(snapshot->streams[0].running) == (Found{{50, 2}}));
    QVERIFY(visible(snapshot->streams[0].irq) == (Found{{70, 33}}));
}

void tst_lanes::columnsTellWhetherTheyHoldAValue_data()
{
    QTest::addColumn<TraceKind>("kind");
    QTest::newRow("even") << TraceKind::Even;
    QTest::newRow("bursts") << TraceKind::Bursts;
    QTest::newRow("equal stamps") << TraceKind::EqualStamps;
    QTest::newRow("huge") << TraceKind::Huge;
    QTest::newRow("limits") << TraceKind::Limits;
}

void tst_lanes::columnsTellWhetherTheyHoldAValue()
{
    QFETCH(const TraceKind, kind);
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937_64 random(seed);
        const auto trace = randomTrace(seed, kind, 1, 4000);
        const auto snapshot = trace->index.snapshot();
        const StreamView &stream = snapshot->streams[0];
        std::vector<TimeNs> times;
        for (const RandomTrace::Event &event : trace->streams[0].events)
            times.push_back(event.time);
        if (times.empty())
            continue;
        for (const TrackView *track : {&stream.running, &stream.irq}) {
            // One that is common, one that is rare: then blocks lack it.
            const auto value = static_cast<std::uint32_t>(random() % 40);
            for (const TimeRange range : someRanges(random, times)) {
                const PixelGrid grid{range, someColumns(random)};
                std::vector<std::uint16_t> naive(grid.columns);
                for (std::uint64_t i = 0; i < track->size && !range.isEmpty(); ++i) {
                    const Slice slice = track->slice(i);
                    const bool isThere = slice.begin < range.end
                                         && (slice.end > range.begin || slice.begin >= range.begin);
                    if (slice.value != value || !isThere)
                        continue;
                    const TimeNs begin = std::max(slice.begin, range.begin);
                    const TimeNs end = std::min(slice.end, range.end);
                    const TimeNs last = end > begin ? end - 1 : begin;
                    for (auto x = grid.columnOf(begin); x <= grid.columnOf(last); ++x)
                        naive[x] = kTrackHolds;
                }
                std::vector<TrackColumn> columns(grid.columns, {7, 11, kTrackUnknown});
                findValue(*track, value, grid, columns);
                for (std::uint32_t x = 0; x < grid.columns; ++x) {
                    const TrackColumn expected{
                        7, 11, static_cast<std::uint16_t>(kTrackUnknown | naive[x])};
                    if (columns[x].value != expected.value || columns[x].flags != expected.flags)
                        QFAIL(qPrintable(QStringLiteral("seed %1, column %2 of %3: %4, not %5")
                                             .arg(seed)
                                             .arg(x)
                                             .arg(grid.columns)
                                             .arg(columns[x].flags)
                                             .arg(expected.flags)));
                }
            }
        }
    }
}

void tst_lanes::hiddenTasksAreNotSampled()
{
    const auto trace = randomTrace(2, TraceKind::Even, 1, 30'000);
    const auto snapshot = trace->index.snapshot();
    ShowFilter filter;
    filter.hiddenTasks = {TaskId{1}, TaskId{2}, TaskId{3}, TaskId{4},
                          TaskId{5}, TaskId{6}, TaskId{7}};
    const auto selection = select(snapshot, filter);
    CpuLane lane;
    for (const std::uint32_t columns : {10U, 200U, 1920U}) {
        queryCpuLane(*snapshot, selection.get(), {0, {snapshot->range, columns}, 1}, lane);
        bool any = false;
        for (const TrackColumn &column : lane.running) {
            QVERIFY(column.value == kNoValue || column.value == 8);
            any = any || column.value == 8;
        }
        QVERIFY(any);
        for (const Slice &slice : lane.labelled)
            QCOMPARE(slice.value, 8U);
    }
}

void tst_lanes::unknownStretchesAreFlagged()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(1));
    MemoryStream &stream = index.addStream(0);
    stream.running.add({0, 100, 1});
    stream.running.add({100, 250, kNoValue});
    stream.running.add({250, 400, 1});
    const auto snapshot = index.snapshot();
    std::vector<TrackColumn> columns(4);
    const TrackView &track = snapshot->streams[0].running;
    sampleTrack(track, track.levels, {}, {{0, 400}, 4}, columns);
    const auto flag = [&](std::size_t x) { return columns[x].flags == kTrackUnknown; };
    QVERIFY(!flag(0) && flag(1) && flag(2) && !flag(3));
    QCOMPARE(columns[1].value, kNoValue);
    QCOMPARE(columns[2].covered, std::uint16_t{32768});
}

void tst_lanes::aLaneHoldsItsNamesLossesAndWhatIsPending()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(2));
    MemoryStream &stream = index.addStream(3);
    for (TimeNs i = 0; i < 10; ++i)
        stream.addEvent(i * 100, EventTypeId{0}, TaskId{1});
    stream.running.add({0, 400, 1});
    stream.running.add({400, 450, 2});
    stream.running.add({450, 900, 0});
    stream.addLost({200, 310, 3, 5});
    stream.addLost({700, 700, 8, -1});
    CpuLane lane;
    const auto complete = index.snapshot();
    queryCpuLane(*complete, nullptr, {3, {{0, 1000}, 10}, 2}, lane);
    QVERIFY(lane.irq.empty() && lane.softirq.empty());
    QCOMPARE(lane.events, std::vector<std::uint32_t>(10, 1));
    QCOMPARE(lane.lost, (std::vector<std::uint8_t>{0, 0, 1, 1, 0, 0, 0, 1, 0, 0}));
    QCOMPARE(lane.pending, std::vector<std::uint8_t>(10, 0));
    QCOMPARE(lane.labelled.size(), std::size_t{1});
    QVERIFY(lane.labelled[0] == (Slice{0, 400, 1}));
    // A part of the slice is in view: its name counts from what is seen.
    queryCpuLane(*complete, nullptr, {3, {{350, 1350}, 10}, 2}, lane);
    QVERIFY(lane.labelled.empty());

    const auto partial = index.partialSnapshot({6}, 300);
    queryCpuLane(*partial, nullptr, {3, {{0, 1000}, 10}, 2}, lane);
    QCOMPARE(lane.pending, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
    queryCpuLane(*complete, nullptr, {4, {{0, 1000}, 10}, 2}, lane);
    QVERIFY(lane.running.empty());
    QCOMPARE(lane.events, std::vector<std::uint32_t>(10, 0));
}

void tst_lanes::aLossThatNothingFollowsReachesToTheEnd()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(2));
    MemoryStream &cut = index.addStream(0);
    for (TimeNs i = 0; i < 5; ++i)
        cut.addEvent(i * 100, EventTypeId{0}, TaskId{1});
    cut.addLost({400, 400, 5, -1});
    MemoryStream &whole = index.addStream(1);
    for (TimeNs i = 0; i < 10; ++i)
        whole.addEvent(i * 100, EventTypeId{0}, TaskId{1});
    const auto snapshot = index.snapshot();
    CpuLane lane;
    queryCpuLane(*snapshot, nullptr, {0, {{0, 1000}, 10}, 2}, lane);
    QCOMPARE(lane.lost, (std::vector<std::uint8_t>{0, 0, 0, 0, 1, 1, 1, 1, 1, 1}));
    queryCpuLane(*snapshot, nullptr, {0, {{600, 1600}, 10}, 2}, lane);
    QCOMPARE(lane.lost, (std::vector<std::uint8_t>{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}));
    queryCpuLane(*snapshot, nullptr, {1, {{0, 1000}, 10}, 2}, lane);
    QCOMPARE(lane.lost, std::vector<std::uint8_t>(10, 0));
    const CpuMoment moment = momentAt(*snapshot, nullptr, 0, 800, 10);
    QVERIFY(moment.lost);
    QCOMPARE(moment.lost->begin, TimeNs{400});
    QCOMPARE(moment.lost->end, snapshot->range.end);
    QVERIFY(!momentAt(*snapshot, nullptr, 0, 300, 10).lost);
}

void tst_lanes::interruptsAreHiddenWithWhomTheyInterrupted()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    index.addTasks(std::vector<Task>(2));
    MemoryStream &stream = index.addStream(0);
    for (TimeNs i = 0; i < 10; ++i)
        stream.addEvent(i * 100, EventTypeId{0}, TaskId{1});
    stream.running.add({0, 300, 1});
    stream.running.add({300, 500, 2});
    stream.running.add({500, 700, kNoValue});
    stream.running.add({700, 1000, 0});
    for (const TimeNs begin : {110, 310, 510, 710})
        stream.irq.add({begin, begin + 50, 7});
    const auto snapshot = index.snapshot();
    const auto shownOf = [&](std::vector<TaskId> hidden) {
        ShowFilter filter;
        filter.hiddenTasks = std::move(hidden);
        const auto selection = select(snapshot, filter);
        CpuLane lane;
        queryCpuLane(*snapshot, selection.get(), {0, {{0, 1000}, 10}, 2}, lane);
        std::vector<int> shown;
        for (int x = 0; x < 10; ++x) {
            if (lane.irq[static_cast<std::size_t>(x)].covered > 0)
                shown.push_back(x);
        }
        return shown;
    };
    QCOMPARE(shownOf({TaskId{1}}), (std::vector{3, 5, 7}));
    QCOMPARE(shownOf({TaskId{2}}), (std::vector{1, 5, 7}));
    QCOMPARE(shownOf({kIdleTask}), (std::vector{1, 3, 5}));
    QCOMPARE(shownOf({kIdleTask, TaskId{1}, TaskId{2}}), std::vector{5});
}

void tst_lanes::theOverviewSumsTheShownStreams()
{
    const auto trace = randomTrace(21, TraceKind::Even, 5, 4000);
    const auto snapshot = trace->index.snapshot();
    Overview overview;
    const PixelGrid grid{snapshot->range, 300};
    queryOverview(*snapshot, nullptr, grid, overview);
    float sum = 0;
    for (const float events : overview.events)
        sum += events;
    QCOMPARE(sum, static_cast<float>(snapshot->eventCount));
    ShowFilter filter;
    filter.hiddenCpus = {0};
    const auto selection = select(snapshot, filter);
    queryOverview(*snapshot, selection.get(), grid, overview);
    sum = 0;
    for (const float events : overview.events)
        sum += events;
    QCOMPARE(sum, static_cast<float>(selection->count));
    QVERIFY(selection->count < snapshot->eventCount);
}

void tst_lanes::theOverviewEstimatesWhatIsNotIndexed()
{
    MemoryIndex index;
    index.addEventTypes({"e"});
    MemoryStream &stream = index.addStream(0);
    for (TimeNs i = 0; i < 1000; ++i)
        stream.addEvent(i, EventTypeId{0}, TaskId{0});
    IndexSnapshot snapshot = *index.partialSnapshot({500}, 500);
    snapshot.survey.resize(1);
    snapshot.survey[0].fileBytes = 40'000;
    for (TimeNs i = 0; i < 10; ++i) {
        snapshot.survey[0].samples.push_back({i * 100, static_cast<std::uint64_t>(i) * 4000});
    }
    Overview overview;
    queryOverview(snapshot, nullptr, {{0, 1000}, 10}, overview);
    for (std::size_t x = 0; x < 10; ++x) {
        QVERIFY(std::abs(overview.events[x] - 100) < 5);
        QCOMPARE(overview.isEstimate[x], std::uint8_t(x >= 4 && !(x == 4 && false)));
        if (x == 4)
            break;
    }
    for (std::size_t x = 5; x < 10; ++x) {
        QVERIFY(std::abs(overview.events[x] - 100) < 5);
        QCOMPARE(overview.isEstimate[x], std::uint8_t{1});
    }
}

void tst_lanes::theLoadOfARangeIsExact()
{
    std::mt19937_64 random(8);
    const auto trace = randomTrace(8, TraceKind::Even, 1, 30'000);
    const auto snapshot = trace->index.snapshot();
    const TrackView &track = snapshot->streams[0].running;
    const TimeNs end = track.slice(track.size - 1).end;
    for (int i = 0; i < 200; ++i) {
        TimeNs a = static_cast<TimeNs>(random() % static_cast<std::uint64_t>(end));
        TimeNs b = static_cast<TimeNs>(random() % static_cast<std::uint64_t>(end));
        if (a > b)
            std::swap(a, b);
        const TimeRange range = TimeRange{a, b}.intersected({track.begin(0), end});
        if (range.isEmpty())
            continue;
        DurationNs busy = 0;
        for (std::uint64_t s = 0; s < track.size; ++s) {
            const Slice slice = track.slice(s);
            if (track.counts(slice.value))
                busy += TimeRange{slice.begin, slice.end}.intersected(range).duration();
        }
        const auto load = cpuLoad(*snapshot, 0, range);
        QVERIFY(load);
        QVERIFY(std::abs(*load - static_cast<double>(busy) / static_cast<double>(range.duration()))
                < 1e-9);
    }
    QVERIFY(!cpuLoad(*snapshot, 0, {end, end + 100}));
    QVERIFY(!cpuLoad(*snapshot, 5, {0, end}));
}

void tst_lanes::aMomentTellsWhatRunsAndWhatIsNear()
{
    MemoryIndex index;
    index.addEventTypes({"a", "b"});
    index.addTasks(std::vector<Task>(2));
    MemoryStream &stream = index.addStream(0);
    for (const TimeNs time : {100, 200, 210, 300})
        stream.addEvent(time, time == 210 ? EventTypeId{1} : EventTypeId{0}, TaskId{1});
    stream.running.add({100, 200, 1});
    stream.running.add({200, 300, 2});
    stream.irq.add({220, 230, 9});
    stream.addLost({240, 260, 3, 7});
    const auto snapshot = index.snapshot();
    CpuMoment moment = momentAt(*snapshot, nullptr, 0, 207, 10);
    QVERIFY(moment.running == (Slice{200, 300, 2}));
    QVERIFY(!moment.irq);
    QVERIFY(moment.nearestEvent == (Place{0, 2}));
    QCOMPARE(moment.nearestDistance, std::uint64_t{3});
    QCOMPARE(moment.eventsWithin, std::uint64_t{2});
    QVERIFY(!moment.lost);
    moment = momentAt(*snapshot, nullptr, 0, 225, 15);
    QVERIFY(moment.irq == (Slice{220, 230, 9}));
    QVERIFY(moment.lost && moment.lost->count == 7);
    moment = momentAt(*snapshot, nullptr, 0, 50, 10);
    QVERIFY(!moment.running && !moment.nearestEvent);
    QVERIFY(momentAt(*snapshot, nullptr, 0, kTimeMax, kTimeMax).eventsWithin == 4);
    ShowFilter filter;
    filter.hiddenEvents = {EventTypeId{1}};
    const auto selection = select(snapshot, filter);
    moment = momentAt(*snapshot, selection.get(), 0, 207, 10);
    QVERIFY(moment.nearestEvent == (Place{0, 1}));
    QCOMPARE(moment.eventsWithin, std::uint64_t{1});
}

void tst_lanes::neighboursFollowTheMergedOrder()
{
    for (int seed = 0; seed < 20; ++seed) {
        const auto trace = randomTrace(static_cast<std::uint64_t>(seed),
                                       static_cast<TraceKind>(seed % 5), 4, 300);
        const auto snapshot = trace->index.snapshot();
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{1}};
        filter.hiddenCpus = {1, 2}; // leaves CPU 0, of two instances
        const auto selection = select(snapshot, filter);
        const RowOrder order(snapshot, selection);
        std::optional<Place> from;
        for (Row row = 0; row < order.size(); ++row) {
            const std::optional<Place> place = order.at(row);
            if (from) {
                QVERIFY(neighbourOnCpu(*snapshot, selection.get(), 0, from, 0, 1) == place);
                QVERIFY(neighbourOnCpu(*snapshot, selection.get(), 0, place, 0, -1) == from);
            } else {
                QVERIFY(!neighbourOnCpu(*snapshot, selection.get(), 0, place, 0, -1));
            }
            from = place;
        }
        QVERIFY(!neighbourOnCpu(*snapshot, selection.get(), 0, from, 0, 1));
        if (order.size() > 2) {
            const TimeNs time = order.time(*order.at(order.size() / 2));
            const auto after = neighbourOnCpu(*snapshot, selection.get(), 0, {}, time, 1);
            QVERIFY(!after || order.time(*after) > time);
            const auto before = neighbourOnCpu(*snapshot, selection.get(), 0, {}, time, -1);
            QVERIFY(!before || order.time(*before) < time);
        }
    }
}

void tst_lanes::nothingIsReadOfDamagedTracksOutside()
{
    // Any bytes in the columns; asan tells if something outside is read.
    std::mt19937_64 random(77);
    const auto trace = randomTrace(3, TraceKind::Bursts, 1, 5000);
    const auto snapshot = trace->index.snapshot();
    for (int round = 0; round < 50; ++round) {
        std::vector<SliceBlockHead> heads(snapshot->streams[0].running.heads.begin(),
                                          snapshot->streams[0].running.heads.end());
        std::vector<BlockHead> blocks(snapshot->streams[0].heads.begin(),
                                      snapshot->streams[0].heads.end());
        for (int i = 0; i < 5; ++i) {
            SliceBlockHead &head = heads[random() % heads.size()];
            head.base = static_cast<TimeNs>(random());
            head.dict = random();
            head.wide = static_cast<std::uint32_t>(random());
            BlockHead &block = blocks[random() % blocks.size()];
            block.base = static_cast<TimeNs>(random());
            block.wide = random() % 2 == 0 ? BlockHead::kNotWide
                                           : static_cast<std::uint32_t>(random());
        }
        IndexSnapshot damaged = *snapshot;
        damaged.streams[0].running.heads = heads;
        damaged.streams[0].heads = blocks;
        CpuLane lane;
        for (const std::uint32_t columns : {1U, 50U, 1920U}) {
            queryCpuLane(damaged, nullptr, {0, {snapshot->range, columns}, 1}, lane);
            queryCpuLane(damaged, nullptr, {0, {{kTimeMin, kTimeMax}, columns}, 1}, lane);
            std::vector<TrackColumn> found(columns);
            findValue(damaged.streams[0].running, 3, {snapshot->range, columns}, found);
            static_cast<void>(cpuLoad(damaged, 0, snapshot->range));
            static_cast<void>(momentAt(damaged, nullptr, 0, snapshot->range.begin + 500, 100));
        }
    }
}

QTEST_GUILESS_MAIN(tst_lanes)
#include "tst_lanes.moc"
