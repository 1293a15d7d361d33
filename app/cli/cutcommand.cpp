// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/progressline_p.h"
#include "app/cli/stopsignals_p.h"
#include "app/cli/tracepart_p.h"
#include "model/base/grouped.h"
#include "model/cut/cut.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace thresher {

namespace {

constexpr std::array kAnonymiseWords = {"names", "strings", "all"};

constexpr std::array kOptions{
    OptionSpec{"output", 'o', "OUT.dat", "the file to write (needed)"},
    OptionSpec{"from", 0, "T", "events that are printed at T or later"},
    OptionSpec{"to", 0, "T", "events that are printed before T"},
    OptionSpec{"cpu", 'c', "LIST", "of these CPUs only, as 0-3,7"},
    OptionSpec{"filter", 'f', "EXPR",
               "for which EXPR is true, as 'next_pid == 7';\nsee thresher(1)"},
    OptionSpec{"format", 0, "v6|v7", "of the file; v7 if not given"},
    OptionSpec{"compression", 0, "none|zstd|zlib", "of the file; zstd if not given; v6 has none"},
    OptionSpec{"all-formats", 0, {}, "also the formats of systems that have no event in\nthe part"},
    OptionSpec{"anonymise", 0, "WHAT",
               "make unreadable: names, strings or all, which is\nwhat --anonymise alone does"},
    OptionSpec{"force", 0, {}, "replace OUT.dat if it is there"},
    OptionSpec{"json", 0, {}, "tell what was written as JSON"},
    OptionSpec{"no-cache", 0, {}, "neither use a kept index nor keep one"},
};
constexpr CommandSpec kSpec{
    "cut", "FILE",
    "Writes a part of a trace as a trace.dat of its own, which trace-cmd and\n"
    "KernelShark open: all buffers, what was lost, tasks' names, symbols and\n"
    "options with it. T is in seconds, as thresher events prints it.\n\n"
    "--anonymise=names: tasks become task-1, task-2, ...; idle tasks and the\n"
    "kernel's own threads keep their names. --anonymise=strings: other texts (file\n"
    "names, what was written to trace_marker), paths of mapped files and the host's\n"
    "name become as many letters, the same for the same text; arrays of bytes and\n"
    "arguments of trace_printk become zeros. Numbers, times, PIDs, and names of\n"
    "events, functions, modules and buffers stay.",
    kOptions};

struct Request
{
    TracePart part;
    CutRequest cut;
};

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

/// --anonymise may stand alone; a word of its own behind it is taken if it is one of those it
/// knows.
std::vector<std::string> withAnonymiseValue(std::span<const std::string> args)
{
    std::vector<std::string> all;
    bool areOptionsOver = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        all.push_back(args[i]);
        areOptionsOver = areOptionsOver || args[i] == "--";
        if (areOptionsOver || args[i] != "--anonymise")
            continue;
        const bool hasValue = i + 1 < args.size()
                              && std::find(kAnonymiseWords.begin(), kAnonymiseWords.end(),
                                           args[i + 1])
                                     != kAnonymiseWords.end();
        if (!hasValue)
            all.emplace_back("all");
    }
    return all;
}

Result<void> readFormat(const Options &options, CutRequest &cut)
{
    const std::string format = options.value("format").value_or("v7");
    if (format != "v6" && format != "v7")
        return usage("--format must be v6 or v7, not '" + format + "'");
    cut.version = format == "v6" ? 6 : 7;
    const std::string compression
        = options.value("compression").value_or(cut.version == 6 ? "none" : "zstd");
    if (compression == "none")
        cut.compression = Compression::None;
    else if (compression == "zstd")
        cut.compression = Compression::Zstd;
    else if (compression == "zlib")
        cut.compression = Compression::Zlib;
    else
        return usage("--compression must be none, zstd or zlib, not '" + compression + "'");
    if (cut.version == 6 && cut.compression != Compression::None)
        return usage("files of format v6 are not compressed: leave out --compression, or give "
                     "--format v7");
    return {};
}

Result<Request> readRequest(const Options &options)
{
    Request request;
    const auto output = options.value("output");
    if (!output || output->empty())
        return usage("say where the part goes: -o OUT.dat");
    request.cut.path = *output;
    THRESHER_TRY_ASSIGN(request.part, readTracePart(options));
    THRESHER_TRY(readFormat(options, request.cut));
    if (const auto what = options.value("anonymise")) {
        if (std::find(kAnonymiseWords.begin(), kAnonymiseWords.end(), *what)
            == kAnonymiseWords.end())
            return usage("--anonymise must be names, strings or all, not '" + *what + "'");
        request.cut.anonymise = {*what != "strings", *what != "names"};
    }
    request.cut.keepsAllFormats = options.has("all-formats");
    request.cut.mayReplace = options.has("force");
    return request;
}

