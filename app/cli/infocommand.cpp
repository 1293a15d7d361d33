// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/tracetext.h"
#include "model/base/grouped.h"
#include "model/io/eventprinter.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <numeric>

namespace thresher {

namespace {

constexpr std::array kOptions{
    OptionSpec{"json", 0, {}, "as JSON, all of it"},
    OptionSpec{"no-cache", 0, {}, "neither use a kept index nor keep one"},
};
constexpr CommandSpec kSpec{
    "info", "FILE",
    "Tells what is in a trace: where it is from, its clock and span, events and\n"
    "losses per CPU, events per type, tasks and buffer instances.",
    kOptions};

/// What one CPU has, over all its streams.
struct CpuSummary
{
    CpuId cpu = 0;
    std::uint64_t events = 0;
    std::uint64_t lostSpans = 0;
    std::uint64_t lostEvents = 0; ///< Of the spans whose count is known.
    std::uint64_t unknownLosses = 0; ///< Spans whose count is not known.
    std::uint64_t overrun = 0; ///< Counted by the kernel when recording stopped.
};

void addStream(CpuSummary &summary, const StreamView &stream)
{
    summary.events += stream.size;
    summary.lostSpans += stream.lost.size();
    for (const LostSpan &lost : stream.lost) {
        summary.lostEvents += lost.count > 0 ? static_cast<std::uint64_t>(lost.count) : 0;
        summary.unknownLosses += lost.count < 0 ? 1 : 0;
    }
}

/// By CPU. O(streams · log CPUs): there may be tens of thousands of both.
std::vector<CpuSummary> summarizeCpus(const IndexSnapshot &snapshot)
{
    std::vector<CpuSummary> all;
    for (const CpuId cpu : snapshot.cpus())
        all.push_back({cpu, 0, 0, 0, 0, 0});
    const auto summaryOf = [&all](CpuId cpu) {
        const auto found = std::lower_bound(
            all.begin(), all.end(), cpu,
            [](const CpuSummary &summary, CpuId wanted) { return summary.cpu < wanted; });
        return found != all.end() && found->cpu == cpu ? &*found : nullptr;
    };
    const auto streams = snapshot.trace->streams();
    for (std::size_t s = 0; s < std::min(streams.size(), snapshot.streams.size()); ++s) {
        if (CpuSummary *const summary = summaryOf(streams[s].cpu))
            addStream(*summary, snapshot.streams[s]);
    }
    for (const Instance &instance : snapshot.trace->instances()) {
        for (const CpuStat &stat : instance.cpuStats) {
            if (CpuSummary *const summary = summaryOf(stat.cpu))
                summary->overrun += stat.overrun + stat.droppedEvents;
        }
    }
    return all;
}

std::vector<std::uint64_t> countByInstance(const IndexSnapshot &snapshot)
{
    std::vector<std::uint64_t> events(snapshot.trace->instances().size());
    const auto streams = snapshot.trace->streams();
    for (std::size_t s = 0; s < std::min(streams.size(), snapshot.streams.size()); ++s)
        events[streams[s].instance] += snapshot.streams[s].size;
    return events;
}

/// Positions in `counts` that are not 0, by falling count.
std::vector<std::size_t> byCount(const std::vector<std::uint64_t> &counts)
{
    std::vector<std::size_t> order(counts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) { return counts[i] == 0; });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    return order;
}

std::string_view compressionName(Compression compression)
{
    switch (compression) {
    case Compression::None:
        return "none";
    case Compression::Zlib:
        return "zlib";
    case Compression::Zstd:
        return "zstd";
    }
    return "none";
}

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return "info";
    case Severity::DataLoss:
        return "data loss";
    case Severity::Error:
        return "error";
    }
    return "error";
}

/// Everything that `info` tells, gathered once for both its forms.
struct Summary
{
    const IndexSnapshot &snapshot;
    std::vector<CpuSummary> cpus;
    std::vector<std::size_t> types; ///< Those with events, most first.
    std::vector<std::size_t> tasks;
    std::vector<std::uint64_t> instanceEvents; ///< By instance.

    explicit Summary(const IndexSnapshot &from)
        : snapshot(from)
        , cpus(summarizeCpus(from))
        , types(byCount(from.eventsPerType))
        , tasks(byCount(from.eventsPerTask))
        , instanceEvents(countByInstance(from))
    {}
    [[nodiscard]] const TraceMetadata &metadata() const { return snapshot.trace->metadata(); }
    [[nodiscard]] std::string time(TimeNs at) const
    {
        return formatTraceTime(at, true, metadata().clockIsNanoseconds);
    }
};

