// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/formattext_p.h"
#include "model/io/kernelsymbols_p.h"

#include <algorithm>
#include <charconv>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using formattext::takeLine;
using formattext::trimmed;

std::string_view takeWord(std::string_view &text)
{
    text = trimmed(text);
    const auto word = text.substr(0, text.find_first_of(" \t"sv));
    text.remove_prefix(word.size());
    return word;
}

std::optional<std::uint64_t> hexNumber(std::string_view text)
{
    if (text.starts_with("0x"sv))
        text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (result.ec != std::errc())
        return std::nullopt;
    return value;
}

} // namespace

// "ffffffff810001c0 t name\t[module]"
KernelSymbols::KernelSymbols(std::string_view kallsyms)
{
    m_symbols.reserve(kallsyms.size() / 40);
    while (!kallsyms.empty()) {
        auto line = takeLine(kallsyms);
        const auto address = hexNumber(takeWord(line));
        const auto type = takeWord(line);
        const auto name = takeWord(line);
        auto module = takeWord(line);
        // As libtraceevent: not arm's thousands of "$a", nor absolute symbols (per-CPU offsets).
        if (!address || type.size() != 1 || name.empty() || name.front() == '$' || type == "A"sv
            || type == "a"sv)
            continue;
        if (module.size() >= 2 && module.front() == '[' && module.back() == ']')
            module = module.substr(1, module.size() - 2);
        m_symbols.push_back({*address, name, module});
    }
    // Of equal addresses the one that comes last in the file is first: libtraceevent collects them
    // in a list from the front.
    std::reverse(m_symbols.begin(), m_symbols.end());
    std::stable_sort(m_symbols.begin(), m_symbols.end(),
                     [](const Symbol &a, const Symbol &b) { return a.address < b.address; });
}

const KernelSymbols::Symbol *KernelSymbols::find(std::uint64_t address) const
{
    // bsearch() by hand, since it decides which of several symbols at one address is found.
    std::size_t begin = 0;
    std::size_t end = m_symbols.size();
    while (begin < end) {
        const auto middle = (begin + end) / 2;
        const auto &symbol = m_symbols[middle];
        const auto next = middle + 1 < m_symbols.size() ? m_symbols[middle + 1].address : 0;
        if (address == symbol.address || (address > symbol.address && address < next))
            return &symbol;
        if (address < symbol.address)
            end = middle;
        else
            begin = middle + 1;
    }
    return nullptr;
}

std::uint64_t KernelSymbols::addressOf(std::string_view name) const
{
    const auto found = std::find_if(m_symbols.begin(), m_symbols.end(),
                                    [&](const Symbol &symbol) { return symbol.name == name; });
    return found == m_symbols.end() ? 0 : found->address;
}

// "0xffffffff82345678 : "text\n""
PrintkStrings::PrintkStrings(std::string_view printkFormats)
{
    while (!printkFormats.empty()) {
        auto line = takeLine(printkFormats);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        const auto address = hexNumber(trimmed(line.substr(0, colon)));
        auto text = line.substr(std::min(colon + 2, line.size()));
        if (!address)
            continue;
        if (text.starts_with('"'))
            text.remove_prefix(1);
        if (text.ends_with('"'))
            text.remove_suffix(1);
        if (text.ends_with(R"(\n)"sv))
            text.remove_suffix(2);
        m_strings.emplace(*address, text);
    }
}

std::optional<std::string_view> PrintkStrings::find(std::uint64_t address) const
{
    const auto found = m_strings.find(address);
    if (found == m_strings.end())
        return std::nullopt;
    return found->second;
}

} // namespace thresher
