// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/callprobe.h"
#include "capture/probes/probedraft.h"
#include "capture/symbols/btf.h"

#include <QTest>

using namespace thresher;
using namespace thresher::capture;

namespace {

/// "NAME" or "NAME:FORMAT", as values of a draft.
std::vector<DraftValue> valuesOf(const QByteArrayList &texts)
{
    std::vector<DraftValue> values;
    for (const QByteArray &text : texts) {
        const auto parts = text.split(':');
        values.push_back({parts[0].toStdString(), {}, parts.value(1).toStdString()});
    }
    return values;
}

QByteArrayList linesOf(const std::vector<ProbeRequest> &probes)
{
    QByteArrayList lines;
    for (const ProbeRequest &probe : probes) {
        QByteArray line = QByteArray::fromStdString(probe.line);
        if (!probe.filter.empty())
            line += " IF " + QByteArray::fromStdString(probe.filter);
        for (const std::string &trigger : probe.triggers)
            line += " ! " + QByteArray::fromStdString(trigger);
        lines << line;
    }
    return lines;
}

} // namespace

/// From what was ticked to lines, and back.
class tst_probedraft : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void writesWhatWasTicked_data();
    void writesWhatWasTicked();
    void findsEveryValueOfItsOwnLines();
    void namesWhatTheKernelKnows_data();
    void namesWhatTheKernelKnows();
    void tellsWhatHasNoNumber();
    void takesLinesThatWereEdited_data();
    void takesLinesThatWereEdited();
    void leavesOtherLinesAlone_data();
    void leavesOtherLinesAlone();
    void dividesConditions();
    void dividesConditionsOfReturnsThatKnowTheirEntry();
    void refusesAConditionOfBoth();
    void countsInTheKernel();
    void offersFormatsThatFit_data();
    void offersFormatsThatFit();
    void tellsTheCall();
    void takesPointsWithoutReturn();

private:
    [[nodiscard]] ProbeSubject subject(const char *function,
                                       ParameterWords words = ParameterWords::Registers,
                                       ProbeKind kind = ProbeKind::Kprobe) const;
    static void checkLines(const ProbeSubject &place, const QByteArray &name,
                           const QByteArrayList &values, const QByteArrayList &lines);
    void findEveryValue(ParameterWords words) const;

    std::shared_ptr<const Btf> m_types;
};

void tst_probedraft::initTestCase()
{
    auto types = Btf::read(THRESHER_TEST_DATA "/btf/sample.btf");
    QVERIFY(types);
    m_types = *types;
}

/// As if the sample's functions were the kernel's.
ProbeSubject tst_probedraft::subject(const char *function, ParameterWords words,
                                     ProbeKind kind) const
{
    const auto signature = m_types->function(function);
    ProbeSubject subject;
    subject.place.kind = kind;
    subject.place.symbol = function;
    subject.types = m_types;
    if (signature)
        subject.description = describe(*m_types, *signature,
                                       placesOfCall(Machine::X86_64, *m_types, *signature));
    putInto(subject.description, m_types.get(), Machine::X86_64, words);
    return subject;
}

void tst_probedraft::writesWhatWasTicked_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArrayList>("values");
    QTest::addColumn<QByteArrayList>("lines");
    const auto row = [](const char *function, const QByteArrayList &values,
                        const QByteArrayList &lines) {
        QTest::addRow("%s %s", function, values.join(",").constData())
            << QByteArray(function) << values << lines;
    };
    row("nothing", {}, {"p:nothing__entry nothing"});
    row("bitten", {"count", "ret"},
        {"p:bitten__entry bitten count=%si:u64", "r:bitten__return bitten ret=$retval:s64"});
    row("bitten", {"count:x64", "bits->middle"},
        {"p:bitten__entry bitten count=%si:x64 middle=+0(%di):b9@3/16"});
    row("opened", {"dentry->d_name.name:x64", "dentry->iname", "dentry:symbol"},
        {"p:opened__entry opened name=+24(%di):x64 iname=+32(%di):string dentry=%di:symbol"});
    row("opened", {"dentry:string"}, {"p:opened__entry opened dentry=+0(%di):string"});
    row("named", {"ret:x64"}, {"p:named__entry named", "r:named__return named ret=$retval:x64"});
    row("named", {"ret:ustring"},
        {"p:named__entry named", "r:named__return named ret=+0($retval):ustring"});
}

