// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probespec.h"
#include "tests/capture/probes/randomprobe.h"

#include <QtTest/QTest>

#include <random>

using namespace thresher::capture;
using Kind = FetchSource::Kind;

class tst_ProbeSpec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormComesBackAsItWas_data();
    void everyFormComesBackAsItWas();
    void otherSpellingsAreWrittenInTheKernels_data();
    void otherSpellingsAreWrittenInTheKernels();
    void partsOfALineAreTold();
    void partsOfAnArgumentAreTold();
    void mistakesArePointedAt_data();
    void mistakesArePointedAt();
    void whateverIsPrintedIsParsed();
    void eventsAreCalledByTheirTargets_data();
    void eventsAreCalledByTheirTargets();
};

void tst_ProbeSpec::everyFormComesBackAsItWas_data()
{
    QTest::addColumn<int>("kind");
    const auto rows = [](ProbeKind kind, std::initializer_list<const char *> lines) {
        for (const char *line : lines)
            QTest::newRow(line) << static_cast<int>(kind);
    };
    rows(ProbeKind::Kprobe,
         {"p:myprobe do_sys_open dfd=%ax filename=%dx flags=%cx mode=+4($stack)", "p vfs_read",
          "p:grp/ vfs_read", "p:kprobes/p_vfs_read_0 vfs_read+0 arg1=$arg1",
          "p:my-group/ev ext4:ext4_file_open+0x10 file=%si", "p 0xffffffff81234567",
          "p x $stack0 $stack12 $stack $comm $COMM",
          "p x @jiffies @jiffies_64+8 @jiffies-0x10 @0xffffffff82000000",
          "p x +0(%di):string +u8(%si):ustring -16(+8(+0x10($arg1))):x32",
          "p x a=%di:u8 b=%di:u16 c=%di:u32 d=%di:u64 e=%di:s8 f=%di:s16 g=%di:s32 h=%di:s64",
          "p x %di:x8 %di:x16 %di:x32 %di:x64 %di:char %di:symbol %di:symstr %di:%pd %di:%pD",
          "p x flags=%di:b4@3/32 +0(%si):b1@0/8[4] +0(%si):u8[64] +0(%si):string[2]",
          "p x tag=\\\"open\" n=\\42 m=\\-1 h=\\0xff o=\\017",
          "p x count pos file->f_path.dentry->d_name.name:string", "p x $arg*",
          "p x inode=(dentry)$arg2->d_inode.i_ino (file)+8(%di)->f_mode", "p foo.isra.0+4 %di"});
    rows(ProbeKind::Kretprobe,
         {"r:myretprobe do_sys_open $retval", "r100:g/e vfs_read ret=$retval:s64", "r:e vfs_read+0",
          "p:e vfs_read%return $retval", "r:e dget $retval->d_name.len:u32", "r0 mod:fn $comm"});
    rows(ProbeKind::FprobeEntry, {"f vfs_read count", "f:g/e vfs_read $arg*"});
    rows(ProbeKind::FprobeExit,
         {"f vfs_read%return $retval", "f16:fprobes/vfs_read__exit vfs_read%return ret=$retval"});
    rows(ProbeKind::Tracepoint, {"t sched_switch preempt", "t:tracepoints/sw sched_switch $arg*"});
    rows(ProbeKind::Uprobe,
         {"p /bin/bash:0x4245c0", "p:uprobes/p_bash_0x4245c0 /bin/bash:0x00000000004245c0",
          "p:m /lib/libc.so.6:0x9d8c0 size=%di:u64 @+0x1000 @0x7fff0000", "p:u /opt/a:b/c:4096",
          "p:sdt /usr/bin/x:0x1234(0x5678) +0(%r8):string", "p:s /bin/bash:readline+4",
          "p:s /lib/l.so:_ZN3foo3barEv@VER $stack2"});
    rows(ProbeKind::Uretprobe,
         {"r:zfree_exit /bin/zsh:0x46420 %ip %ax", "r /bin/bash:0x4245c0 $retval",
          "p /bin/bash:0x4245c0%return $retval", "p /bin/bash:0x10%return(0x20)",
          "r:s /bin/bash:readline +0($retval):string"});
    rows(ProbeKind::Eprobe,
         {"e syscalls.sys_enter_openat", "e:open syscalls.sys_enter_openat +0($filename):ustring",
          "e:g/e sched.sched_switch next=$next_pid:s32 c=$comm if next_pid > 0 && prev_prio < 100",
          "e:x g.e stack=$stack"});
    rows(ProbeKind::Synthetic, {"s:wakeup_lat u64 lat; pid_t pid; char comm[16]",
                                "s:synthetic/b unsigned long stack[]; char[] text"});
    rows(ProbeKind::Delete, {"-:myprobe", "-:uprobes/p_bash_0x4245c0"});
}

