// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// The program itself, on this machine's kernel. Needs root; tst_session is its twin that does not.
#include "capture/recorder/tracefs.h"
#include "tests/capture/recorder/fakeclient.h"
#include "tests/capture/recorder/faketracefs.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QTest>

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <random>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

namespace {

const fs::path kFiles = fs::path(THRESHER_TEST_OUTPUT) / "files";

/// Names of all there is in tracing, and the text of what can be set. Of each event only its
/// switch: there are thousands.
std::map<std::string, std::string> tracingState()
{
    const fs::path root = Tracefs::mountPoint();
    std::map<std::string, std::string> state;
    const auto isSetting = [](const fs::path &path) {
        static const std::vector<std::string> kSettings{"current_tracer",
                                                        "tracing_on",
                                                        "trace_clock",
                                                        "buffer_size_kb",
                                                        "tracing_cpumask",
                                                        "set_event",
                                                        "set_event_pid",
                                                        "set_event_notrace_pid",
                                                        "tracing_thresh",
                                                        "saved_cmdlines_size",
                                                        "trace_options",
                                                        "dynamic_events",
                                                        "buffer_percent",
                                                        "buffer_subbuf_size_kb",
                                                        "enable",
                                                        "max_graph_depth",
                                                        "set_graph_function"};
        return std::find(kSettings.begin(), kSettings.end(), path.filename()) != kSettings.end();
    };
    for (const auto &entry : fs::recursive_directory_iterator(root)) {
        std::string text = isSetting(entry.path()) ? readFile(entry.path()) : std::string();
        // The top buffer grows at its first use, by whomever, to the size that is told.
        if (entry.path().filename() == "buffer_size_kb" && text.find("expanded") != text.npos)
            text = "unused";
        state[entry.path()] = text;
    }
    return state;
}

/// The program, and a client that has seen its greeting.
struct Program
{
    Program()
    {
        int ends[2] = {-1, -1};
        [&] { QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0); }();
        const UniqueFd server(ends[0]);
        client = std::make_unique<FakeClient>(UniqueFd(ends[1]));
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, server.get(), 0);
        std::string path(THRESHER_RECORDER);
        std::array<char *, 2> arguments{path.data(), nullptr};
        [&] {
            QCOMPARE(
                ::posix_spawn(&pid, path.c_str(), &actions, nullptr, arguments.data(), environ), 0);
        }();
        posix_spawn_file_actions_destroy(&actions);
        hello = client->receive();
    }
    ~Program()
    {
        client->hangUp();
        wait();
    }
    int wait()
    {
        int status = 0;
        if (pid > 0)
            ::waitpid(pid, &status, 0);
        pid = -1;
        return status;
    }

    pid_t pid = -1;
    std::unique_ptr<FakeClient> client;
    Json hello;
};

Json recordRequest(const std::string &instances)
{
    return {{"type", "record"},
            {"request",
             {{"instances", Json::parse(instances)}, {"kallsyms", false}, {"progress_ms", 50}}}};
}

/// Sends a file for each CPU of each instance; "I-C".
void sendFiles(FakeClient &client, const Json &ready, const fs::path &folder = kFiles)
{
    fs::create_directories(folder);
    std::uint16_t i = 0;
    for (const Json &instance : ready["instances"]) {
        for (const Json &cpu : instance["cpus"]) {
            const fs::path path = folder
                                  / (std::to_string(i) + "-" + std::to_string(cpu.get<int>()));
            const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
            client.sendFile(file.get(), i, cpu.get<std::uint32_t>());
        }
        ++i;
    }
}

std::string textOf(const Json &json, const char *key)
{
    return json.value(key, std::string());
}

std::uint64_t sum(const Json &stopped, std::size_t instance, const char *key)
{
    std::uint64_t total = 0;
    for (const Json &cpu : stopped["instances"][instance]["cpus"])
        total += cpu[key].get<std::uint64_t>();
    return total;
}

/// Makes events.
void work(int rounds = 2000)
{
    for (int i = 0; i < rounds; ++i)
        static_cast<void>(::getppid());
}

constexpr const char *kSyscalls
    = R"([{"events": [{"match": "raw_syscalls:*"}, {"match": "sched:*"}], "buffer_kb": 4096}])";

} // namespace

