// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probevalue.h"
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
constexpr std::uint16_t kOtherReturnId = 605;
constexpr std::uint16_t kNamedId = 606;
constexpr std::uint16_t kNamedReturnId = 607;
constexpr std::uint16_t kDeepId = 608;
constexpr std::uint16_t kDeepReturnId = 609;
constexpr std::uint16_t kTaskExitId = 502;
constexpr std::uint16_t kExecId = 503;
constexpr std::uint16_t kSyscallExitId = 504;
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
        add("left_bar", kBarReturnId, exit);
        add("fault", kFaultId, entry);
        add("other_way_out", kOtherReturnId, exit);
        add("work__entry", kNamedId, entry);
        add("work__return", kNamedReturnId, exit);
        add("deep__entry", kDeepId, {"unsigned long __probe_ip", "u64 sp"});
        add("deep__return", kDeepReturnId,
            {"unsigned long __probe_func", "unsigned long __probe_ret_ip", "u64 sp"});
        addFormat("raw_syscalls",
                  formatText("sys_exit", kSyscallExitId, {"long id"}, R"("%d", 0)"));
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

/// "depth begin end name", by depth; with "?" where the return is not known.
std::string probes(const AnalysisScene &scene, std::uint32_t owner)
{
    std::ostringstream out;
    for (std::uint16_t depth = 0; depth < 64; ++depth) {
        for (const PlacedSlice &found : scene.slices({TrackClass::Probe, 0, owner, depth})) {
            out << depth << ' ' << found.slice.begin << ' ' << found.slice.end << ' '
                << scene.analysis->probes.at(ProbeValue{found.slice.value}.number()).name
                << (ProbeValue{found.slice.value}.isUnfinished() ? "?\n" : "\n");
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
    void withoutAReturnACallIsUnfinished();
    void whatLeavesTheKernelEndsItsCalls();
    void ofSeveralEventsThoseOfOneNameBelongTogether();
    void aCallIsOneThoughNoReturnWasEverRecorded();
    void aSecondProbeOfAReturnIsNoOtherReturn();
    void twoPairsAtOneFunctionAreBothCalls();
    void theStackPointerTellsWhichCallReturns();
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
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1400 foo\n1 1200 1300 bar\n"));
    QCOMPARE(probesOf(scene, 11), std::string("0 1250 1350 bar\n"));
    QCOMPARE(probes(scene, ownerOfCpu(1)), std::string("0 1500 1600 foo\n"));
    QCOMPARE(probes(scene, ownerOfCpu(0)),
             "0 1510 " + std::to_string(scene.index->range.end) + " foo?\n");
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

// Returns are missing where more calls are open at once than maxactive allows, where longjmp()
// leaves a function, and where the recording ends first.
void TestProbes::withoutAReturnACallIsUnfinished()
{
    Writer writer;
    writer.hit(0, 1000, 10, kFooId, kFoo);
    writer.hit(0, 1100, 10, kBarId, kBar);
    writer.leave(0, 1200, 10, kBarReturnId, kBar); // so bar is known to return
    writer.hit(0, 1300, 10, kBarId, kBar); // longjmp() into foo
    writer.hit(1, 1310, 10, kBarId, kBar); // and again, from another CPU
    writer.leave(1, 1400, 10, kFooReturnId, kFoo); // what it called is over
    writer.hit(1, 1500, 10, kBarId, kBar);
    writer.leave(0, 1600, 10, kBarReturnId, kBar);
    writer.hit(0, 1700, 10, kFooId, kFoo); // lasts to the end
    writer.hit(1, 1750, 0, kFooId, kFoo); // the same of an idle CPU
    writer.hit(0, 1800, 10, kFaultId, kFault); // is none of a function that returns
    writer.print(0, 1900, 10, "end");
    const AnalysisScene scene(writer);
    const auto end = std::to_string(scene.index->range.end);
    QCOMPARE(probesOf(scene, 10), "0 1000 1400 foo\n0 1500 1600 bar\n0 1700 " + end
                                      + " foo?\n1 1100 1200 bar\n1 1300 1400 bar?\n"
                                        "2 1310 1400 bar?\n");
    QCOMPARE(probes(scene, ownerOfCpu(1)), "0 1750 " + end + " foo?\n");
}

void TestProbes::whatLeavesTheKernelEndsItsCalls()
{
    Writer writer;
    writer.hit(0, 800, 10, kBarId, kBar);
    writer.leave(0, 900, 10, kBarReturnId, kBar);
    writer.hit(0, 1000, 10, kBarId, kBar); // of the program
    writer.hit(0, 1100, 10, kFooId, kFoo); // its return is missed
    writer.event(0, 1200, 10, kSyscallExitId, writer.payload().u64(0));
    writer.hit(0, 1300, 10, kFooId, kFoo);
    writer.leave(0, 1400, 10, kFooReturnId, kFoo);
    writer.event(0, 1500, 10, kSyscallExitId, writer.payload().u64(0));
    writer.leave(0, 1600, 10, kBarReturnId, kBar);
    writer.hit(0, 1700, 10, kFooId, kFoo);
    writer.event(0, 1800, 10, kSyscallExitId, writer.payload().u64(0));
    writer.leave(0, 1900, 10, kFooReturnId, kFoo); // of nothing that is known
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 800 900 bar\n0 1000 1600 bar\n0 1700 1800 foo?\n"
                                              "1 1100 1200 foo?\n1 1300 1400 foo\n"));
}

void TestProbes::ofSeveralEventsThoseOfOneNameBelongTogether()
{
    Writer writer;
    writer.hit(0, 1000, 10, kNamedId, kBar);
    writer.hit(0, 1001, 10, kBarId, kBar); // another probe of the same function
    writer.leave(0, 1100, 10, kNamedReturnId, kBar);
    writer.hit(0, 1200, 10, kNamedId, kBar);
    writer.hit(0, 1300, 10, kNamedId, kBar);
    writer.leave(0, 1400, 10, kNamedReturnId, kBar);
    writer.leave(0, 1401, 10, kOtherReturnId, kBar); // the same return; must not end the outer one
    writer.leave(0, 1500, 10, kNamedReturnId, kBar);
    writer.hit(0, 1600, 10, kNamedId, kBar); // known to return, before one was seen
    writer.event(0, 1700, 10, kTaskExitId, writer.payload().s32(10));
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1100 work\n0 1200 1500 work\n"
                                              "0 1600 1700 work?\n1 1300 1400 work\n"));
}

