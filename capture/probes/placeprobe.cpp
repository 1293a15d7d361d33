// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"
#include "capture/probes/probespec.h"
#include "capture/probes/thismachine_p.h"
#include "capture/symbols/instructions.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/programsymbols.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher::capture {

Result<std::string> libcPath()
{
    THRESHER_TRY_ASSIGN(const auto images, readProcessImages(::getpid()));
    for (const ProcessImage &image : images)
        if (image.path.find("/libc.so") != std::string::npos
            || image.path.find("/ld-musl") != std::string::npos)
            return image.path;
    return fail(ErrorKind::Unsupported, "This program has no C library of its own to go by.");
}

namespace {

std::string inHex(std::uint64_t value)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value, 16).ptr;
    return "0x" + std::string(digits.begin(), end);
}

/// Whether a probe can stand `offset` bytes into a function. What is not known is no error: the
/// kernel looks itself.
Result<void> checkPlace(const ElfFile &program, const std::string &path,
                        const ProgramFunction &function, std::uint64_t offset)
{
    const std::string name(function.name);
    if (function.size > 0 && offset >= function.size)
        return fail(ErrorKind::InvalidArgument,
                    name + " has " + std::to_string(function.size) + " bytes only: +"
                        + inHex(offset) + " is outside of it.",
                    path);
    const auto bytes = program.bytes();
    if (offset == 0 || function.offset >= bytes.size())
        return {};
    auto code = bytes.subspan(function.offset);
    if (function.size > 0)
        code = code.first(std::min<std::uint64_t>(code.size(), function.size));
    const InstructionPlace place = instructionAt(program.machine(), code, offset);
    if (place.kind != InstructionPlace::Kind::Within)
        return {};
    return fail(ErrorKind::InvalidArgument,
                name + "+" + inHex(offset) + " is within an instruction: one begins at +"
                    + inHex(place.begin) + ", the next at +" + inHex(place.end) + ".",
                path);
}

/// Of a line that has the file offset already, if its function is known.
Result<void> checkFileOffset(const ProbeSpec &spec, const std::stop_token &stop)
{
    Progress progress;
    const auto symbols = ProgramSymbols::read(spec.path, {}, stop, progress);
    if (!symbols)
        return {}; // the kernel says what is wrong with it
    const std::uint64_t at = spec.offset.value;
    for (NameTable::Row row = 0; row < (*symbols)->names().size(); ++row) {
        const ProgramFunction function = (*symbols)->function(row);
        if (function.whyNot.empty() && function.offset <= at
            && at - function.offset < function.size)
            return checkPlace((*symbols)->program().elf, spec.path, function, at - function.offset);
    }
    return {};
}

bool isOfProgram(const ProbeSpec &spec)
{
    return spec.kind == ProbeKind::Uprobe || spec.kind == ProbeKind::Uretprobe;
}

} // namespace

Result<std::string> placeProbe(const std::string &line, const std::stop_token &stop)
{
    auto spec = parseProbe(line);
    if (!spec || !isOfProgram(*spec))
        return line;
    if (!spec->isUnresolved()) {
        THRESHER_TRY(checkFileOffset(*spec, stop));
        return line;
    }
    Progress progress;
    THRESHER_TRY_ASSIGN(const auto symbols, ProgramSymbols::read(spec->path, {}, stop, progress));
    std::vector<ProgramFunction> found;
    for (const NameTable::Row row : symbols->named(spec->symbol))
        found.push_back(symbols->function(row));
    // Of several versions of a symbol the one that programs get, which is no question in a
    // program's own table.
    std::stable_partition(found.begin(), found.end(), [](const ProgramFunction &each) {
        return each.whyNot.empty() && each.isDefaultVersion;
    });
    if (found.empty())
        return fail(ErrorKind::InvalidArgument,
                    "There is no function " + spec->symbol + " in it: it may have no symbols.",
                    spec->path);
    if (!found.front().whyNot.empty())
        return fail(ErrorKind::InvalidArgument,
                    spec->symbol + ": " + std::string(found.front().whyNot), spec->path);
    THRESHER_TRY(checkPlace(symbols->program().elf, spec->path, found.front(),
                            spec->hasOffset ? spec->offset.value : 0));
    if (spec->event.empty())
        spec->event = suggestedEventName(*spec);
    spec->offset = {found.front().offset + (spec->hasOffset ? spec->offset.value : 0),
                    ProbeNumber::Base::Hex, 0};
    spec->hasOffset = true;
    spec->symbol.clear();
    return printProbe(*spec);
}

} // namespace thresher::capture
