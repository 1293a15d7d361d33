// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"

#include <string>
#include <string_view>

namespace thresher {

/// The line of an expression that a range begins in, and a line with a caret below each of its
/// characters there; each behind two blanks. Of long lines the part around it.
[[nodiscard]] std::string markedText(std::string_view expression, TextRange range);

} // namespace thresher
