// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/metadata.h"
#include "tests/capture/recorder/fakesession.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QTest>

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

namespace {

/// The first file that is not as it was.
std::string difference(const std::map<std::string, std::string> &before,
                       const std::map<std::string, std::string> &after)
{
    for (const auto &[path, text] : before)
        if (const auto now = after.find(path); now == after.end())
            return path + " is gone";
        else if (now->second != text)
            return path + ": \"" + now->second + "\" instead of \"" + text + '"';
    for (const auto &[path, text] : after)
        if (before.count(path) == 0)
            return path + " is new";
    return "no difference";
}

const fs::path kTree = fs::path(THRESHER_TEST_OUTPUT) / "tracefs";
const fs::path kJournals = fs::path(THRESHER_TEST_OUTPUT) / "journals";
const fs::path kFiles = fs::path(THRESHER_TEST_OUTPUT) / "files";

struct Scene : FakeSession
{
    Scene()
        : FakeSession(kTree, kJournals)
    {}
};

/// @param instances  with commas between
Json recordRequest(const std::string &instances)
{
    return {{"type", "record"}, {"request", {{"instances", Json::parse('[' + instances + ']')}}}};
}

/// Where the recorder's instance is. There is one only.
fs::path instanceFolder()
{
    for (const auto &entry : fs::directory_iterator(kTree / "instances"))
        return entry.path();
    return {};
}

void sendFiles(FakeClient &client)
{
    fs::create_directories(kFiles);
    for (const std::uint32_t cpu : {0U, 1U}) {
        const fs::path path = kFiles / ("cpu" + std::to_string(cpu));
        const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        client.sendFile(file.get(), 0, cpu);
    }
}

std::string textOf(const Json &json, const char *key)
{
    return json.value(key, std::string());
}

} // namespace

class tst_Session : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aRecordingIsSetUpInOrderAndPutBack();
    void pagesGoIntoFiles();
    void pagesGoIntoFramesWithoutFiles();
    void ringModeReadsAtTheEndOnly();
    void aRefusalQuotesTheKernelAndLeavesNothing();
    void anInstanceOfOthersIsNotRemoved();
    void wrongMessagesAreAnswered_data();
    void wrongMessagesAreAnswered();
    void eventsAndFunctionsAreDescribed();
    void filesThatWillNotDoAreRefused();
    void someFilesAreNotEnough();
    void theEndOfTheStreamPutsAllBack_data();
    void theEndOfTheStreamPutsAllBack();
    void brokenFramesEndTheSession();
    void whatARingHoldsIsReadWhenAskedFor();
    void countersSayHowFarABufferReachesBack();
    void aMarkGoesIntoEachInstance();
    void whileItWorksItSaysSo();
    void theTimeIsUp();
    void aTriggerEndsTheRecording();
    void aFullDiskEndsItWithWholePages();
    void aTracerWithoutInstanceTakesTheTopBuffer();
    void theTopBufferOfOthersIsLeftAlone();
    void whatIsSwitchedOnCanBeReset();
    void aMeasurementTellsRates();
    void killedAtAnyMomentItIsPutBackByTheNext();
    void symbolsAreKeptIfTheyHaveAddresses();
};

void tst_Session::init()
{
    FakeTracefs::build(kTree);
    fs::remove_all(kJournals);
    fs::remove_all(kFiles);
}

