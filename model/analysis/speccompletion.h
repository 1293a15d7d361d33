// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/completion.h"

namespace thresher {

enum class SpecKind : std::uint8_t { Pair, Counter };

/// What may stand at the cursor of the text of a PairSpec or CounterSpec that is being written, as
/// completions() of a filter: events that the trace has, fields of those that are named (of a
/// pair's keys those that both events have first), words of the grammar; within "if (…)" what a
/// filter may have there. @param cursor  a byte of `text`, or its size. O(text + event types'
/// fields), ms.
[[nodiscard]] std::vector<Completion> specCompletions(SpecKind kind, std::string_view text,
                                                      std::size_t cursor,
                                                      const IndexSnapshot &snapshot,
                                                      std::size_t limit = 64);

} // namespace thresher
