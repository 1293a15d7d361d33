// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/measureoptions_p.h"
#include "app/cli/progressline_p.h"
#include "app/cli/statstext_p.h"

#include <array>

namespace thresher {

namespace {

constexpr std::array kOptions{
    OptionSpec{"by", 'b', "GROUP", "task (the default), cpu or event"},
    OptionSpec{"from", 0, "T", "from T on"},
    OptionSpec{"to", 0, "T", "before T"},
    OptionSpec{"compare", 0, "FROM-TO", "set this range beside it, with the differences"},
    OptionSpec{"cpu", 'c', "LIST", "of these CPUs only, as 0-3,7"},
    OptionSpec{"task", 0, "COMM|PID", "of this task, by its name (may be a glob) or its PID"},
    OptionSpec{"filter", 'f', "EXPR",
               "count only events for which EXPR is true; times\nand switches stay as they are"},
    OptionSpec{"limit", 'n', "N", "print at most N rows; CSV and JSON have all"},
    OptionSpec{"json", 0, {}, "as JSON, all of it"},
    OptionSpec{"csv", 0, {}, "as CSV"},
    OptionSpec{"no-cache", 0, {}, "neither use a kept index nor keep one"},
};
constexpr CommandSpec kSpec{
    "stats", "FILE",
    "Counts and sums by task, CPU or event: time on a CPU and waiting for one,\n"
    "switches, wakeups, migrations, interrupts, events. T is in seconds, as it is\n"
    "printed.",
    kOptions};

struct Request
{
    MeasureOptions options;
    StatsBy by = StatsBy::Task;
    std::optional<std::string> compare;
};

Result<Request> readRequest(const Options &options)
{
    Request request;
    THRESHER_TRY_ASSIGN(request.options, readMeasureOptions(kSpec, options));
    const std::string by = options.value("by").value_or("task");
    if (by == "cpu")
        request.by = StatsBy::Cpu;
    else if (by == "event")
        request.by = StatsBy::Event;
    else if (by != "task")
        return fail(ErrorKind::InvalidArgument,
                    "it can be by task, cpu or event, not by '" + by + "'");
    request.compare = options.value("compare");
    if (request.compare)
        THRESHER_TRY(parseTimeRange(*request.compare, false));
    if (const auto limit = options.value("limit")) {
        THRESHER_TRY_ASSIGN(request.options.limit, parseCount(*limit));
    }
    return request;
}

Result<std::string> measure(const Measured &measured, const Request &request)
{
    StatisticsRequest wanted;
    wanted.range = measured.range;
    wanted.shown = measured.shown;
    wanted.selection = measured.selection;
    const auto measureRange = [&] {
        Progress progress;
        const ProgressLine line("measuring", progress);
        return measureStatistics(*measured.analysis, wanted, {}, progress);
    };
    THRESHER_TRY_ASSIGN(const auto one, measureRange());
    std::shared_ptr<const Statistics> other;
    if (request.compare) {
        THRESHER_TRY_ASSIGN(wanted.range, parseTimeRange(*request.compare, measured.words.ticks));
        THRESHER_TRY_ASSIGN(other, measureRange());
    }
    if (request.options.json)
        return statsJson(measured, request.by, *one, other.get());
    if (request.options.csv)
        return statsCsv(measured, request.by, *one, other.get());
    return statsText(measured, request.by, *one, other.get());
}

} // namespace

const CommandSpec &statsSpec()
{
    return kSpec;
}

int statsCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto request = readRequest(*options);
    if (!request)
        return printUsageError(kSpec, request.error());
    return measureTrace(kSpec, request->options, request->by != StatsBy::Event,
                        [&](const Measured &measured) { return measure(measured, *request); });
}

} // namespace thresher
