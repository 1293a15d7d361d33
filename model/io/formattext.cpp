// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/formattext_p.h"

#include <algorithm>

namespace thresher::formattext {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxNameLength = 256; // the kernel's own limit is 64 for dynamic events
constexpr std::size_t kMaxFields = 1024;
constexpr std::int64_t kMaxExtent = 1 << 20; // of a record; the kernel's are below a page

bool startsWithWord(std::string_view text, std::string_view word)
{
    return text.starts_with(word) && (text.size() == word.size() || !isWordChar(text[word.size()]));
}

bool hasWord(std::string_view text, std::string_view word)
{
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        if ((at == 0 || !isWordChar(text[at - 1])) && startsWithWord(text.substr(at), word))
            return true;
    }
    return false;
}

struct Declaration
{
    std::string_view type; // "char", "__data_loc char[]"
    std::string_view name;
    std::string_view dimensions; // "[16]"
};

// Splits "char prev_comm[16]" and "__data_loc char[] name".
std::optional<Declaration> splitDeclaration(std::string_view text)
{
    Declaration result;
    auto end = text.size();
    while (end > 0 && text[end - 1] == ']') {
        const auto open = text.rfind('[', end - 1);
        if (open == std::string_view::npos)
            return std::nullopt;
        end = open;
    }
    result.dimensions = text.substr(end);
    const auto rest = trimmed(text.substr(0, end));
    auto begin = rest.size();
    while (begin > 0 && isWordChar(rest[begin - 1]))
        --begin;
    result.name = rest.substr(begin);
    result.type = trimmed(rest.substr(0, begin));
    if (result.name.empty() || result.name.size() > kMaxNameLength)
        return std::nullopt;
    return result;
}

} // namespace

std::optional<EventField> parseField(std::string_view line)
{
    const auto colon = line.find(':');
    const auto semicolon = line.find(';');
    if (colon == std::string_view::npos || semicolon == std::string_view::npos || semicolon < colon)
        return std::nullopt;
    const auto declaration = splitDeclaration(
        trimmed(line.substr(colon + 1, semicolon - colon - 1)));
    const auto attributes = line.substr(semicolon + 1);
    const auto offset = attribute(attributes, "offset"sv);
    const auto size = attribute(attributes, "size"sv);
    if (!declaration || !offset || !size || *offset < 0 || *size < 0 || *offset > kMaxExtent
        || *size > kMaxExtent)
        return std::nullopt;

    EventField field;
    field.name = declaration->name;
    field.type = declaration->type;
    field.type += declaration->dimensions;
    field.offset = static_cast<std::uint32_t>(*offset);
    field.size = static_cast<std::uint32_t>(*size);
    const auto isSigned = attribute(attributes, "signed"sv);
    field.isSigned = isSigned.value_or(0) != 0;
    field.isDynamic = startsWithWord(field.type, "__data_loc"sv) && field.size == 4;
    field.isRelative = startsWithWord(field.type, "__rel_loc"sv) && field.size == 4;
    field.isArray = field.type.ends_with(']');
    field.isString = field.isArray && hasWord(field.type, "char"sv)
                     && !hasWord(field.type, "unsigned"sv) && !hasWord(field.type, "signed"sv)
                     && field.type.find('*') == std::string::npos;
    field.isPointer = !field.isArray && field.type.find('*') != std::string::npos;
    field.isCommon = field.name.starts_with("common_"sv);
    return field;
}

std::optional<EventFormat> parse(std::string_view text)
{
    EventFormat event;
    bool hasId = false;
    while (!text.empty()) {
        const auto line = takeLine(text);
        const auto content = trimmed(line);
        if (content.starts_with("field"sv)) {
            auto field = parseField(content);
            if (!field || event.fields.size() == kMaxFields)
                return std::nullopt;
            event.fields.push_back(std::move(*field));
        } else if (content.starts_with("name:"sv) && event.name.empty()) {
            event.name = trimmed(content.substr(5));
        } else if (content.starts_with("ID:"sv) && !hasId) {
            const auto id = number(content.substr(3));
            if (!id || *id < 0 || *id > 0xffff) // common_type has 16 bits
                return std::nullopt;
            event.kernelId = static_cast<std::uint32_t>(*id);
            hasId = true;
        } else if (content.starts_with("print fmt"sv)) {
            break;
        }
    }
    if (!hasId || event.name.empty() || event.name.size() > kMaxNameLength
        || event.name.find('\0') != std::string::npos)
        return std::nullopt;
    return event;
}

} // namespace thresher::formattext
