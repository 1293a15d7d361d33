// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"
#include "capture/probes/probespec.h"
#include "capture/symbols/instructions.h"
#include "capture/symbols/programsymbols.h"
#include "tests/app/cli/programrun.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace thresher;
using namespace thresher::capture;
using namespace Qt::StringLiterals;
using Kind = InstructionPlace::Kind;

namespace {

std::vector<std::byte> bytesOf(std::initializer_list<int> values)
{
    std::vector<std::byte> bytes;
    for (const int value : values)
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

/// Where `objdump -d` says that instructions begin, by function of a program: addresses.
std::map<std::string, std::set<std::uint64_t>> disassembled(const QString &file)
{
    std::map<std::string, std::set<std::uint64_t>> functions;
    std::set<std::uint64_t> *function = nullptr;
    const auto dump = test::run(u"objdump"_s,
                                {u"-d"_s, u"--no-show-raw-insn"_s, u"-j"_s, u".text"_s, file});
    for (const QByteArray &line : dump.bytes.split('\n')) {
        if (line.endsWith(">:")) {
            const auto name = line.mid(line.indexOf('<') + 1).chopped(2);
            function = &functions[name.toStdString()];
        } else if (function != nullptr && line.startsWith("  ") && line.contains(":\t")) {
            function->insert(line.left(line.indexOf(':')).trimmed().toULongLong(nullptr, 16));
        }
    }
    return functions;
}

} // namespace

class tst_Instructions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachBeginOfAFewBytes();
    void arm64InstructionsHaveFourBytes();
    void theBeginsAreObjdumps_data();
    void theBeginsAreObjdumps();
    void anyBytesAreAnswered();
    void aProbeWithinAnInstructionIsRefused();
};

void tst_Instructions::eachBeginOfAFewBytes()
{
    // endbr64; push %rbp; mov %rsp,%rbp; vmovdqu64 (%rdi),%zmm0; ret
    const auto code = bytesOf(
        {0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x07, 0xc3});
    const std::set<std::uint64_t> begins{0, 4, 5, 8, 14};
    for (std::uint64_t at = 0; at < code.size(); ++at) {
        const InstructionPlace place = instructionAt(Machine::X86_64, code, at);
        QCOMPARE(place.kind, begins.contains(at) ? Kind::Begin : Kind::Within);
        if (place.kind == Kind::Within) {
            QCOMPARE(place.begin, *std::prev(begins.upper_bound(at)));
            QCOMPARE(place.end, *begins.upper_bound(at));
        }
    }
    QCOMPARE(instructionAt(Machine::X86_64, code, code.size()).kind, Kind::Unknown);
    QCOMPARE(instructionAt(Machine::Other, code, 0).kind, Kind::Unknown);
    // What is no instruction, or not reached, makes all behind it unknown.
    QCOMPARE(instructionAt(Machine::X86_64, bytesOf({0x55, 0x06, 0x55}), 2).kind, Kind::Unknown);
    // jmp over two bytes of data, which would decode as "mov $…,%eax" and take what follows along.
    const auto jumped = bytesOf({0xeb, 0x02, 0xb8, 0xb8, 0x55, 0x48, 0x89, 0xe5, 0xc3, 0x90});
    const auto kindAt = [&](std::uint64_t at) {
        return instructionAt(Machine::X86_64, jumped, at).kind;
    };
    QCOMPARE(kindAt(1), Kind::Within);
    for (const std::uint64_t at : {2U, 3U, 9U})
        QCOMPARE(kindAt(at), Kind::Unknown);
    for (const std::uint64_t at : {4U, 5U, 8U})
        QCOMPARE(kindAt(at), Kind::Begin);
    QCOMPARE(kindAt(6), Kind::Within);
    // A loop's body is reached from its end only: jmp 3; nop; test; jne back; ret.
    const auto loop = bytesOf({0xeb, 0x01, 0x90, 0x85, 0xc0, 0x75, 0xfb, 0xc3});
    QCOMPARE(instructionAt(Machine::X86_64, loop, 2).kind, Kind::Begin);
}

void tst_Instructions::arm64InstructionsHaveFourBytes()
{
    const std::vector<std::byte> code(16);
    for (std::uint64_t at = 0; at < code.size(); ++at) {
        const InstructionPlace place = instructionAt(Machine::Arm64, code, at);
        QCOMPARE(place.kind, at % 4 == 0 ? Kind::Begin : Kind::Within);
        if (at % 4 != 0)
            QCOMPARE(place.end - place.begin, 4U);
    }
}

void tst_Instructions::theBeginsAreObjdumps_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("optimised, at any address") << QStringLiteral(THRESHER_PROBED);
    QTest::newRow("at a fixed address") << QStringLiteral(THRESHER_PROBED_FIXED);
    QTest::newRow("not optimised") << QStringLiteral(THRESHER_PROBED_PLAIN);
    QTest::newRow("a library") << QStringLiteral(THRESHER_PROBED_LIBRARY);
}