void TestProbes::aCallIsOneThoughNoReturnWasEverRecorded()
{
    Writer writer;
    writer.hit(0, 1000, 10, kNamedId, kBar);
    writer.hit(0, 1100, 10, kFaultId, kFault);
    writer.event(0, 1200, 10, kTaskExitId, writer.payload().s32(10));
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1200 work?\n"));
}

void TestProbes::aSecondProbeOfAReturnIsNoOtherReturn()
{
    Writer writer;
    writer.hit(0, 1000, 10, kBarId, kBar);
    writer.hit(0, 1100, 10, kBarId, kBar);
    writer.leave(0, 1200, 10, kBarReturnId, kBar);
    writer.leave(0, 1201, 10, kOtherReturnId, kBar);
    writer.leave(0, 1300, 10, kBarReturnId, kBar);
    writer.leave(0, 1301, 10, kOtherReturnId, kBar);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1300 bar\n1 1100 1200 bar\n"));
}

void TestProbes::twoPairsAtOneFunctionAreBothCalls()
{
    Writer writer;
    for (const std::uint64_t at : {1000U, 2000U}) {
        writer.hit(0, at, 10, kFooId, kFoo);
        writer.hit(0, at + 1, 10, kNamedId, kFoo);
        // Either order.
        writer.leave(0, at + 100, 10, at == 1000 ? kFooReturnId : kNamedReturnId, kFoo);
        writer.leave(0, at + 101, 10, at == 1000 ? kNamedReturnId : kFooReturnId, kFoo);
    }
    writer.print(0, 3000, 10, "end");
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1100 foo\n0 2000 2101 foo\n"
                                              "1 1001 1101 foo\n1 2001 2100 foo\n"));
}

