// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/request.h"

#include "capture/probes/latencyevent.h"
#include "capture/recorder/probes.h"
#include "capture/recorder/tracefs.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace thresher::capture {

namespace {

constexpr std::size_t kMaxRules = 1024; ///< Of each list.
constexpr std::size_t kMaxProbes = 256;
constexpr std::size_t kMaxTriggers = 16;
constexpr std::size_t kMaxHistograms = 64; ///< And as many latencies.
constexpr std::size_t kMaxNameBytes = 128;
constexpr std::size_t kMaxTextBytes = 4000; ///< Filters and the like; the kernel takes a page.
constexpr std::uint32_t kMaxBufferKb = 1U << 25U;
constexpr std::uint32_t kMaxSubBufferKb = 1U << 12U;
constexpr std::uint32_t kMaxCpu = 1U << 14U;
constexpr std::int32_t kMaxPid = 1 << 22; ///< PID_MAX_LIMIT
constexpr std::uint64_t kMaxDurationMs = std::uint64_t{366} * 24 * 3600 * 1000;
constexpr std::uint32_t kMaxRingSeconds = 24 * 3600;
constexpr std::uint32_t kMaxThresholdUs = 3'600'000'000U;

bool isGlob(std::string_view text)
{
    const auto isFine = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_:*?!.-").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), isFine);
}

void takeGlobs(StrictObject &object, const char *key, std::vector<std::string> &globs)
{
    object.take(key, globs, kMaxRules, kMaxNameBytes);
    for (std::size_t i = 0; i < globs.size(); ++i)
        if (!isGlob(globs[i]) || globs[i].front() == '!')
            object.reject(std::string(key) + "/" + std::to_string(i),
                          "A name or a glob was expected: letters, digits, and _ : * ? . -");
}

void takeName(StrictObject &object, const char *key, std::string &name, std::size_t maxBytes)
{
    object.take(key, name, maxBytes);
    if (!name.empty() && !isPlainName(name))
        object.reject(key, "A name was expected: letters, digits, and _ . -");
}

template<typename Enum>
void takeEnum(StrictObject &object, const char *key, Enum &value,
              std::array<std::string_view, 2> names)
{
    std::string text(names[static_cast<std::size_t>(value)]);
    object.take(key, text, kMaxNameBytes);
    const auto *const found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        object.reject(key, "\"" + std::string(names[0]) + "\" or \"" + std::string(names[1])
                               + "\" was expected.");
    else
        value = static_cast<Enum>(found - names.begin());
}

/// What is done with events: of EventRequest or ProbeRequest.
template<typename T>
void takeActions(StrictObject &object, T &event)
{
    object.take("filter", event.filter, kMaxTextBytes);
    object.take("triggers", event.triggers, kMaxTriggers, kMaxTextBytes);
    for (std::size_t i = 0; i < event.triggers.size(); ++i)
        if (event.triggers[i].empty() || event.triggers[i].front() == '!')
            object.reject("triggers/" + std::to_string(i), "A trigger was expected.");
    object.take("triggers_only", event.triggersOnly);
}

EventRequest parseEvent(const Json &json, const std::string &path, StrictObject &parent)
{
    EventRequest event;
    StrictObject object(json, path);
    object.take("match", event.match, kMaxNameBytes);
    if (!isGlob(event.match) || event.match.front() == '!')
        object.reject("match",
                      "An event's name or a glob was expected: letters, digits, and _ : * ? . -");
    takeActions(object, event);
    if (const auto done = object.finish(); !done)
        parent.reject(done.error());
    return event;
}

/// @param mustParse  else a line may be none, which is told of later.
ProbeRequest parseProbeRequest(const Json &json, const std::string &path, StrictObject &parent,
                               bool mustParse)
{
    ProbeRequest probe;
    StrictObject object(json, path);
    object.take("line", probe.line, kMaxTextBytes);
    if (const auto spec = parseProbe(probe.line); !spec && mustParse)
        object.reject(asRefusal(spec.error(), object.pathOf("line")));
    takeActions(object, probe);
    if (const auto done = object.finish(); !done)
        parent.reject(done.error());
    return probe;
}

HistogramRequest parseHistogram(const Json &json, const std::string &path, StrictObject &parent)
{
    HistogramRequest histogram;
    StrictObject object(json, path);
    object.take("event", histogram.event, kMaxNameBytes);
    const auto colon = std::min(histogram.event.find(':'), histogram.event.size());
    if (!isPlainName(histogram.event.substr(0, colon))
        || !isPlainName(histogram.event.substr(std::min(colon + 1, histogram.event.size()))))
        object.reject("event", "SYSTEM:EVENT was expected.");
    object.take("trigger", histogram.trigger, kMaxTextBytes);
    const auto trigger = parseHistTrigger(histogram.trigger);
    if (!trigger)
        object.reject(asRefusal(trigger.error(), object.pathOf("trigger")));
    else if (trigger->isContinued || trigger->isCleared)
        object.reject("trigger", "A new histogram was expected: there is none to continue or "
                                 "clear.");
    if (const auto done = object.finish(); !done)
        parent.reject(done.error());
    return histogram;
}

void takeHistograms(StrictObject &object, const std::string &path, InstanceRequest &instance)
{
    object.take("latencies", instance.latencies, kMaxHistograms, kMaxTextBytes);
    for (std::size_t i = 0; i < instance.latencies.size(); ++i)
        if (const auto event = parseLatencyEvent(instance.latencies[i]); !event)
            object.reject(
                asRefusal(event.error(), object.pathOf("latencies/" + std::to_string(i))));
    if (const Json *histograms = object.array("histograms", kMaxHistograms))
        for (const Json &histogram : *histograms)
            instance.histograms.push_back(parseHistogram(
                histogram, path + "/histograms/" + std::to_string(instance.histograms.size()),
                object));
}

void takeOptions(StrictObject &object, std::map<std::string, bool> &options)
{
    const Json *json = object.object("options");
    if (json == nullptr)
        return;
    for (auto it = json->begin(); it != json->end(); ++it) {
        const auto *boolean = it->get_ptr<const Json::boolean_t *>();
        if (options.size() == kMaxRules)
            object.reject("options", "There are more options than any kernel has.");
        else if (!isPlainName(it.key()) || it.key().size() > kMaxNameBytes)
            object.reject("options", "An option's name was expected.");
        else if (boolean == nullptr)
            object.reject("options/" + it.key(), "true or false was expected.");
        else
            options[it.key()] = *boolean;
    }
}

void takeBuffers(StrictObject &object, InstanceRequest &instance)
{
    const Json *buffer = object.any("buffer_kb");
    const auto *text = buffer != nullptr ? buffer->get_ptr<const Json::string_t *>() : nullptr;
    if (text == nullptr)
        object.take("buffer_kb", instance.bufferKb, 0, kMaxBufferKb);
    else if (*text != "auto")
        object.reject("buffer_kb", "\"auto\" or a number was expected.");
    object.take("sub_buffer_kb", instance.subBufferKb, 0, kMaxSubBufferKb);
    takeEnum(object, "mode", instance.mode, {"stream", "ring"});
    object.take("ring_seconds", instance.ringSeconds, 0, kMaxRingSeconds);
    if (instance.ringSeconds > 0 && instance.mode != BufferMode::Ring)
        object.reject("ring_seconds", "This is of the mode \"ring\" only.");
    if (instance.ringSeconds > 0 && instance.bufferKb > 0)
        object.reject("ring_seconds", "Either a time or a size of the buffer can be kept.");
}

InstanceRequest parseInstance(const Json &json, const std::string &path, StrictObject &parent)
{
    InstanceRequest instance;
    StrictObject object(json, path);
    takeName(object, "name", instance.name, 64);
    if (const Json *events = object.array("events", kMaxRules))
        for (const Json &event : *events)
            instance.events.push_back(parseEvent(
                event, path + "/events/" + std::to_string(instance.events.size()), object));
    if (const Json *probes = object.array("probes", kMaxProbes))
        for (const Json &probe : *probes)
            instance.probes.push_back(parseProbeRequest(
                probe, path + "/probes/" + std::to_string(instance.probes.size()), object, true));
    takeHistograms(object, path, instance);
    takeGlobs(object, "exclude", instance.exclude);
    takeName(object, "tracer", instance.tracer, kMaxNameBytes);
    takeGlobs(object, "functions", instance.functions);
    takeGlobs(object, "no_functions", instance.noFunctions);
    takeGlobs(object, "graph_functions", instance.graphFunctions);
    takeGlobs(object, "no_graph_functions", instance.noGraphFunctions);
    object.take("graph_depth", instance.graphDepth, 0, 50);
    if (object.any("threshold_us") != nullptr)
        object.take("threshold_us", instance.thresholdUs.emplace(0), 0, kMaxThresholdUs);
    takeOptions(object, instance.options);
    object.take("kernel_stacks", instance.kernelStacks);
    object.take("user_stacks", instance.userStacks);
    takeName(object, "clock", instance.clock, kMaxNameBytes);
    takeBuffers(object, instance);
    object.take("cpus", instance.cpus, kMaxRules * 8, CpuId{0}, CpuId{kMaxCpu});
    object.take("pids", instance.pids, kMaxRules, Pid{1}, Pid{kMaxPid});
    object.take("command", instance.command);
    object.take("children", instance.children);
    if (const auto done = object.finish(); !done)
        parent.reject(done.error());
    return instance;
}

} // namespace

