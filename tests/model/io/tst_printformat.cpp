// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"
#include "tests/support/tracedatwriter.h"

#include <QtTest>

#include <array>
#include <cstdio>
#include <random>
#include <string>

using namespace thresher;
using namespace thresher::test;

namespace {

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// The event that all formats here are of, and a record of it.
const std::vector<std::string> kFields = {"int number",
                                          "u8 byte",
                                          "u8 pad",
                                          "short little",
                                          "u64 wide",
                                          "unsigned long ip",
                                          "char name[8]",
                                          "u8 mac[6]",
                                          "u8 four[4]",
                                          "u8 six[16]",
                                          "u16 words[3]",
                                          "__data_loc char[] text",
                                          "__data_loc u8[] bytes",
                                          "__data_loc long[] mask",
                                          "const char * string",
                                          "__data_loc sockaddr[] address"};

std::vector<std::byte> record(bool bigEndian)
{
    Payload payload(bigEndian, 8);
    payload.u16(7).u16(0).u32(42); // the common fields
    payload.s32(-22).u8(200).u8(0).u16(static_cast<std::uint16_t>(-3)).u64(0xffffffff81000110);
    payload.u64(0xffffffff81000110).chars("thresher", 8);
    for (const int byte : {0xde, 0xad, 0xbe, 0xef, 0x00, 0x01})
        payload.u8(static_cast<std::uint8_t>(byte));
    payload.u8(192).u8(168).u8(0).u8(1);
    for (const int byte : {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2a})
        payload.u8(static_cast<std::uint8_t>(byte));
    payload.u16(1).u16(20).u16(300);
    const auto begin = static_cast<std::uint32_t>(payload.bytes().size()) + 4 * 3 + 8 + 4;
    payload.u32(6U << 16U | begin); // text
    payload.u32(4U << 16U | (begin + 8)); // bytes
    payload.u32(8U << 16U | (begin + 12)); // mask
    payload.u64(0xffffffff82000000); // string
    payload.u32(16U << 16U | (begin + 20)); // address
    payload.text("hello").u16(0).u8(1).u8(2).u8(3).u8(0xff);
    payload.u64(0x8f);
    payload.u16(2).u8(0x1f).u8(0x90).u8(10).u8(1).u8(2).u8(3).u64(0); // AF_INET 10.1.2.3:8080
    return payload.bytes();
}

std::string printed(const std::string &printFormat, bool bigEndian = false,
                    std::size_t payloadSize = 1000)
{
    EventCatalog catalog;
    const auto text = TraceDatWriter::formatText("x", 7, kFields, printFormat);
    if (!catalog.add("test", text))
        return "no event";
    const auto &event = catalog.event(EventTypeId{0});
    const auto format = PrintFormat::compile(event);
    if (!format)
        return "not understood";
    const KernelSymbols symbols("ffffffff81000000 T _text\nffffffff81000100 t function\n"
                                "ffffffff81000200 T next\n");
    const PrintkStrings strings("0xffffffff82000000 : \"a kernel's string\"\n");
    PrintContext context;
    context.symbols = &symbols;
    context.strings = &strings;
    context.bigEndian = bigEndian;
    const auto payload = record(bigEndian);
    BoundedText out;
    RecordText(event, *format, slice(payload, 0, payloadSize), context).print(out);
    return std::string(out.text());
}

} // namespace

class tst_PrintFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void formatsPrintAsTheKernelMeansThem_data();
    void formatsPrintAsTheKernelMeansThem();
    void numbersPrintAsTheCLibraryPrintsThem();
    void whatCannotBeUnderstoodIsRefused_data();
    void whatCannotBeUnderstoodIsRefused();
    void recordsThatAreTooShortPrintAsFarAsTheyGo();
    void deepNestingIsRefusedNotFollowed();
    void textIsBounded();
    void namesOfAFieldsValuesAreFound();
};