void TestProbes::theStackPointerTellsWhichCallReturns()
{
    Writer writer;
    const auto hit = [&](std::uint64_t time, std::uint64_t sp) {
        writer.event(0, time, 10, kDeepId, writer.payload().u64(kBar).u64(sp));
    };
    const auto leave = [&](std::uint64_t time, std::uint64_t sp) {
        writer.event(0, time, 10, kDeepReturnId, writer.payload().u64(kBar).u64(0x1234).u64(sp));
    };
    hit(1000, 0x7000);
    hit(1100, 0x6000);
    hit(1200, 0x5000); // this one's return is missed,
    leave(1300, 0x6008); // so is not taken for the one before's
    leave(1400, 0x7000); // arm64: no return address on the stack
    leave(1500, 0x9000); // its hit was before the recording
    hit(1600, 0x7000);
    leave(1700, 0x6008); // of what is not open
    leave(1800, 0x7008);
    const AnalysisScene scene(writer);
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1400 deep\n0 1600 1800 deep\n"
                                              "1 1100 1300 deep\n2 1200 1300 deep?\n"));
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
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1400 foo\n0 1500 1600 foo?\n"));
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
    QCOMPARE(probesOf(scene, 10), std::string("0 1000 1050 foo?\n0 1300 1400 foo\n"));
    QCOMPARE(probesOf(scene, 11), std::string("0 1000 1100 foo\n"));
    QCOMPARE(probesOf(scene, 12), std::string("0 1010 1050 foo?\n"));
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

namespace {

/// What the probes of a trace are to be: written while it is, without an eye on the effort.
class NaiveProbes
{
public:
    explicit NaiveProbes(Writer &writer)
        : m_writer(writer)
    {}

    void hit(Pid pid, CpuId cpu, bool isFoo)
    {
        m_writer.hit(cpu, m_time, pid, isFoo ? kFooId : kBarId, isFoo ? kFoo : kBar);
        m_open[pid].push_back({isFoo, m_time, cpu});
        m_last[cpu] = m_time++;
    }
    void leave(Pid pid, CpuId cpu, bool isFoo)
    {
        m_writer.leave(cpu, m_time, pid, isFoo ? kFooReturnId : kBarReturnId, isFoo ? kFoo : kBar);
        std::vector<Hit> &stack = m_open[pid];
        for (std::size_t i = stack.size(); i > 0; --i) {
            if (stack[i - 1].isFoo != isFoo)
                continue;
            for (std::size_t above = i; above < stack.size(); ++above)
                add(pid, above, cpu, m_time, true);
            add(pid, i - 1, cpu, m_time, false);
            stack.resize(i - 1);
            break;
        }
        m_last[cpu] = m_time++;
    }
    void exit(Pid pid, CpuId cpu)
    {
        m_writer.event(cpu, m_time, pid, kTaskExitId, m_writer.payload().s32(pid));
        end(pid, cpu, m_time);
        m_last[cpu] = m_time++;
    }
    void lose(CpuId cpu)
    {
        m_writer.loseEvents(cpu, 3);
        m_losses[cpu].push_back(m_last[cpu]);
        m_writer.print(cpu, m_time, 1, "goes on");
        m_last[cpu] = m_time++;
    }
    void finish(std::uint64_t time)
    {
        for (Pid pid = 10; pid < 15; ++pid)
            end(pid, std::nullopt, time);
        for (const Call &call : m_calls)
            write(call);
    }
    [[nodiscard]] std::size_t open(Pid pid) { return m_open[pid].size(); }
    [[nodiscard]] std::vector<std::string> sorted(Pid pid)
    {
        std::sort(m_lines[pid].begin(), m_lines[pid].end());
        return m_lines[pid];
    }

private:
    struct Hit
    {
        bool isFoo;
        std::uint64_t time;
        CpuId cpu;
    };
    void end(Pid pid, std::optional<CpuId> cpu, std::uint64_t time)
    {
        for (std::size_t i = 0; i < m_open[pid].size(); ++i)
            add(pid, i, cpu.value_or(m_open[pid][i].cpu), time, true);
        m_open[pid].clear();
    }
    struct Call
    {
        Pid pid;
        std::size_t depth;
        Hit hit;
        CpuId now; ///< Where it ended.
        std::uint64_t end;
        bool isUnfinished;
    };
    void add(Pid pid, std::size_t depth, CpuId now, std::uint64_t end, bool isUnfinished)
    {
        m_calls.push_back({pid, depth, m_open[pid][depth], now, end, isUnfinished});
    }
    /// When all losses are known: that one had begun is seen behind it only.
    void write(Call call)
    {
        for (const CpuId cpu : {call.hit.cpu, call.now}) {
            for (const std::uint64_t loss : m_losses[cpu]) {
                if (loss < call.hit.time || loss >= call.end)
                    continue;
                call.isUnfinished = true;
                call.end = loss;
            }
        }
        std::ostringstream line;
        line << call.depth << ' ' << call.hit.time << ' ' << call.end
             << (call.hit.isFoo ? " foo" : " bar") << (call.isUnfinished ? "?" : "");
        m_lines[call.pid].push_back(line.str());
    }