void tst_probedraft::writesWhatWasTicked()
{
    QFETCH(QByteArray, function);
    QFETCH(QByteArrayList, values);
    QFETCH(QByteArrayList, lines);
    checkLines(subject(function.constData()), function, values, lines);
}

/// What is ticked makes these lines, and they are what was ticked again.
void tst_probedraft::checkLines(const ProbeSubject &place, const QByteArray &name,
                                const QByteArrayList &values, const QByteArrayList &lines)
{
    ProbeDraft draft;
    draft.name = name.toStdString();
    draft.values = valuesOf(values);
    draft.withReturn = lines.size() == 2;
    const auto probes = probesOf(place, draft);
    QVERIFY2(probes, probes ? "" : probes.error().text().c_str());
    QCOMPARE(linesOf(*probes), lines);
    const auto back = draftOf(place, *probes);
    QVERIFY(back);
    QVERIFY(*back == draft);
}

/// Each member that can be unfolded, in each of its formats.
void tst_probedraft::findEveryValue(ParameterWords words) const
{
    const std::pair<const char *, QByteArrayList> all[] = {
        {"opened",
         {"dentry", "dentry->flags", "dentry->parent", "dentry->parent->flags",
          "dentry->parent->parent->d_name.name", "dentry->d_name.hash", "dentry->d_name.len",
          "dentry->d_name.name", "dentry->iname", "color", "yes", "letter", "ret"}},
        {"bitten", {"bits", "bits->low", "bits->middle", "bits->high", "bits->yes", "count"}},
        {"paired",
         {"pair.first", "pair.second", "pair.letter", "big.numbers", "big.numbers[2]",
          "big.pairs[1].second", "big.call", "last", "ret.first", "ret.second"}},
        {"wide", {"flag", "flag[0]"}},
        {"many", {"a", "f", "g", "h", "ret"}},
    };
    int count = 0;
    for (const auto &[function, values] : all) {
        const ProbeSubject place = subject(function, words);
        for (const QByteArray &value : values) {
            const auto offer = offerOf(place, value.toStdString());
            // What is in memory, or in two registers, has neither name nor number.
            if (!offer && words != ParameterWords::Registers
                && !offerOf(place, dividedValue(value.toStdString()).first))
                continue;
            QVERIFY2(offer, value.constData());
            for (std::size_t i = 0; i < offer->formats.size(); ++i) {
                ProbeDraft draft;
                draft.name = "x";
                draft.values = {{value.toStdString(), {}, i == 0 ? "" : offer->formats[i]}};
                draft.withReturn = value.startsWith("ret");
                const auto probes = probesOf(place, draft);
                QVERIFY2(probes, value.constData());
                const auto back = draftOf(place, *probes);
                QVERIFY2(back, linesOf(*probes).join("; ").constData());
                QCOMPARE(QByteArray::fromStdString(back->values.at(0).value), value);
                QVERIFY(*back == draft);
                ++count;
            }
        }
    }
    QVERIFY(count > 60);
}

void tst_probedraft::findsEveryValueOfItsOwnLines()
{
    findEveryValue(ParameterWords::Registers);
    findEveryValue(ParameterWords::Numbers);
    findEveryValue(ParameterWords::Names);
    findEveryValue(ParameterWords::NamesOrRegisters);
}

/// As the kernel reads parameters and members by its own types.
void tst_probedraft::namesWhatTheKernelKnows_data()
{
    QTest::addColumn<ParameterWords>("words");
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArrayList>("values");
    QTest::addColumn<QByteArrayList>("lines");
    const auto row = [](const char *name, ParameterWords words, const char *function,
                        const QByteArrayList &values, const QByteArrayList &lines) {
        QTest::addRow("%s", name) << words << QByteArray(function) << values << lines;
    };
    using enum ParameterWords;
    row("numbers", Names, "bitten", {"count", "ret"},
        {"f:bitten__entry bitten count=count:u64", "f:bitten__return bitten%return "
                                                   "ret=$retval:s64"});
    row("members", Names, "opened",
        {"dentry->parent->flags", "dentry->parent->d_name.name", "dentry->iname", "yes"},
        {"f:opened__entry opened flags=dentry->parent->flags:u32 "
         "name=+0(dentry->parent->d_name.name):string iname=dentry->iname:string yes=yes:u8"});
    row("text as an address", Names, "opened", {"dentry->d_name.name:x64", "dentry:string"},
        {"f:opened__entry opened name=dentry->d_name.name:x64 dentry=+0(dentry):string"});
    row("what only numbers say", Names, "bitten", {"bits->middle", "count:x64"},
        {"f:bitten__entry bitten middle=+0($arg1):b9@3/16 count=count:x64"});
    row("elements", Names, "wide", {"flag[1]"}, {"f:wide__entry wide flag=+4($arg3):s32"});
    row("too long to be named", Names, "opened",
        {"dentry->parent->parent->parent->parent->d_name.name"},
        {"f:opened__entry opened name=+0(+24(+8(+8(+8(+8($arg1)))))):string"});
    row("by number", Numbers, "opened", {"dentry->flags", "letter", "ret"},
        {"f:opened__entry opened flags=+0($arg1):u32 letter=$arg4:s8",
         "f:opened__return opened%return ret=$retval:s32"});
}

