// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/distribution.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

namespace thresher {

namespace {

constexpr unsigned kClassesPerDoubling = 128;
constexpr std::uint64_t kShortMax = std::numeric_limits<std::uint32_t>::max();

unsigned log2(std::uint64_t value)
{
    return 63U - static_cast<unsigned>(std::countl_zero(value));
}

/// Each power of two is cut into `parts` (a power of two) equal parts; numbers below `parts` have a
/// class each. Parts of fewer nest in those of more.
std::size_t classOf(std::uint64_t value, unsigned parts)
{
    if (value < parts)
        return value;
    const unsigned shift = log2(value) - log2(parts);
    return parts + std::size_t{shift} * parts + ((value >> shift) & (parts - 1));
}

/// The smallest value of a class.
std::uint64_t lowOf(std::size_t number, unsigned parts)
{
    if (number < parts)
        return number;
    const std::size_t shift = (number - parts) / parts;
    const std::uint64_t part = (number - parts) % parts;
    return shift >= 64 ? ~std::uint64_t{0} : (parts + part) << shift;
}

DurationNs clampToTime(std::uint64_t value)
{
    return value > static_cast<std::uint64_t>(kTimeMax) ? kTimeMax : static_cast<DurationNs>(value);
}

std::uint64_t saturatingSum(std::uint64_t a, std::uint64_t b)
{
    return a + b < a ? ~std::uint64_t{0} : a + b;
}

} // namespace

void Distribution::add(DurationNs duration)
{
    duration = std::max<DurationNs>(duration, 0);
    const auto value = static_cast<std::uint64_t>(duration);
    if (m_count == 0)
        m_pivot = static_cast<double>(duration);
    ++m_count;
    m_sum = saturatingSum(m_sum, value);
    m_min = std::min(m_min, duration);
    m_max = std::max(m_max, duration);
    const double delta = static_cast<double>(duration) - m_pivot;
    m_delta += delta;
    m_deltaSquares += delta * delta;
    if (!isExact())
        addToClass(duration);
    else if (value <= kShortMax)
        m_short.push_back(static_cast<std::uint32_t>(value));
    else
        m_long.push_back(duration);
}

void Distribution::addToClass(DurationNs duration)
{
    addToClass(classOf(static_cast<std::uint64_t>(duration), kClassesPerDoubling), 1);
}

void Distribution::addToClass(std::size_t number, std::uint64_t count)
{
    if (m_classes.empty())
        m_firstClass = number;
    if (number < m_firstClass) {
        m_classes.insert(m_classes.begin(), m_firstClass - number, 0);
        m_firstClass = number;
    }
    if (number - m_firstClass >= m_classes.size())
        m_classes.resize(number - m_firstClass + 1);
    m_classes[number - m_firstClass] += count;
}

void Distribution::countInClasses()
{
    if (!isExact() || m_count == 0)
        return;
    for (const std::uint32_t duration : m_short)
        addToClass(static_cast<DurationNs>(duration));
    for (const DurationNs duration : m_long)
        addToClass(duration);
    m_short = {};
    m_long = {};
}

void Distribution::merge(const Distribution &other)
{
    if (other.m_count == 0)
        return;
    if (m_count == 0) {
        *this = other;
        return;
    }
    // The other's sums, over its differences from this one's pivot.
    const double shift = other.m_pivot - m_pivot;
    const auto n = static_cast<double>(other.m_count);
    m_delta += other.m_delta + n * shift;
    m_deltaSquares += other.m_deltaSquares + 2 * shift * other.m_delta + n * shift * shift;
    m_count += other.m_count;
    m_sum = saturatingSum(m_sum, other.m_sum);
    m_min = std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
    if (isExact() && other.isExact()) {
        m_short.insert(m_short.end(), other.m_short.begin(), other.m_short.end());
        m_long.insert(m_long.end(), other.m_long.begin(), other.m_long.end());
        return;
    }
    if (isExact()) {
        for (const std::uint32_t duration : m_short)
            addToClass(static_cast<DurationNs>(duration));
        for (const DurationNs duration : m_long)
            addToClass(duration);
        m_short = {};
        m_long = {};
    }
    for (const std::uint32_t duration : other.m_short)
        addToClass(static_cast<DurationNs>(duration));
    for (const DurationNs duration : other.m_long)
        addToClass(duration);
    for (std::size_t i = 0; i < other.m_classes.size(); ++i) {
        if (other.m_classes[i] > 0)
            addToClass(other.m_firstClass + i, other.m_classes[i]);
    }
}

void Distribution::finish()
{
    std::sort(m_short.begin(), m_short.end());
    std::sort(m_long.begin(), m_long.end());
    m_upTo.clear();
    std::uint64_t sum = 0;
    for (const std::uint64_t count : m_classes)
        m_upTo.push_back(sum += count);
}

double Distribution::mean() const
{
    return m_count == 0 ? 0 : m_pivot + m_delta / static_cast<double>(m_count);
}

double Distribution::deviation() const
{
    if (m_count == 0)
        return 0;
    const auto n = static_cast<double>(m_count);
    return std::sqrt(std::max(0.0, (m_deltaSquares - m_delta * m_delta / n) / n));
}

DurationNs Distribution::percentile(double percent) const
{
    if (m_count == 0)
        return 0;
    // 99.9 % of 1000 are 999, whatever a double makes of it.
    const double wanted = std::ceil(percent / 100 * static_cast<double>(m_count) - 1e-6);
    const std::uint64_t rank = wanted < 1 ? 1
                               : wanted >= static_cast<double>(m_count)
                                   ? m_count
                                   : static_cast<std::uint64_t>(wanted);
    if (rank == 1)
        return m_min;
    if (rank == m_count)
        return m_max;
    if (isExact()) {
        assert(kept() == m_count);
        return rank <= m_short.size() ? static_cast<DurationNs>(m_short[rank - 1])
                                      : m_long[rank - 1 - m_short.size()];
    }
    assert(m_upTo.size() == m_classes.size());
    const auto at = std::lower_bound(m_upTo.begin(), m_upTo.end(), rank);
    const std::size_t number = m_firstClass + static_cast<std::size_t>(at - m_upTo.begin());
    const std::uint64_t low = lowOf(number, kClassesPerDoubling);
    const std::uint64_t high = lowOf(number + 1, kClassesPerDoubling);
    return std::clamp(clampToTime(low + (high - low) / 2), m_min, m_max);
}

std::uint64_t Distribution::countUpTo(DurationNs duration) const
{
    if (m_count == 0 || duration < m_min)
        return 0;
    if (duration >= m_max)
        return m_count;
    if (isExact()) {
        const auto isShort = std::upper_bound(
            m_short.begin(), m_short.end(), duration,
            [](DurationNs a, std::uint32_t b) { return a < static_cast<DurationNs>(b); });
        const auto isLong = std::upper_bound(m_long.begin(), m_long.end(), duration);
        return static_cast<std::uint64_t>(isShort - m_short.begin())
               + static_cast<std::uint64_t>(isLong - m_long.begin());
    }
    const std::size_t number = classOf(static_cast<std::uint64_t>(duration), kClassesPerDoubling);
    return number < m_firstClass ? 0 : m_upTo[std::min(number - m_firstClass, m_upTo.size() - 1)];
}

std::vector<Distribution::Bin> Distribution::bins(unsigned perDoubling) const
{
    assert(std::has_single_bit(perDoubling) && perDoubling <= kClassesPerDoubling);
    std::vector<Bin> bins;
    if (m_count == 0)
        return bins;
    const std::size_t first = classOf(static_cast<std::uint64_t>(m_min), perDoubling);
    const std::size_t last = classOf(static_cast<std::uint64_t>(m_max), perDoubling);
    for (std::size_t number = first; number <= last; ++number)
        bins.push_back({clampToTime(lowOf(number, perDoubling)),
                        clampToTime(lowOf(number + 1, perDoubling)), 0});
    const auto count = [&](std::uint64_t value, std::uint64_t times) {
        bins[classOf(value, perDoubling) - first].count += times;
    };
    for (const std::uint32_t duration : m_short)
        count(duration, 1);
    for (const DurationNs duration : m_long)
        count(static_cast<std::uint64_t>(duration), 1);
    for (std::size_t i = 0; i < m_classes.size(); ++i) {
        if (m_classes[i] > 0)
            count(lowOf(m_firstClass + i, kClassesPerDoubling), m_classes[i]);
    }
    return bins;
}

} // namespace thresher