Result<void> resolve(Request &request, const Filter *filter,
                     const std::shared_ptr<const IndexSnapshot> &snapshot,
                     const std::stop_token &stop)
{
    THRESHER_TRY_ASSIGN(request.cut.range,
                        rangeOf(request.part, *snapshot->trace, request.cut.range));
    if (request.cut.range.isEmpty())
        return usage("--from must be before --to");
    if (request.part.cpus) {
        THRESHER_TRY_ASSIGN(request.cut.cpus, listedCpus(request.part, *snapshot));
    }
    if (filter == nullptr)
        return {};
    Progress progress;
    const ProgressLine line("filtering", progress);
    THRESHER_TRY_ASSIGN(request.cut.selection,
                        selectFiltered(snapshot, *filter, {}, {}, {}, stop, progress));
    return {};
}

std::string secondsText(TimeNs time, bool ticks)
{
    constexpr std::uint64_t kSecond = 1'000'000'000;
    const bool isNegative = time < 0;
    const auto size = isNegative ? 0 - static_cast<std::uint64_t>(time)
                                 : static_cast<std::uint64_t>(time);
    std::string text = std::to_string(ticks ? size : size / kSecond);
    if (!ticks) {
        const auto fraction = std::to_string(size % kSecond);
        text += '.' + std::string(9 - fraction.size(), '0') + fraction;
    }
    return (isNegative ? "-" : "") + text;
}

int tell(const CutSummary &summary, const Request &request, const TraceFile &trace, bool asJson)
{
    const bool ticks = !trace.metadata().clockIsNanoseconds;
    const bool hasEvents = !summary.range.isEmpty();
    const auto first = hasEvents ? secondsText(summary.range.begin, ticks) : std::string();
    const auto last = hasEvents ? secondsText(summary.range.end - 1, ticks) : std::string();
    for (const auto &note : summary.notes)
        std::fprintf(stderr, "thresher: %s\n", note.c_str());
    const auto path = request.cut.path.string();
    if (!asJson)
        return printText(path + ": " + grouped(summary.events)
                         + (summary.events == 1 ? " event" : " events")
                         + (hasEvents ? ", " + first + " to " + last : std::string()) + ", "
                         + grouped(summary.bytes) + " bytes\n");
    JsonWriter json;
    json.beginObject();
    json.value("file", path);
    json.value("file_bytes", summary.bytes);
    json.value("events", summary.events);
    if (hasEvents) {
        json.value("first", first);
        json.value("last", last);
    } else {
        json.null("first");
        json.null("last");
    }
    json.value("streams", summary.streams);
    json.value("lost_spans", summary.lostSpans);
    json.value("copied_pages", summary.copiedPages);
    json.value("written_pages", summary.writtenPages);
    json.endObject();
    return printText(json.text() + "\n");
}

int cut(Request &request, const std::string &path, bool keepIndex, bool asJson)
{
    const StopSignals signals;
    const auto open = openPart(kSpec, path, request.part, keepIndex, signals.token());
    if (!open)
        return open.error();
    const auto &snapshot = open->snapshot;
    auto done = resolve(request, open->filter.get(), snapshot, signals.token());
    if (!done && done.error().kind == ErrorKind::InvalidArgument)
        return printError(done.error());
    Progress progress;
    auto summary = [&]() -> Result<CutSummary> {
        if (!done)
            return tl::unexpected<Error>(done.error());
        const ProgressLine line("writing", progress);
        return cutTrace(snapshot, request.cut, signals.token(), progress);
    }();
    if (summary)
        return tell(*summary, request, *snapshot->trace, asJson);
    if (summary.error().kind == ErrorKind::Cancelled) {
        std::fputs("thresher: The cut was cancelled; no file was left behind.\n", stderr);
        return kExitInterrupted;
    }
    std::error_code ignored;
    if (summary.error().kind == ErrorKind::InvalidArgument && !request.cut.mayReplace
        && std::filesystem::is_regular_file(request.cut.path, ignored))
        summary.error().what += " Use --force, or another name.";
    return printError(summary.error());
}

} // namespace

const CommandSpec &cutSpec()
{
    return kSpec;
}

int cutCommand(std::span<const std::string> args)
{
    const auto all = withAnonymiseValue(args);
    const auto options = Options::parse(kSpec, all);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto file = options->operand(kSpec);
    if (!file)
        return printUsageError(kSpec, file.error());
    auto request = readRequest(*options);
    if (!request)
        return printUsageError(kSpec, request.error());
    return cut(*request, *file, !options->has("no-cache"), options->has("json"));
}

} // namespace thresher
