// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/pyramid.h"
#include "model/index/streamview.h"
#include "model/index/trackbuilder_p.h"

#include <QDir>
#include <QObject>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace thresher;

namespace {

// A track that is built, flushed now and then, and read.
class Track
{
public:
    explicit Track(TrackKind kind)
        : m_kind(kind)
        , m_builder(kind)
        , m_store(QDir::tempPath().toStdString(), false, 1)
    {}
    void add(const Slice &slice)
    {
        if (m_kind == TrackKind::Running)
            m_builder.open(slice.begin, slice.value, m_staging);
        else
            m_builder.add(slice, m_staging);
        m_end = slice.end;
        m_slices.push_back(slice);
    }
    void finish() { m_builder.finish(m_end, m_staging); }
    TrackView flush(double growth)
    {
        m_staging.endFinal();
        m_builder.stageTail(m_end, m_staging);
        const auto flushed = m_columns.flush(m_store, 0, m_staging, growth);
        if (!flushed)
            qFatal("cannot write");
        m_staging.clear();
        StreamMeta meta;
        const auto number = static_cast<std::size_t>(m_kind);
        meta.tracks[number] = {m_builder.size(), m_end};
        const StreamView view = makeView(meta, m_columns.bytes());
        return m_kind == TrackKind::Running ? view.running
               : m_kind == TrackKind::Irq   ? view.irq
                                            : view.softirq;
    }
    [[nodiscard]] const std::vector<Slice> &slices() const { return m_slices; }

private:
    TrackKind m_kind;
    TrackBuilder m_builder;
    ColumnStore m_store;
    Staging m_staging;
    StreamColumns m_columns;
    TimeNs m_end = 0;
    std::vector<Slice> m_slices;
};

void compare(const TrackView &view, const std::vector<Slice> &slices, std::mt19937 &random)
{
    QCOMPARE(view.size, slices.size());
    for (std::size_t i = 0; i < slices.size(); ++i) {
        QVERIFY2(view.slice(i) == slices[i], qPrintable(QString::number(i)));
        QCOMPARE(view.value(i), slices[i].value);
        QCOMPARE(view.begin(i), slices[i].begin);
    }
    for (int i = 0; i < 200 && !slices.empty(); ++i) {
        const Slice &near = slices[random() % slices.size()];
        const TimeNs time = near.begin + static_cast<TimeNs>(random() % 50) - 25;
        const auto lower = std::find_if(slices.begin(), slices.end(),
                                        [time](const Slice &slice) { return slice.begin >= time; });
        QCOMPARE(view.lowerBound(time), static_cast<std::uint64_t>(lower - slices.begin()));
        const auto ending = std::find_if(slices.begin(), slices.end(),
                                         [time](const Slice &slice) { return slice.end > time; });
        QCOMPARE(view.firstEndingAfter(time), static_cast<std::uint64_t>(ending - slices.begin()));
    }
    QCOMPARE(view.lowerBound(kTimeMin), 0U);
    QCOMPARE(view.lowerBound(kTimeMax), view.size);
    QCOMPARE(view.firstEndingAfter(kTimeMax), view.size);
    QCOMPARE(view.slice(view.size).value, kNoValue);
}

} // namespace

class tst_Tracks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTrackReadsAsItWasBuilt_data();
    void aTrackReadsAsItWasBuilt();
    void anEmptyTrackHasNothing();
    void nodesSumTheirSlices();
    void aFilteredPyramidCountsWhatPasses();
    void sumsDoNotOverflow();
    void anyBytesAreReadWithinBounds();
};

void tst_Tracks::aTrackReadsAsItWasBuilt_data()
{
    QTest::addColumn<bool>("isContiguous");
    QTest::addColumn<int>("values");
    QTest::addColumn<bool>("isWide");
    for (const bool isContiguous : {true, false}) {
        for (const int values : {1, 7, 1000}) {
            for (const bool isWide : {false, true}) {
                QTest::addRow("%s, %d values, %s", isContiguous ? "contiguous" : "apart", values,
                              isWide ? "wide" : "short")
                    << isContiguous << values << isWide;
            }
        }
    }
}

