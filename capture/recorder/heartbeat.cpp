// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/heartbeat.h"

namespace thresher::capture {

Heartbeat::Heartbeat(Channel &channel, std::chrono::milliseconds period)
    : m_channel(channel)
    , m_period(period)
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{}

void Heartbeat::add(int count)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_beating += count;
    }
    m_changed.notify_one();
}

void Heartbeat::run(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return m_beating > 0; }) && !stop.stop_requested()) {
        if (m_changed.wait_for(lock, stop, m_period, [this] { return m_beating == 0; })
            || stop.stop_requested())
            continue;
        // Not under the lock: a client that does not read must not hold up the end of the work.
        lock.unlock();
        // That it cannot be told is heard when the client is read from.
        static_cast<void>(m_channel.sendMessage(R"({"type":"working"})"));
        lock.lock();
    }
}

} // namespace thresher::capture
