// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histtrigger.h"

#include <QtTest/QTest>

#include <random>

using namespace thresher::capture;

namespace {

/// Any trigger that can be written.
class Maker
{
public:
    explicit Maker(std::mt19937 &random)
        : m_random(random)
    {}

    HistTrigger trigger()
    {
        HistTrigger trigger;
        if (oneOf(4))
            trigger.name = name();
        for (std::size_t i = upTo(2) + 1; i > 0; --i)
            trigger.keys.push_back(expression(false));
        for (std::size_t i = upTo(3); i > 0; --i)
            trigger.values.push_back(expression(true));
        for (std::size_t i = upTo(3); i > 0; --i)
            trigger.variables.push_back({"v" + name(), expression(false), {}});
        for (std::size_t i = upTo(2); i > 0; --i)
            trigger.sort.push_back({name(), oneOf(2), {}});
        if (oneOf(2))
            trigger.size = kLeastHistSize << upTo(10);
        if (oneOf(4))
            trigger.clock = oneOf(2) ? "mono" : "x86-tsc";
        trigger.hidesHits = oneOf(4);
        trigger.isPaused = oneOf(4);
        trigger.isContinued = oneOf(8);
        trigger.isCleared = oneOf(8);
        for (std::size_t i = upTo(2); i > 0; --i)
            trigger.actions.push_back(action());
        if (oneOf(2))
            trigger.filter = name() + " == 3 && " + name() + " ~ \"if x*\"";
        return trigger;
    }

private:
    std::size_t upTo(std::size_t most)
    {
        return std::uniform_int_distribution<std::size_t>(0, most)(m_random);
    }
    bool oneOf(std::size_t n) { return upTo(n - 1) == 0; }
    std::string name() { return "x" + std::to_string(upTo(999)) + (oneOf(3) ? "_y" : ""); }

    HistTerm term(bool isValue, int depth)
    {
        HistTerm term;
        term.kind = static_cast<HistTerm::Kind>(upTo(depth < 2 ? 3 : 2));
        if (term.kind == HistTerm::Kind::Number) {
            term.number.value = upTo(100'000);
            if (oneOf(2))
                term.number.base = ProbeNumber::Base::Hex;
            return term;
        }
        if (term.kind == HistTerm::Kind::Negated) {
            term.inner.push_back(expression(isValue, depth + 1));
            return term;
        }
        term.name = name();
        if (oneOf(4)) {
            term.system = name();
            term.event = name();
        } else if (oneOf(2)) {
            term.modifier = static_cast<HistModifier>(1 + upTo(isValue ? 10 : 8));
            if (term.modifier == HistModifier::Buckets)
                term.bucket = 1 + upTo(5000);
        }
        return term;
    }
    HistExpression expression(bool isValue, int depth = 0)
    {
        HistExpression expression;
        expression.terms.push_back(term(isValue, depth));
        for (std::size_t i = oneOf(3) ? upTo(kMaxHistTerms - 1) : 0; i > 0; --i) {
            expression.operators += "+-*/"[upTo(3)];
            expression.terms.push_back(term(isValue, depth));
        }
        return expression;
    }
    HistAction action()
    {
        HistAction action;
        action.handler = static_cast<HistAction::Handler>(upTo(2));
        action.kind = static_cast<HistAction::Kind>(
            action.handler == HistAction::Handler::OnMatch ? 0 : upTo(2));
        if (action.handler == HistAction::Handler::OnMatch) {
            action.system = name();
            action.event = name();
        } else {
            action.variable = name();
        }
        if (action.kind == HistAction::Kind::Trace) {
            action.synthetic = name();
            action.isDirect = oneOf(2);
        }
        const std::size_t least = action.kind == HistAction::Kind::Save ? 1 : 0;
        while (action.kind != HistAction::Kind::Snapshot
               && (action.arguments.size() < least || oneOf(2))) {
            HistTerm argument;
            argument.kind = oneOf(2) ? HistTerm::Kind::Field : HistTerm::Kind::Variable;
            argument.name = name();
            action.arguments.push_back(argument);
        }
        return action;
    }

    std::mt19937 &m_random;
};

} // namespace

class tst_HistTrigger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormComesBackAsItWas_data();
    void everyFormComesBackAsItWas();
    void otherSpellingsAreWrittenInTheKernels_data();
    void otherSpellingsAreWrittenInTheKernels();
    void partsAreTold();
    void mistakesArePointedAt_data();
    void mistakesArePointedAt();
    void whateverIsPrintedIsParsed();
};

