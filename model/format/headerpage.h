// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thresher {

/// What events/header_page says of a ring buffer's pages.
struct HeaderPage
{
    std::uint8_t longSize = 8; ///< Of the kernel: 4 or 8.
    std::uint32_t headerSize = 16; ///< Bytes before the events: 8 + longSize.
    std::uint32_t pageSize = 0; ///< 0: not said.
};

/// nullopt where it cannot be understood. O(text).
[[nodiscard]] std::optional<HeaderPage> parseHeaderPage(std::string_view text);

/// The text as the kernel would write it.
[[nodiscard]] std::string headerPageText(std::uint8_t longSize, std::uint32_t pageSize);
/// The text of events/header_event, whose layout has never changed.
[[nodiscard]] std::string_view headerEventText();

} // namespace thresher
