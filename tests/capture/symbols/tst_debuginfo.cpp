// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/debuginfo.h"
#include "capture/symbols/fetchargument.h"
#include "tests/app/cli/programrun.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <set>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::capture;

namespace {

struct Opened
{
    std::shared_ptr<const ProgramSymbols> symbols;
    std::unique_ptr<DebugInfo> debug;

    [[nodiscard]] ProgramFunction function(std::string_view name) const
    {
        const auto rows = symbols->named(name);
        return rows.empty() ? ProgramFunction{} : symbols->function(rows[0]);
    }
};

Opened openProgram(const QString &path)
{
    Progress progress;
    Opened opened;
    auto symbols = ProgramSymbols::read(path.toStdString(), {}, {}, progress);
    if (!symbols)
        return opened;
    opened.symbols = *symbols;
    if (auto debug = DebugInfo::open(*symbols, {}, progress))
        opened.debug = *std::move(debug);
    return opened;
}

QByteArrayList fetchesOf(const FunctionDescription &description)
{
    QByteArrayList list;
    for (const DescribedValue &value : description.parameters)
        list << QByteArray::fromStdString(value.name + '=' + value.fetch);
    list << QByteArray::fromStdString(description.result.fetch);
    return list;
}

/// The line in which `text` stands in a source of the probed programs.
std::uint32_t lineWith(const QString &text)
{
    QFile source(QStringLiteral(THRESHER_PROBED_SOURCE));
    if (!source.open(QIODevice::ReadOnly))
        return 0;
    const auto lines = QString::fromUtf8(source.readAll()).split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines[i].contains(text))
            return static_cast<std::uint32_t>(i + 1);
    }
    return 0;
}

} // namespace

class tst_debuginfo : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void describesFunctions_data();
    void describesFunctions();
    void unfoldsStructs();
    void readsClassesOfCPlusPlus();
    void tellsWhereSourceIs();
    void linesAreReadelfs_data();
    void linesAreReadelfs();
    void codeOfALineIsFound();
    void variablesAtALineAreWhereTheFrameIs();
    void parametersAreInRegistersBeforeTheFrameIs();
    void readsCompressedDebuggingInformation();
    void readsASeparateFile();
    void failsWithoutDebuggingInformation();
    void survivesDamage();
    void stopsWhenAsked();
};

void tst_debuginfo::describesFunctions_data()
{
    QTest::addColumn<QString>("path");
    // Optimised by address lists, not optimised by the calling convention: the same.
    QTest::addRow("PIE") << QStringLiteral(THRESHER_PROBED);
    QTest::addRow("fixed") << QStringLiteral(THRESHER_PROBED_FIXED);
    QTest::addRow("not optimised") << QStringLiteral(THRESHER_PROBED_PLAIN);
    QTest::addRow("library") << QStringLiteral(THRESHER_PROBED_LIBRARY);
}

void tst_debuginfo::describesFunctions()
{
#ifndef __x86_64__
    QSKIP("registers of x86-64 are expected");
#endif
    QFETCH(QString, path);
    const Opened opened = openProgram(path);
    QVERIFY(opened.debug);
    const std::map<std::string, std::pair<std::string, QByteArrayList>> expected{
        {"probed_add",
         {"int probed_add(int a, long unsigned int b)", {"a=%di:s32", "b=%si:u64", "$retval:s32"}}},
        {"probed_name",
         {"const char *probed_name(const struct probed_item *item, enum probed_color color, char "
          "letter)",
          {"item=%di:x64", "color=%si:u32", "letter=%dx:s8", "+0($retval):string"}}},
        {"probed_scale",
         {"double probed_scale(double factor, int by, float bias)",
          {"factor=", "by=%di:s32", "bias=", ""}}},
        {"probed_many",
         {"long int probed_many(long int a, long int b, long int c, long int d, long int e, long "
          "int f, short int g, unsigned char h)",
          {"a=%di:s64", "b=%si:s64", "c=%dx:s64", "d=%cx:s64", "e=%r8:s64", "f=%r9:s64",
           "g=+8(%sp):s16", "h=+16(%sp):u8", "$retval:s64"}}},
        {"probed_structs",
         {"long int probed_structs(struct probed_pair pair, struct probed_big big, int last)",
          {"pair=", "big=", "last=%dx:s32", "$retval:s64"}}},
        {"probed_nothing", {"void probed_nothing(void)", {""}}},
        {"probed_hidden", {"int probed_hidden(int a)", {"a=%di:s32", "$retval:s32"}}}};
    for (const auto &[name, told] : expected) {
        const auto description = opened.debug->describe(opened.function(name));
        QVERIFY2(description, name.c_str());
        QCOMPARE(QByteArray::fromStdString(description->signature),
                 QByteArray::fromStdString(told.first));
        QCOMPARE(fetchesOf(*description), told.second);
    }
    QVERIFY(!opened.debug->describe(ProgramFunction{}));
}

