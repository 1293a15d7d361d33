// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/btf.h"
#include "capture/symbols/callingconvention.h"
#include "capture/symbols/fetchargument.h"
#include "capture/symbols/functiondescription.h"
#include "tests/app/cli/programrun.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTest>

#include <cstring>
#include <map>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::capture;

namespace {

constexpr const char *kKernel = "/sys/kernel/btf/vmlinux";

std::shared_ptr<const Btf> readBtf(const std::string &path)
{
    auto btf = Btf::read(path);
    if (!btf)
        qWarning("%s", btf.error().text().c_str());
    return btf ? *btf : nullptr;
}

std::shared_ptr<const Btf> sample()
{
    static const auto kBtf = readBtf(THRESHER_TEST_DATA "/btf/sample.btf");
    return kBtf;
}

/// BTF by hand.
class Builder
{
public:
    explicit Builder(bool bigEndian = false)
        : m_isBig(bigEndian)
    {}
    std::uint32_t string(const char *text)
    {
        const auto at = m_firstString + static_cast<std::uint32_t>(m_strings.size());
        m_strings.insert(m_strings.end(), text, text + std::strlen(text) + 1);
        return at;
    }
    void startStringsAt(std::uint32_t first)
    {
        m_firstString = first;
        m_strings.clear();
    }
    void type(std::uint32_t name, std::uint32_t kind, std::uint32_t parts, std::uint32_t last,
              std::initializer_list<std::uint32_t> more = {}, bool flag = false)
    {
        put(m_types, name);
        put(m_types, (flag ? 1U << 31U : 0U) | kind << 24U | parts);
        put(m_types, last);
        for (const std::uint32_t word : more)
            put(m_types, word);
    }
    [[nodiscard]] std::vector<std::byte> bytes() const
    {
        std::vector<char> all;
        if (m_isBig)
            all = {'\xeb', '\x9f', 1, 0};
        else
            all = {'\x9f', '\xeb', 1, 0};
        const auto types = static_cast<std::uint32_t>(m_types.size());
        for (const std::uint32_t word :
             {24U, 0U, types, types, static_cast<std::uint32_t>(m_strings.size())})
            put(all, word);
        all.insert(all.end(), m_types.begin(), m_types.end());
        all.insert(all.end(), m_strings.begin(), m_strings.end());
        const auto view = std::as_bytes(std::span(all));
        return {view.begin(), view.end()};
    }

private:
    void put(std::vector<char> &to, std::uint32_t word) const
    {
        for (unsigned i = 0; i < 4; ++i)
            to.push_back(static_cast<char>(word >> (m_isBig ? 24 - 8 * i : 8 * i)));
    }
    bool m_isBig;
    std::uint32_t m_firstString = 0;
    std::vector<char> m_types;
    std::vector<char> m_strings{'\0'};
};

QString oracle(const QStringList &args)
{
    return QString::fromUtf8(test::run(u"bpftool"_s, args).bytes);
}

} // namespace

class tst_btf : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesSignatures_data();
    void writesSignatures();
    void agreesWithBpftool_data();
    void agreesWithBpftool();
    void findsTypesByName();
    void readsBothEndiannesses();
    void readsAModulesTypes();
    void marksMemoryOfUserSpace();
    void takesConstUnsignedCharForText();
    void endsWhereTypesGoInCircles();
    void refusesDamage_data();
    void refusesDamage();
    void survivesDamage();
    void writesFetchArguments_data();
    void writesFetchArguments();
    void saysWhyAValueCannotBeHad_data();
    void saysWhyAValueCannotBeHad();
    void placesParametersOnArm64_data();
    void placesParametersOnArm64();
    void measuresAKernel();
};

void tst_btf::writesSignatures_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *text) {
        QTest::addRow("%s", name) << QByteArray(name) << QByteArray(text);
    };
    row("opened",
        "int opened(const struct dentry *dentry, enum color color, bool yes, char letter)");
    row("named", "const char *named(struct dentry *dentry, enum signs sign)");
    row("paired", "struct pair paired(struct pair pair, struct big big, int last)");
    row("nothing", "void nothing(void)");
    row("printed", "int printed(const char *format, ...)");
    row("called",
        "int called(int (*callback)(void *, int), void *const data, union either either)");
    row("wide", "__int128 wide(__int128 number, volatile int *flag)");
}

