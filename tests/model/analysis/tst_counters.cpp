// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint16_t kFrequencyId = 800;
constexpr std::uint16_t kIdleId = 801;
constexpr std::uint16_t kLevelId = 802;

class Writer : public TraceDatWriter
{
public:
    Writer()
    {
        const auto add = [this](const char *system, const char *name, std::uint16_t id,
                                const std::vector<std::string> &fields) {
            addFormat(system, formatText(name, id, fields, R"("%d", 0)"));
        };
        add("power", "cpu_frequency", kFrequencyId, {"u32 state", "u32 cpu_id"});
        add("power", "cpu_idle", kIdleId, {"u32 state", "u32 cpu_id"});
        add("my", "level", kLevelId, {"s64 level", "s64 key", "char name[8]"});
    }
    void frequency(CpuId cpu, std::uint64_t time, std::uint32_t value, CpuId of)
    {
        event(cpu, time, 0, kFrequencyId, payload().u32(value).u32(of));
    }
    void idle(CpuId cpu, std::uint64_t time, std::int32_t value)
    {
        event(cpu, time, 0, kIdleId, payload().s32(value).u32(cpu));
    }
    void level(CpuId cpu, std::uint64_t time, std::int64_t value, std::int64_t key)
    {
        event(cpu, time, 10, kLevelId,
              payload()
                  .u64(static_cast<std::uint64_t>(value))
                  .u64(static_cast<std::uint64_t>(key))
                  .chars("x", 8));
    }
};

AnalysisOptions options(std::initializer_list<const char *> texts)
{
    AnalysisOptions options;
    for (const char *const text : texts) {
        const auto spec = parseCounter(text);
        if (!spec)
            qFatal("%s", spec.error().text().c_str());
        options.counters.push_back(*spec);
    }
    return options;
}

CounterKey keyOf(const AnalysisScene &scene, std::string_view name, std::int64_t key)
{
    const auto &counters = scene.analysis->counters;
    for (std::size_t i = 0; i < counters.size(); ++i) {
        if (counters[i].spec.name == name)
            return {static_cast<std::uint32_t>(i), key};
    }
    qFatal("no such counter");
    return {};
}

std::string columns(const AnalysisScene &scene, const CounterKey &key, const PixelGrid &grid)
{
    std::vector<CounterColumn> out(grid.columns);
    sampleCounter(*scene.analysis, key, grid, out);
    std::ostringstream text;
    for (const CounterColumn &each : out) {
        if (each.isKnown)
            text << each.min << ".." << each.max << '>' << each.last
                 << (each.hasSamples ? "* " : " ");
        else
            text << "- ";
    }
    return text.str();
}

} // namespace

class TestCounters final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aValueHoldsUpToTheNext();
    void aKeyMakesSeries();
    void theTextIsReadAndWritten();
    void whatIsWrongIsMarked_data();
    void whatIsWrongIsMarked();
    void manyKeysAreBounded();
    void randomSamplesEqualTheNaiveOnes();
    void allSeriesTogetherAreTheLeastAndLargest();
    void recordedSamplesAreThoseThatTraceCmdPrints();
};

void TestCounters::aValueHoldsUpToTheNext()
{
    Writer writer;
    writer.print(0, 1000, 1, "begin");
    writer.frequency(0, 1100, 800, 0);
    writer.frequency(1, 1150, 1200, 0); // another CPU tells of it
    writer.frequency(0, 1400, 400, 0);
    writer.idle(0, 1450, 1);
    writer.idle(0, 1490, -1);
    writer.print(0, 1600, 1, "end");
    const AnalysisScene scene(writer);
    const CounterKey frequency = keyOf(scene, "CPU frequency", 0);
    QCOMPARE(columns(scene, frequency, {{1000, 1600}, 6}),
             std::string("- 800..1200>1200* 1200..1200>1200 1200..1200>1200 "
                         "400..1200>400* 400..400>400 "));
    QCOMPARE(columns(scene, frequency, {{1200, 1300}, 2}),
             std::string("1200..1200>1200 1200..1200>1200 "));
    QCOMPARE(columns(scene, keyOf(scene, "CPU idle state", 0), {{1400, 1500}, 1}),
             std::string("-1..1>-1* "));
    QVERIFY(!counterAt(*scene.analysis, frequency, 1099));
    QCOMPARE(counterAt(*scene.analysis, frequency, 1100), std::optional<std::int64_t>(800));
    QCOMPARE(counterAt(*scene.analysis, frequency, kTimeMax), std::optional<std::int64_t>(400));
    const CounterSummary &summary = scene.analysis->counters.at(frequency.counter);
    QVERIFY(summary.isBuiltIn && summary.isRecorded);
    QCOMPARE(summary.series.size(), std::size_t{1});
    QCOMPARE(summary.series[0].samples, 3U);
    QCOMPARE(summary.series[0].min, 400);
    QCOMPARE(summary.series[0].max, 1200);
    QCOMPARE(summary.series[0].range, (TimeRange{1100, 1400}));
    QCOMPARE(columns(scene, {frequency.counter, 5}, {{1000, 1600}, 2}), std::string("- - "));
}

