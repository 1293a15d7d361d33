// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/eventslices.h"
#include "model/analysis/probecalls.h"
#include "model/analysis/probeevents.h"
#include "model/query/rowprinter.h"
#include "tests/model/analysis/analysisscene.h"

#include <QObject>
#include <QTest>

#include <cstring>
#include <map>

using namespace thresher;
using namespace thresher::test;

namespace {

constexpr std::uint16_t kReadId = 600;
constexpr std::uint16_t kReadReturnId = 601;
constexpr std::uint16_t kOtherId = 602;
constexpr std::uint64_t kRead = 0xffff1000;

class Writer : public TraceDatWriter
{
public:
    Writer()
        : TraceDatWriter([] {
            Options options;
            options.kallsyms = "ffff1000 T vfs_read\nffff2000 T other\nffff3000 T end\n";
            return options;
        }())
    {
        const auto add = [this](const char *name, std::uint16_t id,
                                const std::vector<std::string> &fields, const char *print) {
            addFormat("probes", formatText(name, id, fields, print));
        };
        add("vfs_read__entry", kReadId, {"unsigned long __probe_ip", "u64 count", "char name[8]"},
            R"("count=%Lu name=%s", REC->count, REC->name)");
        add("vfs_read__return", kReadReturnId,
            {"unsigned long __probe_func", "unsigned long __probe_ret_ip", "s64 ret"},
            R"("ret=%Ld", REC->ret)");
        add("other", kOtherId, {"unsigned long __probe_ip"}, R"("at %lx", REC->__probe_ip)");
    }
    void enter(CpuId cpu, std::uint64_t time, Pid pid, std::uint64_t count, const char *name)
    {
        std::uint64_t text = 0;
        std::memcpy(&text, name, std::min<std::size_t>(std::strlen(name), 7));
        event(cpu, time, pid, kReadId, payload().u64(kRead).u64(count).u64(text));
    }
    void leave(CpuId cpu, std::uint64_t time, Pid pid, std::int64_t ret)
    {
        event(cpu, time, pid, kReadReturnId,
              payload().u64(kRead).u64(0x1234).u64(static_cast<std::uint64_t>(ret)));
    }
};

/// The texts of a task's calls, by depth.
std::vector<std::string> calls(const AnalysisScene &scene, Pid pid)
{
    RowPrinter printer(scene.index);
    std::vector<std::string> texts;
    for (std::uint16_t depth = 0; depth < 4; ++depth) {
        const TaskId task = scene.task(pid);
        for (const PlacedSlice &slice :
             scene.slices({TrackClass::Probe, 0, ownerOfTask(task), depth}))
            texts.push_back(probedCall(printer, *scene.analysis, task, slice).text());
    }
    return texts;
}

std::shared_ptr<const LatencyResult> measure(const AnalysisScene &scene, std::size_t worst)
{
    LatencyRequest request;
    request.kind = LatencyKind::Probe;
    request.worst = worst;
    request.withCalls = true;
    Progress progress;
    const auto result = measureLatency(*scene.analysis, request, {}, progress);
    return result ? *result : nullptr;
}

} // namespace

class TestProbeCalls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCallIsReadFromBothOfItsEvents();
    void anotherEventOfTheSameMomentIsNotTaken();
    void theEventsOfACallAreItsEnds();
    void namesTellEntriesFromReturns_data();
    void namesTellEntriesFromReturns();
    void recordedKernelCallsAreThoseThatTraceCmdPrints();
    void recordedProgramsCallsAreThoseThatTraceCmdPrints();
};

void TestProbeCalls::aCallIsReadFromBothOfItsEvents()
{
    Writer writer;
    writer.enter(0, 1000, 10, 4096, "data");
    writer.leave(1, 1100, 10, -11); // on another CPU
    writer.enter(0, 1200, 10, 1, "outer");
    writer.enter(0, 1300, 10, 2, "inner");
    writer.leave(0, 1400, 10, 2);
    writer.print(0, 1500, 10, "end");
    const AnalysisScene scene(writer);
    const std::vector<std::string> expected{"vfs_read count=4096 name=\"data\" → -11",
                                            "vfs_read count=1 name=\"outer\" → ?",
                                            "vfs_read count=2 name=\"inner\" → 2"};
    QCOMPARE(calls(scene, 10), expected);
    const auto result = measure(scene, 10);
    QVERIFY(result && result->calls);
    QCOMPARE(result->total.durations.count(), 2U); // the unfinished one is none
    QCOMPARE(result->unfinished, 1U);
    QCOMPARE(result->calls->arguments, (std::vector<std::string>{"count", "name"}));
    QCOMPARE(result->calls->results, std::vector<std::string>{"ret"});
    QCOMPARE(result->calls->rows.size(), 2U);
    QCOMPARE(result->calls->rows[0].arguments[1]->bare(), std::string_view("data"));
    QCOMPARE(*result->calls->rows[0].results[0]->number, -11);
}

