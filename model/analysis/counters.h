// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/counterspec.h"
#include "model/query/lanes.h"

#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace thresher {

struct Analysis;

/// One series of a counter.
struct CounterKey
{
    std::uint32_t counter = 0; ///< In Analysis::counters.
    std::int64_t key = 0; ///< A TaskId or CPU of `task` and `cpu`; 0 without a key.

    friend auto operator<=>(const CounterKey &, const CounterKey &) = default;
};

struct CounterSeries
{
    std::int64_t key = 0;
    std::uint64_t samples = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    TimeRange range; ///< From the first sample to the last one; closed.
};

/// What was found of one counter.
struct CounterSummary
{
    CounterSpec spec;
    bool isBuiltIn = false;
    bool isRecorded = false; ///< Its event is in the trace.
    std::optional<FilterError> error; ///< Why it makes no sense for the trace.
    std::vector<CounterSeries> series; ///< Ascending by key; kMostSeries at most.
    std::uint64_t leftOut = 0; ///< Samples of further keys.

    static constexpr std::size_t kMostSeries = 4096;
};

/// Samples below a node of the lowest level, and nodes below one of the next.
inline constexpr std::size_t kCounterLeaf = 32;
inline constexpr std::size_t kCounterFan = 8;
inline constexpr std::size_t kCounterLevels = 10;

struct CounterNode
{
    std::int64_t min = 0;
    std::int64_t max = 0;
};

/// The samples of one series in one stretch of the trace.
struct CounterView
{
    std::span<const TimeNs> times; ///< Ascending.
    std::span<const std::int64_t> values; ///< [times]
    /// levels[0]: a node for each kCounterLeaf samples; whole ones only.
    std::array<std::span<const CounterNode>, kCounterLevels> levels;

    /// Of samples [first, last), which are not empty and within. O(log).
    [[nodiscard]] CounterNode bounds(std::size_t first, std::size_t last) const;
};

struct CounterEntry
{
    CounterKey key;
    std::uint64_t offset = 0; ///< Of its bytes.
    std::uint64_t size = 0; ///< Samples.
};

/// The samples of all series in one stretch of the trace. Immutable; its bytes are mapped.
struct CounterSegment
{
    std::vector<CounterEntry> entries; ///< Ascending by key.
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> storage; ///< Keeps them.

    /// nullopt if there is none. O(log series).
    [[nodiscard]] std::optional<CounterView> find(const CounterKey &key) const;
    /// O(1); nullopt if the entry is empty, or lies outside the bytes.
    [[nodiscard]] std::optional<CounterView> view(const CounterEntry &entry) const;
};

/// What a series was within a pixel column.
struct CounterColumn
{
    std::int64_t min = 0; ///< With what held at its begin.
    std::int64_t max = 0;
    std::int64_t last = 0; ///< What holds at its end.
    bool isKnown = false; ///< False before the first sample.
    bool hasSamples = false;
};

/// @param out  [grid.columns]. Exact. O((segments + columns) · log samples). Thread: any.
void sampleCounter(const Analysis &analysis, const CounterKey &key, const PixelGrid &grid,
                   std::span<CounterColumn> out);
/// The same of all series of a counter: the least and largest of them. Of more than
/// kMostSeriesOfALane, the rest counts with its bounds over the whole trace from its first sample
/// on.
/// @param counter  in Analysis::counters.
void sampleCounters(const Analysis &analysis, std::uint32_t counter, const PixelGrid &grid,
                    std::span<CounterColumn> out);
inline constexpr std::size_t kMostSeriesOfALane = 512;

struct CounterSample
{
    TimeNs time = 0;
    std::int64_t value = 0;
};
/// The last sample at or before `time`; the first one behind it. O(segments · log samples).
[[nodiscard]] std::optional<CounterSample> sampleBefore(const Analysis &analysis,
                                                        const CounterKey &key, TimeNs time);
[[nodiscard]] std::optional<CounterSample> sampleAfter(const Analysis &analysis,
                                                       const CounterKey &key, TimeNs time);
/// What holds at `time`: the last sample at or before it. O(segments · log samples).
[[nodiscard]] std::optional<std::int64_t> counterAt(const Analysis &analysis, const CounterKey &key,
                                                    TimeNs time);

} // namespace thresher
