// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/base/types.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A program or library that a process runs.
struct ProcessImage
{
    std::string name; ///< Its path as the process sees it.
    std::string path; ///< By which this program, and a uprobe, finds it.
    std::uint64_t begin = 0; ///< Where its executable part is in memory.
    std::uint64_t end = 0;
    std::uint64_t offset = 0; ///< In the file, of `begin`.
};

/// Those of a text like that of /proc/PID/maps: each file once, in order of its first executable
/// part. Lines that make no sense are left out. `path` is `name`.
[[nodiscard]] std::vector<ProcessImage> imagesOf(std::string_view maps);

/// What a running process has mapped as programs and libraries; its file system's begin is
/// processRoot(). Fails if there is no such process, or it may not be looked at.
[[nodiscard]] Result<std::vector<ProcessImage>> readProcessImages(Pid pid);

/// "" if the process has the same files as this one, else "/proc/PID/root": it is in a container.
[[nodiscard]] std::string processRoot(Pid pid);

} // namespace thresher::capture
