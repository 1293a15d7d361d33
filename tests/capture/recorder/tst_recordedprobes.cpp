// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
// Probes of a recording, with the kernel played by files.
#include "capture/recorder/probes.h"
#include "tests/capture/recorder/fakesession.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QTest>

#include <csignal>
#include <random>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

namespace {

const fs::path kTree = fs::path(THRESHER_TEST_OUTPUT) / "tracefs";
const fs::path kJournals = fs::path(THRESHER_TEST_OUTPUT) / "journals";

Json recordRequest(const std::vector<Json> &probes)
{
    return {{"type", "record"},
            {"request", {{"instances", Json::array({{{"name", "mine"}, {"probes", probes}}})}}}};
}

Json probe(const char *line)
{
    return {{"line", line}};
}

/// The group that the recorder chose, of what was made so far.
std::string groupIn(const FakeTracefs &tracefs)
{
    for (const auto &[path, text] : tracefs.log())
        if (const auto at = text.find("thresher_"); path == "dynamic_events" && at != text.npos)
            return text.substr(at, text.find('/', at) - at);
    return {};
}

} // namespace

class tst_RecordedProbes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void probesLiveAsLongAsTheRecording();
    void namesAreOfThisRecording();
    void anEventProbeFollowsItsParent();
    void theKernelsCaretIsPutUnderTheUsersWord_data();
    void theKernelsCaretIsPutUnderTheUsersWord();
    void whatIsNoProbeIsRefusedBeforeAnythingIsTouched_data();
    void whatIsNoProbeIsRefusedBeforeAnythingIsTouched();
    void hitsAndMissesAreTold();
    void aHotFunctionIsWarnedOf_data();
    void aHotFunctionIsWarnedOf();
    void aProbeInUseIsDisabledFirst();
    void probesOfOthersStay();
    void linesAreCheckedAndGone();
    void linesAreComparedWithoutBeingMade();
    void aParentIsMadeBeforeItsEventProbe();
    void ratesAreOfCallsAndOfWhatAFilterLetsThrough();
    void killedAtAnyMomentItIsPutBackByTheNext();
};

void tst_RecordedProbes::init()
{
    FakeTracefs::build(kTree);
    fs::remove_all(kJournals);
}

