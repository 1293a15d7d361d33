// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/streambuilder_p.h"

namespace thresher {

/// The events of a stream that do not make a whole block yet.
struct StreamBuilder::Block
{
    std::array<TimeNs, kBlockEvents> times{};
    std::array<std::uint8_t, kBlockEvents> eventCodes{};
    std::array<std::uint8_t, kBlockEvents> taskCodes{};
    std::array<EventTypeId, kBlockEvents> eventDict{};
    std::array<TaskId, kBlockEvents> taskDict{};
    std::array<Pid, kBlockEvents> pids{}; ///< Of taskDict.
    std::uint32_t eventDictSize = 0;
    std::uint32_t taskDictSize = 0;
    std::uint32_t counted = 0; ///< Events that are in the worker's counts already.
};

} // namespace thresher
