// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>

namespace thresher {

/// The value of slices of TrackClass::Probe: which of Analysis::probes was called, and whether its
/// return is known. Never kNoValue.
struct ProbeValue
{
    std::uint32_t bits = 0;

    static constexpr std::uint32_t kNumber = 0x3fffffffU;
    /// Its return is not recorded, or not certainly its own: the slice ends with the last moment at
    /// which the call may have lasted.
    static constexpr std::uint32_t kUnfinished = 1U << 30U;

    /// In Analysis::probes.
    [[nodiscard]] constexpr std::uint32_t number() const { return bits & kNumber; }
    [[nodiscard]] constexpr bool isUnfinished() const { return (bits & kUnfinished) != 0; }
};

} // namespace thresher
