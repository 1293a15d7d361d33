// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/functiondescription.h"

#include "capture/symbols/eventfields.h"
#include "capture/symbols/fetchargument.h"

#include <array>

namespace thresher::capture {

namespace {

DescribedValue word(std::string name, ValuePlace place, std::string_view suffix)
{
    DescribedValue value;
    value.name = std::move(name);
    value.size = sizeof(std::uint64_t);
    value.place = std::move(place);
    const ValuePlace &at = value.place;
    if (at.isKnown())
        value.fetch = (at.registers.empty() ? '+' + std::to_string(at.offset) + '(' + at.base + ')'
                                            : at.registers.front())
                      + std::string(suffix);
    else
        value.whyNot = at.whyNot;
    return value;
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// Of a system call's parameter, whose type is text.
std::string_view fetchTypeOf(std::string_view type)
{
    if (contains(type, "*"))
        return ":x64";
    // The event's fields are as wide as a register, whatever the parameter is.
    for (const std::string_view narrow : {"int", "umode_t", "pid_t", "uid_t", "gid_t", "key_t"}) {
        if (type == narrow)
            return type == "int" || type == "pid_t" || type == "key_t" ? ":s32"
                   : type == "umode_t"                                 ? ":u16"
                                                                       : ":u32";
    }
    return type == "unsigned int" || type == "u32" || type == "unsigned" ? ":u32"
           : type == "long" || type == "loff_t" || type == "off_t"       ? ":s64"
                                                                         : ":u64";
}

/// Which of the machine's registers for parameters a value is in, from 1; 0: it is in none, or in
/// several.
std::size_t numberOf(const ValuePlace &place, Machine machine)
{
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < kMost && place.registers.size() == 1 && !place.isReference; ++i) {
        if (placeOfWord(machine, i).registers == place.registers)
            return i + 1;
    }
    return 0;
}

} // namespace

DescribedValue describeValue(const TypeSource &types, TypeId type, std::string name,
                             const ValuePlace &place)
{
    DescribedValue value;
    value.name = std::move(name);
    value.type = types.name(type);
    value.size = types.info(type).size;
    value.typeId = type;
    value.place = place;
    auto fetch = fetchArgument(types, type, place);
    if (fetch)
        value.fetch = *std::move(fetch);
    else
        value.whyNot = fetch.error().what;
    return value;
}

FunctionDescription describe(const TypeSource &types, const FunctionSignature &signature,
                             const CallPlaces &places)
{
    FunctionDescription description;
    description.name = signature.name;
    description.signature = signature.text(types);
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const auto &[name, type] = signature.parameters[i];
        description.parameters.push_back(
            describeValue(types, type, name.empty() ? "arg" + std::to_string(i + 1) : name,
                          places.parameters[i]));
    }
    description.result = describeValue(types, signature.result, "ret", places.result);
    if (types.info(signature.result).kind == TypeKind::Void)
        description.result.type.clear();
    return description;
}

FunctionDescription describeUntyped(Machine machine, std::string_view name)
{
    constexpr std::size_t kWords = 6;
    FunctionDescription description;
    description.name = name;
    for (std::size_t i = 0; i < kWords; ++i)
        description.parameters.push_back(
            word("arg" + std::to_string(i + 1), placeOfWord(machine, i), ":x64"));
    description.result = word("ret", ValuePlace::inRegister("$retval"), ":x64");
    return description;
}

void putInto(FunctionDescription &description, const TypeSource *types, Machine machine,
             ParameterWords words)
{
    if (words == ParameterWords::Registers)
        return;
    std::size_t index = 0;
    for (DescribedValue &value : description.parameters) {
        const std::string unnamed = "arg" + std::to_string(++index);
        if (!value.place.isKnown())
            continue;
        const std::size_t number = numberOf(value.place, machine);
        if (number == 0 && words == ParameterWords::NamesOrRegisters)
            continue;
        if (number == 0) {
            value.place = ValuePlace::nowhere("only what is in one register has a number");
            value.fetch.clear();
            value.whyNot = value.place.whyNot;
            continue;
        }
        ValuePlace place = ValuePlace::inRegister("$arg" + std::to_string(number));
        place.isUser = value.place.isUser;
        if (types == nullptr) {
            value = word(std::move(value.name), std::move(place), ":x64");
            continue;
        }
        // The kernel takes a parameter by its name from the register of its place in the list,
        // which is another one behind a struct that is passed by value.
        if (words != ParameterWords::Numbers && value.name != unnamed && number == index)
            place.name = value.name;
        value = describeValue(*types, value.typeId, std::move(value.name), place);
    }
}

FunctionDescription describeSyscall(Machine machine, std::string_view name, std::string_view format)
{
    FunctionDescription description;
    description.name = name;
    description.signature = "long " + std::string(name) + '(';
    for (const EventField &field : eventFieldsOf(format)) {
        // Newer kernels say "__syscall_nr" in place of "nr", which a parameter may be called.
        if (field.isCommon || field.name == "__syscall_nr" || description.parameters.size() == 6
            || (field.name == "nr" && description.parameters.empty() && field.offset == 8
                && field.type == "int" && !contains(format, "__syscall_nr")))
            continue;
        const std::size_t index = description.parameters.size();
        DescribedValue value = word(field.name, placeOfSyscallParameter(machine, index),
                                    fetchTypeOf(field.type));
        value.type = field.type;
        if (!value.fetch.empty() && contains(field.type, "char *") && !contains(field.type, "**")
            && contains(field.type, "const")) {
            // Text that is given to the kernel; a buffer that it fills is not text yet.
            value.fetch = value.fetch.substr(0, value.fetch.rfind(':'));
            value.fetch = "+0(" + value.fetch + "):ustring";
        }
        description.signature += (index > 0 ? ", " : "") + declaration(field.type, field.name);
        description.parameters.push_back(std::move(value));
    }
    description.signature += description.parameters.empty() ? "void)" : ")";
    description.result = word("ret", ValuePlace::inRegister("$retval"), ":s64");
    description.result.type = "long";
    return description;
}

std::string_view syscallOf(std::string_view function)
{
    for (const std::string_view prefix : {"__x64_sys_", "__arm64_sys_"}) {
        if (function.substr(0, prefix.size()) == prefix)
            return function.substr(prefix.size());
    }
    return {};
}

} // namespace thresher::capture
