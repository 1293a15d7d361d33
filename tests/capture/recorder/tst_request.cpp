// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/request.h"

#include <QtTest/QTest>

using namespace thresher;
using namespace thresher::capture;

class tst_Request : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsLeftOutHasItsDefault();
    void everyFieldIsRead();
    void hostileRequestsAreRefused_data();
    void hostileRequestsAreRefused();
};

void tst_Request::whatIsLeftOutHasItsDefault()
{
    const auto request = parseRequest(Json::parse(R"({"instances":[{}]})"), "");
    QVERIFY(request.has_value());
    RecordRequest expected;
    expected.instances.resize(1);
    QVERIFY(*request == expected);
}

void tst_Request::everyFieldIsRead()
{
    const auto json = Json::parse(R"({
        "instances": [{
            "name": "irqs.1", "tracer": "function_graph", "clock": "boot",
            "events": [{"match": "sched:*", "filter": "prev_pid == 1", "triggers": ["traceoff:1"],
                        "triggers_only": true}],
            "exclude": ["sched_stat_*"],
            "functions": ["vfs_*", "*:mod:ext4"], "no_functions": ["rcu_*"],
            "graph_functions": ["do_idle"], "no_graph_functions": ["schedule"], "graph_depth": 3,
            "threshold_us": 7, "options": {"irq-info": false},
            "kernel_stacks": true, "user_stacks": true,
            "buffer_kb": "auto", "sub_buffer_kb": 8, "mode": "ring", "ring_seconds": 10,
            "cpus": [0, 3], "pids": [1, 2], "command": true, "children": false}],
        "duration_ms": 5000, "stop_on_trigger": true, "skip_missing": true, "formats": "all", "kallsyms": false,
        "saved_cmdlines": 4096, "progress_ms": 500})");
    const auto request = parseRequest(json, "");
    QVERIFY(request.has_value());
    InstanceRequest instance;
    instance.name = "irqs.1";
    instance.tracer = "function_graph";
    instance.clock = "boot";
    instance.events = {{"sched:*", "prev_pid == 1", {"traceoff:1"}, true}};
    instance.exclude = {"sched_stat_*"};
    instance.functions = {"vfs_*", "*:mod:ext4"};
    instance.noFunctions = {"rcu_*"};
    instance.graphFunctions = {"do_idle"};
    instance.noGraphFunctions = {"schedule"};
    instance.graphDepth = 3;
    instance.thresholdUs = 7;
    instance.options = {{"irq-info", false}};
    instance.kernelStacks = instance.userStacks = true;
    instance.subBufferKb = 8;
    instance.mode = BufferMode::Ring;
    instance.ringSeconds = 10;
    instance.cpus = {0, 3};
    instance.pids = {1, 2};
    instance.command = true;
    instance.children = false;
    const RecordRequest expected{{instance},          5000,  true, true,
                                 FormatsRequest::All, false, 4096, 500};
    QVERIFY(*request == expected);
}

void tst_Request::hostileRequestsAreRefused_data()
{
    QTest::addColumn<QString>("instance"); // what the first one holds
    QTest::addColumn<QString>("path");
    const auto row = [](const char *name, const char *instance, const char *path) {
        QTest::newRow(name) << QString::fromUtf8(instance) << QString::fromUtf8(path);
    };
    row("unknown key", R"("surprise": 1)", "/instances/0/surprise");
    row("unknown key of an event", R"("events": [{"match": "a", "path": "/etc"}])",
        "/instances/0/events/0/path");
    row("no list", R"("events": {})", "/instances/0/events");
    row("no object", R"("events": [1])", "/instances/0/events/0");
    row("no match", R"("events": [{}])", "/instances/0/events/0/match");
    row("path in match", R"("events": [{"match": "../../etc/passwd"}])",
        "/instances/0/events/0/match");
    row("negated match", R"("events": [{"match": "!sched:*"}])", "/instances/0/events/0/match");
    row("second line in a filter", R"("events": [{"match": "a", "filter": "x\ny"}])",
        "/instances/0/events/0/filter");
    row("NUL in a filter", "\"events\": [{\"match\": \"a\", \"filter\": \"x\\u0000y\"}]",
        "/instances/0/events/0/filter");
    row("removing trigger", R"("events": [{"match": "a", "triggers": ["ok", "!traceoff"]}])",
        "/instances/0/events/0/triggers/1");
    row("empty trigger", R"("events": [{"match": "a", "triggers": [""]}])",
        "/instances/0/events/0/triggers/0");
    row("name with a slash", R"("name": "a/b")", "/instances/0/name");
    row("name of dots", R"("name": "..")", "/instances/0/name");
    row("name with a dash first", R"("name": "-rf")", "/instances/0/name");
    row("tracer with a space", R"("tracer": "nop nop")", "/instances/0/tracer");
    row("clock with a path", R"("clock": "../tracing_on")", "/instances/0/clock");
    row("option with a path", R"("options": {"../tracing_on": true})", "/instances/0/options");
    row("option that is no switch", R"("options": {"raw": 1})", "/instances/0/options/raw");
    row("function of a shell", R"("functions": ["vfs_*;reboot"])", "/instances/0/functions/0");
    row("function that removes", R"("functions": ["ok", "!x"])", "/instances/0/functions/1");
    row("depth", R"("graph_depth": 51)", "/instances/0/graph_depth");
    row("negative number", R"("buffer_kb": -1)", "/instances/0/buffer_kb");
    row("huge number", R"("buffer_kb": 18446744073709551615)", "/instances/0/buffer_kb");
    row("number with a point", R"("buffer_kb": 1.5)", "/instances/0/buffer_kb");
    row("word for a number", R"("buffer_kb": "much")", "/instances/0/buffer_kb");
    row("true for a number", R"("graph_depth": true)", "/instances/0/graph_depth");
    row("word for a switch", R"("command": "yes")", "/instances/0/command");
    row("pid 0", R"("pids": [0])", "/instances/0/pids/0");
    row("pid in words", R"("pids": [1, "2"])", "/instances/0/pids/1");
    row("CPU", R"("cpus": [100000])", "/instances/0/cpus/0");
    row("mode", R"("mode": "flight")", "/instances/0/mode");
    row("seconds without a ring", R"("ring_seconds": 5)", "/instances/0/ring_seconds");
    row("seconds and a size", R"("mode": "ring", "ring_seconds": 5, "buffer_kb": 100)",
        "/instances/0/ring_seconds");
}

void tst_Request::hostileRequestsAreRefused()
{
    QFETCH(const QString, instance);
    QFETCH(const QString, path);
    const auto json = parseObject("{\"instances\": [{" + instance.toStdString() + "}]}");
    QVERIFY(json.has_value());
    const auto request = parseRequest(*json, "");
    QVERIFY(!request.has_value());
    QCOMPARE(QString::fromStdString(request.error().path), path);
    QVERIFY(!request.error().text.empty());

    // It is that alone which is wrong.
    QVERIFY(parseRequest(Json::parse(R"({"instances":[{}]})"), "").has_value());
}

QTEST_GUILESS_MAIN(tst_Request)
#include "tst_request.moc"
