// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probekernel.h"
#include "tests/capture/recorder/faketracefs.h"

#include <QtTest/QTest>

using namespace thresher::capture;
namespace fs = std::filesystem;
using Answer = ProbeKernel::Answer;

namespace {

const fs::path kTree = fs::path(THRESHER_TEST_OUTPUT) / "tracefs";

} // namespace

class tst_ProbeKernel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void symbolsHaveSizesAndModules();
    void whatCannotBeReadIsNotKnown();
    void functionsThatMayNotBeProbedAreKnown();
    void fieldsAreThoseOfTheFormat();

private:
    Machine m_machine;
};

void tst_ProbeKernel::init()
{
    FakeTracefs::build(kTree);
    m_machine = {kTree, true, {}, {}, kTree / "kallsyms", kTree / "blacklist"};
    writeFile(m_machine.kallsyms, "ffffffff81000000 T vfs_read\n"
                                  "ffffffff81000040 t vfs_read.cold\n"
                                  "ffffffff81000100 t gone.isra.0\n"
                                  "ffffffff81000020 T vfs_readv\n"
                                  "ffffffff82000000 D jiffies\n"
                                  "ffffffffc0000000 t ext4_read\t[ext4]\n"
                                  "ffffffffc0000800 t last\t[ext4]\n");
    writeFile(m_machine.kprobeBlacklist, "0xffffffff81001000-0xffffffff81001040\tdo_int3\n");
    writeFile(kTree / "available_filter_functions", "vfs_read\next4_read [ext4]\n");
}

void tst_ProbeKernel::symbolsHaveSizesAndModules()
{
    const FakeTracefs tracefs(kTree);
    const MachineProbeKernel kernel(tracefs, m_machine);
    QVERIFY(kernel.symbol("", "vfs_read").exists == Answer::Yes);
    QCOMPARE(kernel.symbol("", "vfs_read").bytes, std::uint64_t{0x20});
    QVERIFY(!kernel.symbol("", "jiffies").isFunction);
    QVERIFY(kernel.symbol("", "vfs_rea").exists == Answer::No);
    QCOMPARE(kernel.symbol("", "gone").similar, std::vector<std::string>{"gone.isra.0"});
    QVERIFY(kernel.symbol("ext4", "ext4_read").exists == Answer::Yes);
    QVERIFY(kernel.symbol("", "ext4_read").exists == Answer::Yes);
    QVERIFY(kernel.symbol("xfs", "ext4_read").exists == Answer::No);
    QCOMPARE(kernel.symbol("", "last").bytes, std::uint64_t{0}); // nothing is behind it
}

void tst_ProbeKernel::whatCannotBeReadIsNotKnown()
{
    m_machine.kallsyms = kTree / "nowhere";
    m_machine.kprobeBlacklist = kTree / "nowhere";
    fs::remove(kTree / "available_filter_functions");
    const FakeTracefs tracefs(kTree);
    const MachineProbeKernel kernel(tracefs, m_machine);
    QVERIFY(kernel.symbol("", "vfs_read").exists == Answer::Unknown);
    QVERIFY(kernel.isTraceable("vfs_read") == Answer::Unknown);
    QVERIFY(kernel.isBlacklisted("do_int3") == Answer::Unknown);
    QVERIFY(kernel.probesNotrace()); // the configuration is not known
}

void tst_ProbeKernel::functionsThatMayNotBeProbedAreKnown()
{
    m_machine.config = {{"CONFIG_KPROBES", "y"}};
    const FakeTracefs tracefs(kTree);
    const MachineProbeKernel kernel(tracefs, m_machine);
    QVERIFY(kernel.isTraceable("ext4_read") == Answer::Yes);
    QVERIFY(kernel.isTraceable("vfs_readv") == Answer::No);
    QVERIFY(kernel.isBlacklisted("do_int3") == Answer::Yes);
    QVERIFY(kernel.isBlacklisted("vfs_read") == Answer::No);
    QVERIFY(!kernel.probesNotrace());
    QVERIFY(kernel.hasFile("kprobe_events") && !kernel.hasFile("nothing"));
}

void tst_ProbeKernel::fieldsAreThoseOfTheFormat()
{
    writeFile(kTree / "events/sched/sched_switch/format",
              "name: sched_switch\nID: 1\nformat:\n"
              "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
              "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
              "\tfield:__data_loc char[] name;\toffset:24;\tsize:4;\tsigned:0;\n"
              "\tfield:const char * text;\toffset:28;\tsize:8;\tsigned:0;\n\nprint fmt: \"x\"\n");
    const FakeTracefs tracefs(kTree);
    const MachineProbeKernel kernel(tracefs, m_machine);
    QCOMPARE(kernel.fields("sched", "sched_switch").value(),
             (std::vector<std::string>{"common_type", "prev_comm", "name", "text"}));
    QVERIFY(!kernel.fields("sched", "nothing"));
    QVERIFY(!kernel.fields("..", "instances"));
}

QTEST_GUILESS_MAIN(tst_ProbeKernel)
#include "tst_probekernel.moc"