void tst_ProbeSpec::everyFormComesBackAsItWas()
{
    QFETCH(const int, kind);
    const std::string line = QTest::currentDataTag();
    const auto spec = parseProbe(line);
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().text.c_str());
    QCOMPARE(static_cast<int>(spec->kind), kind);
    QCOMPARE(printProbe(*spec), line);
}

void tst_ProbeSpec::otherSpellingsAreWrittenInTheKernels_data()
{
    QTest::addColumn<QString>("expected");
    QTest::newRow("p: /bin/bash:0x4245c0") << "p /bin/bash:0x4245c0";
    QTest::newRow("r: /bin/bash:0x4245c0 $retval") << "r /bin/bash:0x4245c0 $retval";
    QTest::newRow("  p:a\tvfs_read   %di \t# what is read") << "p:a vfs_read %di";
    QTest::newRow("p:g.e vfs_read") << "p:g/e vfs_read";
    QTest::newRow("e:x sched/sched_switch $prev_pid") << "e:x sched.sched_switch $prev_pid";
    QTest::newRow("e:x a.b  if  c == 1") << "e:x a.b if c == 1";
    QTest::newRow("p x +0XFF(%di)") << "p x +0xff(%di)";
    QTest::newRow("s:lat  u64  lat ;pid_t pid;") << "s:lat u64 lat; pid_t pid";
}

void tst_ProbeSpec::otherSpellingsAreWrittenInTheKernels()
{
    QFETCH(const QString, expected);
    const auto spec = parseProbe(QTest::currentDataTag());
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().text.c_str());
    QCOMPARE(QString::fromStdString(printProbe(*spec)), expected);
    QVERIFY(parseProbe(printProbe(*spec)).value() == *spec);
}

void tst_ProbeSpec::partsOfALineAreTold()
{
    const std::string line = "r32:grp/ev ext4:ext4_read+0x0 a=$retval";
    const ProbeSpec spec = parseProbe(line).value();
    QCOMPARE(spec.maxActive.value(), 32U);
    QCOMPARE(spec.group, std::string("grp"));
    QCOMPARE(spec.event, std::string("ev"));
    QCOMPARE(spec.module, std::string("ext4"));
    QCOMPARE(spec.symbol, std::string("ext4_read"));
    QVERIFY(spec.isReturn() && spec.hasOffset && !spec.isUser());
    QCOMPARE(line.substr(spec.headAt.begin, spec.headAt.end), std::string("r32:grp/ev"));
    QCOMPARE(spec.targetAt.begin, 11U);
    QCOMPARE(spec.arguments.at(0).at.begin, 30U);

    const ProbeSpec user = parseProbe("p /usr/lib/a:b.so:0x4245c0(0x10)").value();
    QCOMPARE(user.path, std::string("/usr/lib/a:b.so"));
    QCOMPARE(user.offset.value, std::uint64_t{0x4245c0});
    QCOMPARE(user.referenceCounter->value, std::uint64_t{16});
    QVERIFY(!user.isUnresolved());
    QVERIFY(parseProbe("p /bin/bash:main").value().isUnresolved());

    const ProbeSpec event = parseProbe("e:o syscalls.sys_exit_read r=$ret if ret < 0").value();
    QCOMPARE(event.parentGroup, std::string("syscalls"));
    QCOMPARE(event.symbol, std::string("sys_exit_read"));
    QCOMPARE(event.filter, std::string("ret < 0"));

    const ProbeSpec synthetic = parseProbe("s:x unsigned long a; char c[16]").value();
    QCOMPARE(synthetic.fields.at(0).type, std::string("unsigned long"));
    QCOMPARE(synthetic.fields.at(1).name, std::string("c"));
    QCOMPARE(synthetic.fields.at(1).array, std::string("[16]"));
}

