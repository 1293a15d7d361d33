// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/debuginfo.h"

#include <elfutils/libdw.h>

#include <map>
#include <utility>

namespace thresher::capture {

struct ElfCloser
{
    void operator()(Elf *elf) const { ::elf_end(elf); }
};
struct DwarfCloser
{
    void operator()(Dwarf *dwarf) const { ::dwarf_end(dwarf); }
};
struct CfiCloser
{
    void operator()(Dwarf_CFI *cfi) const { ::dwarf_cfi_end(cfi); }
};

/// An ELF image as libdw has it.
struct DwarfFile
{
    std::shared_ptr<const ElfImage> image; ///< Whose bytes are used.
    std::unique_ptr<Elf, ElfCloser> elf;
    std::unique_ptr<Dwarf, DwarfCloser> dwarf;

    /// False if there is no DWARF.
    [[nodiscard]] bool open(std::shared_ptr<const ElfImage> from);
};

struct DebugInfo::Private
{
    struct Range
    {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        Dwarf_Off unit = 0;
    };
    /// A function at its first instruction.
    struct Entry
    {
        FunctionSignature signature;
        std::vector<Dwarf_Die> parameters; ///< As many.
        CallPlaces places;

        /// Of a parameter; nullopt: it is none.
        [[nodiscard]] std::optional<ValuePlace> placeOf(Dwarf_Die &variable) const
        {
            for (std::size_t i = 0; i < parameters.size(); ++i) {
                if (parameters[i].addr == variable.addr)
                    return places.parameters[i];
            }
            return std::nullopt;
        }
    };
    using FunctionsByEntry = std::vector<std::pair<std::uint64_t, Dwarf_Off>>;

    std::shared_ptr<const ProgramSymbols> symbols;
    DwarfFile file;
    DwarfFile alternative; ///< What several files share (dwz).
    std::unique_ptr<Elf, ElfCloser> programElf; ///< Of the program itself, for its frames.
    std::unique_ptr<Dwarf_CFI, CfiCloser> frames; // Goes before its ELF.
    std::vector<Range> ranges; ///< Ascending by begin.
    std::map<Dwarf_Off, FunctionsByEntry> functions; ///< Of units that were asked for.
    Machine machine = Machine::Other;

    [[nodiscard]] bool indexUnits(const std::stop_token &stop, Progress &progress);
    /// An address of the debug file.
    [[nodiscard]] std::optional<Dwarf_Die> unitOf(std::uint64_t address);
    [[nodiscard]] std::optional<Dwarf_Die> functionAt(std::uint64_t address);
    /// That whose code holds the address.
    [[nodiscard]] std::optional<Dwarf_Die> functionAround(Dwarf_Die &unit, std::uint64_t address);
    /// @param address  of the debug file.
    [[nodiscard]] SourceLine lineAt(std::uint64_t address, std::uint32_t line,
                                    std::string_view path) const;
    [[nodiscard]] const FunctionsByEntry &functionsOf(Dwarf_Die &unit);

    /// nullopt: it has no DWARF.
    [[nodiscard]] std::optional<Entry> entryOf(const DebugInfo &types,
                                               const ProgramFunction &function);

    [[nodiscard]] TypeId idOf(Dwarf_Die &die) const;
    [[nodiscard]] std::optional<Dwarf_Die> dieOf(TypeId type) const;
    [[nodiscard]] TypeId typeOf(Dwarf_Die &die) const; ///< Of its DW_AT_type.
    void setArray(TypeInfo &info, Dwarf_Die &array) const;
    [[nodiscard]] bool isSignedEnum(Dwarf_Die &enumeration) const;

    /// Where a variable is at `address`; nullopt: DWARF does not tell.
    /// @param isEntry  it is its function's first instruction, where a frame is not made yet.
    [[nodiscard]] std::optional<ValuePlace> placeAt(Dwarf_Die &variable, Dwarf_Die &function,
                                                    std::uint64_t address, bool isEntry);
    [[nodiscard]] ValuePlace evaluate(const Dwarf_Op *ops, std::size_t count, Dwarf_Die *function,
                                      std::uint64_t address, bool isEntry);
    /// "%sp" and what is added to it, of the frame at `address`; nullopt: not known.
    [[nodiscard]] std::optional<std::pair<std::string, std::int64_t>>
    frameAddress(std::uint64_t address, bool isEntry);
    [[nodiscard]] std::optional<std::pair<std::string, std::int64_t>>
    frameBase(Dwarf_Die &function, std::uint64_t address, bool isEntry);
};

} // namespace thresher::capture
