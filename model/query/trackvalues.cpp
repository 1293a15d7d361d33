// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/gridbounds.h"
#include "model/query/trackpart.h"

#include <algorithm>

namespace thresher {

std::uint64_t seekForward(const TrackView &track, std::uint64_t i, TimeNs time)
{
    const std::uint64_t blocks = std::min<std::uint64_t>(
        track.heads.size(), (track.size + kBlockSlices - 1) / kBlockSlices);
    std::uint64_t block = i / kBlockSlices;
    if (block >= blocks)
        return track.size;
    const auto isBefore = [&](std::uint64_t number) {
        return number < blocks && track.heads[number].base < time;
    };
    // The last block that begins before `time`: by ever wider steps, then narrower ones.
    std::uint64_t step = 1;
    for (; isBefore(block + step); step *= 2)
        block += step;
    for (step /= 2; step > 0; step /= 2)
        block += isBefore(block + step) ? step : 0;
    std::uint64_t first = std::max(i, block * kBlockSlices);
    std::uint64_t last = std::min(track.size, (block + 1) * kBlockSlices);
    const SliceBlockHead &head = track.heads[block];
    if (head.wide != SliceBlockHead::kNotWide || last > track.begins.size() || time <= head.base)
        [[unlikely]] {
        while (first < last) {
            const std::uint64_t middle = first + (last - first) / 2;
            if (track.begin(middle) < time)
                first = middle + 1;
            else
                last = middle;
        }
        return first;
    }
    const auto since = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(head.base);
    // Without a branch: which half it is in cannot be guessed.
    while (last > first) {
        const std::uint64_t half = (last - first) / 2;
        const bool isLater = track.begins[first + half] < since;
        first = isLater ? first + half + 1 : first;
        last = isLater ? last : first + half;
    }
    return first;
}

namespace {

/// The first slice of `value` from slice `i` on; the track's size if there is none. Blocks whose
/// dictionaries lack it are not read.
std::uint64_t nextOf(const TrackView &track, std::uint32_t value, std::uint64_t i)
{
    while (i < track.size) {
        const std::uint64_t block = i / kBlockSlices;
        if (block >= track.heads.size())
            break;
        const SliceBlockHead &head = track.heads[block];
        const auto dict = track.dict.subspan(std::min<std::uint64_t>(head.dict, track.dict.size()));
        const auto size = std::min<std::size_t>(head.dictSize, dict.size());
        const auto *const known = std::find(dict.data(), dict.data() + size, value);
        const std::uint64_t end = std::min<std::uint64_t>(
            {(block + 1) * kBlockSlices, track.size, track.codes.size()});
        if (known != dict.data() + size && i < end) {
            const auto code = static_cast<std::uint8_t>(known - dict.data());
            const auto *const codes = track.codes.data();
            const auto *const found = std::find(codes + i, codes + end, code);
            if (found != codes + end)
                return static_cast<std::uint64_t>(found - codes);
        }
        i = (block + 1) * kBlockSlices;
    }
    return track.size;
}

/// The first slice from `i` on that reaches behind `time`, or takes no time and is there.
std::uint64_t seek(const TrackView &track, std::uint64_t i, TimeNs time)
{
    const std::uint64_t behind = seekForward(track, i, time);
    const bool isOver = behind > i && track.slice(behind - 1).end > time;
    return isOver ? behind - 1 : behind;
}

} // namespace

void findValue(const TrackView &track, std::uint32_t value, const PixelGrid &grid,
               std::span<TrackColumn> out)
{
    const GridBounds &bounds = GridBounds::of(grid);
    if (bounds.isEmpty() || out.size() < bounds.columns())
        return;
    const TimeRange range = bounds.range();
    std::uint64_t i = seek(track, 0, range.begin);
    for (;;) {
        i = nextOf(track, value, i);
        const Slice slice = track.slice(i);
        if (i >= track.size || slice.begin >= range.end)
            return;
        const TimeNs begin = std::max(slice.begin, range.begin);
        const TimeNs end = std::min(slice.end, range.end);
        const std::uint32_t first = bounds.columnOf(begin);
        const std::uint32_t last = end > begin ? bounds.columnOf(end - 1) : first;
        for (std::uint32_t x = first; x <= last; ++x)
            out[x].flags = static_cast<std::uint16_t>(out[x].flags | kTrackHolds);
        if (last + 1 >= bounds.columns())
            return;
        // What else lies in these columns has nothing to add.
        i = seek(track, i + 1, bounds.first(last + 1));
    }
}

} // namespace thresher
