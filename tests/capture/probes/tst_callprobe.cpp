// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/callprobe.h"
#include "capture/symbols/btf.h"

#include <QTest>

using namespace thresher;
using namespace thresher::capture;

/// Probes written as calls.
class tst_callprobe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void readsCalls_data();
    void readsCalls();
    void refusesWhatIsNoCall_data();
    void refusesWhatIsNoCall();
    void writesLines_data();
    void writesLines();
    void saysWhyThereIsNoSuchValue_data();
    void saysWhyThereIsNoSuchValue();
    void takesRegistersWhereNothingIsKnown();
    void findsFunctionsOfPrograms();

private:
    [[nodiscard]] Result<std::vector<ProbeSpec>> probes(const std::string &call) const;

    std::shared_ptr<const Btf> m_types;
};

void tst_callprobe::initTestCase()
{
    auto types = Btf::read(THRESHER_TEST_DATA "/btf/sample.btf");
    QVERIFY(types);
    m_types = *types;
}

/// As if the sample's functions were the kernel's.
Result<std::vector<ProbeSpec>> tst_callprobe::probes(const std::string &text) const
{
    THRESHER_TRY_ASSIGN(const auto call, parseProbeCall(text));
    const auto signature = m_types->function(call.function);
    if (!signature)
        return fail(ErrorKind::InvalidArgument, "no function");
    ProbeSpec place;
    place.symbol = call.function;
    return probesOfCall(
        place, describe(*m_types, *signature, placesOfCall(Machine::X86_64, *m_types, *signature)),
        m_types.get(), call.values);
}

void tst_callprobe::readsCalls_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArrayList>("parts"); // program, module, function, values
    const auto row = [](const char *text, const QByteArrayList &parts) {
        QTest::addRow("%s", text) << QByteArray(text) << parts;
    };
    row("vfs_read(count, ret)", {"", "", "vfs_read", "count", "ret"});
    row(" vfs_read( a->b.c ) ", {"", "", "vfs_read", "a->b.c"});
    row("vfs_read()", {"", "", "vfs_read"});
    row("ext4:ext4_open(*)", {"", "ext4", "ext4_open", "*"});
    row("/bin/bash:readline(ret)", {"/bin/bash", "", "readline", "ret"});
    row("./a:ns::f(x)", {"./a", "", "ns::f", "x"});
    row("/x/a.b:f(list[2].y,z)", {"/x/a.b", "", "f", "list[2].y", "z"});
}

void tst_callprobe::readsCalls()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArrayList, parts);
    QVERIFY(isProbeCall(text.toStdString()));
    const auto call = parseProbeCall(text.toStdString());
    QVERIFY(call);
    QByteArrayList got{QByteArray::fromStdString(call->program),
                       QByteArray::fromStdString(call->module),
                       QByteArray::fromStdString(call->function)};
    for (const std::string &value : call->values)
        got << QByteArray::fromStdString(value);
    QCOMPARE(got, parts);
}

void tst_callprobe::refusesWhatIsNoCall_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"p:x vfs_read +0(%di)", "malloc-sizes", "p /bin/bash:0x10(0x20)", "",
                             "()", "(a)", "f(a", "/bin/bash(ret)", "f(a,,b)", "f(,a)", "m:(a)"})
        QTest::addRow("%s", text) << QByteArray(text);
}

void tst_callprobe::refusesWhatIsNoCall()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseProbeCall(text.toStdString()));
}

void tst_callprobe::writesLines_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArrayList>("lines");
    const auto row = [](const char *call, const QByteArrayList &lines) {
        QTest::addRow("%s", call) << QByteArray(call) << lines;
    };
    row("bitten(count)", {"p bitten count=%si:u64"});
    row("bitten(count, ret)", {"p bitten count=%si:u64", "r bitten ret=$retval:s64"});
    row("bitten(bits->middle)", {"p bitten middle=+0(%di):b9@3/16"});
    row("opened(dentry->d_name.name, dentry->parent->d_name.name)",
        {"p opened name=+0(+24(%di)):string name2=+0(+24(+8(%di))):string"});
    row("opened(*)", {"p opened dentry=%di:x64 color=%si:u32 yes=%dx:u8 letter=%cx:s8",
                      "r opened ret=$retval:s32"});
    row("paired(pair.first, ret.second)", {"p paired first=%di:s64", "r paired second=%dx:s32"});
    row("paired(big.numbers[2])", {"p paired numbers=+24(%sp):s64"});
    row("nothing()", {"p nothing"});
    row("scaled(*)", {"p scaled by=%di:s32"});
}

