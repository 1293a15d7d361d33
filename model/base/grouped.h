// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string>

namespace thresher {

/// "1,234,567": how counts are written in English sentences. Any thread.
[[nodiscard]] std::string grouped(std::uint64_t number);

} // namespace thresher
