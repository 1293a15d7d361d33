// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <map>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint16_t kExitId = 20;
constexpr std::uint16_t kOpenEnterId = 500;
constexpr std::uint16_t kOpenExitId = 501;
constexpr std::uint16_t kTaskExitId = 502;
constexpr std::uint16_t kExecId = 503;
constexpr std::uint16_t kForkId = 504;

class Writer : public TraceDatWriter
{
public:
    explicit Writer(std::string uname = "Linux host 6.1.0 x86_64")
        : TraceDatWriter([&uname] {
            Options options;
            options.uname = std::move(uname);
            return options;
        }())
    {
        const auto add = [this](const char *system, const char *name, std::uint32_t id,
                                const std::vector<std::string> &fields) {
            addFormat(system, formatText(name, id, fields, R"("%d", 0)"));
        };
        add("raw_syscalls", "sys_exit", kExitId, {"s64 id", "s64 ret"});
        add("syscalls", "sys_enter_openat", kOpenEnterId, {"int __syscall_nr", "u32 pad"});
        add("syscalls", "sys_exit_openat", kOpenExitId, {"int __syscall_nr", "u32 pad", "s64 ret"});
        add("sched", "sched_process_exit", kTaskExitId, {"pid_t pid"});
        add("sched", "sched_process_exec", kExecId, {"pid_t pid", "pid_t old_pid"});
        add("sched", "sched_process_fork", kForkId, {"pid_t parent_pid", "pid_t child_pid"});
    }
    void enter(CpuId cpu, std::uint64_t time, Pid pid, std::int64_t id)
    {
        Payload data = payload();
        data.u64(static_cast<std::uint64_t>(id));
        for (int i = 0; i < 6; ++i)
            data.u64(0);
        event(cpu, time, pid, 21, data);
    }
    void exit(CpuId cpu, std::uint64_t time, Pid pid, std::int64_t id, std::int64_t result = 0)
    {
        event(
            cpu, time, pid, kExitId,
            payload().u64(static_cast<std::uint64_t>(id)).u64(static_cast<std::uint64_t>(result)));
    }
};

std::string calls(const AnalysisScene &scene, Pid pid)
{
    std::ostringstream out;
    for (const PlacedSlice &found :
         scene.slices({TrackClass::Syscall, 0, ownerOfTask(scene.task(pid)), 0})) {
        const SyscallValue value{found.slice.value};
        out << found.slice.begin << ' ' << found.slice.end << ' ' << value.number()
            << (value.isFailed() ? " failed" : "") << (value.isUnfinished() ? " unfinished" : "")
            << ((value.bits & SyscallValue::kCompat) != 0 ? " compat" : "") << '\n';
    }
    return out.str();
}

} // namespace

class TestSyscalls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCallLastsFromItsEntryToItsExit();
    void bothKindsOfEventsTellOfACallOnce();
    void aCallEndsWithItsTask();
    void aLossEndsWhatItMakesUncertain();
    void anExecReturnsUnderThePidOfItsProcess();
    void anExecTellsOfA32BitProgram();
    void namesAreOfTheMachineThatRecorded();
    void randomCallsEqualTheNaiveOnes();
    void recordedCallsAreThoseThatTraceCmdPrints_data();
    void recordedCallsAreThoseThatTraceCmdPrints();
};

void TestSyscalls::aCallLastsFromItsEntryToItsExit()
{
    Writer writer;
    writer.exit(0, 1000, 10, 1); // entered before
    writer.enter(0, 1100, 10, 0);
    writer.enter(0, 1150, 11, 257);
    writer.exit(1, 1200, 10, 0, 5); // on another CPU
    writer.exit(0, 1250, 11, 257, -2);
    writer.enter(0, 1300, 11, 15);
    writer.exit(0, 1350, 11, -1, -4096); // no error; rt_sigreturn has lost its number
    writer.enter(0, 1400, 11, 3);
    writer.enter(0, 1500, 11, 4); // nothing tells when that ended
    writer.exit(0, 1600, 11, 5); // nor this
    writer.enter(0, 1700, 10, 7);
    writer.print(0, 2000, 1, "end");
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1100 1200 0\n1700 2001 7 unfinished\n"));
    QCOMPARE(calls(scene, 11), std::string("1150 1250 257 failed\n"
                                           "1300 1350 15\n"
                                           "1400 1400 3 unfinished\n"
                                           "1500 1500 4 unfinished\n"));
    QCOMPARE(scene.analysis
                 ->between({TrackClass::Syscall, 0, 0, 0},
                           {TrackClass::Syscall, 255, 0xffffffff, 0xffff})
                 .size(),
             std::size_t{2});
}

