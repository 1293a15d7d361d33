// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/plan.h"

#include <QtTest/QTest>

using namespace thresher;
using namespace thresher::capture;

namespace {

Offer offer()
{
    Offer offer;
    offer.events = {{"irq", {"irq_handler_entry", "irq_handler_exit"}},
                    {"sched", {"sched_stat_wait", "sched_switch", "sched_waking"}}};
    offer.tracers = {"function", "nop"};
    offer.clocks = {"local", "mono"};
    offer.options = {{"overwrite", true}};
    offer.cpus = {0, 1, 2, 3};
    offer.instances = {"taken"};
    offer.hasEventPid = true;
    offer.memoryAvailableKb = 8 * 1024 * 1024;
    return offer;
}

QString planned(const PlannedInstance &instance)
{
    QString text;
    for (const PlannedEvent &event : instance.events) {
        text += QString::fromStdString(event.system + ":" + event.event);
        text += event.enable ? u"" : u"(off)";
        if (!event.filter.empty())
            text += u" if " + QString::fromStdString(event.filter);
        for (const auto &trigger : event.triggers)
            text += u" !" + QString::fromStdString(trigger.text);
        text += u"; ";
    }
    return text;
}

} // namespace

Q_DECLARE_METATYPE(InstanceRequest)

class tst_Plan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void globsBecomeEvents_data();
    void globsBecomeEvents();
    void laterRulesAddToEarlierOnes();
    void aWholeSystemIsEnabledAtOnce();
    void whatTheKernelHasNotCanBeLeftOut();
    void whatTheKernelHasNotIsRefused_data();
    void whatTheKernelHasNotIsRefused();
    void theBufferFollowsFromTheMemory();
};

void tst_Plan::globsBecomeEvents_data()
{
    QTest::addColumn<QString>("match");
    QTest::addColumn<QString>("exclude");
    QTest::addColumn<QString>("expected");
    QTest::newRow("one") << "sched_switch"
                         << ""
                         << "sched:sched_switch; ";
    QTest::newRow("system and event") << "sched:*wak*"
                                      << ""
                                      << "sched:sched_waking; ";
    QTest::newRow("system alone") << "irq"
                                  << ""
                                  << "irq:irq_handler_entry; irq:irq_handler_exit; ";
    QTest::newRow("all but") << "*:*"
                             << "sched:*"
                             << "irq:irq_handler_entry; irq:irq_handler_exit; ";
    QTest::newRow("all but one") << "sched"
                                 << "sched_stat_*"
                                 << "sched:sched_switch; sched:sched_waking; ";
    QTest::newRow("question mark") << "irq:irq_handler_e?it"
                                   << ""
                                   << "irq:irq_handler_exit; ";
}

void tst_Plan::globsBecomeEvents()
{
    QFETCH(const QString, match);
    QFETCH(const QString, exclude);
    RecordRequest request;
    request.instances.resize(1);
    request.instances[0].events = {{match.toStdString(), {}, {}, false}};
    if (!exclude.isEmpty())
        request.instances[0].exclude = {exclude.toStdString()};
    const auto plan = makePlan(request, offer(), "");
    QVERIFY(plan.has_value());
    QTEST(planned(plan->instances[0]), "expected");
}

void tst_Plan::laterRulesAddToEarlierOnes()
{
    RecordRequest request;
    request.instances.resize(1);
    request.instances[0].events = {{"irq:*", "irq == 1", {"stacktrace"}, false},
                                   {"irq_handler_exit", "ret == 0", {"traceoff"}, true},
                                   {"sched_waking", {}, {"traceon"}, true}};
    const auto plan = makePlan(request, offer(), "");
    QVERIFY(plan.has_value());
    QCOMPARE(planned(plan->instances[0]),
             QStringLiteral("irq:irq_handler_entry if irq == 1 !stacktrace; "
                            "irq:irq_handler_exit if ret == 0 !stacktrace !traceoff; "
                            "sched:sched_waking(off) !traceon; "));
}

void tst_Plan::aWholeSystemIsEnabledAtOnce()
{
    RecordRequest request;
    request.instances.resize(1);
    request.instances[0].events = {{"irq:*", {}, {}, false}, {"sched_switch", {}, {}, false}};
    const auto plan = makePlan(request, offer(), "");
    QVERIFY(plan.has_value());
    QCOMPARE(plan->instances[0].wholeSystems, std::vector<std::string>{"irq"});
}

