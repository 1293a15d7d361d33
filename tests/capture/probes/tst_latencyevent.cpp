// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/latencyevent.h"

#include <QtTest/QTest>

using namespace thresher::capture;

namespace {

std::string field(const char *declaration, int size, bool isSigned = true)
{
    return "\tfield:" + std::string(declaration) + ";\toffset:8;\tsize:" + std::to_string(size)
           + ";\tsigned:" + (isSigned ? "1" : "0") + ";\n";
}

std::string waking()
{
    return field("char comm[16]", 16, false) + field("pid_t pid", 4) + field("int prio", 4)
           + field("int target_cpu", 4) + field("__data_loc char[] name", 4)
           + field("void * ip", 8, false) + field("unsigned long mask[2]", 16, false);
}

std::string switching()
{
    return field("char next_comm[16]", 16, false) + field("pid_t next_pid", 4)
           + field("int next_prio", 4) + field("long state", 8);
}

} // namespace

class tst_LatencyEvent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormComesBackAsItWas_data();
    void everyFormComesBackAsItWas();
    void mistakesArePointedAt_data();
    void mistakesArePointedAt();
    void linesAreWhatTheKernelIsTold_data();
    void linesAreWhatTheKernelIsTold();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();
};

void tst_LatencyEvent::everyFormComesBackAsItWas_data()
{
    QTest::addColumn<QString>("expected");
    for (const char *text :
         {"wakeup=sched:sched_waking(pid) -> sched:sched_switch(next_pid)",
          "w.usecs=sched:sched_waking(pid; prio,who=comm) if prio < 100 -> "
          "sched:sched_switch(next_pid; next_comm) if next_prio < 100",
          "block=block:block_rq_issue(dev,sector) -> block:block_rq_complete(dev,sector)",
          "x=a:b(c) if d ~ \"->\" -> e:f(g)"})
        QTest::newRow(text) << text;
    QTest::newRow(" w = sched.sched_waking( pid ;prio ) ->sched/sched_switch(next_pid)if  a == 1")
        << "w=sched:sched_waking(pid; prio) -> sched:sched_switch(next_pid) if a == 1";
}

void tst_LatencyEvent::everyFormComesBackAsItWas()
{
    QFETCH(const QString, expected);
    const auto event = parseLatencyEvent(QTest::currentDataTag());
    QVERIFY2(event.has_value(), event ? "" : event.error().text.c_str());
    QCOMPARE(QString::fromStdString(printLatencyEvent(*event)), expected);
    QVERIFY(parseLatencyEvent(printLatencyEvent(*event)).value() == *event);
}

void tst_LatencyEvent::mistakesArePointedAt_data()
{
    QTest::addColumn<QString>("token");
    QTest::newRow("") << "";
    QTest::newRow("a:b(c) -> d:e(f)") << "a:b(c) -> d:e(f)";
    QTest::newRow("1x=a:b(c) -> d:e(f)") << "1x";
    QTest::newRow("x=a:b(c)") << "";
    QTest::newRow("x=a(c) -> d:e(f)") << "a";
    QTest::newRow("x=a:b -> d:e(f)") << "";
    QTest::newRow("x=a:b(c -> d:e(f)") << "";
    QTest::newRow("x=a:b(c,) -> d:e(f)") << "";
    QTest::newRow("x=a:b(c d) -> d:e(f)") << "c d";
    QTest::newRow("x=a:b(c;) -> d:e(f)") << "";
    QTest::newRow("x=a:b(c) -> d:e(f,g)") << "f,g";
    QTest::newRow("x=a:b(c,d,e,f) -> d:e(f)") << "f";
    QTest::newRow("x=a:b(c) when y -> d:e(f)") << "when y";
    QTest::newRow("x=a:b(c) if -> d:e(f)") << "if";
    QTest::newRow("x=a:b(c) -> d:e(f)\n") << "\n";
}

void tst_LatencyEvent::mistakesArePointedAt()
{
    QFETCH(const QString, token);
    const std::string text = QTest::currentDataTag();
    const auto event = parseLatencyEvent(text);
    QVERIFY(!event.has_value());
    const ProbeError &error = event.error();
    QVERIFY(error.text.ends_with('.'));
    QVERIFY(error.at.begin <= error.at.end && error.at.end <= text.size());
    QCOMPARE(QString::fromStdString(text.substr(error.at.begin, error.at.end - error.at.begin)),
             token);
}

