// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/histograms.h"

#include "capture/recorder/probes.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace thresher::capture {

namespace {

constexpr const char *kSynthetic = "synthetic";

/// An event as the request calls it.
using EventName = std::pair<std::string, std::string>;

bool isOffered(const Offer &offer, const EventName &name)
{
    const auto events = offer.events.find(name.first);
    return events != offer.events.end()
           && std::find(events->second.begin(), events->second.end(), name.second)
                  != events->second.end();
}

/// How the request calls the event of one of its probes.
EventName writtenName(const PlannedProbe &probe)
{
    // Its spec has our group by now, perhaps.
    const ProbeSpec spec = parseProbe(probe.line).value_or(probe.spec);
    return {writtenGroup(spec), spec.event.empty() ? suggestedEventName(spec) : spec.event};
}

bool isMade(const PlannedInstance &instance, const EventName &name)
{
    return std::any_of(instance.probes.begin(), instance.probes.end(),
                       [&](const PlannedProbe &probe) { return writtenName(probe) == name; })
           || std::any_of(instance.latencies.begin(), instance.latencies.end(),
                          [&](const PlannedLatency &latency) {
                              return name == EventName(kSynthetic, latency.event.name);
                          });
}

Checked<void> checkEvent(const PlannedInstance &instance, const Offer &offer, const EventName &name,
                         std::string path, int caret)
{
    if (isOffered(offer, name) || isMade(instance, name))
        return {};
    return tl::unexpected<Refusal>(
        {std::move(path),
         "This kernel has no event " + name.first + ":" + name.second + ".",
         {},
         caret});
}

/// Calls back for each operand. `Term` is HistTerm, const or not, and the others are as it is.
template<typename Term, typename Call>
void forEachTerm(Term &term, const Call &call)
{
    call(term);
    for (auto &inner : term.inner)
        for (auto &each : inner.terms)
            forEachTerm(each, call);
}

template<typename Trigger, typename Call>
void forEachTermOf(Trigger &trigger, const Call &call)
{
    const auto within = [&](auto &expression) {
        for (auto &term : expression.terms)
            forEachTerm(term, call);
    };
    for (auto &key : trigger.keys)
        within(key);
    for (auto &value : trigger.values)
        within(value);
    for (auto &variable : trigger.variables)
        within(variable.value);
    for (auto &action : trigger.actions)
        for (auto &argument : action.arguments)
            forEachTerm(argument, call);
}

bool usesTime(const HistTrigger &trigger)
{
    bool isUsed = false;
    forEachTermOf(
        trigger, [&](const HistTerm &term) { isUsed = isUsed || term.name == "common_timestamp"; });
    return isUsed;
}

Checked<void> checkTrigger(const HistTrigger &trigger, const std::string &clock,
                           const std::string &path)
{
    if (!trigger.name.empty())
        return refuse(path, "A histogram with a name is shared with all others of that name on the "
                            "machine: leave name= out.");
    if (trigger.clock.empty() || trigger.clock == clock)
        return {};
    return refuse(path, "The clock of a histogram becomes that of the whole buffer, which is to be "
                            + clock + ".");
}

/// Those of the request and those of its probes, until one is refused.
template<typename Call>
Checked<void> forEachEvent(const PlannedInstance &instance, const Call &call)
{
    for (const PlannedEvent &event : instance.events)
        THRESHER_CHECK(call(event));
    for (const PlannedProbe &probe : instance.probes)
        THRESHER_CHECK(call(probe.event));
    return {};
}

/// Names of events as they are, by those of the request.
class Names
{
public:
    explicit Names(const PlannedInstance &instance)
        : m_instance(instance)
    {}

    void rename(const std::string &latency, const std::string &made) { m_made[latency] = made; }