void tst_ProbeSpec::partsOfAnArgumentAreTold()
{
    const auto argument = [](const char *text) {
        return parseFetchArgument(text, ProbeKind::Kprobe).value();
    };
    FetchArgument deep = argument("name=-u8(+0x10(%di)):b3@4/16[2]");
    QCOMPARE(deep.name, std::string("name"));
    QVERIFY(deep.source.kind == Kind::Dereference);
    QVERIFY(deep.source.isNegative && deep.source.isUser);
    QCOMPARE(deep.source.number.value, std::uint64_t{8});
    QVERIFY(!deep.source.inner.at(0).isNegative && !deep.source.inner.at(0).isUser);
    QCOMPARE(deep.source.inner.at(0).inner.at(0).name, std::string("di"));
    QVERIFY(deep.type.isBitField());
    QCOMPARE(deep.type.bitWidth, 3U);
    QCOMPARE(deep.type.bitOffset, 4U);
    QCOMPARE(deep.type.container, 16U);
    QCOMPARE(deep.type.count, 2U);

    const FetchSource chain = argument("dentry->d_name.name:string").source;
    QVERIFY(chain.kind == Kind::Variable);
    QVERIFY(chain.members == (std::vector<ProbeMember>{{true, "d_name"}, {false, "name"}}));
    QVERIFY(argument("$stack").source.kind == Kind::Stack);
    QCOMPARE(argument("$stack7").source.number.value, std::uint64_t{7});
    QVERIFY(argument("@jiffies").source.kind == Kind::Symbol);
    QVERIFY(argument("@+16").source.kind == Kind::FileOffset);
    QVERIFY(argument("@16").source.kind == Kind::Address);
    // The same words are fields of a parent event.
    QVERIFY(parseFetchArgument("$stack7", ProbeKind::Eprobe)->source.kind == Kind::Field);
    QVERIFY(parseFetchArgument("$comm", ProbeKind::Eprobe)->source.kind == Kind::Comm);
}

void tst_ProbeSpec::mistakesArePointedAt_data()
{
    QTest::addColumn<unsigned>("at");
    QTest::addColumn<QString>("word"); // of what is said
    const auto row = [](const char *line, unsigned at, const char *word) {
        QTest::newRow(line) << at << word;
    };
    row("", 0, "A probe");
    row("   # nothing", 3, "A probe");
    row("x:y vfs_read", 0, "p, r, f, t, e, s or -");
    row("p", 1, "A function");
    row("e:x", 3, "GROUP.EVENT");
    row("e:x switch", 4, "GROUP.EVENT");
    row("-", 1, "colon");
    row("-:", 2, "name");
    row("-:a b", 4, "Nothing more");
    row("p5:a vfs_read", 1, "colon");
    row("r5000:a vfs_read", 1, "0 to 4096");
    row("f5:a vfs_read", 0, "SYMBOL%return");
    row("p:1a vfs_read", 2, "An event's name");
    row("p:g/a-b vfs_read", 4, "An event's name");
    row("p:g+/a vfs_read", 2, "A group's name");
    row("p:a23456789012345678901234567890123456789012345678901234567890123456 x", 2, "63 bytes");
    row("p:a vfs_read-4", 4, "A function");
    row("p:a vfs_read+x", 13, "A number");
    row("p:a m/:x", 4, "from the root");
    row("p:a 1m:x", 4, "module");
    row("f:a vfs_read+4", 4, "without an offset");
    row("t:a sched:sched_switch", 4, "tracepoint");
    row("p:a bin/sh:0x10", 4, "from the root");
    row("p:a /bin/sh", 11, "colon");
    row("p:a /bin/sh:", 12, "A place in the file");
    row("p:a /bin/sh:0x10(3", 18, "closing )");
    row("r5:a /bin/sh:0x10", 0, "no such number");
    row("p:a x 1a=%di", 6, "An argument's name");
    row("p:a x a=", 8, "A value");
    row("p:a x %", 6, "register");
    row("p:a x $foo", 6, "$stackN");
    row("p:a x $arg0", 10, "1 to 128");
    row("p:a x $argument", 10, "1 to 128");
    row("p:a x $stack01", 12, "stack entry");
    row("p:a x a=$arg*", 6, "stands alone");
    row("p:a x @", 7, "An address");
    row("p:a x @sym*2", 10, "+ or -");
    row("p:a x +(%di)", 7, "A number");
    row("p:a x +8%di", 7, "An offset and (");
    row("p:a x +8(%di", 12, "closing )");
    row("p:a x +8(+0()", 12, "closing )");
    row("p:a x +8()", 9, "A value");
    row("p:a x +09(%di)", 7, "A number");
    row("p:a x +0x1ffffffffffffffff(%di)", 7, "64 bits");
    row("p:a x \\\"a b\"", 9, "closing \"");
    row("p:a x \\\"ab\"c", 11, "Nothing");
    row("p:a x \\z", 7, "A number");
    row("p:a x file->", 12, "member's name");
    row("p:a x file.f+8", 12, "-> or .");
    row("p:a x (file)%di", 15, "->");
    row("p:a x ()%di->x", 7, "struct");
    row("p:a x %di:u9", 10, "A type");
    row("p:a x %di:", 10, "A type");
    row("p:a x %di:u8[", 13, "closing ]");
    row("p:a x %di:u8[65]", 13, "1 to 64");
    row("p:a x %di:u8[0]", 13, "1 to 64");
    row("p:a x %di:b4@6/8", 10, "does not fit");
    row("p:a x %di:b4@0/24", 15, "8, 16, 32 or 64");
    row("p:a x %di:b4/8@0", 10, "A type");
    row("e:a g.e $prev-pid", 9, "field");
    row("e:a g.e $x if", 13, "A condition");
    row("s:lat", 5, "Fields");
    row("s:lat u64", 6, "A type and");
    row("s:lat u64 a[", 11, "closing ]");
    row("s:lat u64* a", 6, "A type");
    row("s:other/lat u64 a", 0, "synthetic");
}

