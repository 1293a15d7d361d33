// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordrequest.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Ticking events in a request of globs: globs stay globs as far as they can. Events are those that
/// the kernel has; what none of them matches stays as it is. Each is O(rules · events). Thread:
/// any. Fails: never.
namespace thresher::capture {

/// Names by system, as in Capabilities::events.
using EventsBySystem = std::map<std::string, std::vector<std::string>>;

/// Whether it is recorded, not only acted upon by triggers.
[[nodiscard]] bool isRecorded(const InstanceRequest &request, const std::string &system,
                              const std::string &event);
/// The rule whose filter counts: the last one that matches and has one, else the last that matches.
/// None for an event that is not chosen, or excluded.
[[nodiscard]] std::optional<std::size_t>
ruleOf(const InstanceRequest &request, const std::string &system, const std::string &event);
[[nodiscard]] std::size_t countRecorded(const InstanceRequest &request,
                                        const EventsBySystem &events);
/// How many events a glob matches.
[[nodiscard]] std::size_t countMatching(const std::string &glob, const EventsBySystem &events);

/// Ticks or unticks an event, or all of a system. @param event  empty: all.
void setRecorded(InstanceRequest &request, const EventsBySystem &events, const std::string &system,
                 const std::string &event, bool isOn);
/// Ticks what a glob matches, as "sched:*"; "!sched_stat*" excludes it. False for what is no glob.
bool addGlob(InstanceRequest &request, std::string glob);
/// The rule of this event alone, made if there is none, with the filter that it had.
EventRequest &ownRule(InstanceRequest &request, const std::string &system,
                      const std::string &event);

} // namespace thresher::capture
