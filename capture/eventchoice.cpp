// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/eventchoice.h"

#include "capture/eventglob.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace thresher::capture {

namespace {

using Event = std::pair<std::string, std::string>;
using Events = std::vector<Event>;

bool matches(const std::string &glob, const Event &event)
{
    return matchesEvent(glob, event.first, event.second);
}

bool isExcluded(const InstanceRequest &request, const Event &event)
{
    return std::any_of(request.exclude.begin(), request.exclude.end(),
                       [&](const std::string &glob) { return matches(glob, event); });
}

bool isMatched(const InstanceRequest &request, const Event &event)
{
    return std::any_of(request.events.begin(), request.events.end(),
                       [&](const EventRequest &rule) { return matches(rule.match, event); });
}

Events allOf(const EventsBySystem &bySystem, const std::function<bool(const Event &)> &isWanted)
{
    Events all;
    for (const auto &[system, names] : bySystem) {
        for (const std::string &name : names) {
            if (Event event{system, name}; isWanted(event))
                all.push_back(std::move(event));
        }
    }
    return all;
}

/// Lets no exclusion match a target: one that does is replaced by the names of what else it leaves
/// out.
void includeAgain(InstanceRequest &request, const EventsBySystem &events,
                  const std::function<bool(const Event &)> &isTarget)
{
    std::vector<std::string> kept;
    for (const std::string &glob : request.exclude) {
        const auto matched = allOf(events,
                                   [&](const Event &event) { return matches(glob, event); });
        if (std::none_of(matched.begin(), matched.end(), isTarget)) {
            kept.push_back(glob);
            continue;
        }
        for (const Event &event : matched) {
            if (!isTarget(event) && isMatched(request, event))
                kept.push_back(event.first + ':' + event.second);
        }
    }
    request.exclude = std::move(kept);
}

/// Takes away rules that record nothing any longer, and exclusions that leave nothing out.
void tidy(InstanceRequest &request, const EventsBySystem &events)
{
    std::erase_if(request.events, [&](const EventRequest &rule) {
        const auto all = allOf(events,
                               [&](const Event &each) { return matches(rule.match, each); });
        return !all.empty() && std::all_of(all.begin(), all.end(), [&](const Event &each) {
            return isExcluded(request, each);
        });
    });
    std::erase_if(request.exclude, [&](const std::string &glob) {
        const auto all = allOf(events, [&](const Event &each) { return matches(glob, each); });
        return !all.empty() && std::none_of(all.begin(), all.end(), [&](const Event &each) {
            return isMatched(request, each);
        });
    });
}

} // namespace

bool isRecorded(const InstanceRequest &request, const std::string &system, const std::string &event)
{
    return std::any_of(request.events.begin(), request.events.end(),
                       [&](const EventRequest &rule) {
                           return !rule.triggersOnly && matchesEvent(rule.match, system, event);
                       })
           && !isExcluded(request, {system, event});
}

std::optional<std::size_t> ruleOf(const InstanceRequest &request, const std::string &system,
                                  const std::string &event)
{
    std::optional<std::size_t> found;
    if (isExcluded(request, {system, event}))
        return found;
    for (std::size_t i = 0; i < request.events.size(); ++i) {
        const EventRequest &rule = request.events[i];
        if (matchesEvent(rule.match, system, event)
            && (!found || !rule.filter.empty() || request.events[*found].filter.empty()))
            found = i;
    }
    return found;
}

std::size_t countRecorded(const InstanceRequest &request, const EventsBySystem &events)
{
    return allOf(events,
                 [&](const Event &each) { return isRecorded(request, each.first, each.second); })
        .size();
}

std::size_t countMatching(const std::string &glob, const EventsBySystem &events)
{
    return allOf(events, [&](const Event &each) { return matches(glob, each); }).size();
}

void setRecorded(InstanceRequest &request, const EventsBySystem &events, const std::string &system,
                 const std::string &event, bool isOn)
{
    const auto isTarget = [&](const Event &each) {
        return each.first == system && (event.empty() || each.second == event);
    };
    const auto targets = allOf(events, isTarget);
    const std::string glob = system + ':' + (event.empty() ? "*" : event);
    const auto isOnNow = [&](const Event &each) {
        return isRecorded(request, each.first, each.second);
    };
    if (isOn) {
        includeAgain(request, events, isTarget);
        if (targets.empty() || !std::all_of(targets.begin(), targets.end(), isOnNow)) {
            // Single ones without anything of their own are part of the whole now.
            std::erase_if(request.events, [&](const EventRequest &rule) {
                return event.empty() && rule.filter.empty() && rule.triggers.empty()
                       && rule.match.starts_with(system + ':');
            });
            // Before those with filters, which count from the last one on.
            request.events.insert(request.events.begin(), EventRequest{glob, {}, {}, false});
        }
        return;
    }
    std::erase_if(request.events, [&](const EventRequest &rule) {
        const auto all = allOf(events,
                               [&](const Event &each) { return matches(rule.match, each); });
        return !all.empty() && std::all_of(all.begin(), all.end(), isTarget);
    });
    if (std::any_of(targets.begin(), targets.end(), isOnNow))
        request.exclude.push_back(glob);
    tidy(request, events);
}

bool addGlob(InstanceRequest &request, std::string glob)
{
    const bool isExclusion = glob.starts_with('!');
    if (isExclusion)
        glob.erase(0, 1);
    constexpr std::string_view kLetters
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:*?.-";
    if (glob.empty() || glob.find_first_not_of(kLetters) != std::string::npos)
        return false;
    if (isExclusion) {
        if (std::find(request.exclude.begin(), request.exclude.end(), glob)
            == request.exclude.end())
            request.exclude.push_back(std::move(glob));
        return true;
    }
    std::erase(request.exclude, glob);
    if (std::none_of(request.events.begin(), request.events.end(),
                     [&](const EventRequest &rule) { return rule.match == glob; }))
        request.events.push_back(EventRequest{std::move(glob), {}, {}, false});
    return true;
}

EventRequest &ownRule(InstanceRequest &request, const std::string &system, const std::string &event)
{
    const std::string name = system + ':' + event;
    for (EventRequest &rule : request.events) {
        if (rule.match == name)
            return rule;
    }
    EventRequest own{name, {}, {}, false};
    // Triggers add up, so that those of the wider rule act already.
    if (const auto rule = ruleOf(request, system, event))
        own.filter = request.events[*rule].filter;
    request.events.push_back(std::move(own));
    return request.events.back();
}

} // namespace thresher::capture
