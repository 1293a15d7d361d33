// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/ruler.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr DurationNs kMicrosecond = 1'000;
constexpr DurationNs kMillisecond = 1'000'000;
constexpr DurationNs kSecond = 1'000'000'000;
constexpr DurationNs kMinute = 60 * kSecond;
constexpr DurationNs kHour = 60 * kMinute;
constexpr DurationNs kDay = 24 * kHour;
/// A time above this is no uptime but a date: it is told in seconds.
constexpr DurationNs kLongestUptime = 10'000 * kHour;

struct Step
{
    DurationNs length;
    int parts; ///< Minor ticks divide it into so many.
};

/// Steps above 5 s of times that are told in minutes and hours.
constexpr std::array<Step, 16> kClockSteps{{{10 * kSecond, 5},
                                            {30 * kSecond, 3},
                                            {kMinute, 6},
                                            {2 * kMinute, 4},
                                            {5 * kMinute, 5},
                                            {10 * kMinute, 5},
                                            {30 * kMinute, 3},
                                            {kHour, 4},
                                            {2 * kHour, 4},
                                            {6 * kHour, 6},
                                            {12 * kHour, 6},
                                            {kDay, 4},
                                            {2 * kDay, 2},
                                            {7 * kDay, 7},
                                            {30 * kDay, 3},
                                            {100 * kDay, 5}}};

/// Modulo that is never negative.
DurationNs moduloOf(TimeNs value, DurationNs by)
{
    const DurationNs rest = value % by;
    return rest < 0 ? rest + by : rest;
}

TimeNs saturatedSum(TimeNs a, DurationNs b)
{
    TimeNs sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? kTimeMin : kTimeMax;
    return sum;
}

TimeNs saturatedDifference(TimeNs a, TimeNs b)
{
    TimeNs difference = 0;
    if (__builtin_sub_overflow(a, b, &difference))
        return b < 0 ? kTimeMax : kTimeMin;
    return difference;
}

/// Writes the labels of one range at one step.
class Labels
{
public:
    Labels(TimeRange range, const TimeStyle &style, DurationNs step)
        : m_style(style)
        , m_step(step)
    {
        const TimeNs first = saturatedDifference(range.begin, style.base());
        const TimeNs last = saturatedDifference(range.end, style.base());
        const bool isUptime = first > -kLongestUptime && last < kLongestUptime;
        if (!style.isNanoseconds) {
            // Numbers up to a million are read at a glance; longer ones are split.
            while (m_anchor <= step || m_anchor < 1'000'000) {
                if (__builtin_mul_overflow(m_anchor, DurationNs{1000}, &m_anchor)) {
                    m_anchor = 1;
                    break;
                }
            }
            if (std::max(std::abs(first / 2), std::abs(last / 2)) < 500'000'000)
                m_anchor = 1;
        } else if (step < kMicrosecond) {
            m_anchor = kMicrosecond;
        } else if (step < kMillisecond) {
            m_anchor = kMillisecond;
        }
        m_inMinutes = style.isNanoseconds && isUptime && step >= kMinute;
    }

    [[nodiscard]] bool hasPrefix() const { return m_anchor > 1; }
    [[nodiscard]] bool isAnchor(TimeNs time) const
    {
        return hasPrefix() && moduloOf(shown(time), m_anchor) == 0;
    }
    [[nodiscard]] QString label(TimeNs time) const
    {
        if (m_inMinutes)
            return minutes(shown(time));
        if (!hasPrefix() || isAnchor(time))
            return whole(time);
        const DurationNs rest = moduloOf(shown(time), m_anchor);
        if (!m_style.isNanoseconds)
            return u'+' + formatTime(rest, {.isNanoseconds = false});
        return m_anchor == kMicrosecond ? u"%1 ns"_s.arg(rest)
                                        : u"%1 µs"_s.arg(rest / kMicrosecond);
    }
    [[nodiscard]] QString prefix(TimeNs begin) const
    {
        if (!hasPrefix())
            return {};
        const DurationNs rest = moduloOf(shown(begin), m_anchor);
        return whole(saturatedSum(begin, -rest));
    }

private:
    [[nodiscard]] TimeNs shown(TimeNs time) const
    {
        return saturatedDifference(time, m_style.base());
    }
    [[nodiscard]] QString whole(TimeNs time) const
    {
        if (!m_style.isNanoseconds)
            return formatTime(time, m_style);
        return formatTimeWithUnit(time, m_style, m_anchor > 1 ? m_anchor : resolution());
    }
    /// 20 ms need as many digits as 10 ms.
    [[nodiscard]] DurationNs resolution() const
    {
        DurationNs unit = 1;
        while (unit <= m_step / 10 && m_step % (unit * 10) == 0 && unit < kSecond)
            unit *= 10;
        return unit;
    }
    [[nodiscard]] QString minutes(TimeNs value) const
    {
        const DurationNs total = std::abs(value) / kMinute;
        const QString sign = value < 0 ? u"−"_s : QString();
        if (m_step >= kDay && total > 0)
            return sign + u"%1 d"_s.arg(total / 1440);
        if (m_step >= kHour)
            return sign + u"%1 h"_s.arg(total / 60);
        if (total < 60)
            return sign + u"%1 min"_s.arg(total);
        return sign
               + u"%1 h %2 min"_s.arg(total / 60)
                     .arg(QString::number(total % 60).rightJustified(2, u'0'));
    }