void tst_ProbeSpec::mistakesArePointedAt()
{
    QFETCH(const unsigned, at);
    QFETCH(const QString, word);
    const auto spec = parseProbe(QTest::currentDataTag());
    QVERIFY(!spec.has_value());
    QVERIFY2(spec.error().text.find(word.toStdString()) != std::string::npos,
             spec.error().text.c_str());
    QCOMPARE(spec.error().at.begin, at);
    QVERIFY(spec.error().at.end <= std::string(QTest::currentDataTag()).size());
}

void tst_ProbeSpec::whateverIsPrintedIsParsed()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const ProbeSpec spec = randomProbe(random);
        const std::string line = printProbe(spec);
        const auto again = parseProbe(line);
        QVERIFY2(again.has_value(), again ? "" : (line + ": " + again.error().text).c_str());
        QVERIFY2(*again == spec, line.c_str());
        QCOMPARE(printProbe(*again), line);
    }
}

void tst_ProbeSpec::eventsAreCalledByTheirTargets_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("p vfs_read") << "vfs_read__entry";
    QTest::newRow("p vfs_read+0") << "vfs_read__entry";
    QTest::newRow("r vfs_read") << "vfs_read__return";
    QTest::newRow("p vfs_read%return") << "vfs_read__return";
    QTest::newRow("p vfs_read+0x14") << "vfs_read_0x14";
    QTest::newRow("p foo.isra.0") << "foo_isra_0__entry";
    QTest::newRow("f vfs_read%return") << "vfs_read__return";
    QTest::newRow("t sched_switch") << "sched_switch";
    QTest::newRow("p: /bin/bash:0x4245c0") << "bash_0x4245c0__entry";
    QTest::newRow("r /lib/libc.so.6:00755") << "libc_so_6_0x1ed__return";
    QTest::newRow("r /bin/bash:readline") << "readline__return";
    QTest::newRow("e syscalls.sys_enter_read") << "sys_enter_read";
    QTest::newRow("p 0xffffffff81000000") << "_0xffffffff81000000__entry";
    QTest::newRow("p f234567890123456789012345678901234567890123456789012345678901234567890")
        << "f2345678901234567890123456789012345678901234567890123456__entry";
}

void tst_ProbeSpec::eventsAreCalledByTheirTargets()
{
    QFETCH(const QString, name);
    const ProbeSpec spec = parseProbe(QTest::currentDataTag()).value();
    QCOMPARE(QString::fromStdString(suggestedEventName(spec)), name);
    QVERIFY(isIdentifier(name.toStdString()) && name.size() < 64);
}

QTEST_GUILESS_MAIN(tst_ProbeSpec)
#include "tst_probespec.moc"
