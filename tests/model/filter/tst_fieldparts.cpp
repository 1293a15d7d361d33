// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rowprinter.h"
#include "tests/model/filter/filterscene.h"

#include <QTest>

#include <cstring>
#include <map>

using namespace thresher;
using namespace thresher::test;

namespace {

/// Calls use(payload) for each event of that name.
template<typename Use>
void forEvents(const std::shared_ptr<const IndexSnapshot> &snapshot, const char *system,
               const char *name, const Use &use)
{
    const EventFormat *event = snapshot->trace->events().find(system, name);
    RowPrinter printer(snapshot);
    const RowOrder order(snapshot);
    RowCursor rows(order, 0);
    while (const auto place = rows.next()) {
        const auto row = rowDataOf(*snapshot, *place);
        if (event == nullptr || row->event != event->id)
            continue;
        if (const auto record = printer.record(*place))
            use(record->payload, printer);
    }
}

std::uint64_t word(std::span<const std::byte> payload, std::size_t offset)
{
    std::uint64_t value = 0;
    if (offset + sizeof(value) <= payload.size())
        std::memcpy(&value, payload.data() + offset, sizeof(value));
    return value;
}

std::string error(const std::shared_ptr<const IndexSnapshot> &snapshot, const char *text)
{
    const auto filter = Filter::compile(text, snapshot->trace);
    return filter ? std::string() : filter.error().text();
}

} // namespace

class tst_fieldparts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anElementIsComparedAsAField();
    void aFunctionIsAllOfItsAddresses();
    void whatIsNoPartIsAnErrorThatSaysWhy();
};

void tst_fieldparts::anElementIsComparedAsAField()
{
    const auto snapshot = recording("sched-basic.dat");
    QVERIFY(snapshot);
    const EventFormat *event = snapshot->trace->events().find("raw_syscalls", "sys_enter");
    QVERIFY(event && event->field("args"));
    const std::size_t offset = event->field("args")->offset;
    for (const std::size_t i : {0U, 1U, 5U}) {
        std::map<std::uint64_t, std::int64_t> counts;
        std::int64_t small = 0;
        forEvents(snapshot, "raw_syscalls", "sys_enter",
                  [&](std::span<const std::byte> payload, RowPrinter &) {
                      const std::uint64_t value = word(payload, offset + 8 * i);
                      ++counts[value];
                      small += value < 100 ? 1 : 0;
                  });
        QVERIFY(!counts.empty());
        const std::string name = "args[" + std::to_string(i) + ']';
        const auto some = *std::next(counts.begin(),
                                     static_cast<std::ptrdiff_t>(counts.size() / 2));
        QCOMPARE(countBy(snapshot, name + " == " + std::to_string(some.first)), some.second);
        QCOMPARE(countBy(snapshot, "sys_enter: " + name + " < 100"), small);
        QCOMPARE(countBy(snapshot, "!(" + name + " >= 100)"), small);
    }
}

void tst_fieldparts::aFunctionIsAllOfItsAddresses()
{
    const auto snapshot = recording("kmem.dat");
    QVERIFY(snapshot);
    std::map<std::string, std::int64_t> counts;
    std::int64_t all = 0;
    for (const EventFormat &event : snapshot->trace->events().all()) {
        const EventField *field = event.field("call_site");
        if (field == nullptr || field->size != 8)
            continue;
        forEvents(snapshot, event.system.c_str(), event.name.c_str(),
                  [&](std::span<const std::byte> payload, RowPrinter &printer) {
                      const std::string symbol = printer.printer().symbol(
                          word(payload, field->offset));
                      ++counts[symbol.substr(0, symbol.find('+'))];
                      ++all;
                  });
    }
    counts.erase(std::string());
    if (counts.empty())
        QSKIP("the recording has no names of functions");
    for (const auto &[name, count] : counts) {
        QCOMPARE(countBy(snapshot, "call_site.function == " + name), count);
        QCOMPARE(countBy(snapshot, "call_site.function != " + name), all - count);
    }
    std::string set = "call_site.function in {";
    std::int64_t sum = 0;
    for (const auto &[name, count] : counts) {
        set += sum > 0 ? ", " + name : name;
        sum += count;
    }
    QCOMPARE(countBy(snapshot, set + "}"), sum);
}

void tst_fieldparts::whatIsNoPartIsAnErrorThatSaysWhy()
{
    const auto snapshot = recording("sched-basic.dat");
    QVERIFY(snapshot);
    QCOMPARE(error(snapshot, "sys_enter: args[6] == 1"),
             std::string("'args' has 6 elements, the last is [5]"));
    QCOMPARE(error(snapshot, "prev_comm[0] == 1"),
             std::string("an element of 'prev_comm' of type char[16], which is no array of numbers "
                         "of a fixed length"));
    QVERIFY(error(snapshot, "no_such[1] == 1").starts_with("no event has a field 'no_such[1]'"));
    QVERIFY(error(snapshot, "prev_prio.function > schedule").starts_with("'>' on a function"));
    const std::string unknown = error(snapshot, "id.function == no_such_function_at_all");
    QVERIFY2(unknown.starts_with("the trace knows no function 'no_such_function_at_all'")
                 || unknown.starts_with("the trace holds no names of functions"),
             unknown.c_str());
}

QTEST_GUILESS_MAIN(tst_fieldparts)
#include "tst_fieldparts.moc"
