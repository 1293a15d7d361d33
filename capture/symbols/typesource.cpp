// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/typesource.h"

namespace thresher::capture {

std::optional<TypeMember> TypeSource::member(TypeId type, std::string_view name) const
{
    int left = 256; // types looked into; code has a few, a hostile file any number
    return name.empty() ? std::nullopt : memberWithin(type, name, left);
}

std::optional<TypeMember> TypeSource::memberWithin(TypeId type, std::string_view name,
                                                   int &left) const
{
    if (left-- <= 0)
        return std::nullopt;
    for (TypeMember &member : members(type)) {
        if (member.name == name)
            return std::move(member);
        if (!member.name.empty())
            continue;
        if (auto inner = memberWithin(member.type, name, left)) {
            inner->bitOffset += member.bitOffset;
            return inner;
        }
    }
    return std::nullopt;
}

std::string declaration(std::string type, std::string_view name)
{
    if (name.empty())
        return type;
    // What stands around the name: "int (*)(void)", "char[16]".
    if (const auto pointer = type.find("(*)"); pointer != std::string::npos)
        return type.insert(pointer + 2, name);
    if (type.back() == ']' && type.find('[') != std::string::npos)
        return type.insert(type.find('['), " " + std::string(name));
    if (type.back() != '*' && type.back() != '&')
        type += ' ';
    return type.append(name);
}

std::string FunctionSignature::text(const TypeSource &types) const
{
    std::string text = declaration(types.name(result), name) + '(';
    for (const FunctionParameter &parameter : parameters) {
        text += text.back() == '(' ? "" : ", ";
        text += declaration(types.name(parameter.type), parameter.name);
    }
    if (isVariadic)
        text += parameters.empty() ? "..." : ", ...";
    else if (parameters.empty())
        text += "void";
    return text + ')';
}

} // namespace thresher::capture
