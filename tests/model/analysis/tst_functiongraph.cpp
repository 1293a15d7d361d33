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

constexpr std::uint16_t kEntryId = 11;
constexpr std::uint16_t kExitId = 10;
constexpr std::uint16_t kTaskExitId = 502;
constexpr std::uint64_t kOpen = 0xffff1000;
constexpr std::uint64_t kRead = 0xffff2000;
constexpr std::uint64_t kNameless = 0x10;

class Writer : public TraceDatWriter
{
public:
    explicit Writer(bool isTimed = true)
        : TraceDatWriter([] {
            Options options;
            options.kallsyms = "ffff1000 t do_open\nffff2000 T do_read\t[fs]\nffff3000 t end\n";
            return options;
        }())
        , m_isTimed(isTimed)
    {
        addFormat("ftrace", formatText("funcgraph_entry", kEntryId,
                                       {"unsigned long func", "int depth"}, R"("%d", 0)"));
        std::vector<std::string> fields{"unsigned long func", "int depth", "u32 overrun"};
        if (isTimed)
            fields.insert(fields.end(), {"u64 calltime", "u64 rettime"});
        addFormat("ftrace", formatText("funcgraph_exit", kExitId, fields, R"("%d", 0)"));
        addFormat("sched",
                  formatText("sched_process_exit", kTaskExitId, {"pid_t pid"}, R"("%d", 0)"));
    }
    void enter(CpuId cpu, std::uint64_t time, Pid pid, std::uint64_t function, int depth)
    {
        event(cpu, time, pid, kEntryId, payload().u64(function).s32(depth));
    }
    void exit(CpuId cpu, std::uint64_t time, Pid pid, std::uint64_t function, int depth,
              std::uint64_t length)
    {
        Payload data = payload();
        data.u64(function).s32(depth).u32(0);
        if (m_isTimed)
            data.u64(77'000'000).u64(77'000'000 + length); // of any clock
        event(cpu, time, pid, kExitId, data);
    }

private:
    bool m_isTimed;
};

/// "depth begin end name", by depth.
std::string calls(const AnalysisScene &scene, std::uint32_t owner)
{
    std::ostringstream out;
    const std::uint16_t depths = scene.analysis->depths(TrackClass::Call, 0, owner);
    for (std::uint16_t depth = 0; depth < depths; ++depth) {
        for (const PlacedSlice &found : scene.slices({TrackClass::Call, 0, owner, depth})) {
            const TrackName &name = scene.analysis->functions.at(found.slice.value);
            out << depth << ' ' << found.slice.begin << ' ' << found.slice.end << ' ' << name.name
                << '\n';
        }
    }
    return out.str();
}
std::string callsOf(const AnalysisScene &scene, Pid pid)
{
    return calls(scene, ownerOfTask(scene.task(pid)));
}

} // namespace

class TestFunctionGraph final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void callsNestByDepth();
    void withoutTimesTheEventsTell();
    void anExitWithoutEntryBeginsWhereItsTimesSay();
    void aMissingExitIsLeftOutButForLosses();
    void aCallThatIsLongEnoughOutlivesALoss();
    void whatExitsDoesNotReturn();
    void anyDepthAndTimesAreTaken();
    void randomCallsEqualTheNaiveOnes();
    void durationsAreThoseThatTraceCmdPrints();
};

void TestFunctionGraph::callsNestByDepth()
{
    Writer writer;
    writer.print(0, 500, 1, "begin");
    writer.enter(0, 1000, 10, kOpen, 0);
    writer.enter(0, 1100, 10, kRead, 1);
    writer.enter(1, 1100, 0, kRead, 0); // idle of CPU 1
    writer.exit(0, 1200, 10, kRead, 1, 90); // ends before its event is written
    writer.exit(1, 1250, 0, kRead, 0, 150);
    writer.enter(0, 1300, 10, kNameless, 1);
    writer.exit(1, 1400, 10, kNameless, 1, 120); // began before its entry was written
    writer.exit(1, 1500, 10, kOpen, 0, 505);
    writer.enter(0, 1600, 0, kOpen, 0); // goes on
    writer.print(0, 2000, 1, "end");
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 995 1500 do_open\n"
                                             "1 1100 1190 do_read [fs]\n"
                                             "1 1280 1400 0x10\n"));
    QCOMPARE(calls(scene, ownerOfCpu(1)), std::string("0 1100 1250 do_read [fs]\n"));
    QCOMPARE(calls(scene, ownerOfCpu(0)), std::string("0 1600 2001 do_open\n"));
    QCOMPARE(scene.analysis->functions.size(), std::size_t{3});
}