void tst_Tracks::aTrackReadsAsItWasBuilt()
{
    QFETCH(const bool, isContiguous);
    QFETCH(const int, values);
    QFETCH(const bool, isWide);
    std::mt19937 random(42);
    Track track(isContiguous ? TrackKind::Running : TrackKind::Softirq);
    TimeNs time = 1000;
    TrackView earlier;
    std::size_t earlierSize = 0;
    for (int i = 0; i < 5000; ++i) {
        const auto length = [&]() -> TimeNs {
            return isWide && random() % 100 == 0 ? 0x1'2345'6789
                                                 : static_cast<TimeNs>(random() % 40);
        };
        if (!isContiguous)
            time += length();
        const TimeNs end = time + length();
        track.add(
            {time, end, static_cast<std::uint32_t>(random() % static_cast<unsigned>(values))});
        time = end;
        if (random() % 97 == 0) {
            earlier = track.flush(2);
            earlierSize = track.slices().size();
            QCOMPARE(earlier.size, earlierSize);
            QVERIFY(earlier.slice(earlierSize - 1) == track.slices().back());
        }
    }
    track.finish();
    const TrackView view = track.flush(1);
    compare(view, track.slices(), random);
    if (isWide)
        QVERIFY(!view.wide.empty());
    else
        QVERIFY(view.wide.empty());
    // What was handed out before is still as it was, though its last block has been written again.
    compare(
        earlier,
        {track.slices().begin(), track.slices().begin() + static_cast<std::ptrdiff_t>(earlierSize)},
        random);
}

void tst_Tracks::anEmptyTrackHasNothing()
{
    Track track(TrackKind::Running);
    track.finish();
    std::mt19937 random(1);
    compare(track.flush(1), {}, random);
    compare(TrackView(), {}, random);
}

void tst_Tracks::nodesSumTheirSlices()
{
    std::mt19937 random(3);
    Track track(TrackKind::Running);
    TimeNs time = 0;
    for (int i = 0; i < 20'000; ++i) {
        const TimeNs end = time + static_cast<TimeNs>(random() % 1000);
        const std::uint32_t value = random() % 10 == 0 ? kNoValue
                                                       : static_cast<std::uint32_t>(random() % 5);
        track.add({time, end, value});
        time = end;
    }
    track.finish();
    const TrackView view = track.flush(1);
    const auto &slices = track.slices();
    std::size_t width = kPyramidLeaf;
    for (std::size_t level = 0; level < kPyramidLevels; ++level, width *= kPyramidFan) {
        QCOMPARE(view.levels[level].size(), slices.size() / width);
        for (std::size_t i = 0; i < view.levels[level].size(); ++i) {
            const PyramidNode &node = view.levels[level][i];
            std::map<std::uint32_t, std::uint64_t> sums;
            std::uint64_t covered = 0;
            std::uint32_t count = 0;
            for (std::size_t j = i * width; j < (i + 1) * width; ++j) {
                if (slices[j].value == kNoValue || slices[j].value == 0)
                    continue;
                const auto ns = static_cast<std::uint64_t>(slices[j].end - slices[j].begin);
                sums[slices[j].value] += ns;
                covered += ns;
                ++count;
            }
            QCOMPARE(node.covered, covered);
            QCOMPARE(node.count, count);
            std::uint64_t most = 0;
            for (const auto &[value, ns] : sums)
                most = std::max(most, ns);
            if (level == 0) {
                QCOMPARE(node.dominant, most);
                QVERIFY(count == 0 || sums[node.value] == most);
            } else if (count > 0) {
                // Not the largest for sure, but what it says of its value is true.
                QVERIFY(node.dominant > 0);
                QVERIFY(node.dominant <= sums[node.value]);
            }
            QVERIFY(count > 0 || node.value == kNoValue);
        }
    }
    QVERIFY(view.levels[2].size() > 5);
}

