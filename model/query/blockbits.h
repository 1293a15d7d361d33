// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/selection.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

/// The events of one block as bits, and how they are gathered from its codes.
namespace thresher {

using BlockBits = StreamSelection::Bits;

/// 0 or 1 by a block's code. Codes outside of a dictionary (a damaged index) are to be filled in as
/// StreamView reads them.
using CodeTable = std::array<std::uint8_t, 256>;

/// What holds for a whole block.
enum class Verdict : std::uint8_t { None, Some, All };

/// Eight table entries of 0 or 1 → eight bits: the multiplication moves byte k's bit to bit 56 + k.
[[nodiscard]] inline std::uint64_t packBytes(std::uint64_t bytes)
{
    return bytes * 0x0102040810204080ULL >> 56;
}

/// @param lookup  event of the block, < size ≤ kBlockEvents, → 0 or 1.
template<typename Lookup>
[[nodiscard]] BlockBits gatherBits(std::size_t size, Lookup lookup)
{
    BlockBits bits{};
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::array<std::uint8_t, 8> bytes;
        for (std::size_t k = 0; k < 8; ++k)
            bytes[k] = lookup(i + k);
        std::uint64_t packed = 0;
        std::memcpy(&packed, bytes.data(), sizeof packed);
        if constexpr (std::endian::native == std::endian::little) {
            bits[i / 64] |= packBytes(packed) << (i % 64);
        } else {
            for (std::size_t k = 0; k < 8; ++k)
                bits[i / 64] |= std::uint64_t{bytes[k]} << (i % 64 + k);
        }
    }
    for (; i < size; ++i)
        bits[i / 64] |= std::uint64_t{lookup(i)} << (i % 64);
    return bits;
}

/// The first `size` events of a block.
[[nodiscard]] inline BlockBits allBits(std::size_t size)
{
    BlockBits bits{};
    for (std::size_t w = 0; w < bits.size() && w * 64 < size; ++w) {
        const std::size_t here = std::min<std::size_t>(64, size - w * 64);
        bits[w] = ~std::uint64_t{0} >> (64 - here);
    }
    return bits;
}

} // namespace thresher