void tst_probedraft::namesWhatTheKernelKnows()
{
    QFETCH(ParameterWords, words);
    QFETCH(QByteArray, function);
    QFETCH(QByteArrayList, values);
    QFETCH(QByteArrayList, lines);
    checkLines(subject(function.constData(), words, ProbeKind::FprobeEntry), function, values,
               lines);
}

void tst_probedraft::tellsWhatHasNoNumber()
{
    // Of "long many(…)" the seventh and eighth are on the stack.
    const ProbeSubject place = subject("many", ParameterWords::Numbers);
    QVERIFY(offerOf(place, "f"));
    const auto seventh = offerOf(place, "g");
    QVERIFY(!seventh);
    QVERIFY(seventh.error().what.find("register") != std::string::npos);
    QVERIFY(offerOf(subject("many", ParameterWords::NamesOrRegisters), "g"));
    // A struct in registers is cut out of them; it is no number, but the one behind it is.
    const ProbeSubject paired = subject("paired", ParameterWords::Names);
    QVERIFY(!offerOf(paired, "pair.second"));
    QVERIFY(offerOf(paired, "ret.first"));
    // The kernel would take the register of its place in the list, which holds half of a number.
    const auto flag = offerOf(subject("wide", ParameterWords::Names), "flag");
    QVERIFY(flag);
    QCOMPARE(printArgument(flag->argument), std::string("$arg3:x64"));
}

void tst_probedraft::takesLinesThatWereEdited_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QByteArray>("values"); // "VALUE NAME FORMAT;…"
    QTest::newRow("another name") << QByteArrayList{"p:x__entry opened colour=%si:u32"}
                                  << QByteArray("color colour ;");
    QTest::newRow("another format")
        << QByteArrayList{"p:x__entry opened color=%si:x32"} << QByteArray("color  x32;");
    QTest::newRow("member by offset")
        << QByteArrayList{"p:x__entry opened +24(%di):x64"} << QByteArray();
    QTest::newRow("named member") << QByteArrayList{"p:x__entry opened who=+0(+24(+8(%di))):string"}
                                  << QByteArray("dentry->parent->d_name.name who ;");
    QTest::newRow("a return with a suffix")
        << QByteArrayList{"p:x__entry opened", "p:x__return opened%return ret=$retval:s32"}
        << QByteArray("ret  ;");
}

void tst_probedraft::takesLinesThatWereEdited()
{
    QFETCH(QByteArrayList, lines);
    QFETCH(QByteArray, values);
    std::vector<ProbeRequest> probes;
    for (const QByteArray &line : lines)
        probes.emplace_back().line = line.toStdString();
    const auto draft = draftOf(subject("opened"), probes);
    QByteArray got;
    if (draft) {
        for (const DraftValue &each : draft->values)
            got += QByteArray::fromStdString(each.value + ' ' + each.name + ' ' + each.format
                                             + ';');
    }
    QCOMPARE(got, values);
}