void tst_Plan::whatTheKernelHasNotCanBeLeftOut()
{
    RecordRequest request;
    request.skipMissing = true;
    request.instances.resize(1);
    request.instances[0].events = {{"nfs:*", {}, {}, false}, {"irq:*", {}, {}, false}};
    request.instances[0].exclude = {"xen:*", "irq_handler_exit"};
    const auto plan = makePlan(request, offer(), "");
    QVERIFY(plan.has_value());
    QVERIFY(planned(plan->instances[0]).contains(QStringLiteral("irq:irq_handler_entry")));
    QVERIFY(!planned(plan->instances[0]).contains(QStringLiteral("irq_handler_exit")));
    QCOMPARE(plan->instances[0].missing, (std::vector<std::string>{"xen:*", "nfs:*"}));
    // Nothing is recorded if nothing is left.
    request.instances[0].events.pop_back();
    const auto nothing = makePlan(request, offer(), "");
    QVERIFY(!nothing.has_value());
    QCOMPARE(nothing.error().path, std::string("/instances/0/events"));
    // But for what needs no events.
    request.instances[0].tracer = "function";
    QVERIFY(makePlan(request, offer(), "").has_value());
}

void tst_Plan::whatTheKernelHasNotIsRefused_data()
{
    QTest::addColumn<InstanceRequest>("instance");
    QTest::addColumn<QString>("path");
    const auto row = [](const char *name, const char *path, auto change) {
        InstanceRequest instance;
        change(instance);
        QTest::newRow(name) << instance << QString::fromLatin1(path);
    };
    row("event", "/instances/0/events/1/match", [](InstanceRequest &r) {
        r.events = {{"sched_switch", {}, {}, false}, {"no_such", {}, {}, false}};
    });
    row("excluded event", "/instances/0/exclude/0",
        [](InstanceRequest &r) { r.exclude = {"no_such"}; });
    row("all excluded", "/instances/0/events/0/match", [](InstanceRequest &r) {
        r.events = {{"irq:*", {}, {}, false}};
        r.exclude = {"irq_*"};
    });
    row("tracer", "/instances/0/tracer", [](InstanceRequest &r) { r.tracer = "hwlat"; });
    row("clock", "/instances/0/clock", [](InstanceRequest &r) { r.clock = "tai"; });
    row("option", "/instances/0/options/no-such", [](InstanceRequest &r) {
        r.options = {{"no-such", true}};
    });
    row("stacks", "/instances/0/kernel_stacks", [](InstanceRequest &r) { r.kernelStacks = true; });
    row("CPU", "/instances/0/cpus/1", [](InstanceRequest &r) { r.cpus = {3, 4}; });
    row("sub-buffers", "/instances/0/sub_buffer_kb", [](InstanceRequest &r) { r.subBufferKb = 8; });
    row("functions", "/instances/0/functions", [](InstanceRequest &r) { r.functions = {"a"}; });
    row("graph", "/instances/0/graph_functions",
        [](InstanceRequest &r) { r.graphFunctions = {"a"}; });
    row("name that is taken", "/instances/0/name", [](InstanceRequest &r) { r.name = "taken"; });
    row("memory", "/instances/0/buffer_kb",
        [](InstanceRequest &r) { r.bufferKb = 4 * 1024 * 1024; });
    row("snapshot", "/instances/0/events/0/triggers/0", [](InstanceRequest &r) {
        r.events = {{"sched_switch", {}, {"snapshot:1 if prev_pid == 0"}, false}};
    });
    row("trigger", "/instances/0/events/0/triggers/1", [](InstanceRequest &r) {
        r.events = {{"sched_switch", {}, {"traceoff", "reboot"}, false}};
    });
}

void tst_Plan::whatTheKernelHasNotIsRefused()
{
    QFETCH(const InstanceRequest, instance);
    QFETCH(const QString, path);
    RecordRequest request;
    request.instances = {instance};
    const auto plan = makePlan(request, offer(), "");
    QVERIFY(!plan.has_value());
    QCOMPARE(QString::fromStdString(plan.error().path), path);
}

void tst_Plan::theBufferFollowsFromTheMemory()
{
    Offer machine = offer();
    QCOMPARE(chooseBufferKb(machine, 1), 64U * 1024); // plenty
    QCOMPARE(chooseBufferKb(machine, 8), 32U * 1024); // an eighth of 8 GiB, for 32 buffers
    machine.memoryAvailableKb = 1024;
    QCOMPARE(chooseBufferKb(machine, 1), 1408U); // never below the kernel's own
}

QTEST_GUILESS_MAIN(tst_Plan)
#include "tst_plan.moc"
