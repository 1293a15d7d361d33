// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/io/eventcatalog.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace thresher;
using namespace std::string_literals;

namespace {

std::string format(std::string_view fields, std::string_view name = "x", std::string_view id = "7")
{
    return "name: "s + std::string(name) + "\nID: " + std::string(id) + "\nformat:\n"
           + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
             "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
           + std::string(fields) + "\nprint fmt: \"\"\n";
}

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::vector<std::byte> bytes(std::initializer_list<int> values)
{
    std::vector<std::byte> result;
    for (const int value : values)
        result.push_back(static_cast<std::byte>(value));
    return result;
}

} // namespace

class tst_EventCatalog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFieldIsReadAsItIsDeclared_data();
    void aFieldIsReadAsItIsDeclared();
    void textsThatContradictThemselvesAddNothing_data();
    void textsThatContradictThemselvesAddNothing();
    void eventsAreFoundByNumberAndName();
    void anUnknownNumberIsTheUnknownEvent();
    void numbersAreReadInBothEndiannesses();
    void aRecordTooShortForAFieldReadsAsZero();
    void stringsEndAtTheirNulAndStayInTheRecord();
};

void tst_EventCatalog::aFieldIsReadAsItIsDeclared_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char *title, const char *line, const char *name, const char *type,
                        const char *kind) {
        QTest::newRow(title) << QByteArray(line) << q(name) << q(type) << q(kind);
    };
    row("a number", "\tfield:pid_t prev_pid;\toffset:8;\tsize:4;\tsigned:1;", "prev_pid", "pid_t",
        "signed");
    row("an old one without sign", "\tfield:int x;\toffset:8;\tsize:4;", "x", "int", "");
    row("a fixed string", "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;", "comm",
        "char[16]", "string array");
    row("a string whose brackets stand at the type",
        "\tfield:char[16] comm;\toffset:8;\tsize:16;\tsigned:0;", "comm", "char[16]",
        "string array");
    row("a dynamic string", "\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;",
        "name", "__data_loc char[]", "string array dynamic");
    row("a relative string", "\tfield:__rel_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;",
        "name", "__rel_loc char[]", "string array relative");
    row("a dynamic mask", "\tfield:__data_loc cpumask_t *[] mask;\toffset:8;\tsize:4;\tsigned:0;",
        "mask", "__data_loc cpumask_t *[]", "array dynamic");
    row("bytes are no string", "\tfield:unsigned char addr[4];\toffset:8;\tsize:4;\tsigned:0;",
        "addr", "unsigned char[4]", "array");
    row("a pointer", "\tfield:const void * call_site;\toffset:8;\tsize:8;\tsigned:0;", "call_site",
        "const void *", "pointer");
    row("numbers", "\tfield:unsigned long args[6];\toffset:16;\tsize:48;\tsigned:0;", "args",
        "unsigned long[6]", "array");
    row("special, as old ftrace says", "\tfield special:char buf[];\toffset:8;\tsize:0;", "buf",
        "char[]", "string array");
    row("two dimensions", "\tfield:u8 map[4][2];\toffset:8;\tsize:8;\tsigned:0;", "map", "u8[4][2]",
        "array");
}

void tst_EventCatalog::aFieldIsReadAsItIsDeclared()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, name);
    QFETCH(const QString, type);
    QFETCH(const QString, kind);
    const auto text = format(line.toStdString());
    EventCatalog catalog;
    QVERIFY(catalog.add("s", text));
    const auto &fields = catalog.event(EventTypeId{0}).fields;
    QCOMPARE(fields.size(), std::size_t{3});
    QVERIFY(fields[0].isCommon && fields[1].isCommon && !fields[2].isCommon);
    const auto &field = fields[2];
    QCOMPARE(q(field.name), name);
    QCOMPARE(q(field.type), type);
    QStringList kinds;
    const auto add = [&](bool is, const char *word) {
        if (is)
            kinds << q(word);
    };
    add(field.isSigned, "signed");
    add(field.isString, "string");
    add(field.isArray, "array");
    add(field.isDynamic, "dynamic");
    add(field.isRelative, "relative");
    add(field.isPointer, "pointer");
    QCOMPARE(kinds.join(u' '), kind);
}

void tst_EventCatalog::textsThatContradictThemselvesAddNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *title, const std::string &text) {
        QTest::newRow(title) << QByteArray::fromStdString(text);
    };
    row("nothing", "");
    row("no name", "ID: 4\nformat:\n");
    row("no number", "name: x\nformat:\n");
    row("a number beyond 16 bits", format("", "x", "70000"));
    row("a negative number", format("", "x", "-1"));
    row("a field without a name", format("\tfield:;\toffset:8;\tsize:4;\n"));
    row("a field without an offset", format("\tfield:int x;\tsize:4;\n"));
    row("a field of a negative size", format("\tfield:int x;\toffset:8;\tsize:-4;\n"));
    row("a field beyond all records", format("\tfield:int x;\toffset:900000000;\tsize:4;\n"));
    row("a bracket that does not open", format("\tfield:int x];\toffset:8;\tsize:4;\n"));
    row("a name beyond all measure", format("", std::string(300, 'a')));
}

