// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probescan_p.h"
#include "capture/probes/probespec.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher::capture {

std::string printProbeNumber(const ProbeNumber &number)
{
    const int base = number.base == ProbeNumber::Base::Hex     ? 16
                     : number.base == ProbeNumber::Base::Octal ? 8
                                                               : 10;
    std::array<char, 64> buffer{};
    const auto end
        = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number.value, base).ptr;
    std::string digits(buffer.data(), end);
    if (digits.size() < number.digits)
        digits.insert(0, number.digits - digits.size(), '0');
    return (base == 16 ? "0x" : base == 8 ? "0" : "") + digits;
}

namespace {

std::string textOf(const std::vector<ProbeMember> &members)
{
    std::string text;
    for (const ProbeMember &member : members)
        text += (member.isPointer ? "->" : ".") + member.name;
    return text;
}

std::string textOf(const FetchSource &source)
{
    using Kind = FetchSource::Kind;
    const std::string sign = source.isNegative ? "-" : "+";
    switch (source.kind) {
    case Kind::Register:
        return "%" + source.name;
    case Kind::Stack:
        return "$stack";
    case Kind::StackEntry:
        return "$stack" + printProbeNumber(source.number);
    case Kind::Argument:
        return "$arg" + printProbeNumber(source.number);
    case Kind::AllArguments:
        return "$arg*";
    case Kind::ReturnValue:
        return "$retval" + textOf(source.members);
    case Kind::Comm:
    case Kind::Field:
        return "$" + source.name;
    case Kind::Address:
        return "@" + printProbeNumber(source.number);
    case Kind::Symbol:
        return "@" + source.name + (source.hasNumber ? sign + printProbeNumber(source.number) : "");
    case Kind::FileOffset:
        return "@+" + printProbeNumber(source.number);
    case Kind::Dereference:
        return sign + (source.isUser ? "u" : "") + printProbeNumber(source.number) + "("
               + textOf(source.inner.front()) + ")";
    case Kind::Number:
        return std::string("\\") + (source.isNegative ? "-" : "") + printProbeNumber(source.number);
    case Kind::String:
        return "\\\"" + source.name + "\"";
    case Kind::Variable:
        return source.name + textOf(source.members);
    case Kind::Cast:
        break;
    }
    return "(" + source.name + ")" + textOf(source.inner.front()) + textOf(source.members);
}

std::string textOf(const FetchType &type)
{
    std::string text = type.name;
    if (type.isBitField())
        text += std::to_string(type.bitWidth) + "@" + std::to_string(type.bitOffset) + "/"
                + std::to_string(type.container);
    if (type.count > 0)
        text += "[" + std::to_string(type.count) + "]";
    return text;
}

char letterOf(const ProbeSpec &spec)
{
    switch (spec.kind) {
    case ProbeKind::Kretprobe:
    case ProbeKind::Uretprobe:
        return spec.returnSuffix ? 'p' : 'r';
    case ProbeKind::FprobeEntry:
    case ProbeKind::FprobeExit:
        return 'f';
    case ProbeKind::Tracepoint:
        return 't';
    case ProbeKind::Eprobe:
        return 'e';
    case ProbeKind::Synthetic:
        return 's';
    case ProbeKind::Delete:
        return '-';
    case ProbeKind::Kprobe:
    case ProbeKind::Uprobe:
        break;
    }
    return 'p';
}

std::string headOf(const ProbeSpec &spec)
{
    std::string head(1, letterOf(spec));
    if (spec.maxActive)
        head += std::to_string(*spec.maxActive);
    if (!spec.group.empty() || !spec.event.empty())
        head += ":" + (spec.group.empty() ? "" : spec.group + "/") + spec.event;
    return head;
}

std::string targetOf(const ProbeSpec &spec)
{
    std::string target;
    if (spec.kind == ProbeKind::Eprobe)
        return spec.parentGroup + "." + spec.symbol;
    if (spec.isUser())
        target = spec.path + ":";
    else if (!spec.module.empty())
        target = spec.module + ":";
    target += spec.symbol;
    if (spec.hasOffset)
        target += (spec.symbol.empty() ? "" : "+") + printProbeNumber(spec.offset);
    if (spec.returnSuffix)
        target += "%return";
    if (spec.referenceCounter)
        target += "(" + printProbeNumber(*spec.referenceCounter) + ")";
    return target;
}

/// Letters, digits and underscores; all else becomes one of the latter.
std::string asIdentifier(std::string text)
{
    std::replace_if(
        text.begin(), text.end(),
        [](char c) {
            return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
        },
        '_');
    if (text.empty() || (text.front() >= '0' && text.front() <= '9'))
        text.insert(0, 1, '_');
    return text;
}

} // namespace

bool FetchType::isText() const
{
    return name == "string" || name == "ustring" || name == "symstr" || name == "%pd"
           || name == "%pD";
}

bool ProbeSpec::isReturn() const
{
    return kind == ProbeKind::Kretprobe || kind == ProbeKind::FprobeExit
           || kind == ProbeKind::Uretprobe;
}

bool ProbeSpec::isUser() const
{
    return kind == ProbeKind::Uprobe || kind == ProbeKind::Uretprobe;
}

std::string printArgument(const FetchArgument &argument)
{
    const std::string type = textOf(argument.type);
    return (argument.name.empty() ? "" : argument.name + "=") + textOf(argument.source)
           + (type.empty() ? "" : ":" + type);
}

std::string printProbe(const ProbeSpec &spec)
{
    std::string line = headOf(spec);
    if (spec.kind == ProbeKind::Delete)
        return line;
    if (spec.kind == ProbeKind::Synthetic) {
        for (std::size_t i = 0; i < spec.fields.size(); ++i)
            line += (i == 0 ? " " : "; ") + spec.fields[i].type + " " + spec.fields[i].name
                    + spec.fields[i].array;
        return line;
    }
    line += " " + targetOf(spec);
    for (const FetchArgument &argument : spec.arguments)
        line += " " + printArgument(argument);
    if (!spec.filter.empty())
        line += " if " + spec.filter;
    return line;
}

std::string suggestedEventName(const ProbeSpec &spec)
{
    constexpr std::size_t kMostBytes = 63;
    const std::string suffix = spec.isReturn()                       ? "__return"
                               : spec.kind == ProbeKind::Kprobe      ? "__entry"
                               : spec.kind == ProbeKind::FprobeEntry ? "__entry"
                               : spec.kind == ProbeKind::Uprobe      ? "__entry"
                                                                     : "";
    std::string name = spec.symbol;
    ProbeNumber offset = spec.offset;
    offset.base = ProbeNumber::Base::Hex;
    offset.digits = 0;
    if (spec.isUser() && spec.symbol.empty())
        name = spec.path.substr(spec.path.rfind('/') + 1) + "_" + printProbeNumber(offset);
    else if (spec.hasOffset && (spec.symbol.empty() || offset.value != 0))
        name += "_" + printProbeNumber(offset);
    name = asIdentifier(std::move(name));
    // A place within a function is no entry to it.
    const bool isInside = !spec.symbol.empty() && spec.hasOffset && spec.offset.value != 0;
    name.resize(std::min(name.size(), kMostBytes - suffix.size()));
    return name + (isInside && !spec.isReturn() ? "" : suffix);
}

} // namespace thresher::capture
