// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"
#include "model/index/snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// A number that an event tells of, over time. As text:
///
///     NAME: EVENT FIELD [signed] [by KEY] [in UNIT]
///
/// - FIELD holds from each event to the next one of the same key; with `signed` it is taken as a
///   negative number where its highest bit is set.
/// - KEY is another field that is a number, or `cpu` or `task`, where the event happened. Without
/// it
///   there is one series.
///
/// - UNIT is what the number counts, as text: kHz, ns.
///
/// "frequency: power:cpu_frequency state by cpu_id in kHz". Names with blanks stand in quotes.
struct CounterSpec
{
    std::string name;
    std::string event; ///< "power:cpu_frequency", or without the system.
    std::string field;
    std::string key; ///< Empty: none.
    std::string unit; ///< Empty: none.
    bool isSigned = false;
    TextRange eventRange; ///< Within the text that it was read from.
    TextRange fieldRange;
    TextRange keyRange;

    /// So that parseCounter() gives the same again.
    [[nodiscard]] std::string text() const;
};

/// Reads the text of a counter; no trace is needed. O(length).
[[nodiscard]] FilterResult<CounterSpec> parseCounter(std::string_view text);

/// The event of a counter, which lives with the trace. Fails where the trace lacks it or a field;
/// the range is within the text that parseCounter() read.
[[nodiscard]] FilterResult<const EventFormat *> resolveCounter(const CounterSpec &spec,
                                                               const TraceFile &trace);

/// The counters that are known of the kernel's own events, as far as they were recorded.
[[nodiscard]] std::vector<CounterSpec> builtInCounters(const IndexSnapshot &index);

} // namespace thresher
