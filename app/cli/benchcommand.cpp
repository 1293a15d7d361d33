// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/bench_p.h"
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"

#include <array>
#include <cstdio>

namespace thresher {

namespace {

constexpr std::array kOptions{
    OptionSpec{"json", 0, {}, "as JSON"},
    OptionSpec{"runs", 'n', "N", "measure each N times and take the median (5)"},
    OptionSpec{"directory", 0, "DIR",
               "where the indexes that are built are written,\nand removed again (/var/tmp)"},
    OptionSpec{"measure-memory",
               0,
               {},
               "only what building and analysing take of\nmemory, as three numbers"},
};
constexpr CommandSpec kSpec{
    "bench", "FILE",
    "Measures how fast this machine scans a trace, builds, reopens and queries\n"
    "its index, filters and searches it, finds out what its tasks did, draws all\n"
    "that, and what it takes of memory and disk.",
    kOptions};

constexpr double kMiB = 1024.0 * 1024.0;

double ratio(double of, std::uint64_t count)
{
    return count == 0 ? 0 : of / static_cast<double>(count);
}

double perEvent(const bench::Report &report, std::uint64_t bytes)
{
    return ratio(static_cast<double>(bytes), report.events);
}

double nsPerEvent(const bench::Report &report, double seconds)
{
    return ratio(seconds * 1e9, report.events);
}

std::uint64_t indexBytes(const bench::Report &report)
{
    std::uint64_t sum = 0;
    for (const ColumnSize &column : report.columns)
        sum += column.bytes;
    return sum;
}

void writeQuantiles(JsonWriter &json, std::string_view key, double median, double p99)
{
    json.beginObject(key);
    json.value("median", median);
    json.value("p99", p99);
    json.endObject();
}

void writeView(JsonWriter &json, std::string_view key, const bench::ViewTimes &times)
{
    json.beginObject(key);
    json.value("whole", times.wholeMs);
    json.value("hundredth", times.hundredthMs);
    json.endObject();
}

void writeFrames(JsonWriter &json, std::string_view key, const std::vector<FrameTimes> &frames)
{
    json.beginObject(key);
    for (const FrameTimes &frame : frames)
        writeQuantiles(json, frame.zoom, frame.medianMs, frame.p99Ms);
    json.endObject();
}

void writeAnalysis(const bench::Report &report, JsonWriter &json)
{
    const bench::AnalysisReport &analysis = report.analysis;
    json.value("analyse_ns_per_event", nsPerEvent(report, analysis.seconds));
    json.value("analyse_cpu_ns_per_event", nsPerEvent(report, analysis.cpuSeconds));
    json.value("analysis_bytes_per_event", perEvent(report, analysis.bytes));
    json.value("analysis_bytes_per_slice",
               ratio(static_cast<double>(analysis.bytes), analysis.slices));
    json.value("analysis_slices", analysis.slices);
    json.value("analysis_reopen_ms", analysis.reopenMs);
    if (analysis.latency)
        writeView(json, "latency_ms", *analysis.latency);
    writeView(json, "statistics_ms", analysis.statistics);
}

void writeJson(const bench::Report &report, JsonWriter &json)
{
    json.beginObject();
    json.value("file", report.file.string());
    json.value("file_bytes", report.fileBytes);
    json.value("threads", report.threads);
    json.value("events", report.events);
    json.value("scan_ns_per_event", report.scanNs);
    json.value("build_ns_per_event", report.buildNs);
    if (report.inflateNs)
        json.value("inflate_ns_per_event", *report.inflateNs);
    json.value("reopen_ms", report.reopenMs);
    json.value("reopen_includes_first_frame", report.reopenDraws);
    writeQuantiles(json, "row_us", report.rowUs.median, report.rowUs.p99);
    writeQuantiles(json, "row_text_us", report.rowTextUs.median, report.rowTextUs.p99);
    json.value("filter_ns_per_event", report.filterNs);
    json.value("expression_ns_per_event", report.expressionNs);
    json.value("text_search_ns_per_event", report.searchNs);
    writeAnalysis(report, json);
    if (report.drawsFrames) {
        writeFrames(json, "frame_ms", report.frames);
        writeFrames(json, "task_frame_ms", report.taskFrames);
    }
    json.beginObject("index_bytes_per_event");
    for (const ColumnSize &column : report.columns)
        json.value(column.name, perEvent(report, column.bytes));
    json.value("total", perEvent(report, indexBytes(report)));
    json.endObject();
    if (report.memory) {
        json.value("heap_bytes_per_event", perEvent(report, report.memory->heap));
        json.value("heap_mib", static_cast<double>(report.memory->heap) / kMiB);
        json.value("peak_rss_mib", static_cast<double>(report.memory->peak) / kMiB);
        json.value("analysis_heap_mib", static_cast<double>(report.memory->analysisHeap) / kMiB);
    }
    json.endObject();
}

void line(const char *what, double value, const char *unit)
{
    std::printf("%-28s %10.2f %s\n", what, value, unit);
}

void printView(const std::string &what, const bench::ViewTimes &times)
{
    line((what + ", whole").c_str(), times.wholeMs, "ms");
    line((what + ", 1/100").c_str(), times.hundredthMs, "ms");
}

void printFrames(const std::string &what, const std::vector<FrameTimes> &frames)
{
    for (const FrameTimes &frame : frames) {
        line((what + " " + frame.zoom + ", median").c_str(), frame.medianMs, "ms");
        line((what + " " + frame.zoom + ", p99").c_str(), frame.p99Ms, "ms");
    }
}

void printAnalysis(const bench::Report &report, const std::string &threads)
{
    const bench::AnalysisReport &analysis = report.analysis;
    line(("analyse, " + threads).c_str(), nsPerEvent(report, analysis.seconds), "ns/event");
    line("analyse, CPU time", nsPerEvent(report, analysis.cpuSeconds), "ns/event");
    line("analysis", perEvent(report, analysis.bytes), "bytes/event");
    line("analysis", ratio(static_cast<double>(analysis.bytes), analysis.slices), "bytes/slice");
    line("analysis, reopen", analysis.reopenMs, "ms");
    if (analysis.latency)
        printView("latency of wakeups", *analysis.latency);
    printView("statistics", analysis.statistics);
}

void printReport(const bench::Report &report)
{
    std::printf("%-28s %10llu\n", "events", static_cast<unsigned long long>(report.events));
    line("scan, 1 thread", report.scanNs, "ns/event");
    const std::string threads = std::to_string(report.threads)
                                + (report.threads == 1 ? " thread" : " threads");
    line(("build, " + threads).c_str(), report.buildNs, "ns/event");
    if (report.inflateNs)
        line(("inflate, " + threads).c_str(), *report.inflateNs, "ns/event");
    line(report.reopenDraws ? "reopen to the first frame" : "reopen (nothing drawn)",
         report.reopenMs, "ms");
    line("row, median", report.rowUs.median, "µs");
    line("row, p99", report.rowUs.p99, "µs");
    line("row with text, median", report.rowTextUs.median, "µs");
    line("row with text, p99", report.rowTextUs.p99, "µs");
    line("filter by lists", report.filterNs, "ns/event");
    line("filter by a field", report.expressionNs, "ns/event");
    line("search for a text", report.searchNs, "ns/event");
    printAnalysis(report, threads);
    printFrames("frame", report.frames);
    printFrames("200 tasks", report.taskFrames);
    if (report.frames.empty())
        std::printf("%-28s %10s\n", "frames",
                    report.drawsFrames ? "(no events)" : "(not in this program)");
    for (const ColumnSize &column : report.columns)
        line(("index: " + column.name).c_str(), perEvent(report, column.bytes), "bytes/event");
    line("index, all", perEvent(report, indexBytes(report)), "bytes/event");
    if (report.memory) {
        line("heap", perEvent(report, report.memory->heap), "bytes/event");
        line("heap", static_cast<double>(report.memory->heap) / kMiB, "MiB");
        line("heap, analysing", static_cast<double>(report.memory->analysisHeap) / kMiB, "MiB");
        line("peak RSS, with mapped files", static_cast<double>(report.memory->peak) / kMiB, "MiB");
    }
}

} // namespace

const CommandSpec &benchSpec()
{
    return kSpec;
}

int benchCommand(std::span<const std::string> args, const CliHooks &hooks)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto file = options->operand(kSpec);
    if (!file)
        return printUsageError(kSpec, file.error());
    const auto runs = parseCount(options->value("runs").value_or("5"));
    if (!runs)
        return printUsageError(kSpec, runs.error());
    if (*runs < 1 || *runs > 1000) {
        return printUsageError(
            kSpec, Error{ErrorKind::InvalidArgument, "--runs takes a number from 1 to 1000", {}});
    }
    const std::string parent = options->value("directory").value_or("");
    const auto directory = bench::TemporaryDirectory::make(parent);
    if (!directory)
        return printError(directory.error());
    if (options->has("measure-memory"))
        return bench::memoryChild(*file, directory->path());
    const auto report = bench::measure(*file, directory->path(), static_cast<unsigned>(*runs),
                                       hooks);
    if (!report)
        return printError(report.error());
    if (options->has("json")) {
        JsonWriter json;
        writeJson(*report, json);
        return printText(json.text());
    }
    printReport(*report);
    return printText("");
}

} // namespace thresher