void tst_btf::writesSignatures()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    QVERIFY(sample());
    const auto signature = sample()->function(name.toStdString());
    QVERIFY(signature);
    QCOMPARE(QByteArray::fromStdString(signature->text(*sample())), text);
}

void tst_btf::agreesWithBpftool_data()
{
    QTest::addColumn<QString>("path");
    QTest::addRow("sample") << QStringLiteral(THRESHER_TEST_DATA "/btf/sample.btf");
    QTest::addRow("kernel") << QString::fromLatin1(kKernel);
}

// Every function's parameters, and every struct's members with their places.
void tst_btf::agreesWithBpftool()
{
    QFETCH(QString, path);
    if (QStandardPaths::findExecutable(u"bpftool"_s, {u"/usr/sbin"_s, u"/usr/bin"_s}).isEmpty())
        QSKIP("bpftool is not installed");
    if (!QFile::exists(path))
        QSKIP("this kernel has no BTF");
    const auto btf = readBtf(path.toStdString());
    QVERIFY(btf);
    const auto types = QJsonDocument::fromJson(
                           oracle({u"-j"_s, u"btf"_s, u"dump"_s, u"file"_s, path}).toUtf8())
                           .object()
                           .value(u"types"_s)
                           .toArray();
    QVERIFY(!types.isEmpty());
    QCOMPARE(btf->typeCount(), static_cast<std::uint32_t>(types.size()) + 1);
    std::map<QString, std::vector<QJsonObject>> functions;
    int structs = 0;
    for (const auto &each : types) {
        const QJsonObject type = each.toObject();
        const QString kind = type.value(u"kind"_s).toString();
        const TypeId id{static_cast<std::uint64_t>(type.value(u"id"_s).toInt())};
        if (kind == u"FUNC"_s)
            functions[type.value(u"name"_s).toString()].push_back(type);
        if (kind != u"STRUCT"_s && kind != u"UNION"_s)
            continue;
        ++structs;
        QCOMPARE(btf->info(id).size, static_cast<std::uint64_t>(type.value(u"size"_s).toInt()));
        const auto ours = btf->members(id);
        const auto theirs = type.value(u"members"_s).toArray();
        QCOMPARE(static_cast<qsizetype>(ours.size()), theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            const QJsonObject member = theirs[static_cast<int>(i)].toObject();
            const QString name = member.value(u"name"_s).toString();
            QCOMPARE(QString::fromStdString(ours[i].name), name == u"(anon)"_s ? QString() : name);
            QCOMPARE(ours[i].bitOffset,
                     static_cast<std::uint64_t>(member.value(u"bits_offset"_s).toInteger()));
            QCOMPARE(static_cast<int>(ours[i].bitSize), member.value(u"bitfield_size"_s).toInt());
            QCOMPARE(static_cast<int>(ours[i].type), member.value(u"type_id"_s).toInt());
        }
    }
    QVERIFY(structs >= 5);
    QVERIFY(functions.size() >= 11);
    std::size_t total = 0;
    for (const auto &[name, list] : functions) {
        std::size_t howMany = 0;
        const auto ours = btf->function(name.toStdString(), &howMany);
        QVERIFY2(ours, qPrintable(name));
        QCOMPARE(howMany, list.size());
        total += howMany;
        const auto prototype = types[list[0].value(u"type_id"_s).toInt() - 1].toObject();
        QCOMPARE(static_cast<int>(ours->result), prototype.value(u"ret_type_id"_s).toInt());
        const auto theirs = prototype.value(u"params"_s).toArray();
        QCOMPARE(static_cast<qsizetype>(ours->parameters.size()) + (ours->isVariadic ? 1 : 0),
                 theirs.size());
        for (std::size_t i = 0; i < ours->parameters.size(); ++i) {
            const QJsonObject parameter = theirs[static_cast<int>(i)].toObject();
            QCOMPARE(static_cast<int>(ours->parameters[i].type),
                     parameter.value(u"type_id"_s).toInt());
            QCOMPARE(QString::fromStdString(ours->parameters[i].name),
                     parameter.value(u"name"_s).toString().remove(u"(anon)"_s));
        }
    }
    QCOMPARE(btf->functionNames().size(), total);
}

