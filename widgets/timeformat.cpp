// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeformat.h"

#include <array>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

/// The distance from `base` to `time`, which need not fit a signed number.
struct Magnitude
{
    std::uint64_t value = 0;
    bool isNegative = false;
};

Magnitude distance(TimeNs base, TimeNs time)
{
    const auto from = static_cast<std::uint64_t>(base);
    const auto to = static_cast<std::uint64_t>(time);
    return time < base ? Magnitude{from - to, true} : Magnitude{to - from, false};
}

Magnitude magnitude(DurationNs duration)
{
    return distance(0, duration);
}

QString signedText(const Magnitude &value, const QString &digits)
{
    return value.isNegative ? u"−"_s + digits : digits;
}

/// "6 459 426".
QString groupedFromRight(std::uint64_t value)
{
    QString text = QString::number(value);
    for (qsizetype i = text.size() - 3; i > 0; i -= 3)
        text.insert(i, kDigitGap);
    return text;
}

/// `digits` of `nanoseconds` behind the point, "480 935".
QString fraction(std::uint64_t nanoseconds, int digits)
{
    const QString all = QString::number(nanoseconds).rightJustified(9, u'0').left(digits);
    QString text;
    for (qsizetype i = 0; i < all.size(); i += 3) {
        if (i > 0)
            text += kDigitGap;
        text += all.mid(i, 3);
    }
    return text;
}

/// Digits behind the point that tell times apart which are `resolution` ns apart.
int fractionDigits(DurationNs resolution)
{
    int digits = 9;
    for (DurationNs unit = 10; digits > 0 && resolution >= unit; unit *= 10)
        --digits;
    return digits;
}

constexpr std::array<std::uint64_t, 4> kUnits{kSecond, 1'000'000, 1'000, 1};
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;

const QString &unitName(std::size_t unit)
{
    static const std::array<QString, 4> kNames{u" s"_s, u" ms"_s, u" µs"_s, u" ns"_s};
    return kNames[unit];
}

std::size_t unitOf(std::uint64_t value)
{
    std::size_t unit = 0;
    while (unit + 1 < kUnits.size() && value < kUnits[unit])
        ++unit;
    return unit;
}

QString two(std::uint64_t number)
{
    return QString::number(number).rightJustified(2, u'0');
}

/// A minute or longer.
QString longDuration(std::uint64_t value)
{
    if (value < kHour) {
        const std::uint64_t tenths = value / (kSecond / 10);
        return u"%1 min %2.%3 s"_s.arg(tenths / 600).arg(two(tenths / 10 % 60)).arg(tenths % 10);
    }
    const std::uint64_t seconds = value / kSecond;
    const QString rest = u"%1 min %2 s"_s.arg(two(seconds / 60 % 60), two(seconds % 60));
    if (value < kDay)
        return u"%1 h %2"_s.arg(seconds / 3600).arg(rest);
    return u"%1 d %2 h %3"_s.arg(seconds / 86400).arg(two(seconds / 3600 % 24), rest);
}

QString ticksText(const Magnitude &value)
{
    return signedText(value, groupedFromRight(value.value)) + u" ticks"_s;
}

} // namespace

TimeStyle timeStyle(const ViewState &state)
{
    TimeStyle style;
    style.format = state.timeFormat();
    if (const auto &snapshot = state.snapshot()) {
        style.origin = snapshot->range.begin;
        style.isNanoseconds = !snapshot->trace || snapshot->trace->metadata().clockIsNanoseconds;
    }
    return style;
}

QString formatTime(TimeNs time, const TimeStyle &style, DurationNs resolution)
{
    const Magnitude value = distance(style.base(), time);
    if (!style.isNanoseconds)
        return signedText(value, groupedFromRight(value.value));
    QString text = QString::number(value.value / kSecond);
    if (const int digits = fractionDigits(resolution); digits > 0)
        text += u'.' + fraction(value.value % kSecond, digits);
    return signedText(value, text);
}

