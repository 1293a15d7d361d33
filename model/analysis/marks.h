// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/query/lanes.h"
#include "model/query/rows.h"

#include <array>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace thresher {

class RowPrinter;

/// Who wrote a text into the trace.
enum class MarkKind : std::uint8_t {
    Console, ///< The kernel's log (printk:console).
    Marker, ///< trace_marker, and trace_puts() and trace_printk() that came as text (ftrace:print).
    Printk, ///< trace_printk() and trace_puts() of constant texts (ftrace:bprint, ftrace:bputs).
};
inline constexpr std::size_t kMarkKinds = 3;

/// A text in the trace. What it says is printed when it is asked for.
struct Mark
{
    TimeNs time = 0;
    Place place;
    MarkKind kind{};
    friend bool operator==(const Mark &, const Mark &) = default;
};

/// All texts that were written into a trace, in the order of time. A value (shared pointers);
/// thread-safe. 0.17 byte of the heap for each event of the trace; none if it has no mark.
class Marks
{
public:
    Marks() = default; ///< None.
    /// Finds them by the columns of the index alone: ≤ 2 ns an event, in parallel. Fails with
    /// Cancelled only. @param snapshot  may be incomplete: then of what is known.
    [[nodiscard]] static Result<Marks> find(std::shared_ptr<const IndexSnapshot> snapshot,
                                            const std::stop_token &stop, Progress &progress);

    [[nodiscard]] std::uint64_t size() const { return m_order.size(); }
    [[nodiscard]] std::uint64_t countOf(MarkKind kind) const
    {
        return m_counts[static_cast<std::size_t>(kind)];
    }
    /// O(streams · log events).
    [[nodiscard]] std::uint64_t count(TimeRange range) const;
    /// Of the first that are in `range`, `most` at most; `skip` of them left out. O(streams · log²
    /// events + marks given · log streams).
    [[nodiscard]] std::vector<Mark> in(TimeRange range, std::size_t most,
                                       std::uint64_t skip = 0) const;
    /// Their number in each column of a grid, as countEvents(). O(streams · columns · log events).
    void count(const PixelGrid &grid, std::vector<std::uint32_t> &counts) const;

    /// "hello": what was written, without the function that did, and without a newline at its end.
    [[nodiscard]] static std::string text(const Mark &mark, RowPrinter &printer);

private:
    [[nodiscard]] MarkKind kindOf(EventTypeId event) const;

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    RowOrder m_order;
    std::vector<std::pair<EventTypeId, MarkKind>> m_events;
    std::array<std::uint64_t, kMarkKinds> m_counts{};
};

} // namespace thresher
