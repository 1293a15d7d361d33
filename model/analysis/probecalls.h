// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventplaces.h"
#include "model/analysis/latency.h"
#include "model/analysis/probevalue.h"

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// What slices of TrackClass::Probe were called with, and what they gave: read from their events
/// when it is shown, since the pass over the trace keeps times only.
namespace thresher {

class RowPrinter;

/// A value that a probe recorded.
struct ProbedValue
{
    std::string name;
    std::string text; ///< As the event prints it.
    std::optional<std::int64_t> number; ///< If that is a decimal number.

    /// A string without its quotes.
    [[nodiscard]] std::string_view bare() const;
    friend bool operator==(const ProbedValue &, const ProbedValue &) = default;
};

struct ProbedCall
{
    std::string function;
    PairPlaces places; ///< Of its entry and its return; no end: that was not recorded.
    std::vector<ProbedValue> arguments;
    std::vector<ProbedValue> results;
    bool isUnfinished = false; ///< As ProbeValue.

    /// `vfs_read count=65536 → 65536`; with "→ ?" where the return is not known. Results have names
    /// where there are several, or where the name says more than that it is one.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string argumentsText() const; ///< "fd=3 count=65536"
    [[nodiscard]] std::string resultText() const; ///< "65536"; empty: it recorded none.
};

/// The events of a call. @param task  whose it is; kIdleTask: of the CPU. O(streams · log events).
[[nodiscard]] PairPlaces probePlaces(const Analysis &analysis, TaskId task,
                                     const PlacedSlice &slice);

/// All of a call. Takes some 10 µs, more where pages must be unpacked.
/// @param printer  of the analysis' snapshot, or a later one of the trace.
[[nodiscard]] ProbedCall probedCall(RowPrinter &printer, const Analysis &analysis, TaskId task,
                                    const PlacedSlice &slice);

/// The numbers of the probes of a name, as latencyValue() has them; several events may be of one
/// function. Empty: there is none.
[[nodiscard]] std::vector<std::uint32_t> probesNamed(const Analysis &analysis,
                                                     std::string_view name);

/// Whose a track of calls is.
[[nodiscard]] inline TaskId taskOfOwner(std::uint32_t owner)
{
    return isCpuOwner(owner) ? kIdleTask : TaskId{owner};
}

/// Calls as a table: a column for each name of an argument or result.
struct ProbedCallTable
{
    std::vector<std::string> arguments; ///< Names, as they are found first.
    std::vector<std::string> results;
    struct Row
    {
        std::vector<std::optional<ProbedValue>> arguments; ///< [arguments]
        std::vector<std::optional<ProbedValue>> results; ///< [results]
    };
    std::vector<Row> rows;

    static constexpr std::size_t kMostColumns = 32; ///< Of each; others are left out.
};
/// Of rows of LatencyKind::Probe. @param rows  no more than are wanted: probedCall() for each.
/// Fails with Cancelled.
[[nodiscard]] Result<ProbedCallTable> probedCalls(const Analysis &analysis,
                                                  std::span<const LatencyRow> rows,
                                                  const std::stop_token &stop);

} // namespace thresher