void tst_LatencyEvent::linesAreWhatTheKernelIsTold_data()
{
    QTest::addColumn<QString>("synthetic");
    QTest::addColumn<QString>("start");
    QTest::addColumn<QString>("end");
    QTest::newRow("wakeup=sched:sched_waking(pid) -> sched:sched_switch(next_pid)")
        << "s:wakeup u64 lat; pid_t pid"
        << "hist:keys=pid:wakeup_t0=common_timestamp"
        << "hist:keys=next_pid:wakeup_lat=common_timestamp-$wakeup_t0:"
           "onmatch(sched.sched_waking).trace(wakeup,$wakeup_lat,next_pid)";
    QTest::newRow("w.usecs=sched:sched_waking(pid; prio,who=comm,name,ip) if prio < 100 -> "
                  "sched:sched_switch(next_pid; next_comm,state) if next_prio < 100")
        << "s:w u64 lat; pid_t pid; int prio; char who[16]; char name[]; u64 ip; char "
           "next_comm[16]; long state"
        << "hist:keys=pid:w_t0=common_timestamp.usecs,w_prio=prio,w_who=comm,w_name=name,w_ip=ip"
           " if prio < 100"
        << "hist:keys=next_pid:w_lat=common_timestamp.usecs-$w_t0:onmatch(sched.sched_waking)."
           "trace(w,$w_lat,next_pid,$w_prio,$w_who,$w_name,$w_ip,next_comm,state) if next_prio < "
           "100";
    QTest::newRow("b=sched:sched_waking(pid,prio) -> sched:sched_switch(next_pid,next_prio)")
        << "s:b u64 lat; pid_t pid; int prio"
        << "hist:keys=pid,prio:b_t0=common_timestamp"
        << "hist:keys=next_pid,next_prio:b_lat=common_timestamp-$b_t0:"
           "onmatch(sched.sched_waking).trace(b,$b_lat,next_pid,next_prio)";
}

void tst_LatencyEvent::linesAreWhatTheKernelIsTold()
{
    const auto event = parseLatencyEvent(QTest::currentDataTag());
    const auto lines = latencyLines(event.value(), waking(), switching());
    QVERIFY2(lines.has_value(), lines ? "" : lines.error().text.c_str());
    QTEST(QString::fromStdString(printProbe(lines->synthetic)), "synthetic");
    QTEST(QString::fromStdString(printHistTrigger(lines->start)), "start");
    QTEST(QString::fromStdString(printHistTrigger(lines->end)), "end");
    // They are what the parsers make of them, too.
    QVERIFY(parseProbe(printProbe(lines->synthetic)).value() == lines->synthetic);
    QVERIFY(parseHistTrigger(printHistTrigger(lines->end)).value() == lines->end);
}

void tst_LatencyEvent::whatDoesNotFitIsRefused_data()
{
    QTest::addColumn<QString>("token");
    QTest::newRow("x=a:b(tid) -> c:d(next_pid)") << "tid";
    QTest::newRow("x=a:b(pid) -> c:d(tid)") << "tid";
    QTest::newRow("x=a:b(pid) -> c:d(state)") << "state"; // of another size
    QTest::newRow("x=a:b(comm) -> c:d(next_pid)") << "next_pid";
    QTest::newRow("x=a:b(pid; tid) -> c:d(next_pid)") << "tid";
    QTest::newRow("x=a:b(pid; pid) -> c:d(next_pid)") << "pid";
    QTest::newRow("x=a:b(pid; lat=prio) -> c:d(next_pid)") << "lat=prio";
    QTest::newRow("x=a:b(pid; mask) -> c:d(next_pid)") << "mask";
}

void tst_LatencyEvent::whatDoesNotFitIsRefused()
{
    QFETCH(const QString, token);
    const std::string text = QTest::currentDataTag();
    const auto lines = latencyLines(parseLatencyEvent(text).value(), waking(), switching());
    QVERIFY(!lines.has_value());
    const TextSpan at = lines.error().at;
    QCOMPARE(QString::fromStdString(text.substr(at.begin, at.end - at.begin)), token);
}

QTEST_GUILESS_MAIN(tst_LatencyEvent)
#include "tst_latencyevent.moc"
