// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/recorder/privileges.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"
#include "model/base/types.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace thresher::capture {

/// Where the pages of one CPU come from, and where they go.
struct PageSource
{
    std::uint16_t instance = 0;
    CpuId cpu = 0;
    UniqueFd raw; ///< trace_pipe_raw, non-blocking.
    UniqueFd file; ///< Empty regular file at its begin; invalid: into frames of the channel.
    std::uint32_t subBufferBytes = 4096;
    std::uint32_t bufferKb = 0; ///< Decides how often it is looked at.
};

/// Moves whole sub-buffers out of the kernel, spliced into files without being copied here, by few
/// threads that look at their CPUs at a pace that follows from the size of the buffers: being woken
/// by the kernel would cost those who are traced.
class PageReader
{
public:
    /// @param channel  for pages without files, else unused; outlives this.
    /// @param client  whom the threads become before they write files; none: they stay what they
    /// are.
    /// @param wakeUp  an eventfd that is written when reading failed; outlives this.
    PageReader(std::vector<PageSource> sources, Channel &channel, std::optional<Client> client,
               int wakeUp);
    ~PageReader(); ///< Stops without draining.
    PageReader(const PageReader &) = delete; // threads point into it
    PageReader &operator=(const PageReader &) = delete;

    /// Begins to read.
    void start();
    /// Reads all that is there, incomplete sub-buffers too, and ends the threads. Tracing is off
    /// before. Without start() only that is done.
    void drain();

    /// Instead of start(), of a ring that goes on: reads what it holds at this moment, and not much
    /// more, however much arrives meanwhile. @param bufferKb  of each CPU
    void readHeld(std::uint32_t bufferKb);

    /// Bytes of source `i` that are in its file or were sent.
    [[nodiscard]] std::uint64_t bytesRead(std::size_t i) const;
    /// Why reading ended early, if it did. A failed source's file ends with its last whole page.
    [[nodiscard]] std::optional<Error> failure() const;
    /// Bytes that left the kernel and could not be kept.
    [[nodiscard]] std::uint64_t bytesLost() const { return m_bytesLost; }

private:
    struct Stream
    {
        PageSource source;
        std::atomic<std::uint64_t> bytes{0};
        std::chrono::steady_clock::time_point lastMoved;
    };
    class Worker;

    template<typename Run>
    void startThreads(const Run &run);
    void run(const std::stop_token &stop, std::size_t first, std::size_t count);
    void runOnce(std::size_t first, std::size_t count, std::uint64_t most);
    void noteFailure(Error error);

    Channel &m_channel;
    std::optional<Client> m_client;
    int m_wakeUp;
    std::vector<std::unique_ptr<Stream>> m_streams;
    std::chrono::milliseconds m_pace{100};
    std::atomic<bool> m_drain{false};
    std::atomic<std::uint64_t> m_bytesLost{0};
    mutable std::mutex m_mutex;
    std::optional<Error> m_failure;
    std::vector<std::jthread> m_threads; ///< The last member: they end before the others go.
};

} // namespace thresher::capture
