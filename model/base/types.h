// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

/// The words of the model. Times and counts are plain integers, since they are added and compared
/// everywhere; identifiers that must never be mixed up are scoped enumerations.
namespace thresher {

/// Nanoseconds on the trace's clock. A clock that does not count nanoseconds (x86-tsc without a
/// TSC2NSEC option, counter, …) gives its own ticks; TraceMetadata::clockIsNanoseconds tells.
using TimeNs = std::int64_t;
using DurationNs = std::int64_t;

inline constexpr TimeNs kTimeMin = std::numeric_limits<TimeNs>::min();
inline constexpr TimeNs kTimeMax = std::numeric_limits<TimeNs>::max();

/// Half-open: [begin, end). Empty where end <= begin.
struct TimeRange
{
    TimeNs begin = 0;
    TimeNs end = 0;

    [[nodiscard]] constexpr bool isEmpty() const { return end <= begin; }
    /// Saturates, so that a hostile file's [min, max] cannot overflow.
    [[nodiscard]] constexpr DurationNs duration() const
    {
        if (isEmpty())
            return 0;
        const auto length = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
        return length > static_cast<std::uint64_t>(kTimeMax) ? kTimeMax
                                                             : static_cast<DurationNs>(length);
    }
    [[nodiscard]] constexpr bool contains(TimeNs time) const { return begin <= time && time < end; }
    [[nodiscard]] constexpr bool overlaps(TimeRange other) const
    {
        return begin < other.end && other.begin < end;
    }
    [[nodiscard]] constexpr TimeRange intersected(TimeRange other) const
    {
        return {std::max(begin, other.begin), std::min(end, other.end)};
    }
    friend constexpr bool operator==(TimeRange, TimeRange) = default;
};

/// Number of a CPU as the kernel counts it; sparse in a trace of few CPUs of many.
using CpuId = std::uint32_t;
/// A thread id of the kernel (`common_pid`, what `ps` calls LWP). 0 is each CPU's idle task.
using Pid = std::int32_t;
/// Dense number of a stream: one CPU of one buffer instance. [0, TraceFile::streams().size()).
using StreamIndex = std::uint32_t;
/// Position of an event within its stream, in file order. [0, events of the stream).
using EventIndex = std::uint64_t;
/// Row of the merged table of all streams.
using Row = std::uint64_t;

/// Dense number of an event type (a format), in the file's order; see EventCatalog.
enum class EventTypeId : std::uint16_t {};
/// Dense number of a task; see TaskTable. The idle task (pid 0) of every CPU is kIdleTask.
enum class TaskId : std::uint32_t {};

inline constexpr TaskId kIdleTask{0};
/// "Not known which task": a stretch after lost events, say.
inline constexpr TaskId kNoTask{0xffffffffU};

[[nodiscard]] constexpr std::size_t toIndex(EventTypeId id)
{
    return static_cast<std::size_t>(id);
}
[[nodiscard]] constexpr std::size_t toIndex(TaskId id)
{
    return static_cast<std::size_t>(id);
}

} // namespace thresher