void tst_Session::aRecordingIsSetUpInOrderAndPutBack()
{
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    QCOMPARE(textOf(scene.hello, "type"), std::string("hello"));
    QCOMPARE(scene.hello["protocol"].get<int>(), kProtocolVersion);
    const Json ready = scene.client->ask(
        recordRequest(R"({"name": "mine", "events": [{"match": "irq:*"},
            {"match": "sched_switch", "filter": "prev_pid == 1", "triggers": ["traceoff:1"]}],
            "kernel_stacks": true, "pids": [7], "functions": ["vfs_*"], "buffer_kb": 2000})"),
        "ready");
    QCOMPARE(ready["instances"][0]["name"].get<std::string>(), std::string("mine"));
    QCOMPARE(ready["instances"][0]["buffer_kb"].get<int>(), 2000);
    QCOMPARE(ready["instances"][0]["cpus"].dump(), std::string("[0,1]"));
    QCOMPARE(ready["instances"][0]["events"].get<int>(), 3);
    QCOMPARE(readFile(kTree / "instances/mine/tracing_on"), std::string("0\n"));
    QVERIFY(scene.client->blobs.contains("format:sched/sched_switch"));
    QVERIFY(scene.client->blobs.contains("format:ftrace/print"));
    QVERIFY(!scene.client->blobs.contains("format:sched/sched_waking"));
    QCOMPARE(scene.client->blobs["trace_clock"], std::string("local global [mono]\n"));

    QCOMPARE(textOf(scene.client->ask({{"type", "start"}}, "started"), "type"),
             std::string("started"));
    QCOMPARE(readFile(kTree / "instances/mine/tracing_on"), std::string("1\n"));
    QCOMPARE(textOf(scene.client->ask({{"type", "marker"}, {"text", "here"}}, "done"), "type"),
             std::string("done"));
    QCOMPARE(readFile(kTree / "instances/mine/trace_marker"), std::string("here\n"));
    QCOMPARE(textOf(scene.client->ask({{"type", "stop"}}, "stopped"), "reason"),
             std::string("request"));
    QVERIFY(FakeTracefs::contents(kTree) == before); // with `stopped`, not later
    QVERIFY(fs::is_empty(kJournals));

    std::vector<std::string> order;
    for (const auto &[path, text] : scene.tracefs.log()) {
        const auto inside = path.find("mine/");
        order.push_back((inside == std::string::npos ? path : path.substr(inside + 5)) + "="
                        + text);
    }
    const std::vector<std::string> expected{"instances/mine=mkdir",
                                            "tracing_on=0",
                                            "trace_clock=mono",
                                            "buffer_size_kb=2000",
                                            "options/event-fork=1",
                                            "options/function-fork=1",
                                            "set_event_pid=7",
                                            "set_ftrace_filter=vfs_*\n",
                                            "options/stacktrace=1",
                                            "events/sched/sched_switch/filter=prev_pid == 1",
                                            "events/sched/sched_switch/trigger=traceoff:1",
                                            "events/irq/enable=1",
                                            "events/sched/sched_switch/enable=1",
                                            "tracing_on=1",
                                            "trace_marker=here",
                                            "tracing_on=0",
                                            "instances/mine=rmdir"};
    QCOMPARE(order, expected);
}

void tst_Session::pagesGoIntoFiles()
{
    Scene scene;
    QCOMPARE(textOf(scene.client->ask(recordRequest("{}"), "ready"), "type"), std::string("ready"));
    writeFile(instanceFolder() / "per_cpu/cpu0/trace_pipe_raw",
              fakePage(0) + fakePage(1) + fakePage(2));
    writeFile(instanceFolder() / "per_cpu/cpu1/trace_pipe_raw", fakePage(3));
    sendFiles(*scene.client);
    QCOMPARE(textOf(scene.client->ask({{"type", "start"}}, "started"), "type"),
             std::string("started"));
    const Json progress = scene.client->receive({"progress"});
    QVERIFY(progress["instances"][0]["on"].get<bool>());
    const Json stopped = scene.client->ask({{"type", "stop"}}, "stopped");
    QCOMPARE(stopped["instances"][0]["cpus"][0]["bytes_read"].get<int>(), 3 * 4096);
    QVERIFY(readFile(kFiles / "cpu0") == fakePage(0) + fakePage(1) + fakePage(2));
    QVERIFY(readFile(kFiles / "cpu1") == fakePage(3));
    QVERIFY(scene.client->pages.empty());
}

void tst_Session::pagesGoIntoFramesWithoutFiles()
{
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest("{}"), "ready"));
    std::string many;
    for (unsigned i = 0; i < 600; ++i) // more than one pipe holds
        many += fakePage(i);
    writeFile(instanceFolder() / "per_cpu/cpu1/trace_pipe_raw", many);
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY((scene.client->pages[{0, 1}] == many));
    QVERIFY(!(scene.client->pages.contains({0, 0})));
}

void tst_Session::ringModeReadsAtTheEndOnly()
{
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest(R"({"mode": "ring"})"), "ready"));
    QCOMPARE(readFile(instanceFolder() / "options/overwrite"), std::string("1\n"));
    writeFile(instanceFolder() / "per_cpu/cpu0/trace_pipe_raw", fakePage(0));
    sendFiles(*scene.client);
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    for (int i = 0; i < 2; ++i) {
        const Json progress = scene.client->receive({"progress"});
        QCOMPARE(progress["instances"][0]["cpus"][0]["bytes_read"].get<int>(), 0);
    }
    // What comes last counts.
    writeFile(instanceFolder() / "per_cpu/cpu0/trace_pipe_raw", fakePage(1));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY(readFile(kFiles / "cpu0") == fakePage(1));
}