    TimeStyle m_style;
    DurationNs m_step;
    DurationNs m_anchor = 1;
    bool m_inMinutes = false;
};

/// The steps from small to large, for a range: 1-2-5, or clock steps above 5 s.
std::vector<Step> stepsFor(TimeRange range, const TimeStyle &style)
{
    const bool isUptime = saturatedDifference(range.begin, style.base()) > -kLongestUptime
                          && saturatedDifference(range.end, style.base()) < kLongestUptime;
    std::vector<Step> steps;
    for (DurationNs decade = 1;; decade *= 10) {
        for (const int times : {1, 2, 5}) {
            if (decade > kTimeMax / times)
                return steps;
            const DurationNs length = decade * times;
            if (style.isNanoseconds && isUptime && length > 5 * kSecond) {
                steps.insert(steps.end(), kClockSteps.begin(), kClockSteps.end());
                return steps;
            }
            // A nanosecond cannot be divided, and 2 ns not in four.
            const int parts = times == 2 ? (length >= 4 ? 4 : 2) : 5;
            steps.push_back({length, length < parts ? 1 : parts});
        }
        if (decade > kTimeMax / 10)
            return steps;
    }
}

/// The longest label that this step gives: one of those near the range's ends, where numbers are
/// longest, or an anchor.
qsizetype longestLabel(const Labels &labels, TimeRange range, DurationNs step, TimeNs base)
{
    qsizetype longest = 0;
    const auto consider = [&](TimeNs time) {
        longest = std::max(longest, labels.label(time).size());
    };
    for (const TimeNs edge : {range.begin, range.end}) {
        TimeNs time = saturatedSum(edge, -moduloOf(saturatedDifference(edge, base), step));
        for (int i = 0; i < 2; ++i, time = saturatedSum(time, step))
            consider(time);
    }
    return std::max(longest, labels.prefix(range.end).size());
}

} // namespace

Ruler makeRuler(TimeRange range, double width, const TimeStyle &style, double digitWidth)
{
    Ruler ruler;
    if (range.isEmpty() || !(width >= 1))
        return ruler;
    const double perNs = width / static_cast<double>(range.duration());
    // Not only without overlap, but so that the eye finds its place between them.
    constexpr double kLeastDistance = 88;
    Step step{1, 1};
    for (const Step &candidate : stepsFor(range, style)) {
        step = candidate;
        const double distance = perNs * static_cast<double>(candidate.length);
        if (distance < kLeastDistance)
            continue;
        const Labels labels(range, style, candidate.length);
        const auto characters = longestLabel(labels, range, candidate.length, style.base())
                                + qsizetype{3};
        if (distance >= static_cast<double>(characters) * digitWidth)
            break;
    }
    ruler.step = step.length;
    const Labels labels(range, style, step.length);
    ruler.prefix = labels.prefix(range.begin);
    const DurationNs minor = std::max<DurationNs>(1, step.length / step.parts);
    const DurationNs rest = moduloOf(saturatedDifference(range.begin, style.base()), minor);
    TimeNs time = rest == 0 ? range.begin : saturatedSum(range.begin, minor - rest);
    const auto limit = static_cast<std::size_t>(width) + 2;
    while (time < range.end && ruler.ticks.size() < limit) {
        const bool isMajor = moduloOf(saturatedDifference(time, style.base()), step.length) == 0;
        ruler.ticks.push_back({time, isMajor ? labels.label(time) : QString(), isMajor,
                               isMajor && labels.isAnchor(time)});
        if (time > kTimeMax - minor)
            break;
        time += minor;
    }
    return ruler;
}

} // namespace thresher::ui
