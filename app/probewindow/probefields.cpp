// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probefields.h"

namespace thresher::ui {

namespace {

using capture::EventField;
using capture::FetchArgument;
using capture::ProbeKind;
using capture::ProbeSpec;
using Source = capture::FetchSource::Kind;

/// What the kernel calls the argument; empty: not known.
std::string nameOf(const FetchArgument &argument, std::size_t index)
{
    if (!argument.name.empty())
        return argument.name;
    const auto &source = argument.source;
    if (source.kind == Source::Variable)
        return source.members.empty() ? source.name : source.members.back().name;
    if (source.kind == Source::Field)
        return source.name;
    return "arg" + std::to_string(index + 1);
}

bool isKindKnown(const FetchArgument &argument)
{
    return !argument.type.name.empty() || argument.type.isBitField()
           || (argument.source.kind != Source::Variable && argument.source.kind != Source::Field
               && argument.source.members.empty());
}

EventField::Kind kindOf(const FetchArgument &argument)
{
    if (argument.type.isText()
        || (argument.type.name.empty() && argument.source.kind == Source::Comm))
        return argument.type.count == 0 ? EventField::Kind::Text : EventField::Kind::Other;
    return argument.type.count == 0 ? EventField::Kind::Number : EventField::Kind::Other;
}

void addImplied(const ProbeSpec &spec, std::vector<EventField> &fields)
{
    const auto add = [&](const char *type, const char *name, bool isCommon) {
        fields.push_back({type, name, EventField::Kind::Number, isCommon});
    };
    if (spec.kind != ProbeKind::Eprobe && spec.kind != ProbeKind::Synthetic) {
        if (spec.isReturn()) {
            add("unsigned long", "__probe_func", false);
            add("unsigned long", "__probe_ret_ip", false);
        } else {
            add("unsigned long", "__probe_ip", false);
        }
    }
    add("int", "common_pid", true);
    add("unsigned short", "common_type", true);
    add("unsigned char", "common_flags", true);
    add("unsigned char", "common_preempt_count", true);
}

} // namespace

std::vector<EventField> fieldsOf(const ProbeSpec &spec)
{
    std::vector<EventField> fields;
    for (std::size_t i = 0; i < spec.arguments.size(); ++i) {
        const FetchArgument &argument = spec.arguments[i];
        if (argument.source.kind == Source::AllArguments || !isKindKnown(argument))
            return {};
        fields.push_back({argument.type.name, nameOf(argument, i), kindOf(argument), false});
    }
    for (const capture::SyntheticField &field : spec.fields)
        fields.push_back({field.type + field.array, field.name,
                          field.array.empty()    ? EventField::Kind::Number
                          : field.type == "char" ? EventField::Kind::Text
                                                 : EventField::Kind::Other,
                          false});
    addImplied(spec, fields);
    return fields;
}

} // namespace thresher::ui
