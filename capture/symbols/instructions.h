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
        /// or it is not known: another machine, bytes that are no code, or none that is reached
        /// from the function's begin as far as can be seen, which data between code is not, and
        /// neither are the cases of a switch.
        Unknown,
    };
    Kind kind = Kind::Unknown;
    std::uint64_t begin = 0; ///< Of that one, as `offset`; of Within.
    std::uint64_t end = 0; ///< Where the next one begins; of Within.
};

/// @param code  a function's bytes, may be any. O(code): instructions are followed from the
/// function's begin along its branches; within the first kMostCode bytes.
[[nodiscard]] InstructionPlace instructionAt(Machine machine, std::span<const std::byte> code,
                                             std::uint64_t offset);
inline constexpr std::uint64_t kMostCode = std::uint64_t{1} << 24U; ///< Bytes.

} // namespace thresher::capture