void tst_Tracks::aFilteredPyramidCountsWhatPasses()
{
    Track track(TrackKind::Irq);
    for (TimeNs i = 0; i < 1000; ++i)
        track.add({i * 10, i * 10 + 4, static_cast<std::uint32_t>(i % 4)});
    track.finish();
    const TrackView view = track.flush(1);
    const Pyramid odd = buildPyramid(view, [](std::uint32_t value) { return value % 2 == 1; });
    const TrackView filtered = odd.over(view);
    QCOMPARE(filtered.levels[0].size(), 1000U / kPyramidLeaf);
    QCOMPARE(filtered.levels[0][0].count, kPyramidLeaf / 2);
    QCOMPARE(filtered.levels[0][0].covered, 4U * kPyramidLeaf / 2);
    QCOMPARE(filtered.levels[1][0].count, kPyramidLeaf * kPyramidFan / 2);
    QVERIFY(filtered.levels[1][0].value % 2 == 1);
    QCOMPARE(filtered.slice(5).value, view.slice(5).value);
    const Pyramid none = buildPyramid(view, [](std::uint32_t) { return false; });
    QCOMPARE(none.levels[0][0].count, 0U);
    QCOMPARE(none.levels[0][0].value, kNoValue);
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(buildPyramid(
                view, [](std::uint32_t) { return true; }, stop.get_token())
                .levels[0]
                .empty());
}

void tst_Tracks::sumsDoNotOverflow()
{
    constexpr auto kMost = ~std::uint64_t{0};
    PyramidNode node;
    node.covered = kMost - 1;
    node.dominant = kMost - 1;
    node.value = 4;
    node.count = 0xfffffff0U;
    const std::array<PyramidNode, 3> children{node, node, node};
    const PyramidNode sum = sumNodes(children);
    QCOMPARE(sum.covered, kMost);
    QCOMPARE(sum.dominant, kMost);
    QCOMPARE(sum.count, 0xffffffffU);
    QCOMPARE(sum.value, 4U);
    QCOMPARE(sumNodes({}).value, kNoValue);
}

void tst_Tracks::anyBytesAreReadWithinBounds()
{
    // Nothing is compared: asan and ubsan are the judges, and that it ends.
    std::mt19937_64 random(8);
    for (int round = 0; round < 3000; ++round) {
        const auto noise = [&random](std::size_t most) {
            std::vector<std::uint64_t> words(random() % (most + 1));
            for (auto &word : words)
                word = random() % 3 == 0 ? random() % 300 : random() % 3 == 0 ? ~0ULL : random();
            return words;
        };
        const auto a = noise(40);
        const auto b = noise(300);
        const auto c = noise(300);
        const auto d = noise(30);
        const auto bytes = [](const std::vector<std::uint64_t> &words) {
            return std::as_bytes(std::span<const std::uint64_t>(words));
        };
        ColumnBytes columns;
        for (std::size_t i = 0; i < kColumns; ++i) {
            switch (random() % 4) {
            case 0:
                columns[i] = bytes(a);
                break;
            case 1:
                columns[i] = bytes(b);
                break;
            case 2:
                columns[i] = bytes(c);
                break;
            default:
                columns[i] = bytes(d);
            }
        }
        StreamMeta meta;
        meta.size = random() % 2 == 0 ? random() % 2000 : random();
        for (TrackMeta &track : meta.tracks)
            track = {random() % 2 == 0 ? random() % 2000 : random(), static_cast<TimeNs>(random())};
        const StreamView view = makeView(meta, columns);
        std::uint64_t sum = 0;
        for (int i = 0; i < 50; ++i) {
            const EventIndex at = random() % 2 == 0 ? random() % 2000 : random();
            const auto time = static_cast<TimeNs>(random());
            sum += static_cast<std::uint64_t>(view.time(at)) + toIndex(view.event(at))
                   + toIndex(view.task(at)) + view.lowerBound(time) + view.pageOf(at)
                   + view.lowerBound(time, at, random());
            const auto block = view.block(at / kBlockEvents);
            for (std::size_t j = 0; j < block.size(); ++j) {
                sum += static_cast<std::uint64_t>(block.time(j)) + toIndex(block.event(j))
                       + toIndex(block.task(j));
            }
            for (const TrackView *track : {&view.running, &view.irq}) {
                const Slice slice = track->slice(at);
                QVERIFY(slice.begin <= slice.end);
                sum += slice.value + track->value(at) + track->lowerBound(time)
                       + track->firstEndingAfter(time);
                QVERIFY(track->lowerBound(time) <= track->size);
                QVERIFY(track->firstEndingAfter(time) <= track->size);
            }
        }
        QVERIFY(sum != 1);
    }
}

QTEST_GUILESS_MAIN(tst_Tracks)
#include "tst_tracks.moc"
