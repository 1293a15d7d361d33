// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace thresher {

class EventPrinter;

/// Gives addresses dense numbers, and names when they are asked for.
class AddressNames
{
public:
    AddressNames();
    ~AddressNames();
    AddressNames(const AddressNames &) = delete; // keeps a printer's symbols
    AddressNames &operator=(const AddressNames &) = delete;

    /// kNoValue of those that come after the first kMost: a hostile trace's. O(1).
    [[nodiscard]] std::uint32_t numberOf(std::uint64_t address);
    /// By number: as the kernel's symbols say, or in hexadecimal. What was named once is kept.
    [[nodiscard]] std::vector<TrackName> names(const std::shared_ptr<const TraceFile> &trace) const;
    /// "vfs_read", "nft_do_chain [nf_tables]", "vfs_read+0x10"; empty where there is no symbol.
    [[nodiscard]] std::string symbol(const std::shared_ptr<const TraceFile> &trace,
                                     std::uint64_t address) const;

    static constexpr std::size_t kMost = std::size_t{1} << 18U;

private:
    std::unordered_map<std::uint64_t, std::uint32_t> m_numbers;
    std::vector<std::uint64_t> m_addresses;
    mutable std::vector<TrackName> m_names;
    mutable std::unique_ptr<EventPrinter> m_printer;
    std::uint64_t m_lastAddress = 0; // mostly the one of the call before
    std::uint32_t m_lastNumber = kNoValue;
};

} // namespace thresher
