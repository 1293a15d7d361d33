// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/histtrigger.h"

#include <string>
#include <string_view>
#include <vector>

/// The time from one event to another as an event of its own, which the kernel makes: a synthetic
/// event and a histogram trigger on either side. Values; reentrant, of any thread.
namespace thresher::capture {

/// A field of one of the two that the latency event has as well.
struct LatencyField
{
    std::string name; ///< There; empty: as it is called here.
    std::string field;
    TextSpan at;
    friend bool operator==(const LatencyField &, const LatencyField &) = default;
};

/// Where a latency begins, or ends.
struct LatencyEnd
{
    std::string system;
    std::string event;
    std::vector<std::string> keys; ///< What tells which begin an end belongs to. [1, kMaxHistKeys]
    std::vector<LatencyField> fields;
    std::string filter; ///< The kernel's language; may be empty.
    TextSpan at; ///< SYSTEM:EVENT
    TextSpan keysAt;
    TextSpan filterAt;
    friend bool operator==(const LatencyEnd &, const LatencyEnd &) = default;
};

struct LatencyEvent
{
    std::string name; ///< Of the synthetic event.
    bool isMicroseconds = false; ///< Else its field "lat" is in ns.
    LatencyEnd start;
    LatencyEnd end; ///< As many keys as `start`.
    TextSpan nameAt;
    friend bool operator==(const LatencyEvent &, const LatencyEvent &) = default;
};

/// Parses "NAME[.usecs]=START(KEY,…[; FIELD,…]) [if FILTER] -> END(KEY,…[; FIELD,…]) [if FILTER]",
/// where START and END are SYSTEM:EVENT and a FIELD may be called anew by NAME=FIELD. O(text).
[[nodiscard]] ProbeResult<LatencyEvent> parseLatencyEvent(std::string_view text);
/// For each event that parseLatencyEvent() gives, parsing the text gives the event again.
[[nodiscard]] std::string printLatencyEvent(const LatencyEvent &event);

/// What tracefs is told, in this order.
struct LatencyLines
{
    ProbeSpec synthetic; ///< Fields: lat, the keys by their names of the start, and the others.
    HistTrigger start; ///< Of the event `LatencyEvent::start`.
    HistTrigger end;
};

/// Fields have the types of the events' own; where a synthetic event cannot have such a type, an
/// integer of the same size. Fails at the part of the text that parseLatencyEvent() read where an
/// event has no such field, keys do not fit together, or two fields have a name.
/// @param startFormat, endFormat  the texts of the events' files `format`.
[[nodiscard]] ProbeResult<LatencyLines>
latencyLines(const LatencyEvent &event, std::string_view startFormat, std::string_view endFormat);

} // namespace thresher::capture