void tst_debuginfo::unfoldsStructs()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED));
    QVERIFY(opened.debug);
    const auto name = opened.debug->describe(opened.function("probed_name"));
    QVERIFY(name);
    const auto fetch = [&](const DescribedValue &value, const char *path) {
        ValuePlace place = value.place;
        if (!place.registers.empty())
            place.registers[0] = "%REG";
        const auto text = fetchArgument(*opened.debug, value.typeId, place, path);
        return QByteArray::fromStdString(text ? *text : text.error().what);
    };
    const DescribedValue &item = name->parameters[0];
    QCOMPARE(fetch(item, "->id"), QByteArray("+0(%REG):s32"));
    QCOMPARE(fetch(item, "->low"), QByteArray("+4(%REG):b3@0/8"));
    QCOMPARE(fetch(item, "->high"), QByteArray("+4(%REG):b9@3/16"));
    QCOMPARE(fetch(item, "->inner.label"), QByteArray("+10(%REG):string"));
    QCOMPARE(fetch(item, "->inner.text"), QByteArray("+0(+32(%REG)):string"));
    QCOMPARE(fetch(item, "->next->next->inner.tag"), QByteArray("+8(+40(+40(%REG))):s16"));
    QCOMPARE(fetch(item, "->weight"), QByteArray("+48(%REG):x64"));
    QCOMPARE(fetch(item, "->nothing"),
             QByteArray("'const struct probed_item' has no member 'nothing'"));
    const auto structs = opened.debug->describe(opened.function("probed_structs"));
    QVERIFY(structs);
#ifdef __x86_64__
    QCOMPARE(*fetchArgument(*opened.debug, structs->parameters[0].typeId,
                            structs->parameters[0].place, ".second"),
             std::string("%si:s32"));
    QCOMPARE(*fetchArgument(*opened.debug, structs->parameters[1].typeId,
                            structs->parameters[1].place, ".numbers[4]"),
             std::string("+40(%sp):s64"));
#endif
}

void tst_debuginfo::readsClassesOfCPlusPlus()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED));
    QVERIFY(opened.debug);
    const auto count = opened.debug->describe(opened.function("probed::Counter::count"));
    QVERIFY(count);
    QCOMPARE(count->parameters.size(), std::size_t{2});
    QCOMPARE(count->parameters[0].name, std::string("this"));
    QCOMPARE(count->parameters[0].type, std::string("Counter *const"));
    const auto total = opened.debug->member(opened.debug->info(count->parameters[0].typeId).target,
                                            "m_total");
    QVERIFY(total);
    QCOMPARE(total->bitOffset, std::uint64_t{0});
    const auto row = opened.symbols->names().find("*::largest<int>*");
    QCOMPARE(row.size(), std::size_t{1});
    const auto largest = opened.debug->describe(opened.symbols->function(row[0]));
    QVERIFY(largest);
    QCOMPARE(largest->parameters[1].type, std::string("const int &"));
}

void tst_debuginfo::tellsWhereSourceIs()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(opened.debug);
    const auto source = opened.debug->sourceOf(opened.function("probed_nothing"));
    QVERIFY(source);
    QVERIFY(source->file.ends_with("probed.c"));
    QCOMPARE(source->line, lineWith(u"void probed_nothing(void)"_s));
    QVERIFY(!opened.debug->sourceOf(ProgramFunction{}));
}

void tst_debuginfo::linesAreReadelfs_data()
{
    describesFunctions_data();
}

