// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"
#include "capture/probes/probespec.h"

#include <QtTest/QTest>

#include <filesystem>

using namespace thresher;
using namespace thresher::capture;
namespace fs = std::filesystem;

/// Something to point at: adds one. Not the compiler's, whose instructions begin elsewhere in each
/// build: here, one begins at 4, and none at 5.
extern "C" int thresher_probed_function(int value);
asm(R"(
    .pushsection .text
    .globl thresher_probed_function
    .type thresher_probed_function, @function
thresher_probed_function:
)"
#ifdef __aarch64__
    "nop; add w0, w0, #1; ret"
#else
    "nop; nop; nop; nop; lea 1(%rdi), %eax; ret"
#endif
    R"(
    .size thresher_probed_function, . - thresher_probed_function
    .popsection
)");

namespace {

constexpr const char *kSet = R"({
  "version": 1, "title": "T", "help": "H",
  "parameters": [{"name": "lib", "text": "a file", "value": "/x.so"},
                 {"name": "must", "text": "a number"}],
  "alternatives": [
    {"needs": ["fprobes", "btf"], "lines": ["f:a b count"]},
    {"machine": "x86_64", "needs": ["uprobes"],
     "lines": [{"line": "p:a ${lib}:0x10 ${must}=%di", "filter": "x > 1", "triggers": ["traceoff"],
                "triggers_only": true}, "r:b ${lib}:0x10"]}
  ]
})";

} // namespace

class tst_ProbeSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSetComesBackAsItWasWritten();
    void theFirstAlternativeThatWorksIsTaken();
    void parametersAreFilledIn();
    void damagedSetsSaySo_data();
    void damagedSetsSaySo();
    void setsOfTheProgramAreSound_data();
    void setsOfTheProgramAreSound();
    void aSymbolBecomesItsPlaceInTheFile();
};

void tst_ProbeSet::aSetComesBackAsItWasWritten()
{
    const auto set = parseProbeSet(kSet, "s");
    QVERIFY2(set.has_value(), set ? "" : set.error().text().c_str());
    QCOMPARE(set->alternatives.size(), std::size_t{2});
    const ProbeRequest &probe = set->alternatives[1].probes[0];
    QCOMPARE(probe.filter, std::string("x > 1"));
    QVERIFY(probe.triggersOnly && probe.triggers == std::vector<std::string>{"traceoff"});
    QVERIFY(parseProbeSet(printProbeSet(*set), "s").value() == *set);
}

void tst_ProbeSet::theFirstAlternativeThatWorksIsTaken()
{
    const ProbeSet set = parseProbeSet(kSet, "s").value();
    const auto indexFor = [&](const ProbeTarget &target) {
        const ProbeAlternative *const chosen = chooseAlternative(set, target);
        return chosen == nullptr ? -1 : static_cast<int>(chosen - set.alternatives.data());
    };
    QCOMPARE(indexFor({"x86_64", {"fprobes", "btf", "uprobes"}, true}), 0);
    QCOMPARE(indexFor({"x86_64", {"fprobes", "uprobes"}, true}), 1);
    QCOMPARE(indexFor({"aarch64", {"fprobes", "uprobes"}, true}), -1);
    QCOMPARE(indexFor({"x86_64", {}, true}), -1);
    QCOMPARE(indexFor({"x86_64", {}, false}), 0); // nothing is known of the kernel
}

void tst_ProbeSet::parametersAreFilledIn()
{
    const ProbeSet set = parseProbeSet(kSet, "s").value();
    const ProbeAlternative &second = set.alternatives[1];
    const auto probes = fillIn(set, second, {{"must", "size"}, {"lib", "/y"}});
    QVERIFY(probes.has_value());
    QCOMPARE(probes->at(0).line, std::string("p:a /y:0x10 size=%di"));
    QCOMPARE(probes->at(1).line, std::string("r:b /y:0x10"));
    QVERIFY(fillIn(set, second, {}).error().text().find("must=") != std::string::npos);
    QVERIFY(fillIn(set, second, {{"must", "a"}, {"other", "b"}}).error().text().find("other")
            != std::string::npos);
}

