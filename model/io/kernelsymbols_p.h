// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// The kernel's symbols, from the text of /proc/kallsyms. Views into that text. Reading is
/// thread-safe.
class KernelSymbols
{
public:
    struct Symbol
    {
        std::uint64_t address = 0;
        std::string_view name;
        std::string_view module; ///< Empty: of the kernel itself.
    };

    KernelSymbols() = default;
    /// O(n log n): some 20 ms for a kernel's 200,000 symbols. Lines that make no sense are left
    /// out.
    explicit KernelSymbols(std::string_view kallsyms);

    /// The symbol that covers `address`: the last one that begins at or before it. Of several at
    /// one address libtraceevent takes any; which one is the same here. nullptr where there is
    /// none. The last symbol of all covers nothing but its first byte. O(log n).
    [[nodiscard]] const Symbol *find(std::uint64_t address) const;
    /// 0 where there is no such symbol. O(n).
    [[nodiscard]] std::uint64_t addressOf(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return m_symbols.size(); }

private:
    std::vector<Symbol> m_symbols; // ascending by address
};

/// Strings of the kernel that records hold only the address of, from the text of printk_formats.
class PrintkStrings
{
public:
    PrintkStrings() = default;
    explicit PrintkStrings(std::string_view printkFormats);

    /// Escapes (\n, \") stand as in the file. nullopt where the address is not known. O(1).
    [[nodiscard]] std::optional<std::string_view> find(std::uint64_t address) const;

private:
    std::unordered_map<std::uint64_t, std::string_view> m_strings;
};

} // namespace thresher
