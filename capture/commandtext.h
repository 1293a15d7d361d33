// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordingsession.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A recording as the command line that would make it. Fails never; O(plan). Thread: any.
namespace thresher::capture {

/// A word as a POSIX shell reads it back: as it is where that is safe, else in single quotes.
[[nodiscard]] std::string shellQuoted(std::string_view word);
[[nodiscard]] std::string shellLine(std::span<const std::string> words);
/// The words of a line as a POSIX shell splits them, with quotes and backslashes; nothing is
/// expanded ($, ~, *). InvalidArgument where a quote is not closed.
[[nodiscard]] Result<std::vector<std::string>> shellWords(std::string_view line);

/// The words behind `thresher` that ask for `plan`: read by `thresher record` they give it again.
/// What no option says is left out: kallsyms, saved_cmdlines, how often progress is told, and where
/// the recorder is. Of several buffers only the first may be without a name.
[[nodiscard]] std::vector<std::string> recordWords(const RecordingPlan &plan);
/// "thresher record -e 'sched:*' …", for a shell.
[[nodiscard]] std::string recordCommandText(const RecordingPlan &plan);

struct TraceCmdText
{
    std::string command; ///< "sudo trace-cmd record …", for a shell; all that it can say.
    std::vector<std::string> cannot; ///< Sentences: what trace-cmd 3.1 has no words for.
};
[[nodiscard]] TraceCmdText traceCmdText(const RecordingPlan &plan);

} // namespace thresher::capture
