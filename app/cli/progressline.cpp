// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/progressline_p.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace thresher {

ProgressLine::ProgressLine(std::string doing, const Progress &progress)
{
    if (::isatty(STDERR_FILENO) == 0)
        return;
    m_thread = std::jthread(
        [this, doing = std::move(doing), &progress](const std::stop_token &stop) {
            using namespace std::chrono_literals;
            bool shown = false;
            std::unique_lock lock(m_mutex);
            while (!m_wake.wait_for(lock, stop, 300ms, [&] { return stop.stop_requested(); })
                   && !stop.stop_requested()) {
                std::fprintf(stderr, "\r%s %3.0f %%", doing.c_str(), 100 * progress.fraction());
                std::fflush(stderr);
                shown = true;
            }
            if (shown)
                std::fputs("\r\033[K", stderr);
        });
}

} // namespace thresher