class tst_RecorderProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void whatIsRecordedArrives();
    void theClientsProcessAlone();
    void severalInstancesAtOnce();
    void aFilterAndATriggerAreTheKernels();
    void aWrongFilterIsQuoted();
    void ringModeKeepsTheNewest();
    void theClientIsKilled();
    void theRecorderIsKilledAtAnyMoment();
    void aSignalEndsItWell();
    void aFullDiskKeepsWholePages();

private:
    std::map<std::string, std::string> m_before;
};

void tst_RecorderProgram::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("needs root");
    const Program program; // mounts tracefs where it is not
    if (Tracefs::mountPoint().empty())
        QSKIP("needs tracefs");
}

void tst_RecorderProgram::init()
{
    fs::remove_all(kFiles);
    m_before = tracingState();
}

void tst_RecorderProgram::cleanup()
{
    // Each of them leaves the kernel as it was.
    const auto after = tracingState();
    for (const auto &[path, text] : after) {
        const auto found = m_before.find(path);
        if (found == m_before.end())
            QFAIL(("new: " + path).c_str());
        if (found->second != text)
            QFAIL((path + " is now " + text).c_str());
    }
    QCOMPARE(after.size(), m_before.size());
}

void tst_RecorderProgram::whatIsRecordedArrives()
{
    Program program;
    const Json ready = program.client->ask(recordRequest(kSyscalls), "ready");
    QCOMPARE(textOf(ready, "type"), std::string("ready"));
    sendFiles(*program.client, ready);
    static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
    work();
    const Json stopped = program.client->ask({{"type", "stop"}}, "stopped");
    QVERIFY(sum(stopped, 0, "entries") >= 4000);
    QCOMPARE(sum(stopped, 0, "overrun") + sum(stopped, 0, "dropped"), std::uint64_t{0});
    std::uint64_t bytes = 0;
    for (const auto &entry : fs::directory_iterator(kFiles)) {
        QCOMPARE(entry.file_size() % 4096, std::uintmax_t{0});
        bytes += entry.file_size();
    }
    QCOMPARE(bytes, sum(stopped, 0, "bytes_read"));
    QVERIFY(program.client->blobs["stats"].find("\nread events: ") != std::string::npos);
    QVERIFY(program.client->blobs.contains("format:raw_syscalls/sys_enter"));
}

void tst_RecorderProgram::theClientsProcessAlone()
{
    Program program;
    const Json ready = program.client->ask(
        recordRequest(R"([{"events": [{"match": "sys_enter"}], "command": true}])"), "ready");
    QCOMPARE(textOf(ready, "type"), std::string("ready"));
    static_cast<void>(program.client->ask({{"type", "start"}, {"pid", ::getpid()}}, "started"));
    work(500);
    const Json stopped = program.client->ask({{"type", "stop"}}, "stopped");
    // A few more calls are of this test's own conversation; those of other processes were
    // thousands.
    QVERIFY(sum(stopped, 0, "entries") >= 500);
    QVERIFY(sum(stopped, 0, "entries") < 700);
}

void tst_RecorderProgram::severalInstancesAtOnce()
{
    Program program;
    const Json ready = program.client->ask(recordRequest(R"([{"name": "thresher-test-a", "events": [
            {"match": "sys_enter"}]}, {"clock": "boot", "events": [{"match": "sys_exit"}],
            "cpus": [0]}])"),
                                           "ready");
    QCOMPARE(textOf(ready, "type"), std::string("ready"));
    QCOMPARE(textOf(ready["instances"][0], "name"), std::string("thresher-test-a"));
    sendFiles(*program.client, ready);
    static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
    work();
    const Json stopped = program.client->ask({{"type", "stop"}}, "stopped");
    QVERIFY(sum(stopped, 0, "entries") >= 2000);
    for (const Json &cpu : stopped["instances"][1]["cpus"])
        QVERIFY(cpu["cpu"].get<int>() == 0 || cpu["entries"].get<int>() == 0);
}

void tst_RecorderProgram::aFilterAndATriggerAreTheKernels()
{
    Program program;
    Json request = recordRequest(R"([{"events": [{"match": "sys_enter",
        "filter": "common_pid == )"
                                 + std::to_string(::getpid())
                                 + R"(", "triggers": ["traceoff:1 if id == 110 && common_pid == )"
                                 + std::to_string(::getpid()) + R"("]}]}])"); // getppid
    request["request"]["stop_on_trigger"] = true;
    const Json ready = program.client->ask(request, "ready");
    QCOMPARE(textOf(ready, "text"), std::string());
    static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
    work(1);
    const Json stopped = program.client->receive({"stopped"});
    QCOMPARE(textOf(stopped, "reason"), std::string("trigger"));
    QVERIFY(sum(stopped, 0, "entries") < 100); // ours until then
}

