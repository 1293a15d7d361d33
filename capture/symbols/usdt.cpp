// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/usdt.h"

#include "capture/symbols/textscan_p.h"
#include "model/base/bytes.h"

#include <algorithm>
#include <array>
#include <limits>

namespace thresher::capture {

namespace {

constexpr std::uint32_t kProbeNote = 3; // the layout that sys/sdt.h writes
constexpr const char *kTooHard = "it is written in a way that probes cannot follow";

/// A register's part, by the name that assembly has for it.
struct RegisterPart
{
    std::string name; ///< "%ax"; empty: probes cannot read it.
    bool isSecondByte = false; ///< "ah"
};

RegisterPart x86Register(std::string_view name)
{
    static constexpr std::array<std::string_view, 4> kLettered{"ax", "bx", "cx", "dx"};
    static constexpr std::array<std::string_view, 4> kNamed{"si", "di", "bp", "sp"};
    if (name.size() == 2 && (name[1] == 'l' || name[1] == 'h')) {
        for (const std::string_view each : kLettered) {
            if (each[0] == name[0])
                return {'%' + std::string(each), name[1] == 'h'};
        }
    }
    if (name.size() == 3 && name[2] == 'l') // "sil"
        name.remove_suffix(1);
    else if (name.size() == 3 && (name[0] == 'e' || name[0] == 'r')
             && (name[1] < '0' || name[1] > '9'))
        name.remove_prefix(1); // "eax", "rax"
    for (const auto &list : {kLettered, kNamed}) {
        if (std::find(list.begin(), list.end(), name) != list.end())
            return {'%' + std::string(name), false};
    }
    // "r8", "r10d", "r15w", "r9b"
    if (name.size() > 2 && std::string_view("dwb").find(name.back()) != std::string_view::npos)
        name.remove_suffix(1);
    const auto number = name.substr(0, 1) == "r" ? parseNumber(name.substr(1), 10) : std::nullopt;
    if (number && *number >= 8 && *number <= 15)
        return {"%r" + std::to_string(*number), false};
    return {};
}

RegisterPart armRegister(std::string_view name)
{
    constexpr std::uint64_t kLast = 30;
    if (name == "sp")
        return {"%sp", false};
    const auto number = !name.empty() && (name[0] == 'x' || name[0] == 'w')
                            ? parseNumber(name.substr(1), 10)
                            : std::nullopt;
    return number && *number <= kLast ? RegisterPart{"%x" + std::to_string(*number), false}
                                      : RegisterPart{};
}

std::optional<std::int64_t> signedNumber(std::string_view text)
{
    const bool isNegative = text.substr(0, 1) == "-";
    if (isNegative)
        text.remove_prefix(1);
    const auto number = parseNumber(text, text.substr(0, 2) == "0x" ? 16 : 10);
    if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return isNegative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

std::string typeOf(const UsdtArgument &argument)
{
    return (argument.isSigned ? ":s" : ":u") + std::to_string(argument.size * 8);
}

void setRegister(UsdtArgument &argument, const RegisterPart &part)
{
    if (part.name.empty())
        argument.whyNot = "it is in a register that probes cannot read";
    else
        argument.fetch = part.name + (part.isSecondByte ? ":b8@8/64" : typeOf(argument));
}

void setMemory(UsdtArgument &argument, const RegisterPart &base, std::int64_t offset)
{
    if (base.name.empty() || base.isSecondByte) {
        argument.whyNot = kTooHard;
        return;
    }
    const auto size = offset < 0 ? 0 - static_cast<std::uint64_t>(offset)
                                 : static_cast<std::uint64_t>(offset);
    argument.fetch = (offset < 0 ? "-" : "+") + std::to_string(size) + '(' + base.name + ')'
                     + typeOf(argument);
}

void setConstant(UsdtArgument &argument, std::string_view text)
{
    if (const auto number = signedNumber(text))
        argument.fetch = '\\' + std::to_string(*number) + typeOf(argument);
    else
        argument.whyNot = kTooHard;
}

/// "%edi", "$5", "16(%rbp)"; not "sym(%rip)", "8(%rax,%rbx,4)".
void readX86(UsdtArgument &argument, std::string_view place)
{
    if (place.substr(0, 1) == "%")
        return setRegister(argument, x86Register(place.substr(1)));
    if (place.substr(0, 1) == "$")
        return setConstant(argument, place.substr(1));
    const std::size_t open = place.find('(');
    if (open == std::string_view::npos || place.back() != ')' || place.substr(open + 1, 1) != "%") {
        argument.whyNot = kTooHard;
        return;
    }
    const auto offset = open == 0 ? std::optional<std::int64_t>(0)
                                  : signedNumber(place.substr(0, open));
    const std::string_view base = place.substr(open + 2, place.size() - open - 3);
    setMemory(argument, offset ? x86Register(base) : RegisterPart{}, offset.value_or(0));
}

/// "x0", "w1", "5", "[sp]", "[sp, 16]"
void readArm(UsdtArgument &argument, std::string_view place)
{
    if (signedNumber(place))
        return setConstant(argument, place);
    if (place.empty() || place.front() != '[')
        return setRegister(argument, armRegister(place));
    if (place.back() != ']') {
        argument.whyNot = kTooHard;
        return;
    }
    place = place.substr(1, place.size() - 2);
    const std::size_t comma = std::min(place.find(','), place.size());
    std::string_view rest = place.substr(std::min(comma + 1, place.size()));
    const auto offset = comma == place.size() ? std::optional<std::int64_t>(0)
                                              : signedNumber(takeWord(rest));
    setMemory(argument, offset ? armRegister(place.substr(0, comma)) : RegisterPart{},
              offset.value_or(0));
}

/// Arguments are divided by blanks, but for those within brackets.
std::vector<std::string_view> divided(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool isWithin = false;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size())
            isWithin = text[i] == '[' || (isWithin && text[i] != ']');
        if (i < text.size() && (text[i] != ' ' || isWithin))
            continue;
        if (i > begin)
            parts.push_back(text.substr(begin, i - begin));
        begin = i + 1;
    }
    return parts;
}

void place(const ElfFile &elf, std::uint64_t semaphore, UsdtProbe &probe)
{
    const ElfSegment *const segment = elf.segmentOf(probe.address);
    const auto offset = elf.fileOffset(probe.address);
    if (segment == nullptr || !offset || !segment->isExecutable) {
        probe.whyNot = "no part of the file that is executable is loaded at its address";
        return;
    }
    probe.offset = *offset;
    if (semaphore == 0)
        return;
    const auto counter = elf.fileOffset(semaphore);
    if (counter)
        probe.semaphoreOffset = *counter;
    else
        probe.whyNot = "the counter that switches it on is not in the file";
}

} // namespace

