// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rows.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// What an event table reads: numbers by row (RowSource) and text by row (RowText). Both are small
/// so that a test can fake a trace of billions of rows.
namespace thresher {

/// What is known of a row without touching its record.
struct RowData
{
    Place place;
    TimeNs time = 0;
    CpuId cpu = 0;
    Pid pid = 0;
    TaskId task{};
    EventTypeId event{};
};

/// What the columns know of an event; nullopt if there is none there. O(1).
[[nodiscard]] std::optional<RowData> rowDataOf(const IndexSnapshot &snapshot, Place place);

/// The rows of a table, by time. May remember the last row that was asked for, therefore not
/// thread-safe: one per thread (they are cheap). Never changes its answers: a longer or differently
/// filtered table is another source.
class RowSource
{
public:
    RowSource() = default;
    RowSource(const RowSource &) = delete; // held by reference
    RowSource &operator=(const RowSource &) = delete;
    virtual ~RowSource();

    [[nodiscard]] virtual Row size() const = 0;
    /// Fills `data`; false (and `data` untouched) if row ≥ size(). ≤ 1 ms; rows asked for one after
    /// the other, upwards or downwards, O(log streams).
    [[nodiscard]] virtual bool rowAt(Row row, RowData &data) const = 0;
    /// The first row at or after `time`; size() if there is none. ≤ 1 ms.
    [[nodiscard]] virtual Row lowerBound(TimeNs time) const = 0;
    /// The row of an event, or of the next shown one if it is hidden; size() if there is none. ≤ 1
    /// ms.
    [[nodiscard]] virtual Row rowOf(Place place) const = 0;
};

/// The text of rows. Not thread-safe: one per thread. Views stay valid until the next call.
class RowText
{
public:
    RowText() = default;
    RowText(const RowText &) = delete; // owns caches that results point into
    RowText &operator=(const RowText &) = delete;
    virtual ~RowText();

    /// "sched_switch"; O(1).
    [[nodiscard]] virtual std::string_view eventName(const RowData &row) = 0;
    /// The comm that the task had then; "<idle>", "<...>" if not known. O(log names).
    [[nodiscard]] virtual std::string_view taskName(const RowData &row) = 0;
    /// The fields as the event prints them; may hold several lines. Some µs, cached.
    [[nodiscard]] virtual std::string_view info(const RowData &row) = 0;
    /// One field by its name; empty if the row's event has none of that name. Some µs, cached.
    [[nodiscard]] virtual std::string_view field(const RowData &row, std::string_view name) = 0;
};

/// The rows of a RowOrder. A jump costs RowOrder::at(); a step from the row before O(log streams).
class TraceRowSource final : public RowSource
{
public:
    explicit TraceRowSource(RowOrder order);
    ~TraceRowSource() override;

    [[nodiscard]] const RowOrder &order() const { return m_order; }
    [[nodiscard]] Row size() const override { return m_order.size(); }
    [[nodiscard]] bool rowAt(Row row, RowData &data) const override;
    [[nodiscard]] Row lowerBound(TimeNs time) const override { return m_order.lowerBound(time); }
    [[nodiscard]] Row rowOf(Place place) const override { return m_order.rowOf(place); }

private:
    struct Window;
    RowOrder m_order;
    std::unique_ptr<Window> m_window; ///< A few hundred rows around the last one asked for.
};

} // namespace thresher