void TestProbeCalls::anotherEventOfTheSameMomentIsNotTaken()
{
    Writer writer;
    writer.enter(1, 1000, 11, 7, "else"); // another task's
    writer.event(0, 1000, 10, kOtherId, writer.payload().u64(0xffff2000));
    writer.enter(0, 1000, 10, 4096, "data");
    writer.leave(1, 1100, 11, 7);
    writer.leave(0, 1100, 10, 5);
    const AnalysisScene scene(writer);
    QCOMPARE(calls(scene, 10), std::vector<std::string>{"vfs_read count=4096 name=\"data\" → 5"});
    QCOMPARE(calls(scene, 11), std::vector<std::string>{"vfs_read count=7 name=\"else\" → 7"});
}

void TestProbeCalls::theEventsOfACallAreItsEnds()
{
    Writer writer;
    writer.enter(0, 1000, 10, 1, "a");
    writer.print(0, 1050, 10, "within");
    writer.leave(0, 1100, 10, 1);
    const AnalysisScene scene(writer);
    const auto of = [&](EventIndex event) {
        const auto found = slicesOf(*scene.analysis, Place{0, event});
        return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
    };
    QVERIFY(of(0) && of(1) && of(2));
    QCOMPARE(of(0)->role, SliceRole::Begin);
    QVERIFY(of(0)->other == Place(0, 2));
    QCOMPARE(of(1)->role, SliceRole::Inside);
    QCOMPARE(of(2)->role, SliceRole::End);
    QVERIFY(of(2)->other == Place(0, 0));
}

void TestProbeCalls::namesTellEntriesFromReturns_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("exit");
    QTest::addColumn<bool>("isPair");
    QTest::newRow("the recorder's") << "vfs_read__entry"
                                    << "vfs_read__return" << true;
    QTest::newRow("of fprobes") << "vfs_read__entry"
                                << "vfs_read__exit" << true;
    QTest::newRow("perf's") << "vfs_read"
                            << "vfs_read__return" << true;
    QTest::newRow("trace events'") << "read_enter"
                                   << "read_exit" << true;
    QTest::newRow("the kernel's own") << "p_vfs_read_0"
                                      << "r_vfs_read_0" << true;
    QTest::newRow("of others") << "vfs_read__entry"
                               << "vfs_write__return" << false;
    QTest::newRow("a user's") << "myprobe"
                              << "myretprobe" << false;
}

void TestProbeCalls::namesTellEntriesFromReturns()
{
    QFETCH(const QString, entry);
    QFETCH(const QString, exit);
    QFETCH(const bool, isPair);
    const std::string first = entry.toStdString();
    const std::string second = exit.toStdString();
    const auto stem = probedReturnStem(second);
    QCOMPARE(!stem.empty() && probedEntryStem(first) == stem, isPair);
}

// Worked out by a script from the text of `trace-cmd report -t`: each return with the last entry of
// the same task that has none yet.
void TestProbeCalls::recordedKernelCallsAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("lab-kprobe-kretprobe.dat");
    const auto result = measure(scene, 1000);
    QVERIFY(result && result->calls);
    QCOMPARE(result->total.durations.count(), 72U);
    QCOMPARE(result->total.durations.sum(), 88107132U);
    QCOMPARE(result->calls->arguments, (std::vector<std::string>{"dfd", "filename"}));
    QCOMPARE(result->calls->results, std::vector<std::string>{"ret"});
    QCOMPARE(result->worst[0].duration(), 23913033);
    QCOMPARE(result->calls->rows[0].arguments[1]->text,
             std::string("\"/lib/x86_64-linux-gnu/libc.so.6\""));
    QCOMPARE(result->calls->rows[1].arguments[1]->bare(),
             std::string_view("/tmp/klsamples/lab-kprobe-kretprobe.dat.cpu1"));
    std::map<std::string, int> results; // as they are printed
    for (const ProbedCallTable::Row &row : result->calls->rows)
        ++results[row.results[0]->text];
    QCOMPARE(results["0xfffffffffffffffe"], 29);
    QCOMPARE(results["0x3"], 38);
    QCOMPARE(results.size(), 5U);
}

void TestProbeCalls::recordedProgramsCallsAreThoseThatTraceCmdPrints()
{
    const AnalysisScene scene("uprobe.dat");
    const auto result = measure(scene, 20000);
    QVERIFY(result && result->calls);
    QCOMPARE(result->calls->rows.size(), 12684U);
    std::int64_t bytes = 0;
    for (const ProbedCallTable::Row &row : result->calls->rows)
        bytes += row.arguments[0]->number.value_or(0);
    QCOMPARE(bytes, 2895269);
    QCOMPARE(result->calls->rows[0].results[0]->text, std::string("0x557810f3e7f0"));
}

QTEST_GUILESS_MAIN(TestProbeCalls)
#include "tst_probecalls.moc"
