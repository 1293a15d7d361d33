// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/base/types.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace thresher::capture {

/// What is needed to read a recording while it is being made.
struct LiveRecording
{
    /// A file of whole pages that is appended to, uncompressed whatever the trace will be.
    struct Pages
    {
        std::string buffer; ///< As the head names it; empty: the top one.
        CpuId cpu = 0;
        std::filesystem::path path;
    };
    /// A trace.dat of version 7 without pages, with all that is known so far: names of tasks and
    /// numbers of lost events come at the end.
    std::vector<std::byte> head;
    std::vector<Pages> pages; ///< Of every CPU that is recorded, by instance, then CPU.
};

/// Something has arrived in a folder that is being recorded into: cheap to ask. O(files).
[[nodiscard]] bool hasPages(const std::filesystem::path &folder);

/// Reads a folder that is being recorded into, or was left behind; changes nothing in it. The byte
/// order is found out by the first page: of another machine's recording it is only known once
/// there is one. Fails if it is no recording's folder, or holds no settings. O(journal). Thread:
/// any.
[[nodiscard]] Result<LiveRecording> readLiveRecording(const std::filesystem::path &folder);

} // namespace thresher::capture
