// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"
#include "model/filter/numberset.h"
#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace thresher {

/// What of an expression is about whole CPUs, tasks and types of events, so that lists with a check
/// box for each can show and change it, and columns alone decide it. A value.
///
/// A list clause is a set (`cpu in {…}`, `pid in {…}`, `event in {…}`) or its opposite (`not in`,
/// `!( )`) that is the expression, or joined with all of the rest by &&. Whatever else is said, of
/// CPUs too, is the rest: README.md says why.
class ListClauses
{
public:
    enum class Kind : std::uint8_t { Cpus, Tasks, Events };
    static constexpr std::size_t kKinds = 3;

    ListClauses() = default; ///< Of an empty expression.
    /// Fails where a clause names what the trace does not have, as Filter::compile() does.
    /// O(expression · event types).
    [[nodiscard]] static FilterResult<ListClauses> of(const FilterExpr &expr,
                                                      const TraceFile &trace);
    /// Which kind of list clause a term (see termsOf()) is; none: it belongs to the rest.
    [[nodiscard]] static std::optional<Kind> kindOf(const FilterExpr &term);

    [[nodiscard]] const FilterExpr &rest() const { return m_rest; }
    /// What the clauses hide of that trace. Of a set of PIDs, all others are hidden, those met
    /// later as well (hideOtherTasks). @param previous  what was answered for an earlier snapshot;
    /// it is the answer again while no task was met that makes a difference. O(tasks).
    [[nodiscard]] ShowFilter filter(const IndexSnapshot &snapshot,
                                    const ShowFilter &previous = {}) const;

private:
    [[nodiscard]] FilterResult<bool> add(Kind kind, const FilterExpr &term, const TraceFile &trace);

    FilterExpr m_rest;
    std::vector<CpuId> m_hiddenCpus; ///< Ascending.
    std::vector<EventTypeId> m_hiddenEvents; ///< Ascending.
    std::vector<NumberSet> m_pids; ///< A task is shown that is in all of them.
    bool m_hidesOtherTasks = false;
    bool m_hidesAllTasks = false;
};

/// How a clause is written where it can be either: by what it hides, or by what it leaves.
enum class ListForm : std::uint8_t { Hide, Only };

/// `expr` with its list clauses changed so that they hide what `filter` does; all else stays. Only
/// clauses that must change do; new ones come first, since a prefix would reach over what follows.
/// Clauses name no more than they must: ranges of numbers, `system:*` where that is exact.
/// @param form  what is preferred of new clauses, unless the other is much shorter. A clause keeps
/// its form. Tasks have no choice: it decides about those that are met later.
/// O(expression · event types + tasks · log tasks).
[[nodiscard]] FilterExpr withLists(const FilterExpr &expr, const ShowFilter &filter,
                                   const IndexSnapshot &snapshot, ListForm form = ListForm::Hide);

} // namespace thresher