void tst_RecordedProbes::probesLiveAsLongAsTheRecording()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json ready = scene.client->ask(
        recordRequest({Json{{"line", "p:mine_read vfs_read  count=%dx # why"},
                            {"filter", "count > 10"},
                            {"triggers", {"traceoff:1"}}},
                       probe("r vfs_read $retval")}),
        "ready");
    QCOMPARE(ready.value("text", std::string()), std::string());
    QCOMPARE(ready["instances"][0]["events"].get<int>(), 2);
    const std::string group = groupIn(scene.tracefs);
    QCOMPARE(readFile(kTree / "dynamic_events"), "p:" + group + "/mine_read vfs_read count=%dx\n"
                                                     + "r:" + group
                                                     + "/vfs_read__return vfs_read $retval\n");
    const fs::path events = kTree / "instances/mine/events" / group;
    QCOMPARE(readFile(events / "mine_read/filter"), std::string("count > 10\n"));
    QCOMPARE(readFile(events / "mine_read/trigger"), std::string("traceoff:1\n"));
    QCOMPARE(readFile(events / "mine_read/enable"), std::string("1\n"));
    QCOMPARE(readFile(events / "vfs_read__return/enable"), std::string("1\n"));
    QCOMPARE(readFile(kTree / "events" / group / "mine_read/enable"), std::string("0\n"));
    QVERIFY(scene.client->blobs.contains("format:" + group + "/mine_read"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    static_cast<void>(scene.client->ask({{"type", "stop"}}, "stopped"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedProbes::namesAreOfThisRecording()
{
    std::vector<PlannedProbe> probes;
    for (const char *line : {"p:kprobes/vfs_read__entry vfs_write", "p vfs_read", "p vfs_read %di",
                             "r:other/x vfs_read", "s:lat u64 lat", "f vfs_read%return"})
        probes.push_back({parseProbe(line).value(), line, "", {}});
    std::vector<PlannedProbe *> all;
    for (PlannedProbe &each : probes)
        all.push_back(&each);
    nameProbes(all, "thresher_1_0");
    std::vector<std::string> names;
    for (const PlannedProbe &each : probes) {
        names.push_back(each.spec.group + "/" + each.spec.event);
        QCOMPARE(each.event.system + "/" + each.event.event, names.back());
    }
    QCOMPARE(names, (std::vector<std::string>{"thresher_1_0/vfs_read__entry",
                                              "thresher_1_0/vfs_read__entry_2",
                                              "thresher_1_0/vfs_read__entry_3", "thresher_1_0/x",
                                              "synthetic/lat", "thresher_1_0/vfs_read__return"}));
}

void tst_RecordedProbes::anEventProbeFollowsItsParent()
{
    std::vector<PlannedProbe> probes;
    for (const char *line : {"p:first vfs_read a=%di", "p:own/second vfs_read",
                             "e:x kprobes.first $a", "e:y own.second", "e:z sched.sched_switch"})
        probes.push_back({parseProbe(line).value(), line, "", {}});
    std::vector<PlannedProbe *> all;
    for (PlannedProbe &each : probes)
        all.push_back(&each);
    nameProbes(all, "g");
    QCOMPARE(printProbe(probes[2].spec), std::string("e:g/x g.first $a"));
    QCOMPARE(printProbe(probes[3].spec), std::string("e:g/y g.second"));
    QCOMPARE(printProbe(probes[4].spec), std::string("e:g/z sched.sched_switch"));
}

void tst_RecordedProbes::theKernelsCaretIsPutUnderTheUsersWord_data()
{
    QTest::addColumn<int>("caret");
    QTest::newRow("p WRONG") << 2;
    QTest::newRow("p:a_long_name   vfs_read   a=%di b=@WRONG") << 36;
    QTest::newRow("e:x sched.sched_switch if WRONG == 1") << 26;
    QTest::newRow("p:WRONG vfs_read") << 0; // its begin: the name is a part of ours
}

void tst_RecordedProbes::theKernelsCaretIsPutUnderTheUsersWord()
{
    QFETCH(const int, caret);
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json error = scene.client->ask(
        recordRequest({probe("p vfs_read"), probe(QTest::currentDataTag())}), "ready");
    QCOMPARE(error.value("type", std::string()), std::string("error"));
    QCOMPARE(error.value("path", std::string()), std::string("/instances/0/probes/1/line"));
    QCOMPARE(error.value("kernel", std::string()), std::string("Field not found"));
    QCOMPARE(error.value("caret", -1), caret);
    auto after = FakeTracefs::contents(kTree);
    after["error_log"] = before.at("error_log");
    QVERIFY(after == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedProbes::whatIsNoProbeIsRefusedBeforeAnythingIsTouched_data()
{
    QTest::addColumn<int>("caret");
    QTest::newRow("-:kprobes/other") << -1;
    QTest::newRow("p vfs_read $foo") << 11;
    QTest::newRow("p /bin/bash:readline") << 2;
    QTest::newRow("p:twice vfs_write") << 0;
}

void tst_RecordedProbes::whatIsNoProbeIsRefusedBeforeAnythingIsTouched()
{
    QFETCH(const int, caret);
    FakeSession scene(kTree, kJournals);
    const Json error = scene.client->ask(
        recordRequest({probe("p:twice vfs_read"), probe(QTest::currentDataTag())}), "ready");
    QCOMPARE(error.value("path", std::string()), std::string("/instances/0/probes/1/line"));
    QCOMPARE(error.value("caret", -1), caret);
    QVERIFY(!error.contains("kernel"));
    QVERIFY(scene.tracefs.log().empty());
}

void tst_RecordedProbes::hitsAndMissesAreTold()
{
    FakeSession scene(kTree, kJournals);
    scene.tracefs.setHits("vfs_read", 5, 2);
    Json request = recordRequest({probe("p:kprobes/before vfs_write"), probe("r vfs_read"),
                                  probe("p /bin/bash:0x10"), probe("e:x sched.sched_switch")});
    request["request"]["probe_rate_limit"] = 0;
    static_cast<void>(scene.client->ask(request, "ready"));
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    const Json stopped = scene.client->ask({{"type", "stop"}}, "stopped");
    const Json &probes = stopped["probes"];
    QCOMPARE(probes.size(), std::size_t{4});
    QCOMPARE(probes[0]["hits"].get<int>(), 0);
    QCOMPARE(probes[1]["event"].get<std::string>(), std::string("vfs_read__return"));
    QCOMPARE(probes[1]["hits"].get<int>(), 5);
    QCOMPARE(probes[1]["misses"].get<int>(), 2);
    QCOMPARE(probes[2]["hits"].get<int>(), 0);
    QVERIFY(!probes[2].contains("misses"));
    QVERIFY(!probes[3].contains("hits"));
}

void tst_RecordedProbes::aHotFunctionIsWarnedOf_data()
{
    QTest::addColumn<unsigned>("limit");
    QTest::addColumn<int>("warnings");
    QTest::newRow("hotter") << 1000U << 1;
    QTest::newRow("not so hot") << 1'000'000U << 0;
    QTest::newRow("not asked for") << 0U << 0;
}

void tst_RecordedProbes::aHotFunctionIsWarnedOf()
{
    QFETCH(const unsigned, limit);
    QFETCH(const int, warnings);
    FakeSession scene(kTree, kJournals);
    scene.tracefs.setHits("vfs_read", 20'000);
    Json request = recordRequest({probe("p vfs_read a=%di"), probe("p vfs_write")});
    request["request"]["probe_rate_limit"] = limit;
    static_cast<void>(scene.client->ask(request, "ready"));
    int told = 0;
    for (const std::string &what : scene.client->order)
        told += what == "warning" ? 1 : 0;
    QCOMPARE(told, warnings);
    // The trial was without arguments, in an instance of its own, and is gone.
    bool isMeasured = false;
    for (const auto &[path, text] : scene.tracefs.log())
        isMeasured |= path == "dynamic_events"
                      && text.find("/rate_0 vfs_read\n") != std::string::npos;
    QCOMPARE(isMeasured, limit > 0);
    QCOMPARE(scene.tracefs.folders("instances"), std::vector<std::string>{"mine"});
    QVERIFY(readFile(kTree / "dynamic_events").find("rate_") == std::string::npos);
}

void tst_RecordedProbes::aProbeInUseIsDisabledFirst()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    static_cast<void>(scene.client->ask(recordRequest({probe("p:x vfs_read")}), "ready"));
    const std::string group = groupIn(scene.tracefs);
    QVERIFY(!group.empty());
    // Somebody else looks at it, too.
    writeFile(kTree / "events" / group / "x/enable", "1\n");
    QCOMPARE(scene.client->ask({{"type", "release"}}, "done").value("type", std::string()),
             std::string("done"));
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedProbes::probesOfOthersStay()
{
    FakeTracefs other(kTree);
    QVERIFY(other.write("dynamic_events", "p:kprobes/x vfs_read\n", Tracefs::Write::Append));
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    scene.tracefs.setHits("vfs_write", 7);
    Json request = recordRequest({probe("p:x vfs_write")});
    request["request"]["probe_rate_limit"] = 0;
    QCOMPARE(scene.client->ask(request, "ready").value("text", std::string()), std::string());
    static_cast<void>(scene.client->ask({{"type", "start"}}, "started"));
    // Of the two lines for "x" in the kernel's profile it is ours.
    const Json stopped = scene.client->ask({{"type", "stop"}}, "stopped");
    QCOMPARE(stopped["probes"][0]["hits"].get<int>(), 7);
    scene.end();
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_RecordedProbes::linesAreCheckedAndGone()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json answer = scene.client->ask(
        {{"type", "check_probes"},
         {"probes",
          {probe("p:x vfs_read  a=%di"),
           probe("p vfs_read $foo"),
           probe("p:y vfs_read @WRONG"),
           {{"line", "p:z vfs_write"}, {"filter", "WRONG > 1"}},
           {{"line", "p:v vfs_write"}, {"triggers", {"stacktrace", "nonsense"}}},
           {{"line", "p:w vfs_write b=%si"}, {"filter", "b > 1"}}}}},
        "checked_probes");
    const Json &probes = answer["probes"];
    QVERIFY(probes[0]["ok"].get<bool>());
    QVERIFY(probes[0]["line"].get<std::string>().ends_with("/x vfs_read a=%di"));
    QVERIFY(!probes[1]["ok"].get<bool>());
    QCOMPARE(probes[1]["caret"].get<int>(), 11);
    QVERIFY(!probes[2]["ok"].get<bool>());
    QCOMPARE(probes[2]["kernel"].get<std::string>(), std::string("Field not found"));
    QCOMPARE(probes[2]["caret"].get<int>(), 14);
    QCOMPARE(probes[3]["part"].get<std::string>(), std::string("filter"));
    QVERIFY(!probes[3]["ok"].get<bool>());
    QCOMPARE(probes[4]["part"].get<std::string>(), std::string("triggers/1"));
    QVERIFY(probes[5]["ok"].get<bool>());
    QVERIFY(answer["set_ns"].get<std::int64_t>() > 0);
    QVERIFY(answer["left"].empty());
    auto after = FakeTracefs::contents(kTree);
    after["error_log"] = before.at("error_log");
    QVERIFY(after == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedProbes::linesAreComparedWithoutBeingMade()
{
    FakeSession scene(kTree, kJournals);
    const Json answer = scene.client->ask(
        {{"type", "check_probes"},
         {"probes", {probe("p:x vfs_read"), probe("p:y no_such_function"), probe("-:x")}},
         {"make", false}},
        "checked_probes");
    QVERIFY(answer["probes"][0]["ok"].get<bool>());
    QVERIFY(!answer["probes"][2]["ok"].get<bool>());
    QVERIFY(!answer.contains("set_ns"));
    QVERIFY(scene.tracefs.log().empty());
}

void tst_RecordedProbes::aParentIsMadeBeforeItsEventProbe()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    const Json answer = scene.client->ask(
        {{"type", "check_probes"},
         {"probes", {probe("p:first vfs_read a=%di"), probe("e:x kprobes.first b=$a")}}},
        "checked_probes");
    QCOMPARE(answer["probes"][1].value("text", std::string()), std::string());
    QVERIFY(answer["probes"][1]["ok"].get<bool>());
    QVERIFY(FakeTracefs::contents(kTree) == before);
}

void tst_RecordedProbes::ratesAreOfCallsAndOfWhatAFilterLetsThrough()
{
    const auto before = FakeTracefs::contents(kTree);
    FakeSession scene(kTree, kJournals);
    scene.tracefs.setHits("vfs_read", 20'000);
    const Json answer = scene.client->ask({{"type", "measure_probes"},
                                           {"probes",
                                            {{{"line", "p:x vfs_read a=%di"}, {"filter", "a > 1"}},
                                             probe("p:y vfs_write"),
                                             probe("p:z vfs_read @WRONG"),
                                             probe("nonsense")}},
                                           {"duration_ms", 50}},
                                          "measured_probes");
    const Json &probes = answer["probes"];
    QCOMPARE(probes.size(), std::size_t{4});
    const auto calls = probes[0]["calls_per_second"].get<double>();
    QVERIFY(calls > 100'000 && calls <= 400'000);
    // The fake kernel counts hits, and writes nothing into buffers.
    QCOMPARE(probes[0]["recorded_per_second"].get<double>(), 0.0);
    QCOMPARE(probes[1]["calls_per_second"].get<double>(), 0.0);
    QCOMPARE(probes[1]["recorded_per_second"].get<double>(), 0.0);
    QVERIFY(probes[2].contains("calls_per_second")); // its arguments were left out
    QVERIFY(probes[3].empty());
    QVERIFY(answer["left"].empty());
    // With the filter it was made as it is.
    bool isFiltered = false;
    for (const auto &[path, text] : scene.tracefs.log())
        isFiltered |= path.ends_with("/rate_0/filter") && text == "a > 1";
    QVERIFY(isFiltered);
    QVERIFY(FakeTracefs::contents(kTree) == before);
    QVERIFY(fs::is_empty(kJournals));
}

void tst_RecordedProbes::killedAtAnyMomentItIsPutBackByTheNext()
{
    const auto before = FakeTracefs::contents(kTree);
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    int killedInside = 0;
    for (int round = 0; round < 30; ++round) {
        Json request = recordRequest({probe("p vfs_read"), probe("r vfs_read"), probe("p:x y")});
        // With and without the trial, which lasts for 200 ms.
        request["request"]["probe_rate_limit"] = round % 2;
        killRecorder(
            kTree, kJournals, {kTree, true, {}, {}, "", ""},
            [&request](FakeClient &client) {
                client.send(request);
                client.send({{"type", "start"}});
                client.send({{"type", "stop"}});
            },
            std::chrono::microseconds(random() % (round % 2 == 0 ? 20'000 : 300'000)));

        killedInside += FakeTracefs::contents(kTree) != before ? 1 : 0;
        FakeTracefs tracefs(kTree);
        const auto [count, problems] = undoLeftovers(tracefs, kJournals);
        QVERIFY(problems.empty());
        if (!(FakeTracefs::contents(kTree) == before)) {
            for (const auto &[path, text] : FakeTracefs::contents(kTree))
                if (!before.contains(path) || before.at(path) != text)
                    qInfo("%s", path.c_str());
            QFAIL("something is left");
        }
        QVERIFY(!fs::exists(kJournals) || fs::is_empty(kJournals));
    }
    qInfo("%d of 30 were killed while something was changed", killedInside);
    QVERIFY(killedInside > 0);
}

QTEST_GUILESS_MAIN(tst_RecordedProbes)
#include "tst_recordedprobes.moc"
