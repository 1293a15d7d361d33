// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterlexer_p.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// Where in an expression the cursor is.
struct CompletionPlace
{
    enum class Expected : std::uint8_t {
        Operand, ///< A field or an event.
        Operator, ///< Behind a name.
        Value,
        Join, ///< && or || or, within a set, a comma.
        Nothing,
    };
    Expected expected = Expected::Operand;
    bool isInSet = false;
    std::string prefix; ///< Of events, that holds here; empty: none.
    std::string name; ///< Of the field in front of the operator.
    FilterOp op = FilterOp::Equal;
    std::string begun; ///< What has been written of what is expected, without quotes.
    bool isQuoted = false;
    TextRange range; ///< Of that.
};

/// Reads `text`, which is all before the cursor. O(length).
[[nodiscard]] CompletionPlace findPlace(std::string_view text);

} // namespace thresher