void tst_btf::findsTypesByName()
{
    const auto type = sample()->named("dentry");
    QVERIFY(type);
    QCOMPARE(QByteArray::fromStdString(sample()->name(*type)), QByteArray("struct dentry"));
    QVERIFY(sample()->named("size_t"));
    QVERIFY(!sample()->named("opened"));
    QVERIFY(!sample()->function("dentry"));
    QVERIFY(!sample()->function(""));
    const auto hash = sample()->member(*sample()->named("qstr"), "len"); // within two unnamed ones
    QVERIFY(hash);
    QCOMPARE(hash->bitOffset, std::uint64_t{32});
}

void tst_btf::readsBothEndiannesses()
{
    for (const bool isBig : {false, true}) {
        Builder builder(isBig);
        builder.type(builder.string("long"), 1, 0, 8, {0x1000040});
        builder.type(0, 13, 1, 1, {builder.string("number"), 1});
        builder.type(builder.string("f"), 12, 0, 2);
        builder.type(builder.string("s"), 4, 1, 8, {builder.string("m"), 1, 5U << 24U | 3U}, true);
        const auto btf = Btf::parse(builder.bytes());
        QVERIFY(btf);
        QCOMPARE((*btf)->function("f")->text(**btf), std::string("long f(long number)"));
        const auto member = (*btf)->member(TypeId{4}, "m");
        QVERIFY(member);
        QCOMPARE(member->bitOffset, std::uint64_t{3});
        QCOMPARE(member->bitSize, 5U);
        QVERIFY((*btf)->info(TypeId{1}).isSigned);
    }
}

void tst_btf::readsAModulesTypes()
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/btf/sample.btf"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    std::uint32_t strings = 0;
    std::memcpy(&strings, bytes.constData() + 20, sizeof strings);
    const std::uint32_t first = sample()->typeCount();
    const auto dentry = static_cast<std::uint32_t>(*sample()->named("dentry"));
    Builder builder;
    builder.startStringsAt(strings);
    builder.type(0, 2, 0, dentry);
    builder.type(0, 13, 1, 0, {builder.string("where"), first});
    builder.type(builder.string("module_function"), 12, 0, first + 1);
    const auto module = Btf::parse(builder.bytes(), sample());
    QVERIFY(module);
    const auto signature = (*module)->function("module_function");
    QVERIFY(signature);
    QCOMPARE(signature->text(**module), std::string("void module_function(struct dentry *where)"));
    QCOMPARE((*module)->typeCount(), first + 3);
    QVERIFY((*module)->named("dentry"));
    QVERIFY(!(*module)->function("opened"));
    const auto fetch = fetchArgument(**module, signature->parameters[0].type,
                                     ValuePlace::inRegister("%di"), "->d_name.name");
    QVERIFY(fetch);
    QCOMPARE(*fetch, std::string("+0(+24(%di)):string"));
}

void tst_btf::marksMemoryOfUserSpace()
{
    Builder builder;
    builder.type(builder.string("char"), 1, 0, 1, {8});
    builder.type(builder.string("user"), 18, 0, 1);
    builder.type(0, 2, 0, 2);
    const auto btf = Btf::parse(builder.bytes());
    QVERIFY(btf);
    QCOMPARE((*btf)->name(TypeId{3}), std::string("char *"));
    QCOMPARE(*fetchArgument(**btf, TypeId{3}, ValuePlace::inRegister("%si")),
             std::string("+0(%si):ustring"));
}

// The kernel's names of files are.
void tst_btf::takesConstUnsignedCharForText()
{
    Builder builder;
    builder.type(builder.string("unsigned char"), 1, 0, 1, {8}); // 1
    builder.type(0, 10, 0, 1); // 2: const
    builder.type(0, 2, 0, 2); // 3
    builder.type(builder.string("u8"), 8, 0, 1); // 4: typedef
    builder.type(0, 10, 0, 4); // 5
    builder.type(0, 2, 0, 5); // 6
    builder.type(0, 2, 0, 1); // 7: not constant: a buffer
    const auto btf = Btf::parse(builder.bytes());
    QVERIFY(btf);
    const auto fetch = [&](std::uint64_t type) {
        return *fetchArgument(**btf, TypeId{type}, ValuePlace::inRegister("%di"));
    };
    QCOMPARE(fetch(3), std::string("+0(%di):string"));
    QCOMPARE(fetch(6), std::string("%di:x64"));
    QCOMPARE(fetch(7), std::string("%di:x64"));
}

