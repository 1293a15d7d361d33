// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/plan.h"

#include "capture/eventglob.h"
#include "capture/recorder/histograms.h"
#include "capture/recorder/probes.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace thresher::capture {

namespace {

constexpr std::size_t kMaxTriggers = 4096; ///< Of all events of an instance.
constexpr std::uint64_t kMostAutoKb = 64 * 1024;
constexpr std::uint64_t kLeastAutoKb = 1408; ///< The kernel's own default.
constexpr std::uint64_t kMostAutoTotalKb = 4 * 1024 * 1024;

Checked<void> checkTracer(const InstanceRequest &request, const Offer &offer,
                          const std::string &path)
{
    if (!request.tracer.empty() && !offer.tracers.contains(request.tracer))
        return refuse(path + "/tracer", "This kernel has no tracer " + request.tracer + ".");
    const bool hasFilters = !request.functions.empty() || !request.noFunctions.empty();
    if (hasFilters && !offer.hasFunctionFilter)
        return refuse(path + (request.functions.empty() ? "/no_functions" : "/functions"),
                      "This kernel cannot choose functions (CONFIG_DYNAMIC_FTRACE).");
    const bool hasGraphs = !request.graphFunctions.empty() || !request.noGraphFunctions.empty();
    if (hasGraphs && !offer.hasGraphFilter)
        return refuse(
            path + (request.graphFunctions.empty() ? "/no_graph_functions" : "/graph_functions"),
            "This kernel has no function_graph tracer (CONFIG_FUNCTION_GRAPH_TRACER).");
    if (request.graphDepth > 0 && !offer.hasGraphDepth)
        return refuse(path + "/graph_depth",
                      "This kernel has no function_graph tracer (CONFIG_FUNCTION_GRAPH_TRACER).");
    if (request.thresholdUs && !offer.hasThreshold)
        return refuse(path + "/threshold_us", "This kernel has no tracing_thresh.");
    return {};
}

Checked<void> checkOptions(const InstanceRequest &request, const Offer &offer,
                           const std::string &path)
{
    if (!offer.clocks.contains(request.clock))
        return refuse(path + "/clock", "This kernel has no trace clock " + request.clock + ".");
    // Options of a tracer appear when it is chosen; the kernel will judge those.
    for (const auto &[option, value] : request.options)
        if (!offer.options.contains(option) && request.tracer.empty())
            return refuse(path + "/options/" + option,
                          "This kernel has no trace option " + option + ".");
    if (request.kernelStacks && !offer.options.contains("stacktrace"))
        return refuse(path + "/kernel_stacks",
                      "This kernel records no stacks (CONFIG_STACKTRACE).");
    if (request.userStacks && !offer.options.contains("userstacktrace"))
        return refuse(path + "/user_stacks",
                      "This kernel records no user stacks (CONFIG_USER_STACKTRACE_SUPPORT).");
    const bool hasPids = !request.pids.empty() || request.command;
    if (hasPids && !offer.hasEventPid && !offer.hasFunctionPid)
        return refuse(path + "/pids", "This kernel cannot record single processes only.");
    return {};
}

Checked<void> checkBuffers(const InstanceRequest &request, const Offer &offer,
                           const std::string &path)
{
    for (std::size_t i = 0; i < request.cpus.size(); ++i)
        if (std::find(offer.cpus.begin(), offer.cpus.end(), request.cpus[i]) == offer.cpus.end())
            return refuse(path + "/cpus/" + std::to_string(i),
                          "There is no CPU " + std::to_string(request.cpus[i]) + ".");
    if (request.subBufferKb > 0 && !offer.hasSubBufferSize)
        return refuse(path + "/sub_buffer_kb",
                      "This kernel has sub-buffers of a page only; Linux 6.8 can change that.");
    const std::string &name = request.name;
    if (std::find(offer.instances.begin(), offer.instances.end(), name) != offer.instances.end())
        return refuse(path + "/name", "There is a tracing instance " + name + " already.");
    return {};
}

/// Trigger commands that this kernel does not have, as far as can be known beforehand.
Checked<void> checkTrigger(const std::string &trigger, const Offer &offer, const std::string &path)
{
    const std::string command(
        trigger.begin(),
        std::find_if(trigger.begin(), trigger.end(), [](char c) { return c == ':' || c == ' '; }));
    static constexpr const char *kKnown[] = {"traceon",  "traceoff",     "stacktrace",
                                             "snapshot", "enable_event", "disable_event",
                                             "hist",     "enable_hist",  "disable_hist"};
    if (std::find(std::begin(kKnown), std::end(kKnown), command) == std::end(kKnown))
        return refuse(path, "There is no trigger " + command + ".");
    if (command == "snapshot" && !offer.hasSnapshot)
        return refuse(path, "This kernel takes no snapshots (CONFIG_TRACER_SNAPSHOT).");
    return {};
}

using EventName = std::pair<std::string, std::string>; ///< System, event.

/// The events that a glob matches, by name. One that is a whole name is looked up: a request may
/// have hundreds of those, a kernel thousands of events.
std::vector<EventName> eventsOf(const std::string &glob, const Offer &offer)
{
    std::vector<EventName> names;
    const auto colon = glob.find(':');
    if (colon != std::string::npos && glob.find_first_of("*?") == std::string::npos) {
        EventName name(glob.substr(0, colon), glob.substr(colon + 1));
        const auto system = offer.events.find(name.first);
        if (system != offer.events.end()
            && std::binary_search(system->second.begin(), system->second.end(), name.second))
            names.push_back(std::move(name));
        return names;
    }
    for (const auto &[system, events] : offer.events)
        for (const std::string &event : events)
            if (matchesEvent(glob, system, event))
                names.emplace_back(system, event);
    return names;
}

/// What is left out, found once: there may be hundreds of globs, and of events thousands.
Checked<std::set<EventName>> findExcluded(const RecordRequest &whole,
                                          const InstanceRequest &request, const Offer &offer,
                                          const std::string &path,
                                          std::vector<std::string> &missing)
{
    std::set<EventName> excluded;
    for (std::size_t i = 0; i < request.exclude.size(); ++i) {
        const std::string &glob = request.exclude[i];
        const auto names = eventsOf(glob, offer);
        excluded.insert(names.begin(), names.end());
        if (names.empty() && !whole.skipMissing)
            return refuse(path + "/exclude/" + std::to_string(i),
                          "This kernel has no event " + glob + ".");
        if (names.empty())
            missing.push_back(glob);
    }
    return excluded;
}

using EventMap = std::map<EventName, PlannedEvent>;

/// Adds the events of one rule. Later rules add triggers; the last filter that is given counts.
/// @returns whether there are any.
Checked<bool> addRule(const InstanceRequest &request, std::size_t rule, const Offer &offer,
                      const std::set<EventName> &excluded, const std::string &path,
                      EventMap &planned, std::size_t &triggers)
{
    const EventRequest &wanted = request.events[rule];
    for (std::size_t i = 0; i < wanted.triggers.size(); ++i)
        THRESHER_CHECK(
            checkTrigger(wanted.triggers[i], offer, path + "/triggers/" + std::to_string(i)));
    bool hasAny = false;
    for (const EventName &name : eventsOf(wanted.match, offer)) {
        if (excluded.contains(name))
            continue;
        hasAny = true;
        const auto [it, isNew] = planned.try_emplace(name);
        PlannedEvent &plan = it->second;
        plan.system = name.first;
        plan.event = name.second;
        plan.enable = (!isNew && plan.enable) || !wanted.triggersOnly;
        if (!wanted.filter.empty()) {
            plan.filter = wanted.filter;
            plan.filterPath = path + "/filter";
        }
        for (std::size_t i = 0; i < wanted.triggers.size(); ++i)
            plan.triggers.push_back({wanted.triggers[i], path + "/triggers/" + std::to_string(i)});
        triggers += wanted.triggers.size();
        if (triggers > kMaxTriggers)
            return refuse(path + "/triggers",
                          "With all events that match, these are too many triggers.");
    }
    return hasAny;
}

/// All rules' events, by system and name.
Checked<EventMap> planEvents(const RecordRequest &whole, const InstanceRequest &request,
                             const Offer &offer, const std::string &path,
                             std::vector<std::string> &missing)
{
    const auto excluded = findExcluded(whole, request, offer, path, missing);
    if (!excluded)
        return tl::unexpected<Refusal>(excluded.error());
    EventMap planned;
    std::size_t triggers = 0;
    for (std::size_t i = 0; i < request.events.size(); ++i) {
        const std::string place = path + "/events/" + std::to_string(i);
        const auto hasAny = addRule(request, i, offer, *excluded, place, planned, triggers);
        if (!hasAny)
            return tl::unexpected<Refusal>(hasAny.error());
        const std::string &glob = request.events[i].match;
        if (!*hasAny && !whole.skipMissing)
            return refuse(place + "/match",
                          "This kernel has no event " + glob
                              + (request.exclude.empty() ? "." : " that is not excluded."));
        if (!*hasAny)
            missing.push_back(glob);
    }
    const bool hasOthers = !request.probes.empty() || !request.latencies.empty()
                           || !request.histograms.empty() || !request.tracer.empty();
    if (planned.empty() && !request.events.empty() && !hasOthers)
        return refuse(path + "/events", "This kernel has none of these events.");
    return planned;
}

/// What can be known of a probe without the kernel's lists of functions.
Checked<void> checkProbe(const PlannedProbe &probe, const Offer &offer)
{
    const ProbeSpec &spec = probe.spec;
    const std::string path = probe.path + "/line";
    if (!offer.hasDynamicEvents)
        return refuse(path, "This kernel makes no dynamic events (dynamic_events).");
    if (spec.kind == ProbeKind::Delete)
        return refuse(path, "A probe was expected; those of a recording go with it.");
    if (spec.isUnresolved())
        return tl::unexpected<Refusal>(asRefusal(
            {spec.targetAt, "A place in the file was expected, not a symbol.", {}}, path));
    const auto &synthetic = offer.events.find("synthetic");
    if (spec.kind == ProbeKind::Synthetic && synthetic != offer.events.end()
        && std::find(synthetic->second.begin(), synthetic->second.end(), spec.event)
               != synthetic->second.end())
        return refuse(path, "There is a synthetic event " + spec.event + " already.");
    return {};
}

/// Names that the user chose are unique among all instances: the kernel has them once.
Checked<void> checkNames(const Plan &plan)
{
    std::set<std::string> names;
    for (const PlannedInstance &instance : plan.instances)
        for (const PlannedProbe &probe : instance.probes)
            if (!probe.spec.event.empty() && !names.insert(probe.spec.event).second)
                return tl::unexpected<Refusal>(asRefusal(
                    {probe.spec.headAt, "Two probes have this name.", {}}, probe.path + "/line"));
    return {};
}

void findWholeSystems(const Offer &offer, PlannedInstance &instance)
{
    std::map<std::string, std::size_t> counts;
    for (const PlannedEvent &event : instance.events)
        if (event.enable)
            ++counts[event.system];
    for (const auto &[system, count] : counts)
        if (count > 1 && count == offer.events.at(system).size())
            instance.wholeSystems.push_back(system);
}

Checked<PlannedInstance> planInstance(const RecordRequest &whole, const InstanceRequest &request,
                                      const Offer &offer, const std::string &path)
{
    THRESHER_CHECK(checkTracer(request, offer, path));
    THRESHER_CHECK(checkOptions(request, offer, path));
    THRESHER_CHECK(checkBuffers(request, offer, path));
    PlannedInstance instance{request, path, {}, {}, {}, {}, {}, request.bufferKb, {}};
    auto planned = planEvents(whole, request, offer, path, instance.missing);
    if (!planned)
        return tl::unexpected<Refusal>(std::move(planned).error());
    for (const ProbeRequest &probe : request.probes) {
        auto made = planProbe(probe, offer,
                              path + "/probes/" + std::to_string(instance.probes.size()));
        if (!made)
            return tl::unexpected<Refusal>(std::move(made).error());
        instance.probes.push_back(std::move(*made));
    }
    for (auto &[key, event] : *planned)
        instance.events.push_back(std::move(event));
    findWholeSystems(offer, instance);
    THRESHER_CHECK(planHistograms(instance, offer));
    return instance;
}

} // namespace

