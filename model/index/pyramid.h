// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/trackview.h"

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace thresher {

/// The sum of up to kPyramidFan nodes that follow each other: exact in covered and count; the
/// dominant value is the one with the largest sum of what the children know. O(n²) of n children.
[[nodiscard]] PyramidNode sumNodes(std::span<const PyramidNode> children);

/// Sums up to kPyramidLeaf slices into a node of the lowest level, exactly.
class LeafSum
{
public:
    /// A slice that counts, of `ns`. O(distinct values).
    void add(std::uint32_t value, std::uint64_t ns);
    [[nodiscard]] PyramidNode sum() const;
    void clear();

private:
    struct Part
    {
        std::uint32_t value = 0;
        std::uint64_t ns = 0;
    };
    std::array<Part, kPyramidLeaf> m_parts{}; // m_used of them; each add() makes at most one
    std::uint32_t m_used = 0;
    std::uint32_t m_count = 0;
    std::uint64_t m_covered = 0;
};

/// Makes the nodes of a pyramid from slices that arrive one after the other, each when it is whole.
class PyramidBuilder
{
public:
    /// One more slice; `counts` is false for idle, unknown and filtered ones.
    /// @param sink  called as sink(level, node) for each node that this completes; in order per
    /// level.
    template<typename Sink>
    void add(bool counts, std::uint32_t value, std::uint64_t ns, Sink &&sink)
    {
        if (counts)
            m_leaf.add(value, ns);
        if (++m_slices < kPyramidLeaf) [[likely]]
            return;
        m_slices = 0;
        PyramidNode node = m_leaf.sum();
        m_leaf.clear();
        for (std::size_t level = 0; level < kPyramidLevels; ++level) {
            sink(level, node);
            auto &pending = m_pending[level];
            pending[m_used[level]++] = node;
            if (m_used[level] < kPyramidFan)
                return;
            m_used[level] = 0;
            node = sumNodes(pending);
        }
    }

private:
    LeafSum m_leaf;
    std::uint32_t m_slices = 0;
    std::array<std::uint32_t, kPyramidLevels> m_used{};
    std::array<std::array<PyramidNode, kPyramidFan>, kPyramidLevels> m_pending{};
};

/// A pyramid in memory, as a filtered track has.
struct Pyramid
{
    std::array<std::vector<PyramidNode>, kPyramidLevels> levels;

    /// `track` with these levels instead of its own; valid as long as both are.
    [[nodiscard]] TrackView over(TrackView track) const;
};

/// The pyramid of `track` where only slices count that track.counts() and whose value passes
/// `predicate(std::uint32_t value) → bool`; only whole nodes, as in TrackView::levels. O(slices),
/// some 10 ns each; 0.85 bytes a slice. Stops early, with what it has, when asked to.
template<typename Predicate>
[[nodiscard]] Pyramid buildPyramid(const TrackView &track, Predicate &&predicate,
                                   const std::stop_token &stop = {})
{
    Pyramid pyramid;
    PyramidBuilder builder;
    const auto sink = [&pyramid](std::size_t level, const PyramidNode &node) {
        pyramid.levels[level].push_back(node);
    };
    for (std::uint64_t i = 0; i < track.size; ++i) {
        if (i % (std::uint64_t{1} << 16U) == 0 && stop.stop_requested())
            break;
        const Slice slice = track.slice(i);
        builder.add(track.counts(slice.value) && predicate(slice.value), slice.value,
                    static_cast<std::uint64_t>(slice.end) - static_cast<std::uint64_t>(slice.begin),
                    sink);
    }
    return pyramid;
}

} // namespace thresher
