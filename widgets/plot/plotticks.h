// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>

#include <vector>

/// The marks of a plot's axes. Pure.
namespace thresher::ui {

/// Powers of ten inside [lower, upper] of a logarithmic axis, every second, third, … where more
/// than `most` would be; steps of 1, 2, 5 where there is hardly one. lower > 0.
[[nodiscard]] std::vector<double> logTicks(double lower, double upper, int most);

/// Steps of 1, 2 or 5 times a power of ten inside [lower, upper], at most `most`.
/// @param leastStep  1 of what is counted.
[[nodiscard]] std::vector<double> linearTicks(double lower, double upper, int most,
                                              double leastStep = 0);

/// Rows for labels that are centred at `positions` (ascending) and so wide, so that none overlaps
/// another one of its row: the lowest row that is free, from 0. -1: none of the `rows` is.
[[nodiscard]] std::vector<int> placeLabels(const std::vector<double> &positions,
                                           const std::vector<double> &widths, int rows);

/// "1,204", "35 k", "2 M": a count for an axis.
[[nodiscard]] QString shortCount(double count);

} // namespace thresher::ui