Checked<PlannedProbe> planProbe(const ProbeRequest &request, const Offer &offer,
                                const std::string &path)
{
    PlannedProbe probe{{}, request.line, path, {}};
    auto spec = parseProbe(request.line);
    if (!spec)
        return tl::unexpected<Refusal>(asRefusal(spec.error(), path + "/line"));
    probe.spec = std::move(*spec);
    THRESHER_CHECK(checkProbe(probe, offer));
    probe.event.enable = !request.triggersOnly;
    probe.event.filter = request.filter;
    probe.event.filterPath = path + "/filter";
    for (std::size_t i = 0; i < request.triggers.size(); ++i) {
        const std::string place = path + "/triggers/" + std::to_string(i);
        THRESHER_CHECK(checkTrigger(request.triggers[i], offer, place));
        probe.event.triggers.push_back({request.triggers[i], place});
    }
    return probe;
}

std::uint32_t chooseBufferKb(const Offer &offer, std::size_t instances)
{
    const std::uint64_t buffers = std::max<std::size_t>(1, offer.cpus.size() * instances);
    const std::uint64_t total = std::min(offer.memoryAvailableKb / 8, kMostAutoTotalKb);
    return static_cast<std::uint32_t>(std::clamp(total / buffers, kLeastAutoKb, kMostAutoKb));
}

