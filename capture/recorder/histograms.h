// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/instance.h"
#include "capture/recorder/journal.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/tracefs.h"

#include <cstddef>
#include <set>
#include <string>

/// Histograms and latency events of a recording: what the kernel counts and makes by itself.
namespace thresher::capture {

/// The most of one event's histograms that is read while it is recorded, and at the end.
constexpr std::size_t kMaxLiveHistogramBytes = 4U << 20U;
constexpr std::size_t kMaxHistogramBytes = 32U << 20U;

/// Plans those of the instance's request; touches nothing. @pre its probes are planned.
[[nodiscard]] Checked<void> planHistograms(PlannedInstance &instance, const Offer &offer);

/// Makes the instance's latency events, noting them first, and gives its histograms and triggers
/// the names that events have now; triggers that count become histograms. A latency whose name is
/// taken gets another one. @pre its probes are made.
[[nodiscard]] Checked<void> makeLatencies(Tracefs &tracefs, Journal &journal,
                                          PlannedInstance &instance);

/// What is written to `trigger`: one that uses the time has the instance's clock, since the kernel
/// would choose another one for the whole instance.
[[nodiscard]] std::string triggerLine(HistTrigger trigger, const std::string &clock);

/// Of which events the instance counts histograms: "SYSTEM/EVENT".
[[nodiscard]] std::set<std::string> eventsWithHistograms(const Instance &instance);

} // namespace thresher::capture
