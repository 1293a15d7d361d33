// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/names_p.h"
#include "model/io/eventprinter.h"

#include <array>
#include <charconv>

namespace thresher {

AddressNames::AddressNames() = default;
AddressNames::~AddressNames() = default;

std::uint32_t AddressNames::numberOf(std::uint64_t address)
{
    if (m_lastNumber != kNoValue && address == m_lastAddress)
        return m_lastNumber;
    auto known = m_numbers.find(address);
    if (known == m_numbers.end()) {
        if (m_addresses.size() >= kMost)
            return kNoValue;
        known = m_numbers.emplace(address, static_cast<std::uint32_t>(m_addresses.size())).first;
        m_addresses.push_back(address);
    }
    m_lastAddress = address;
    m_lastNumber = known->second;
    return known->second;
}

std::string AddressNames::symbol(const std::shared_ptr<const TraceFile> &trace,
                                 std::uint64_t address) const
{
    if (!m_printer)
        m_printer = std::make_unique<EventPrinter>(trace);
    return m_printer->symbol(address);
}

std::vector<TrackName> AddressNames::names(const std::shared_ptr<const TraceFile> &trace) const
{
    while (m_names.size() < m_addresses.size()) {
        const std::uint64_t address = m_addresses[m_names.size()];
        std::string name = symbol(trace, address);
        if (name.empty()) {
            std::array<char, 16> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), address,
                                           16);
            name = "0x" + std::string(digits.data(), end.ptr);
        }
        m_names.push_back({address, std::move(name)});
    }
    return m_names;
}

} // namespace thresher
