// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace thresher::capture {

/// Tells the client that work goes on, from a thread of its own, while a message takes long: the
/// kernel may be slow, and who waits cannot tell that from a recorder that hangs.
class Heartbeat
{
public:
    /// @param channel  outlives it. @param period  between two "working"; before the first, too.
    Heartbeat(Channel &channel, std::chrono::milliseconds period);
    Heartbeat(const Heartbeat &) = delete; // the thread points into it
    Heartbeat &operator=(const Heartbeat &) = delete;
    ~Heartbeat() = default;

    /// While one or more of these live, the client is told.
    class Beating
    {
    public:
        explicit Beating(Heartbeat &heart)
            : m_heart(heart)
        {
            m_heart.add(1);
        }
        ~Beating() { m_heart.add(-1); }
        Beating(const Beating &) = delete;
        Beating &operator=(const Beating &) = delete;

    private:
        Heartbeat &m_heart;
    };

private:
    void add(int count);
    void run(const std::stop_token &stop);

    Channel &m_channel;
    std::chrono::milliseconds m_period;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    int m_beating = 0; ///< How many Beatings there are.
    std::jthread m_thread; ///< The last member: it ends before the others go.
};

} // namespace thresher::capture