    [[nodiscard]] EventName of(const EventName &name) const
    {
        for (const PlannedProbe &probe : m_instance.probes)
            if (writtenName(probe) == name)
                return {probe.spec.group, probe.spec.event};
        const auto made = m_made.find(name.second);
        return name.first == kSynthetic && made != m_made.end()
                   ? EventName(kSynthetic, made->second)
                   : name;
    }
    void apply(std::string &system, std::string &event) const
    {
        std::tie(system, event) = of({system, event});
    }
    void apply(HistTrigger &trigger) const
    {
        forEachTermOf(trigger, [this](HistTerm &term) {
            if (!term.event.empty())
                apply(term.system, term.event);
        });
        for (HistAction &action : trigger.actions) {
            if (action.handler == HistAction::Handler::OnMatch)
                apply(action.system, action.event);
            if (action.kind == HistAction::Kind::Trace)
                action.synthetic = of({kSynthetic, action.synthetic}).second;
        }
    }

    /// "enable_event:kprobes:read:3": an event's trigger that is about another one.
    void applyToCommand(std::string &trigger) const
    {
        constexpr std::array<std::string_view, 4> kCommands{
            "enable_event:", "disable_event:", "enable_hist:", "disable_hist:"};
        for (const std::string_view command : kCommands) {
            if (!trigger.starts_with(command))
                continue;
            const std::size_t colon = trigger.find(':', command.size());
            if (colon == std::string::npos)
                return;
            const std::size_t end = std::min(trigger.find_first_of(": ", colon + 1),
                                             trigger.size());
            const EventName name = of({trigger.substr(command.size(), colon - command.size()),
                                       trigger.substr(colon + 1, end - colon - 1)});
            trigger.replace(command.size(), end - command.size(), name.first + ":" + name.second);
        }
    }

private:
    const PlannedInstance &m_instance;
    std::map<std::string, std::string> m_made;
};

/// Those that are written as triggers of events are histograms like all others: they count as long
/// as is recorded. Others stay triggers, with the names that events have now.
void takeTriggers(PlannedInstance &instance, const Names &names,
                  std::vector<PlannedHistogram> &histograms)
{
    for (PlannedEvent &event : instance.events) {
        std::vector<PlannedEvent::Trigger> others;
        for (PlannedEvent::Trigger &each : event.triggers) {
            if (auto trigger = parseHistTrigger(each.text)) {
                names.apply(*trigger);
                histograms.push_back({event.system, event.event, std::move(*trigger),
                                      std::move(each.text), std::move(each.path)});
            } else {
                names.applyToCommand(each.text);
                others.push_back(std::move(each));
            }
        }
        event.triggers = std::move(others);
    }
}

std::string freeName(const Tracefs &tracefs, const std::string &wanted)
{
    const auto isTaken = [&](const std::string &name) {
        return tracefs.exists("events/synthetic/" + name);
    };
    std::string name = wanted;
    for (int i = 2; isTaken(name); ++i)
        name = wanted + "_" + std::to_string(i);
    return name;
}

std::string formatOf(const Tracefs &tracefs, const LatencyEnd &end)
{
    return tracefs.read("events/" + end.system + "/" + end.event + "/format")
        .value_or(std::string());
}

Checked<LatencyLines> makeLatency(Tracefs &tracefs, Journal &journal, const LatencyEvent &event,
                                  const std::string &path)
{
    auto lines = latencyLines(event, formatOf(tracefs, event.start), formatOf(tracefs, event.end));
    if (!lines)
        return tl::unexpected<Refusal>(asRefusal(lines.error(), path));
    lines->synthetic.group = kSynthetic;
    THRESHER_CHECK(createProbe(tracefs, journal, lines->synthetic, std::string(), path));
    return std::move(*lines);
}

} // namespace

