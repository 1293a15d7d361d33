// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// Histograms and latency events of a recording, with the kernel played by files.
#include "capture/recorder/histograms.h"
#include "tests/capture/recorder/fakesession.h"

#include <QtTest/QTest>

#include <random>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

namespace {

const fs::path kTree = fs::path(THRESHER_TEST_OUTPUT) / "tracefs";
const fs::path kJournals = fs::path(THRESHER_TEST_OUTPUT) / "journals";
constexpr const char *kWakeup
    = "wakeup=sched:sched_waking(pid; comm) -> sched:sched_switch(next_pid)";

Json recordRequest(Json instance)
{
    instance["name"] = "mine";
    return {{"type", "record"}, {"request", {{"instances", Json::array({instance})}}}};
}

Json histogram(const char *event, const char *trigger)
{
    return {{"event", event}, {"trigger", trigger}};
}

std::string triggersOf(const char *event)
{
    return readFile(kTree / "instances/mine/events" / event / "trigger");
}

/// Which the recording made for its probes.
std::string groupOfProbes()
{
    for (const auto &entry : fs::directory_iterator(kTree / "instances/mine/events"))
        if (const std::string name = entry.path().filename(); name.starts_with("thresher_"))
            return name;
    return {};
}

} // namespace

class tst_RecordedHistograms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void histogramsLiveAsLongAsTheRecording();
    void aLatencyBecomesAnEventAndTwoTriggers();
    void aNameThatIsTakenGetsANumber();
    void eventsOfTheRequestKeepTheirNames();
    void variablesOfItsEventsKeepTheirNames();
    void triggersOfEventsNameOtherEvents();
    void triggersThatCountDoSoWhileItIsRecorded();
    void itIsCountedWhileItIsRecorded();
    void theTimeIsThatOfTheBuffer();
    void whatIsWrongIsRefusedBeforeAnythingIsTouched_data();
    void whatIsWrongIsRefusedBeforeAnythingIsTouched();
    void theKernelsRefusalIsPutUnderTheUsersWord();
    void countsAreToldWhenAskedForAndAtTheEnd();
    void killedAtAnyMomentItIsPutBackByTheNext();
};

void tst_RecordedHistograms::init()
{
    FakeTracefs::build(kTree);
    fs::remove_all(kJournals);
}

