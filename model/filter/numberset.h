// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"
#include "model/filter/filterexpr.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thresher {

/// How the numbers of a field are to be taken.
struct NumberKind
{
    std::uint32_t size = 8; ///< Bytes.
    bool isSigned = true;
};

/// A set of 64-bit numbers, signed or not, as intervals. Asking is O(1) for one interval, else
/// O(log intervals).
class NumberSet
{
public:
    /// First and last included.
    struct Interval
    {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };

    explicit NumberSet(bool isSigned = true)
        : m_flip(isSigned ? std::uint64_t{1} << 63U : 0)
    {}

    /// Whether it has the number with these bits (sign-extended where it is signed).
    [[nodiscard]] bool contains(std::int64_t bits) const
    {
        const std::uint64_t key = static_cast<std::uint64_t>(bits) ^ m_flip;
        if (m_intervals.size() == 1) [[likely]]
            return key - m_intervals[0].first <= m_intervals[0].last - m_intervals[0].first;
        return isAmong(key);
    }
    /// Whether it has none, or all, of [first, last].
    [[nodiscard]] bool misses(std::int64_t first, std::int64_t last) const;
    [[nodiscard]] bool covers(std::int64_t first, std::int64_t last) const;
    [[nodiscard]] bool isEmpty() const { return m_intervals.empty(); }
    /// In the order of the numbers; their bits.
    [[nodiscard]] std::vector<Interval> intervals() const;

    void add(std::int64_t first, std::int64_t last); ///< Nothing if last < first. Then normalize().
    void normalize(); ///< Sorts and joins what add() added.
    [[nodiscard]] NumberSet complement() const;
    friend bool operator==(const NumberSet &a, const NumberSet &b);

private:
    [[nodiscard]] bool isAmong(std::uint64_t key) const;
    [[nodiscard]] std::uint64_t keyOf(std::int64_t bits) const
    {
        return static_cast<std::uint64_t>(bits) ^ m_flip;
    }

    std::uint64_t m_flip; ///< Makes the bits ascend as the numbers do.
    std::vector<Interval> m_intervals; ///< Of flipped bits; ascending, not touching.
};

/// "-5", "0x1f", "0755", "10-20"; of a quoted character its code. nullopt: no number.
struct ParsedNumber
{
    struct Bound
    {
        bool isNegative = false;
        bool isHex = false;
        std::uint64_t magnitude = 0;
    };
    Bound first;
    Bound last; ///< The same, unless it is a range.
};
[[nodiscard]] std::optional<ParsedNumber> parseNumber(const FilterValue &value);

/// The numbers n of that kind for which `n op value` holds. op: a comparison, In or NotIn (then of
/// one value of the set). As the kernel does, a hexadecimal number stands for the bits of a
/// negative one, and a negative one for those of an unsigned; others that do not fit are smaller or
/// greater than all.
[[nodiscard]] NumberSet numbersThat(FilterOp op, const ParsedNumber &value, NumberKind kind);

/// As bits that are cut to the field's size; for masks.
[[nodiscard]] std::uint64_t bitsOf(const ParsedNumber::Bound &bound, NumberKind kind);

/// "0-3,7" → numbers; nullopt: no such list, or of CPUs beyond 65535.
[[nodiscard]] std::optional<NumberSet> parseCpus(std::string_view list);

/// Times: "2481.3", "2481.3s", "20ms", "1.0-1.5" → [first, last] in nanoseconds, exact; without a
/// nanosecond clock whole ticks. nullopt: no time.
struct ParsedTime
{
    TimeNs first = 0;
    TimeNs last = 0;
    bool isRange = false;
    bool isPrinted = false; ///< Six digits, as times are printed.
};
[[nodiscard]] std::optional<ParsedTime> parseTimes(std::string_view text, bool clockIsNanoseconds);
/// The times t for which `t op value` holds. A printed time is equal to all that are printed so.
[[nodiscard]] NumberSet timesThat(FilterOp op, const ParsedTime &value);

} // namespace thresher