void tst_callprobe::writesLines()
{
    QFETCH(QByteArray, call);
    QFETCH(QByteArrayList, lines);
    const auto specs = probes(call.toStdString());
    QVERIFY2(specs, specs ? "" : specs.error().what.c_str());
    QByteArrayList got;
    for (const ProbeSpec &spec : *specs) {
        got << QByteArray::fromStdString(printProbe(spec));
        const auto again = parseProbe(printProbe(spec));
        QVERIFY(again && *again == spec);
    }
    QCOMPARE(got, lines);
}

void tst_callprobe::saysWhyThereIsNoSuchValue_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArray>("why");
    QTest::addRow("name") << QByteArray("bitten(size)")
                          << QByteArray("There is no 'size' in bitten: bits, count, ret.");
    QTest::addRow("member") << QByteArray("bitten(bits->x)")
                            << QByteArray("bits->x: 'struct bits' has no member 'x'.");
    QTest::addRow("struct")
        << QByteArray("paired(pair)")
        << QByteArray("pair: it is in registers as a whole: choose one of its members.");
    QTest::addRow("float")
        << QByteArray("scaled(factor)")
        << QByteArray("factor: it is in a floating-point register, which probes cannot read.");
    QTest::addRow("void") << QByteArray("nothing(ret)") << QByteArray("ret: it returns nothing.");
}

void tst_callprobe::saysWhyThereIsNoSuchValue()
{
    QFETCH(QByteArray, call);
    QFETCH(QByteArray, why);
    const auto specs = probes(call.toStdString());
    QVERIFY(!specs);
    QCOMPARE(QByteArray::fromStdString(specs.error().what), why);
}

void tst_callprobe::takesRegistersWhereNothingIsKnown()
{
    ProbeSpec place;
    place.symbol = "f";
    const auto description = describeUntyped(Machine::X86_64, "f");
    const auto specs = probesOfCall(place, description, nullptr, {"arg1", "arg2", "ret"});
    QVERIFY(specs);
    QCOMPARE(printProbe(specs->at(0)), std::string("p f arg1=%di:x64 arg2=%si:x64"));
    QCOMPARE(printProbe(specs->at(1)), std::string("r f ret=$retval:x64"));
    QVERIFY(!probesOfCall(place, description, nullptr, {"arg1->x"}));
}

void tst_callprobe::findsFunctionsOfPrograms()
{
    const std::string program = THRESHER_PROBED;
    const auto call = parseProbeCall(program + ":probed::Counter::count(by, ret)");
    QVERIFY(call);
    const auto specs = probesOfCall(*call, {});
    QVERIFY2(specs, specs ? "" : specs.error().what.c_str());
    QCOMPARE(specs->size(), std::size_t{2});
    QCOMPARE(specs->at(0).event, std::string("probed__Counter__count__entry"));
    QCOMPARE(specs->at(1).event, std::string("probed__Counter__count__return"));
    QVERIFY(specs->at(0).kind == ProbeKind::Uprobe && specs->at(1).kind == ProbeKind::Uretprobe);
    QVERIFY(specs->at(0).offset.value != 0);
    const auto none = probesOfCall(*parseProbeCall(program + ":no_such(ret)"), {});
    QVERIFY(!none);
    QCOMPARE(none.error().where, program);
    QVERIFY(!probesOfCall(*parseProbeCall("/no/such/file:f(ret)"), {}));
}

QTEST_GUILESS_MAIN(tst_callprobe)

#include "tst_callprobe.moc"
