// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/elffile.h"

#include <cstddef>
#include <cstdint>
#include <span>

/// Where instructions begin: a breakpoint anywhere else breaks the program.
namespace thresher::capture {

struct InstructionPlace
{
    enum class Kind : std::uint8_t {
        Begin, ///< One begins there.
        Within, ///< It is in the midst of one,
        Unknown, ///< or it is not known: another machine, bytes that are no code.
    };
    Kind kind = Kind::Unknown;
    std::uint64_t begin = 0; ///< Of that one, as `offset`; of Within.
    std::uint64_t end = 0; ///< Where the next one begins; of Within.
};

/// @param code  from a function's first byte on, at least to `offset` and the longest instruction
/// (15 bytes) behind it, else that may be Unknown. May be any bytes. O(offset): instructions are
/// followed from the function's begin, at most kMostCode of them.
[[nodiscard]] InstructionPlace instructionAt(Machine machine, std::span<const std::byte> code,
                                             std::uint64_t offset);
inline constexpr std::uint64_t kMostCode = std::uint64_t{1} << 24U; ///< Bytes.

} // namespace thresher::capture
