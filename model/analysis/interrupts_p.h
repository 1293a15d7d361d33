// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventfinder_p.h"

#include <optional>

namespace thresher {

/// The index's tracks of interrupts, or softirqs, as what they are: some of their slices are parts
/// of one that was interrupted by another one. Immutable.
class Interrupts
{
public:
    Interrupts(const IndexSnapshot &index, const EventFinder &finder, bool isSoft);

    [[nodiscard]] const TrackView &track(StreamIndex stream) const
    {
        return m_isSoft ? m_index.streams[stream].softirq : m_index.streams[stream].irq;
    }
    [[nodiscard]] const EventTypes &entryTypes() const { return m_entries; }
    /// Entries and exits were recorded.
    [[nodiscard]] bool isRecorded() const;
    [[nodiscard]] bool isShown(const ShowFilter &shown) const;

    /// Slice i is where one goes on that another one interrupted. O(1); where slices touch O(log
    /// events).
    [[nodiscard]] bool isContinued(StreamIndex stream, std::uint64_t i) const;
    /// When the interrupt that began with slice i was left; nullopt if that is not known. O(1) if
    /// nothing interrupted it.
    [[nodiscard]] std::optional<TimeNs> end(StreamIndex stream, std::uint64_t i) const;

private:
    [[nodiscard]] bool wasLeft(StreamIndex stream, std::uint64_t i) const;

    const IndexSnapshot &m_index;
    const EventFinder &m_finder;
    bool m_isSoft;
    EventTypes m_entries;
    EventTypes m_exits;
};

} // namespace thresher
