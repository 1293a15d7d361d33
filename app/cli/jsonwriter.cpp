// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/jsonwriter.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace thresher {

namespace {

/// Bytes of the UTF-8 sequence at the begin of `text`; 0 if it is none.
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xc2 && lead < 0xe0  ? 2
                               : lead >= 0xe0 && lead < 0xf0  ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80)
            return 0;
    }
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    const bool tooLarge = lead == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || tooLarge ? 0 : length;
}

} // namespace

void JsonWriter::next(std::string_view key)
{
    if (!m_isFirst)
        m_text += ',';
    if (m_depth > 0)
        m_text += '\n';
    m_text.append(2 * m_depth, ' ');
    m_isFirst = false;
    if (!key.empty()) {
        quote(key);
        m_text += ": ";
    }
}

void JsonWriter::begin(std::string_view key, char bracket)
{
    next(key);
    m_text += bracket;
    ++m_depth;
    m_isFirst = true;
}

void JsonWriter::end(char bracket)
{
    --m_depth;
    if (!m_isFirst) {
        m_text += '\n';
        m_text.append(2 * m_depth, ' ');
    }
    m_text += bracket;
    m_isFirst = false;
    if (m_depth == 0)
        m_text += '\n';
}

void JsonWriter::raw(std::string_view key, std::string_view json)
{
    next(key);
    m_text += json;
}

void JsonWriter::value(std::string_view key, std::string_view text)
{
    next(key);
    quote(text);
}

void JsonWriter::value(std::string_view key, double number)
{
    if (!std::isfinite(number)) {
        null(key);
        return;
    }
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.6g", number);
    raw(key, buffer.data());
}

void JsonWriter::quote(std::string_view text)
{
    m_text += '"';
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text.front());
        const std::size_t length = utf8Length(text);
        if (length == 0) {
            m_text += "\\ufffd";
        } else if (c == '"' || c == '\\') {
            m_text += '\\';
            m_text += text.front();
        } else if (c < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", c);
            m_text += escape.data();
        } else {
            m_text += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    m_text += '"';
}

} // namespace thresher
