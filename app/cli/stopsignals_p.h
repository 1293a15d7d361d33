// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace thresher {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask to stop instead of ending the program at once,
/// and a limit of file sizes is an error of write() instead of a signal. To be made before other
/// threads are, which take over what is blocked. One at a time.
class StopSignals
{
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals &) = delete; // the thread points to it
    StopSignals &operator=(const StopSignals &) = delete;

    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    sigset_t m_signals = {};
    sigset_t m_before = {};
    std::jthread m_thread;
};

} // namespace thresher
