// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/latencytext_p.h"
#include "app/cli/measureoptions_p.h"
#include "app/cli/progressline_p.h"
#include "model/analysis/named.h"
#include "model/analysis/probecalls.h"
#include "model/base/grouped.h"

#include <algorithm>
#include <array>
#include <set>

namespace thresher {

namespace {

constexpr std::array kOptions{
    OptionSpec{"kind", 'k', "KIND",
               "what: wakeup (the default: from a task's wakeup\nuntil it runs), preemption, "
               "blocked, sleep,\nrunning, irq, softirq, syscall, call (of a\nfunction), probe or "
               "probe:NAME (of a probed\nfunction, with arguments and results), pair:NAME\n(a pair "
               "of events, by its name, the begin of it,\nor number)"},
    OptionSpec{
        "kinds", 0, {}, "list the kinds that this trace can tell of, with\nthe names of pairs"},
    OptionSpec{
        "pair", 0, "SPEC",
        "look for this pair of events, too, as in\n'disk: block_rq_issue -> block_rq_complete "
        "by\ndev, sector'; see PAIRS in the manual"},
    OptionSpec{"by", 'b', "GROUP",
               "task, cpu, or name (of the interrupt, system\ncall, function; of states: what "
               "followed)"},
    OptionSpec{"from", 0, "T", "what begins at T or later"},
    OptionSpec{"to", 0, "T", "what begins before T"},
    OptionSpec{"cpu", 'c', "LIST", "on these CPUs only, as 0-3,7"},
    OptionSpec{"task", 0, "COMM|PID", "of this task, by its name (may be a glob) or its PID"},
    OptionSpec{"filter", 'f', "EXPR", "if EXPR is true for the event that begins it"},
    OptionSpec{"no-lost", 0, {}, "leave out those during which events were lost"},
    OptionSpec{"limit", 'n', "N", "list the N longest; 10 unless given"},
    OptionSpec{"histogram", 0, {}, "also how many are how long"},
    OptionSpec{"json", 0, {}, "as JSON, all of it"},
    OptionSpec{"csv",
               0,
               {},
               "the groups as CSV; with --histogram its bins,\nwith --limit the "
               "longest"},
    OptionSpec{"no-cache", 0, {}, "neither use a kept index nor keep one"},
};
constexpr CommandSpec kSpec{
    "latency", "FILE",
    "Tells how long things took: how many, least, mean and most, percentiles, and\n"
    "the longest ones. Each counts where it begins, with its whole length. T is in\n"
    "seconds, as it is printed.",
    kOptions};

constexpr std::array<std::string_view, kLatencyKinds> kKinds{
    "wakeup",  "preemption", "blocked", "sleep", "running", "irq",
    "softirq", "syscall",    "call",    "probe", "pair"};

struct Request
{
    MeasureOptions options;
    LatencyRequest latency;
    std::string pair; ///< Its name or number; empty: the first.
    std::string probe; ///< Its name; empty: all.
    bool listsKinds = false;
    LatencyText text;
};

Result<void> readKind(std::string_view word, Request &request)
{
    const auto colon = word.find(':');
    const auto at = std::find(kKinds.begin(), kKinds.end(), word.substr(0, colon));
    if (at == kKinds.end()
        || (colon != std::string_view::npos && *at != "pair" && *at != "probe")) {
        std::string all;
        for (const std::string_view kind : kKinds)
            all += (all.empty() ? "" : ", ") + std::string(kind);
        return fail(ErrorKind::InvalidArgument,
                    "there is no kind '" + std::string(word) + "'; there are " + all);
    }
    request.latency.kind = static_cast<LatencyKind>(at - kKinds.begin());
    request.latency.withCalls = request.latency.kind == LatencyKind::Probe;
    if (colon == std::string_view::npos)
        return {};
    std::string &name = request.latency.kind == LatencyKind::Pair ? request.pair : request.probe;
    name = word.substr(colon + 1);
    if (name.empty())
        return fail(ErrorKind::InvalidArgument,
                    "say which " + std::string(*at) + ": " + std::string(*at) + ":NAME");
    return {};
}

Result<Request> readRequest(const Options &options)
{
    Request request;
    THRESHER_TRY_ASSIGN(request.options, readMeasureOptions(kSpec, options));
    THRESHER_TRY(readKind(options.value("kind").value_or("wakeup"), request));
    const std::string by = options.value("by").value_or("");
    if (by == "task")
        request.latency.grouping = LatencyGrouping::Task;
    else if (by == "cpu")
        request.latency.grouping = LatencyGrouping::Cpu;
    else if (by == "name")
        request.latency.grouping = LatencyGrouping::Value;
    else if (options.has("by"))
        return fail(ErrorKind::InvalidArgument,
                    "it can be by task, cpu or name, not by '" + by + "'");
    request.latency.worst = 10;
    if (const auto limit = options.value("limit")) {
        THRESHER_TRY_ASSIGN(const std::uint64_t worst, parseCount(*limit));
        request.latency.worst = static_cast<std::size_t>(worst);
        request.text.isLimited = true;
    }
    request.listsKinds = options.has("kinds");
    request.latency.includeLost = !options.has("no-lost");
    request.text.histogram = options.has("histogram");
    request.text.json = request.options.json;
    request.text.csv = request.options.csv;
    return request;
}

/// What has to be recorded.
std::string needs(LatencyKind kind)
{
    constexpr std::string_view kSched = "sched:sched_switch, as by trace-cmd record -e "
                                        "sched:sched_switch.";
    switch (kind) {
    case LatencyKind::Wakeup:
        return "sched:sched_switch and sched:sched_waking (or sched_wakeup), as by trace-cmd "
               "record -e sched:sched_switch -e sched:sched_waking -e sched:sched_wakeup_new.";
    case LatencyKind::Irq:
        return "irq:irq_handler_entry and irq_handler_exit, as by trace-cmd record -e irq.";
    case LatencyKind::Softirq:
        return "irq:softirq_entry and softirq_exit, as by trace-cmd record -e irq.";
    case LatencyKind::Syscall:
        return "raw_syscalls:sys_enter and sys_exit, as by trace-cmd record -e raw_syscalls.";
    case LatencyKind::Call:
        return "calls of functions, as by trace-cmd record -p function_graph.";
    case LatencyKind::Probe:
        return "a probe at a function's begin and one at its return (kprobe and kretprobe, uprobe "
               "and uretprobe).";
    case LatencyKind::Pair:
        return "both events of the pair.";
    default:
        return std::string(kSched);
    }
}

/// The first that has anything, unless one is named.
Result<std::uint8_t> pairOf(const Analysis &analysis, const std::string &named)
{
    if (!named.empty()) {
        THRESHER_TRY_ASSIGN(const std::uint32_t pair, pairNamed(analysis, named));
        return static_cast<std::uint8_t>(pair);
    }
    const auto found = std::find_if(analysis.pairs.begin(), analysis.pairs.end(),
                                    [](const PairSummary &pair) { return pair.slices > 0; });
    return static_cast<std::uint8_t>(
        found == analysis.pairs.end() ? 0 : found - analysis.pairs.begin());
}

/// All events that are called so.
Result<std::vector<std::uint32_t>> probesOf(const Analysis &analysis, const std::string &name)
{
    std::vector<std::uint32_t> numbers = probesNamed(analysis, name);
    if (!numbers.empty())
        return numbers;
    std::set<std::string_view> names;
    for (const TrackName &probe : analysis.probes)
        names.insert(probe.name);
    std::string all;
    for (const std::string_view each : names)
        all += (all.empty() ? "" : ", ") + std::string(each);
    return fail(ErrorKind::InvalidArgument,
                "no call of a probed '" + name + "' is in the trace; there are " + all,
                analysis.index->trace->path().string());
}

std::string kindsText(const Analysis &analysis)
{
    TextTable table;
    table.addColumn("KIND", TextTable::Align::Left);
    table.addColumn("COUNT");
    table.addColumn("FROM", TextTable::Align::Left);
    for (std::size_t i = 0; i < kLatencyKinds; ++i) {
        const auto kind = static_cast<LatencyKind>(i);
        if (kind == LatencyKind::Pair)
            continue;
        const bool can = canMeasure(analysis, kind);
        table.addRow({std::string(kKinds[i]), can ? "" : "-",
                      can ? std::string() : "record " + needs(kind)});
    }
    std::set<std::string_view> probes;
    for (const TrackName &probe : analysis.probes) {
        if (probes.insert(probe.name).second)
            table.addRow({"probe:" + probe.name, "", ""});
    }
    for (const PairSummary &pair : analysis.pairs)
        table.addRow({"pair:" + pair.spec.name, grouped(pair.slices), pair.spec.text()});
    return table.text();
}

Result<std::string> measure(const Measured &measured, Request request)
{
    if (request.listsKinds)
        return kindsText(*measured.analysis);
    if (!canMeasure(*measured.analysis, request.latency.kind))
        return fail(ErrorKind::InvalidArgument,
                    "The trace does not have the events that "
                        + std::string(kKinds[static_cast<std::size_t>(request.latency.kind)])
                        + " is measured by: record " + needs(request.latency.kind),
                    measured.index().trace->path().string());
    if (request.latency.kind == LatencyKind::Pair) {
        THRESHER_TRY_ASSIGN(request.latency.pair, pairOf(*measured.analysis, request.pair));
    }
    if (!request.probe.empty()) {
        THRESHER_TRY_ASSIGN(request.latency.onlyValues,
                            probesOf(*measured.analysis, request.probe));
    }
    request.latency.range = measured.range;
    request.latency.shown = measured.shown;
    request.latency.selection = measured.selection;
    Progress progress;
    const ProgressLine line("measuring", progress);
    THRESHER_TRY_ASSIGN(const auto result,
                        measureLatency(*measured.analysis, request.latency, {}, progress));
    request.text.kind = kKinds[static_cast<std::size_t>(request.latency.kind)];
    if (request.latency.kind == LatencyKind::Pair
        && request.latency.pair < measured.analysis->pairs.size())
        request.text.pair = measured.analysis->pairs[request.latency.pair].spec.name;
    return latencyText(measured, *result, request.text);
}

} // namespace

const CommandSpec &latencySpec()
{
    return kSpec;
}

int latencyCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto request = readRequest(*options);
    if (!request)
        return printUsageError(kSpec, request.error());
    const bool isOfIndex = !request->listsKinds
                           && (request->latency.kind == LatencyKind::Irq
                               || request->latency.kind == LatencyKind::Softirq);
    return measureTrace(kSpec, request->options, !isOfIndex,
                        [&](const Measured &measured) { return measure(measured, *request); });
}

} // namespace thresher
