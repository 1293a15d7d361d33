// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"
#include "model/qt/viewstate.h"

#include <QString>

/// Times and durations as text: in the ruler, the table, the status bar, everywhere the same way.
namespace thresher::ui {

/// Between groups of three digits behind the decimal point, and of clock ticks: U+202F, a narrow
/// space at which no line breaks.
inline constexpr QChar kDigitGap{0x202f};

/// How the times of one trace are written.
struct TimeStyle
{
    TimeFormat format = TimeFormat::Absolute;
    TimeNs origin = 0; ///< Relative times count from here: the trace's begin.
    bool isNanoseconds = true; ///< else the clock's ticks, which are whole numbers.

    /// What is shown for `time` counts from here.
    [[nodiscard]] TimeNs base() const { return format == TimeFormat::Relative ? origin : 0; }
    friend bool operator==(const TimeStyle &, const TimeStyle &) = default;
};

/// Of the view's trace; the default without one.
[[nodiscard]] TimeStyle timeStyle(const ViewState &state);

/// "38.828 480 935": seconds; of a clock that counts no nanoseconds "6 459 426 589 668".
/// @param resolution  what need not be told apart is left out: 1 000 gives "38.828 480". ≥ 1.
[[nodiscard]] QString formatTime(TimeNs time, const TimeStyle &style, DurationNs resolution = 1);

/// formatTime() with its unit: "38.828 480 935 s", "6 459 426 589 668 ticks".
[[nodiscard]] QString formatTimeWithUnit(TimeNs time, const TimeStyle &style,
                                         DurationNs resolution = 1);

/// "1.206 ms", "831 ns", "2 min 03.5 s", "1 h 02 min 03 s"; rounded to three digits behind the
/// point.
[[nodiscard]] QString formatDuration(DurationNs duration, bool isNanoseconds = true);

/// About three digits, for round numbers and where space is short: "230 ms", "10.2 s",
/// "6 min 12 s", "2 h 05 min".
[[nodiscard]] QString formatDurationShort(DurationNs duration, bool isNanoseconds = true);

/// Every nanosecond: "1.206 331 ms".
[[nodiscard]] QString formatDurationExact(DurationNs duration, bool isNanoseconds = true);

/// How often what takes so long can happen: "833 Hz", "12.5 kHz"; about three digits. Empty where
/// that says nothing: no time at all, or more than some minutes.
[[nodiscard]] QString formatRate(DurationNs period);

} // namespace thresher::ui
