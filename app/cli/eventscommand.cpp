// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/eventlines_p.h"
#include "app/cli/progressline_p.h"
#include "app/cli/tracepart_p.h"
#include "model/io/eventprinter.h"
#include "model/query/rows.h"
#include "model/query/selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <thread>

namespace thresher {

namespace {

constexpr std::array kOptions{
    OptionSpec{"from", 0, "T", "events that are printed at T or later"},
    OptionSpec{"to", 0, "T", "events that are printed before T"},
    OptionSpec{"cpu", 'c', "LIST", "of these CPUs only, as 0-3,7"},
    OptionSpec{"event", 'e', "GLOB",
               "of this event: sched_switch, 'sched_*', 'sched:*';\nmay be given several times"},
    OptionSpec{"task", 0, "COMM|PID", "of this task, by its name (may be a glob) or its PID"},
    OptionSpec{"filter", 'f', "EXPR",
               "for which EXPR is true, as 'next_pid == 7';\nsee thresher(1)"},
    OptionSpec{"offset", 0, "N", "leave out the first N of them"},
    OptionSpec{"limit", 'n', "N", "print at most N"},
    OptionSpec{"count", 0, {}, "print how many there are, and no event"},
    OptionSpec{"latency", 'l', {}, "show the flags of interrupts, scheduling and\npreemption"},
    OptionSpec{"nanoseconds", 't', {}, "times with nine digits instead of six"},
    OptionSpec{"no-cache", 0, {}, "neither use a kept index nor keep one"},
};
constexpr CommandSpec kSpec{
    "events", "FILE",
    "Prints the events of a trace, by time, a line each, as trace-cmd report\n"
    "does. T is in seconds, as it is printed: with six digits it is the rounded\n"
    "time, with nine the exact one.",
    kOptions};

struct Request
{
    TracePart part;
    std::vector<std::string> events;
    bool countsOnly = false;
    std::uint64_t offset = 0;
    std::uint64_t limit = ~std::uint64_t{0};
    EventPrinter::LineOptions line;
};

Result<Request> readRequest(const Options &options)
{
    Request request;
    THRESHER_TRY_ASSIGN(request.part, readTracePart(options));
    request.events = options.values("event");
    request.countsOnly = options.has("count");
    if (const auto offset = options.value("offset")) {
        THRESHER_TRY_ASSIGN(request.offset, parseCount(*offset));
    }
    if (const auto limit = options.value("limit")) {
        THRESHER_TRY_ASSIGN(request.limit, parseCount(*limit));
    }
    request.line.latency = options.has("latency");
    request.line.rawTime = options.has("nanoseconds");
    return request;
}

bool matchesGlob(const std::string &glob, const std::string &text)
{
    return ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

Result<void> hideEvents(const Request &request, const EventCatalog &catalog, ShowFilter &filter)
{
    if (request.events.empty())
        return {};
    std::vector<bool> isMet(request.events.size());
    for (const EventFormat &event : catalog.all()) {
        bool shown = false;
        for (std::size_t i = 0; i < request.events.size(); ++i) {
            const std::string &glob = request.events[i];
            const bool matches = glob.find(':') != std::string::npos
                                     ? matchesGlob(glob, event.system + ":" + event.name)
                                     : matchesGlob(glob, event.name);
            if (matches)
                shown = isMet[i] = true;
        }
        if (!shown)
            filter.hiddenEvents.push_back(event.id);
    }
    const auto missed = std::find(isMet.begin(), isMet.end(), false);
    if (missed == isMet.end())
        return {};
    return fail(ErrorKind::InvalidArgument,
                "the trace has no event that '"
                    + request.events[static_cast<std::size_t>(missed - isMet.begin())]
                    + "' matches; thresher info lists what it has");
}

Result<LineRequest> findRows(const Request &request, const Filter *expression,
                             std::shared_ptr<const IndexSnapshot> snapshot)
{
    THRESHER_TRY_ASSIGN(ShowFilter filter, shownPart(request.part, *snapshot));
    THRESHER_TRY(hideEvents(request, snapshot->trace->events(), filter));
    THRESHER_TRY_ASSIGN(const TimeRange range,
                        rangeOf(request.part, *snapshot->trace, {kTimeMin, kTimeMax}));
    std::shared_ptr<const Selection> selection;
    Progress progress;
    const ProgressLine line("filtering", progress);
    if (expression != nullptr) {
        THRESHER_TRY_ASSIGN(selection,
                            selectFiltered(snapshot, *expression, filter, {}, {}, {}, progress));
    } else if (!filter.isEmpty()) {
        THRESHER_TRY_ASSIGN(selection, selectEvents(*snapshot, filter, {}, {}, progress));
    }
    LineRequest rows{RowOrder(std::move(snapshot), std::move(selection)), 0, 0, request.line};
    rows.last = rows.order.size();
    rows.first = rows.order.lowerBound(range.begin);
    if (request.part.to)
        rows.last = rows.order.lowerBound(range.end);
    const auto count = rows.last > rows.first ? rows.last - rows.first : 0;
    rows.first += std::min(request.offset, count);
    rows.last = rows.first + std::min(request.limit, count - std::min(request.offset, count));
    return rows;
}

} // namespace

const CommandSpec &eventsSpec()
{
    return kSpec;
}

int eventsCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto file = options->operand(kSpec);
    if (!file)
        return printUsageError(kSpec, file.error());
    const auto request = readRequest(*options);
    if (!request)
        return printUsageError(kSpec, request.error());
    const auto open = openPart(kSpec, *file, request->part, !options->has("no-cache"));
    if (!open)
        return open.error();
    const auto rows = findRows(*request, open->filter.get(), open->snapshot);
    if (!rows)
        return printError(rows.error());
    if (request->countsOnly)
        return printText(std::to_string(rows->last - std::min(rows->first, rows->last)) + "\n");
    const auto printed = printLines(*rows, std::thread::hardware_concurrency(), stdout);
    if (!printed)
        return printError(printed.error());
    return printText({}, *open->snapshot->trace);
}

} // namespace thresher
