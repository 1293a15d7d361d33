// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/programsymbols.h"

#include "capture/symbols/demangle.h"

#include <elf.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace thresher::capture {

namespace {

bool isFunction(const ElfSymbol &symbol)
{
    return (symbol.type == STT_FUNC || symbol.type == STT_GNU_IFUNC) && symbol.section != SHN_UNDEF
           && !symbol.name.empty();
}

/// "ns::f" of "ns::f(int) const"; parentheses within the name ("(anonymous namespace)",
/// "operator()") stay.
std::string_view withoutParameters(std::string_view name)
{
    std::size_t depth = 0;
    for (std::size_t i = name.size(); i-- > 0;) {
        if (name[i] == ')')
            ++depth;
        else if (name[i] == '(' && depth > 0 && --depth == 0)
            return name.substr(0, i);
    }
    return name;
}

} // namespace

void ProgramSymbols::collect(const ElfFile &file, std::uint32_t sectionType, SymbolTable table,
                             std::uint64_t bias, std::vector<Entry> &entries)
{
    for (const ElfSymbol &symbol : file.symbols(sectionType)) {
        if (isFunction(symbol))
            entries.push_back({symbol.name, symbol.version, symbol.address + bias, symbol.size,
                               table, symbol.type, symbol.binding != STB_LOCAL,
                               symbol.isDefaultVersion});
    }
}

Result<std::shared_ptr<const ProgramSymbols>>
ProgramSymbols::read(const std::filesystem::path &path, const Options &options,
                     const std::stop_token &stop, Progress &progress)
{
    auto symbols = std::shared_ptr<ProgramSymbols>(new ProgramSymbols);
    THRESHER_TRY_ASSIGN(symbols->m_program, openElf(path));
    symbols->m_root = options.root;
    const ElfFile &program = symbols->m_program->elf;
    symbols->m_debugFile = findDebugFile(*symbols->m_program, options.root);
    symbols->m_debugData = unpackDebugData(program);
    std::vector<Entry> entries;
    // In the order in which one of several equal ones is kept: .dynsym knows versions.
    collect(program, SHT_DYNSYM, SymbolTable::Dynamic, 0, entries);
    collect(program, SHT_SYMTAB, SymbolTable::Static, 0, entries);
    if (symbols->m_debugFile) {
        const ElfFile &debug = symbols->m_debugFile->elf;
        symbols->m_debugBias = program.baseAddress() - debug.baseAddress();
        collect(debug, SHT_SYMTAB, SymbolTable::DebugFile, symbols->m_debugBias, entries);
    }
    if (symbols->m_debugData) {
        const ElfFile &data = symbols->m_debugData->elf;
        collect(data, SHT_SYMTAB, SymbolTable::DebugData,
                program.baseAddress() - data.baseAddress(), entries);
    }
    THRESHER_TRY(symbols->index(std::move(entries), stop, progress));
    return symbols;
}

/// Leaves out what several tables tell, demangles, and sorts.
Result<void> ProgramSymbols::index(std::vector<Entry> entries, const std::stop_token &stop,
                                   Progress &progress)
{
    // .symtab has "f@@VERSION" where .dynsym has "f".
    for (Entry &entry : entries)
        entry.symbol = entry.symbol.substr(0, std::max<std::size_t>(entry.symbol.find('@'), 1));
    const auto byPlace = [](const Entry &entry) { return std::tie(entry.address, entry.symbol); };
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const Entry &a, const Entry &b) { return byPlace(a) < byPlace(b); });
    entries.erase(
        std::unique(entries.begin(), entries.end(),
                    [&](const Entry &a, const Entry &b) { return byPlace(a) == byPlace(b); }),
        entries.end());
    progress.setTotal(entries.size());
    constexpr std::size_t kBetweenPolls = 1024;
    std::vector<std::string> names;
    names.reserve(entries.size());
    std::size_t bytes = 0;
    for (const Entry &entry : entries) {
        if (names.size() % kBetweenPolls == 0) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Reading symbols was stopped.");
            progress.advance(kBetweenPolls);
        }
        names.push_back(demangled(entry.symbol));
        bytes += names.back().size();
    }
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
    m_names.reserve(names.size(), bytes);
    m_entries.reserve(entries.size());
    for (const std::size_t i : order) {
        if (!m_names.add(names[i]))
            break;
        m_entries.push_back(entries[i]);
    }
    return {};
}

std::shared_ptr<const ElfImage> ProgramSymbols::debugImage() const
{
    for (const auto &image : {m_program, m_debugFile}) {
        if (image && image->elf.section(".debug_info") != nullptr)
            return image;
    }
    return nullptr;
}

ProgramFunction ProgramSymbols::function(NameTable::Row row) const
{
    const Entry &entry = m_entries[row];
    ProgramFunction function{m_names[row],
                             entry.symbol,
                             entry.version,
                             entry.isDefaultVersion,
                             entry.address,
                             entry.size,
                             0,
                             entry.table,
                             entry.isGlobal,
                             {}};
    const ElfFile &elf = m_program->elf;
    const ElfSegment *const segment = elf.segmentOf(entry.address);
    const auto offset = elf.fileOffset(entry.address);
    if (elf.isRelocatable())
        function.whyNot = "it is in an object file, which does not run as it is";
    else if (segment == nullptr || !offset)
        function.whyNot = "no part of the file is loaded at its address";
    else if (!segment->isExecutable)
        function.whyNot = "its address is not executable";
    else if (entry.type == STT_GNU_IFUNC)
        function.whyNot = "it only chooses, once, which of several functions is called";
    else
        function.offset = *offset;
    return function;
}

std::vector<NameTable::Row> ProgramSymbols::named(std::string_view name) const
{
    std::vector<NameTable::Row> rows;
    for (NameTable::Row row = 0; row < m_names.size(); ++row) {
        if (m_names[row] == name || m_entries[row].symbol == name
            || withoutParameters(m_names[row]) == name)
            rows.push_back(row);
    }
    return rows;
}

} // namespace thresher::capture
