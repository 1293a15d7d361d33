// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"
#include "capture/recordingsession.h"

#include <cstdint>

namespace thresher {

/// `thresher record`'s words.
[[nodiscard]] const CommandSpec &recordSpec();
/// --privilege's word. InvalidArgument names what is wrong.
[[nodiscard]] Result<capture::Privilege> parsePrivilege(std::string_view text);
/// --format and --compression, as `record` and `recover` have them; what is not given stays.
[[nodiscard]] Result<void> readTraceFormat(const Options &options, std::optional<int> &version,
                                           std::optional<Compression> &compression);

/// What the words ask for. Options act on the buffer that the last -B before them names, -f and -R
/// on the last -e. @param cpus  of this machine; 0: not known, the recording is another one's.
[[nodiscard]] Result<capture::RecordingPlan> readRecordingPlan(const Options &options,
                                                               std::uint32_t cpus);

} // namespace thresher
