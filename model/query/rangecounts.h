// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <map>
#include <stop_token>
#include <vector>

namespace thresher {

/// What there is in a range of time.
struct RangeCounts
{
    struct Cpu
    {
        std::uint64_t events = 0;
        std::uint64_t lostSpans = 0; ///< That touch the range.
        std::uint64_t lostEvents = 0; ///< Of those whose count is known.
        std::uint64_t unknownLosses = 0; ///< Spans of which it is not.
    };
    std::uint64_t events = 0;
    std::map<CpuId, Cpu> cpus; ///< Of the shown CPUs that have a stream.
    std::vector<std::uint64_t> perType; ///< [EventCatalog::all().size()]
    std::vector<std::uint64_t> perTask; ///< [tasks->size()]; what no task of the table did is not
                                        ///< counted here.
    std::uint64_t lostSpans = 0;
    std::uint64_t lostEvents = 0;
    std::uint64_t unknownLosses = 0;
};

/// Counts the shown events of a range, each of them: O(events in the range), some ns an event.
/// @param selection  of this snapshot; null: all events. Losses are those of its shown CPUs.
/// Fails with Cancelled only.
[[nodiscard]] Result<RangeCounts> countRange(const IndexSnapshot &snapshot,
                                             const Selection *selection, TimeRange range,
                                             const std::stop_token &stop, Progress &progress);

} // namespace thresher