void tst_Session::aRefusalQuotesTheKernelAndLeavesNothing()
{
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    const Json error = scene.client->ask(
        recordRequest(R"({"events": [{"match": "sched_switch", "filter": "prev_pid == 1"},
                          {"match": "irq:*", "filter": "irq == WRONG"}]})"),
        "ready");
    QCOMPARE(textOf(error, "type"), std::string("error"));
    QCOMPARE(textOf(error, "path"), std::string("/instances/0/events/1/filter"));
    QCOMPARE(textOf(error, "kernel"), std::string("Field not found"));
    QCOMPARE(error["caret"].get<int>(), 7);
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
    // And a right one still goes.
    QCOMPARE(textOf(scene.client->ask(recordRequest("{}"), "ready"), "type"), std::string("ready"));
}

void tst_Session::anInstanceOfOthersIsNotRemoved()
{
    // A plain file is seen by who makes the folder, not by who lists them: somebody came between.
    writeFile(kTree / "instances/mine", "theirs");
    Scene scene;
    const Json error = scene.client->ask(recordRequest(R"({"name": "mine"})"), "ready");
    QCOMPARE(textOf(error, "path"), std::string("/instances/0/name"));
    QCOMPARE(readFile(kTree / "instances/mine"), std::string("theirs"));
    QVERIFY(fs::is_empty(kJournals));
}

void tst_Session::wrongMessagesAreAnswered_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("path");
    QTest::newRow("no JSON") << QByteArray("{") << "";
    QTest::newRow("no object") << QByteArray("[1]") << "";
    QTest::newRow("deep") << QByteArray(100'000, '[') << "";
    QTest::newRow("no UTF-8") << QByteArray("{\"type\": \"\xff\"}") << "";
    QTest::newRow("no type") << QByteArray("{}") << "/type";
    QTest::newRow("type") << QByteArray(R"({"type": "reboot"})") << "/type";
    QTest::newRow("key") << QByteArray(R"({"type": "stop", "now": true})") << "/now";
    QTest::newRow("stop of nothing") << QByteArray(R"({"type": "stop"})") << "";
    QTest::newRow("start of nothing") << QByteArray(R"({"type": "start"})") << "";
    QTest::newRow("pid") << QByteArray(R"({"type": "start", "pid": 0})") << "/pid";
    QTest::newRow("no request") << QByteArray(R"({"type": "record"})") << "/request";
    QTest::newRow("request") << QByteArray(R"({"type": "record", "request": {}})") << "/instances";
    QTest::newRow("duration") << QByteArray(
        R"({"type": "measure", "request": {}, "duration_ms": 1})")
                              << "/duration_ms";
    QTest::newRow("marker of nothing") << QByteArray(R"({"type": "marker", "text": "x"})") << "";
    QTest::newRow("marker's line")
        << QByteArray(R"({"type": "marker", "text": "a\nb"})") << "/text";
    QTest::newRow("reset") << QByteArray(R"({"type": "reset", "items": ["tracing_on"]})")
                           << "/items/0";
}

void tst_Session::wrongMessagesAreAnswered()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QString, path);
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    scene.client->sendText({message.data(), static_cast<std::size_t>(message.size())});
    const Json error = scene.client->receive();
    QCOMPARE(textOf(error, "type"), std::string("error"));
    QCOMPARE(textOf(error, "path"), path.toStdString());
    // The session goes on.
    QCOMPARE(textOf(scene.client->ask({{"type", "capabilities"}}, "capabilities"), "type"),
             std::string("capabilities"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(scene.tracefs.log().empty());
}

void tst_Session::eventsAndFunctionsAreDescribed()
{
    writeFile(kTree / "available_filter_functions", "vfs_read\next4_sync [ext4]\n");
    Scene scene;
    scene.client->send({{"type", "describe"}, {"what", "events"}});
    QCOMPARE(textOf(scene.client->receive(), "request"), std::string("describe"));
    QVERIFY(scene.client->blobs.contains("format:sched/sched_waking"));
    QVERIFY(!scene.client->blobs.contains("functions"));
    scene.client->send({{"type", "describe"}, {"what", "functions"}});
    QCOMPARE(textOf(scene.client->receive(), "request"), std::string("describe"));
    QCOMPARE(scene.client->blobs["functions"], std::string("vfs_read\next4_sync [ext4]\n"));
    scene.client->send({{"type", "describe"}, {"what", "the weather"}});
    QCOMPARE(textOf(scene.client->receive(), "path"), std::string("/what"));
    QVERIFY(scene.tracefs.log().empty()); // nothing was written
}

void tst_Session::filesThatWillNotDoAreRefused()
{
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest("{}"), "ready"));
    fs::create_directories(kFiles);
    writeFile(kFiles / "full", "something");
    writeFile(kFiles / "empty", "");
    const auto answer = [&](const char *path, int flags, std::uint32_t cpu) {
        const UniqueFd file(::open(path, flags | O_CLOEXEC));
        [&] { QVERIFY(file.isValid()); }();
        scene.client->sendFile(file.get(), 0, cpu);
        return textOf(scene.client->receive(), "type");
    };
    const std::string empty = kFiles / "empty";
    QCOMPARE(answer((kFiles / "full").c_str(), O_WRONLY, 0), std::string("error"));
    QCOMPARE(answer(empty.c_str(), O_RDONLY, 0), std::string("error"));
    QCOMPARE(answer(empty.c_str(), O_WRONLY | O_APPEND, 0), std::string("error"));
    QCOMPARE(answer("/dev/null", O_WRONLY, 0), std::string("error"));
    QCOMPARE(answer(empty.c_str(), O_WRONLY, 2), std::string("error")); // no such CPU
}