void writeJson(const Summary &summary, JsonWriter &json)
{
    const IndexSnapshot &snapshot = summary.snapshot;
    const TraceMetadata &meta = summary.metadata();
    json.beginObject();
    json.value("file", snapshot.trace->path().string());
    json.value("file_bytes", snapshot.trace->bytes().size());
    json.value("version", meta.version);
    json.value("compression", compressionName(meta.compression));
    json.value("big_endian", meta.bigEndian);
    json.value("long_size", static_cast<unsigned>(meta.longSize));
    json.value("page_size", meta.pageSize);
    json.value("host", meta.host);
    json.value("kernel", meta.kernel);
    json.value("uname", meta.uname);
    json.value("recorder", meta.recorder);
    json.value("clock", meta.clock);
    json.value("clock_is_nanoseconds", meta.clockIsNanoseconds);
    json.value("cpu_count", meta.cpuCount);
    if (snapshot.eventCount > 0) {
        json.value("first", summary.time(snapshot.range.begin));
        json.value("last", summary.time(snapshot.range.end - 1));
        json.value("span", snapshot.range.end - 1 - snapshot.range.begin);
    } else {
        json.null("first");
        json.null("last");
        json.value("span", 0);
    }
    json.value("events", snapshot.eventCount);
    json.value("lost_spans", snapshot.lostSpans);
    json.value("lost_events", snapshot.lostEvents);
    json.beginArray("cpus");
    for (const CpuSummary &cpu : summary.cpus) {
        json.beginObject();
        json.value("cpu", cpu.cpu);
        json.value("events", cpu.events);
        json.value("lost_spans", cpu.lostSpans);
        json.value("lost_events", cpu.lostEvents);
        json.value("lost_spans_of_unknown_count", cpu.unknownLosses);
        json.value("kernel_overrun", cpu.overrun);
        json.endObject();
    }
    json.endArray();
    json.beginArray("event_types");
    for (const std::size_t i : summary.types) {
        const EventFormat &event = snapshot.trace->events().all()[i];
        json.beginObject();
        json.value("system", event.system);
        json.value("event", event.name);
        json.value("id", event.kernelId);
        json.value("events", snapshot.eventsPerType[i]);
        json.endObject();
    }
    json.endArray();
    json.beginArray("tasks");
    for (const std::size_t i : summary.tasks) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        const Task &task = snapshot.tasks->task(id);
        json.beginObject();
        json.value("pid", task.pid);
        if (task.tgid >= 0)
            json.value("tgid", task.tgid);
        json.value("comm", snapshot.tasks->name(id));
        json.value("events", snapshot.eventsPerTask[i]);
        json.value("runtime", snapshot.runtimePerTask[i]);
        json.endObject();
    }
    json.endArray();
    json.beginArray("instances");
    for (std::size_t i = 0; i < snapshot.trace->instances().size(); ++i) {
        const Instance &instance = snapshot.trace->instances()[i];
        json.beginObject();
        json.value("name", instance.name);
        json.value("clock", instance.clock);
        json.value("events", summary.instanceEvents[i]);
        json.endObject();
    }
    json.endArray();
    json.beginArray("diagnostics");
    for (const Diagnostic &diagnostic : snapshot.diagnostics) {
        json.beginObject();
        json.value("severity", severityName(diagnostic.severity));
        json.value("what", diagnostic.what);
        json.value("section", diagnostic.section);
        json.value("offset", diagnostic.offset);
        json.value("bytes", diagnostic.bytes);
        json.value("count", diagnostic.count);
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

/// What std::printf() would print, at the end of `to`.
[[gnu::format(printf, 2, 3)]] void print(std::string &to, const char *format, ...)
{
    std::va_list arguments;
    va_start(arguments, format);
    char *text = nullptr;
    const int length = ::vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    to.append(text, static_cast<std::size_t>(length));
    std::free(text);
}

void line(std::string &to, std::string_view label, const std::string &text)
{
    if (!text.empty())
        print(to, "%-12.*s %s\n", static_cast<int>(label.size()), label.data(), text.c_str());
}

std::string lossText(const CpuSummary &cpu)
{
    if (cpu.lostSpans == 0)
        return "-";
    std::string text = cpu.lostEvents > 0 || cpu.unknownLosses == 0 ? grouped(cpu.lostEvents) : "";
    if (cpu.unknownLosses > 0)
        text += text.empty() ? "unknown" : " + unknown";
    return text + " (" + grouped(cpu.lostSpans) + (cpu.lostSpans == 1 ? " gap)" : " gaps)");
}

void addHead(std::string &to, const Summary &summary, const std::string &file)
{
    const IndexSnapshot &snapshot = summary.snapshot;
    const TraceMetadata &meta = summary.metadata();
    const bool ns = meta.clockIsNanoseconds;
    line(to, "File", file);
    line(to, "Format",
         "trace.dat version " + std::to_string(meta.version) + ", compression "
             + std::string(compressionName(meta.compression)) + ", "
             + grouped(snapshot.trace->bytes().size()) + " bytes, "
             + std::to_string(8 * meta.longSize) + "-bit " + (meta.bigEndian ? "big" : "little")
             + " endian");
    line(to, "Host", meta.host);
    line(to, "Kernel", meta.kernel);
    line(to, "Recorder", meta.recorder);
    line(to, "Clock", meta.clock + (ns ? "" : " (its own ticks, not nanoseconds)"));
    line(to, "CPUs",
         std::to_string(meta.cpuCount) + ", " + std::to_string(summary.cpus.size())
             + " of them with events");
    if (snapshot.eventCount > 0) {
        const TimeNs last = snapshot.range.end - 1;
        line(to, "Span",
             summary.time(snapshot.range.begin) + " to " + summary.time(last) + ": "
                 + summary.time(last - snapshot.range.begin) + (ns ? " s" : " ticks"));
    }
    line(to, "Events", grouped(snapshot.eventCount));
    if (snapshot.lostSpans > 0)
        line(to, "Lost",
             grouped(snapshot.lostEvents) + " known, in " + grouped(snapshot.lostSpans)
                 + (snapshot.lostSpans == 1 ? " gap" : " gaps"));
    line(to, "Tasks", grouped(summary.tasks.size()) + " with events");
}

void addTables(std::string &to, const Summary &summary)
{
    const IndexSnapshot &snapshot = summary.snapshot;
    print(to, "\n%5s %15s  %-28s %s\n", "CPU", "events", "lost", "overrun in the kernel");
    for (const CpuSummary &cpu : summary.cpus)
        print(to, "%5u %15s  %-28s %s\n", cpu.cpu, grouped(cpu.events).c_str(),
              lossText(cpu).c_str(), cpu.overrun > 0 ? grouped(cpu.overrun).c_str() : "-");
    if (snapshot.trace->instances().size() > 1) {
        print(to, "\n%15s  %s\n", "events", "buffer instance");
        for (std::size_t i = 0; i < snapshot.trace->instances().size(); ++i) {
            const std::string &name = snapshot.trace->instances()[i].name;
            print(to, "%15s  %s\n", grouped(summary.instanceEvents[i]).c_str(),
                  name.empty() ? "(top)" : name.c_str());
        }
    }
    print(to, "\n%15s  %s\n", "events", "event");
    for (const std::size_t i : summary.types) {
        const EventFormat &event = snapshot.trace->events().all()[i];
        const std::string name = event.system.empty() ? event.name
                                                      : event.system + ":" + event.name;
        print(to, "%15s  %s\n", grouped(snapshot.eventsPerType[i]).c_str(), name.c_str());
    }
    constexpr std::size_t kTasksShown = 20;
    print(to, "\n%15s %10s  %s\n", "events", "PID", "task");
    for (std::size_t n = 0; n < std::min(kTasksShown, summary.tasks.size()); ++n) {
        const TaskId id{static_cast<std::uint32_t>(summary.tasks[n])};
        print(to, "%15s %10d  %s\n", grouped(snapshot.eventsPerTask[summary.tasks[n]]).c_str(),
              snapshot.tasks->task(id).pid, std::string(snapshot.tasks->name(id)).c_str());
    }
    if (summary.tasks.size() > kTasksShown)
        print(to, "%27s … and %s more; --json lists them all\n", "",
              grouped(summary.tasks.size() - kTasksShown).c_str());
    if (snapshot.diagnostics.empty())
        return;
    print(to, "\nDiagnostics\n");
    for (const Diagnostic &diagnostic : snapshot.diagnostics) {
        const std::string place = diagnostic.offset < 0 ? diagnostic.section
                                                        : diagnostic.section + ", byte "
                                                              + grouped(static_cast<std::uint64_t>(
                                                                  diagnostic.offset));
        print(to, "  %s: %s (%s)", std::string(severityName(diagnostic.severity)).c_str(),
              diagnostic.what.c_str(), place.c_str());
        if (diagnostic.count > 1)
            print(to, " ×%s", grouped(diagnostic.count).c_str());
        print(to, "\n");
    }
}

} // namespace

std::string infoText(const IndexSnapshot &snapshot)
{
    const Summary summary(snapshot);
    std::string text;
    addHead(text, summary, snapshot.trace->path().filename().string());
    addTables(text, summary);
    return text;
}

const CommandSpec &infoSpec()
{
    return kSpec;
}

int infoCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    const auto file = options->operand(kSpec);
    if (!file)
        return printUsageError(kSpec, file.error());
    const auto index = openForCommand(*file, !options->has("no-cache"));
    if (!index)
        return printError(index.error());
    const Summary summary(*index->snapshot);
    if (options->has("json")) {
        JsonWriter json;
        writeJson(summary, json);
        return printText(json.text(), *index->snapshot->trace);
    }
    std::string text;
    addHead(text, summary, index->snapshot->trace->path().string());
    addTables(text, summary);
    return printText(text, *index->snapshot->trace);
}

} // namespace thresher
