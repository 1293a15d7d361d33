// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/messages.h"

#include <chrono>
#include <vector>

/// What a recorder has said of probes, with the probes that it was asked about: by then others may
/// stand there.
namespace thresher::ui {

enum class ProbeTrial : std::uint8_t {
    Compare, ///< With what the kernel says it has; nothing is touched.
    Make, ///< The kernel made them, and they were removed at once.
};

struct ProbeCheckAnswer
{
    std::vector<capture::ProbeRequest> probes;
    ProbeTrial trial = ProbeTrial::Compare;
    capture::CheckedProbes checked; ///< One for each of `probes`; carets are of their lines.
    std::chrono::steady_clock::time_point time;

    [[nodiscard]] bool isFine() const
    {
        for (const auto &each : checked.probes)
            if (!each.ok)
                return false;
        return true;
    }
};

struct ProbeRateAnswer
{
    std::vector<capture::ProbeRequest> probes;
    capture::MeasuredProbes measured; ///< One for each of `probes`.
};

} // namespace thresher::ui
