// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/journal.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/refusal.h"
#include "capture/recorder/tracefs.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// Probes that are made to see whether and how they work, and removed before anybody uses them.
namespace thresher::capture {

struct ProbeTrials
{
    std::vector<Checked<std::string>> lines; ///< As the kernel reads each.
    std::chrono::nanoseconds set{0}; ///< For so long they were there.
    std::vector<Error> left; ///< What could not be removed; the journal still has it.
};
/// Makes those that are `checked`, with their filters and triggers, asks the kernel what it made,
/// and undoes the journal, which was empty. Nothing is enabled. @pre they are named.
/// @param checked  one for each; those that are refused already are not tried.
[[nodiscard]] ProbeTrials tryProbes(Tracefs &tracefs, Journal &journal,
                                    const std::vector<PlannedProbe *> &probes,
                                    const std::vector<Checked<void>> &checked);

/// A second; nothing where it cannot be known.
struct TrialRate
{
    std::optional<double> calls;
    std::optional<double> recorded; ///< Of them: those that its filter lets through.
};
enum class RateOf : std::uint8_t { Calls, CallsAndRecorded };
/// From so many calls a second on it is not tried what a filter lets through, which would take from
/// each call as much as the recording.
constexpr double kMostCallsForTrial = 1'000'000;

/// How often each would be hit. They are enabled for a moment, without arguments, in an instance
/// that is made for it; those that the kernel counts all at once, the others one after the other
/// for half of `duration` each. Then, for `recorded`, those with a filter one after the other, with
/// arguments and filter. Takes up to duration · (1 + 1.5 · probes).
[[nodiscard]] std::vector<TrialRate> measureProbes(Tracefs &tracefs, Journal &journal,
                                                   const std::vector<const PlannedProbe *> &probes,
                                                   std::chrono::milliseconds duration, RateOf what);

} // namespace thresher::capture
