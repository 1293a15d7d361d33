// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <memory>
#include <vector>

namespace thresher {

/// Turns a ring buffer's raw stamps into the times that are shown, as trace-cmd does:
/// guest interpolation (TIME_SHIFT), then TSC2NSEC, then + OFFSET/DATE. Monotone. Cheap to copy.
class ClockTransform
{
public:
    /// One sample of a guest's clock against its host's.
    struct Shift
    {
        std::uint64_t time = 0; ///< Guest's raw stamp from which on this sample holds.
        std::int64_t offset = 0; ///< Added, after scaling.
        std::uint64_t scaling = 1;
        std::uint64_t fractionBits = 0; ///< scaled = time * scaling >> fractionBits
    };

    ClockTransform() = default;
    /// @param shifts  ascending by time; may be empty.
    /// @param tscMult  0: the stamps are nanoseconds already, or are to stay ticks.
    /// @param tscOffset  recorded with the two before it, but not part of the time, as in
    /// trace-cmd.
    /// @param offset  nanoseconds, added last.
    /// @param interpolate  between the offsets of two samples, instead of taking the earlier one's.
    ClockTransform(std::vector<Shift> shifts, std::uint32_t tscMult, std::uint32_t tscShift,
                   std::uint64_t tscOffset, std::int64_t offset, bool interpolate = true);

    [[nodiscard]] bool isIdentity() const { return m_identity; }
    /// O(1) without shifts, else O(log shifts). Saturates instead of overflowing. Thread: any.
    [[nodiscard]] TimeNs apply(std::uint64_t raw) const
    {
        return m_identity ? static_cast<TimeNs>(raw & 0x7fffffffffffffffULL) : applySlow(raw);
    }

private:
    [[nodiscard]] TimeNs applySlow(std::uint64_t raw) const;

    bool m_identity = true;
    std::uint32_t m_tscMult = 0; ///< 0: no conversion.
    std::uint32_t m_tscShift = 0;
    std::int64_t m_offset = 0;
    bool m_interpolate = true;
    std::shared_ptr<const std::vector<Shift>> m_shifts;
};

} // namespace thresher
