// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/capabilities.h"

#include "capture/kernelconfig.h"
#include "capture/recorder/instance.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string_view>

namespace thresher::capture {

namespace {

/// Something that some kernels can do: how to see it, and what it needs to be built with.
struct Feature
{
    const char *name;
    const char *config;
    enum class By : std::uint8_t { File, Tracer, Readme } by;
    const char *sign;
};
using By = Feature::By;
constexpr Feature kFeatures[] = {
    {"instances", "CONFIG_TRACING", By::File, "instances"},
    {"function", "CONFIG_FUNCTION_TRACER", By::Tracer, "function"},
    {"function_graph", "CONFIG_FUNCTION_GRAPH_TRACER", By::Tracer, "function_graph"},
    {"kprobes", "CONFIG_KPROBE_EVENTS", By::File, "kprobe_events"},
    {"uprobes", "CONFIG_UPROBE_EVENTS", By::File, "uprobe_events"},
    {"eprobes", "CONFIG_EPROBE_EVENTS", By::Readme, "e[:[<group>/]"},
    {"fprobes", "CONFIG_FPROBE_EVENTS", By::Readme, "f[:[<group>/]"},
    {"btf", "CONFIG_PROBE_EVENTS_BTF_ARGS", By::Readme, "<argname>[->field"},
    {"entry_at_return", "CONFIG_KPROBE_EVENTS", By::Readme, "return probes support: $retval, $arg"},
    {"synthetic", "CONFIG_SYNTH_EVENTS", By::File, "synthetic_events"},
    {"hist", "CONFIG_HIST_TRIGGERS", By::Readme, "hist trigger"},
    {"user_events", "CONFIG_USER_EVENTS", By::File, "user_events_data"},
    {"snapshot", "CONFIG_TRACER_SNAPSHOT", By::File, "snapshot"},
    {"irqsoff", "CONFIG_IRQSOFF_TRACER", By::Tracer, "irqsoff"},
    {"preemptoff", "CONFIG_PREEMPT_TRACER", By::Tracer, "preemptoff"},
    {"wakeup", "CONFIG_SCHED_TRACER", By::Tracer, "wakeup"},
    {"hwlat", "CONFIG_HWLAT_TRACER", By::Tracer, "hwlat"},
    {"osnoise", "CONFIG_OSNOISE_TRACER", By::Tracer, "osnoise"},
    {"timerlat", "CONFIG_TIMERLAT_TRACER", By::Tracer, "timerlat"},
    {"blk", "CONFIG_BLK_DEV_IO_TRACE", By::Tracer, "blk"},
    {"mmiotrace", "CONFIG_MMIOTRACE", By::Tracer, "mmiotrace"},
    {"stacktrace", "CONFIG_STACKTRACE", By::File, "options/stacktrace"},
    {"event_pid", "CONFIG_EVENT_TRACING", By::File, "set_event_pid"},
    {"subbuffer_size", "CONFIG_RING_BUFFER", By::File, "buffer_subbuf_size_kb"},
};

bool isThere(const Feature &feature, const Tracefs &tracefs, const Offer &offer,
             const std::string &readme)
{
    switch (feature.by) {
    case By::File:
        return tracefs.exists(feature.sign);
    case By::Tracer:
        return offer.tracers.contains(feature.sign);
    case By::Readme:
        break;
    }
    return readme.find(feature.sign) != std::string::npos;
}

/// What the kernel's README tells of although it was built without it.
bool isDenied(const Feature &feature, const Machine &machine)
{
    utsname names{};
    ::uname(&names);
    return std::string_view(feature.name) == "eprobes" && !machine.config.empty()
           && !hasEventProbes(machine.config, names.release);
}

std::string whyTracefsIsMissing(const Machine &machine)
{
    if (!machine.isRoot)
        return "Only root can see and use the kernel's tracing.";
    if (machine.tracefsPath.empty())
        return "tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing.";
    return "tracefs cannot be opened.";
}

std::string whyMissing(const Feature &feature, const Machine &machine)
{
    const std::string config(feature.config);
    if (machine.lockdown == "confidentiality")
        return "The kernel is locked down (confidentiality), which forbids tracing: see "
               "lockdown= on its command line.";
    if (machine.config.empty())
        return "This kernel does not offer it; it may have been built without " + config + ".";
    if (!machine.config.contains(config))
        return "This kernel was built without " + config + ".";
    return "This kernel does not offer it, although it has " + config
           + ": it is too old, or was told not to when it was started.";
}

Json describeFeatures(const Tracefs *tracefs, const Offer &offer, const Machine &machine)
{
    Json features = Json::array();
    const std::string readme = tracefs != nullptr ? tracefs->read("README").value_or(std::string())
                                                  : std::string();
    for (const Feature &feature : kFeatures) {
        Json json{{"name", feature.name}};
        json["available"] = tracefs != nullptr && isThere(feature, *tracefs, offer, readme)
                            && !isDenied(feature, machine);
        if (tracefs == nullptr)
            json["reason"] = whyTracefsIsMissing(machine);
        else if (!json["available"].get<bool>())
            json["reason"] = whyMissing(feature, machine);
        features.push_back(std::move(json));
    }
    return features;
}

std::vector<CpuId> onlineCpus()
{
    // "0-3,7"
    std::vector<CpuId> cpus;
    std::ifstream file("/sys/devices/system/cpu/online");
    std::string part;
    while (std::getline(file, part, ',')) {
        unsigned first = 0;
        unsigned last = 0;
        char dash = 0;
        std::istringstream text(part);
        if (!(text >> first))
            continue;
        last = first;
        if (text >> dash)
            text >> last;
        for (; first <= last && cpus.size() < 65536; ++first)
            cpus.push_back(first);
    }
    return cpus;
}

/// Tracers that have an instance form, as an instance that exists says; all if there is none.
Json describeTracers(const Tracefs *tracefs, const Offer &offer)
{
    Json tracers = Json::array();
    std::vector<std::string> inInstance;
    if (tracefs != nullptr && !offer.instances.empty())
        inInstance = tracefs->words("instances/" + offer.instances.front() + "/available_tracers");
    for (const std::string &tracer : offer.tracers) {
        Json json{{"name", tracer}};
        if (!inInstance.empty())
            json["in_instance"] = std::find(inInstance.begin(), inInstance.end(), tracer)
                                  != inInstance.end();
        tracers.push_back(std::move(json));
    }
    return tracers;
}

using Reset = std::function<Result<void>(Tracefs &)>;
struct Switch
{
    EnabledItem item;
    Reset reset;
};

Reset writing(std::string path, std::string value)
{
    return [path = std::move(path), value = std::move(value)](Tracefs &tracefs) {
        return tracefs.write(path, value);
    };
}

std::vector<Switch> findSwitches(const Tracefs &tracefs)
{
    std::vector<Switch> found;
    const auto add = [&](std::string id, std::string text, Reset reset) {
        found.push_back({{std::move(id), std::move(text)}, std::move(reset)});
    };
    if (const std::string tracer = tracefs.line("current_tracer");
        !tracer.empty() && tracer != "nop")
        add("tracer", "The tracer " + tracer + " is running.", writing("current_tracer", "nop"));
    std::map<std::string, std::size_t> systems;
    for (const std::string &event : tracefs.words("set_event"))
        ++systems[event.substr(0, event.find(':'))];
    for (const auto &[system, count] : systems)
        if (isPlainName(system))
            add("events:" + system,
                std::to_string(count) + (count == 1 ? " event" : " events") + " of " + system
                    + (count == 1 ? " is" : " are") + " enabled.",
                writing("events/" + system + "/enable", "0"));
    for (const char *list : {"set_event_pid", "set_event_notrace_pid", "set_ftrace_pid",
                             "set_ftrace_notrace_pid", "set_ftrace_filter", "set_ftrace_notrace",
                             "set_graph_function", "set_graph_notrace", "dynamic_events"})
        if (tracefs.exists(list) && !restorableValue(tracefs, list).empty())
            add(list, std::string(list) + " is set.", writing(list, ""));
    if (tracefs.line("tracing_on") == "0")
        add("tracing_on", "Tracing is switched off.", writing("tracing_on", "1"));
    for (const std::string &instance : tracefs.folders("instances"))
        if (isPlainName(instance))
            add("instance:" + instance, "There is a tracing instance " + instance + ".",
                [instance](Tracefs &files) { return files.removeInstance(instance); });
    return found;
}

} // namespace

std::string readLockdown()
{
    std::ifstream file("/sys/kernel/security/lockdown");
    std::string word;
    while (file >> word)
        if (word.size() > 2 && word.front() == '[' && word.back() == ']')
            return word.substr(1, word.size() - 2);
    return {};
}

Json describeCapabilities(const Tracefs *tracefs, const Machine &machine)
{
    const Offer offer = tracefs != nullptr ? readOffer(*tracefs) : Offer{};
    utsname names{};
    ::uname(&names);
    Json json{{"type", "capabilities"}};
    json["tracefs"] = {{"path", machine.tracefsPath}, {"mounted", !machine.tracefsPath.empty()}};
    json["root"] = machine.isRoot;
    json["lockdown"] = machine.lockdown;
    json["kernel"] = names.release;
    json["cpus"] = offer.cpus.size();
    json["online"] = onlineCpus();
    json["page_bytes"] = ::sysconf(_SC_PAGESIZE);
    json["sub_buffer_sizes"] = offer.hasSubBufferSize;
    json["memory_available_kb"] = offer.memoryAvailableKb;
    json["tracers"] = describeTracers(tracefs, offer);
    json["clocks"] = offer.clocks;
    json["events"] = offer.events;
    json["options"] = offer.options;
    json["functions"] = offer.hasFunctionFilter;
    json["instances"] = offer.instances;
    json["features"] = describeFeatures(tracefs, offer, machine);
    json["enabled"] = Json::array();
    json["buffer_total_kb"] = 0;
    if (tracefs == nullptr)
        return json;
    for (const EnabledItem &item : findEnabled(*tracefs))
        json["enabled"].push_back({{"id", item.id}, {"text", item.text}});
    json["buffer_total_kb"] = std::strtoull(tracefs->line("buffer_total_size_kb").c_str(), nullptr,
                                            10);
    return json;
}

std::vector<EnabledItem> findEnabled(const Tracefs &tracefs)
{
    std::vector<EnabledItem> items;
    for (Switch &found : findSwitches(tracefs))
        items.push_back(std::move(found.item));
    return items;
}

Result<void> resetItem(Tracefs &tracefs, const std::string &id)
{
    for (const Switch &found : findSwitches(tracefs))
        if (found.item.id == id)
            return found.reset(tracefs);
    return fail(ErrorKind::InvalidArgument, "Nothing of this name is switched on.", id);
}

} // namespace thresher::capture