void tst_debuginfo::linesAreReadelfs()
{
    QFETCH(QString, path);
    const Opened opened = openProgram(path);
    QVERIFY(opened.debug);
    const QString out = test::run(u"readelf"_s, {u"--debug-dump=decodedline"_s, path}).out;
    static const QRegularExpression line(u"^probed\\.c +(\\d+) +0x([0-9a-f]+) .*x$"_s,
                                         QRegularExpression::MultilineOption);
    std::set<std::pair<std::uint64_t, std::uint32_t>> theirs;
    for (auto it = line.globalMatch(out); it.hasNext();) {
        const auto match = it.next();
        theirs.emplace(match.captured(2).toULongLong(nullptr, 16), match.captured(1).toUInt());
    }
    QVERIFY(theirs.size() > 10);
    for (const char *name : {"probed_add", "probed_name", "probed_many", "probed_uses_hidden"}) {
        const ProgramFunction function = opened.function(name);
        std::set<std::pair<std::uint64_t, std::uint32_t>> ours;
        for (const SourceLine &each : opened.debug->linesOf(function)) {
            ours.emplace(each.address, each.line);
            QCOMPARE(each.offset, *opened.symbols->program().elf.fileOffset(each.address));
        }
        std::set<std::pair<std::uint64_t, std::uint32_t>> expected;
        for (const auto &each : theirs) {
            if (each.first >= function.address && each.first < function.address + function.size)
                expected.insert(each);
        }
        QVERIFY(!expected.empty());
        QCOMPARE(ours, expected);
    }
}

void tst_debuginfo::codeOfALineIsFound()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(opened.debug);
    const ProgramFunction function = opened.function("probed_add");
    const std::uint32_t line = lineWith(u"return a + (int)b"_s);
    const auto code = opened.debug->codeOf("probed.c", line, {});
    QVERIFY(!code.empty());
    const auto lines = opened.debug->linesOf(function);
    for (const SourceLine &each : code) {
        QCOMPARE(each.line, line);
        QVERIFY(std::any_of(lines.begin(), lines.end(), [&](const SourceLine &other) {
            return other.address == each.address && other.offset == each.offset
                   && other.line == line;
        }));
    }
    // By more of its path, but not by a part of its name.
    QCOMPARE(opened.debug->codeOf("symbols/probed.c", line, {}).size(), code.size());
    QVERIFY(opened.debug->codeOf("robed.c", line, {}).empty());
    // What stands above the function has no code: its begin is the next that has.
    const auto next = opened.debug->codeOf("probed.c", lines.front().line - 1, {});
    QVERIFY(!next.empty());
    QVERIFY(next.front().line >= lines.front().line - 1 && next.front().line <= line);
    QVERIFY(opened.debug->codeOf("probed.c", 1'000'000, {}).empty());
}

void tst_debuginfo::variablesAtALineAreWhereTheFrameIs()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(opened.debug);
    const ProgramFunction function = opened.function("probed_add");
    const auto lines = opened.debug->linesOf(function);
    const auto at = std::find_if(lines.begin(), lines.end(), [](const SourceLine &line) {
        return line.line == lineWith(u"return a + (int)b"_s);
    });
    QVERIFY(at != lines.end());
    const auto variables = opened.debug->variablesAt(function, at->address);
    QCOMPARE(variables.size(), std::size_t{2});
    QCOMPARE(variables[0].name, std::string("a"));
    // What the instructions there say: a is 4 below the frame's base.
    const QString code = test::run(u"objdump"_s, {u"-d"_s, u"--disassemble=probed_add"_s,
                                                  QStringLiteral(THRESHER_PROBED_PLAIN)})
                             .out;
#ifdef __x86_64__
    QVERIFY(code.contains(u"mov    %edi,-0x4(%rbp)"_s));
    QCOMPARE(variables[0].fetch, std::string("-4(%bp):s32"));
    QVERIFY(code.contains(u"mov    %rsi,-0x10(%rbp)"_s));
    QCOMPARE(variables[1].fetch, std::string("-16(%bp):u64"));
#endif
}

