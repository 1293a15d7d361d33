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

constexpr std::uint16_t kFooId = 600;
constexpr std::uint16_t kFooReturnId = 601;
constexpr std::uint16_t kBarId = 602;
constexpr std::uint16_t kBarReturnId = 603;
constexpr std::uint16_t kFaultId = 604;
constexpr std::uint16_t kTaskExitId = 502;
constexpr std::uint16_t kExecId = 503;
constexpr std::uint64_t kFoo = 0xffff1000;
constexpr std::uint64_t kBar = 0x5000; // no symbol: in user space
constexpr std::uint64_t kFault = 0xffff2000;

class Writer : public TraceDatWriter
{
public:
    Writer()
        : TraceDatWriter([] {
            Options options;
            options.kallsyms = "ffff1000 t foo\nffff2000 T do_fault\nffff3000 t end\n";
            return options;
        }())
    {
        const auto add = [this](const char *name, std::uint16_t id,
                                const std::vector<std::string> &fields) {
            addFormat("probes", formatText(name, id, fields, R"("%d", 0)"));
        };
        const std::vector<std::string> entry{"unsigned long __probe_ip"};
        const std::vector<std::string> exit{"unsigned long __probe_func",
                                            "unsigned long __probe_ret_ip"};
        add("foo_entry", kFooId, entry);
        add("foo_return", kFooReturnId, exit);
        add("bar", kBarId, entry);
        add("bar_return", kBarReturnId, exit);
        add("fault", kFaultId, entry);
        addFormat("sched",
                  formatText("sched_process_exit", kTaskExitId, {"pid_t pid"}, R"("%d", 0)"));
        addFormat("sched", formatText("sched_process_exec", kExecId, {"pid_t pid"}, R"("%d", 0)"));
    }
    void hit(CpuId cpu, std::uint64_t time, Pid pid, std::uint16_t id, std::uint64_t address)
    {
        event(cpu, time, pid, id, payload().u64(address));
    }
    void leave(CpuId cpu, std::uint64_t time, Pid pid, std::uint16_t id, std::uint64_t function)
    {
        event(cpu, time, pid, id, payload().u64(function).u64(0x1234));
    }
};

/// "depth begin end name", by depth.
std::string probes(const AnalysisScene &scene, std::uint32_t owner)
{
    std::ostringstream out;
    for (std::uint16_t depth = 0; depth < 64; ++depth) {
        for (const PlacedSlice &found : scene.slices({TrackClass::Probe, 0, owner, depth})) {
            out << depth << ' ' << found.slice.begin << ' ' << found.slice.end << ' '
                << scene.analysis->probes.at(found.slice.value).name << '\n';
        }
    }
    return out.str();
}
std::string probesOf(const AnalysisScene &scene, Pid pid)
{
    return probes(scene, ownerOfTask(scene.task(pid)));
}

} // namespace

class TestProbes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fromAHitToTheReturn();
    void recursionNests();
    void whatCannotReturnIsForgotten();
    void aLossMakesItUncertain();
    void manyOpenOnesAreBounded();
    void randomProbesEqualTheNaiveOnes();
    void recordedProbesAreThoseThatTraceCmdPrints();
};

void TestProbes::fromAHitToTheReturn()
{
    Writer writer;
    writer.leave(0, 900, 10, kFooReturnId, kFoo); // hit before
    writer.hit(0, 1000, 10, kFooId, kFoo + 4); // behind endbr64
    writer.hit(0, 1100, 10, kFaultId, kFault); // never returns, and does not count
    writer.hit(0, 1200, 10, kBarId, kBar);
    writer.hit(0, 1250, 11, kBarId, kBar + 0x100000); // elsewhere in another process
    writer.leave(1, 1300, 10, kBarReturnId, kBar);
    writer.leave(1, 1350, 11, kBarReturnId, kBar + 0x100000);
    writer.leave(0, 1400, 10, kFooReturnId, kFoo);
    writer.hit(1, 1500, 0, kFooId, kFoo); // an interrupt of idle CPU 1
    writer.hit(0, 1510, 0, kFooId, kFoo);
    writer.leave(1, 1600, 0, kFooReturnId, kFoo);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1200 1300 bar\n1 1000 1400 foo\n"));
    QCOMPARE(probesOf(scene, 11), std::string("0 1250 1350 bar\n"));
    QCOMPARE(probes(scene, ownerOfCpu(1)), std::string("0 1500 1600 foo\n"));
    QCOMPARE(probes(scene, ownerOfCpu(0)), std::string());
}

void TestProbes::recursionNests()
{
    Writer writer;
    writer.hit(0, 1000, 10, kFooId, kFoo);
    writer.leave(0, 1100, 10, kFooReturnId, kFoo);
    writer.hit(0, 2000, 10, kFooId, kFoo);
    writer.hit(0, 2100, 10, kFooId, kFoo);
    writer.hit(0, 2200, 10, kFooId, kFoo);
    writer.leave(0, 2300, 10, kFooReturnId, kFoo);
    writer.hit(0, 2350, 10, kBarId, kBar); // its return is missing
    writer.leave(0, 2400, 10, kFooReturnId, kFoo);
    writer.leave(0, 2500, 10, kFooReturnId, kFoo);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1100 foo\n"
                                              "0 2000 2500 foo\n"
                                              "1 2100 2400 foo\n"
                                              "2 2200 2300 foo\n"));
}