void tst_probedraft::leavesOtherLinesAlone_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::newRow("none") << QByteArrayList{};
    QTest::newRow("no line") << QByteArrayList{"opened"};
    QTest::newRow("elsewhere") << QByteArrayList{"p:x__entry named"};
    QTest::newRow("within it") << QByteArrayList{"p:x__entry opened+4"};
    QTest::newRow("a name of its own") << QByteArrayList{"p:x opened"};
    QTest::newRow("a group of its own") << QByteArrayList{"p:g/x__entry opened"};
    QTest::newRow("the return only") << QByteArrayList{"r:x__return opened"};
    QTest::newRow("two names") << QByteArrayList{"p:x__entry opened", "r:y__return opened"};
    QTest::newRow("maxactive") << QByteArrayList{"p:x__entry opened", "r100:x__return opened"};
    QTest::newRow("a register of none") << QByteArrayList{"p:x__entry opened a=%r12:u64"};
    QTest::newRow("three") << QByteArrayList{"p:x__entry opened", "r:x__return opened",
                                             "p:y__entry opened"};
    QTest::newRow("a wrong width") << QByteArrayList{"p:x__entry opened color=%si:u16"};
}

void tst_probedraft::leavesOtherLinesAlone()
{
    QFETCH(QByteArrayList, lines);
    std::vector<ProbeRequest> probes;
    for (const QByteArray &line : lines)
        probes.emplace_back().line = line.toStdString();
    QVERIFY(!draftOf(subject("opened"), probes));
}

void tst_probedraft::dividesConditions()
{
    const ProbeSubject place = subject("bitten");
    ProbeDraft draft{"b", valuesOf({"count", "ret"}), true, {}, false, false};
    draft.filter = "count >= 65536 && comm ~ \"a && b\" && (ret < 0 || ret > 9)";
    draft.kernelStack = true;
    const auto probes = probesOf(place, draft);
    QVERIFY(probes);
    QCOMPARE(linesOf(*probes),
             (QByteArrayList{"p:b__entry bitten count=%si:u64 IF count >= 65536 && comm ~ \"a && "
                             "b\" ! stacktrace if count >= 65536 && comm ~ \"a && b\"",
                             "r:b__return bitten ret=$retval:s64 IF comm ~ \"a && b\" && (ret < 0 "
                             "|| ret > 9)"}));
    const auto back = draftOf(place, *probes);
    QVERIFY(back);
    QVERIFY(*back == draft);
}

/// By newer kernels, which keep a call's parameters for its return.
void tst_probedraft::dividesConditionsOfReturnsThatKnowTheirEntry()
{
    ProbeSubject place = subject("bitten", ParameterWords::NamesOrRegisters);
    place.knowsEntryAtReturn = true;
    ProbeDraft draft{"b", valuesOf({"count", "bits->low", "ret"}), true, {}, false, false};
    const auto linesFor = [&](const char *filter) {
        draft.filter = filter;
        const auto probes = probesOf(place, draft);
        if (!probes)
            return QByteArrayList{QByteArray::fromStdString(probes.error().what)};
        const auto back = draftOf(place, *probes);
        // The order of conditions is not kept.
        return back && back->values == draft.values ? linesOf(*probes)
                                                    : QByteArrayList{"not found again"};
    };
    const QByteArray entry = "p:b__entry bitten count=count:u64 low=+0($arg1):b3@0/8";
    const QByteArray end = "r:b__return bitten ret=$retval:s64";
    QCOMPARE(linesFor(""), (QByteArrayList{entry, end}));
    QCOMPARE(linesFor("count > 9"),
             (QByteArrayList{entry + " IF count > 9", end + " count=count:u64 IF count > 9"}));
    QCOMPARE(linesFor("count > 9 && ret < 0"),
             (QByteArrayList{entry + " IF count > 9",
                             end + " count=count:u64 IF count > 9 && ret < 0"}));
    // What a parameter points to may be another by then.
    QCOMPARE(linesFor("low == 1 && ret < 0"),
             (QByteArrayList{entry + " IF low == 1", end + " IF ret < 0"}));
    // Of both at once only the return can tell.
    QCOMPARE(linesFor("count > 9 || ret < 0"),
             (QByteArrayList{entry, end + " count=count:u64 IF count > 9 || ret < 0"}));
    // What is in a register is gone by then.
    place = subject("bitten");
    place.knowsEntryAtReturn = true;
    QCOMPARE(
        linesFor("count > 9"),
        (QByteArrayList{"p:b__entry bitten count=%si:u64 low=+0(%di):b3@0/8 IF count > 9", end}));
}

void tst_probedraft::refusesAConditionOfBoth()
{
    ProbeDraft draft{"b", valuesOf({"count", "ret"}), true, "count > 1 || ret < 0", false, false};
    const auto probes = probesOf(subject("bitten"), draft);
    QVERIFY(!probes);
    QVERIFY(probes.error().what.find("count > 1 || ret < 0") != std::string::npos);
    draft.values = valuesOf({"arg9"});
    QVERIFY(!probesOf(subject("bitten"), draft));
}

