// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probecheck.h"

#include <QtTest/QTest>

#include <map>

using namespace thresher::capture;

namespace {

/// A kernel that has everything, until it is told not to.
class FakeKernel final : public ProbeKernel
{
public:
    const std::string &readme() const override { return text; }
    bool hasFile(const std::string &name) const override { return name != missing; }
    bool hasEventProbes() const override { return eventProbes; }
    std::string architecture() const override { return machine; }
    Symbol symbol(const std::string &module, const std::string &name) const override
    {
        Symbol symbol;
        symbol.exists = name.starts_with("no_") || module == "gone" ? Answer::No : Answer::Yes;
        symbol.isFunction = name != "jiffies";
        symbol.bytes = 64;
        if (name == "no_inline")
            symbol.similar = {"no_inline.isra.0", "no_inline.part.1"};
        return isKnown ? symbol : Symbol{};
    }
    Answer isTraceable(const std::string &function) const override
    {
        return function == "notrace_fn" ? Answer::No : Answer::Yes;
    }
    bool probesNotrace() const override { return notrace; }
    Answer isBlacklisted(const std::string &function) const override
    {
        return function == "do_int3" ? Answer::Yes : Answer::No;
    }
    std::optional<std::vector<std::string>> fields(const std::string &group,
                                                   const std::string &event) const override
    {
        if (group == "sched" && event == "sched_switch")
            return std::vector<std::string>{"prev_pid", "next_pid", "next_comm"};
        return std::nullopt;
    }

    std::string text = "p[: f[: t[: <argname> char, ustring symstr %pd %pD "
                       "kernel return probes support: $retval, $arg<N>";
    std::string missing;
    std::string machine = "x86_64";
    bool eventProbes = true;
    bool isKnown = true;
    bool notrace = false;
};

} // namespace

class tst_ProbeCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatTheKernelTakesPasses_data();
    void whatTheKernelTakesPasses();
    void whatIsWrongIsPointedAt_data();
    void whatIsWrongIsPointedAt();
    void anOldKernelIsNotAskedForNewForms_data();
    void anOldKernelIsNotAskedForNewForms();
    void whatIsNotKnownIsLeftToTheKernel();
};

void tst_ProbeCheck::whatTheKernelTakesPasses_data()
{
    QTest::addColumn<bool>("unused");
    for (const char *line :
         {"p:myprobe do_sys_open dfd=%ax filename=%dx flags=%cx mode=+4($stack)",
          "r:myretprobe do_sys_open $retval", "r do_sys_open $arg1", "p vfs_read+63 %di",
          "p vfs_read $arg1 count buf->x", "f vfs_read%return $retval", "t sched_switch preempt",
          "p /bin/bash:0x10 %di @+8 +0(%si):u8[4]", "r /bin/bash:0x10 +0($retval):string",
          "e:x sched.sched_switch $next_pid +0($next_comm):string $comm", "-:x", "s:lat u64 a",
          "p 0xffffffff81000000 %di", "p vfs_read +0(%di):string[3] $comm:string"})
        QTest::newRow(line) << true;
}

void tst_ProbeCheck::whatTheKernelTakesPasses()
{
    const auto spec = parseProbe(QTest::currentDataTag());
    QVERIFY(spec.has_value());
    const auto checked = checkProbe(*spec, FakeKernel());
    QVERIFY2(checked.has_value(), checked ? "" : checked.error().text.c_str());
}

void tst_ProbeCheck::whatIsWrongIsPointedAt_data()
{
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("word"); // of what is said
    QTest::addColumn<QString>("help");
    const auto row = [](const char *line, const char *token, const char *word,
                        const char *help = "") { QTest::newRow(line) << token << word << help; };
    row("p no_such", "no_such", "no function no_such", "inlined");
    row("p no_inline", "no_inline", "no function", "no_inline.isra.0, no_inline.part.1");
    row("p gone:x", "gone:x", "in the module gone");
    row("p jiffies", "jiffies", "is no function");
    row("p vfs_read+64", "vfs_read+64", "64 bytes only");
    row("p do_int3", "do_int3", "allows no probe");
    row("p notrace_fn", "notrace_fn", "notrace", "calls it");
    row("r vfs_read+4", "vfs_read+4", "at the function's begin");
    row("p:sched/sched_switch vfs_read", "p:sched/sched_switch", "already");
    row("p vfs_read $retval", "$retval", "return probes only");
    row("p vfs_read a=%rdi", "%rdi", "no register %rdi", "calls it %di");
    row("p vfs_read a=+8(%xyz)", "%xyz", "no register %xyz", "%di, %si");
    row("p /bin/bash:0x10 %x0", "%x0", "no register %x0");
    row("p vfs_read a=+8($retval)", "$retval", "return probes only");
    row("p vfs_read+8 $arg1", "$arg1", "function's begin");
    row("p vfs_read @+8", "@+8", "in programs only");
    row("p /bin/sh:0x10 $arg1", "$arg1", "no numbers", "%di");
    row("p /bin/sh:0x10 +0(@jiffies)", "@jiffies", "kernel's probes only");
    row("p /bin/sh:0x10 count", "count", "by name");
    row("p /bin/sh:0x10 $arg*", "$arg*", "by name");
    row("e:x sched.sched_swich", "sched.sched_swich", "no event");
    row("e:x sched.sched_switch +0($next_com):string", "$next_com", "no field next_com",
        "prev_pid, next_pid, next_comm");
    row("p x a=%di a=%si", "a=%si", "is taken");
    row("p x common_pid=%si", "common_pid=%si", "is taken");
    row("p x %di:u8[4]", "u8[4]", "from memory only", "+0(%di)");
    row("p x %di:string", "string", "from memory only", "+0(%di):string");
    row("p x $comm:u8", "u8", "string only");
    row("p x a_name_that_is_far_longer_than_any_kernel_would_take_it=+0(%di):u8[4]",
        "a_name_that_is_far_longer_than_any_kernel_would_take_it=+0(%di):u8[4]", "63 bytes");
}

