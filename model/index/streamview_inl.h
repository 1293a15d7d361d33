// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/streamview.h"

#include <algorithm>

namespace thresher {

inline StreamView::Block StreamView::block(std::uint64_t number) const
{
    Block block;
    const std::uint64_t first = number * kBlockEvents;
    const std::uint64_t held = std::min({size, std::uint64_t{times.size()},
                                         std::uint64_t{eventCodes.size()},
                                         std::uint64_t{taskCodes.size()}});
    if (number >= heads.size() || first >= held)
        return block;
    const BlockHead &head = heads[number];
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>(kBlockEvents, held - first));
    block.first = first;
    block.base = head.base;
    block.times = times.subspan(first, count);
    block.eventCodes = eventCodes.subspan(first, count);
    block.taskCodes = taskCodes.subspan(first, count);
    const std::uint64_t wideFirst = std::uint64_t{head.wide} * kBlockEvents;
    if (head.wide != BlockHead::kNotWide && wideFirst + count <= wideTimes.size())
        block.wide = wideTimes.subspan(wideFirst, count);
    // Codes are bytes: what a damaged head has beyond kBlockEvents nobody can mean.
    if (head.eventDict <= eventDict.size()) {
        block.eventDict = eventDict.subspan(
            head.eventDict, std::min({std::size_t{head.eventDictSize}, std::size_t{kBlockEvents},
                                      eventDict.size() - head.eventDict}));
    }
    if (head.taskDict <= taskDict.size()) {
        block.taskDict = taskDict.subspan(
            head.taskDict, std::min({std::size_t{head.taskDictSize}, std::size_t{kBlockEvents},
                                     taskDict.size() - head.taskDict}));
    }
    return block;
}

inline TimeNs StreamView::time(EventIndex i) const
{
    const std::uint64_t number = i / kBlockEvents;
    if (i >= times.size() || number >= heads.size())
        return kTimeMin;
    const BlockHead &head = heads[number];
    if (head.wide != BlockHead::kNotWide) [[unlikely]] {
        const std::uint64_t at = std::uint64_t{head.wide} * kBlockEvents + i % kBlockEvents;
        if (at < wideTimes.size())
            return wideTimes[at];
    }
    return static_cast<TimeNs>(static_cast<std::uint64_t>(head.base) + times[i]);
}

inline EventTypeId StreamView::event(EventIndex i) const
{
    const std::uint64_t number = i / kBlockEvents;
    if (i >= eventCodes.size() || number >= heads.size())
        return EventTypeId{};
    const BlockHead &head = heads[number];
    const std::uint8_t code = eventCodes[i];
    const std::uint64_t at = head.eventDict + code;
    // The second: a position that wrapped around.
    return code < head.eventDictSize && at < eventDict.size() && at >= code ? eventDict[at]
                                                                            : EventTypeId{};
}

inline TaskId StreamView::task(EventIndex i) const
{
    const std::uint64_t number = i / kBlockEvents;
    if (i >= taskCodes.size() || number >= heads.size())
        return kNoTask;
    const BlockHead &head = heads[number];
    const std::uint8_t code = taskCodes[i];
    const std::uint64_t at = head.taskDict + code;
    return code < head.taskDictSize && at < taskDict.size() && at >= code ? taskDict[at] : kNoTask;
}

inline EventIndex StreamView::lowerBound(TimeNs time, EventIndex first, EventIndex last) const
{
    last = std::min(last, size);
    if (first >= last)
        return last;
    // The first block that begins at or after `time`: the answer is its first event, or lies in the
    // block before it.
    std::uint64_t low = first / kBlockEvents;
    std::uint64_t high = std::min<std::uint64_t>((last - 1) / kBlockEvents + 1, heads.size());
    const std::uint64_t lowest = low;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (heads[middle].base < time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == lowest)
        return first;
    EventIndex begin = std::max(first, (low - 1) * kBlockEvents);
    EventIndex end = std::min(last, low * kBlockEvents);
    while (begin < end) {
        const EventIndex middle = begin + (end - begin) / 2;
        if (this->time(middle) < time)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

inline std::size_t StreamView::pageOf(EventIndex i) const
{
    const auto after = std::upper_bound(
        pages.begin(), pages.end(), i,
        [](EventIndex event, const PageEntry &page) { return event < page.firstEvent; });
    return after == pages.begin() ? pages.size()
                                  : static_cast<std::size_t>(after - pages.begin()) - 1;
}

} // namespace thresher