void tst_probedraft::countsInTheKernel()
{
    const ProbeSubject place = subject("bitten");
    const ProbeDraft draft{"b", valuesOf({"count"}), false, "count > 1", false, true};
    const auto probes = probesOf(place, draft);
    QVERIFY(probes);
    QCOMPARE(linesOf(*probes), (QByteArrayList{"p:b__entry bitten count=%si:u64 ! "
                                               "hist:keys=common_pid.execname if count > 1"}));
    QVERIFY(probes->front().triggersOnly);
    const auto back = draftOf(place, *probes);
    QVERIFY(back);
    QVERIFY(*back == draft);
}

void tst_probedraft::offersFormatsThatFit_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("formats");
    const auto row = [](const char *function, const char *value, const char *formats) {
        QTest::addRow("%s", value)
            << QByteArray(function) << QByteArray(value) << QByteArray(formats);
    };
    row("bitten", "count", "u64 s64 x64");
    row("opened", "color", "u32 s32 x32");
    row("opened", "dentry", "x64 u64 s64 string ustring symbol");
    row("opened", "dentry->iname", "string ustring");
    row("opened", "dentry->d_name.name", "string ustring x64");
    row("bitten", "bits->middle", "b");
    row("paired", "big.numbers", "s64 u64 x64");
    row("opened", "dentry->d_name", "'struct qstr' is a struct: choose one of its members");
    row("opened", "nobody", "there is no 'nobody'");
}

void tst_probedraft::offersFormatsThatFit()
{
    QFETCH(QByteArray, function);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, formats);
    const auto offer = offerOf(subject(function.constData()), value.toStdString());
    QByteArrayList got;
    if (offer) {
        for (const std::string &each : offer->formats)
            got << QByteArray::fromStdString(each);
    } else {
        got << QByteArray::fromStdString(offer.error().what);
    }
    QCOMPARE(got.join(' '), formats);
}

void tst_probedraft::tellsTheCall()
{
    const ProbeSubject place = subject("bitten");
    ProbeDraft draft{"bitten", valuesOf({"count", "bits->low", "ret"}), true, {}, false, false};
    auto call = callOf(place, draft);
    QVERIFY(call);
    QCOMPARE(call->line, std::string("bitten(count, bits->low, ret)"));
    draft.values[0].format = "x64";
    QVERIFY(!callOf(place, draft));
    draft.values = valuesOf({"count"});
    QVERIFY(!callOf(place, draft)); // A call without "ret" has no return.
    draft.withReturn = false;
    draft.filter = "count > 1";
    call = callOf(place, draft);
    QVERIFY(call);
    QCOMPARE(call->line, std::string("bitten(count)"));
    QCOMPARE(call->filter, std::string("count > 1"));
}

void tst_probedraft::takesPointsWithoutReturn()
{
    ProbeSubject point;
    point.returns = false;
    point.place.kind = ProbeKind::Eprobe;
    point.place.parentGroup = "sched";
    point.place.symbol = "sched_switch";
    point.description.name = "sched_switch";
    DescribedValue field;
    field.name = "prev_pid";
    field.type = "pid_t";
    field.fetch = "$prev_pid:s32";
    point.description.parameters = {field};
    field.name = "prev_comm";
    field.type = "char[16]";
    field.fetch = "$prev_comm:string";
    point.description.parameters.push_back(field);
    ProbeDraft draft{
        "switched", valuesOf({"prev_comm", "prev_pid:x32"}), false, "prev_pid > 0", true, false};
    const auto probes = probesOf(point, draft);
    QVERIFY(probes);
    QCOMPARE(linesOf(*probes),
             (QByteArrayList{"e:switched sched.sched_switch prev_comm=$prev_comm:string "
                             "prev_pid=$prev_pid:x32 IF prev_pid > 0 ! stacktrace if prev_pid > "
                             "0"}));
    const auto back = draftOf(point, *probes);
    QVERIFY(back);
    QVERIFY(*back == draft);
    QVERIFY(!probesOf(point, {"x", valuesOf({"ret"}), false, {}, false, false}));
}

QTEST_GUILESS_MAIN(tst_probedraft)
#include "tst_probedraft.moc"