void tst_ProbeCheck::whatIsWrongIsPointedAt()
{
    QFETCH(const QString, token);
    QFETCH(const QString, word);
    QFETCH(const QString, help);
    const std::string line = QTest::currentDataTag();
    const auto spec = parseProbe(line);
    QVERIFY(spec.has_value());
    const auto checked = checkProbe(*spec, FakeKernel());
    QVERIFY(!checked.has_value());
    const ProbeError &error = checked.error();
    QVERIFY2(error.text.find(word.toStdString()) != std::string::npos, error.text.c_str());
    QVERIFY2(error.help.find(help.toStdString()) != std::string::npos, error.help.c_str());
    QCOMPARE(line.substr(error.at.begin, error.at.end - error.at.begin), token.toStdString());
}

void tst_ProbeCheck::anOldKernelIsNotAskedForNewForms_data()
{
    QTest::addColumn<QString>("missing");
    QTest::addColumn<QString>("word");
    QTest::newRow("p vfs_read") << "kprobe_events"
                                << "CONFIG_KPROBE_EVENTS";
    QTest::newRow("p /bin/sh:0x10") << "uprobe_events"
                                    << "CONFIG_UPROBE_EVENTS";
    QTest::newRow("s:x u64 a") << "synthetic_events"
                               << "CONFIG_SYNTH_EVENTS";
    QTest::newRow("e:x sched.sched_switch") << ""
                                            << "CONFIG_EPROBE_EVENTS";
    QTest::newRow("f vfs_read") << ""
                                << "CONFIG_FPROBE_EVENTS";
    QTest::newRow("t sched_switch") << ""
                                    << "tracepoint probes";
    QTest::newRow("p vfs_read count") << ""
                                      << "BTF";
    QTest::newRow("r vfs_read $arg1") << ""
                                      << "entry only";
    QTest::newRow("p vfs_read %di:char") << ""
                                         << "type char";
    QTest::newRow("p vfs_read %di:%pd") << ""
                                        << "type %pd";
}

void tst_ProbeCheck::anOldKernelIsNotAskedForNewForms()
{
    QFETCH(const QString, missing);
    QFETCH(const QString, word);
    FakeKernel old;
    old.text = "p[:"; // all that it documents
    old.eventProbes = false;
    old.missing = missing.toStdString();
    const auto checked = checkProbe(parseProbe(QTest::currentDataTag()).value(), old);
    QVERIFY(!checked.has_value());
    QVERIFY2(checked.error().text.find(word.toStdString()) != std::string::npos,
             checked.error().text.c_str());
    QVERIFY(checkProbe(parseProbe(QTest::currentDataTag()).value(), FakeKernel()).has_value());
}

void tst_ProbeCheck::whatIsNotKnownIsLeftToTheKernel()
{
    FakeKernel blind;
    blind.text.clear();
    blind.isKnown = false;
    for (const char *line : {"p no_such+1000 %di", "f vfs_read count", "t x", "r x $arg1"})
        QVERIFY2(checkProbe(parseProbe(line).value(), blind).has_value(), line);
    FakeKernel other;
    other.machine = "riscv64";
    QVERIFY(checkProbe(parseProbe("p vfs_read %a0").value(), other).has_value());
    other.machine = "aarch64";
    QVERIFY(checkProbe(parseProbe("p vfs_read %x30 %sp %lr").value(), other).has_value());
    QVERIFY(!checkProbe(parseProbe("p vfs_read %x31").value(), other).has_value());
}

QTEST_GUILESS_MAIN(tst_ProbeCheck)
#include "tst_probecheck.moc"
