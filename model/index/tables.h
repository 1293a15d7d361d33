// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/bytes.h"

#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// Small tables as bytes of a file that is kept: numbers, texts and lists one after the other, in
/// this machine's byte order, since such a file never leaves the machine.
namespace thresher {

class TableWriter
{
public:
    /// Of structures, too, that have no padding.
    template<typename T>
    void number(T value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        raw(std::as_bytes(std::span<const T>(&value, 1)));
    }
    void raw(std::span<const std::byte> bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    void text(std::string_view text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        raw(asBytes(text));
    }
    template<typename T>
    void list(const std::vector<T> &values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        number(std::uint64_t{values.size()});
        raw(std::as_bytes(std::span<const T>(values)));
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

/// Reads the same; never outside of the bytes. What fails to be read is zero or empty, and so is
/// all that follows: isOk() tells.
class TableReader
{
public:
    explicit TableReader(std::span<const std::byte> bytes)
        : m_bytes(bytes, std::endian::native == std::endian::big)
    {}
    [[nodiscard]] bool isOk() const { return m_bytes.isOk(); }
    [[nodiscard]] bool isAtEnd() const { return m_bytes.isOk() && m_bytes.remaining() == 0; }
    std::uint8_t u8() { return m_bytes.u8(); }
    std::uint16_t u16() { return m_bytes.u16(); }
    std::uint32_t u32() { return m_bytes.u32(); }
    std::uint64_t u64() { return m_bytes.u64(); }
    std::int64_t s64() { return static_cast<std::int64_t>(m_bytes.u64()); }
    std::string text() { return std::string(asText(m_bytes.take(m_bytes.u32()))); }
    /// How many items of at least `bytesEach` follow: never more than there are bytes for.
    std::uint64_t count(std::size_t bytesEach)
    {
        const std::uint64_t count = m_bytes.u64();
        if (count > m_bytes.remaining() / bytesEach) {
            m_bytes.take(std::uint64_t{m_bytes.remaining()} + 1); // fails from now on
            return 0;
        }
        return count;
    }
    template<typename T>
    void list(std::vector<T> &values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        values.resize(count(sizeof(T)));
        const auto bytes = m_bytes.take(values.size() * sizeof(T));
        if (!bytes.empty())
            std::memcpy(values.data(), bytes.data(), bytes.size());
    }
    bool expect(std::string_view text) { return asText(m_bytes.take(text.size())) == text; }
    std::span<const std::byte> rest() { return m_bytes.take(m_bytes.remaining()); }

private:
    ByteReader m_bytes;
};

/// {magic, version, byte order mark, size of the rest, XXH3 of the rest}, then the rest: `tables`.
[[nodiscard]] std::vector<std::byte> sealTables(std::string_view magic, std::uint32_t version,
                                                std::span<const std::byte> tables);
/// The tables within; nullopt for anything but sealTables()' result. O(size).
[[nodiscard]] std::optional<std::span<const std::byte>>
unsealTables(std::string_view magic, std::uint32_t version, std::span<const std::byte> bytes);

} // namespace thresher