void TestSyscalls::bothKindsOfEventsTellOfACallOnce()
{
    Writer writer;
    const auto open = [&writer](std::uint64_t time) {
        writer.enter(0, time, 10, 257);
        writer.event(0, time + 1, 10, kOpenEnterId, writer.payload().s32(257).u32(0));
        writer.event(0, time + 100, 10, kOpenExitId,
                     writer.payload().s32(257).u32(0).u64(~std::uint64_t{0}));
        writer.exit(0, time + 101, 10, 257, -1);
    };
    open(1000);
    open(2000);
    writer.enter(0, 3000, 10, 257);
    open(4000); // the same one entered anew
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1000 1100 257 failed\n"
                                           "2000 2100 257 failed\n"
                                           "3000 3000 257 unfinished\n"
                                           "4000 4100 257 failed\n"));
    QCOMPARE(scene.analysis->syscalls.size(), std::size_t{1});
    QCOMPARE(scene.analysis->syscalls[0].call, 257U);
    QCOMPARE(scene.analysis->syscalls[0].name, std::string("openat"));
}

void TestSyscalls::aCallEndsWithItsTask()
{
    Writer writer;
    writer.enter(0, 1000, 10, 231);
    writer.event(0, 1100, 10, kTaskExitId, writer.payload().s32(10));
    writer.enter(0, 1500, 10, 1); // the pid is used again
    writer.exit(0, 1600, 10, 1);
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1000 1100 231 unfinished\n1500 1600 1\n"));
}

void TestSyscalls::aLossEndsWhatItMakesUncertain()
{
    Writer writer;
    writer.enter(0, 1000, 10, 0);
    writer.enter(1, 1010, 11, 0); // on another CPU: what is lost was not of it
    writer.enter(1, 1020, 12, 0);
    writer.print(0, 1100, 1, "before");
    writer.loseEvents(0, 3);
    writer.print(0, 1500, 1, "behind");
    writer.exit(0, 1600, 10, 0); // of this or of another one
    writer.exit(1, 1600, 11, 0);
    writer.exit(0, 1700, 12, 0); // it may have been here before
    writer.enter(0, 1800, 10, 1);
    writer.exit(0, 1900, 10, 1);
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1000 1100 0 unfinished\n1800 1900 1\n"));
    QCOMPARE(calls(scene, 11), std::string("1010 1600 0\n"));
    QCOMPARE(calls(scene, 12), std::string("1020 1100 0 unfinished\n"));
}

void TestSyscalls::anExecReturnsUnderThePidOfItsProcess()
{
    Writer writer;
    writer.enter(0, 1000, 10, 202); // waits, and is killed
    writer.enter(0, 1100, 11, 59); // another thread of it
    writer.event(0, 1200, 10, kExecId, writer.payload().s32(10).s32(11));
    writer.exit(0, 1300, 10, 59);
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1000 1200 202 unfinished\n1200 1300 59\n"));
    QCOMPARE(calls(scene, 11), std::string());
}

void TestSyscalls::anExecTellsOfA32BitProgram()
{
    Writer writer;
    writer.enter(0, 1000, 10, 59);
    writer.exit(0, 1100, 10, 11);
    writer.enter(0, 1200, 10, 3);
    writer.exit(0, 1300, 10, 3);
    writer.event(0, 1350, 10, kForkId, writer.payload().s32(10).s32(11));
    writer.enter(0, 1400, 10, 11);
    writer.exit(0, 1500, 10, 59);
    writer.enter(0, 1600, 10, 3);
    writer.exit(0, 1700, 10, 3);
    writer.enter(0, 1800, 11, 3);
    writer.exit(0, 1900, 11, 3);
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::string("1000 1100 59\n"
                                           "1200 1300 3 compat\n"
                                           "1400 1500 11 compat\n"
                                           "1600 1700 3\n"));
    QCOMPARE(calls(scene, 11), std::string("1800 1900 3 compat\n"));
    QCOMPARE(syscallName(*scene.analysis, 3), std::string("close"));
    QCOMPARE(syscallName(*scene.analysis, 3 | SyscallValue::kCompat), std::string("read"));
    QCOMPARE(syscallName(*scene.analysis, 520 | SyscallValue::kX32), std::string("execve"));
    QCOMPARE(syscallName(*scene.analysis, 3 | SyscallValue::kFailed), std::string("close"));
}