void TestCounters::aKeyMakesSeries()
{
    Writer writer;
    writer.level(0, 1000, -5, 7);
    writer.level(1, 1100, 9, 8);
    const AnalysisScene scene(
        writer, options({"all: level level", "keys: level level by key",
                         "cpus: my:level level by cpu", "tasks: level level by task"}));
    const auto at = [&scene](const char *name, std::int64_t key) {
        return counterAt(*scene.analysis, keyOf(scene, name, key), 2000).value_or(77);
    };
    QCOMPARE(at("all", 0), 9);
    QCOMPARE(at("keys", 7), -5);
    QCOMPARE(at("keys", 8), 9);
    QCOMPARE(at("cpus", 0), -5);
    QCOMPARE(at("cpus", 1), 9);
    QCOMPARE(at("tasks", static_cast<std::int64_t>(scene.task(10))), 9);
}

void TestCounters::theTextIsReadAndWritten()
{
    for (const char *const text : {"n: power:cpu_idle state signed by cpu_id", "n: e f in \"m s\"",
                                   "n: e f signed by k in kHz", "\"two words\": e f",
                                   "n: e by by by", "n: e signed signed"}) {
        const auto spec = parseCounter(text);
        QVERIFY2(spec, text);
        QCOMPARE(spec->text(), std::string(text));
    }
}

void TestCounters::whatIsWrongIsMarked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("message");
    const auto add = [](const char *text, const char *token, const char *message) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(token)
                            << QString::fromLatin1(message);
    };
    add("n level level", "level", "'level', expected ':' behind the counter's name");
    add("n: level", "", "the end, expected a field");
    add("n: level level key", "key", "'key', expected signed, by, in or the end");
    add("n: level level by", "", "the end, expected a field, task or cpu");
    add("n: level level by key x", "x", "'x', expected in or the end");
    add("n: lvl level", "lvl", "'lvl', expected an event of the trace");
    add("n: level name", "name", "'name', expected a field of level that is a number");
    add("n: level level by name", "name",
        "'name', expected a field of level that is a number, task or cpu");
}

void TestCounters::whatIsWrongIsMarked()
{
    QFETCH(QString, text);
    QFETCH(QString, token);
    QFETCH(QString, message);
    Writer writer;
    writer.level(0, 1000, 1, 1);
    const std::vector<std::byte> bytes = writer.bytes();
    const auto trace = TraceFile::fromBytes(bytes, "scene");
    QVERIFY(trace);
    const auto spec = parseCounter(text.toStdString());
    std::optional<FilterError> error;
    if (!spec) {
        error = spec.error();
    } else {
        const auto event = resolveCounter(*spec, **trace);
        QVERIFY(!event);
        error = event.error();
    }
    QCOMPARE(QString::fromStdString(error->text()), message);
    QCOMPARE(text.mid(static_cast<int>(error->range.begin),
                      static_cast<int>(error->range.end - error->range.begin)),
             token);
}

