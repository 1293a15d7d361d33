// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/stopsignals_p.h"

#include <cerrno>

namespace thresher {

namespace {

/// To the thread alone: it is to end. Nobody waits for it at the end of a program.
int endSignal()
{
    return SIGRTMIN;
}

} // namespace

StopSignals::StopSignals()
{
    ::sigemptyset(&m_signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action = {};
        // Who starts a program in the background has it ignore these.
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
            ::sigaddset(&m_signals, signal);
    }
    ::sigaddset(&m_signals, endSignal());
    sigset_t blocked = m_signals;
    ::sigaddset(&blocked, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &m_before);
    m_thread = std::jthread([this](const std::stop_token &end) {
        while (!end.stop_requested()) {
            const int signal = ::sigwaitinfo(&m_signals, nullptr);
            if (signal > 0 && signal != endSignal())
                m_stop.request_stop();
        }
    });
}

StopSignals::~StopSignals()
{
    m_thread.request_stop();
    ::pthread_kill(m_thread.native_handle(), endSignal());
    m_thread.join();
    // One that came from the limit would end the program now.
    sigset_t limit = {};
    ::sigemptyset(&limit);
    ::sigaddset(&limit, SIGXFSZ);
    const struct timespec now = {0, 0};
    while (::sigtimedwait(&limit, nullptr, &now) > 0) {}
    ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

} // namespace thresher
