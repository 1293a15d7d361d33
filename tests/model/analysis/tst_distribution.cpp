// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/distribution.h"
#include "model/analysis/latencyscan_p.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

using namespace thresher;

namespace {

constexpr double kWithin = 1.0 / 256; // of percentiles of what is counted in classes
constexpr std::array kPercents{0.0,  0.001, 1.0,  10.0, 25.0,  50.0,
                               75.0, 90.0,  99.0, 99.9, 99.99, 100.0};

enum class Shape : std::uint8_t { Uniform, Exponential, Few, Huge };

std::vector<DurationNs> makeDurations(Shape shape, std::size_t count, std::mt19937_64 &random)
{
    std::exponential_distribution<double> exponential(1.0 / 80'000);
    std::vector<DurationNs> durations;
    for (std::size_t i = 0; i < count; ++i) {
        switch (shape) {
        case Shape::Uniform:
            durations.push_back(static_cast<DurationNs>(random() % 1'000'000));
            break;
        case Shape::Exponential:
            durations.push_back(static_cast<DurationNs>(exponential(random)));
            break;
        case Shape::Few: // at borders of classes, too
            durations.push_back(
                std::array<DurationNs, 7>{0, 1, 127, 128, 4095, 4096, 1'000'003}[random() % 7]);
            break;
        case Shape::Huge: // each power of two as often as any other
            durations.push_back(static_cast<DurationNs>(random() >> (1 + random() % 63)));
            break;
        }
    }
    return durations;
}

/// The same answers, from all of them, sorted.
class NaiveDistribution
{
public:
    explicit NaiveDistribution(std::vector<DurationNs> durations)
        : m_sorted(std::move(durations))
    {
        std::sort(m_sorted.begin(), m_sorted.end());
    }
    [[nodiscard]] DurationNs percentile(double percent) const
    {
        std::size_t rank = 1;
        while (static_cast<double>(rank) * 100 + 1e-4
               < percent * static_cast<double>(m_sorted.size()))
            ++rank;
        return m_sorted[rank - 1];
    }
    [[nodiscard]] std::uint64_t countUpTo(DurationNs duration) const
    {
        return static_cast<std::uint64_t>(
            std::upper_bound(m_sorted.begin(), m_sorted.end(), duration) - m_sorted.begin());
    }
    [[nodiscard]] std::uint64_t sum() const
    {
        std::uint64_t sum = 0;
        for (const DurationNs each : m_sorted)
            sum = sum + static_cast<std::uint64_t>(each) < sum
                      ? ~std::uint64_t{0}
                      : sum + static_cast<std::uint64_t>(each);
        return sum;
    }
    [[nodiscard]] long double mean() const
    {
        long double sum = 0;
        for (const DurationNs each : m_sorted)
            sum += static_cast<long double>(each);
        return sum / static_cast<long double>(m_sorted.size());
    }
    [[nodiscard]] long double deviation() const
    {
        const long double mean = this->mean();
        long double squares = 0;
        for (const DurationNs each : m_sorted) {
            const long double by = static_cast<long double>(each) - mean;
            squares += by * by;
        }
        return std::sqrt(squares / static_cast<long double>(m_sorted.size()));
    }
    [[nodiscard]] const std::vector<DurationNs> &sorted() const { return m_sorted; }

private:
    std::vector<DurationNs> m_sorted;
};

bool isNear(double found, long double wanted)
{
    return std::abs(static_cast<long double>(found) - wanted)
           <= 1e-6L * std::max<long double>(1, std::abs(wanted));
}

/// Empty if they agree.
QString difference(const Distribution &found, const NaiveDistribution &naive)
{
    const auto &sorted = naive.sorted();
    if (found.count() != sorted.size() || found.sum() != naive.sum()
        || found.min() != sorted.front() || found.max() != sorted.back())
        return QStringLiteral("count, sum, min or max");
    if (!isNear(found.mean(), naive.mean()) || !isNear(found.deviation(), naive.deviation()))
        return QStringLiteral("mean %1, deviation %2").arg(found.mean()).arg(found.deviation());
    for (const double percent : kPercents) {
        const DurationNs is = found.percentile(percent);
        const DurationNs wanted = naive.percentile(percent);
        const double most = found.isExact() ? 0 : static_cast<double>(wanted) * kWithin;
        if (std::abs(static_cast<double>(is) - static_cast<double>(wanted)) > most)
            return QStringLiteral("p%1 is %2, not %3").arg(percent).arg(is).arg(wanted);
    }
    for (const unsigned parts : {1U, 8U, 128U}) {
        std::uint64_t all = 0;
        for (const Distribution::Bin &bin : found.bins(parts)) {
            // The last one ends behind the longest that there can be.
            const DurationNs high = bin.high == kTimeMax ? bin.high : bin.high - 1;
            if (bin.count != naive.countUpTo(high) - naive.countUpTo(bin.low - 1))
                return QStringLiteral("%1 in [%2, %3)").arg(bin.count).arg(bin.low).arg(bin.high);
            all += bin.count;
        }
        if (all != sorted.size())
            return QStringLiteral("%1 in all bins").arg(all);
    }
    if (found.isExact()) {
        for (std::size_t i = 0; i < sorted.size(); i += 1 + sorted.size() / 9) {
            for (const DurationNs by : {-1, 0, 1}) {
                if (found.countUpTo(sorted[i] + by) != naive.countUpTo(sorted[i] + by))
                    return QStringLiteral("up to %1").arg(sorted[i] + by);
            }
        }
    }
    return {};
}

} // namespace

class tst_Distribution : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itAgreesWithAllOfThemSorted_data() { shapes(); }
    void itAgreesWithAllOfThemSorted()
    {
        QFETCH(int, shape);
        std::mt19937_64 random(static_cast<std::uint64_t>(shape) + 11);
        for (const std::size_t count : {1U, 2U, 3U, 10U, 127U, 1000U, 20'000U}) {
            const auto durations = makeDurations(Shape(shape), count, random);
            const NaiveDistribution naive(durations);
            // Kept one by one, counted from the begin, or from somewhere on.
            for (const std::size_t classesFrom : {count, std::size_t{1}, count / 2}) {
                Distribution found;
                for (std::size_t i = 0; i < count; ++i) {
                    found.add(durations[i]);
                    if (i + 1 == classesFrom && classesFrom < count)
                        found.countInClasses();
                }
                found.finish();
                QCOMPARE(found.isExact(), classesFrom == count || classesFrom == 0);
                QCOMPARE(difference(found, naive), QString());
            }
        }
    }

    void partsOfSeveralThreadsAreAsOne_data() { shapes(); }
    void partsOfSeveralThreadsAreAsOne()
    {
        QFETCH(int, shape);
        std::mt19937_64 random(static_cast<std::uint64_t>(shape) + 23);
        for (int round = 0; round < 20; ++round) {
            const std::size_t threads = 2 + random() % 5;
            std::vector<std::vector<DurationNs>> durations(threads);
            std::vector<DurationNs> all;
            for (auto &part : durations) {
                part = makeDurations(Shape(shape), random() % 3000, random);
                all.insert(all.end(), part.begin(), part.end());
            }
            all.push_back(77);
            const unsigned inClasses = round % 3 == 0 ? 0 : static_cast<unsigned>(random());
            std::vector<Distribution> parts(threads);
            {
                std::vector<std::jthread> running;
                for (std::size_t t = 0; t < threads; ++t) {
                    running.emplace_back([&, t] {
                        for (const DurationNs duration : durations[t])
                            parts[t].add(duration);
                        if ((inClasses >> t & 1U) != 0)
                            parts[t].countInClasses();
                    });
                }
            }
            Distribution found;
            found.add(77);
            bool isExact = true;
            for (const Distribution &part : parts) {
                isExact = isExact && part.isExact();
                found.merge(part);
            }
            found.finish();
            QCOMPARE(found.isExact(), isExact);
            QCOMPARE(difference(found, NaiveDistribution(all)), QString());
        }
    }

    void aLatencyIsExactUpToItsLimit_data() { shapes(); }
    void aLatencyIsExactUpToItsLimit()
    {
        QFETCH(int, shape);
        constexpr std::uint64_t kKeep = 5000; // of each thread
        std::mt19937_64 random(static_cast<std::uint64_t>(shape) + 31);
        for (const std::size_t count : {kKeep - 1, kKeep, kKeep + 1, 3 * kKeep}) {
            LatencyRequest request;
            request.worst = 0;
            const TimeRange range{0, kTimeMax};
            LatencySum all(request, range, kKeep);
            std::vector<DurationNs> durations;
            for (int thread = 0; thread < 3; ++thread) {
                LatencySum part(request, range, kKeep);
                for (const DurationNs duration : makeDurations(Shape(shape), count, random)) {
                    LatencyRow row;
                    row.end = duration;
                    part.add(row);
                    durations.push_back(duration);
                }
                all.merge(part);
            }
            LatencyResult result;
            result.request = request;
            std::move(all).finish(result);
            QCOMPARE(result.total.durations.isExact(), count <= kKeep);
            QCOMPARE(difference(result.total.durations, NaiveDistribution(durations)), QString());
        }
    }

    void whatCannotBeIsTakenAsNothing()
    {
        Distribution found;
        found.finish();
        QCOMPARE(found.percentile(50), DurationNs{0});
        QCOMPARE(found.mean(), 0.0);
        QVERIFY(found.bins(8).empty());
        found.add(-5);
        found.add(kTimeMax);
        found.add(kTimeMax);
        found.add(kTimeMax);
        found.finish();
        QCOMPARE(found.min(), DurationNs{0});
        QCOMPARE(found.percentile(50), kTimeMax);
        QCOMPARE(found.sum(), ~std::uint64_t{0}); // saturated
        found.countInClasses();
        found.finish();
        QCOMPARE(found.percentile(75), found.percentile(50));
        QVERIFY(found.percentile(75) >= kTimeMax - kTimeMax / 256);
    }

private:
    static void shapes()
    {
        QTest::addColumn<int>("shape");
        QTest::newRow("uniform") << static_cast<int>(Shape::Uniform);
        QTest::newRow("exponential") << static_cast<int>(Shape::Exponential);
        QTest::newRow("few distinct") << static_cast<int>(Shape::Few);
        QTest::newRow("huge range") << static_cast<int>(Shape::Huge);
    }
};

QTEST_GUILESS_MAIN(tst_Distribution)
#include "tst_distribution.moc"
