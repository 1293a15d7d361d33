// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/clock.h"

#include <algorithm>
#include <utility>

namespace thresher {

namespace {

__extension__ using Wide = __int128; // products of two 64-bit numbers

std::int64_t saturated(Wide value)
{
    if (value > kTimeMax)
        return kTimeMax;
    if (value < kTimeMin)
        return kTimeMin;
    return static_cast<std::int64_t>(value);
}

// `value` * `by` >> `shift`, or a number beyond all times where that does not fit.
Wide scaled(std::uint64_t value, std::uint64_t by, std::uint64_t shift)
{
    if (shift > 127)
        return 0;
    // 64 × 64 bits fit 128 unsigned ones; the shift brings sane files back to 64.
    __extension__ using Unsigned = unsigned __int128;
    const Unsigned product = (static_cast<Unsigned>(value) * by) >> static_cast<int>(shift);
    const auto most = static_cast<Unsigned>(1) << 100;
    return static_cast<Wide>(std::min(product, most));
}

// The offset of the host's clock at `time`, by the samples around it.
Wide correction(std::uint64_t time, const ClockTransform::Shift &from,
                const ClockTransform::Shift &to, bool interpolate)
{
    const Wide span = static_cast<Wide>(to.time) - static_cast<Wide>(from.time);
    if (!interpolate || span <= 0)
        return from.offset;
    const Wide rise = static_cast<Wide>(to.offset) - static_cast<Wide>(from.offset);
    const Wide since = static_cast<Wide>(time) - static_cast<Wide>(from.time);
    // Both are below 2^65; where their product does not fit, the samples are damage anyhow.
    Wide product = 0;
    if (__builtin_mul_overflow(since, rise, &product))
        return from.offset;
    return from.offset + (product + span / 2) / span;
}

} // namespace

ClockTransform::ClockTransform(std::vector<Shift> shifts, std::uint32_t tscMult,
                               std::uint32_t tscShift, std::uint64_t /*tscOffset*/,
                               std::int64_t offset, bool interpolate)
    : m_identity(shifts.empty() && tscMult == 0 && offset == 0)
    , m_tscMult(tscMult)
    , m_tscShift(tscShift)
    , m_offset(offset)
    , m_interpolate(interpolate)
    , m_shifts(shifts.empty() ? nullptr
                              : std::make_shared<const std::vector<Shift>>(std::move(shifts)))
{}

TimeNs ClockTransform::applySlow(std::uint64_t raw) const
{
    Wide time = raw;
    if (m_shifts) {
        const auto &shifts = *m_shifts;
        if (shifts.size() == 1) {
            time += shifts.front().offset; // one sample has no scale, as trace-cmd has it
        } else {
            const auto after = std::upper_bound(
                shifts.begin(), shifts.end(), raw,
                [](std::uint64_t value, const Shift &shift) { return value < shift.time; });
            const auto last = static_cast<std::ptrdiff_t>(shifts.size()) - 2;
            const auto index = std::clamp<std::ptrdiff_t>(after - shifts.begin() - 1, 0, last);
            const auto &from = shifts[static_cast<std::size_t>(index)];
            const auto &to = shifts[static_cast<std::size_t>(index) + 1];
            time = scaled(raw, from.scaling, from.fractionBits)
                   + correction(raw, from, to, m_interpolate);
        }
    }
    if (m_tscMult != 0) {
        const auto ticks = static_cast<std::uint64_t>(std::clamp<Wide>(time, 0, kTimeMax));
        time = scaled(ticks, m_tscMult, m_tscShift);
    }
    return saturated(time + m_offset);
}

} // namespace thresher