void tst_HistTrigger::everyFormComesBackAsItWas_data()
{
    QTest::addColumn<int>("none");
    // Lines of kernels 6.1 and 6.12, and of the kernel's documentation.
    for (const char *line :
         {"hist:keys=next_comm",
          "hist:keys=next_comm:vals=hitcount:sort=hitcount.descending:size=2048",
          "hist:keys=ret.log2:vals=hitcount,ret:sort=hitcount:size=2048",
          "hist:keys=id.buckets=10:vals=hitcount:sort=hitcount:size=2048",
          "hist:keys=id.syscall,common_pid.execname:vals=hitcount",
          "hist:keys=call_site.sym:vals=bytes_req,bytes_alloc:sort=bytes_req.descending",
          "hist:keys=call_site.sym-offset:vals=bytes_req",
          "hist:keys=bytes_req.hex:vals=bytes_alloc.hex,bytes_req.percent,bytes_req.graph",
          "hist:keys=common_cpu,common_pid.execname,common_timestamp.usecs:size=128:clock=global",
          "hist:keys=common_stacktrace,prev_comm:sort=hitcount",
          "hist:keys=id.syscall:vals=id:sort=hitcount:size=2048:nohitcount",
          "hist:keys=delta.buckets=100,stack.stacktrace:sort=delta",
          "hist:name=foo:keys=next_pid:vals=hitcount",
          "hist:keys=next_pid:pause",
          "hist:keys=next_pid:continue",
          "hist:keys=next_pid:clear",
          "hist:keys=pid:ts0=common_timestamp.usecs if comm == \"cyclictest\"",
          "hist:keys=pid,prio:ts0=common_timestamp.usecs,p=prio",
          "hist:keys=next_pid:wakeup_lat=common_timestamp.usecs-$ts0:onmatch(sched.sched_waking)."
          "wakeup_latency($wakeup_lat,next_pid,sched.sched_waking.prio)",
          "hist:keys=next_pid:lat=common_timestamp.usecs-$ts0:clock=mono:onmatch(sched.sched_"
          "waking)."
          "trace(wakeup_lat,$lat,next_pid,next_comm) if next_pid > 0",
          "hist:keys=next_pid:lat=common_timestamp-sched.sched_waking.$ts0:onmax($lat)."
          "save(next_comm,prev_pid,prev_prio):onmax($lat).snapshot()",
          "hist:keys=dport:cwnd=snd_cwnd:onchange($cwnd).save(snd_wnd,srtt,rcv_wnd)",
          "hist:keys=next_pid:us_per_sec=1000000,a=$b*2+0x10/prev_prio,neg=-(a-b)",
          "hist:keys=next_pid:onmatch(a.b).x()",
          "hist:keys=next_pid-prev_pid.hex:vals=next_prio*2"})
        QTest::newRow(line) << 0;
}

void tst_HistTrigger::everyFormComesBackAsItWas()
{
    const std::string line = QTest::currentDataTag();
    const auto trigger = parseHistTrigger(line);
    QVERIFY2(trigger.has_value(), trigger ? "" : trigger.error().text.c_str());
    QCOMPARE(printHistTrigger(*trigger), line);
}

void tst_HistTrigger::otherSpellingsAreWrittenInTheKernels_data()
{
    QTest::addColumn<QString>("expected");
    QTest::newRow("  hist:key=pid  ") << "hist:keys=pid";
    QTest::newRow("hist:size=256:values=a,b:keys=pid") << "hist:keys=pid:vals=a,b:size=256";
    QTest::newRow("hist:keys=pid:val=a:cont:NOHC") << "hist:keys=pid:vals=a:nohitcount:continue";
    QTest::newRow("hist:keys=pid:sort=pid.ascending") << "hist:keys=pid:sort=pid";
    QTest::newRow("hist:keys=pid:a=b:c=d") << "hist:keys=pid:a=b,c=d";
    QTest::newRow("hist:keys=pid:onmatch(s.e).trace(x, $a, b)   if  a == 1")
        << "hist:keys=pid:onmatch(s.e).trace(x,$a,b) if a == 1";
    QTest::newRow("hist:keys=pid:vals=hitcount [active]") << "hist:keys=pid:vals=hitcount";
    QTest::newRow("hist:keys=pid if pid > 0 [paused]") << "hist:keys=pid if pid > 0";
    QTest::newRow("hist:foo:keys=pid") << "hist:name=foo:keys=pid";
    QTest::newRow("hist:keys=d.buckets=100:sort=d.buckets=100.descending")
        << "hist:keys=d.buckets=100:sort=d.descending";
}

void tst_HistTrigger::otherSpellingsAreWrittenInTheKernels()
{
    QFETCH(const QString, expected);
    const auto trigger = parseHistTrigger(QTest::currentDataTag());
    QVERIFY2(trigger.has_value(), trigger ? "" : trigger.error().text.c_str());
    QCOMPARE(QString::fromStdString(printHistTrigger(*trigger)), expected);
    QVERIFY(parseHistTrigger(printHistTrigger(*trigger)).value() == *trigger);
}

