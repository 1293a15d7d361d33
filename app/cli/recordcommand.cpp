// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/progressline_p.h"
#include "app/cli/recordoptions.h"
#include "app/cli/stopsignals_p.h"
#include "capture/recordingsession.h"
#include "model/base/grouped.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>

namespace thresher {

namespace {

using namespace capture;

constexpr double kMega = 1e6;
constexpr TimeNs kSecond = 1'000'000'000;

struct Totals
{
    std::uint64_t events = 0;
    std::uint64_t overwritten = 0;
    std::uint64_t dropped = 0;
    std::uint64_t bytes = 0;
    double rate = 0;
    double fill = 0; ///< Of the fullest buffer.

    /// What a ring overwrites is not lost: that is what it is for.
    [[nodiscard]] std::uint64_t lost(bool isRing) const
    {
        return dropped + (isRing ? 0 : overwritten);
    }
};

Totals totalsOf(const std::vector<InstanceProgress> &instances)
{
    Totals totals;
    for (const InstanceProgress &instance : instances) {
        for (const CpuProgress &cpu : instance.cpus) {
            totals.events += cpu.entries;
            totals.overwritten += cpu.overrun;
            totals.dropped += cpu.dropped;
            totals.bytes += cpu.bytesRead;
            totals.rate += cpu.eventsPerSecond;
            totals.fill = std::max(totals.fill, cpu.fill);
        }
    }
    return totals;
}

const char *nameOf(StopReason reason)
{
    switch (reason) {
    case StopReason::Request:
        return "request";
    case StopReason::Duration:
        return "duration";
    case StopReason::Trigger:
        return "trigger";
    case StopReason::NoSpace:
        return "no_space";
    case StopReason::Disconnected:
        return "disconnected";
    case StopReason::Signal:
        return "signal";
    case StopReason::Error:
        break;
    }
    return "error";
}

bool isFailure(StopReason reason)
{
    return reason == StopReason::NoSpace || reason == StopReason::Disconnected
           || reason == StopReason::Error;
}

/// What goes to stderr while it records: a line that is written over, where that is a terminal.
class Monitor
{
public:
    Monitor(bool isQuiet, bool isRing)
        : m_isQuiet(isQuiet || ::isatty(STDERR_FILENO) == 0)
        , m_isRing(isRing)
    {}

