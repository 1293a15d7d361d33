// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"
#include "model/index/trackview.h"
#include "model/io/pagereader.h"

#include <span>

namespace thresher {

/// Events of a block; the last one of a stream may be shorter.
inline constexpr std::uint32_t kBlockEvents = 256;

/// What a block of kBlockEvents events of one stream has in common. On disk as it is.
///
/// Times are `base + u32`. A block whose span does not fit 32 bits has its times in the wide column
/// instead. Event types and tasks are one-byte codes into the block's own dictionaries, so a block
/// that lacks an event or a task is known, and skipped, without reading its codes.
struct BlockHead
{
    TimeNs base = 0; ///< Time of its first event.
    std::uint64_t eventDict = 0; ///< Position of its event types in StreamView::eventDict.
    std::uint64_t taskDict = 0; ///< Position of its tasks in StreamView::taskDict.
    std::uint32_t wide = kNotWide; ///< Number of its kBlockEvents times in StreamView::wideTimes.
    std::uint16_t eventDictSize = 0; ///< 1 to 256.
    std::uint16_t taskDictSize = 0; ///< 1 to 256.

    static constexpr std::uint32_t kNotWide = 0xffffffffU;
};
static_assert(sizeof(BlockHead) == 32);

/// One page of the ring buffer that holds at least one event. On disk as it is.
struct PageEntry
{
    std::uint64_t number = 0; ///< Of the page within its stream; see PageReader::page.
    EventIndex firstEvent = 0; ///< Events of the stream before this page.
};
static_assert(sizeof(PageEntry) == 16);

/// Events that were recorded and lost, or could not be read, between two events of a stream.
struct LostSpan
{
    TimeNs begin = 0; ///< Time of the last event before, or of the trace's begin.
    TimeNs end = 0; ///< Time of the first event after, or `begin` if there is none.
    EventIndex before = 0; ///< The event that follows the loss; StreamView::size: none does.
    std::int64_t count = -1; ///< Events; -1: not known. Of a stream that was cut short: -1.
};
static_assert(sizeof(LostSpan) == 32);

/// No event follows: what was lost may reach to the end of the trace.
[[nodiscard]] constexpr bool isOpenEnded(const LostSpan &span, EventIndex streamSize)
{
    return span.before >= streamSize;
}

/// The columns of one stream, as far as they are built: a value of pointers into mapped (or, in
/// tests, heap) memory that IndexSnapshot::storage keeps alive. Reading is lock-free and
/// thread-safe.
///
/// Times never decrease (a stamp smaller than its predecessor's is stored as its predecessor's).
/// Nothing read here is trusted: any bytes in the columns give some answer, and no access outside.
/// A reopened index may be damaged: times may then descend, and ids be larger than the tables that
/// they are looked up in. Bound whatever is used as a subscript; TaskTable and EventCatalog do.
struct StreamView
{
    EventIndex size = 0; ///< Events.
    std::span<const BlockHead> heads; ///< [ceil(size / kBlockEvents)]
    std::span<const std::uint32_t> times; ///< [size], after the block's base
    std::span<const std::uint8_t> eventCodes; ///< [size]
    /// [size]; kNoTask for records without a pid, or with one that no kernel gives (above 2²²).
    std::span<const std::uint8_t> taskCodes;
    std::span<const EventTypeId> eventDict;
    std::span<const TaskId> taskDict;
    std::span<const TimeNs> wideTimes; ///< [kBlockEvents × wide blocks]
    std::span<const PageEntry> pages; ///< Ascending in both members.
    std::span<const Chunk> chunks; ///< Of a compressed stream; else empty.
    std::span<const LostSpan> lost; ///< Ascending.
    /// Who ran, from sched_switch; values are TaskId; contiguous, from the first event to the last.
    /// Up to the first switch it is that one's previous task. kNoTask: not known, which is from the
    /// last event before a loss to the first one after it, whose own task then runs; and before the
    /// last loss if the first switch comes later. Empty in streams without a switch.
    TrackView running;
    /// Interrupts served, from irq_handler_entry to _exit; values are irq numbers. One that
    /// interrupts another cuts it in two. An exit without entry is left out; an entry without exit
    /// ends with the last event before a loss or at the end, is forgotten when the same one is
    /// entered again, or when one that it had interrupted goes on. Before the first exit of a
    /// stream there are none of those: exits may not be recorded at all.
    TrackView irq;
    TrackView softirq; ///< The same of softirq_entry and _exit; values are vectors.

    /// One block with its dictionaries; all spans bounds-checked against each other.
    struct Block
    {
        EventIndex first = 0;
        TimeNs base = 0;
        /// [n ≤ kBlockEvents]; meaningless if `wide` is not empty.
        std::span<const std::uint32_t> times;
        std::span<const TimeNs> wide; ///< [n] or empty
        std::span<const std::uint8_t> eventCodes; ///< [n]
        std::span<const std::uint8_t> taskCodes; ///< [n]
        std::span<const EventTypeId> eventDict; ///< [≤ kBlockEvents]
        std::span<const TaskId> taskDict; ///< [≤ kBlockEvents]

        [[nodiscard]] std::size_t size() const { return times.size(); }
        [[nodiscard]] TimeNs time(std::size_t i) const
        {
            // Wraps where a damaged index says so: signed overflow would be undefined.
            return wide.empty() ? static_cast<TimeNs>(static_cast<std::uint64_t>(base) + times[i])
                                : wide[i];
        }
        /// Type 0 for a code that is not in the dictionary (a damaged index).
        [[nodiscard]] EventTypeId event(std::size_t i) const
        {
            return eventCodes[i] < eventDict.size() ? eventDict[eventCodes[i]] : EventTypeId{};
        }
        [[nodiscard]] TaskId task(std::size_t i) const
        {
            return taskCodes[i] < taskDict.size() ? taskDict[taskCodes[i]] : kNoTask;
        }
    };

    [[nodiscard]] std::uint64_t blockCount() const { return heads.size(); }
    /// @param number  < blockCount(), else an empty block. O(1).
    [[nodiscard]] Block block(std::uint64_t number) const;

    /// O(1); i < size, else kTimeMin, type 0 or kNoTask.
    [[nodiscard]] TimeNs time(EventIndex i) const;
    [[nodiscard]] EventTypeId event(EventIndex i) const;
    [[nodiscard]] TaskId task(EventIndex i) const;

    /// The first event whose time is ≥ `time`; size if there is none. O(log size).
    [[nodiscard]] EventIndex lowerBound(TimeNs time) const { return lowerBound(time, 0, size); }
    /// The same within [first, last), which must hold the answer or be where it would be.
    [[nodiscard]] EventIndex lowerBound(TimeNs time, EventIndex first, EventIndex last) const;

    /// The page that holds event i, as position in `pages`; pages.size() if there is none (a
    /// damaged index). O(log pages). i < size.
    [[nodiscard]] std::size_t pageOf(EventIndex i) const;
};

} // namespace thresher

#include "model/index/streamview_inl.h"
