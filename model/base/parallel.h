// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

namespace thresher {

/// Does jobs 0 to `count` - 1, each once and begun in that order, on as many threads as pay off,
/// until asked to stop; returns when all threads have ended.
///
/// @param makeWorker  called on each thread: returns what it calls with a job's number, with the
/// state that this thread needs. Neither may throw.
template<typename MakeWorker>
void runJobs(std::size_t count, const std::stop_token &stop, MakeWorker makeWorker)
{
    if (count == 0)
        return;
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        auto work = makeWorker();
        for (;;) {
            const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
            if (i >= count || stop.stop_requested())
                return;
            work(i);
        }
    };
    const std::size_t threads = std::min<std::size_t>(
        std::max(1U, std::thread::hardware_concurrency()), count);
    std::vector<std::jthread> helpers;
    try {
        for (std::size_t i = 1; i < threads; ++i)
            helpers.emplace_back(run);
    } catch (const std::system_error &) {
        // No thread to be had: those that there are do all.
    }
    run();
}

} // namespace thresher