void tst_Session::someFilesAreNotEnough()
{
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest("{}"), "ready"));
    fs::create_directories(kFiles);
    const UniqueFd file(::open((kFiles / "a").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    scene.client->sendFile(file.get(), 0, 1);
    QCOMPARE(textOf(scene.client->ask({{"type", "start"}}, "started"), "type"),
             std::string("error"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_Session::theEndOfTheStreamPutsAllBack_data()
{
    QTest::addColumn<bool>("isStarted");
    QTest::addColumn<bool>("isReleased");
    QTest::newRow("prepared") << false << false;
    QTest::newRow("recording") << true << false;
    QTest::newRow("prepared, released") << false << true;
    QTest::newRow("recording, released") << true << true;
}

void tst_Session::theEndOfTheStreamPutsAllBack()
{
    QFETCH(const bool, isStarted);
    QFETCH(const bool, isReleased);
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    static_cast<void>(
        scene.client->ask(recordRequest(R"({"events": [{"match": "sched:*"}]})"), "ready"));
    writeFile(instanceFolder() / "per_cpu/cpu0/trace_pipe_raw", fakePage(5));
    sendFiles(*scene.client);
    if (isStarted)
        static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    QVERIFY(FakeTracefs::contents(kTree) != before);
    if (isReleased)
        QCOMPARE(textOf(scene.client->ask({{"type", "release"}}, "done"), "type"),
                 std::string("done"));
    else
        scene.end();
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
    // A client that died finds all that had happened in its files.
    if (isStarted && !isReleased)
        QVERIFY(readFile(kFiles / "cpu0") == fakePage(5));
}

void tst_Session::brokenFramesEndTheSession()
{
    for (const std::string_view bytes :
         {std::string_view("\xff\xff\xff\xff\x01\0\0\0\0\0\0\0", 12), // too long
          std::string_view("\0\0\0\0\x09\0\0\0\0\0\0\0", 12), // unknown kind
          std::string_view("\x05\0\0\0\x01\0\0\0\0\0\0\0ab", 14)}) { // cut short
        int ends[2] = {-1, -1};
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        const UniqueFd server(ends[0]);
        UniqueFd client(ends[1]);
        QCOMPARE(::write(client.get(), bytes.data(), bytes.size()),
                 static_cast<ssize_t>(bytes.size()));
        QCOMPARE(::shutdown(client.get(), SHUT_WR), 0);
        FakeTracefs tracefs(kTree);
        Channel channel(server.get(), server.get(), kMaxRequestBytes);
        Session session(channel, {&tracefs, {}, kJournals, {}, -1});
        QVERIFY(!session.run().has_value());
        QVERIFY(tracefs.log().empty());
    }
}

void tst_Session::whatARingHoldsIsReadWhenAskedFor()
{
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest(R"({"mode": "ring"})"), "ready"));
    const fs::path raw = instanceFolder() / "per_cpu/cpu0/trace_pipe_raw";
    writeFile(raw, fakePage(0));
    sendFiles(*scene.client);
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    for (unsigned i = 1; i <= 3; ++i) {
        static_cast<void>(scene.client->ask({{"type", "read_rings"}}, "done"));
        QCOMPARE(readFile(kFiles / "cpu0").size(), std::size_t{i} * 4096);
        std::string more; // what is behind that which was read
        for (unsigned page = 0; page <= i; ++page)
            more += fakePage(page);
        writeFile(raw, more);
    }
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY(readFile(kFiles / "cpu0") == fakePage(0) + fakePage(1) + fakePage(2) + fakePage(3));
    // There has to be a ring.
    static_cast<void>(scene.client->ask(recordRequest("{}"), "ready"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    QCOMPARE(textOf(scene.client->ask({{"type", "read_rings"}}, "error"), "text"),
             std::string("No ring is being recorded."));
}

void tst_Session::countersSayHowFarABufferReachesBack()
{
    const auto secondsOf = [](const std::string &oldest, const std::string &now, int entries) {
        return parseCounters("entries: " + std::to_string(entries) + "\noldest event ts: " + oldest
                             + "\nnow ts: " + now + "\n")
            .seconds;
    };
    QCOMPARE(secondsOf(" 100.250000", "  103.750000", 9), 3.5);
    QCOMPARE(secondsOf("100.250000", "103.750000", 0), 0.0); // there is no oldest one
    QCOMPARE(secondsOf("100", "900", 9), 0.0); // a counter
    QCOMPARE(secondsOf("103.5", "100.5", 9), 0.0);
    QCOMPARE(parseCounters("entries: 1\n").seconds, 0.0);
}

void tst_Session::aMarkGoesIntoEachInstance()
{
    Scene scene;
    static_cast<void>(
        scene.client->ask(recordRequest(R"({"name": "one", "events": [{"match": "irq:*"}]},
                                           {"name": "two", "events": [{"match": "sched:*"}]})"),
                          "ready"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    const Json done = scene.client->ask({{"type", "marker"}, {"text", "here"}}, "done");
    QCOMPARE(textOf(done, "request"), std::string("marker"));
    for (const char *name : {"one", "two"})
        QCOMPARE(readFile(kTree / "instances" / name / "trace_marker"), std::string("here\n"));
}

void tst_Session::whileItWorksItSaysSo()
{
    int ends[2] = {-1, -1};
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd server(ends[0]);
    FakeClient client{UniqueFd(ends[1])};
    Channel channel(server.get(), server.get());
    Heartbeat heart(channel, std::chrono::milliseconds(1));
    for (int i = 0; i < 3; ++i) {
        const Heartbeat::Beating outer(heart);
        {
            const Heartbeat::Beating inner(heart);
        }
        QCOMPARE(textOf(client.receive({"working"}), "type"), std::string("working"));
    }
}

void tst_Session::theTimeIsUp()
{
    Scene scene;
    Json request = recordRequest("{}");
    request["request"]["duration_ms"] = 50;
    static_cast<void>(scene.client->ask(request, "ready"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    QCOMPARE(textOf(scene.client->receive({"stopped"}), "reason"), std::string("duration"));
}

void tst_Session::aTriggerEndsTheRecording()
{
    Scene scene;
    Json request = recordRequest("{}");
    request["request"]["stop_on_trigger"] = true;
    request["request"]["progress_ms"] = 50;
    static_cast<void>(scene.client->ask(request, "ready"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->receive({"progress"}));
    writeFile(instanceFolder() / "tracing_on", "0\n");
    QCOMPARE(textOf(scene.client->receive({"stopped"}), "reason"), std::string("trigger"));
}

void tst_Session::aFullDiskEndsItWithWholePages()
{
    const auto before = FakeTracefs::contents(kTree);
    // A file may not grow beyond this: two pages and a half.
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
    Scene scene;
    static_cast<void>(scene.client->ask(recordRequest("{}"), "ready"));
    std::string pages;
    for (unsigned i = 0; i < 8; ++i)
        pages += fakePage(i);
    writeFile(instanceFolder() / "per_cpu/cpu0/trace_pipe_raw", pages);
    sendFiles(*scene.client);
    const rlimit small{10'240, old.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    scene.client->send({{"type", "start"}});
    const Json stopped = scene.client->receive({"stopped"});
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &old), 0);
    std::signal(SIGXFSZ, oldHandler);
    QCOMPARE(textOf(stopped, "reason"), std::string("no_space"));
    QVERIFY(textOf(stopped, "text").find("24 KiB could not be kept") != std::string::npos);
    QVERIFY(readFile(kFiles / "cpu0") == pages.substr(0, 8192));
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_Session::aTracerWithoutInstanceTakesTheTopBuffer()
{
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    const Json ready = scene.client->ask(
        recordRequest(R"({"tracer": "irqsoff", "threshold_us": 5, "options": {"irq-info": true},
            "events": [{"match": "sched_switch", "filter": "prev_pid == 1",
                        "triggers": ["traceoff"]}]})"),
        "ready");
    QVERIFY(ready["instances"][0]["top"].get<bool>());
    QCOMPARE(readFile(kTree / "current_tracer"), std::string("irqsoff\n"));
    QCOMPARE(readFile(kTree / "tracing_max_latency"), std::string("0\n"));
    QCOMPARE(readFile(kTree / "tracing_thresh"), std::string("5\n"));
    QCOMPARE(readFile(kTree / "events/sched/sched_switch/trigger"), std::string("traceoff\n"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
    const auto log = scene.tracefs.log();
    QCOMPARE(log.back().path, std::string("trace")); // emptied when nothing can come any more
}

void tst_Session::theTopBufferOfOthersIsLeftAlone()
{
    writeFile(kTree / "set_event", "sched:sched_switch\n");
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    const Json error = scene.client->ask(recordRequest(R"({"tracer": "irqsoff"})"), "ready");
    QCOMPARE(textOf(error, "path"), std::string("/instances/0/tracer"));
    QVERIFY(textOf(error, "text").find("events are enabled") != std::string::npos);
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_Session::whatIsSwitchedOnCanBeReset()
{
    const auto before = FakeTracefs::contents(kTree);
    writeFile(kTree / "current_tracer", "function\n");
    writeFile(kTree / "set_event_pid", "12\n");
    fs::create_directories(kTree / "instances/old");
    Scene scene;
    const Json capabilities = scene.client->ask({{"type", "capabilities"}}, "capabilities");
    QVERIFY(capabilities["cpus"].is_number_unsigned() && capabilities["cpus"] > 0); // how many
    Json ids = Json::array();
    for (const Json &item : capabilities["enabled"])
        ids.push_back(item["id"]);
    QCOMPARE(ids.dump(), std::string(R"(["tracer","set_event_pid","instance:old"])"));
    QCOMPARE(textOf(scene.client->ask({{"type", "reset"}, {"items", ids}}, "done"), "type"),
             std::string("done"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_Session::aMeasurementTellsRates()
{
    const auto before = FakeTracefs::contents(kTree);
    Scene scene;
    Json request = recordRequest("{}");
    request["type"] = "measure";
    request["duration_ms"] = 100;
    const Json measured = scene.client->ask(request, "measured");
    QCOMPARE(measured["instances"][0]["events_per_second"].get<double>(), 0.0);
    QCOMPARE(measured["instances"][0]["suggested_buffer_kb"].get<int>(), 1408);
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_Session::killedAtAnyMomentItIsPutBackByTheNext()
{
    const auto before = FakeTracefs::contents(kTree);
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    int killedInside = 0;
    for (int round = 0; round < 40; ++round) {
        killRecorder(
            kTree, kJournals, {},
            [](FakeClient &client) {
                client.send(recordRequest(R"({"tracer": "irqsoff", "graph_depth": 3,
            "events": [{"match": "*:*", "filter": "common_pid != 0", "triggers": ["traceoff"]}]})"));
                client.send({{"type", "start"}});
                client.send({{"type", "stop"}});
            },
            std::chrono::microseconds(random() % 20'000));

        killedInside += FakeTracefs::contents(kTree) != before ? 1 : 0;
        FakeTracefs tracefs(kTree);
        const auto [count, problems] = undoLeftovers(tracefs, kJournals);
        QVERIFY(problems.empty());
        const auto after = FakeTracefs::contents(kTree);
        QVERIFY2(after == before, difference(before, after).c_str());
        QVERIFY(!fs::exists(kJournals) || fs::is_empty(kJournals));
    }
    qInfo("%d of 40 were killed while something was changed", killedInside);
}

void tst_Session::symbolsAreKeptIfTheyHaveAddresses()
{
    QVERIFY(hasAddresses("0000000000000000 A fixed_percpu_data\nffffffff81000000 T _text\n"));
    QVERIFY(hasAddresses("c0008000 T _text"));
    QVERIFY(!hasAddresses("0000000000000000 A fixed_percpu_data\n0000000000000000 T _text\n"));
    QVERIFY(!hasAddresses("0000000000000000 T _text"));
    QVERIFY(!hasAddresses(""));
}

QTEST_GUILESS_MAIN(tst_Session)
#include "tst_session.moc"
