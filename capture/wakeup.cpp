// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/wakeup.h"

#include <sys/eventfd.h>

#include <cstdint>

namespace thresher::capture {

StopWakeup::StopWakeup(const std::stop_token &stop)
    : m_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_callback(stop, [this] { ::eventfd_write(m_fd.get(), 1); })
{}

} // namespace thresher::capture
