// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/eventchoice.h"
#include "capture/eventformat.h"

#include <QTest>

#include <random>
#include <set>

using namespace thresher;
using namespace thresher::capture;

/// Ticking events, where what is ticked is a list of globs; and what a format file says.
class tst_eventchoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSystemIsOneGlob();
    void oneOfASystemIsLeftOut();
    void theLastOneTakesItsGlobAway();
    void whatIsTickedAgainIsNotExcluded();
    void globsStay();
    void filtersSurviveTheirSystem();
    void anOwnRuleKeepsTheFilter();
    void tickingIsWhatOneSees();
    void formatsAreRead();
};

namespace {

const EventsBySystem kEvents{{"irq", {"irq_entry", "irq_exit", "softirq_entry"}},
                             {"sched", {"sched_stat_runtime", "sched_stat_wait", "sched_switch"}},
                             {"timer", {"timer_start"}}};

std::vector<std::string> globsOf(const InstanceRequest &request)
{
    std::vector<std::string> globs;
    for (const EventRequest &rule : request.events)
        globs.push_back(rule.match);
    for (const std::string &glob : request.exclude)
        globs.push_back('!' + glob);
    return globs;
}

using Globs = std::vector<std::string>;

} // namespace

void tst_eventchoice::aSystemIsOneGlob()
{
    InstanceRequest request;
    setRecorded(request, kEvents, "sched", "sched_switch", true);
    QCOMPARE(globsOf(request), Globs{"sched:sched_switch"});
    setRecorded(request, kEvents, "sched", "", true);
    QCOMPARE(globsOf(request), Globs{"sched:*"});
    QCOMPARE(countRecorded(request, kEvents), 3U);
    setRecorded(request, kEvents, "sched", "", false);
    QCOMPARE(globsOf(request), Globs{});
}

void tst_eventchoice::oneOfASystemIsLeftOut()
{
    InstanceRequest request;
    setRecorded(request, kEvents, "sched", "", true);
    setRecorded(request, kEvents, "sched", "sched_switch", false);
    QCOMPARE(globsOf(request), (Globs{"sched:*", "!sched:sched_switch"}));
    QVERIFY(!isRecorded(request, "sched", "sched_switch"));
    QVERIFY(isRecorded(request, "sched", "sched_stat_wait"));
}

void tst_eventchoice::theLastOneTakesItsGlobAway()
{
    InstanceRequest request;
    setRecorded(request, kEvents, "irq", "", true);
    for (const std::string &event : kEvents.at("irq"))
        setRecorded(request, kEvents, "irq", event, false);
    QCOMPARE(globsOf(request), Globs{}); // the recorder would refuse a glob without an event
}

void tst_eventchoice::whatIsTickedAgainIsNotExcluded()
{
    InstanceRequest request;
    QVERIFY(addGlob(request, "sched:*"));
    QVERIFY(addGlob(request, "!sched_stat*"));
    setRecorded(request, kEvents, "sched", "sched_stat_wait", true);
    QCOMPARE(globsOf(request), (Globs{"sched:*", "!sched:sched_stat_runtime"}));
}

void tst_eventchoice::globsStay()
{
    InstanceRequest request;
    QVERIFY(addGlob(request, "*:*_entry"));
    QVERIFY(addGlob(request, "*:*_entry"));
    QVERIFY(!addGlob(request, "sched_switch; rm"));
    QVERIFY(!addGlob(request, "!"));
    setRecorded(request, kEvents, "timer", "timer_start", true);
    QCOMPARE(globsOf(request), (Globs{"timer:timer_start", "*:*_entry"}));
    QCOMPARE(countMatching("*:*_entry", kEvents), 2U);
}

