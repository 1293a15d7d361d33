// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace thresher {

/// Whether numbers of a file of this endianness must be swapped on this machine.
[[nodiscard]] constexpr bool needsSwap(bool fileIsBigEndian)
{
    return fileIsBigEndian != (std::endian::native == std::endian::big);
}

[[nodiscard]] constexpr std::uint16_t byteSwapped(std::uint16_t value)
{
    return __builtin_bswap16(value);
}
[[nodiscard]] constexpr std::uint32_t byteSwapped(std::uint32_t value)
{
    return __builtin_bswap32(value);
}
[[nodiscard]] constexpr std::uint64_t byteSwapped(std::uint64_t value)
{
    return __builtin_bswap64(value);
}

/// Reads an unsigned number at an address that need not be aligned. The caller has checked the
/// bounds.
template<std::unsigned_integral T>
[[nodiscard]] inline T loadNumber(const std::byte *from, bool swap)
{
    T value;
    std::memcpy(&value, from, sizeof(T));
    if constexpr (sizeof(T) > 1)
        return swap ? byteSwapped(value) : value;
    else
        return value;
}

[[nodiscard]] inline std::string_view asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline std::span<const std::byte> asBytes(std::string_view text)
{
    return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

/// `bytes` from `offset` on, at most `size` of them; whatever of that lies outside is left out.
[[nodiscard]] inline std::span<const std::byte> slice(std::span<const std::byte> bytes,
                                                      std::uint64_t offset, std::uint64_t size)
{
    if (offset >= bytes.size())
        return {};
    const auto rest = bytes.subspan(offset);
    return size < rest.size() ? rest.first(size) : rest;
}

/// Reads numbers, strings and blocks one after the other, never outside the span it was given.
///
/// The first read that does not fit makes the reader fail for good (isOk()): it and all later ones
/// return zeros and empty spans, so that a structure is read first and checked once. Not
/// thread-safe.
class ByteReader
{
public:
    ByteReader(std::span<const std::byte> bytes, bool bigEndian)
        : m_bytes(bytes)
        , m_swap(needsSwap(bigEndian))
    {}

    [[nodiscard]] bool isOk() const { return m_ok; }
    [[nodiscard]] std::size_t position() const { return m_position; }
    [[nodiscard]] std::size_t remaining() const { return m_ok ? m_bytes.size() - m_position : 0; }

    std::uint8_t u8() { return number<std::uint8_t>(); }
    std::uint16_t u16() { return number<std::uint16_t>(); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }

    /// The next `size` bytes.
    std::span<const std::byte> take(std::uint64_t size)
    {
        if (!m_ok || size > m_bytes.size() - m_position) {
            m_ok = false;
            return {};
        }
        const auto taken = m_bytes.subspan(m_position, size);
        m_position += taken.size();
        return taken;
    }

    /// The characters up to the next NUL, which is skipped.
    std::string_view string()
    {
        if (!m_ok)
            return {};
        const auto rest = asText(m_bytes.subspan(m_position));
        const auto end = rest.find('\0');
        if (end == std::string_view::npos) {
            m_ok = false;
            return {};
        }
        m_position += end + 1;
        return rest.substr(0, end);
    }

    /// Goes to an absolute position; fails outside.
    void seek(std::uint64_t position)
    {
        if (position > m_bytes.size())
            m_ok = false;
        else
            m_position = position;
    }

private:
    template<std::unsigned_integral T>
    T number()
    {
        const auto bytes = take(sizeof(T));
        return bytes.empty() ? T{0} : loadNumber<T>(bytes.data(), m_swap);
    }

    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
    bool m_swap = false;
    bool m_ok = true;
};

} // namespace thresher
