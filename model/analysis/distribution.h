// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <cstdint>
#include <vector>

namespace thresher {

/// How durations are distributed: their sum and spread, percentiles, histogram.
///
/// Up to some number all of them are kept, 4 bytes each, and every answer is exact. Beyond, they
/// are counted in classes, 128 to each power of two: count, sum, mean, deviation, min and max stay
/// exact, percentiles are within 1/256 (0.4 %) of the true value. A value; reading is thread-safe
/// once finish() was called.
class Distribution
{
public:
    /// Durations below 0 count as 0. O(1).
    void add(DurationNs duration);
    /// O(what `other` holds).
    void merge(const Distribution &other);
    /// Counts in classes from now on.
    void countInClasses();
    /// To be called before anything below min() is asked for, and again after another add(). O(n
    /// log n) of the durations that are kept.
    void finish();

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] bool isExact() const { return m_classes.empty(); }
    /// Durations that are kept one by one.
    [[nodiscard]] std::size_t kept() const { return m_short.size() + m_long.size(); }
    [[nodiscard]] std::uint64_t sum() const { return m_sum; } ///< ns, saturating.
    [[nodiscard]] double mean() const; ///< 0 if there is none, as all of these.
    [[nodiscard]] double deviation() const; ///< Standard deviation, of all of them (n).
    [[nodiscard]] DurationNs min() const { return m_count == 0 ? 0 : m_min; }
    [[nodiscard]] DurationNs max() const { return m_max; }

    /// The smallest duration that at least `percent` % of them do not exceed (nearest rank).
    /// O(log classes).
    [[nodiscard]] DurationNs percentile(double percent) const;
    /// How many are at most that long; where not isExact(), counted in whole classes. O(log n).
    [[nodiscard]] std::uint64_t countUpTo(DurationNs duration) const;

    /// A part of a histogram: durations in [low, high).
    struct Bin
    {
        DurationNs low = 0;
        DurationNs high = 0;
        std::uint64_t count = 0;
        friend bool operator==(const Bin &, const Bin &) = default;
    };
    /// Bins that follow each other, from min()'s to max()'s; exact in any case. Each power of two
    /// is cut into equal parts.
    /// @param perDoubling  1, 2, 4, … 128.
    [[nodiscard]] std::vector<Bin> bins(unsigned perDoubling) const;

private:
    void addToClass(DurationNs duration);
    void addToClass(std::size_t number, std::uint64_t count);

    std::uint64_t m_count = 0;
    std::uint64_t m_sum = 0;
    DurationNs m_min = kTimeMax;
    DurationNs m_max = 0;
    // Sums over what they differ from the first one: that of the squares keeps its digits.
    double m_pivot = 0;
    double m_delta = 0;
    double m_deltaSquares = 0;
    std::vector<std::uint32_t> m_short; ///< Kept ones that fit; ascending when finished.
    std::vector<DurationNs> m_long; ///< The others.
    std::vector<std::uint64_t> m_classes; ///< Counts, from m_firstClass on.
    std::size_t m_firstClass = 0;
    std::vector<std::uint64_t> m_upTo; ///< Sums of m_classes, each one's own included.
};

} // namespace thresher
