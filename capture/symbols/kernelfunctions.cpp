// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/kernelfunctions.h"

#include "capture/symbols/textscan_p.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace thresher::capture {

namespace {

/// "[ext4]" → "ext4".
std::string_view moduleName(std::string_view word)
{
    return word.size() > 2 && word.front() == '[' ? word.substr(1, word.size() - 2)
                                                  : std::string_view();
}

/// What the compiler puts between functions.
bool isPadding(std::string_view name)
{
    return name.substr(0, 6) == "__pfx_" || name.substr(0, 6) == "__cfi_" || name.empty();
}

/// "name" or "name module", as a set holds it.
std::string keyOf(std::string_view name, std::string_view module)
{
    return module.empty() ? std::string(name) : std::string(name) + ' ' + std::string(module);
}

/// What one file lists: functions by name, and by where they lie.
struct Listed
{
    std::unordered_set<std::string> names;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges; ///< Half-open, ascending.

    [[nodiscard]] bool covers(std::uint64_t address) const
    {
        const auto after = std::upper_bound(ranges.begin(), ranges.end(),
                                            std::pair(address, ~std::uint64_t{0}));
        return address != 0 && after != ranges.begin() && address < std::prev(after)->second;
    }
};

Listed filterFunctionsOf(std::string_view text)
{
    Listed listed;
    while (!text.empty()) {
        std::string_view line = takeLine(text);
        const std::string_view name = takeWord(line);
        if (!name.empty())
            listed.names.insert(keyOf(name, moduleName(takeWord(line))));
    }
    return listed;
}

/// Lines of "0xBEGIN-0xEND\tNAME".
Listed blacklistOf(std::string_view text)
{
    Listed listed;
    while (!text.empty()) {
        std::string_view line = takeLine(text);
        const std::string_view range = takeWord(line);
        const std::string_view name = takeWord(line);
        if (!name.empty())
            listed.names.emplace(name);
        const auto begin = parseNumber(range.substr(0, range.find('-')), 16);
        const auto end = parseNumber(range.substr(std::min(range.find('-'), range.size() - 1) + 1),
                                     16);
        if (range.find('-') != std::string_view::npos && begin && end && *begin < *end)
            listed.ranges.emplace_back(*begin, *end);
    }
    std::sort(listed.ranges.begin(), listed.ranges.end());
    return listed;
}

} // namespace

std::string_view reasonOf(ProbeMark mark)
{
    switch (mark) {
    case ProbeMark::Traceable:
        return {};
    case ProbeMark::Unknown:
        return "this kernel does not tell what it can trace";
    case ProbeMark::NoTrace:
        return "the kernel does not trace it: it is marked notrace, or a part of a function";
    case ProbeMark::Blacklisted:
        return "it is on the kernel's blacklist: a probe there would crash it";
    case ProbeMark::Ambiguous:
        return "several functions have this name";
    }
    return {};
}

/// Reads the files, and then makes rows of them.
struct KernelFunctions::Reader
{
    struct Symbol
    {
        std::string_view name;
        std::uint64_t address = 0;
        std::uint16_t module = 0;
        bool isGlobal = false;
    };

    KernelFunctions &kernel;
    std::string text; ///< Of kallsyms.
    std::vector<Symbol> symbols; ///< Functions.
    std::vector<std::uint64_t> addresses; ///< Of all symbols, ascending.

    std::uint16_t moduleOf(std::string_view name)
    {
        auto &modules = kernel.m_modules;
        // They come in blocks; there are some hundreds.
        if (modules.back() == name)
            return static_cast<std::uint16_t>(modules.size() - 1);
        const auto at = std::find(modules.begin(), modules.end(), name);
        const auto number = static_cast<std::uint16_t>(at - modules.begin());
        if (at == modules.end() && modules.size() < 0xffff)
            modules.emplace_back(name);
        return std::min(number, static_cast<std::uint16_t>(modules.size() - 1));
    }

