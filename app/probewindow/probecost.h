// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/probeanswers.h"
#include "capture/probes/probespec.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

/// What probes cost, and how that is said.
namespace thresher::ui {

/// Calls a second of the one that is hit most; none: not known of any.
[[nodiscard]] std::optional<double> hottest(const capture::MeasuredProbes &measured);
/// Whether it is so often that one should be asked before.
[[nodiscard]] bool isHot(double callsPerSecond);

/// Of one CPU's time, 1 being all of it: by what a hit, an event in the buffer and a stack take on
/// a machine of these days. An estimate, not a measurement.
[[nodiscard]] double estimatedCost(const capture::ProbeRequest &probe,
                                   const capture::ProbeRate &rate);

struct RateText
{
    QString title;
    QString details;
    bool isHot = false;
};
/// @param names  of the probes, as many as there are.
[[nodiscard]] RateText rateText(const ProbeRateAnswer &answer, const QStringList &names);

/// "fprobes"
[[nodiscard]] QString kindText(capture::ProbeKind kind);
/// "0.2 s", "3 min"
[[nodiscard]] QString agoText(std::chrono::nanoseconds passed);
/// "4 ms", "0.3 ms"
[[nodiscard]] QString setText(DurationNs time);

} // namespace thresher::ui
