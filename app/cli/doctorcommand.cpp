// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli_p.h"
#include "app/cli/jsonwriter.h"
#include "app/cli/recordoptions.h"
#include "app/cli/stopsignals_p.h"
#include "capture/machine.h"
#include "model/base/grouped.h"

#include <array>

namespace thresher {

namespace {

using namespace capture;

constexpr std::array kOptions{
    OptionSpec{"json", 0, {}, "print it as JSON"},
    OptionSpec{"host", 0, "SSH", "of another machine, by ssh; it has thresher-recorder"},
    OptionSpec{"privilege", 0, "HOW",
               "how to become root: auto (else; asks nobody),\n"
               "direct, sudo, pkexec"},
    OptionSpec{"clean-up", 0, {}, "put back what recordings that died left switched on"},
    OptionSpec{"reset", 0, "ID", "switch off what the report lists under this name"},
};
constexpr CommandSpec kSpec{
    "doctor", "",
    "Tells what can be recorded on this machine, what cannot, why, and what would\n"
    "help; what is switched on in its tracing now; and what recordings that died\n"
    "have left. Changes nothing, but by --clean-up and --reset.",
    kOptions};

struct Report
{
    Hello hello;
    Capabilities capabilities;
};

Result<Report> examine(const Options &options, const std::stop_token &stop)
{
    LaunchOptions how;
    how.host = options.value("host").value_or("");
    if (const auto word = options.value("privilege")) {
        THRESHER_TRY_ASSIGN(how.privilege, parsePrivilege(*word));
    }
    THRESHER_TRY_ASSIGN(const auto recorder, launchUnasked(how, stop));
    if (options.has("clean-up"))
        THRESHER_TRY(answerOf<Done>(*recorder, plainMessage("clean_up"), stop));
    if (const auto items = options.values("reset"); !items.empty())
        THRESHER_TRY(answerOf<Done>(*recorder, resetMessage(items), stop));
    Report report;
    report.hello = recorder->hello();
    if (options.has("clean-up"))
        report.hello.leftovers.clear();
    THRESHER_TRY_ASSIGN(report.capabilities,
                        answerOf<Capabilities>(*recorder, plainMessage("capabilities"), stop));
    return report;
}

std::size_t eventsOf(const Capabilities &capabilities)
{
    std::size_t count = 0;
    for (const auto &[system, names] : capabilities.events)
        count += names.size();
    return count;
}

std::string listOf(const std::vector<std::string> &words)
{
    std::string list;
    for (const std::string &word : words)
        list += (list.empty() ? "" : ", ") + word;
    return list.empty() ? "none" : list;
}

std::string textOf(const Report &report)
{
    const auto &can = report.capabilities;
    std::string text = "Linux " + (can.kernel.empty() ? "(release not known)" : can.kernel) + ", "
                       + std::to_string(can.cpus) + " CPUs, " + std::to_string(can.online.size())
                       + " of them online; tracefs "
                       + (can.tracefsMounted ? "at " + can.tracefsPath : "not mounted") + "; "
                       + (can.root ? "as root" : "not as root") + "\n";
    for (const std::string &obstacle : obstaclesOf(can))
        text += "  ! " + obstacle + '\n';
    text += "\nEvents:  " + grouped(eventsOf(can)) + " of " + grouped(can.events.size())
            + " systems\nTracers: ";
    std::vector<std::string> tracers;
    for (const auto &[name, inInstance] : can.tracers)
        tracers.push_back(name + (inInstance ? "" : " (top buffer only)"));
    text += listOf(tracers) + "\nClocks:  " + listOf(can.clocks)
            + "\nBuffers: " + grouped(can.bufferTotalKb) + " KB in use by the top buffer, "
            + grouped(can.memoryAvailableKb) + " KB of memory free\n\nFeatures:\n";
    for (const Feature &feature : can.features) {
        std::string name = feature.name;
        name.resize(std::max<std::size_t>(name.size(), 16), ' ');
        text += "  " + std::string(feature.available ? "yes  " : "no   ")
                + (feature.available ? feature.name : name + ' ' + feature.reason) + '\n';
    }
    text += "\nSwitched on in this machine's tracing now:\n";
    for (const auto &[id, what] : can.enabled)
        text += "  " + id + ": " + what + '\n';
    if (can.enabled.empty())
        text += "  nothing\n";
    else
        text += "  thresher doctor --reset ID switches one of them off.\n";
    text += "Instances: " + listOf(can.instances) + '\n';
    if (report.hello.leftovers.empty())
        return text;
    text += "\nLeft by recordings that died:\n";
    for (const Leftover &leftover : report.hello.leftovers) {
        for (const std::string &item : leftover.items)
            text += "  " + item + '\n';
    }
    return text + "  thresher doctor --clean-up puts it back.\n";
}

void add(JsonWriter &json, std::string_view key, const std::vector<std::string> &words)
{
    json.beginArray(key);
    for (const std::string &word : words)
        json.value({}, word);
    json.endArray();
}

void addMachine(JsonWriter &json, const Capabilities &can)
{
    json.value("kernel", can.kernel);
    json.value("cpus", can.cpus);
    json.beginArray("online");
    for (const CpuId cpu : can.online)
        json.value({}, cpu);
    json.endArray();
    json.value("tracefs", can.tracefsPath);
    json.value("tracefs_mounted", can.tracefsMounted);
    json.value("root", can.root);
    json.value("lockdown", can.lockdown);
    json.value("buffer_total_kb", can.bufferTotalKb);
    json.value("memory_available_kb", can.memoryAvailableKb);
    add(json, "obstacles", obstaclesOf(can));
}

std::string jsonOf(const Report &report)
{
    const auto &can = report.capabilities;
    JsonWriter json;
    json.beginObject();
    addMachine(json, can);
    json.value("events", eventsOf(can));
    json.beginArray("tracers");
    for (const auto &[name, inInstance] : can.tracers) {
        json.beginObject();
        json.value("name", name);
        json.value("in_instance", inInstance);
        json.endObject();
    }
    json.endArray();
    add(json, "clocks", can.clocks);
    json.beginArray("features");
    for (const Feature &feature : can.features) {
        json.beginObject();
        json.value("name", feature.name);
        json.value("available", feature.available);
        if (!feature.available)
            json.value("reason", feature.reason);
        json.endObject();
    }
    json.endArray();
    json.beginArray("enabled");
    for (const auto &[id, what] : can.enabled) {
        json.beginObject();
        json.value("id", id);
        json.value("text", what);
        json.endObject();
    }
    json.endArray();
    add(json, "instances", can.instances);
    json.beginArray("leftovers");
    for (const Leftover &leftover : report.hello.leftovers) {
        json.beginObject();
        json.value("id", leftover.id);
        add(json, "items", leftover.items);
        json.endObject();
    }
    json.endArray();
    json.endObject();
    return json.text();
}

} // namespace

const CommandSpec &doctorSpec()
{
    return kSpec;
}

int doctorCommand(std::span<const std::string> args)
{
    const auto options = Options::parse(kSpec, args);
    if (!options)
        return printUsageError(kSpec, options.error());
    if (options->has("help"))
        return printText(helpText(kSpec));
    if (!options->operands().empty())
        return printUsageError(kSpec, Error{ErrorKind::InvalidArgument,
                                            "'" + options->operands().front()
                                                + "' is one too many: doctor takes options only",
                                            {},
                                            -1});
    if (const auto how = options->value("privilege")) {
        if (const auto known = parsePrivilege(*how); !known)
            return printUsageError(kSpec, known.error());
    }
    const StopSignals signals;
    const auto report = examine(*options, signals.token());
    if (!report)
        return report.error().kind == ErrorKind::Cancelled ? kExitInterrupted
                                                           : printError(report.error());
    return printText(options->has("json") ? jsonOf(*report) : textOf(*report));
}

} // namespace thresher
