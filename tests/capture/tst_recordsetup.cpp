// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordsetup.h"

#include <QTest>

using namespace thresher;
using namespace thresher::capture;

/// Recordings that are kept as files, and those that are built in.
class tst_recordsetup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allOfItComesBack();
    void builtInOnesComeBack();
    void brokenFilesAreRefused_data();
    void brokenFilesAreRefused();
    void anyCutIsRefused();
    void whatAKernelLacksIsTakenAway();
};

namespace {

RecordSetup fullSetup()
{
    RecordSetup setup{"Mine", "Two words", {}};
    setup.plan.output = "/tmp/x y.dat";
    setup.plan.version = 7;
    setup.plan.compression = Compression::Zstd;
    setup.plan.launch.host = "root@there";
    setup.plan.command = CommandPlan{{"a", "b c"}, "/tmp", {{"A", "1=2"}}, "nobody"};
    setup.plan.request.durationMs = 1500;
    setup.plan.request.stopOnTrigger = true;
    setup.plan.request.formats = FormatsRequest::All;
    auto &instance = setup.plan.request.instances.emplace_back();
    instance.name = "mine";
    instance.events = {
        {"sched:*", "prev_prio < 100 && prev_comm ~ \"a*\"", {"stacktrace:5"}, true}};
    instance.exclude = {"sched_stat*"};
    instance.tracer = "function_graph";
    instance.graphFunctions = {"vfs_*"};
    instance.noGraphFunctions = {"x"};
    instance.functions = {"do_*"};
    instance.noFunctions = {"y"};
    instance.graphDepth = 3;
    instance.thresholdUs = 100;
    instance.options = {{"irq-info", false}};
    instance.kernelStacks = instance.userStacks = true;
    instance.clock = "boot";
    instance.bufferKb = 0; // goes with the ring's time
    instance.subBufferKb = 8;
    instance.cpus = {0, 3};
    instance.pids = {1, 2};
    instance.command = true;
    instance.mode = BufferMode::Ring;
    instance.ringSeconds = 10;
    instance.probes = {{"p:mine vfs_read n=$arg3", "n > 9", {"traceoff:1"}, true}};
    instance.latencies = {"wakeup=sched:sched_waking(pid) -> sched:sched_switch(next_pid)"};
    instance.histograms = {{"synthetic:wakeup", "hist:keys=pid,lat.log2"}};
    return setup;
}

bool isSame(const RecordSetup &a, const RecordSetup &b)
{
    const auto &first = a.plan;
    const auto &second = b.plan;
    return a.name == b.name && a.description == b.description && first.request == second.request
           && first.output == second.output && first.version == second.version
           && first.compression == second.compression && first.launch.host == second.launch.host
           && first.command.has_value() == second.command.has_value()
           && (!first.command
               || (first.command->words == second.command->words
                   && first.command->directory == second.command->directory
                   && first.command->environment == second.command->environment
                   && first.command->user == second.command->user));
}

} // namespace

void tst_recordsetup::allOfItComesBack()
{
    const auto setup = fullSetup();
    const auto again = parseSetup(setupText(setup));
    QVERIFY2(again, again ? "" : again.error().what.c_str());
    QVERIFY(isSame(*again, setup));
}

void tst_recordsetup::builtInOnesComeBack()
{
    QVERIFY(builtInSetups().size() >= 5);
    for (const RecordSetup &setup : builtInSetups()) {
        const auto again = parseSetup(setupText(setup));
        QVERIFY2(again && isSame(*again, setup), setup.name.c_str());
        QVERIFY(!setup.description.empty());
    }
}

void tst_recordsetup::brokenFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("empty") << QByteArray() << QByteArray("JSON");
    QTest::newRow("a list") << QByteArray("[]") << QByteArray();
    QTest::newRow("something else") << QByteArray("{}") << QByteArray("no recording's settings");
    QTest::newRow("newer") << QByteArray(R"({"thresher_recording": 2})") << QByteArray("newer");
    QTest::newRow("nothing to record")
        << QByteArray(R"({"thresher_recording": 1})") << QByteArray("is missing");
    QTest::newRow("unknown key") << QByteArray(
        R"({"thresher_recording": 1, "request": {"instances": [{}]}, "x": 1})")
                                 << QByteArray("/x");
    QTest::newRow("bad glob") << QByteArray(
        R"({"thresher_recording": 1, "request": {"instances": [{"events": [{"match": "a b"}]}]}})")
                              << QByteArray("/request/instances/0/events/0/match");
    QTest::newRow("bad variable") << QByteArray(
        R"({"thresher_recording": 1, "request": {"instances": [{}]}, "command": {"environment": ["A"]}})")
                                  << QByteArray("/command/environment/0");
    QTest::newRow("command is a text") << QByteArray(
        R"({"thresher_recording": 1, "request": {"instances": [{}]}, "command": "ls"})")
                                       << QByteArray("/command");
    QTest::newRow("zstd in v6") << QByteArray(
        R"({"thresher_recording": 1, "request": {"instances": [{}]}, "format": 6, "compression": "zstd"})")
                                << QByteArray("/compression");
}

void tst_recordsetup::brokenFilesAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, said);
    const auto setup = parseSetup(text.toStdString());
    QVERIFY(!setup);
    QVERIFY2(QByteArray::fromStdString(setup.error().what).contains(said),
             setup.error().what.c_str());
}

void tst_recordsetup::anyCutIsRefused()
{
    const auto text = setupText(fullSetup());
    for (std::size_t size = 0; size + 2 < text.size(); ++size)
        QVERIFY(!parseSetup(std::string_view(text).substr(0, size)));
}

void tst_recordsetup::whatAKernelLacksIsTakenAway()
{
    InstanceRequest request;
    request.events = {{"irq:*", {}, {}, false}, {"irq_vectors:*", {}, {}, false}};
    request.exclude = {"irq_handler_exit", "nothing"};
    const auto removed = fitToKernel(request, {{"irq", {"irq_handler_entry", "irq_handler_exit"}}});
    QVERIFY((removed == std::vector<std::string>{"irq_vectors:*", "nothing"}));
    QCOMPARE(request.events.size(), 1U);
    QCOMPARE(request.exclude.size(), 1U);
}

QTEST_GUILESS_MAIN(tst_recordsetup)
#include "tst_recordsetup.moc"