void tst_PrintFormat::formatsPrintAsTheKernelMeansThem_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *format, const char *text) {
        QTest::newRow(format) << QByteArray(format) << q(text);
    };
    row(R"("plain\ttext\n\"%%\"")", "plain\ttext\n\"%\"");
    row(R"("one " "two")", "one two");
    row(R"("%d %u %x %X %o", REC->number, REC->number, REC->number, REC->byte, REC->byte)",
        "-22 4294967274 ffffffea C8 310");
    row(R"("%5d|%-5d|%05d|%+d|%#x", REC->byte, REC->byte, REC->byte, REC->byte, REC->byte)",
        "  200|200  |00200|+200|0xc8");
    row(R"("%hd %hhd %lld %lx", REC->little, REC->byte, REC->wide, REC->wide)",
        "-3 -56 -2130706160 ffffffff81000110");
    row(R"("%0*llx", 6, REC->byte)", "0000c8");
    row(R"("%c%c", 65, 'b')", "A");
    row(R"("%s|%10s|%-10s|%.3s", REC->name, REC->name, REC->name, REC->name)",
        "thresher|  thresher|thresher  |thr");
    row(R"("%s %s", __get_str(text), REC->string)", "hello a kernel's string");
    row(R"("%p %p", REC->ip, 0)", "0xffffffff81000110 (nil)");
    row(R"("%ps %pS %ps", (void *)REC->ip, (void *)REC->ip, (void *)16)",
        "function function+0x10 0x10");
    row(R"("%pM %pm %pMF %pMR", REC->mac, REC->mac, REC->mac, REC->mac)",
        "de:ad:be:ef:00:01 deadbeef0001 de-ad-be-ef-00-01 01:00:ef:be:ad:de");
    row(R"("%pI4 %pi4 %pI6 %pI6c", REC->four, REC->four, REC->six, REC->six)",
        "192.168.0.1 192.168.000.001 2001:0db8:0000:0000:0000:0000:0000:002a 2001:db8::2a");
    row(R"("%pISpc", (struct sockaddr *)__get_sockaddr(address))", "10.1.2.3:8080");
    row(R"("%pU %pUl", REC->six, REC->six)",
        "20010db8-0000-0000-0000-00000000002a b80d0120-0000-0000-0000-00000000002a");
    row(R"("%*ph %*phN", 3, __get_dynamic_array(bytes), 9, __get_dynamic_array(bytes))",
        "01 02 03 010203ff");
    row(R"("%s %s", __print_hex(__get_dynamic_array(bytes), 3), __print_hex_str(REC->mac, 2))",
        "01 02 03 dead");
    row(R"("%s", __print_array(REC->words, 3, 2))", "1 20 300");
    row(R"("%d %d", REC->words[1], __get_dynamic_array_len(text))", "20 6");
    row(R"("%s %s", __get_bitmask(mask), __get_cpumask(mask))", "00000000,0000008f 0-3,7");
    row(R"("%s", __print_symbolic(REC->byte, { 1, "one" }, { 200, "many" }))", "many");
    row(R"("%s", __print_symbolic(REC->number, { -22, "EINVAL" }, { 0, "fine" }))", "EINVAL");
    row(R"("%s", __print_symbolic(REC->number, { 1, "one" }))", "0xffffffea");
    row(R"("%s", __print_flags(REC->byte, "|", { 8, "A" }, { (1 << 6), "B" }, { 0x80UL, "C" }))",
        "A|B|C");
    row(R"("%s", __print_flags(REC->byte, "+", { 8, "A" }))", "A+0xc0");
    row(R"("%s", REC->byte > 100 ? "big" : REC->byte > 10 ? "middle" : "small")", "big");
    row(R"("%d", REC->byte > 100 ? 1 : 2 + 3)", "1");
    row(R"("%d", REC->number < 0 && !(REC->byte == 1) || 0)", "1");
    row(R"("%d", 20 - 3 - 2)", "15");
    row(R"("%d", 2 + 3 * 4 - 10 / 5 % 3)", "12");
    row(R"("%d", REC->byte & (8 | 16))", "8");
    row(R"("%u:%u", ((unsigned int) ((REC->number) >> 20)), ((unsigned int) ((REC->byte) & ((1U << 3) - 1))))",
        "4294967295:0");
    row(R"("%d %d", (u8)REC->number, (s8)REC->byte)", "234 -56");
    row(R"("%d", ((u8 *)__get_dynamic_array(bytes))[3])", "255");
    row(R"("%d %d %d", sizeof(int), sizeof(REC->wide), sizeof(unsigned long))", "4 8 8");
    row(R"("%d", __builtin_expect(REC->byte, 1))", "200");
    row(R"("%d %d", REC->byte / 0, REC->byte % (REC->pad))", "0 0");
    row(R"("%d", 1 << 64)", "0");
    row(R"("%d", (REC)->byte)", "200");
    row(R"("%d", -REC->byte + ~0)", "-201");
}

void tst_PrintFormat::formatsPrintAsTheKernelMeansThem()
{
    QFETCH(const QByteArray, format);
    QFETCH(const QString, text);
    QCOMPARE(q(printed(format.toStdString())).remove(QChar(0)), text);
    if (!format.contains("%c%c"))
        QCOMPARE(q(printed(format.toStdString(), true)), text);
}

void tst_PrintFormat::numbersPrintAsTheCLibraryPrintsThem()
{
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937_64 random(seed);
    constexpr std::string_view kFlags = "-0#";
    constexpr std::string_view kConversions = "diuxXo";
    for (int i = 0; i < 2000; ++i) {
        std::string conversion = "%";
        for (const char flag : kFlags) {
            if (random() % 3 == 0)
                conversion += flag;
        }
        if (random() % 2 == 0)
            conversion += std::to_string(1 + random() % 24);
        if (random() % 5 == 0)
            conversion += '.' + std::to_string(random() % 12);
        conversion += "ll";
        conversion += kConversions[random() % kConversions.size()];
        const auto number = static_cast<long long>(random() % 8 == 0 ? 0 : random())
                            >> (random() % 64);
        std::array<char, 128> expected{};
        // NOLINTNEXTLINE(*-format-nonliteral)
        std::snprintf(expected.data(), expected.size(), conversion.c_str(), number);
        QCOMPARE(printed('"' + conversion + "\", (s64)" + std::to_string(number)),
                 std::string(expected.data()));
    }
}

