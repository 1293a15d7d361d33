// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/trackview.h"

#include <algorithm>

namespace thresher {

inline TimeNs TrackView::begin(std::uint64_t i) const
{
    const std::uint64_t number = i / kBlockSlices;
    if (i >= begins.size() || number >= heads.size())
        return kTimeMax;
    const SliceBlockHead &head = heads[number];
    if (head.wide != SliceBlockHead::kNotWide) [[unlikely]] {
        const std::uint64_t at = (std::uint64_t{head.wide} * kBlockSlices + i % kBlockSlices) * 2;
        if (at < wide.size())
            return wide[at];
    }
    return static_cast<TimeNs>(static_cast<std::uint64_t>(head.base) + begins[i]);
}

inline std::uint32_t TrackView::value(std::uint64_t i) const
{
    const std::uint64_t number = i / kBlockSlices;
    if (i >= codes.size() || number >= heads.size())
        return kNoValue;
    const SliceBlockHead &head = heads[number];
    const std::uint8_t code = codes[i];
    const std::uint64_t at = head.dict + code;
    return code < head.dictSize && at < dict.size() && at >= code ? dict[at] : kNoValue;
}

inline Slice TrackView::slice(std::uint64_t i) const
{
    Slice slice{begin(i), 0, value(i)};
    if (i >= size) {
        slice.end = slice.begin;
        return slice;
    }
    if (isContiguous) {
        slice.end = i + 1 < size ? begin(i + 1) : end;
    } else {
        const std::uint64_t number = i / kBlockSlices;
        const std::uint64_t at
            = number < heads.size()
                  ? (std::uint64_t{heads[number].wide} * kBlockSlices + i % kBlockSlices) * 2 + 1
                  : 0;
        if (number < heads.size() && heads[number].wide != SliceBlockHead::kNotWide
            && at < wide.size())
            slice.end = wide[at];
        else if (i < lengths.size())
            slice.end = static_cast<TimeNs>(static_cast<std::uint64_t>(slice.begin) + lengths[i]);
    }
    slice.end = std::max(slice.end, slice.begin);
    return slice;
}

inline std::uint64_t TrackView::lowerBound(TimeNs time) const
{
    // As StreamView::lowerBound: blocks first, they are what stays in the caches.
    std::uint64_t low = 0;
    std::uint64_t high = std::min<std::uint64_t>(heads.size(),
                                                 (size + kBlockSlices - 1) / kBlockSlices);
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (heads[middle].base < time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    std::uint64_t first = (low - 1) * kBlockSlices;
    std::uint64_t last = std::min(size, low * kBlockSlices);
    while (first < last) {
        const std::uint64_t middle = first + (last - first) / 2;
        if (begin(middle) < time)
            first = middle + 1;
        else
            last = middle;
    }
    return first;
}

inline std::uint64_t TrackView::firstEndingAfter(TimeNs time) const
{
    if (size == 0 || (isContiguous && end <= time))
        return size;
    if (time == kTimeMax)
        return size;
    // Slices ascend and do not overlap, so all but the last of those that begin at or before `time`
    // have ended by then.
    const std::uint64_t after = lowerBound(time + 1);
    if (after > 0 && slice(after - 1).end > time)
        return after - 1;
    return after;
}

} // namespace thresher