QString formatTimeWithUnit(TimeNs time, const TimeStyle &style, DurationNs resolution)
{
    return formatTime(time, style, resolution) + (style.isNanoseconds ? u" s"_s : u" ticks"_s);
}

QString formatDuration(DurationNs duration, bool isNanoseconds)
{
    const Magnitude value = magnitude(duration);
    if (!isNanoseconds)
        return ticksText(value);
    if (value.value >= kMinute)
        return signedText(value, longDuration(value.value));
    std::size_t unit = unitOf(value.value);
    if (kUnits[unit] == 1)
        return signedText(value, QString::number(value.value)) + unitName(unit);
    // In thousandths of the unit; 999.9996 µs are 1.000 ms.
    const std::uint64_t step = kUnits[unit] / 1000;
    std::uint64_t thousandths = (value.value + step / 2) / step;
    if (thousandths >= 1'000'000 && unit > 0) {
        thousandths /= 1000;
        --unit;
    }
    const QString text = u"%1.%2"_s.arg(thousandths / 1000)
                             .arg(QString::number(thousandths % 1000).rightJustified(3, u'0'));
    return signedText(value, text) + unitName(unit);
}

QString formatDurationShort(DurationNs duration, bool isNanoseconds)
{
    const Magnitude value = magnitude(duration);
    if (!isNanoseconds) {
        if (value.value < 1'000'000)
            return ticksText(value);
        return signedText(value, groupedFromRight(value.value / 1'000'000)) + u" M ticks"_s;
    }
    if (value.value >= 2 * kMinute) {
        const std::uint64_t minutes = value.value / kMinute;
        if (value.value >= 2 * kDay)
            return signedText(value,
                              u"%1 d %2 h"_s.arg(minutes / 1440).arg(two(minutes / 60 % 24)));
        if (minutes >= 120)
            return signedText(value, u"%1 h %2 min"_s.arg(minutes / 60).arg(two(minutes % 60)));
        return signedText(value,
                          u"%1 min %2 s"_s.arg(minutes).arg(two(value.value / kSecond % 60)));
    }
    const std::size_t unit = unitOf(value.value);
    const double number = static_cast<double>(value.value) / static_cast<double>(kUnits[unit]);
    // Always as many digits: a column of them is read by its length.
    const int decimals = unit + 1 == kUnits.size() || number >= 100 ? 0 : number >= 10 ? 1 : 2;
    return signedText(value, QString::number(number, 'f', decimals)) + unitName(unit);
}

QString formatDurationExact(DurationNs duration, bool isNanoseconds)
{
    const Magnitude value = magnitude(duration);
    if (!isNanoseconds)
        return ticksText(value);
    const std::size_t unit = unitOf(value.value);
    const std::uint64_t length = kUnits[unit];
    QString text = groupedFromRight(value.value / length);
    if (length > 1) {
        const int digits = length == kSecond ? 9 : length == 1'000'000 ? 6 : 3;
        text += u'.' + fraction(value.value % length * (kSecond / length), digits);
    }
    return signedText(value, text) + unitName(unit);
}

QString formatRate(DurationNs period)
{
    constexpr DurationNs kLongest = 1'000 * static_cast<DurationNs>(kSecond);
    if (period <= 0 || period > kLongest)
        return {};
    double rate = static_cast<double>(kSecond) / static_cast<double>(period);
    const std::array units{u"mHz"_s, u"Hz"_s, u"kHz"_s, u"MHz"_s, u"GHz"_s};
    std::size_t unit = 1;
    if (rate < 1) {
        rate *= 1000;
        unit = 0;
    }
    // 999.96 Hz are 1.00 kHz.
    while (rate >= 999.5 && unit + 1 < units.size()) {
        rate /= 1000;
        ++unit;
    }
    const int decimals = rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2;
    return QString::number(rate, 'f', decimals) + u' ' + units[unit];
}

} // namespace thresher::ui