Checked<Plan> makePlan(const RecordRequest &request, const Offer &offer, const std::string &path)
{
    if (request.savedCmdlines > 0 && !offer.hasSavedCmdlinesSize)
        return refuse(path + "/saved_cmdlines", "This kernel's list of names has a fixed size.");
    Plan plan{request, {}};
    std::uint64_t totalKb = 0;
    for (std::size_t i = 0; i < request.instances.size(); ++i) {
        const std::string place = path + "/instances/" + std::to_string(i);
        auto instance = planInstance(request, request.instances[i], offer, place);
        if (!instance)
            return tl::unexpected<Refusal>(std::move(instance).error());
        if (instance->bufferKb == 0)
            instance->bufferKb = chooseBufferKb(offer, request.instances.size());
        totalKb += std::uint64_t{instance->bufferKb} * offer.cpus.size();
        if (totalKb > offer.memoryAvailableKb / 4 * 3)
            return refuse(place + "/buffer_kb", "The buffers would take "
                                                    + std::to_string(totalKb / 1024)
                                                    + " MiB of memory, of which "
                                                    + std::to_string(offer.memoryAvailableKb / 1024)
                                                    + " MiB are available.");
        plan.instances.push_back(std::move(*instance));
    }
    THRESHER_CHECK(checkNames(plan));
    return plan;
}

} // namespace thresher::capture