void tst_RecordedHistograms::histogramsLiveAsLongAsTheRecording()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest({{"histograms",
                        {histogram("sched:sched_switch", "hist:key=next_pid:val=hitcount"),
                         histogram("sched:sched_switch", "hist:keys=next_pid:size=256 if next_pid "
                                                         "> 0")}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    QCOMPARE(triggersOf("sched/sched_switch"),
             std::string("hist:keys=next_pid:vals=hitcount:pause\n"
                         "hist:keys=next_pid:size=256:pause if next_pid > 0\n"));
    // Counted, but not recorded.
    QCOMPARE(readFile(kTree / "instances/mine/events/sched/sched_switch/enable"),
             std::string("0\n"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
    // The kernel keeps an instance while a histogram of it has variables: they go first, the last
    // of them before those that it uses.
    std::vector<std::string> undone;
    for (const auto &[path, text] : scene.tracefs.log())
        if (text.starts_with('!') || text == "rmdir")
            undone.push_back(text);
    QCOMPARE(undone,
             (std::vector<std::string>{"!hist:keys=next_pid:size=256:pause if next_pid > 0\n",
                                       "!hist:keys=next_pid:vals=hitcount:pause\n", "rmdir"}));
}

void tst_RecordedHistograms::aLatencyBecomesAnEventAndTwoTriggers()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest({{"latencies", {kWakeup}},
                       {"histograms", {histogram("synthetic:wakeup", "hist:keys=lat.log2")}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    QCOMPARE(readFile(kTree / "dynamic_events"),
             std::string("s:synthetic/wakeup u64 lat; pid_t pid; char comm[16]\n"));
    QCOMPARE(triggersOf("sched/sched_waking"),
             std::string("hist:keys=pid:wakeup_t0=common_timestamp,wakeup_comm=comm:clock=mono\n"));
    QCOMPARE(triggersOf("sched/sched_switch"),
             std::string("hist:keys=next_pid:wakeup_lat=common_timestamp-$wakeup_t0:clock=mono:"
                         "onmatch(sched.sched_waking).trace(wakeup,$wakeup_lat,next_pid,"
                         "$wakeup_comm)\n"));
    QCOMPARE(triggersOf("synthetic/wakeup"), std::string("hist:keys=lat.log2:pause\n"));
    QCOMPARE(readFile(kTree / "instances/mine/events/synthetic/wakeup/enable"), std::string("1\n"));
    QCOMPARE(ready["instances"][0]["events"].get<int>(), 1);
    QVERIFY(scene.client->blobs.contains("format:synthetic/wakeup"));
    scene.end();
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedHistograms::aNameThatIsTakenGetsANumber()
{
    FakeTracefs others(kTree);
    QVERIFY(others.write("dynamic_events", "s:synthetic/wakeup u64 x\n", Tracefs::Write::Append));
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    static_cast<void>(scene.client->ask(
        recordRequest({{"latencies", {kWakeup}},
                       {"histograms", {histogram("synthetic:wakeup", "hist:keys=pid")}}}),
        "ready"));
    QVERIFY(readFile(kTree / "dynamic_events").find("s:synthetic/wakeup_2 u64 lat;")
            != std::string::npos);
    QVERIFY(triggersOf("sched/sched_switch").find(".trace(wakeup_2,$wakeup_2_lat,")
            != std::string::npos);
    QCOMPARE(triggersOf("synthetic/wakeup_2"), std::string("hist:keys=pid:pause\n"));
    scene.end();
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_RecordedHistograms::eventsOfTheRequestKeepTheirNames()
{
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest(
            {{"probes", {{{"line", "p:read vfs_read n=$arg3"}}, {{"line", "s:mine u64 lat"}}}},
             {"histograms",
              {histogram("kprobes:read", "hist:keys=n.log2"),
               histogram("sched:sched_switch", "hist:keys=next_pid:onmatch(kprobes.read).mine(x)"),
               histogram("synthetic:mine", "hist:keys=lat")}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    const std::string group = groupOfProbes();
    QCOMPARE(triggersOf((group + "/read").c_str()), std::string("hist:keys=n.log2:pause\n"));
    QCOMPARE(triggersOf("sched/sched_switch"),
             "hist:keys=next_pid:pause:onmatch(" + group + ".read).mine(x)\n");
    QCOMPARE(triggersOf("synthetic/mine"), std::string("hist:keys=lat:pause\n"));
}

void tst_RecordedHistograms::variablesOfItsEventsKeepTheirNames()
{
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest(
            {{"probes", {{{"line", "p:read vfs_read n=$arg3"}}}},
             {"events",
              {{{"match", "sched:sched_waking"},
                {"triggers", {"hist:keys=pid:x=kprobes.read.$t-1", "hist:keys=pid:values=prio"}}}}},
             {"histograms",
              {histogram("kprobes:read", "hist:keys=common_pid:t=n"),
               histogram("sched:sched_switch",
                         "hist:keys=next_pid:lat=-(prev_pid-kprobes.read.$t)+sched.other.$t:"
                         "onmax($lat).save(kprobes.read.$t,prev_comm)")}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    const std::string group = groupOfProbes();
    QCOMPARE(triggersOf("sched/sched_switch"), "hist:keys=next_pid:lat=-(prev_pid-" + group
                                                   + ".read.$t)+sched.other.$t:"
                                                     "onmax($lat).save("
                                                   + group + ".read.$t,prev_comm)\n");
    QCOMPARE(triggersOf("sched/sched_waking"),
             "hist:keys=pid:x=" + group + ".read.$t-1\nhist:keys=pid:vals=prio:pause\n");
    // The kernel would refuse a variable that it is told of again.
    const auto before = scene.tracefs.log().size();
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    const auto log = scene.tracefs.log();
    for (std::size_t i = before; i < log.size(); ++i)
        QVERIFY2(log[i].text.find('$') == std::string::npos
                     && log[i].text.find("t=") == std::string::npos,
                 log[i].text.c_str());
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
}

void tst_RecordedHistograms::triggersOfEventsNameOtherEvents()
{
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest(
            {{"probes",
              {{{"line", "p:read vfs_read"}, {"triggers", {"enable_event:sched:sched_waking"}}},
               {{"line", "p:write vfs_write"}}}},
             {"events",
              {{{"match", "sched:sched_switch"},
                {"triggers",
                 {"disable_event:kprobes:read:2 if prev_pid == 1", "enable_hist:kprobes:write",
                  "traceoff"}}}}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    const std::string group = groupOfProbes();
    QCOMPARE(triggersOf("sched/sched_switch"),
             "disable_event:" + group + ":read:2 if prev_pid == 1\nenable_hist:" + group
                 + ":write\ntraceoff\n");
    QCOMPARE(triggersOf((group + "/read").c_str()),
             std::string("enable_event:sched:sched_waking\n"));
}

/// As the probe editor's "count calls only" asks for them.
void tst_RecordedHistograms::triggersThatCountDoSoWhileItIsRecorded()
{
    FakeSession scene(kTree, kJournals);
    static_cast<void>(scene.client->ask(
        recordRequest({{"probes",
                        {{{"line", "p:read vfs_read"},
                          {"triggers", {"hist:keys=common_pid.execname if common_pid > 1"}},
                          {"triggers_only", true}}}}}),
        "ready"));
    const std::string event = groupOfProbes() + "/read";
    QCOMPARE(triggersOf(event.c_str()),
             std::string("hist:keys=common_pid.execname:pause if common_pid > 1\n"));
    const auto before = scene.tracefs.log().size();
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "histograms"}}, "done"));
    QVERIFY(scene.client->blobs.contains("hist_now:" + event));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    const auto log = scene.tracefs.log();
    QCOMPARE(log.at(before + 1).text,
             std::string("hist:keys=common_pid.execname:continue if common_pid > 1"));
    QCOMPARE(log.at(before + 2).text,
             std::string("hist:keys=common_pid.execname:pause if common_pid > 1"));
}

void tst_RecordedHistograms::itIsCountedWhileItIsRecorded()
{
    FakeSession scene(kTree, kJournals);
    static_cast<void>(scene.client->ask(
        recordRequest({{"histograms",
                        {histogram("sched:sched_switch", "hist:keys=next_pid"),
                         histogram("sched:sched_waking", "hist:keys=pid:pause")}}}),
        "ready"));
    const auto before = scene.tracefs.log().size();
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    const auto log = scene.tracefs.log();
    std::vector<std::string> written;
    for (std::size_t i = before; i < before + 4; ++i)
        written.push_back(log.at(i).text);
    // All that is counted is recorded; one that is to be paused stays so.
    QCOMPARE(written, (std::vector<std::string>{"1", "hist:keys=next_pid:continue",
                                                "hist:keys=next_pid:pause", "0"}));
}

void tst_RecordedHistograms::theTimeIsThatOfTheBuffer()
{
    const auto line = [](const char *trigger) {
        return triggerLine(parseHistTrigger(trigger).value(), std::string("boot"));
    };
    QCOMPARE(line("hist:keys=a:t=common_timestamp.usecs"),
             std::string("hist:keys=a:t=common_timestamp.usecs:clock=boot"));
    QCOMPARE(line("hist:keys=common_timestamp"),
             std::string("hist:keys=common_timestamp:clock=boot"));
    QCOMPARE(line("hist:keys=a:t=-(b-common_timestamp)"),
             std::string("hist:keys=a:t=-(b-common_timestamp):clock=boot"));
    QCOMPARE(line("hist:keys=a:onmatch(b.c).trace(d,common_timestamp)"),
             std::string("hist:keys=a:clock=boot:onmatch(b.c).trace(d,common_timestamp)"));
    QCOMPARE(line("hist:keys=a:t=common_timestamp:clock=mono"),
             std::string("hist:keys=a:t=common_timestamp:clock=mono"));
    QCOMPARE(line("hist:keys=a"), std::string("hist:keys=a"));
    // What is no histogram's trigger, or none that is understood, is written as it stands.
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest(
            {{"events",
              {{{"match", "sched:sched_switch"}, {"triggers", {"stacktrace:5", "hist:what"}}}}}}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    QCOMPARE(triggersOf("sched/sched_switch"), std::string("stacktrace:5\nhist:what\n"));
}

void tst_RecordedHistograms::whatIsWrongIsRefusedBeforeAnythingIsTouched_data()
{
    QTest::addColumn<QString>("instance");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("caret");
    const auto row = [](const char *name, const Json &instance, const char *path, int caret) {
        QTest::newRow(name) << QString::fromStdString(instance.dump()) << path << caret;
    };
    row("no event", {{"histograms", {histogram("sched:nothing", "hist:keys=a")}}},
        "/instances/0/histograms/0/event", 0);
    row("no name", {{"histograms", {histogram("sched", "hist:keys=a")}}},
        "/request/instances/0/histograms/0/event", -1);
    row("a path", {{"histograms", {histogram("sched:../x", "hist:keys=a")}}},
        "/request/instances/0/histograms/0/event", -1);
    row("no trigger", {{"histograms", {histogram("sched:sched_switch", "traceoff")}}},
        "/request/instances/0/histograms/0/trigger", 0);
    row("a mistake", {{"histograms", {histogram("sched:sched_switch", "hist:keys=a.b")}}},
        "/request/instances/0/histograms/0/trigger", 12);
    row("two lines", {{"histograms", {histogram("sched:sched_switch", "hist:keys=a\n!x")}}},
        "/request/instances/0/histograms/0/trigger", -1);
    row("another clock",
        {{"histograms", {histogram("sched:sched_switch", "hist:keys=a:clock=global")}}},
        "/instances/0/histograms/0/trigger", -1);
    row("another clock in an event's trigger",
        {{"events",
          {{{"match", "sched:sched_switch"}, {"triggers", {"hist:keys=prev_pid:clock=global"}}}}}},
        "/events/0/triggers/0", -1);
    row("a name that is everybody's",
        {{"events",
          {{{"match", "sched:sched_switch"}, {"triggers", {"hist:keys=prev_pid:name=all"}}}}}},
        "/events/0/triggers/0", -1);
    row("of one that is there",
        {{"histograms", {histogram("sched:sched_switch", "hist:keys=a:clear")}}},
        "/request/instances/0/histograms/0/trigger", -1);
    row("a latency", {{"latencies", {"x=sched:sched_waking -> a:b(c)"}}},
        "/request/instances/0/latencies/0", 20);
    row("a latency of nothing", {{"latencies", {"x=sched:nothing(pid) -> a:b(c)"}}},
        "/instances/0/latencies/0", 2);
    row("two latencies of a name", {{"latencies", {kWakeup, kWakeup}}}, "/instances/0/latencies/1",
        0);
}

void tst_RecordedHistograms::whatIsWrongIsRefusedBeforeAnythingIsTouched()
{
    QFETCH(const QString, instance);
    QFETCH(const QString, path);
    QFETCH(const int, caret);
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json error = scene.client->ask(recordRequest(Json::parse(instance.toStdString())),
                                         "error");
    const QString told = QString::fromStdString(error["path"].get<std::string>());
    QVERIFY2(path.endsWith(told) || told.endsWith(path), qPrintable(told));
    QCOMPARE(error.value("caret", -1), caret);
    QVERIFY(scene.tracefs.log().empty());
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_RecordedHistograms::theKernelsRefusalIsPutUnderTheUsersWord()
{
    const auto before = FakeTracefs::contents(kTree);
    {
        FakeSession scene(kTree, kJournals);
        const Json error = scene.client->ask(
            recordRequest(
                {{"latencies", {kWakeup}},
                 {"histograms", {histogram("sched:sched_switch", "hist:keys=WRONG:size=256")}}}),
            "error");
        QCOMPARE(error["path"].get<std::string>(),
                 std::string("/instances/0/histograms/0/trigger"));
        QCOMPARE(error["kernel"].get<std::string>(), std::string("Field not found"));
        QCOMPARE(error["caret"].get<int>(), 10);
    }
    QVERIFY(FakeTracefs::contents(kTree) == before);
    // A field that there is not is known before the kernel is asked.
    FakeSession scene(kTree, kJournals);
    const Json error = scene.client->ask(
        recordRequest(
            {{"latencies", {"x=sched:sched_waking(tid) -> sched:sched_switch(next_pid)"}}}),
        "error");
    QCOMPARE(error["caret"].get<int>(), 21);
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_RecordedHistograms::countsAreToldWhenAskedForAndAtTheEnd()
{
    FakeSession scene(kTree, kJournals);
    static_cast<void>(scene.client->ask(
        recordRequest(
            {{"latencies", {kWakeup}},
             {"histograms", {histogram("synthetic:wakeup", "hist:keys=pid")}},
             {"events", {{{"match", "irq:irq_handler_entry"}, {"triggers", {"hist:keys=irq"}}}}}}),
        "ready"));
    QCOMPARE(scene.client->ask({{"type", "histograms"}}, "error")["request"].get<std::string>(),
             std::string("histograms"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "histograms"}}, "done"));
    QCOMPARE(scene.client->blobs["hist_now:synthetic/wakeup"],
             std::string("# event histogram of wakeup\n"));
    QVERIFY(scene.client->blobs.contains("hist_now:irq/irq_handler_entry"));
    // Those that only serve the latency are nobody's question.
    QVERIFY(!scene.client->blobs.contains("hist_now:sched/sched_switch"));
    QVERIFY(!scene.client->blobs.contains("hist:synthetic/wakeup"));
    writeFile(kTree / "instances/mine/events/synthetic/wakeup/hist", "the last\n");
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QCOMPARE(scene.client->blobs["hist:synthetic/wakeup"], std::string("the last\n"));
}

void tst_RecordedHistograms::killedAtAnyMomentItIsPutBackByTheNext()
{
    const auto before = FakeTracefs::contents(kTree);
    const unsigned seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const Machine machine{
        kTree, true, {}, {}, (kTree / "kallsyms").string(), (kTree / "blacklist").string()};
    for (int i = 0; i < 20; ++i) {
        killRecorder(
            kTree, kJournals, machine,
            [](FakeClient &client) {
                client.send(recordRequest(
                    {{"latencies", {kWakeup}},
                     {"histograms", {histogram("synthetic:wakeup", "hist:keys=pid")}}}));
            },
            std::chrono::microseconds(std::uniform_int_distribution<>(0, 20'000)(random)));
        FakeTracefs tracefs(kTree);
        const auto [count, problems] = undoLeftovers(tracefs, kJournals);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().c_str());
        QVERIFY(FakeTracefs::contents(kTree) == before);
    }
}

QTEST_GUILESS_MAIN(tst_RecordedHistograms)
#include "tst_recordedhistograms.moc"
