// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"

#include <string_view>

namespace thresher {

/// How a text is meant that is searched for.
enum class SearchKind : std::uint8_t {
    Text, ///< As it stands, anywhere.
    Glob, ///< With * ? and [a-z], anywhere.
    Regex,
    Expression, ///< Of the filter language.
};

/// The expression that events fulfil in whose row `text` is to be read: the event's name, the
/// task's, or what is printed. Of blank text an empty expression; of Expression, `text` parsed.
/// Fails where that is wrong, with a range of `text`.
/// @param ignoresCase  of letters of ASCII; of Text and Glob only.
[[nodiscard]] FilterResult<FilterExpr> searchFor(std::string_view text, SearchKind kind,
                                                 bool ignoresCase);

} // namespace thresher
