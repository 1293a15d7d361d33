// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordingsession.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A recording that can be chosen by its name: built in, or a file of the user's.
struct RecordSetup
{
    std::string name;
    std::string description; ///< Neither has line breaks.
    /// One instance, at least. How the recorder becomes root is no part of the file, nor whether a
    /// file may be replaced.
    RecordingPlan plan;
};

/// JSON, for people to read and send.
[[nodiscard]] std::string setupText(const RecordSetup &setup);
/// A text that the recorder would refuse for its form is refused here: a file comes from anywhere.
/// InvalidArgument says what is wrong and where.
[[nodiscard]] Result<RecordSetup> parseSetup(std::string_view text);

/// "Scheduling", "Interrupts and timers", … For every kernel: see fitToKernel().
[[nodiscard]] const std::vector<RecordSetup> &builtInSetups();

/// Takes away rules and exclusions of events that a kernel does not have, which the recorder would
/// refuse. @returns what was taken away.
std::vector<std::string> fitToKernel(InstanceRequest &request,
                                     const std::map<std::string, std::vector<std::string>> &events);

} // namespace thresher::capture