    void ready(const Ready &ready) const
    {
        if (m_isQuiet)
            return;
        for (const ReadyInstance &instance : ready.instances)
            std::fprintf(
                stderr, "%s %s kinds of events on %zu CPUs, %s KB a CPU%s. Ctrl+C stops.\n",
                instance.name.empty() ? "Recording" : instance.name.c_str(),
                grouped(instance.events).c_str(), instance.cpus.size(),
                grouped(instance.bufferKb).c_str(), instance.bufferChosen ? " (chosen)" : "");
    }
    void started(const Started &started) { m_begin = started.time; }
    void progress(const RecordProgress &progress)
    {
        if (m_isQuiet)
            return;
        const auto now = totalsOf(progress.instances);
        const auto lost = now.lost(m_isRing);
        std::fprintf(stderr,
                     "\r\033[K%" PRId64 " s  %s events  %s/s  %.1f MB  buffers %.0f %% full%s",
                     (progress.time - m_begin) / kSecond, grouped(now.events).c_str(),
                     grouped(static_cast<std::uint64_t>(now.rate)).c_str(),
                     static_cast<double>(now.bytes) / kMega, 100 * now.fill,
                     lost > 0 ? ("  LOST " + grouped(lost)).c_str() : "");
        std::fflush(stderr);
        m_hasLine = true;
    }
    void say(const std::string &text)
    {
        clear();
        std::fprintf(stderr, "thresher: %s\n", text.c_str());
    }
    void clear()
    {
        if (m_hasLine)
            std::fputs("\r\033[K", stderr);
        m_hasLine = false;
    }
    [[nodiscard]] bool isQuiet() const { return m_isQuiet; }

private:
    bool m_isQuiet;
    bool m_isRing;
    bool m_hasLine = false;
    TimeNs m_begin = 0;
};

void addProbes(JsonWriter &json, const std::vector<ProbeHits> &probes)
{
    json.beginArray("probes");
    for (const ProbeHits &probe : probes) {
        json.beginObject();
        json.value("event", probe.group + ":" + probe.event);
        for (const auto &[key, value] :
             {std::pair("hits", probe.hits), std::pair("misses", probe.misses)}) {
            if (value)
                json.value(key, *value);
            else
                json.null(key);
        }
        json.endObject();
    }
    json.endArray();
}

/// What the user should know of probes: calls that were missed, and probes that were never hit.
void tellProbes(const std::vector<ProbeHits> &probes, Monitor &monitor)
{
    for (const ProbeHits &probe : probes) {
        if (probe.misses.value_or(0) > 0)
            monitor.say("The probe " + probe.event + " missed " + grouped(*probe.misses)
                        + " calls, more being open than it was made for: give their number, as "
                          "in 'r100:name function'.");
        if (probe.hits == 0U)
            monitor.say("The probe " + probe.event + " was never hit.");
    }
}

std::string jsonOf(const RecordingResult &result, const Totals &totals)
{
    JsonWriter json;
    json.beginObject();
    json.value("stopped", nameOf(result.stopped.reason));
    if (result.trace) {
        json.value("file", result.trace->path.string());
        json.value("file_bytes", result.trace->bytes);
        json.value("pages", result.trace->pages);
    } else {
        json.null("file");
        json.value("recording", result.folder.string());
    }
    json.value("events", totals.events);
    json.value("overwritten", totals.overwritten);
    json.value("dropped", totals.dropped);
    addProbes(json, result.stopped.probes);
    if (result.commandStatus)
        json.value("command_status", *result.commandStatus);
    else
        json.null("command_status");
    json.endObject();
    return json.text();
}

/// "OUT.dat: 1,234 events, none lost, 8,192 bytes".
std::string summaryOf(const RecordingResult &result, const Totals &totals, bool isRing)
{
    const auto lost = totals.lost(isRing);
    return result.trace->path.string() + ": " + grouped(totals.events)
           + (totals.events == 1 ? " event" : " events") + " recorded, "
           + (lost == 0 ? "none" : grouped(lost)) + " lost"
           + (isRing && totals.overwritten > 0
                  ? ", " + grouped(totals.overwritten) + " older ones given up for the newest"
                  : "")
           + ", " + grouped(result.trace->bytes) + " bytes\n";
}

int tell(const RecordingResult &result, const RecordingPlan &plan, Monitor &monitor, bool asJson)
{
    const bool isRing = plan.request.instances.front().mode == BufferMode::Ring;
    const auto totals = totalsOf(result.stopped.instances);
    if (isFailure(result.stopped.reason) && !result.stopped.text.empty())
        monitor.say(result.stopped.text);
    if (result.failure) {
        printError(*result.failure);
        std::fprintf(stderr,
                     "thresher: What was recorded is kept in %s. To make a trace of it, perhaps on "
                     "another disk: thresher recover %s -o FILE\n",
                     result.folder.c_str(), result.folder.c_str());
    } else {
        for (const std::string &note : result.trace->notes)
            monitor.say(note);
    }
    tellProbes(result.stopped.probes, monitor);
    int status = kExitOk;
    if (asJson) {
        status = printText(jsonOf(result, totals));
    } else if (result.trace && !monitor.isQuiet()) {
        const std::string summary = summaryOf(result, totals, isRing);
        if (!plan.command)
            status = printText(summary);
        else
            std::fputs(summary.c_str(), stderr); // stdout is the command's
    }
    const auto lost = totals.lost(isRing);
    if (monitor.isQuiet() && lost > 0)
        monitor.say(grouped(lost)
                    + " events were lost, since the buffers were full. Record less (-e, -v), or "
                      "give them more room (-b).");
    if (!result.trace || isFailure(result.stopped.reason))
        return kExitFailed;
    return result.commandStatus.value_or(status);
}

} // namespace

int recordCommand(std::span<const std::string> args)
{
    const auto &spec = recordSpec();
    const auto options = Options::parse(spec, args);
    if (!options)
        return printUsageError(spec, options.error());
    if (options->has("help"))
        return printText(helpText(spec));
    const auto cpus = ::sysconf(_SC_NPROCESSORS_CONF);
    const auto plan = readRecordingPlan(*options,
                                        static_cast<std::uint32_t>(std::max<long>(cpus, 1)));
    if (!plan)
        return printUsageError(spec, plan.error());
    const bool isRing = plan->request.instances.front().mode == BufferMode::Ring;
    Monitor monitor(options->has("quiet"), isRing);
    RecordingCallbacks callbacks;
    callbacks.ready = [&](const Ready &ready, const auto &) { monitor.ready(ready); };
    callbacks.started = [&](const Started &started) { monitor.started(started); };
    callbacks.progress = [&](const RecordProgress &progress) { monitor.progress(progress); };
    callbacks.warning = [&](const std::string &text) { monitor.say(text); };
    callbacks.stopped = [&](const Stopped &) { monitor.clear(); };
    const StopSignals signals;
    RecordingControl control;
    Progress assembling;
    const auto result = record(*plan, callbacks, signals.token(), control, assembling);
    monitor.clear();
    if (result)
        return tell(*result, *plan, monitor, options->has("json"));
    auto error = result.error();
    std::error_code ignored;
    if (error.kind == ErrorKind::InvalidArgument && !plan->mayReplace
        && error.where == plan->output.string()
        && std::filesystem::is_regular_file(plan->output, ignored))
        error.what += " Use --force, or another name (-o).";
    return error.kind == ErrorKind::Cancelled ? kExitInterrupted : printError(error);
}

} // namespace thresher
