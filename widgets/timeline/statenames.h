// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

#include <QString>

/// Words for what an analysis tells.
namespace thresher::ui {

[[nodiscard]] QString stateName(TaskState state); ///< "waiting", "blocked (D)"
/// Of the slices of a track but states: "vfs_read", "openat failed".
[[nodiscard]] QString sliceName(const Analysis &analysis, TrackClass what, std::uint32_t value);
[[nodiscard]] QString trackName(TrackClass what); ///< "system calls"

} // namespace thresher::ui