void tst_btf::endsWhereTypesGoInCircles()
{
    Builder builder;
    const std::uint32_t name = builder.string("t");
    builder.type(name, 8, 0, 2); // 1: typedef of 2
    builder.type(name, 8, 0, 1); // 2: typedef of 1
    builder.type(0, 2, 0, 3); // 3: pointer to itself
    builder.type(0, 4, 2, 8, {0, 4, 0, 0, 4, 0}); // 4: struct of two unnamed ones of itself
    builder.type(0, 3, 0, 0, {5, 5, 0xffffffff}); // 5: array of itself
    builder.type(0, 13, 3, 6, {0, 6, 0, 6, 0, 6}); // 6: takes and returns itself
    builder.type(builder.string("f"), 12, 0, 6);
    builder.type(0, 13, 3, 4, {0, 4, 0, 5, 0, 1}); // 8
    builder.type(builder.string("g"), 12, 0, 8);
    const auto btf = Btf::parse(builder.bytes());
    QVERIFY(btf);
    for (std::uint64_t id = 0; id < 12; ++id) {
        const std::string text = (*btf)->name(TypeId{id});
        QVERIFY(!text.empty() && text.size() < 2000);
        QVERIFY((*btf)->info(TypeId{id}).size <= 8);
        QVERIFY(!(*btf)->member(TypeId{id}, "x"));
    }
    for (const char *function : {"f", "g"}) {
        const auto signature = (*btf)->function(function);
        QVERIFY(signature);
        for (const Machine machine : {Machine::X86_64, Machine::Arm64, Machine::Other})
            QCOMPARE(describe(**btf, *signature, placesOfCall(machine, **btf, *signature))
                         .parameters.size(),
                     std::size_t{3});
    }
}

void tst_btf::refusesDamage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/btf/sample.btf"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    QTest::addRow("empty") << QByteArray();
    QTest::addRow("one byte") << QByteArray("\x9f");
    QTest::addRow("text") << QByteArray(1000, 'x');
    QTest::addRow("header only") << whole.left(24);
    QTest::addRow("cut") << whole.left(whole.size() - 1);
    QTest::addRow("version") << QByteArray(whole).replace(2, 1, "\x02");
    QTest::addRow("kind") << QByteArray(whole).replace(24 + 7, 1, "\x1f");
    QTest::addRow("parts") << QByteArray(whole).replace(24 + 4, 4,
                                                        QByteArray("\xff\xff\x00\x04", 4));
}

