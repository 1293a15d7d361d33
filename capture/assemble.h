// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordingfolder.h"
#include "model/base/progress.h"
#include "model/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace thresher::capture {

struct AssembleRequest
{
    std::filesystem::path output;
    bool mayReplace = false;
    /// Instead of what the recording's settings say.
    std::optional<int> version;
    std::optional<Compression> compression;
};

struct AssembledTrace
{
    std::filesystem::path path;
    std::uint64_t bytes = 0; ///< Of the file.
    std::uint64_t pages = 0; ///< All that are in the trace.
    std::uint64_t tornPages = 0; ///< Of those: last ones that were not whole on the disk.
    std::uint64_t lostTornBytes = 0; ///< Of such pages, behind their last whole event.
    /// What is missing and what follows from that, a sentence each.
    std::vector<std::string> notes;
};

/// Makes a trace.dat of what a recording's folder holds, which stays as it is. Every whole page is
/// in it; a last page that was written in part has its whole events. What metadata is missing is
/// replaced by what can be guessed, or left out, and noted. Pages of uncompressed traces are
/// shared with the folder's files where the file system can do that. A latency tracer's report
/// becomes a text beside the trace: OUTPUT.latency-INSTANCE.txt, and is noted.
///
/// Fails with NoSpace, InvalidArgument (nothing to make a trace of, or the output is not to be
/// replaced), Cancelled; nothing is left behind then. O(bytes). Thread: any.
[[nodiscard]] Result<AssembledTrace> assembleTrace(const RecordingContents &contents,
                                                   const AssembleRequest &request,
                                                   const std::stop_token &stop, Progress &progress);

} // namespace thresher::capture
