// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/tables.h"

#include <xxhash.h>

namespace thresher {

namespace {

constexpr std::uint32_t kByteOrder = 0x01020304;

} // namespace

std::vector<std::byte> sealTables(std::string_view magic, std::uint32_t version,
                                  std::span<const std::byte> tables)
{
    TableWriter all;
    all.raw(asBytes(magic));
    all.number(version);
    all.number(kByteOrder);
    all.number(std::uint64_t{tables.size()});
    all.number(std::uint64_t{XXH3_64bits(tables.data(), tables.size())});
    all.raw(tables);
    return all.take();
}

std::optional<std::span<const std::byte>>
unsealTables(std::string_view magic, std::uint32_t version, std::span<const std::byte> bytes)
{
    TableReader from(bytes);
    if (!from.expect(magic) || from.u32() != version || from.u32() != kByteOrder)
        return std::nullopt;
    const std::uint64_t size = from.u64();
    const std::uint64_t hash = from.u64();
    const auto tables = from.rest();
    if (!from.isOk() || tables.size() != size || XXH3_64bits(tables.data(), tables.size()) != hash)
        return std::nullopt;
    return tables;
}

} // namespace thresher
