// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordingfolder.h"
#include "model/io/tracefile.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace thresher::test {

/// All pages of each (name of the buffer, CPU), one after the other.
using StreamPages = std::map<std::pair<std::string, CpuId>, std::vector<std::byte>>;
[[nodiscard]] StreamPages pagesOf(const std::shared_ptr<const TraceFile> &trace);

/// What a recorder would have sent of a trace, as (name, instance, CPU) and bytes.
struct SentBlob
{
    std::string name;
    std::uint16_t instance = 0;
    CpuId cpu = 0;
    std::string bytes;
};
[[nodiscard]] std::vector<SentBlob> blobsOf(const TraceFile &trace);
[[nodiscard]] capture::RecordingSettings settingsFor(const TraceFile &trace,
                                                     const std::filesystem::path &output,
                                                     int version, Compression compression);

/// Leaves the folder that a recording of this trace would have left. @returns its path; empty if it
/// cannot be written.
[[nodiscard]] std::filesystem::path leaveRecording(const std::shared_ptr<const TraceFile> &trace,
                                                   const capture::RecordingSettings &settings);

} // namespace thresher::test
