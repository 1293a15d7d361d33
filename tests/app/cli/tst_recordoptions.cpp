// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/recordoptions.h"

#include <QTest>

using namespace thresher;
using namespace thresher::capture;

/// What `thresher record`'s words ask the recorder for.
class tst_recordoptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOptionAsksForItsThing();
    void optionsBelongToTheBufferBeforeThem();
    void theCommandsOptionsAreItsOwn();
    void ringsAreTimesOrSizes();
    void masksAreLists();
    void probesHaveFiltersAndTriggers();
};

namespace {

RecordingPlan planOf(const std::vector<std::string> &words, std::uint32_t cpus = 4)
{
    const auto options = Options::parse(recordSpec(), words);
    if (!options)
        qWarning("%s", options.error().what.c_str());
    auto plan = readRecordingPlan(*options, cpus);
    if (!plan)
        qWarning("%s", plan.error().what.c_str());
    return *plan;
}

} // namespace

void tst_recordoptions::everyOptionAsksForItsThing()
{
    const auto plan = planOf({"-e",
                              "sched:* if prev_prio < 100",
                              "-e",
                              "irq",
                              "-f",
                              "irq == 3",
                              "-R",
                              "traceoff",
                              "-R",
                              "stacktrace:2",
                              "-e",
                              "all",
                              "-v",
                              "sched_stat*",
                              "-v",
                              "kmem:*",
                              "-p",
                              "function_graph",
                              "-l",
                              "do_*",
                              "-l",
                              "vfs_*",
                              "-n",
                              "no_*",
                              "-g",
                              "graph_*",
                              "--max-graph-depth",
                              "7",
                              "-O",
                              "noirq-info",
                              "-O",
                              "sym-offset",
                              "-T",
                              "--user-stacks",
                              "-b",
                              "5000",
                              "--sub-buffer",
                              "16",
                              "-C",
                              "boot",
                              "-M",
                              "a",
                              "-P",
                              "12",
                              "-P",
                              "34",
                              "-F",
                              "-c",
                              "--stop-on-trigger",
                              "--skip-missing",
                              "-o",
                              "out.dat",
                              "--force",
                              "--duration",
                              "1.5",
                              "--format",
                              "v6",
                              "-a",
                              "--privilege",
                              "sudo",
                              "ls",
                              "-l"});
    QCOMPARE(plan.request.instances.size(), 1U);
    const auto &instance = plan.request.instances.front();
    const std::vector<EventRequest> events{{"sched:*", "prev_prio < 100", {}, false},
                                           {"irq", "irq == 3", {"traceoff", "stacktrace:2"}, false},
                                           {"*:*", "", {}, false}};
    QVERIFY(instance.events == events);
    QVERIFY((instance.exclude == std::vector<std::string>{"sched_stat*", "kmem:*"}));
    QCOMPARE(instance.tracer, "function_graph");
    QVERIFY((instance.functions == std::vector<std::string>{"do_*", "vfs_*"}));
    QVERIFY(instance.noFunctions == std::vector<std::string>{"no_*"});
    QVERIFY(instance.graphFunctions == std::vector<std::string>{"graph_*"});
    QCOMPARE(instance.graphDepth, 7U);
    QVERIFY((instance.options
             == std::map<std::string, bool>{{"irq-info", false}, {"sym-offset", true}}));
    QVERIFY(instance.kernelStacks && instance.userStacks);
    QCOMPARE(instance.bufferKb, 5000U);
    QCOMPARE(instance.subBufferKb, 16U);
    QCOMPARE(instance.clock, "boot");
    QVERIFY((instance.cpus == std::vector<CpuId>{1, 3}));
    QVERIFY((instance.pids == std::vector<Pid>{12, 34}));
    QVERIFY(instance.command && instance.children);
    QVERIFY(plan.request.stopOnTrigger);
    QVERIFY(plan.request.skipMissing);
    QCOMPARE(plan.request.durationMs, 1500U);
    QCOMPARE(plan.request.formats, FormatsRequest::All);
    QCOMPARE(plan.output, std::filesystem::path("out.dat"));
    QVERIFY(plan.mayReplace);
    QCOMPARE(plan.version, 6);
    QCOMPARE(plan.launch.privilege, Privilege::Sudo);
    QVERIFY((plan.command->words == std::vector<std::string>{"ls", "-l"}));
}