void TestFunctionGraph::withoutTimesTheEventsTell()
{
    Writer writer(false);
    writer.exit(0, 900, 10, kRead, 1, 0);
    writer.enter(0, 1000, 10, kOpen, 0);
    writer.enter(0, 1100, 10, kRead, 1);
    writer.exit(0, 1200, 10, kRead, 1, 0);
    writer.exit(0, 1500, 10, kOpen, 0, 0);
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 1000 1500 do_open\n1 1100 1200 do_read [fs]\n"));
}

void TestFunctionGraph::anExitWithoutEntryBeginsWhereItsTimesSay()
{
    Writer writer;
    writer.print(0, 500, 1, "begin");
    writer.exit(0, 1000, 10, kRead, 1, 300);
    writer.exit(0, 1200, 10, kOpen, 0, 600);
    writer.exit(0, 1300, 10, kOpen, 0, 200); // not before the last one has ended
    writer.enter(0, 2000, 10, kOpen, 0);
    writer.exit(0, 2100, 10, kRead, 1, 300); // nor before what it is in
    writer.exit(0, 2200, 10, kOpen, 0, 200);
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 600 1200 do_open\n"
                                             "0 1200 1300 do_open\n"
                                             "0 2000 2200 do_open\n"
                                             "1 700 1000 do_read [fs]\n"
                                             "1 2000 2100 do_read [fs]\n"));
}

void TestFunctionGraph::aMissingExitIsLeftOutButForLosses()
{
    Writer writer;
    writer.enter(0, 1000, 10, kOpen, 0);
    writer.enter(0, 1100, 10, kRead, 1);
    writer.enter(0, 1200, 10, kOpen, 0); // both have returned
    writer.enter(0, 1300, 10, kRead, 1);
    writer.loseEvents(0, 2);
    writer.enter(0, 1500, 10, kOpen, 0); // both may have
    writer.exit(0, 1600, 10, kOpen, 0, 100);
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 1200 1300 do_open\n"
                                             "0 1500 1600 do_open\n"
                                             "1 1300 1300 do_read [fs]\n"));
}

void TestFunctionGraph::aCallThatIsLongEnoughOutlivesALoss()
{
    Writer writer;
    writer.enter(0, 1000, 10, kOpen, 0);
    writer.enter(0, 1100, 10, kRead, 1);
    writer.loseEvents(0, 2);
    writer.exit(0, 1500, 10, kRead, 1, 100); // another one
    writer.exit(0, 1600, 10, kOpen, 0, 590);
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 1000 1590 do_open\n"
                                             "1 1100 1100 do_read [fs]\n"
                                             "1 1400 1500 do_read [fs]\n"));
}

void TestFunctionGraph::whatExitsDoesNotReturn()
{
    Writer writer;
    writer.enter(0, 1000, 10, kOpen, 0);
    writer.event(0, 1100, 10, kTaskExitId, writer.payload().s32(10));
    writer.enter(0, 1200, 10, kRead, 1);
    writer.exit(0, 1300, 10, kRead, 1, 100);
    writer.print(0, 5000, 1, "later");
    writer.enter(0, 6000, 10, kRead, 0); // the pid again
    writer.exit(0, 6100, 10, kRead, 0, 100);
    const AnalysisScene scene(writer);
    QCOMPARE(callsOf(scene, 10), std::string("0 1000 1300 do_open\n"
                                             "0 6000 6100 do_read [fs]\n"
                                             "1 1200 1300 do_read [fs]\n"));
}

void TestFunctionGraph::anyDepthAndTimesAreTaken()
{
    std::mt19937 random(1);
    Writer writer;
    std::uint64_t time = 1000;
    for (int i = 0; i < 20000; ++i) {
        time += random() % 3;
        const auto cpu = static_cast<CpuId>(random() % 2);
        const auto depth = static_cast<int>(random() % 8 == 0 ? random() : random() % 70);
        const auto function = random() % 2 == 0 ? kOpen : std::uint64_t{random()};
        if (random() % 2 == 0)
            writer.enter(cpu, time, 10, function, depth);
        else
            writer.exit(cpu, time, 10, function, depth,
                        random() % 3 == 0 ? ~std::uint64_t{0} >> (random() % 64) : random() % 10);
        if (random() % 100 == 0)
            writer.loseEvents(cpu, -1);
    }
    const AnalysisScene scene(writer);
    const std::uint32_t owner = ownerOfTask(scene.task(10));
    const std::uint16_t depths = scene.analysis->depths(TrackClass::Call, 0, owner);
    QVERIFY(depths > 0 && depths <= 64);
    for (std::uint16_t depth = 0; depth < depths; ++depth) {
        TimeNs end = kTimeMin;
        for (const PlacedSlice &found : scene.slices({TrackClass::Call, 0, owner, depth})) {
            QVERIFY(found.slice.begin >= end && found.slice.end >= found.slice.begin);
            QVERIFY(found.slice.begin >= 1000);
            QVERIFY(found.slice.end <= static_cast<TimeNs>(time) + 1);
            end = found.slice.end;
        }
    }
}

