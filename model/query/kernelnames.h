// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Names that the kernel gives to its numbers, where a trace holds the number alone.
namespace thresher {

/// "TIMER" for 1; empty for a vector that no kernel has. Source: enum in linux/interrupt.h, the
/// same since 2.6.30 but for vector 5 (BLOCK_IOPOLL before 4.5).
[[nodiscard]] constexpr std::string_view softirqName(std::uint32_t vector)
{
    constexpr std::array<std::string_view, 10> kNames{"HI",      "TIMER",    "NET_TX",  "NET_RX",
                                                      "BLOCK",   "IRQ_POLL", "TASKLET", "SCHED",
                                                      "HRTIMER", "RCU"};
    return vector < kNames.size() ? kNames[vector] : std::string_view();
}

} // namespace thresher
