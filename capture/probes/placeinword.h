// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <string>

namespace thresher::capture {

/// The byte of `written` that is at the same place of the same word as `at` of `sent`: of lines
/// that differ in names and spacing. Negative: `at` is. O(lines).
[[nodiscard]] int placeInWord(const std::string &sent, int at, const std::string &written);

} // namespace thresher::capture