// Trees of calls, of which a few events are missing; the naive twin keeps a stack a task.
void TestFunctionGraph::randomCallsEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    struct Call
    {
        std::uint64_t function;
        std::uint64_t begin;
    };
    Writer writer(false);
    std::map<Pid, std::vector<Call>> real;
    std::map<Pid, std::map<int, Call>> known;
    std::map<Pid, std::vector<std::string>> expected;
    std::uint64_t time = 1000;
    for (int i = 0; i < 30000; ++i) {
        time += 1 + random() % 5;
        const Pid pid = 10 + static_cast<Pid>(random() % 5);
        const auto cpu = static_cast<CpuId>(pid % 3);
        std::vector<Call> &stack = real[pid];
        std::map<int, Call> &seen = known[pid];
        const bool isRecorded = random() % 50 != 0;
        if (stack.size() < 20 && (stack.empty() || random() % 2 == 0)) {
            const auto depth = static_cast<int>(stack.size());
            stack.push_back({random() % 2 == 0 ? kOpen : kRead, time});
            if (!isRecorded)
                continue;
            writer.enter(cpu, time, pid, stack.back().function, depth);
            seen.erase(seen.lower_bound(depth), seen.end());
            seen[depth] = stack.back();
        } else {
            const auto depth = static_cast<int>(stack.size()) - 1;
            const Call call = stack.back();
            stack.pop_back();
            if (!isRecorded)
                continue;
            writer.exit(cpu, time, pid, call.function, depth, 0);
            const auto found = seen.find(depth);
            if (found != seen.end() && found->second.function == call.function) {
                std::ostringstream out;
                out << depth << ' ' << found->second.begin << ' ' << time << ' '
                    << (call.function == kOpen ? "do_open" : "do_read [fs]");
                expected[pid].push_back(out.str());
            }
            seen.erase(seen.lower_bound(depth), seen.end());
        }
    }
    for (const auto &[pid, seen] : known) {
        for (const auto &[depth, call] : seen) {
            std::ostringstream out;
            out << depth << ' ' << call.begin << ' ' << time + 1 << ' '
                << (call.function == kOpen ? "do_open" : "do_read [fs]");
            expected[pid].push_back(out.str());
        }
    }
    AnalysisOptions options;
    options.eventsAtATime = 777;
    options.slicesOfASegment = 500;
    const AnalysisScene scene(writer, options);
    for (auto &[pid, lines] : expected) {
        std::istringstream in(callsOf(scene, pid));
        std::vector<std::string> found;
        for (std::string line; std::getline(in, line);)
            found.push_back(line);
        std::sort(found.begin(), found.end());
        std::sort(lines.begin(), lines.end());
        QCOMPARE(found, lines);
    }
}

// `trace-cmd report -t` prints 2336 durations, which are 2025612.401 us together.
void TestFunctionGraph::durationsAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("lab-function-graph.dat");
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Call, 0, 0, 0}, {TrackClass::Call, 255, 0xffffffff, 0xffff})) {
        const auto parent = [&] {
            TrackKey key = track.key;
            --key.depth;
            return key;
        }();
        for (const PlacedSlice &found : scene.slices(track.key)) {
            if (found.slice.end == scene.index->range.end)
                continue; // one goes on
            ++count;
            sum += found.slice.end - found.slice.begin;
            if (track.key.depth == 0 || scene.analysis->find(parent) == nullptr)
                continue;
            const auto outer = sliceAt(*scene.analysis, parent, found.slice.begin);
            QVERIFY(outer && outer->slice.begin <= found.slice.begin
                    && outer->slice.end >= found.slice.end);
        }
    }
    QCOMPARE(count, 2336U);
    QCOMPARE(sum, 2025612401);
    const auto &functions = scene.analysis->functions;
    QVERIFY(std::any_of(functions.begin(), functions.end(), [](const TrackName &function) {
        return function.name == "do_sys_openat2";
    }));
}

QTEST_GUILESS_MAIN(TestFunctionGraph)
#include "tst_functiongraph.moc"
