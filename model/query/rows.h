// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <memory>
#include <optional>
#include <vector>

namespace thresher {

/// Where a row's record is.
struct Place
{
    StreamIndex stream = 0;
    EventIndex event = 0;
    friend auto operator<=>(const Place &, const Place &) = default;
};

/// The merged table: all shown events by time, equal times by stream, then by position; trace-cmd's
/// order. No permutation is stored: a row is found by bisecting the time over all streams.
///
/// While the index is being built it ends at the snapshot's frontier, so rows never change their
/// number. A value (shared pointers); thread-safe.
class RowOrder
{
public:
    RowOrder() = default; ///< No rows.
    /// @param selection  of this snapshot; null: all events.
    explicit RowOrder(std::shared_ptr<const IndexSnapshot> snapshot,
                      std::shared_ptr<const Selection> selection = {});

    [[nodiscard]] const std::shared_ptr<const IndexSnapshot> &snapshot() const
    {
        return m_snapshot;
    }
    [[nodiscard]] const std::shared_ptr<const Selection> &selection() const { return m_selection; }
    [[nodiscard]] Row size() const { return m_size; }
    /// O(streams · log² events); ≤ 1 ms at 10⁸ events on 64 CPUs. nullopt if row ≥ size().
    [[nodiscard]] std::optional<Place> at(Row row) const;
    /// The row of an event, or of the next shown one if it is hidden; size() if there is none.
    [[nodiscard]] Row rowOf(Place place) const;
    /// The first row at or after `time`; size() if there is none.
    [[nodiscard]] Row lowerBound(TimeNs time) const;
    [[nodiscard]] TimeNs time(Place place) const;

private:
    friend class RowCursor;
    [[nodiscard]] const StreamSelection *selected(StreamIndex stream) const;
    /// Shown events of a stream before event `i`, none behind the frontier counted.
    [[nodiscard]] std::uint64_t shownBefore(StreamIndex stream, EventIndex i) const;
    /// Events of each stream that come before row `row` (< size()).
    [[nodiscard]] std::vector<EventIndex> split(Row row) const;

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    std::shared_ptr<const Selection> m_selection;
    std::vector<EventIndex> m_ends; ///< Events of each stream before the frontier, hidden ones too.
    Row m_size = 0;
};

/// Walks the merged table from any row on, forwards. O(log streams) a step. Not thread-safe.
class RowCursor
{
public:
    RowCursor(const RowOrder &order, Row row);
    [[nodiscard]] Row row() const { return m_row; } ///< Of what next() gives.
    [[nodiscard]] std::optional<Place> next();

private:
    struct Head
    {
        TimeNs time = 0;
        StreamIndex stream = 0;
        EventIndex event = 0;
        /// Of a heap whose front comes first.
        [[nodiscard]] bool operator<(const Head &other) const
        {
            return time != other.time ? time > other.time : stream > other.stream;
        }
    };
    /// Adds the stream's first shown event at or after `event`, if there is one.
    void push(StreamIndex stream, EventIndex event);
    const RowOrder *m_order = nullptr;
    std::vector<Head> m_heap;
    Row m_row = 0;
};

} // namespace thresher
