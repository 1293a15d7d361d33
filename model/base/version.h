// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <string_view>

namespace thresher {

/// The program's version: "0.1.0".
[[nodiscard]] std::string_view version();

} // namespace thresher