void tst_recordoptions::optionsBelongToTheBufferBeforeThem()
{
    const auto plan = planOf({"-B", "one", "-e", "sched", "-b", "100", "-B", "two", "-p", "blk"});
    QCOMPARE(plan.request.instances.size(), 2U); // nothing was for the one without a name
    QCOMPARE(plan.request.instances[0].name, "one");
    QCOMPARE(plan.request.instances[0].bufferKb, 100U);
    QVERIFY(plan.request.instances[0].tracer.empty());
    QCOMPARE(plan.request.instances[1].name, "two");
    QCOMPARE(plan.request.instances[1].tracer, "blk");
    QVERIFY(plan.request.instances[1].events.empty());
    const auto three = planOf({"-e", "x", "-B", "one", "-e", "y"});
    QCOMPARE(three.request.instances.size(), 2U);
    QCOMPARE(three.request.instances[0].name, "");
}

void tst_recordoptions::theCommandsOptionsAreItsOwn()
{
    const auto plan = planOf({"-e", "sched", "grep", "-e", "x", "--json", "-o", "y"});
    QCOMPARE(plan.request.instances.front().events.size(), 1U);
    QCOMPARE(plan.output, std::filesystem::path("trace.dat"));
    QCOMPARE(plan.command->words.size(), 6U);
    QCOMPARE(planOf({"-e", "sched", "--", "-odd"}).command->words.front(), "-odd");
    QVERIFY(!planOf({"-e", "sched"}).command);
}

void tst_recordoptions::ringsAreTimesOrSizes()
{
    const auto ring = [](const char *text) {
        return planOf({"-e", "x", "--ring", text}, 4).request.instances.front();
    };
    QCOMPARE(ring("10s").mode, BufferMode::Ring);
    QCOMPARE(ring("10s").ringSeconds, 10U);
    QCOMPARE(ring("2m").ringSeconds, 120U);
    QCOMPARE(ring("100M").bufferKb, 25600U);
    QCOMPARE(ring("100M").ringSeconds, 0U);
    QCOMPARE(ring("1G").bufferKb, 262144U);
    QCOMPARE(ring("4K").bufferKb, 8U); // no less than two pages
    QCOMPARE(planOf({"-e", "x"}).request.instances.front().mode, BufferMode::Stream);
}

void tst_recordoptions::masksAreLists()
{
    const auto cpus = [](const char *text) {
        return planOf({"-e", "x", "-M", text}).request.instances.front().cpus;
    };
    QVERIFY(cpus("-1").empty());
    QVERIFY((cpus("0x3") == std::vector<CpuId>{0, 1}));
    QVERIFY((cpus("80000000,00000001") == std::vector<CpuId>{0, 63}));
    QVERIFY((cpus("F00000000000000000") == std::vector<CpuId>{68, 69, 70, 71}));
}

void tst_recordoptions::probesHaveFiltersAndTriggers()
{
    const auto plan = planOf({"-e", "irq", "--probe", "p:a vfs_read  %di", "-f", "arg1 > 1", "-R",
                              "traceoff", "-e", "sched", "-f", "x == 1", "--probe-rate", "500",
                              "-B", "two", "--probe", "r: /bin/bash:0x4245c0"});
    const auto &instances = plan.request.instances;
    QCOMPARE(instances.size(), 2U);
    const std::vector<ProbeRequest> probes{{"p:a vfs_read  %di", "arg1 > 1", {"traceoff"}, false}};
    QVERIFY(instances[0].probes == probes);
    const std::vector<EventRequest> events{{"irq", "", {}, false}, {"sched", "x == 1", {}, false}};
    QVERIFY(instances[0].events == events);
    QCOMPARE(instances[1].probes.size(), 1U);
    QCOMPARE(plan.request.probeRateLimit, 500U);
    // A further -f would be of the other buffer's.
    const auto options = Options::parse(
        recordSpec(), std::vector<std::string>{"--probe", "p a", "-B", "b", "-f", "x"});
    QVERIFY(!readRecordingPlan(*options, 4));
}

QTEST_GUILESS_MAIN(tst_recordoptions)
#include "tst_recordoptions.moc"
