// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

#include <string_view>

/// Pairs and counters as they are named on a command line.
namespace thresher {

/// The number of that number, of that name, or of the only name that begins so, in any case of
/// letters. The error (InvalidArgument) says which there are.
[[nodiscard]] Result<std::uint32_t> pairNamed(const Analysis &analysis, std::string_view text);
[[nodiscard]] Result<std::uint32_t> counterNamed(const Analysis &analysis, std::string_view text);

} // namespace thresher
