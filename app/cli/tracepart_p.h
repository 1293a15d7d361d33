// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli_p.h"
#include "model/filter/filter.h"
#include "model/query/selection.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The part of a trace that a command is about: --from, --to, --cpu, --task and --filter.
namespace thresher {

/// As the command line has it.
struct TracePart
{
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::vector<CpuRange>> cpus;
    std::optional<std::string> task;
    std::optional<std::string> filter;
};
/// What a command does not take is not given. An error tells what is wrong whatever the trace.
[[nodiscard]] Result<TracePart> readTracePart(const Options &options);

/// A trace, and what --filter says of it.
struct OpenPart
{
    std::shared_ptr<const IndexSnapshot> snapshot;
    std::shared_ptr<const Filter> filter; ///< Null without --filter.
};
/// Opens the trace and tells on stderr what of it is damaged. A wrong expression is told before,
/// since that may take long. The error, printed already, is the exit status.
[[nodiscard]] tl::expected<OpenPart, int> openPart(const CommandSpec &command,
                                                   const std::string &path, const TracePart &part,
                                                   bool keepIndex,
                                                   const std::stop_token &stop = {});

/// `whole` where --from and --to do not say otherwise; may be empty.
[[nodiscard]] Result<TimeRange> rangeOf(const TracePart &part, const TraceFile &trace,
                                        TimeRange whole);
/// "FROM-TO" → a range, as --from and --to have it.
[[nodiscard]] Result<TimeRange> parseTimeRange(std::string_view text, bool ticks);

/// The CPUs of the trace that --cpu lists, all without; an error if the machine did not have one of
/// them.
[[nodiscard]] Result<std::vector<CpuId>> listedCpus(const TracePart &part,
                                                    const IndexSnapshot &snapshot);
/// The others, and all tasks that --task does not name; an error if it names none.
[[nodiscard]] Result<ShowFilter> shownPart(const TracePart &part, const IndexSnapshot &snapshot);

} // namespace thresher
