// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/pyramid.h"

#include <limits>

namespace thresher {

namespace {

// Times come from files, so that even a sum of two may be more than there is.
template<typename T>
void addSaturating(T &sum, T value)
{
    constexpr auto kMax = std::numeric_limits<T>::max();
    sum = value > kMax - sum ? kMax : sum + value;
}

} // namespace

PyramidNode sumNodes(std::span<const PyramidNode> children)
{
    PyramidNode sum;
    for (std::size_t i = 0; i < children.size(); ++i) {
        const PyramidNode &child = children[i];
        addSaturating(sum.covered, child.covered);
        addSaturating(sum.count, child.count);
        if (child.value == kNoValue)
            continue;
        std::uint64_t ns = 0;
        for (std::size_t j = i; j < children.size(); ++j) {
            if (children[j].value == child.value)
                addSaturating(ns, children[j].dominant);
        }
        if (sum.value == kNoValue || ns > sum.dominant) {
            sum.value = child.value;
            sum.dominant = ns;
        }
    }
    return sum;
}

void LeafSum::add(std::uint32_t value, std::uint64_t ns)
{
    ++m_count;
    addSaturating(m_covered, ns);
    for (std::uint32_t i = 0; i < m_used; ++i) {
        if (m_parts[i].value == value) {
            addSaturating(m_parts[i].ns, ns);
            return;
        }
    }
    if (m_used < m_parts.size())
        m_parts[m_used++] = {value, ns};
}

PyramidNode LeafSum::sum() const
{
    PyramidNode node;
    node.covered = m_covered;
    node.count = m_count;
    for (std::uint32_t i = 0; i < m_used; ++i) {
        if (node.value == kNoValue || m_parts[i].ns > node.dominant) {
            node.value = m_parts[i].value;
            node.dominant = m_parts[i].ns;
        }
    }
    return node;
}

void LeafSum::clear()
{
    m_used = 0;
    m_count = 0;
    m_covered = 0;
}

TrackView Pyramid::over(TrackView track) const
{
    for (std::size_t level = 0; level < kPyramidLevels; ++level)
        track.levels[level] = levels[level];
    return track;
}

} // namespace thresher