void TestProbes::whatCannotReturnIsForgotten()
{
    Writer writer;
    writer.hit(0, 1000, 10, kFooId, kFoo);
    writer.hit(0, 1100, 10, kBarId, kBar);
    writer.event(0, 1200, 10, kExecId, writer.payload().s32(10));
    writer.leave(0, 1300, 10, kBarReturnId, kBar); // of the new program
    writer.leave(0, 1400, 10, kFooReturnId, kFoo);
    writer.hit(0, 1500, 10, kFooId, kFoo);
    writer.event(0, 1600, 10, kTaskExitId, writer.payload().s32(10));
    writer.leave(0, 1700, 10, kFooReturnId, kFoo);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1400 foo\n"));
}

void TestProbes::aLossMakesItUncertain()
{
    Writer writer;
    writer.hit(0, 1000, 10, kFooId, kFoo);
    writer.hit(1, 1000, 11, kFooId, kFoo);
    writer.hit(1, 1010, 12, kFooId, kFoo);
    writer.print(0, 1050, 1, "before");
    writer.loseEvents(0, 7);
    writer.leave(0, 1100, 10, kFooReturnId, kFoo);
    writer.leave(1, 1100, 11, kFooReturnId, kFoo);
    writer.leave(0, 1200, 12, kFooReturnId, kFoo);
    writer.hit(0, 1300, 10, kFooId, kFoo);
    writer.leave(0, 1400, 10, kFooReturnId, kFoo);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1300 1400 foo\n"));
    QCOMPARE(probesOf(scene, 11), std::string("0 1000 1100 foo\n"));
    QCOMPARE(probesOf(scene, 12), std::string());
}

void TestProbes::manyOpenOnesAreBounded()
{
    Writer writer;
    std::uint64_t time = 1000;
    writer.hit(0, time++, 10, kFooId, kFoo);
    writer.leave(0, time++, 10, kFooReturnId, kFoo);
    writer.hit(0, time++, 10, kFooId, kFoo);
    for (int i = 0; i < 1000; ++i)
        writer.hit(0, time++, 10, kFaultId, kFault + static_cast<std::uint64_t>(i));
    writer.leave(0, time++, 10, kFooReturnId, kFoo);
    for (int i = 0; i < 1000; ++i) // deeper than anything is kept
        writer.hit(0, time++, 10, kFooId, kFoo);
    for (int i = 0; i < 1000; ++i)
        writer.leave(0, time++, 10, kFooReturnId, kFoo);
    const AnalysisScene scene(writer);
    QVERIFY(probesOf(scene, 10).starts_with("0 1000 1001 foo\n0 1002 2003 foo\n"));
    const std::uint32_t owner = ownerOfTask(scene.task(10));
    QCOMPARE(scene.analysis->depths(TrackClass::Probe, 0, owner), std::uint16_t{64});
}

void TestProbes::randomProbesEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Writer writer;
    struct Hit
    {
        std::uint64_t function;
        std::uint64_t time;
    };
    std::map<Pid, std::vector<Hit>> open;
    std::map<Pid, std::vector<std::string>> expected;
    std::uint64_t time = 1000;
    const auto hit = [&](Pid pid, bool isFoo) {
        writer.hit(static_cast<CpuId>(pid % 2), time, pid, isFoo ? kFooId : kBarId,
                   isFoo ? kFoo : kBar);
        open[pid].push_back({isFoo ? kFoo : kBar, time++});
    };
    const auto leave = [&](Pid pid, bool isFoo) {
        const std::uint64_t function = isFoo ? kFoo : kBar;
        writer.leave(static_cast<CpuId>(pid % 2), time, pid, isFoo ? kFooReturnId : kBarReturnId,
                     function);
        std::vector<Hit> &stack = open[pid];
        for (std::size_t i = stack.size(); i > 0; --i) {
            if (stack[i - 1].function != function)
                continue;
            std::ostringstream out;
            out << i - 1 << ' ' << stack[i - 1].time << ' ' << time << (isFoo ? " foo" : " bar");
            expected[pid].push_back(out.str());
            stack.resize(i - 1);
            break;
        }
        ++time;
    };
    for (const bool isFoo : {true, false}) { // so that both are known to return
        hit(10, isFoo);
        leave(10, isFoo);
    }
    for (int i = 0; i < 20000; ++i) {
        const Pid pid = 10 + static_cast<Pid>(random() % 5);
        if (open[pid].size() < 20 && random() % 2 == 0)
            hit(pid, random() % 2 == 0);
        else
            leave(pid, random() % 2 == 0);
    }
    AnalysisOptions options;
    options.eventsAtATime = 777;
    options.slicesOfASegment = 500;
    const AnalysisScene scene(writer, options);
    for (auto &[pid, lines] : expected) {
        std::istringstream in(probesOf(scene, pid));
        std::vector<std::string> found;
        for (std::string line; std::getline(in, line);)
            found.push_back(line);
        std::sort(found.begin(), found.end());
        std::sort(lines.begin(), lines.end());
        QCOMPARE(found, lines);
    }
}

// Counted by a script in the text that `trace-cmd report -R -t` gives: hits of malloc with the next
// return from it of the same task.
void TestProbes::recordedProbesAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("uprobe.dat");
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Probe, 0, 0, 0}, {TrackClass::Probe, 255, 0xffffffff, 0xffff})) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            QCOMPARE(scene.analysis->probes.at(found.slice.value).name, std::string("malloc"));
            ++count;
            sum += found.slice.end - found.slice.begin;
        }
    }
    QCOMPARE(count, 12684U);
    QCOMPARE(sum, 21317362);
}

QTEST_GUILESS_MAIN(TestProbes)
#include "tst_probes.moc"
