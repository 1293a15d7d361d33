// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/blockbits.h"

#include <bit>

namespace thresher {

[[nodiscard]] inline BlockBits operator&(const BlockBits &a, const BlockBits &b)
{
    return {a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3]};
}

[[nodiscard]] inline BlockBits operator|(const BlockBits &a, const BlockBits &b)
{
    return {a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]};
}

[[nodiscard]] inline BlockBits without(const BlockBits &a, const BlockBits &b)
{
    return {a[0] & ~b[0], a[1] & ~b[1], a[2] & ~b[2], a[3] & ~b[3]};
}

[[nodiscard]] inline bool any(const BlockBits &bits)
{
    return (bits[0] | bits[1] | bits[2] | bits[3]) != 0;
}

/// Calls `visit` with the number of each bit that is set, ascending.
template<typename Visit>
void forEachBit(const BlockBits &bits, Visit visit)
{
    for (std::size_t w = 0; w < bits.size(); ++w) {
        for (std::uint64_t word = bits[w]; word != 0; word &= word - 1)
            visit(w * 64 + static_cast<std::size_t>(std::countr_zero(word)));
    }
}

inline void setBit(BlockBits &bits, std::size_t i, bool value)
{
    bits[i / 64] |= std::uint64_t{value ? 1U : 0U} << (i % 64);
}

/// The first bit that is set, kBlockEvents if none is.
[[nodiscard]] inline std::size_t firstBit(const BlockBits &bits)
{
    for (std::size_t w = 0; w < bits.size(); ++w) {
        if (bits[w] != 0)
            return w * 64 + static_cast<std::size_t>(std::countr_zero(bits[w]));
    }
    return kBlockEvents;
}

/// Behind the last bit that is set.
[[nodiscard]] inline std::size_t behindLastBit(const BlockBits &bits)
{
    for (std::size_t w = bits.size(); w-- > 0;) {
        if (bits[w] != 0)
            return w * 64 + 64 - static_cast<std::size_t>(std::countl_zero(bits[w]));
    }
    return 0;
}

} // namespace thresher