void tst_eventchoice::filtersSurviveTheirSystem()
{
    InstanceRequest request;
    request.events = {{"sched:sched_switch", "prev_prio < 100", {}, false}};
    setRecorded(request, kEvents, "sched", "", true);
    QCOMPARE(globsOf(request), (Globs{"sched:*", "sched:sched_switch"}));
    QCOMPARE(ruleOf(request, "sched", "sched_switch"), 1U);
    QCOMPARE(ruleOf(request, "sched", "sched_stat_wait"), 0U);
    QVERIFY(!ruleOf(request, "irq", "irq_entry"));
}

void tst_eventchoice::anOwnRuleKeepsTheFilter()
{
    InstanceRequest request;
    request.events = {{"sched:*", "common_pid == 1", {"stacktrace"}, false}};
    EventRequest &own = ownRule(request, "sched", "sched_switch");
    QCOMPARE(own.filter, std::string("common_pid == 1"));
    QVERIFY(own.triggers.empty()); // those of the other rule act, too
    QCOMPARE(request.events.size(), 2U);
    QCOMPARE(&ownRule(request, "sched", "sched_switch"), &request.events[1]);
}

/// Whatever was ticked before: an event is recorded exactly if it was ticked last.
void tst_eventchoice::tickingIsWhatOneSees()
{
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        InstanceRequest request;
        std::set<std::pair<std::string, std::string>> expected;
        for (int step = 0; step < 30; ++step) {
            auto system = kEvents.begin();
            std::advance(system, random() % kEvents.size());
            const bool isOn = random() % 2 == 0;
            const bool isWhole = random() % 4 == 0;
            const std::string one = system->second[random() % system->second.size()];
            for (const std::string &event : system->second) {
                if (!isWhole && event != one)
                    continue;
                if (isOn)
                    expected.emplace(system->first, event);
                else
                    expected.erase({system->first, event});
            }
            setRecorded(request, kEvents, system->first, isWhole ? "" : one, isOn);
            for (const auto &[name, events] : kEvents) {
                for (const std::string &event : events)
                    QVERIFY2(isRecorded(request, name, event) == expected.contains({name, event}),
                             qPrintable(QStringLiteral("seed %1, step %2").arg(seed).arg(step)));
            }
            for (const EventRequest &rule : request.events)
                QVERIFY(countMatching(rule.match, kEvents) > 0);
        }
    }
}

void tst_eventchoice::formatsAreRead()
{
    const auto format = parseEventFormat(
        "name: sched_switch\nID: 314\nformat:\n"
        "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
        "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
        "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
        "\tfield:__data_loc char[] name;\toffset:24;\tsize:4;\tsigned:0;\n"
        "\tfield:const char * text;\toffset:24;\tsize:8;\tsigned:0;\n"
        "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
        "\tfield:u8 mac[6];\toffset:24;\tsize:6;\tsigned:0;\n"
        "\tfield:__data_loc cpumask_t mask;\toffset:24;\tsize:4;\tsigned:0;\n\n"
        "print fmt: \"a=%d\", REC->prev_pid\n");
    QCOMPARE(format.print, std::string("\"a=%d\", REC->prev_pid"));
    QCOMPARE(format.fields.size(), 8U);
    QCOMPARE(format.fields[0].name, std::string("prev_comm"));
    QCOMPARE(format.fields[0].type, std::string("char[16]"));
    using Kind = EventField::Kind;
    const Kind kinds[] = {Kind::Text,  Kind::Text,    Kind::Text,   Kind::Number,
                          Kind::Other, Kind::CpuMask, Kind::Number, Kind::Number};
    for (std::size_t i = 0; i < 8; ++i)
        QVERIFY2(format.fields[i].kind == kinds[i], format.fields[i].name.c_str());
    QCOMPARE(format.fields[7].name, std::string("common_pid"));
    QVERIFY(format.fields[7].isCommon && !format.fields[5].isCommon);
    QVERIFY(parseEventFormat("field:\nfield:;\nnonsense").fields.empty());
}

QTEST_GUILESS_MAIN(tst_eventchoice)
#include "tst_eventchoice.moc"
