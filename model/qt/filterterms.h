// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "model/query/eventdetails.h"

#include <optional>
#include <string>

/// What a menu over an event offers to add to the filter.
namespace thresher {

/// "next_pid == 17", made of what an event has.
struct FilterTerm
{
    std::string name; ///< With the event as a prefix where it would mean something else alone.
    std::string value; ///< As it is written in an expression.

    [[nodiscard]] std::string equal() const { return name + " == " + value; }
    [[nodiscard]] std::string different() const { return name + " != " + value; }
    friend bool operator==(const FilterTerm &, const FilterTerm &) = default;
};

/// Of each field that can be compared with its value, and of the event's name, task and CPU; all
/// make sense for the trace. Values are those that are read in the details, where the language has
/// them: `prev_state == D`. O(fields · event types): some ms.
[[nodiscard]] std::vector<FilterTerm> termsOfEvent(const EventDetails &details,
                                                   const std::shared_ptr<const TraceFile> &trace);
/// "comm == bash"
[[nodiscard]] FilterTerm commTerm(std::string_view comm);

enum class FilterJoin : std::uint8_t {
    And,
    Or, ///< With the condition; what lists hide stays hidden.
};
/// Joins `condition` to the expression's. Without a condition it becomes that. Nothing happens if
/// it is no expression, or becomes one that is too long.
void addCondition(ViewState &view, const std::string &condition, FilterJoin join);

} // namespace thresher