std::vector<ProbeRequest> parseProbeRequests(StrictObject &object, const char *key)
{
    std::vector<ProbeRequest> probes;
    if (const Json *list = object.array(key, kMaxProbes))
        for (const Json &probe : *list)
            probes.push_back(parseProbeRequest(
                probe, object.pathOf(key) + "/" + std::to_string(probes.size()), object, false));
    return probes;
}

Checked<RecordRequest> parseRequest(const Json &json, const std::string &path)
{
    RecordRequest request;
    StrictObject object(json, path);
    if (const Json *instances = object.array("instances", kMostInstances)) {
        std::set<std::string> names;
        for (const Json &instance : *instances) {
            const std::string place = "instances/" + std::to_string(request.instances.size());
            request.instances.push_back(parseInstance(instance, path + "/" + place, object));
            const std::string &name = request.instances.back().name;
            if (!name.empty() && !names.insert(name).second)
                object.reject(place + "/name", "Two instances have this name.");
        }
    }
    if (request.instances.empty())
        object.reject("instances", "There must be one at least.");
    object.take("duration_ms", request.durationMs, 0, kMaxDurationMs);
    object.take("stop_on_trigger", request.stopOnTrigger);
    object.take("skip_missing", request.skipMissing);
    takeEnum(object, "formats", request.formats, {"used", "all"});
    object.take("kallsyms", request.kallsyms);
    object.take("saved_cmdlines", request.savedCmdlines, 0, 1U << 20U);
    object.take("progress_ms", request.progressMs, 50, 10'000);
    object.take("probe_rate_limit", request.probeRateLimit, 0, 1U << 30U);
    THRESHER_CHECK(object.finish());
    return request;
}

} // namespace thresher::capture
