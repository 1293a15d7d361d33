// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeformat.h"

#include <QString>

#include <vector>

namespace thresher::ui {

struct Tick
{
    TimeNs time = 0;
    QString label; ///< Empty for a minor tick.
    bool isMajor = false; ///< Has a label, and a line through the lanes.
    bool isAnchor
        = false; ///< Its label is a whole time where others' are only what follows the prefix.

    friend bool operator==(const Tick &, const Tick &) = default;
};

/// The marks of a time axis. Steps are 1, 2 and 5 times a power of ten, from 1 ns to seconds; then
/// 10 s, 30 s, minutes, hours, days (a time so large that it must be a date stays in seconds; ticks
/// of another clock are plain numbers).
///
/// Zoomed in, a time has more digits than fit. What all labels have in common, down to the last
/// microsecond or millisecond, is then said once, in `prefix`, and labels say what follows: prefix
/// "38.828 s", labels "480 µs", "490 µs"; where a new millisecond begins the label is "38.829 s".
struct Ruler
{
    std::vector<Tick> ticks; ///< Ascending, inside the range.
    QString prefix; ///< Holds at the range's begin; empty if labels are whole.
    DurationNs step = 0; ///< Between major ticks.
};

/// @param width  of the range in pixels.
/// @param digitWidth  of a digit in pixels; nothing in a label is wider. Labels, centred or begun
/// at their tick, are at least two digits apart. Complexity: O(width). Pure.
[[nodiscard]] Ruler makeRuler(TimeRange range, double width, const TimeStyle &style,
                              double digitWidth);

} // namespace thresher::ui