void tst_PrintFormat::whatCannotBeUnderstoodIsRefused_data()
{
    QTest::addColumn<QByteArray>("format");
    for (const char *const format : {"",
                                     "noquote",
                                     "\"open",
                                     "\"%d\"",
                                     "\"%d\",",
                                     "\"%d\", REC->missing",
                                     "\"%d\", REC->byte +",
                                     "\"%d\", (REC->byte",
                                     "\"%d\", REC->byte REC",
                                     "\"%d\", unknown_function(1)",
                                     "\"%s\", __print_flags(REC->missing, \"|\", { 1, \"a\" })",
                                     "\"%s\", __print_flags(REC->byte, \"|\", { 1, \"a\" )",
                                     "\"%s\", __get_str(missing)",
                                     "\"%s\", __get_str(text",
                                     "\"%d\", REC->byte ? 1",
                                     "\"%d\", REC->words[1",
                                     "\"%d\", &REC->byte",
                                     "\"%d\", sizeof(struct x)",
                                     "\"%2000000000d\", 1",
                                     "\"%.2000000000d\", 1",
                                     "\"%*.*d\", 1, 1, 1",
                                     "\"%lllld\", 1",
                                     "\"%",
                                     "\"%d\", \"unfinished",
                                     "\"%e\", 1"})
        QTest::newRow(format) << QByteArray(format);
}

void tst_PrintFormat::whatCannotBeUnderstoodIsRefused()
{
    QFETCH(const QByteArray, format);
    QCOMPARE(q(printed(format.toStdString())), QStringLiteral("not understood"));
}

void tst_PrintFormat::recordsThatAreTooShortPrintAsFarAsTheyGo()
{
    const std::string everything
        = R"("%d %u %s %pM %pI6c %s %s %s %s %pISpc %d %*ph", REC->number, REC->wide, REC->name, )"
          R"(REC->mac, REC->six, __get_str(text), __get_bitmask(mask), __print_hex(REC->words, 6), )"
          R"(REC->string, __get_sockaddr(address), REC->words[2], 4, __get_dynamic_array(bytes))";
    const auto whole = printed(everything);
    for (std::size_t size = 0; size <= record(false).size(); ++size) {
        for (const bool bigEndian : {false, true})
            QVERIFY(printed(everything, bigEndian, size).size() <= whole.size() + 100);
    }
    QVERIFY(printed(everything, false, 8).starts_with("0 0 "));
}

void tst_PrintFormat::deepNestingIsRefusedNotFollowed()
{
    const std::string deep(100'000, '(');
    QCOMPARE(q(printed("\"%d\", " + deep + "1" + std::string(100'000, ')'))),
             QStringLiteral("not understood"));
    QCOMPARE(q(printed("\"%d\", " + std::string(100'000, '!') + "1")),
             QStringLiteral("not understood"));
    std::string sum = "1";
    for (int i = 0; i < 10'000; ++i)
        sum += " + 1";
    QCOMPARE(q(printed("\"%d\", " + sum)), QStringLiteral("not understood"));
    std::string choice;
    for (int i = 0; i < 10'000; ++i)
        choice += "1 ? 2 : ";
    QCOMPARE(q(printed("\"%d\", " + choice + "3")), QStringLiteral("not understood"));
}

void tst_PrintFormat::textIsBounded()
{
    std::string format = "\"";
    std::string arguments;
    for (int i = 0; i < 1000; ++i) {
        format += "%999s";
        arguments += ", REC->name";
    }
    QCOMPARE(printed(format + "\"" + arguments).size(), BoundedText::kLimit);
    // A length that the record gives is bounded as well.
    QVERIFY(printed(R"("%*d", REC->ip, 1)").size() <= 4096);
}

void tst_PrintFormat::namesOfAFieldsValuesAreFound()
{
    EventCatalog catalog;
    const auto text = TraceDatWriter::formatText(
        "x", 7, {"int a", "int b", "unsigned long ip"},
        R"("%d %s %ps", REC->a, __print_symbolic((u32)REC->b, { 1, "one" }), (void *)REC->ip)");
    QVERIFY(catalog.add("test", text));
    const auto &event = catalog.event(EventTypeId{0});
    const auto format = PrintFormat::compile(event);
    QVERIFY(format.has_value());
    const auto index = [&](std::string_view name) {
        return static_cast<std::uint16_t>(event.field(name) - event.fields.data());
    };
    QCOMPARE(format->symbolsOf(index("a")), nullptr);
    QVERIFY(format->symbolsOf(index("b")) != nullptr);
    QCOMPARE(q(format->symbolsOf(index("b"))->symbols.at(0).name), QStringLiteral("one"));
    QVERIFY(format->isFunctionAddress(index("ip")));
    QVERIFY(!format->isFunctionAddress(index("a")));
}

QTEST_GUILESS_MAIN(tst_PrintFormat)
#include "tst_printformat.moc"
