// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace thresher {

/// "indexing  43 %" on stderr while it lives, where that is a terminal, once it takes longer than
/// a moment.
class ProgressLine
{
public:
    /// `progress` must outlive the line.
    ProgressLine(std::string doing, const Progress &progress);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread; ///< Last, so that it is joined first.
};

} // namespace thresher
