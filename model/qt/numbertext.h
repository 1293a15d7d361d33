// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>

#include <cstdint>

namespace thresher {

/// "10,112,003".
[[nodiscard]] QString groupedNumber(std::uint64_t number);
/// "511M", "1.23k", "−17": three significant digits, thousands, millions, … by letter.
[[nodiscard]] QString shortNumber(std::int64_t number);
/// "1.9 GiB", "370 KiB", "12 bytes".
[[nodiscard]] QString sizeText(std::uint64_t bytes);

} // namespace thresher
