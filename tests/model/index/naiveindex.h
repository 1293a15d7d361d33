// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"

#include <map>
#include <string>
#include <vector>

namespace thresher::test {

/// What an index must say of a stream, read in the plainest way: all events in vectors, then one
/// rule after the other over them.
struct NaiveStream
{
    struct Event
    {
        TimeNs recorded = 0; ///< As the record says.
        TimeNs time = 0; ///< Not before its predecessor's.
        EventTypeId type{};
        Pid pid = 0;
        std::uint64_t page = 0;
        std::vector<std::byte> payload;
        bool isAfterLoss = false;
    };
    std::vector<Event> events;
    std::vector<LostSpan> lost; ///< begin of one before the first event is not checked.
    std::vector<PageEntry> pages;
    // Values of running are pids, −1 for not known.
    std::vector<Slice> running;
    std::vector<Slice> irq;
    std::vector<Slice> softirq;
};

[[nodiscard]] std::vector<NaiveStream> readNaively(const TraceFile &trace);

/// The first difference between the snapshot and the naive reading, as a sentence; empty if there
/// is none. `isPrefix`: streams of the snapshot may end earlier.
[[nodiscard]] std::string difference(const IndexSnapshot &snapshot,
                                     const std::vector<NaiveStream> &naive, bool isPrefix = false);

} // namespace thresher::test
