// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/eventfields.h"

#include "capture/symbols/textscan_p.h"

#include <algorithm>

namespace thresher::capture {

namespace {

/// What is between `key` and the next ';'.
std::string_view valueOf(std::string_view line, std::string_view key)
{
    const std::size_t at = line.find(key);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = line.substr(at + key.size());
    return rest.substr(0, rest.find(';'));
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

std::string fetchOf(const EventField &field)
{
    const bool isText = contains(field.type, "char");
    const bool isDynamic = contains(field.type, "__data_loc") || contains(field.type, "__rel_loc");
    if (isDynamic || contains(field.type, "["))
        return isText ? '$' + field.name + ":string" : std::string();
    if (field.size != 1 && field.size != 2 && field.size != 4 && field.size != 8)
        return {};
    const char kind = contains(field.type, "*") ? 'x' : field.isSigned ? 's' : 'u';
    return '$' + field.name + ':' + kind + std::to_string(field.size * 8);
}

} // namespace

std::vector<EventField> eventFieldsOf(std::string_view format)
{
    std::vector<EventField> fields;
    while (!format.empty()) {
        const std::string_view line = takeLine(format);
        std::string_view text = valueOf(line, "field:");
        const auto offset = parseNumber(valueOf(line, "offset:"), 10);
        const auto size = parseNumber(valueOf(line, "size:"), 10);
        if (text.empty() || !offset || !size || *offset > 0xffff || *size > 0xffff)
            continue;
        EventField field;
        std::string_view array;
        // "char comm[16]", but "__data_loc char[] name".
        if (text.back() == ']' && text.find('[') != std::string_view::npos) {
            array = text.substr(text.rfind('['));
            text.remove_suffix(array.size());
        }
        const std::size_t blank = text.find_last_of(" *");
        if (blank == std::string_view::npos || blank + 1 == text.size())
            continue;
        field.name = text.substr(blank + 1);
        std::string_view type = text.substr(0, blank + 1);
        type = type.substr(0, type.find_last_not_of(' ') + 1);
        field.type = std::string(type) + std::string(array);
        field.offset = static_cast<std::uint32_t>(*offset);
        field.size = static_cast<std::uint32_t>(*size);
        field.isSigned = valueOf(line, "signed:") == "1";
        field.isCommon = field.name.compare(0, 7, "common_") == 0;
        field.fetch = fetchOf(field);
        fields.push_back(std::move(field));
    }
    return fields;
}

} // namespace thresher::capture
