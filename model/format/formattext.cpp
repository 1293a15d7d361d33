// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/formattext.h"

#include <charconv>

namespace thresher::formattext {

using namespace std::string_view_literals;

bool isWordChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view takeLine(std::string_view &text)
{
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r"sv);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r"sv) - begin + 1);
}

std::optional<std::int64_t> number(std::string_view text)
{
    text = trimmed(text);
    int base = 10;
    if (text.starts_with("0x"sv) || text.starts_with("0X"sv)) {
        text.remove_prefix(2);
        base = 16;
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (result.ec != std::errc())
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> attribute(std::string_view line, std::string_view key)
{
    for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
        const auto behind = at + key.size();
        if ((at == 0 || !isWordChar(line[at - 1])) && behind < line.size() && line[behind] == ':')
            return number(line.substr(behind + 1));
    }
    return std::nullopt;
}

} // namespace thresher::formattext
