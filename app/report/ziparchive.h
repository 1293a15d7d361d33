// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

/// Writing zip archives, through libzip. Reports are opened by whoever gets them, and everyone's
/// file manager opens those.
namespace thresher::ui {

struct ZipMember
{
    std::string name; ///< In the archive, with folders: "x-report/summary.md". UTF-8.
    std::filesystem::path file; ///< What it holds.
    bool isCompressed = false; ///< Already: is stored as it is.
};

/// Writes an archive of the members beside `path`, then puts it in its place: on failure nothing is
/// left, and what was there stays. Fails with Io, NoSpace or Cancelled. Thread: any.
[[nodiscard]] Result<void> writeZip(const std::filesystem::path &path,
                                    const std::vector<ZipMember> &members,
                                    const std::stop_token &stop, Progress &progress);

} // namespace thresher::ui