void tst_HistTrigger::partsAreTold()
{
    const std::string line = "hist:keys=next_pid:lat=common_timestamp.usecs-$ts0:onmatch(sched."
                             "sched_waking).trace(wakeup,$lat,next_pid) if next_pid > 0";
    const HistTrigger trigger = parseHistTrigger(line).value();
    const HistVariable &lat = trigger.variables.at(0);
    QCOMPARE(line.substr(lat.at.begin, lat.at.end - lat.at.begin),
             std::string("lat=common_timestamp.usecs-$ts0"));
    QCOMPARE(lat.value.operators, std::string("-"));
    QCOMPARE(lat.value.terms.at(0).modifier, HistModifier::Microseconds);
    QCOMPARE(lat.value.terms.at(1).kind, HistTerm::Kind::Variable);
    QCOMPARE(lat.value.terms.at(1).name, std::string("ts0"));
    QCOMPARE(line.substr(lat.value.terms.at(1).at.begin, 4), std::string("$ts0"));
    const HistAction &action = trigger.actions.at(0);
    QCOMPARE(action.system + ':' + action.event, std::string("sched:sched_waking"));
    QCOMPARE(action.synthetic, std::string("wakeup"));
    QVERIFY(!action.isDirect);
    QCOMPARE(action.arguments.size(), std::size_t{2});
    QCOMPARE(trigger.filter, std::string("next_pid > 0"));
    QCOMPARE(line.substr(trigger.filterAt.begin), trigger.filter);
    // Terms of + and - with * and / between them stay in their order.
    QCOMPARE(parseHistExpression("a+b*c-d").value().operators, std::string("+*-"));
    QVERIFY(printHistExpression(histField("id", HistModifier::Buckets, 10)) == "id.buckets=10");
}

void tst_HistTrigger::mistakesArePointedAt_data()
{
    QTest::addColumn<QString>("token");
    QTest::newRow("") << "";
    QTest::newRow("hits:keys=a") << "hits";
    QTest::newRow("hist") << "";
    QTest::newRow("hist:vals=a") << "";
    QTest::newRow("hist:keys=") << "";
    QTest::newRow("hist:keys=a,b,c,d") << "d";
    QTest::newRow("hist:keys=a.comm") << "comm";
    QTest::newRow("hist:keys=a.buckets=0") << "0";
    QTest::newRow("hist:keys=a.buckets") << "";
    QTest::newRow("hist:keys=a.hex=1") << "=1";
    QTest::newRow("hist:keys=a.percent") << "a.percent";
    QTest::newRow("hist:keys=a:sort=a,b,c") << "c";
    QTest::newRow("hist:keys=a:sort=a.down") << "down";
    QTest::newRow("hist:keys=a:size=100") << "100";
    QTest::newRow("hist:keys=a:size=big") << "big";
    QTest::newRow("hist:keys=a:b") << "b";
    QTest::newRow("hist:keys=a:1x=b") << "1x";
    QTest::newRow("hist:keys=a:x=b+") << "";
    QTest::newRow("hist:keys=a:x=b$c") << "b$c";
    QTest::newRow("hist:keys=a:x=-(b") << "";
    QTest::newRow("hist:keys=a:x=a+b+c+d+e") << "e";
    QTest::newRow("hist:keys=a:onmatch(b).trace(c)") << "b";
    QTest::newRow("hist:keys=a:onmatch(b.c)") << "";
    QTest::newRow("hist:keys=a:onmatch(b.c).trace()") << "";
    QTest::newRow("hist:keys=a:onmatch(b.c).save(d)") << "save";
    QTest::newRow("hist:keys=a:onmatch(b.c).trace(d,1)") << "1";
    QTest::newRow("hist:keys=a:onmax(b).save(c)") << "b";
    QTest::newRow("hist:keys=a:onmax($b).save()") << "";
    QTest::newRow("hist:keys=a:onmax($b).snapshot(c)") << "c";
    QTest::newRow("hist:keys=a:onchange($b).snapshot()x") << "x";
    QTest::newRow("hist:keys=a if") << "";
    QTest::newRow("hist:keys=a b if c == 1") << "a b";
    QTest::newRow("hist:keys=a\nhist:keys=b") << "\n";
}

void tst_HistTrigger::mistakesArePointedAt()
{
    QFETCH(const QString, token);
    const std::string line = QTest::currentDataTag();
    const auto trigger = parseHistTrigger(line);
    QVERIFY(!trigger.has_value());
    const ProbeError &error = trigger.error();
    QVERIFY(error.text.size() > 8 && error.text.ends_with('.'));
    QVERIFY(error.at.begin <= error.at.end && error.at.end <= line.size());
    QCOMPARE(QString::fromStdString(line.substr(error.at.begin, error.at.end - error.at.begin)),
             token);
}

void tst_HistTrigger::whateverIsPrintedIsParsed()
{
    const unsigned seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    Maker maker(random);
    for (int i = 0; i < 5000; ++i) {
        const HistTrigger trigger = maker.trigger();
        const std::string text = printHistTrigger(trigger);
        const auto parsed = parseHistTrigger(text);
        QVERIFY2(parsed.has_value(), parsed ? "" : (text + ": " + parsed.error().text).c_str());
        QVERIFY2(*parsed == trigger, text.c_str());
        QCOMPARE(printHistTrigger(*parsed), text);
    }
}

QTEST_GUILESS_MAIN(tst_HistTrigger)
#include "tst_histtrigger.moc"
