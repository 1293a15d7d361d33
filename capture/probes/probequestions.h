// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/messages.h"
#include "capture/recorderprocess.h"

#include <stop_token>
#include <vector>

/// Questions about probes as somebody writes them: lines that are none, and places in programs that
/// are symbols. All block; carets in the answers are those of the lines as they are written.
namespace thresher::capture {

/// @param make  the kernel makes them, and they are removed; else nothing is touched.
/// @param isHere  the recorder's machine is this one: symbols are looked up.
[[nodiscard]] Result<CheckedProbes> checkProbes(RecorderProcess &recorder,
                                                const std::vector<ProbeRequest> &probes, bool make,
                                                bool isHere, const std::stop_token &stop);
/// Nothing is known of those that are wrong. @param durationMs  [50, 2000]
[[nodiscard]] Result<MeasuredProbes> measureProbes(RecorderProcess &recorder,
                                                   const std::vector<ProbeRequest> &probes,
                                                   std::uint32_t durationMs, bool isHere,
                                                   const std::stop_token &stop);

/// placeProbe() of all lines of a request.
[[nodiscard]] Result<void> placeProbes(RecordRequest &request, const std::stop_token &stop);

} // namespace thresher::capture
