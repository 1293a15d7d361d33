// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/eventformat.h"

#include "model/format/formattext.h"

#include <algorithm>

namespace thresher::capture {

namespace {

using formattext::trimmed;

EventField::Kind kindOf(std::string_view type)
{
    if (type.find("cpumask_t") != std::string_view::npos)
        return EventField::Kind::CpuMask;
    const bool isList = type.find('[') != std::string_view::npos;
    const bool isText = type.find("char") != std::string_view::npos
                        && (isList || type.find("unsigned char") == std::string_view::npos);
    if (isText && (isList || type.ends_with('*')))
        return EventField::Kind::Text;
    return isList ? EventField::Kind::Other : EventField::Kind::Number;
}

/// "field:char prev_comm[16];	offset:8;	size:16;	signed:0;"
void addField(std::string_view line, EventFormat &format, bool isCommon)
{
    line.remove_prefix(std::string_view("field:").size());
    const auto declaration = trimmed(line.substr(0, line.find(';')));
    const auto bracket = declaration.ends_with(']') ? declaration.rfind('[')
                                                    : std::string_view::npos;
    const auto plain = trimmed(declaration.substr(0, bracket));
    const auto space = plain.find_last_of(" \t*");
    if (space == std::string_view::npos || space + 1 == plain.size())
        return;
    EventField field;
    field.name = plain.substr(space + 1);
    field.type = trimmed(plain.substr(0, space + 1));
    if (bracket != std::string_view::npos)
        field.type += declaration.substr(bracket);
    field.kind = kindOf(field.type);
    field.isCommon = isCommon;
    format.fields.push_back(std::move(field));
}

} // namespace

EventFormat parseEventFormat(std::string_view text)
{
    EventFormat format;
    bool isCommon = true; // until the empty line
    bool hasFields = false;
    while (!text.empty()) {
        const auto line = trimmed(formattext::takeLine(text));
        if (line.starts_with("field:")) {
            addField(line, format, isCommon);
            hasFields = true;
        } else if (line.empty() && hasFields) {
            isCommon = false;
        } else if (constexpr std::string_view kPrint = "print fmt:"; line.starts_with(kPrint)) {
            format.print = trimmed(line.substr(kPrint.size()));
        }
    }
    std::stable_partition(format.fields.begin(), format.fields.end(),
                          [](const EventField &field) { return !field.isCommon; });
    return format;
}

} // namespace thresher::capture