void tst_Instructions::theBeginsAreObjdumps()
{
#ifndef __x86_64__
    QSKIP("objdump is asked for this machine's programs");
#endif
    QFETCH(const QString, file);
    const auto expected = disassembled(file);
    Progress progress;
    const auto symbols = ProgramSymbols::read(file.toStdString(), {}, {}, progress);
    QVERIFY(symbols.has_value());
    const ElfFile &elf = (*symbols)->program().elf;
    int functions = 0;
    std::uint64_t places = 0;
    std::uint64_t unknown = 0; // what only fills up between two instructions
    for (NameTable::Row row = 0; row < (*symbols)->names().size(); ++row) {
        const ProgramFunction function = (*symbols)->function(row);
        const auto found = expected.find(std::string(function.symbol));
        if (found == expected.end() || function.size == 0)
            continue;
        ++functions;
        const auto code = elf.bytes().subspan(function.offset, function.size);
        for (std::uint64_t at = 0; at < function.size; ++at) {
            const bool isBegin = found->second.contains(function.address + at);
            const Kind kind = instructionAt(elf.machine(), code, at).kind;
            ++places;
            unknown += kind == Kind::Unknown ? 1 : 0;
            QVERIFY2(kind == Kind::Unknown || kind == (isBegin ? Kind::Begin : Kind::Within),
                     qPrintable(u"%1+%2"_s.arg(QString::fromStdString(found->first)).arg(at)));
        }
    }
    QVERIFY2(functions >= 5, qPrintable(QString::number(functions)));
    QVERIFY2(unknown * 10 < places, qPrintable(u"%1 of %2"_s.arg(unknown).arg(places)));
}

void tst_Instructions::anyBytesAreAnswered()
{
    const auto seed = 20261126U;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20000; ++i) {
        std::vector<std::byte> code(random() % 40);
        for (std::byte &byte : code)
            byte = static_cast<std::byte>(random());
        const std::uint64_t at = random() % 44;
        const InstructionPlace place = instructionAt(Machine::X86_64, code, at);
        if (place.kind == Kind::Within) {
            QVERIFY(place.begin < at && at < place.end && place.end - place.begin <= 15);
            QCOMPARE(instructionAt(Machine::X86_64, code, place.begin).kind, Kind::Begin);
        }
        if (at >= code.size())
            QCOMPARE(place.kind, Kind::Unknown);
    }
    // A megabyte of prefixes, and of what is one instruction after the other.
    const std::vector<std::byte> prefixes(std::size_t{1} << 20U, std::byte{0x66});
    QCOMPARE(instructionAt(Machine::X86_64, prefixes, 1U << 19U).kind, Kind::Unknown);
    const std::vector<std::byte> nops(std::size_t{1} << 20U, std::byte{0x90});
    QCOMPARE(instructionAt(Machine::X86_64, nops, 1U << 19U).kind, Kind::Begin);
    QCOMPARE(instructionAt(Machine::X86_64, nops, ~std::uint64_t{0}).kind, Kind::Unknown);
}

void tst_Instructions::aProbeWithinAnInstructionIsRefused()
{
#ifndef __x86_64__
    QSKIP("the places are this machine's");
#endif
    const std::string file = THRESHER_PROBED_PLAIN;
    const auto expected = disassembled(QString::fromStdString(file)).at("main");
    const std::uint64_t main = *expected.begin();
    std::uint64_t within = 1; // of the first instruction that has a second byte
    while (expected.contains(main + within))
        ++within;
    const auto at = [&](std::uint64_t offset) {
        return placeProbe("p:x " + file + ":main+" + std::to_string(offset), {});
    };
    const auto wrong = at(within);
    QVERIFY(!wrong.has_value());
    QVERIFY2(wrong.error().text().find("is within an instruction") != std::string::npos,
             wrong.error().text().c_str());
    QVERIFY(at(*std::next(expected.begin()) - main).has_value());
    const auto outside = at(1U << 20U);
    QVERIFY(!outside.has_value());
    QVERIFY2(outside.error().text().find("is outside of it") != std::string::npos,
             outside.error().text().c_str());
    // The same by the file's offset.
    const auto begin = at(0);
    QVERIFY(begin.has_value());
    const std::uint64_t offset = parseProbe(*begin)->offset.value;
    const auto byOffset = [&](std::uint64_t more) {
        return placeProbe("p:x " + file + ":" + std::to_string(offset + more), {});
    };
    QVERIFY(byOffset(0).has_value());
    QVERIFY(!byOffset(within).has_value());
}

QTEST_GUILESS_MAIN(tst_Instructions)
#include "tst_instructions.moc"
