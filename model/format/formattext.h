// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// Texts of tracefs: format files, header_page, lists of numbers; read line by line.
namespace thresher::formattext {

/// Takes the next line off `text`, without its newline. O(line).
[[nodiscard]] std::string_view takeLine(std::string_view &text);

/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// A decimal or 0x… number at the begin of `text` (after blanks).
[[nodiscard]] std::optional<std::int64_t> number(std::string_view text);

/// The value of `key` ("offset") in "field:…;\toffset:8;\tsize:4;\tsigned:1;".
[[nodiscard]] std::optional<std::int64_t> attribute(std::string_view line, std::string_view key);

/// Of a C identifier.
[[nodiscard]] bool isWordChar(char c);

} // namespace thresher::formattext
