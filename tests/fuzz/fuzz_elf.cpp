// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/debugfiles.h"
#include "capture/symbols/elffile.h"
#include "capture/symbols/usdt.h"

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

using namespace thresher::capture;

// A program's headers, symbols and notes, whatever they say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto elf = ElfFile::parse(std::as_bytes(std::span(data, size)));
    if (!elf)
        return 0;
    for (const std::uint32_t type : {std::uint32_t{SHT_SYMTAB}, std::uint32_t{SHT_DYNSYM}}) {
        for (const ElfSymbol &symbol : elf->symbols(type)) {
            const auto offset = elf->fileOffset(symbol.address);
            const ElfSegment *const segment = elf->segmentOf(symbol.address);
            if (offset && segment == nullptr)
                std::abort(); // it is of one
        }
    }
    for (const UsdtProbe &probe : usdtProbesOf(*elf)) {
        for (const UsdtArgument &argument : probe.arguments) {
            if (argument.fetch.empty() == argument.whyNot.empty())
                std::abort();
        }
    }
    static_cast<void>(elf->buildId());
    static_cast<void>(elf->debugLink());
    static_cast<void>(elf->baseAddress());
    static_cast<void>(unpackDebugData(*elf));
    return 0;
}
