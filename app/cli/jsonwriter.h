// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace thresher {

/// Writes JSON, two spaces of indent a level. The caller opens and closes in pairs; bytes that are
/// no UTF-8 become U+FFFD.
class JsonWriter
{
public:
    void beginObject(std::string_view key = {}) { begin(key, '{'); }
    void endObject() { end('}'); }
    void beginArray(std::string_view key = {}) { begin(key, '['); }
    void endArray() { end(']'); }

    void value(std::string_view key, std::string_view text);
    void value(std::string_view key, const char *text) { value(key, std::string_view(text)); }
    void value(std::string_view key, bool yes) { raw(key, yes ? "true" : "false"); }
    void value(std::string_view key, double number); ///< 6 significant digits; null if not finite.
    // Not std::integral: Qt's moc does not understand <concepts>.
    template<typename T,
             std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
    void value(std::string_view key, T number)
    {
        raw(key, std::to_string(number));
    }
    void null(std::string_view key) { raw(key, "null"); }

    [[nodiscard]] const std::string &text() const { return m_text; }

private:
    void begin(std::string_view key, char bracket);
    void end(char bracket);
    void raw(std::string_view key, std::string_view json);
    void next(std::string_view key);
    void quote(std::string_view text);

    std::string m_text;
    std::size_t m_depth = 0;
    bool m_isFirst = true;
};

} // namespace thresher