void TestSyscalls::namesAreOfTheMachineThatRecorded()
{
    const auto name = [](std::string_view machine, std::uint32_t number, bool isBigEndian = false) {
        return syscallTableName(machine, isBigEndian, {number});
    };
    QCOMPARE(name("x86_64", 257), std::string("openat"));
    QCOMPARE(name("i686", 5), std::string("open"));
    QCOMPARE(name("aarch64", 56), std::string("openat"));
    QCOMPARE(name("armv7l", 322), std::string("openat"));
    QCOMPARE(name("riscv64", 56), std::string("openat"));
    QCOMPARE(name("ppc64le", 286), std::string("openat"));
    QCOMPARE(name("s390x", 288, true), std::string("openat"));
    QCOMPARE(name("mips64", 5247), std::string("openat"));
    QCOMPARE(name("x86_64", 99999), std::string());
    QCOMPARE(name("pdp11", 5), std::string());
    const AnalysisScene arm((Writer("Linux host 6.1.0 aarch64\n")));
    QCOMPARE(syscallName(*arm.analysis, 56), std::string("openat"));
    const AnalysisScene none((Writer("")));
    QCOMPARE(syscallName(*none.analysis, 56), std::string("syscall 56"));
}

void TestSyscalls::randomCallsEqualTheNaiveOnes()
{
    const auto seed = 20261124U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Writer writer;
    struct Call
    {
        TimeNs begin = 0;
        std::int64_t number = -1;
    };
    std::map<Pid, Call> open;
    std::map<Pid, std::ostringstream> expected;
    TimeNs time = 1000;
    for (int i = 0; i < 20000; ++i) {
        time += static_cast<TimeNs>(random() % 50) + 1;
        const Pid pid = 10 + static_cast<Pid>(random() % 20);
        const auto cpu = static_cast<CpuId>(random() % 3);
        const auto number = static_cast<std::int64_t>(random() % 3);
        Call &call = open[pid];
        const auto unfinished = [&] {
            if (call.number >= 0)
                expected[pid] << call.begin << ' ' << call.begin << ' ' << call.number
                              << " unfinished\n";
        };
        if (random() % 2 == 0) {
            writer.enter(cpu, static_cast<std::uint64_t>(time), pid, number);
            unfinished();
            call = {time, number};
        } else {
            const bool isFailed = random() % 4 == 0;
            writer.exit(cpu, static_cast<std::uint64_t>(time), pid, number, isFailed ? -11 : 3);
            if (call.number == number)
                expected[pid] << call.begin << ' ' << time << ' ' << number
                              << (isFailed ? " failed\n" : "\n");
            else
                unfinished();
            call = {};
        }
    }
    for (auto &[pid, call] : open) {
        if (call.number >= 0)
            expected[pid] << call.begin << ' ' << time + 1 << ' ' << call.number << " unfinished\n";
    }
    AnalysisOptions options;
    options.eventsAtATime = 777;
    options.slicesOfASegment = 500;
    const AnalysisScene scene(writer, options);
    for (const auto &[pid, text] : expected)
        QCOMPARE(calls(scene, pid), text.str());
}

// Counted by a script in the text that `trace-cmd report -R -t` gives.
void TestSyscalls::recordedCallsAreThoseThatTraceCmdPrints_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<quint64>("finished");
    QTest::addColumn<quint64>("failed");
    QTest::addColumn<quint64>("nanoseconds");
    QTest::addColumn<quint64>("unfinished");
    QTest::newRow("sched-basic") << "sched-basic.dat" << quint64{17267} << quint64{2133}
                                 << quint64{8242658206} << quint64{78};
    QTest::newRow("multi-buffer") << "multi-buffer.dat" << quint64{18798} << quint64{2149}
                                  << quint64{5802969758} << quint64{77};
    // Of one CPU of two: two calls go on where nothing is recorded.
    QTest::newRow("one-cpu") << "one-cpu.dat" << quint64{3219} << quint64{498} << quint64{561240131}
                             << quint64{12};
}

void TestSyscalls::recordedCallsAreThoseThatTraceCmdPrints()
{
    QFETCH(QString, file);
    const AnalysisScene scene(file.toStdString());
    quint64 finished = 0;
    quint64 failed = 0;
    quint64 nanoseconds = 0;
    quint64 unfinished = 0;
    for (const TrackSummary &track : scene.analysis->between(
             {TrackClass::Syscall, 0, 0, 0}, {TrackClass::Syscall, 255, 0xffffffff, 0xffff})) {
        for (const PlacedSlice &found : scene.slices(track.key)) {
            const SyscallValue value{found.slice.value};
            if (value.isUnfinished()) {
                ++unfinished;
                continue;
            }
            ++finished;
            failed += value.isFailed() ? 1U : 0U;
            nanoseconds += static_cast<quint64>(found.slice.end - found.slice.begin);
        }
    }
    QTEST(finished, "finished");
    QTEST(failed, "failed");
    QTEST(nanoseconds, "nanoseconds");
    QTEST(unfinished, "unfinished");
}

QTEST_GUILESS_MAIN(TestSyscalls)
#include "tst_syscalls.moc"