void tst_EventCatalog::textsThatContradictThemselvesAddNothing()
{
    QFETCH(const QByteArray, text);
    EventCatalog catalog;
    QVERIFY(!catalog.add("s", {text.constData(), static_cast<std::size_t>(text.size())}));
    QCOMPARE(catalog.all().size(), std::size_t{1});
    QCOMPARE(toIndex(catalog.unknownEvent()), std::size_t{0});
}

void tst_EventCatalog::eventsAreFoundByNumberAndName()
{
    const auto first = format("", "switch", "316");
    const auto second = format("", "switch", "11");
    const auto again = format("", "other", "316");
    EventCatalog catalog;
    QVERIFY(catalog.add("sched", first));
    QVERIFY(catalog.add("else", second));
    QVERIFY(!catalog.add("sched", again)); // the number is taken
    QCOMPARE(catalog.all().size(), std::size_t{3});
    QCOMPARE(toIndex(catalog.fromKernelId(316)), std::size_t{0});
    QCOMPARE(toIndex(catalog.fromKernelId(11)), std::size_t{1});
    QCOMPARE(catalog.find("", "switch")->kernelId, 316U);
    QCOMPARE(catalog.find("else", "switch")->kernelId, 11U);
    QCOMPARE(catalog.find("sched", "other"), nullptr);
    QCOMPARE(q(catalog.event(EventTypeId{0}).text), q(first));
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(toIndex(catalog.all()[i].id), i);
}

void tst_EventCatalog::anUnknownNumberIsTheUnknownEvent()
{
    const auto text = format("", "x", "65535");
    EventCatalog catalog;
    QVERIFY(catalog.add("s", text));
    QCOMPARE(toIndex(catalog.unknownEvent()), std::size_t{1});
    for (const std::uint32_t id : {0U, 1U, 65534U, 65536U, 0xffffffffU})
        QCOMPARE(catalog.fromKernelId(id), catalog.unknownEvent());
    QCOMPARE(catalog.find("", "unknown"), nullptr);
    QCOMPARE(catalog.event(EventTypeId{999}).id, catalog.unknownEvent());
}

void tst_EventCatalog::numbersAreReadInBothEndiannesses()
{
    const auto payload = bytes({0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8});
    EventField field;
    const auto read = [&](std::uint32_t size, bool isSigned, bool bigEndian) {
        field.size = size;
        field.isSigned = isSigned;
        return FieldReader(field, bigEndian).read(payload);
    };
    QCOMPARE(read(1, false, false), qint64{0xff});
    QCOMPARE(read(1, true, false), qint64{-1});
    QCOMPARE(read(2, false, false), qint64{0xfeff});
    QCOMPARE(read(2, false, true), qint64{0xfffe});
    QCOMPARE(read(2, true, true), qint64{-2});
    QCOMPARE(read(4, false, false), qint64{0xfcfdfeff});
    QCOMPARE(read(4, true, true), static_cast<qint64>(static_cast<std::int32_t>(0xfffefdfcU)));
    QCOMPARE(read(8, true, true), static_cast<qint64>(0xfffefdfcfbfaf9f8ULL));
    field.size = 3;
    QVERIFY(!FieldReader(field, false).isValid());
    QCOMPARE(FieldReader(field, false).read(payload), qint64{0});
}

void tst_EventCatalog::aRecordTooShortForAFieldReadsAsZero()
{
    const auto payload = bytes({1, 2, 3, 4});
    EventField field;
    field.size = 4;
    for (const std::uint32_t offset : {1U, 4U, 0xffffffffU}) {
        field.offset = offset;
        QCOMPARE(FieldReader(field, false).read(payload), qint64{0});
        QVERIFY(readBytes(field, payload, false).empty());
    }
}

void tst_EventCatalog::stringsEndAtTheirNulAndStayInTheRecord()
{
    EventField fixed;
    fixed.offset = 2;
    fixed.size = 4;
    const auto record = bytes({0, 0, 'a', 'b', 0, 'c', 12, 0, 4, 0, 0, 0, 'w', 'x', 'y', 0});
    QCOMPARE(q(readString(fixed, record, false)), QStringLiteral("ab"));
    EventField dynamic;
    dynamic.offset = 6;
    dynamic.size = 4;
    dynamic.isDynamic = true;
    QCOMPARE(q(readString(dynamic, record, false)), QStringLiteral("wxy"));
    EventField relative = dynamic;
    relative.isDynamic = false;
    relative.isRelative = true;
    auto other = record;
    other[6] = std::byte{2}; // from the field's end
    QCOMPARE(q(readString(relative, other, false)), QStringLiteral("wxy"));
    auto lying = record;
    lying[8] = std::byte{5}; // one byte more than there is
    QVERIFY(readString(dynamic, lying, false).empty());
    lying[8] = std::byte{1};
    lying[6] = std::byte{200};
    QVERIFY(readString(dynamic, lying, false).empty());
    EventField rest;
    rest.offset = 12;
    QCOMPARE(q(readString(rest, record, false)), QStringLiteral("wxy"));
}

QTEST_GUILESS_MAIN(tst_EventCatalog)
#include "tst_eventcatalog.moc"