void tst_debuginfo::parametersAreInRegistersBeforeTheFrameIs()
{
    const Opened opened = openProgram(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(opened.debug);
    const ProgramFunction function = opened.function("probed_add");
    const auto variables = opened.debug->variablesAt(function, function.address);
    QCOMPARE(variables.size(), std::size_t{2});
    QCOMPARE(variables[0].fetch, opened.debug->describe(function)->parameters[0].fetch);
}

void tst_debuginfo::readsCompressedDebuggingInformation()
{
    const QTemporaryDir folder;
    const QString packed = folder.filePath(u"packed"_s);
    QCOMPARE(test::run(u"objcopy"_s, {u"--compress-debug-sections=zlib"_s,
                                      QStringLiteral(THRESHER_PROBED), packed})
                 .status,
             0);
    QVERIFY(test::run(u"readelf"_s, {u"-SW"_s, packed})
                .out.contains(QRegularExpression(u"debug_info.* C "_s)));
    const Opened opened = openProgram(packed);
    QVERIFY(opened.debug);
    QVERIFY(opened.debug->describe(opened.function("probed_add")));
}

void tst_debuginfo::readsASeparateFile()
{
    const QTemporaryDir folder;
    const QString stripped = folder.filePath(u"stripped"_s);
    const QString debug = folder.filePath(u"stripped.debug"_s);
    QCOMPARE(test::run(u"objcopy"_s,
                       {u"--only-keep-debug"_s, QStringLiteral(THRESHER_PROBED_PLAIN), debug})
                 .status,
             0);
    QCOMPARE(test::run(u"objcopy"_s, {u"--strip-all"_s, u"--add-gnu-debuglink="_s + debug,
                                      QStringLiteral(THRESHER_PROBED_PLAIN), stripped})
                 .status,
             0);
    const Opened opened = openProgram(stripped);
    QVERIFY(opened.debug);
    const ProgramFunction function = opened.function("probed_add");
    QVERIFY(opened.debug->describe(function));
    // The frame's rules are the program's, the rest the other file's.
    const auto lines = opened.debug->linesOf(function);
    QVERIFY(lines.size() > 1);
    const auto variables = opened.debug->variablesAt(function, lines[1].address);
    QCOMPARE(variables.size(), std::size_t{2});
    QVERIFY(!variables[0].fetch.empty());
}

void tst_debuginfo::failsWithoutDebuggingInformation()
{
    const QTemporaryDir folder;
    const QString stripped = folder.filePath(u"stripped"_s);
    QCOMPARE(
        test::run(u"objcopy"_s, {u"--strip-debug"_s, QStringLiteral(THRESHER_PROBED), stripped})
            .status,
        0);
    Progress progress;
    const auto symbols = ProgramSymbols::read(stripped.toStdString(), {}, {}, progress);
    QVERIFY(symbols);
    const auto debug = DebugInfo::open(*symbols, {}, progress);
    QVERIFY(!debug);
    QCOMPARE(debug.error().kind, ErrorKind::Unsupported);
}

void tst_debuginfo::survivesDamage()
{
    QFile file(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    Progress progress;
    const auto intact = openProgram(QStringLiteral(THRESHER_PROBED_PLAIN));
    QVERIFY(intact.debug);
    std::vector<std::pair<std::size_t, std::size_t>> parts; // Of the file: where DWARF is.
    for (const ElfSection &section : intact.symbols->program().elf.sections()) {
        if (section.name.starts_with(".debug_") && !section.bytes.empty())
            parts.emplace_back(section.bytes.data() - intact.symbols->program().elf.bytes().data(),
                               section.bytes.size());
    }
    QVERIFY(parts.size() > 4);
    const QTemporaryDir folder;
    unsigned state = 99;
    const auto random = [&state](std::size_t below) {
        state = state * 1103515245U + 12345U;
        return static_cast<std::size_t>(state >> 8U) % below;
    };
    int described = 0;
    for (int i = 0; i < 200; ++i) {
        QByteArray bytes = whole;
        for (int flips = 0; flips < 6; ++flips) {
            const auto &[at, size] = parts[random(parts.size())];
            bytes[static_cast<qsizetype>(at + random(size))] = static_cast<char>(random(256));
        }
        QFile damaged(folder.filePath(u"damaged"_s));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        QCOMPARE(damaged.write(bytes), bytes.size());
        damaged.close();
        const Opened opened = openProgram(damaged.fileName());
        if (!opened.debug)
            continue;
        for (const char *name :
             {"probed_add", "probed_name", "probed_structs", "probed::Counter::count"}) {
            const ProgramFunction function = opened.function(name);
            described += opened.debug->describe(function) ? 1 : 0;
            for (const SourceLine &line : opened.debug->linesOf(function))
                QVERIFY(opened.debug->variablesAt(function, line.address).size() < 1000);
        }
    }
    QVERIFY(described > 100);
}

void tst_debuginfo::stopsWhenAsked()
{
    Progress progress;
    const auto symbols = ProgramSymbols::read(THRESHER_PROBED, {}, {}, progress);
    QVERIFY(symbols);
    std::stop_source stop;
    stop.request_stop();
    const auto debug = DebugInfo::open(*symbols, stop.get_token(), progress);
    QVERIFY(!debug);
    QCOMPARE(debug.error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(tst_debuginfo)

#include "tst_debuginfo.moc"
