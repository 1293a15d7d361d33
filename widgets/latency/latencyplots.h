// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/latency.h"
#include "widgets/plot/histogramplot.h"
#include "widgets/plot/timeplot.h"

/// What plots show of a measurement. Pure.
namespace thresher::ui {

/// Some 80 bars at most, with p50, p90, p99, p99.9 and max.
[[nodiscard]] HistogramData latencyHistogram(const LatencyResult &result, const TimeStyle &style);
[[nodiscard]] TimePlotData latencyOverTime(const LatencyResult &result, const TimeStyle &style);

/// One that took [low, high), of those that the result knows the place of: the longest ones of all,
/// of groups, of columns. The longest of them.
[[nodiscard]] std::optional<LatencyRow> latencyExample(const LatencyResult &result, double low,
                                                       double high);

} // namespace thresher::ui