void tst_RecorderProgram::aWrongFilterIsQuoted()
{
    Program program;
    const Json error = program.client->ask(
        recordRequest(R"([{"events": [{"match": "sched_switch", "filter": "prev_pid == x"}]}])"),
        "ready");
    QCOMPARE(textOf(error, "type"), std::string("error"));
    QCOMPARE(textOf(error, "path"), std::string("/instances/0/events/0/filter"));
    QVERIFY(!textOf(error, "kernel").empty());
    QVERIFY(error["caret"].get<int>() >= 11 && error["caret"].get<int>() <= 13);
}

void tst_RecorderProgram::ringModeKeepsTheNewest()
{
    Program program;
    const Json ready = program.client->ask(
        recordRequest(R"([{"mode": "ring", "buffer_kb": 64, "events": [
            {"match": "raw_syscalls:*"}]}])"),
        "ready");
    sendFiles(*program.client, ready);
    static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
    work(20'000);
    const Json stopped = program.client->ask({{"type", "stop"}}, "stopped");
    QVERIFY(sum(stopped, 0, "overrun") > 10'000);
    QVERIFY(sum(stopped, 0, "bytes_read") >= 32 * 1024);
    QVERIFY(sum(stopped, 0, "bytes_read") <= 2 * 80 * 1024);
}

void tst_RecorderProgram::theClientIsKilled()
{
    for (const bool isStarted : {false, true}) {
        Program program;
        const Json ready = program.client->ask(recordRequest(kSyscalls), "ready");
        sendFiles(*program.client, ready);
        if (isStarted)
            static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
        work();
        program.client->hangUp(); // as the kernel does for who is killed
        QCOMPARE(program.wait(), 0);
        std::uintmax_t bytes = 0;
        for (const auto &entry : fs::directory_iterator(kFiles))
            bytes += entry.file_size();
        QCOMPARE(bytes > 100'000, isStarted);
    }
}

void tst_RecorderProgram::theRecorderIsKilledAtAnyMoment()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 10; ++round) {
        {
            Program program;
            program.client->send(recordRequest(kSyscalls));
            program.client->send({{"type", "start"}});
            ::usleep(static_cast<useconds_t>(random() % 60'000));
            ::kill(program.pid, SIGKILL);
            program.wait();
        }
        Program next;
        QVERIFY(next.hello["leftovers"].size() <= 1);
        QCOMPARE(textOf(next.client->ask({{"type", "clean_up"}}, "done"), "type"),
                 std::string("done"));
        QVERIFY(Program().hello["leftovers"].empty());
    }
}

void tst_RecorderProgram::aSignalEndsItWell()
{
    Program program;
    const Json ready = program.client->ask(recordRequest(kSyscalls), "ready");
    sendFiles(*program.client, ready);
    static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
    work();
    ::kill(program.pid, SIGTERM);
    QCOMPARE(textOf(program.client->receive({"stopped"}), "reason"), std::string("signal"));
    QCOMPARE(program.wait(), 0);
}

void tst_RecorderProgram::aFullDiskKeepsWholePages()
{
    const fs::path disk = fs::path(THRESHER_TEST_OUTPUT) / "disk";
    fs::create_directories(disk);
    QCOMPARE(::mount("none", disk.c_str(), "tmpfs", 0, "size=256k"), 0);
    {
        Program program;
        const Json ready = program.client->ask(recordRequest(kSyscalls), "ready");
        sendFiles(*program.client, ready, disk);
        static_cast<void>(program.client->ask({{"type", "start"}}, "started"));
        work(20'000);
        const Json stopped = program.client->receive({"stopped"});
        QCOMPARE(textOf(stopped, "reason"), std::string("no_space"));
        std::uintmax_t bytes = 0;
        for (const auto &entry : fs::directory_iterator(disk)) {
            QCOMPARE(entry.file_size() % 4096, std::uintmax_t{0});
            bytes += entry.file_size();
        }
        QCOMPARE(bytes, std::uintmax_t{sum(stopped, 0, "bytes_read")});
        QVERIFY(bytes >= 128 * 1024);
    }
    QCOMPARE(::umount(disk.c_str()), 0);
}

QTEST_GUILESS_MAIN(tst_RecorderProgram)
#include "tst_recorderprogram.moc"
