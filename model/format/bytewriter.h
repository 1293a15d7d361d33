// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace thresher {

/// Bytes that are written one after the other, numbers in the file's endianness.
class ByteWriter
{
public:
    explicit ByteWriter(bool bigEndian)
        : m_swap(needsSwap(bigEndian))
    {}

    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }

    void u8(std::uint8_t value) { m_bytes.push_back(static_cast<std::byte>(value)); }
    void u16(std::uint16_t value) { number(value); }
    void u32(std::uint32_t value) { number(value); }
    void u64(std::uint64_t value) { number(value); }
    void add(std::span<const std::byte> more)
    {
        m_bytes.insert(m_bytes.end(), more.begin(), more.end());
    }
    void text(std::string_view text) { add(asBytes(text)); }
    /// With a NUL behind.
    void string(std::string_view value)
    {
        text(value);
        u8(0);
    }
    void option(std::uint16_t id, std::span<const std::byte> data)
    {
        u16(id);
        u32(static_cast<std::uint32_t>(data.size()));
        add(data);
    }
    void zeros(std::size_t count) { m_bytes.resize(m_bytes.size() + count); }

private:
    template<std::unsigned_integral T>
    void number(T value)
    {
        if (m_swap)
            value = byteSwapped(value);
        add(std::as_bytes(std::span(&value, 1)));
    }

    std::vector<std::byte> m_bytes;
    bool m_swap;
};

} // namespace thresher