void tst_btf::refusesDamage()
{
    QFETCH(QByteArray, bytes);
    const auto view = std::as_bytes(
        std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    QVERIFY(!Btf::parse({view.begin(), view.end()}));
}

void tst_btf::survivesDamage()
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/btf/sample.btf"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    unsigned state = 1;
    const auto random = [&state](qsizetype below) {
        state = state * 1103515245U + 12345U;
        return static_cast<qsizetype>(state >> 8U) % below;
    };
    int parsed = 0;
    for (int i = 0; i < 3000; ++i) {
        QByteArray bytes = whole;
        for (int flips = 0; flips < 3; ++flips)
            bytes[24 + random(bytes.size() - 24)] = static_cast<char>(random(256));
        const auto view = std::as_bytes(
            std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        const auto btf = Btf::parse({view.begin(), view.end()});
        if (!btf)
            continue;
        ++parsed;
        for (const std::string_view name : (*btf)->functionNames()) {
            const auto signature = (*btf)->function(name);
            QVERIFY(signature);
            const auto places = placesOfCall(Machine::X86_64, **btf, *signature);
            QCOMPARE(describe(**btf, *signature, places).parameters.size(),
                     signature->parameters.size());
        }
    }
    QVERIFY(parsed > 1000);
}

void tst_btf::writesFetchArguments_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArray>("value"); // a parameter, with a path; or "ret"
    QTest::addColumn<QByteArray>("fetch");
    const auto row = [](const char *function, const char *value, const char *fetch) {
        QTest::addRow("%s: %s", function, value)
            << QByteArray(function) << QByteArray(value) << QByteArray(fetch);
    };
    row("opened", "dentry", "%di:x64");
    row("opened", "color", "%si:u32");
    row("opened", "yes", "%dx:u8");
    row("opened", "letter", "%cx:s8");
    row("opened", "ret", "$retval:s32");
    row("opened", "dentry->flags", "+0(%di):u32");
    row("opened", "dentry.flags", "+0(%di):u32");
    row("opened", "dentry->parent", "+8(%di):x64");
    row("opened", "dentry->parent->parent->flags", "+0(+8(+8(%di))):u32");
    row("opened", "dentry->d_name.name", "+0(+24(%di)):string");
    row("opened", "dentry->d_name.len", "+20(%di):u32");
    row("opened", "dentry->iname", "+32(%di):string");
    row("opened", "dentry->iname[3]", "+35(%di):s8");
    row("opened", "dentry[2].flags", "+128(%di):u32");
    row("named", "sign", "%si:s32");
    row("named", "ret", "+0($retval):string");
    row("bitten", "bits->low", "+0(%di):b3@0/8");
    row("bitten", "bits->middle", "+0(%di):b9@3/16");
    row("bitten", "bits->high", "+1(%di):b40@4/64");
    row("bitten", "count", "%si:u64");
    // A struct of two words in registers, one of many on the stack, and the next register.
    row("paired", "pair.first", "%di:s64");
    row("paired", "pair.second", "%si:s32");
    row("paired", "pair.letter", "%si:b8@32/64");
    row("paired", "big.numbers", "+8(%sp):s64[5]");
    row("paired", "big.numbers[1]", "+16(%sp):s64");
    row("paired", "big.pairs[1].second", "+72(%sp):s32");
    row("paired", "last", "%dx:s32");
    row("paired", "ret.first", "$retval:s64");
    row("paired", "ret.second", "%dx:s32");
    // The place of what is returned is the first parameter.
    row("grown", "by", "%si:s32");
    row("grown", "ret.numbers[0]", "+0(%ax):s64");
    row("scaled", "by", "%di:s32"); // after one that is not in such a register
    row("many", "f", "%r9:s64");
    row("many", "g", "+8(%sp):s16");
    row("many", "h", "+16(%sp):u8");
    row("called", "callback", "%di:x64");
    row("called", "either.number", "%dx:s32");
    row("called", "either.text", "+0(%dx):string");
    row("wide", "flag", "%dx:x64");
}

void tst_btf::writesFetchArguments()
{
    QFETCH(QByteArray, function);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, fetch);
    const auto signature = sample()->function(function.toStdString());
    QVERIFY(signature);
    const auto described = describe(*sample(), *signature,
                                    placesOfCall(Machine::X86_64, *sample(), *signature));
    const std::string text = value.toStdString();
    const auto end = std::min(text.find_first_of(".-["), text.size());
    const DescribedValue *found = &described.result;
    for (const DescribedValue &each : described.parameters) {
        if (each.name == text.substr(0, end))
            found = &each;
    }
    QCOMPARE(found->name, text.substr(0, end));
    const auto got = fetchArgument(*sample(), found->typeId, found->place, text.substr(end));
    QVERIFY2(got, got ? "" : got.error().what.c_str());
    QCOMPARE(QByteArray::fromStdString(*got), fetch);
    if (end == text.size())
        QCOMPARE(QByteArray::fromStdString(found->fetch), fetch);
}

