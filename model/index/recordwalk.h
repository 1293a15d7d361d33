// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/io/eventprinter.h"
#include "model/io/pagereader.h"

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace thresher {

/// Reads the records of a stream's blocks in order, page by page: what RecordReader does for one
/// record, without a look-up for each. Not thread-safe; one per thread.
class RecordWalk
{
public:
    explicit RecordWalk(std::shared_ptr<const IndexSnapshot> snapshot);
    RecordWalk(const RecordWalk &) = delete; // records point into its pages
    RecordWalk &operator=(const RecordWalk &) = delete;

    /// Opens the page that holds `event`, unless it is open. @returns the first event behind that
    /// page, > event; what next() reads of it may still end before.
    EventIndex open(StreamIndex stream, EventIndex event);
    /// Reads the open page on, so that the records of its events [first, last) can be asked for:
    /// they are in one block, and behind those that were read before.
    void read(EventIndex first, EventIndex last);
    /// Empty if the event is not among those read last. Valid until the next open().
    [[nodiscard]] std::span<const std::byte> payload(EventIndex event) const
    {
        const RawRecord &raw = m_records[event % kBlockEvents];
        const bool isRead = event >= m_first && event < m_last;
        return isRead ? m_page.subspan(raw.offset, raw.size) : std::span<const std::byte>();
    }
    /// The whole record, for printing; nullopt if payload() is empty.
    [[nodiscard]] std::optional<Record> record(EventIndex event) const;

private:
    template<bool kNative>
    EventIndex readAs(EventIndex first, EventIndex last);

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    PageReader m_pages;
    std::uint32_t m_pidOffset = 4;

    std::optional<PageCursor> m_cursor; ///< None: no page is open, or it ended.
    std::span<const std::byte> m_page;
    StreamIndex m_stream = 0;
    EventIndex m_begin = 0; ///< Events of the page.
    EventIndex m_end = 0;
    EventIndex m_next = 0; ///< That the cursor gives next.
    EventIndex m_first = 0; ///< Those that m_records holds.
    EventIndex m_last = 0;
    std::array<RawRecord, kBlockEvents> m_records; ///< By event % kBlockEvents.
};

} // namespace thresher
