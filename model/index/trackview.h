// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <array>
#include <span>

namespace thresher {

/// A stretch of time with a meaning: who ran, which interrupt was served. [begin, end).
struct Slice
{
    TimeNs begin = 0;
    TimeNs end = 0;
    std::uint32_t value = 0; ///< What the track says: a TaskId, an irq number, …

    friend bool operator==(const Slice &, const Slice &) = default;
};

/// "No slice here": gaps of a contiguous track. Equals kNoTask.
inline constexpr std::uint32_t kNoValue = 0xffffffffU;

/// Slices of a block.
inline constexpr std::uint32_t kBlockSlices = 256;
/// Slices under a node of the lowest level of a pyramid, and nodes under a node of the next.
inline constexpr std::uint32_t kPyramidLeaf = 32;
inline constexpr std::uint32_t kPyramidFan = 8;
inline constexpr std::size_t kPyramidLevels = 10; ///< 32 · 8^9 slices: more than there can be.

/// On disk as it is. Times of its slices are base + u32, or wide as in BlockHead.
struct SliceBlockHead
{
    TimeNs base = 0;
    std::uint64_t dict = 0; ///< Position of its values in TrackView::dict.
    /// Number in TrackView::wide (2 · kBlockSlices times: begin, end of each), or kNotWide.
    std::uint32_t wide = kNotWide;
    std::uint32_t dictSize = 0; ///< 1 to 256.

    static constexpr std::uint32_t kNotWide = 0xffffffffU;
};
static_assert(sizeof(SliceBlockHead) == 24);

/// Sum over a run of slices. Associative; on disk as it is.
struct PyramidNode
{
    /// ns of slices that count: value neither kNoValue nor TrackView::idle.
    std::uint64_t covered = 0;
    std::uint64_t dominant = 0; ///< ns of `value`; a lower bound above the lowest level.
    /// Covers most of the run, of the counted ones; kNoValue: none.
    std::uint32_t value = kNoValue;
    std::uint32_t count = 0; ///< Counted slices, saturating.
};
static_assert(sizeof(PyramidNode) == 24);

/// Slices that do not overlap, ascending, with a pyramid over them. A value of pointers, as
/// StreamView.
struct TrackView
{
    std::uint64_t size = 0; ///< Slices.
    bool isContiguous = false; ///< Each slice ends where the next begins; `lengths` is empty.
    std::uint32_t idle = kNoValue; ///< The value that means "nothing runs" (kIdleTask for running).
    TimeNs end = 0; ///< End of the last slice of a contiguous track.
    std::span<const SliceBlockHead> heads; ///< [ceil(size / kBlockSlices)]
    std::span<const std::uint32_t> begins; ///< [size], after the block's base
    std::span<const std::uint32_t> lengths; ///< [size] ns; empty if contiguous
    std::span<const std::uint8_t> codes; ///< [size], into the block's dictionary
    std::span<const std::uint32_t> dict;
    std::span<const TimeNs> wide;
    /// levels[0]: a node per kPyramidLeaf slices, levels[n + 1]: one per kPyramidFan of levels[n];
    /// only whole nodes of a growing track need be there, the rest is summed when asked for.
    std::array<std::span<const PyramidNode>, kPyramidLevels> levels;

    /// O(1); i < size, else an empty slice of kNoValue. Never ends before it begins.
    [[nodiscard]] Slice slice(std::uint64_t i) const;
    [[nodiscard]] TimeNs begin(std::uint64_t i) const; ///< O(1); i < size, else kTimeMax.
    [[nodiscard]] std::uint32_t value(std::uint64_t i) const; ///< O(1); i < size, else kNoValue.
    /// A slice of this value is summed by the pyramid.
    [[nodiscard]] bool counts(std::uint32_t value) const
    {
        return value != kNoValue && value != idle;
    }
    /// The first slice that ends after `time`; size if there is none. O(log size).
    [[nodiscard]] std::uint64_t firstEndingAfter(TimeNs time) const;
    /// The first slice that begins at or after `time`; size if there is none. O(log size).
    [[nodiscard]] std::uint64_t lowerBound(TimeNs time) const;
};

} // namespace thresher

#include "model/index/trackview_inl.h"