    Writer &m_writer;
    std::uint64_t m_time = 1000;
    std::map<CpuId, std::uint64_t> m_last;
    std::map<CpuId, std::vector<std::uint64_t>> m_losses; ///< Times of the events before them.
    std::map<Pid, std::vector<Hit>> m_open;
    std::vector<Call> m_calls;
    std::map<Pid, std::vector<std::string>> m_lines;
};

} // namespace

void TestProbes::randomProbesEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Writer writer;
    NaiveProbes naive(writer);
    for (const bool isFoo : {true, false}) { // so that both are known to return
        naive.hit(10, isFoo ? 0 : 1, isFoo);
        naive.leave(10, isFoo ? 0 : 1, isFoo);
    }
    for (int i = 0; i < 20000; ++i) {
        const Pid pid = 10 + static_cast<Pid>(random() % 5);
        const CpuId cpu = random() % 2; // tasks migrate
        if (random() % 500 == 0)
            naive.lose(cpu);
        else if (random() % 500 == 0)
            naive.exit(pid, cpu);
        else if (naive.open(pid) < 20 && random() % 2 == 0)
            naive.hit(pid, cpu, random() % 2 == 0);
        else
            naive.leave(pid, cpu, random() % 2 == 0);
    }
    AnalysisOptions options;
    options.eventsAtATime = 777;
    options.slicesOfASegment = 500;
    const AnalysisScene scene(writer, options);
    naive.finish(static_cast<std::uint64_t>(scene.index->range.end));
    for (Pid pid = 10; pid < 15; ++pid) {
        std::istringstream in(probesOf(scene, pid));
        std::vector<std::string> found;
        for (std::string line; std::getline(in, line);)
            found.push_back(line);
        std::sort(found.begin(), found.end());
        const std::vector<std::string> expected = naive.sorted(pid);
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            QCOMPARE(found[i].c_str(), expected[i].c_str());
    }
}

// Counted by a script in the text that `trace-cmd report -R -t` gives: hits of malloc with the next
// return from it of the same task.
void TestProbes::recordedProbesAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("uprobe.dat");
    std::uint64_t count = 0;
    std::uint64_t unfinished = 0;
    std::int64_t sum = 0;
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Probe, 0, 0, 0}, {TrackClass::Probe, 255, 0xffffffff, 0xffff})) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            QCOMPARE(scene.analysis->probes.at(ProbeValue{found.slice.value}.number()).name,
                     std::string("malloc"));
            if (ProbeValue{found.slice.value}.isUnfinished()) {
                ++unfinished;
                continue;
            }
            ++count;
            sum += found.slice.end - found.slice.begin;
        }
    }
    QCOMPARE(unfinished, 1U); // the recording ended within it
    QCOMPARE(count, 12684U);
    QCOMPARE(sum, 21317362);
}

QTEST_GUILESS_MAIN(TestProbes)
#include "tst_probes.moc"