void tst_ProbeSet::damagedSetsSaySo_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("word");
    const auto row = [](const char *name, const char *json, const char *word) {
        QTest::newRow(name) << json << word;
    };
    row("no JSON", "{", "no JSON");
    row("no version", R"({"alternatives": []})", "version 1");
    row("of the future", R"({"version": 2, "alternatives": []})", "version 1");
    row("empty", R"({"version": 1, "alternatives": []})", "alternatives");
    row("unknown key", R"({"version": 1, "surprise": 1, "alternatives": [{"lines": ["p a"]}]})",
        "surprise");
    row("wrong kind", R"({"version": 1, "title": 1, "alternatives": [{"lines": ["p a"]}]})",
        "title");
    row("no lines", R"({"version": 1, "alternatives": [{}]})", "lines");
    row("no line", R"({"version": 1, "alternatives": [{"lines": ["p"]}]})", "A function");
    row("no parameter", R"({"version": 1, "alternatives": [{"lines": ["p ${x}"]}]})",
        "no parameter x");
    row("no end", R"({"version": 1, "alternatives": [{"lines": ["p ${x"]}]})", "no parameter x");
    row("unknown key of a line",
        R"({"version": 1, "alternatives": [{"lines": [{"line": "p a", "x": 1}]}]})", "\"x\"");
}

void tst_ProbeSet::damagedSetsSaySo()
{
    QFETCH(const QString, json);
    QFETCH(const QString, word);
    const auto set = parseProbeSet(json.toStdString(), "s");
    QVERIFY(!set.has_value());
    QVERIFY2(set.error().text().find(word.toStdString()) != std::string::npos,
             set.error().text().c_str());
}

void tst_ProbeSet::setsOfTheProgramAreSound_data()
{
    QTest::addColumn<QString>("path");
    for (const auto &entry : fs::directory_iterator(THRESHER_PROBE_SETS))
        QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().string());
}

void tst_ProbeSet::setsOfTheProgramAreSound()
{
    QFETCH(const QString, path);
    const auto set = readProbeSet(path.toStdString());
    QVERIFY2(set.has_value(), set ? "" : set.error().text().c_str());
    QVERIFY(!set->title.empty() && !set->help.empty());
    for (const ProbeAlternative &alternative : set->alternatives) {
        QVERIFY(!alternative.needs.empty());
        const auto probes = fillIn(*set, alternative, {});
        QVERIFY2(probes.has_value(), probes ? "" : probes.error().text().c_str());
        for (const ProbeRequest &probe : *probes) {
            const ProbeSpec spec = parseProbe(probe.line).value();
            QVERIFY2(!spec.event.empty(), probe.line.c_str()); // columns are known by it
            // Needs what it says, and more for names of parameters.
            const auto needs = [&](const char *feature) {
                return std::find(alternative.needs.begin(), alternative.needs.end(), feature)
                       != alternative.needs.end();
            };
            QCOMPARE(spec.isUser(), needs("uprobes"));
            QCOMPARE(spec.kind == ProbeKind::Eprobe, needs("eprobes"));
            for (const FetchArgument &argument : spec.arguments)
                QVERIFY(argument.source.kind != FetchSource::Kind::Variable || needs("btf"));
        }
    }
}

void tst_ProbeSet::aSymbolBecomesItsPlaceInTheFile()
{
    QCOMPARE(thresher_probed_function(1), 2);
    const std::string self = fs::read_symlink("/proc/self/exe");
    const auto placed = placeProbe("p " + self + ":thresher_probed_function a=%di", {});
    QVERIFY2(placed.has_value(), placed ? "" : placed.error().text().c_str());
    const ProbeSpec spec = parseProbe(*placed).value();
    QVERIFY(!spec.isUnresolved());
    QCOMPARE(spec.event, std::string("thresher_probed_function__entry"));
    // The bytes there are the function's.
    QFile file(QString::fromStdString(self));
    QVERIFY(file.open(QIODevice::ReadOnly) && file.seek(static_cast<qint64>(spec.offset.value)));
    const QByteArray bytes = file.read(8);
    QVERIFY(bytes
            == QByteArray(reinterpret_cast<const char *>(
                              reinterpret_cast<const void *>(&thresher_probed_function)),
                          8));
    const auto further = placeProbe("p:x " + self + ":thresher_probed_function+4", {});
    QVERIFY2(further.has_value(), further ? "" : further.error().text().c_str());
    QCOMPARE(parseProbe(*further)->offset.value, spec.offset.value + 4);
    QVERIFY(!placeProbe("p:x " + self + ":thresher_probed_function+5", {}).has_value());

    QVERIFY(
        placeProbe("p " + self + ":no_such_function_here", {}).error().text().find("no function")
        != std::string::npos);
    QVERIFY(!placeProbe("p /nowhere/at/all:main", {}).has_value());
    QCOMPARE(placeProbe("p vfs_read %di", {}).value(), std::string("p vfs_read %di"));
}

QTEST_GUILESS_MAIN(tst_ProbeSet)
#include "tst_probeset.moc"