UsdtArgument usdtArgument(Machine machine, std::string_view text)
{
    UsdtArgument argument;
    argument.text = text;
    const std::size_t at = text.find('@');
    const auto size = at == std::string_view::npos ? std::nullopt
                                                   : signedNumber(text.substr(0, at));
    if (!size
        || (*size != 1 && *size != 2 && *size != 4 && *size != 8 && *size != -1 && *size != -2
            && *size != -4 && *size != -8)) {
        argument.whyNot = kTooHard;
        return argument;
    }
    argument.isSigned = *size < 0;
    argument.size = static_cast<std::uint32_t>(argument.isSigned ? -*size : *size);
    const std::string_view where = text.substr(at + 1);
    if (machine == Machine::X86_64 && !where.empty())
        readX86(argument, where);
    else if (machine == Machine::Arm64 && !where.empty())
        readArm(argument, where);
    else
        argument.whyNot = kTooHard;
    return argument;
}

std::vector<UsdtProbe> usdtProbesOf(const ElfFile &elf)
{
    std::vector<UsdtProbe> probes;
    const ElfSection *const section = elf.section(".note.stapsdt");
    if (section == nullptr)
        return probes;
    // Notes are not moved when a file is prelinked; this section is.
    const ElfSection *const base = elf.section(".stapsdt.base");
    for (const ElfNote &note : elf.notes(section->bytes)) {
        if (note.owner != "stapsdt" || note.type != kProbeNote)
            continue;
        ByteReader reader(note.bytes, elf.isBigEndian());
        const auto word = [&] { return elf.is64() ? reader.u64() : reader.u32(); };
        UsdtProbe probe;
        probe.address = word();
        const std::uint64_t baseThen = word();
        std::uint64_t semaphore = word();
        probe.provider = reader.string();
        probe.name = reader.string();
        const std::string_view arguments = reader.string();
        if (!reader.isOk() || probe.name.empty())
            continue;
        if (base != nullptr && baseThen != 0) {
            probe.address += base->address - baseThen;
            semaphore += semaphore != 0 ? base->address - baseThen : 0;
        }
        place(elf, semaphore, probe);
        for (const std::string_view argument : divided(arguments))
            probe.arguments.push_back(usdtArgument(elf.machine(), argument));
        probes.push_back(std::move(probe));
    }
    return probes;
}

} // namespace thresher::capture
