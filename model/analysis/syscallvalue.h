// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace thresher {

struct Analysis;

/// The value of slices of TrackClass::Syscall: a system call's number, and how it went. Never
/// kNoValue.
struct SyscallValue
{
    std::uint32_t bits = 0;

    static constexpr std::uint32_t kNumber = 0x00ffffffU;
    static constexpr std::uint32_t kX32 = 1U << 24U; ///< x86: the x32 ABI's table.
    static constexpr std::uint32_t kCompat = 1U << 25U; ///< The table of the machine's 32-bit ABI.
    static constexpr std::uint32_t kFailed = 1U << 26U; ///< It returned an error.
    /// Its return is not recorded: the slice ends with what is known of it.
    static constexpr std::uint32_t kUnfinished = 1U << 27U;

    [[nodiscard]] constexpr std::uint32_t number() const { return bits & kNumber; }
    /// The value of all calls of that name, whatever their outcome.
    [[nodiscard]] constexpr std::uint32_t call() const { return bits & (kNumber | kX32 | kCompat); }
    [[nodiscard]] constexpr bool isFailed() const { return (bits & kFailed) != 0; }
    [[nodiscard]] constexpr bool isUnfinished() const { return (bits & kUnfinished) != 0; }
};

/// "openat"; "syscall 999" of one that is not known. By the names of the events
/// syscalls:sys_enter_… where those were recorded, else by the table of the machine that the trace
/// was recorded on. O(number of system calls): to be kept by who needs it often.
[[nodiscard]] std::string syscallName(const Analysis &analysis, std::uint32_t value);

/// The same by a table alone. @param machine  as uname tells: "x86_64", "aarch64", …; empty if that
/// has none.
[[nodiscard]] std::string syscallTableName(std::string_view machine, bool isBigEndian,
                                           SyscallValue value);

} // namespace thresher
