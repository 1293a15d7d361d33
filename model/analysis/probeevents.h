// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventcatalog.h"

#include <string_view>

/// What events of dynamic probes are, by their formats and names.
namespace thresher {

/// Of a kprobe, fprobe or uprobe where it was hit.
[[nodiscard]] bool isProbedEntry(const EventFormat &event);
/// Of a kretprobe, fprobe's exit or uretprobe.
[[nodiscard]] bool isProbedReturn(const EventFormat &event);
/// Fields that every such event has, besides the common ones: where it was hit.
[[nodiscard]] bool isProbePlaceField(std::string_view name);

/// What the names of a function's entry and return have in common: "vfs_read" of
/// vfs_read__entry and vfs_read__return, vfs_read_enter and vfs_read_exit, p_vfs_read and
/// r_vfs_read; and of vfs_read with vfs_read__return. Part of `name`; empty: a return that says
/// nothing of its entry.
[[nodiscard]] std::string_view probedEntryStem(std::string_view name);
[[nodiscard]] std::string_view probedReturnStem(std::string_view name);

} // namespace thresher
