// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/filter/filterexpr.h"
#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace thresher {

struct FilterProgram;

/// An expression that was found to make sense for a trace. Immutable; shared between threads.
class Filter
{
public:
    /// What it takes to decide about an event.
    enum class Cost : std::uint8_t { Columns, Records, Text };

    /// Resolves all names. Fails at the first that the trace does not know, or that is compared as
    /// it cannot be. O(expression · event types): ms.
    [[nodiscard]] static FilterResult<std::shared_ptr<const Filter>>
    compile(const FilterExpr &expr, std::shared_ptr<const TraceFile> trace);
    /// parseFilter() and compile() in one.
    [[nodiscard]] static FilterResult<std::shared_ptr<const Filter>>
    compile(std::string_view text, std::shared_ptr<const TraceFile> trace);
    ~Filter();

    [[nodiscard]] const std::string &text() const { return m_text; } ///< As FilterExpr writes it.
    [[nodiscard]] Cost cost() const;
    [[nodiscard]] const FilterProgram &program() const { return *m_program; }

private:
    Filter() = default;

    std::string m_text;
    std::shared_ptr<const TraceFile> m_trace;
    std::unique_ptr<const FilterProgram> m_program;
};

/// Evaluates `filter` over the events that `shown` shows: columns first, records where they leave
/// something open, printed text last; in parallel, in the order of time.
///
/// Of an uncompressed trace ≤ 2 ns an event where columns decide, ≤ 15 ns by numbers of records.
/// @param previous  a selection by an equal filter of an earlier snapshot, extended instead of made
/// anew where that gives the same; may be null.
/// @param onPartial  see NarrowRequest; may be empty.
/// Fails with Cancelled only, within 100 ms.
[[nodiscard]] Result<std::shared_ptr<const Selection>>
selectFiltered(const std::shared_ptr<const IndexSnapshot> &snapshot, const Filter &filter,
               const ShowFilter &shown, std::shared_ptr<const Selection> previous,
               const std::function<void(std::shared_ptr<const Selection>)> &onPartial,
               const std::stop_token &stop, Progress &progress);

} // namespace thresher
