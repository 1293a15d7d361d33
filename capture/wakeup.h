// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"

#include <functional>
#include <stop_token>

namespace thresher::capture {

/// Makes a stop token something that poll() can wait for.
class StopWakeup
{
public:
    explicit StopWakeup(const std::stop_token &stop);
    StopWakeup(const StopWakeup &) = delete; // the callback points to it
    StopWakeup &operator=(const StopWakeup &) = delete;

    /// Readable once, and as long as, a stop is asked for; -1 if there is no descriptor left.
    [[nodiscard]] int fd() const { return m_fd.get(); }

private:
    UniqueFd m_fd;
    std::stop_callback<std::function<void()>> m_callback;
};

} // namespace thresher::capture
