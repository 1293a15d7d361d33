// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/eventlines_p.h"
#include "model/filter/filter.h"
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
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::vector<CpuRange>> cpus;
    std::vector<std::string> events;
    std::optional<std::string> task;
    std::optional<std::string> filter;
    bool countsOnly = false;
    std::uint64_t offset = 0;
    std::uint64_t limit = ~std::uint64_t{0};
    EventPrinter::LineOptions line;
};

Result<Request> readRequest(const Options &options)
{
    Request request;
    request.from = options.value("from");
    request.to = options.value("to");
    // Whether the clock counts ticks is known later; what is no number at all is told before.
    for (const auto &time : {request.from, request.to}) {
        if (time)
            THRESHER_TRY(parseTime(*time, false));
    }
    if (const auto list = options.value("cpu")) {
        THRESHER_TRY_ASSIGN(request.cpus, parseCpuList(*list));
    }
    request.events = options.values("event");
    request.task = options.value("task");
    request.filter = options.value("filter");
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

tl::unexpected<Error> noMatch(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
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
    return noMatch("the trace has no event that '"
                   + request.events[static_cast<std::size_t>(missed - isMet.begin())]
                   + "' matches; thresher info lists what it has");
}

Result<void> hideTasks(const std::string &wanted, const TaskTable &tasks, ShowFilter &filter)
{
    const bool isPid = !wanted.empty()
                       && wanted.find_first_not_of("0123456789") == std::string::npos;
    bool isMet = false;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        const Task &task = tasks.task(id);
        bool matches = isPid ? std::to_string(task.pid) == wanted
                             : matchesGlob(wanted, std::string(tasks.name(id)));
        for (const Task::Name &name : task.names)
            matches = matches || (!isPid && matchesGlob(wanted, name.comm));
        isMet = isMet || matches;
        if (!matches)
            filter.hiddenTasks.push_back(id);
    }
    if (isMet)
        return {};
    return noMatch("the trace has no task " + std::string(isPid ? "of PID " : "called ") + wanted);
}

Result<ShowFilter> makeFilter(const Request &request, const IndexSnapshot &snapshot)
{
    ShowFilter filter;
    if (request.cpus) {
        THRESHER_TRY_ASSIGN(const auto shown, listedCpus(snapshot, *request.cpus));
        for (const CpuId cpu : snapshot.cpus()) {
            if (!std::binary_search(shown.begin(), shown.end(), cpu))
                filter.hiddenCpus.push_back(cpu);
        }
    }
    THRESHER_TRY(hideEvents(request, snapshot.trace->events(), filter));
    if (request.task)
        THRESHER_TRY(hideTasks(*request.task, *snapshot.tasks, filter));
    return filter;
}

Result<LineRequest> findRows(const Request &request, const Filter *expression,
                             std::shared_ptr<const IndexSnapshot> snapshot)
{
    THRESHER_TRY_ASSIGN(const ShowFilter filter, makeFilter(request, *snapshot));
    std::shared_ptr<const Selection> selection;
    Progress progress;
    if (expression != nullptr) {
        THRESHER_TRY_ASSIGN(selection,
                            selectFiltered(snapshot, *expression, filter, {}, {}, {}, progress));
    } else if (!filter.isEmpty()) {
        THRESHER_TRY_ASSIGN(selection, selectEvents(*snapshot, filter, {}, {}, progress));
    }
    const bool ticks = !snapshot->trace->metadata().clockIsNanoseconds;
    LineRequest rows{RowOrder(std::move(snapshot), std::move(selection)), 0, 0, request.line};
    rows.last = rows.order.size();
    if (request.from) {
        THRESHER_TRY_ASSIGN(const TimeNs from, parseTime(*request.from, ticks));
        rows.first = rows.order.lowerBound(from);
    }
    if (request.to) {
        THRESHER_TRY_ASSIGN(const TimeNs to, parseTime(*request.to, ticks));
        rows.last = rows.order.lowerBound(to);
    }
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
    // What is wrong whatever the trace is told before it is opened, which may take long.
    const auto expression = parseFilter(request->filter.value_or(""));
    if (!expression)
        return printFilterError(kSpec, *request->filter, expression.error());
    const auto index = openForCommand(*file, !options->has("no-cache"));
    if (!index)
        return printError(index.error());
    printDamage(*index->snapshot);
    const auto filter = Filter::compile(*expression, index->snapshot->trace);
    if (!filter)
        return printFilterError(kSpec, *request->filter, filter.error());
    const auto rows = findRows(*request, request->filter ? filter->get() : nullptr,
                               index->snapshot);
    if (!rows)
        return printError(rows.error());
    if (request->countsOnly)
        return printText(std::to_string(rows->last - std::min(rows->first, rows->last)) + "\n");
    const auto printed = printLines(*rows, std::thread::hardware_concurrency(), stdout);
    if (!printed)
        return printError(printed.error());
    const int status = printText({});
    const auto whole = checkStillWhole(*index->snapshot->trace);
    return whole ? status : printError(whole.error());
}

} // namespace thresher
