// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <atomic>
#include <cstdint>

namespace thresher {

/// How far a long operation is; written by its workers, read by whoever watches. Lock-free.
class Progress
{
public:
    void setTotal(std::uint64_t total) { m_total.store(total, std::memory_order_relaxed); }
    void advance(std::uint64_t by) { m_done.fetch_add(by, std::memory_order_relaxed); }
    /// 0 to 1; 0 while the total is not known.
    [[nodiscard]] double fraction() const
    {
        const auto total = m_total.load(std::memory_order_relaxed);
        const auto done = m_done.load(std::memory_order_relaxed);
        return total == 0      ? 0.0
               : done >= total ? 1.0
                               : static_cast<double>(done) / static_cast<double>(total);
    }

private:
    std::atomic<std::uint64_t> m_total = 0;
    std::atomic<std::uint64_t> m_done = 0;
};

} // namespace thresher
