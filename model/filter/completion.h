// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"
#include "model/index/snapshot.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// Something that an expression may be continued with.
struct Completion
{
    enum class Kind : std::uint8_t { Event, Field, Operator, Value };

    TextRange range; ///< Of the expression, to be replaced; empty at the cursor: to be inserted.
    std::string text;
    Kind kind = Kind::Field;
    std::string detail; ///< A field's type, an event's system, a task's PID; may be empty.
};

/// What may stand at the cursor of an expression that is being written, best first: events that the
/// trace has, fields of those that the prefix leaves, operators that fit the field, values that
/// were seen (names of tasks, CPUs, what the print format has for a number). Knows the text before
/// the cursor only, and need not understand all of it.
/// @param cursor  a byte of `text`, or its size. @returns at most `limit`. O(text + event types'
/// fields + tasks), ms. Fails: never.
[[nodiscard]] std::vector<Completion> completions(std::string_view text, std::size_t cursor,
                                                  const IndexSnapshot &snapshot,
                                                  std::size_t limit = 64);

} // namespace thresher
