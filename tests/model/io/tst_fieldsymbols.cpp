// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/fieldsymbols.h"
#include "model/io/tracefile.h"

#include <QTest>

using namespace thresher;

class tst_fieldsymbols : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsPrintedInWordsIsFound();
    void aStateIsPrintedWithItsPlus();
    void whatDependsOnMoreIsLeftOut();
};

namespace {

// The fields' offsets are 8, 12, 16 …; 4 bytes each.
EventCatalog catalogOf(const std::vector<std::string> &fields, const std::string &printFormat)
{
    std::string text = "name: lab\nID: 7\nformat:\n"
                       "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n";
    std::size_t offset = 8;
    for (const std::string &field : fields) {
        text += "\tfield:" + field + ";\toffset:" + std::to_string(offset)
                + ";\tsize:4;\tsigned:1;\n";
        offset += 4;
    }
    text += "\nprint fmt: " + printFormat + "\n";
    // The texts of formats live as long as the trace that they are of.
    static std::vector<std::unique_ptr<std::string>> kept;
    kept.push_back(std::make_unique<std::string>(std::move(text)));
    EventCatalog catalog;
    if (!catalog.add("lab", *kept.back()))
        qFatal("a wrong format");
    return catalog;
}

} // namespace

void tst_fieldsymbols::whatIsPrintedInWordsIsFound()
{
    const EventCatalog catalog = catalogOf(
        {"int vec", "int flags"},
        R"("vec=%u [action=%s] flags=%s", REC->vec, __print_symbolic(REC->vec, { 0, "HI" }, )"
        R"({ 1, "TIMER" }), __print_flags(REC->flags, "|", { 1, "A" }, { 2, "B" }))");
    const auto all = FieldSymbols::of(catalog.event(EventTypeId{0}));
    QCOMPARE(all.size(), std::size_t{2});
    QCOMPARE(all[0].field().name, std::string("vec"));
    QCOMPARE(all[0].label(), std::string("action"));
    QVERIFY(!all[0].areFlags());
    QCOMPARE(all[0].symbols().size(), std::size_t{2});
    QCOMPARE(all[0].text(1), std::string("TIMER"));
    QCOMPARE(all[0].text(9), std::string("0x9"));
    QCOMPARE(all[1].label(), std::string("flags"));
    QVERIFY(all[1].areFlags());
    QCOMPARE(all[1].text(3), std::string("A|B"));
    QCOMPARE(all[1].text(-1), std::string("A|B|0xfffffffc"));
}

void tst_fieldsymbols::aStateIsPrintedWithItsPlus()
{
    const auto trace = TraceFile::open(THRESHER_TEST_DATA "/sched-basic.dat");
    QVERIFY(trace);
    const EventFormat *const event = (*trace)->events().find("sched", "sched_switch");
    QVERIFY(event != nullptr);
    const auto all = FieldSymbols::of(*event);
    QCOMPARE(all.size(), std::size_t{1});
    QCOMPARE(all[0].field().name, std::string("prev_state"));
    QCOMPARE(all[0].text(0), std::string("R"));
    QCOMPARE(all[0].text(2), std::string("D"));
    QCOMPARE(all[0].text(0x100), std::string("R+"));
    QCOMPARE(all[0].plainText(0x100), std::string("R"));
}

void tst_fieldsymbols::whatDependsOnMoreIsLeftOut()
{
    const EventCatalog catalog = catalogOf(
        {"int a", "int b"},
        R"("%s %s %d", __print_symbolic(REC->a + REC->b, { 0, "X" }), "text", REC->a)");
    QVERIFY(FieldSymbols::of(catalog.event(EventTypeId{0})).empty());
    const EventCatalog wrong = catalogOf({"int a"}, R"("%s", __no_such_thing(REC->a))");
    QVERIFY(FieldSymbols::of(wrong.event(EventTypeId{0})).empty());
}

QTEST_GUILESS_MAIN(tst_fieldsymbols)
#include "tst_fieldsymbols.moc"
