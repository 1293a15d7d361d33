// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probeset.h"
#include "model/base/result.h"

#include <stop_token>
#include <string>
#include <vector>

namespace thresher {

/// What --probe and `thresher probe` are given: a line of dynamic events, a call of which values
/// are wanted ("vfs_read(count, ret)"), the name of a set of probes or of its file, with parameters
/// behind it ("malloc-sizes library=/opt/lib/x.so").
/// @param isHere  of this machine: places in programs are looked up, and a set's lines are those
/// that its kernel takes.
/// @returns the probes as they are sent. InvalidArgument says what is wrong, and shows where.
[[nodiscard]] Result<std::vector<capture::ProbeRequest>>
readProbeWord(const std::string &word, bool isHere, const std::stop_token &stop);

/// "malloc-sizes library=…": not a line.
[[nodiscard]] bool isProbeSetWord(const std::string &word);
/// The set that such a word names.
[[nodiscard]] Result<capture::ProbeSet> findProbeSet(const std::string &word);

} // namespace thresher