    bool readSymbols(const std::stop_token &stop, Progress &progress)
    {
        constexpr std::size_t kBetweenPolls = 1024;
        progress.setTotal(text.size());
        std::string_view rest = text;
        for (std::size_t count = 0; !rest.empty(); ++count) {
            if (count % kBetweenPolls == 0 && stop.stop_requested())
                return false;
            std::string_view line = takeLine(rest);
            progress.advance(line.size() + 1);
            const auto address = parseNumber(takeWord(line), 16);
            const std::string_view type = takeWord(line);
            const std::string_view name = takeWord(line);
            const std::string_view module = moduleName(takeWord(line));
            if (!address || type.size() != 1)
                continue;
            if (*address != 0)
                addresses.push_back(*address);
            // BPF programs and trampolines are listed as modules of these names.
            const bool isOfTracing = module == "bpf" || module.substr(0, 9) == "__builtin";
            if (std::string_view("tTwW").find(type.front()) == std::string_view::npos
                || isPadding(name) || isOfTracing)
                continue;
            symbols.push_back({name, *address, moduleOf(module), type != "t"});
        }
        std::sort(addresses.begin(), addresses.end());
        return true;
    }

    [[nodiscard]] std::uint32_t sizeOf(std::uint64_t address) const
    {
        const auto next = std::upper_bound(addresses.begin(), addresses.end(), address);
        constexpr std::uint64_t kMost = 1U << 24U; // what is behind is another section
        return address == 0 || next == addresses.end() || *next - address > kMost
                   ? 0
                   : static_cast<std::uint32_t>(*next - address);
    }

    void makeRows(const Listed &filter, const Listed &blacklist)
    {
        std::sort(symbols.begin(), symbols.end(), [](const Symbol &a, const Symbol &b) {
            return std::tie(a.name, a.module, a.address) < std::tie(b.name, b.module, b.address);
        });
        kernel.m_names.reserve(symbols.size(), text.size() / 3);
        kernel.m_entries.reserve(symbols.size());
        const auto isSameName = [this](std::size_t a, std::size_t b) {
            return b < symbols.size() && symbols[a].name == symbols[b].name
                   && symbols[a].module == symbols[b].module;
        };
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            const Symbol &symbol = symbols[i];
            if (!kernel.m_names.add(symbol.name))
                break;
            const bool isOne = !isSameName(i, i + 1) && (i == 0 || !isSameName(i, i - 1));
            const std::string key = keyOf(symbol.name, kernel.m_modules[symbol.module]);
            Entry entry{symbol.address, sizeOf(symbol.address), symbol.module, ProbeMark::Traceable,
                        symbol.isGlobal};
            if (blacklist.names.count(std::string(symbol.name)) != 0
                || blacklist.covers(symbol.address))
                entry.mark = ProbeMark::Blacklisted;
            else if (!kernel.m_hasFilter)
                entry.mark = isOne ? ProbeMark::Unknown : ProbeMark::Ambiguous;
            else if (filter.names.count(key) == 0)
                entry.mark = ProbeMark::NoTrace;
            else if (!isOne)
                entry.mark = ProbeMark::Ambiguous;
            kernel.m_entries.push_back(entry);
        }
    }
};

Result<std::shared_ptr<const KernelFunctions>>
KernelFunctions::read(const KernelFiles &files, const std::stop_token &stop, Progress &progress)
{
    auto kernel = std::shared_ptr<KernelFunctions>(new KernelFunctions);
    errno = 0;
    auto text = readTextFile(files.kallsyms);
    if (!text)
        return failErrno(errno, "reading the kernel's symbols", files.kallsyms);
    Reader reader{*kernel, std::move(*text), {}, {}};
    if (!reader.readSymbols(stop, progress))
        return fail(ErrorKind::Cancelled, "Reading symbols was stopped.");
    if (reader.symbols.empty())
        return fail(ErrorKind::Unsupported, "The kernel lists no functions (CONFIG_KALLSYMS).",
                    files.kallsyms);
    const auto filter = readTextFile(files.filterFunctions);
    const auto blacklist = readTextFile(files.blacklist);
    kernel->m_hasFilter = filter && !filter->empty();
    kernel->m_hasBlacklist = blacklist.has_value();
    reader.makeRows(filterFunctionsOf(filter.value_or("")), blacklistOf(blacklist.value_or("")));
    return kernel;
}

KernelFunction KernelFunctions::function(NameTable::Row row) const
{
    const Entry &entry = m_entries[row];
    return {m_names[row], m_modules[entry.module], entry.address, entry.size,
            entry.mark,   entry.isGlobal};
}

std::pair<NameTable::Row, NameTable::Row> KernelFunctions::named(std::string_view name) const
{
    NameTable::Row begin = 0;
    for (NameTable::Row count = m_names.size(); count > 0;) {
        const NameTable::Row half = count / 2;
        if (m_names[begin + half] < name) {
            begin += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    NameTable::Row end = begin;
    while (end < m_names.size() && m_names[end] == name)
        ++end;
    return {begin, end - begin};
}

} // namespace thresher::capture
