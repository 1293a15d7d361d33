// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/analysis.h"

#include <algorithm>
#include <atomic>

namespace thresher {

namespace {

auto firstTrack(const Analysis &analysis, const TrackKey &key)
{
    return std::lower_bound(
        analysis.tracks.begin(), analysis.tracks.end(), key,
        [](const TrackSummary &track, const TrackKey &wanted) { return track.key < wanted; });
}

PlacedSlice placed(const TrackPart &part, std::uint64_t i)
{
    return {part.slices.slice(i), part.cpu(i)};
}

} // namespace

std::uint64_t newAnalysisId()
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

const TrackSummary *Analysis::find(const TrackKey &key) const
{
    const auto at = firstTrack(*this, key);
    return at != tracks.end() && at->key == key ? &*at : nullptr;
}

std::span<const TrackSummary> Analysis::between(const TrackKey &first, const TrackKey &last) const
{
    const auto begin = firstTrack(*this, first);
    const auto end = std::upper_bound(
        begin, tracks.end(), last,
        [](const TrackKey &wanted, const TrackSummary &track) { return wanted < track.key; });
    return {begin, end};
}

std::uint16_t Analysis::depths(TrackClass what, std::uint8_t group, std::uint32_t owner) const
{
    const auto found = between({what, group, owner, 0}, {what, group, owner, 0xffff});
    return found.empty() ? std::uint16_t{0}
                         : static_cast<std::uint16_t>(found.back().key.depth + 1);
}

std::optional<PlacedSlice> sliceAt(const Analysis &analysis, const TrackKey &key, TimeNs time)
{
    for (const auto &segment : analysis.segments) {
        const auto part = segment->find(key);
        if (!part || part->slices.end <= time)
            continue;
        const std::uint64_t i = part->slices.firstEndingAfter(time);
        if (i < part->slices.size && part->slices.begin(i) <= time)
            return placed(*part, i);
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<PlacedSlice> nextSlice(const Analysis &analysis, const TrackKey &key, TimeNs time)
{
    for (const auto &segment : analysis.segments) {
        const auto part = segment->find(key);
        if (!part || part->slices.end < time || time == kTimeMax)
            continue;
        const std::uint64_t i = part->slices.lowerBound(time + 1);
        if (i < part->slices.size)
            return placed(*part, i);
    }
    return std::nullopt;
}

std::optional<PlacedSlice> previousSlice(const Analysis &analysis, const TrackKey &key, TimeNs time)
{
    for (auto at = analysis.segments.rbegin(); at != analysis.segments.rend(); ++at) {
        const auto part = (*at)->find(key);
        if (!part)
            continue;
        const std::uint64_t i = part->slices.lowerBound(time);
        if (i > 0)
            return placed(*part, i - 1);
    }
    return std::nullopt;
}

} // namespace thresher
