// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/selection.h"

#include "model/query/selectionbuilder_p.h"

#include <algorithm>
#include <bit>

namespace thresher {

namespace {

template<typename T>
bool holds(const std::vector<T> &sorted, T value)
{
    return !sorted.empty() && std::binary_search(sorted.begin(), sorted.end(), value);
}

} // namespace

bool ShowFilter::isEmpty() const
{
    return hiddenCpus.empty() && hiddenTasks.empty() && hiddenEvents.empty() && !hideOtherTasks;
}

bool ShowFilter::showsCpu(CpuId cpu) const
{
    return !holds(hiddenCpus, cpu);
}

bool ShowFilter::showsTask(TaskId task) const
{
    return !(hideOtherTasks && toIndex(task) >= knownTasks) && !holds(hiddenTasks, task);
}

bool ShowFilter::showsEvent(EventTypeId event) const
{
    return !holds(hiddenEvents, event);
}

bool StreamSelection::contains(EventIndex i) const
{
    if (i >= m_size || m_bits.empty())
        return false;
    const std::uint64_t word = m_bits[i / kBlockEvents][i % kBlockEvents / 64];
    return (word >> (i % 64) & 1) != 0;
}

std::uint64_t StreamSelection::rank(EventIndex i) const
{
    if (m_before.empty())
        return 0;
    if (i >= m_size)
        return m_before.back();
    const Bits &bits = m_bits[i / kBlockEvents];
    std::uint64_t count = m_before[i / kBlockEvents];
    const std::size_t word = i % kBlockEvents / 64;
    for (std::size_t w = 0; w < word; ++w)
        count += static_cast<std::uint64_t>(std::popcount(bits[w]));
    const std::uint64_t below = (std::uint64_t{1} << (i % 64)) - 1;
    return count + static_cast<std::uint64_t>(std::popcount(bits[word] & below));
}

EventIndex StreamSelection::select(std::uint64_t n) const
{
    if (m_before.empty() || n >= m_before.back())
        return m_size;
    const auto after = std::upper_bound(m_before.begin(), m_before.end(), n);
    const auto block = static_cast<std::size_t>(after - m_before.begin()) - 1;
    std::uint64_t left = n - m_before[block];
    for (std::size_t w = 0; w < m_bits[block].size(); ++w) {
        std::uint64_t word = m_bits[block][w];
        const auto here = static_cast<std::uint64_t>(std::popcount(word));
        if (left >= here) {
            left -= here;
            continue;
        }
        for (; left > 0; --left)
            word &= word - 1; // drops the lowest bit
        return block * kBlockEvents + w * 64 + static_cast<std::uint64_t>(std::countr_zero(word));
    }
    return m_size;
}

EventIndex StreamSelection::next(EventIndex i) const
{
    if (i >= m_size || m_bits.empty())
        return m_size;
    const std::uint64_t block = i / kBlockEvents;
    std::size_t w = i % kBlockEvents / 64;
    std::uint64_t word = m_bits[block][w] & (~std::uint64_t{0} << (i % 64));
    while (word == 0 && ++w < m_bits[block].size())
        word = m_bits[block][w];
    if (word != 0) {
        return block * kBlockEvents + w * 64 + static_cast<std::uint64_t>(std::countr_zero(word));
    }
    return select(m_before[block + 1]);
}

} // namespace thresher
