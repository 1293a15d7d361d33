// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/recorder/instance.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/tracefs.h"
#include "model/base/result.h"

#include <string_view>
#include <vector>

namespace thresher::capture {

/// Whether symbols have addresses: without the right to see them all are zero, and of no use. Those
/// that are relative to a CPU's data, which come first on x86-64, are zero in any case.
[[nodiscard]] bool hasAddresses(std::string_view kallsyms);

/// Sends the blobs that a reader of the trace needs from its begin: layouts, formats, symbols,
/// names. What this kernel has not is left out. Fails if the client is gone.
[[nodiscard]] Result<void> sendMetadata(Channel &channel, const Tracefs &tracefs, const Plan &plan,
                                        const Offer &offer, const std::vector<Instance> &instances);

/// Sends the formats of all events; the functions that tracers can be limited to. Nothing where the
/// kernel has no such thing.
[[nodiscard]] Result<void> sendAllFormats(Channel &channel, const Tracefs &tracefs,
                                          const Offer &offer);
[[nodiscard]] Result<void> sendFunctions(Channel &channel, const Tracefs &tracefs);

/// Sends what the histograms of all instances count now.
[[nodiscard]] Result<void> sendLiveHistograms(Channel &channel, const Tracefs &tracefs,
                                              const std::vector<Instance> &instances);

/// Sends what is known at the end only: counters, names of tasks, what latency tracers found, and
/// histograms.
[[nodiscard]] Result<void> sendClosingData(Channel &channel, const Tracefs &tracefs,
                                           const std::vector<Instance> &instances);

} // namespace thresher::capture
