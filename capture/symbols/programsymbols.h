// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/debugfiles.h"
#include "capture/symbols/nametable.h"
#include "model/base/progress.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// Where a function's symbol was found.
enum class SymbolTable : std::uint8_t { Static, Dynamic, DebugData, DebugFile };

struct ProgramFunction
{
    std::string_view name; ///< As the source has it: demangled.
    std::string_view symbol; ///< As the file has it.
    std::string_view version; ///< "GLIBC_2.2.5"; empty: none.
    bool isDefaultVersion = true;
    std::uint64_t address = 0; ///< In the program's own address space, before it is loaded.
    std::uint64_t size = 0; ///< Bytes; 0: not known.
    std::uint64_t offset = 0; ///< In the file: what a uprobe is placed by. 0 where it cannot be.
    SymbolTable table = SymbolTable::Static;
    bool isGlobal = false;
    /// A sentence; empty: a uprobe can be put there.
    std::string_view whyNot;
};

/// The functions of a program or shared object that can be pointed at.
///
/// 80 bytes and twice its name a function. Immutable: any thread.
class ProgramSymbols
{
public:
    struct Options
    {
        /// "" or "/proc/PID/root": where debug files are looked for.
        std::string root;
    };

    /// Reads .symtab, .dynsym, .gnu_debugdata and the separate debug file. Fails if the file cannot
    /// be read or is no ELF file, or if asked to stop. O(n log n).
    [[nodiscard]] static Result<std::shared_ptr<const ProgramSymbols>>
    read(const std::filesystem::path &path, const Options &options, const std::stop_token &stop,
         Progress &progress);

    [[nodiscard]] const ElfImage &program() const { return *m_program; }
    /// What holds DWARF, if any does: the program itself or its debug file; else nullptr.
    [[nodiscard]] std::shared_ptr<const ElfImage> debugImage() const;
    [[nodiscard]] const std::string &root() const { return m_root; }
    /// What is added to an address of debugImage() to get one of the program: not 0 only if one of
    /// them was prelinked. Wraps around.
    [[nodiscard]] std::uint64_t debugBias() const { return m_debugBias; }

    /// Demangled, ascending, rows as of function().
    [[nodiscard]] const NameTable &names() const { return m_names; }
    /// @param row  below names().size().
    [[nodiscard]] ProgramFunction function(NameTable::Row row) const;
    /// The rows whose name or symbol is `name`; of a C++ function its parameters may be left out.
    /// O(n).
    [[nodiscard]] std::vector<NameTable::Row> named(std::string_view name) const;

private:
    struct Entry
    {
        std::string_view symbol;
        std::string_view version;
        std::uint64_t address = 0;
        std::uint64_t size = 0;
        SymbolTable table = SymbolTable::Static;
        std::uint8_t type = 0;
        bool isGlobal = false;
        bool isDefaultVersion = true;
    };

    ProgramSymbols() = default;
    static void collect(const ElfFile &file, std::uint32_t sectionType, SymbolTable table,
                        std::uint64_t bias, std::vector<Entry> &entries);
    Result<void> index(std::vector<Entry> entries, const std::stop_token &stop, Progress &progress);

    std::shared_ptr<const ElfImage> m_program;
    std::shared_ptr<const ElfImage> m_debugData;
    std::shared_ptr<const ElfImage> m_debugFile;
    std::string m_root;
    std::uint64_t m_debugBias = 0;
    NameTable m_names;
    std::vector<Entry> m_entries; ///< By row.
};

} // namespace thresher::capture