void TestCounters::manyKeysAreBounded()
{
    Writer writer;
    for (std::uint64_t i = 0; i < 100'000; ++i)
        writer.level(0, 1000 + i, 1, static_cast<std::int64_t>(i));
    const AnalysisScene scene(writer, options({"n: level level by key"}));
    const CounterSummary &summary = scene.analysis->counters.at(0);
    QCOMPARE(summary.series.size(), CounterSummary::kMostSeries);
    QCOMPARE(summary.leftOut, 100'000 - CounterSummary::kMostSeries);
}

void TestCounters::randomSamplesEqualTheNaiveOnes()
{
    const auto seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Writer writer;
    std::map<std::int64_t, std::vector<std::pair<TimeNs, std::int64_t>>> samples;
    TimeNs time = 1000;
    for (int i = 0; i < 30000; ++i) {
        time += static_cast<TimeNs>(random() % 4); // some at one time
        const auto key = static_cast<std::int64_t>(random() % 3) - 1;
        const auto value = static_cast<std::int64_t>(random() % 100000) - 50000;
        writer.level(0, static_cast<std::uint64_t>(time), value, key);
        samples[key].emplace_back(time, value);
    }
    AnalysisOptions small = options({"n: level level by key"});
    small.eventsAtATime = 3000;
    small.slicesOfASegment = 2500;
    const AnalysisScene scene(writer, small);
    QVERIFY(scene.analysis->counterSegments.size() > 5);
    for (int i = 0; i < 300; ++i) {
        const auto key = static_cast<std::int64_t>(random() % 3) - 1;
        const TimeNs begin = 900 + static_cast<TimeNs>(random() % 50000);
        const PixelGrid grid{{begin, begin + 1 + static_cast<TimeNs>(random() % 60000)},
                             1 + static_cast<std::uint32_t>(random() % 300)};
        std::vector<CounterColumn> found(grid.columns);
        sampleCounter(*scene.analysis, keyOf(scene, "n", key), grid, found);
        std::vector<CounterColumn> expected(grid.columns);
        std::optional<std::int64_t> held;
        for (const auto &[at, value] : samples[key]) {
            if (at < grid.range.begin)
                held = value;
            if (!grid.range.contains(at))
                continue;
            CounterColumn &into = expected[grid.columnOf(at)];
            into.min = into.hasSamples ? std::min(into.min, value) : value;
            into.max = into.hasSamples ? std::max(into.max, value) : value;
            into.last = value;
            into.hasSamples = into.isKnown = true;
        }
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            CounterColumn &each = expected[x];
            if (held) {
                each.min = each.hasSamples ? std::min(each.min, *held) : *held;
                each.max = each.hasSamples ? std::max(each.max, *held) : *held;
                each.last = each.hasSamples ? each.last : *held;
                each.isKnown = true;
            }
            if (each.hasSamples)
                held = each.last;
            QCOMPARE(found[x].isKnown, each.isKnown);
            QCOMPARE(found[x].hasSamples, each.hasSamples);
            QCOMPARE(found[x].min, each.min);
            QCOMPARE(found[x].max, each.max);
            QCOMPARE(found[x].last, each.last);
        }
    }
}

// Counted by a script in the text that `trace-cmd report -R` gives.
void TestCounters::allSeriesTogetherAreTheLeastAndLargest()
{
    Writer writer;
    std::mt19937_64 random(11);
    writer.print(0, 0, 1, "begin");
    for (std::uint64_t time = 500; time < 9000; time += 1 + random() % 60)
        writer.level(
            0, time, static_cast<std::int64_t>(random() % 2000) - 1000,
            static_cast<std::int64_t>(random() % 700)); // more than a lane shows one by one
    writer.print(0, 10'000, 1, "end");
    AnalysisOptions few = options({"keys: level level by key in V"});
    few.slicesOfASegment = 40;
    few.eventsAtATime = 16;
    const AnalysisScene scene(writer, few);
    const std::uint32_t counter = keyOf(scene, "keys", 0).counter;
    QCOMPARE(scene.analysis->counters[counter].spec.unit, std::string("V"));
    const PixelGrid grid{{0, 10'000}, 97};
    std::vector<CounterColumn> all(grid.columns);
    sampleCounters(*scene.analysis, counter, grid, all);
    std::vector<CounterColumn> naive(grid.columns);
    std::size_t done = 0;
    for (const CounterSeries &series : scene.analysis->counters[counter].series) {
        std::vector<CounterColumn> one(grid.columns);
        sampleCounter(*scene.analysis, {counter, series.key}, grid, one);
        const bool isBounded = done++ >= kMostSeriesOfALane;
        for (std::uint32_t x = 0; x < grid.columns; ++x) {
            if (!one[x].isKnown)
                continue;
            const std::int64_t min = isBounded ? series.min : one[x].min;
            const std::int64_t max = isBounded ? series.max : one[x].max;
            naive[x].min = naive[x].isKnown ? std::min(naive[x].min, min) : min;
            naive[x].max = naive[x].isKnown ? std::max(naive[x].max, max) : max;
            naive[x].isKnown = true;
        }
        const auto first = sampleAfter(*scene.analysis, {counter, series.key}, kTimeMin);
        QVERIFY(first);
        QCOMPARE(first->time, series.range.begin);
        const auto last = sampleBefore(*scene.analysis, {counter, series.key}, kTimeMax);
        QCOMPARE(last->time, series.range.end);
        QVERIFY(!sampleAfter(*scene.analysis, {counter, series.key}, series.range.end));
        QVERIFY(!sampleBefore(*scene.analysis, {counter, series.key}, series.range.begin - 1));
    }
    for (std::uint32_t x = 0; x < grid.columns; ++x) {
        QCOMPARE(all[x].isKnown, naive[x].isKnown);
        if (all[x].isKnown) {
            QCOMPARE(all[x].min, naive[x].min);
            QCOMPARE(all[x].max, naive[x].max);
        }
    }
}

void TestCounters::recordedSamplesAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("net-signal-task.dat");
    const CounterSummary &idle = scene.analysis->counters.at(
        keyOf(scene, "CPU idle state", 0).counter);
    QCOMPARE(idle.series.size(), std::size_t{1});
    QCOMPARE(idle.series[0].samples, 420U);
    QCOMPARE(idle.series[0].min, -1);
    QCOMPARE(idle.series[0].max, 1);
}

QTEST_GUILESS_MAIN(TestCounters)
#include "tst_counters.moc"