Checked<void> planHistograms(PlannedInstance &instance, const Offer &offer)
{
    const InstanceRequest &request = instance.request;
    if (!request.latencies.empty() && !offer.hasSyntheticEvents)
        return refuse(instance.path + "/latencies",
                      "This kernel makes no synthetic events (CONFIG_SYNTH_EVENTS).");
    if ((!request.latencies.empty() || !request.histograms.empty()) && !offer.hasHistograms)
        return refuse(instance.path + (request.histograms.empty() ? "/latencies" : "/histograms"),
                      "This kernel counts no histograms (CONFIG_HIST_TRIGGERS).");
    for (std::size_t i = 0; i < request.latencies.size(); ++i) {
        const std::string path = instance.path + "/latencies/" + std::to_string(i);
        auto event = parseLatencyEvent(request.latencies[i]);
        if (!event)
            return tl::unexpected<Refusal>(asRefusal(event.error(), path));
        if (isMade(instance, {kSynthetic, event->name}))
            return tl::unexpected<Refusal>(
                asRefusal({event->nameAt, "Two events have this name.", {}}, path));
        for (const LatencyEnd *end : {&event->start, &event->end})
            THRESHER_CHECK(checkEvent(instance, offer, {end->system, end->event}, path,
                                      static_cast<int>(end->at.begin)));
        instance.latencies.push_back({std::move(*event), path});
    }
    for (std::size_t i = 0; i < request.histograms.size(); ++i) {
        const HistogramRequest &wanted = request.histograms[i];
        const std::string path = instance.path + "/histograms/" + std::to_string(i);
        const auto colon = std::min(wanted.event.find(':'), wanted.event.size());
        const EventName name{wanted.event.substr(0, colon),
                             wanted.event.substr(std::min(colon + 1, wanted.event.size()))};
        THRESHER_CHECK(checkEvent(instance, offer, name, path + "/event", 0));
        auto trigger = parseHistTrigger(wanted.trigger);
        if (!trigger)
            return tl::unexpected<Refusal>(asRefusal(trigger.error(), path + "/trigger"));
        THRESHER_CHECK(checkTrigger(*trigger, request.clock, path + "/trigger"));
        instance.histograms.push_back(
            {name.first, name.second, std::move(*trigger), wanted.trigger, path + "/trigger"});
    }
    return forEachEvent(instance, [&](const PlannedEvent &event) -> Checked<void> {
        for (const PlannedEvent::Trigger &each : event.triggers) {
            if (const auto trigger = parseHistTrigger(each.text))
                THRESHER_CHECK(checkTrigger(*trigger, request.clock, each.path));
        }
        return {};
    });
}

Checked<void> makeLatencies(Tracefs &tracefs, Journal &journal, PlannedInstance &instance)
{
    Names names(instance);
    std::vector<PlannedHistogram> all;
    for (const PlannedLatency &latency : instance.latencies) {
        LatencyEvent event = latency.event;
        event.name = freeName(tracefs, event.name);
        names.rename(latency.event.name, event.name);
        names.apply(event.start.system, event.start.event);
        names.apply(event.end.system, event.end.event);
        auto lines = makeLatency(tracefs, journal, event, latency.path);
        if (!lines)
            return tl::unexpected<Refusal>(std::move(lines).error());
        instance.events.push_back({kSynthetic, event.name, true, {}, {}, {}});
        all.push_back({event.start.system, event.start.event, lines->start, {}, latency.path});
        all.push_back({event.end.system, event.end.event, lines->end, {}, latency.path});
    }
    takeTriggers(instance, names, all);
    for (PlannedHistogram &histogram : instance.histograms) {
        names.apply(histogram.system, histogram.event);
        names.apply(histogram.trigger);
        all.push_back(std::move(histogram));
    }
    instance.histograms = std::move(all);
    return {};
}

std::string triggerLine(HistTrigger trigger, const std::string &clock)
{
    if (trigger.clock.empty() && usesTime(trigger))
        trigger.clock = clock;
    return printHistTrigger(trigger);
}

std::set<std::string> eventsWithHistograms(const Instance &instance)
{
    std::set<std::string> events;
    for (const PlannedHistogram &histogram : instance.plan().histograms)
        if (!histogram.line.empty()) // not those of latencies
            events.insert(histogram.system + "/" + histogram.event);
    for (const PlannedEvent &event : instance.plan().events)
        for (const PlannedEvent::Trigger &trigger : event.triggers)
            if (trigger.text.starts_with("hist:"))
                events.insert(event.system + "/" + event.event);
    return events;
}

} // namespace thresher::capture