void tst_btf::saysWhyAValueCannotBeHad_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<int>("parameter"); // -1: what is returned
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("why");
    const auto row = [](const char *function, int parameter, const char *path, const char *why) {
        QTest::addRow("%s %d%s", function, parameter, path)
            << QByteArray(function) << parameter << QByteArray(path) << QByteArray(why);
    };
    row("opened", 0, "->nonsense", "'const struct dentry' has no member 'nonsense'");
    row("opened", 1, ".x", "'enum color' has no member 'x'");
    row("opened", 0, "->d_name", "'struct qstr' is a struct: choose one of its members");
    row("opened", 0, "->", "a member's name is missing at ''");
    row("opened", 0, "->iname[32]", "the array has 32 elements");
    row("opened", 0, "->iname[x]", "'[x]' is no number in brackets");
    row("paired", 0, "", "it is in registers as a whole: choose one of its members");
    row("paired", 1, ".pairs", "it is an array of 'struct pair': choose one of its elements");
    row("scaled", 0, "", "it is in a floating-point register, which probes cannot read");
    row("scaled", -1, "", "it is in a floating-point register, which probes cannot read");
    row("nothing", -1, "", "it returns nothing");
    row("wide", 0, "", "it is 16 bytes long, which probes cannot read");
}

void tst_btf::saysWhyAValueCannotBeHad()
{
    QFETCH(QByteArray, function);
    QFETCH(int, parameter);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, why);
    const auto signature = sample()->function(function.toStdString());
    QVERIFY(signature);
    const auto described = describe(*sample(), *signature,
                                    placesOfCall(Machine::X86_64, *sample(), *signature));
    const DescribedValue &value = parameter < 0
                                      ? described.result
                                      : described.parameters[static_cast<std::size_t>(parameter)];
    const auto got = fetchArgument(*sample(), value.typeId, value.place, path.toStdString());
    QVERIFY(!got);
    QCOMPARE(QByteArray::fromStdString(got.error().what), why);
}

void tst_btf::placesParametersOnArm64_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<QByteArrayList>("fetches"); // of parameters, then what is returned; "": none
    const auto row = [](const char *function, const QByteArrayList &fetches) {
        QTest::addRow("%s", function) << QByteArray(function) << fetches;
    };
    row("opened", {"%x0:x64", "%x1:u32", "%x2:u8", "%x3:s8", "$retval:s32"});
    row("many", {"%x0:s64", "%x1:s64", "%x2:s64", "%x3:s64", "%x4:s64", "%x5:s64", "%x6:s16",
                 "%x7:u8", "$retval:s64"});
    row("paired", {"", "", "%x3:s32", ""}); // two words, the address of a copy
    row("grown", {"%x0:s32", ""}); // the result's address has a register of its own
    row("scaled", {"", "%x0:s32", ""});
    row("wide", {"", "%x2:x64", ""});
}

void tst_btf::placesParametersOnArm64()
{
    QFETCH(QByteArray, function);
    QFETCH(QByteArrayList, fetches);
    const auto signature = sample()->function(function.toStdString());
    QVERIFY(signature);
    const auto described = describe(*sample(), *signature,
                                    placesOfCall(Machine::Arm64, *sample(), *signature));
    QByteArrayList got;
    for (const DescribedValue &value : described.parameters)
        got << QByteArray::fromStdString(value.fetch);
    got << QByteArray::fromStdString(described.result.fetch);
    QCOMPARE(got, fetches);
    if (function == "paired")
        QCOMPARE(*fetchArgument(*sample(), described.parameters[1].typeId,
                                described.parameters[1].place, ".numbers[1]"),
                 std::string("+8(%x2):s64"));
}

void tst_btf::measuresAKernel()
{
    if (!QFile::exists(QString::fromLatin1(kKernel)))
        QSKIP("this kernel has no BTF");
    QElapsedTimer timer;
    timer.start();
    const auto btf = readBtf(kKernel);
    QVERIFY(btf);
    qInfo("%u types, %zu functions: %.1f ms", btf->typeCount(), btf->functionNames().size(),
          static_cast<double>(timer.nsecsElapsed()) / 1e6);
    timer.start();
    std::size_t parameters = 0;
    const auto names = btf->functionNames();
    for (const std::string_view name : names) {
        const auto signature = btf->function(name);
        parameters += describe(*btf, *signature, placesOfCall(Machine::X86_64, *btf, *signature))
                          .parameters.size();
    }
    qInfo("%.2f us to describe a function",
          static_cast<double>(timer.nsecsElapsed()) / 1e3 / static_cast<double>(names.size()));
    QVERIFY(parameters > names.size());
}

QTEST_GUILESS_MAIN(tst_btf)

#include "tst_btf.moc"
