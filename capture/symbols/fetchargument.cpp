// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/fetchargument.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace thresher::capture {

namespace {

constexpr std::uint64_t kWord = 8; // bytes
constexpr std::uint64_t kMostElements = 64; // of an array, in the kernel
constexpr std::size_t kMostArgumentBytes = 63; // with the field's name: MAX_ARGSTR_LEN

tl::unexpected<Error> refuse(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

/// A part of a value on the way to what is recorded.
struct Part
{
    TypeId type = kVoidType;
    /// The fetch argument that it is, or (isAddress) that its address is, but for `offset`.
    std::string text;
    bool isAddress = false;
    std::int64_t offset = 0; ///< Bytes.
    bool isUser = false;
    std::uint32_t bitOffset = 0; ///< Within the bytes there, of a bit-field
    std::uint32_t bitSize = 0; ///< or of a part of a register; 0: whole.
    std::vector<std::string> registers; ///< Not yet chosen from: a struct in registers.
    std::string named; ///< "file->f_path.dentry": the kernel's word for it; empty: it has none.
    bool isPointedTo = false; ///< The next member stands behind "->".

    /// "+8(%sp)": what is in memory at the address.
    [[nodiscard]] std::string loaded() const
    {
        return (offset < 0 ? "-" : "+") + std::string(isUser ? "u" : "")
               + std::to_string(offset < 0 ? 0 - static_cast<std::uint64_t>(offset)
                                           : static_cast<std::uint64_t>(offset))
               + '(' + text + ')';
    }

    [[nodiscard]] std::string value() const
    {
        return !named.empty() ? named : isAddress ? loaded() : text;
    }
};

/// One step of a path: a member's name, or an element's number.
struct Step
{
    std::string_view name;
    std::uint64_t index = 0;
};

Result<std::optional<Step>> nextStep(std::string_view &path)
{
    if (path.empty())
        return std::optional<Step>();
    Step step;
    if (path.front() == '[') {
        const std::size_t end = path.find(']');
        const char *const first = path.data() + 1;
        const char *const last = path.data() + std::min(end, path.size());
        if (end == std::string_view::npos || std::from_chars(first, last, step.index).ptr != last
            || first == last)
            return refuse("'" + std::string(path) + "' is no number in brackets");
        path.remove_prefix(end + 1);
        return std::optional(step);
    }
    if (path.substr(0, 2) == "->")
        path.remove_prefix(2);
    else if (path.front() == '.')
        path.remove_prefix(1);
    const std::size_t end = std::min(path.find_first_of(".-["), path.size());
    step.name = path.substr(0, end);
    if (step.name.empty())
        return refuse("a member's name is missing at '" + std::string(path) + "'");
    path.remove_prefix(end);
    return std::optional(step);
}

Part partOf(TypeId type, const ValuePlace &place, const TypeInfo &info)
{
    Part part;
    part.type = type;
    part.named = place.name;
    if (place.isReference) {
        part.isAddress = true;
        if (!place.registers.empty()) {
            part.text = place.registers.front();
        } else {
            part.text = place.base;
            part.offset = place.offset;
            part.text = part.loaded();
            part.offset = 0;
        }
    } else if (!place.registers.empty()) {
        part.text = place.registers.front();
        if (info.kind == TypeKind::Struct || info.kind == TypeKind::Union || info.size > kWord)
            part.registers = place.registers;
        if (!part.registers.empty())
            part.named.clear(); // the kernel takes structs by name through pointers only
    } else {
        part.text = place.base;
        part.isAddress = true;
        part.offset = place.offset;
    }
    return part;
}

/// Follows a pointer: what it points to.
Result<Part> followed(const TypeSource &types, Part part, bool isUserPlace)
{
    const TypeInfo info = types.info(part.type);
    if (part.bitSize != 0)
        return refuse("a pointer in a part of a register cannot be followed");
    if (part.isAddress)
        part.text = part.loaded();
    part.isAddress = true;
    part.offset = 0;
    part.isUser = part.isUser || isUserPlace || info.isUserPointer;
    part.type = info.target;
    part.isPointedTo = true;
    if (part.isUser)
        part.named.clear();
    return part;
}

bool isRecord(const TypeInfo &info)
{
    return info.kind == TypeKind::Struct || info.kind == TypeKind::Union;
}

Result<Part> memberOf(const TypeSource &types, Part part, std::string_view name)
{
    if (!isRecord(types.info(part.type)))
        return refuse("'" + types.name(part.type) + "' has no member '" + std::string(name) + "'");
    const auto member = types.member(part.type, name);
    if (!member)
        return refuse("'" + types.name(part.type) + "' has no member '" + std::string(name) + "'");
    part.type = member->type;
    if (!part.named.empty())
        part.named += (part.isPointedTo ? "->" : ".") + std::string(name);
    part.isPointedTo = false;
    if (part.isAddress) {
        if (member->bitOffset / 8
            > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()))
            return refuse("its offset is too large");
        part.offset += static_cast<std::int64_t>(member->bitOffset / 8);
        part.bitOffset = static_cast<std::uint32_t>(member->bitOffset % 8);
        part.bitSize = member->bitSize;
        return part;
    }
    // In registers: cut out of the one that holds it.
    const std::uint64_t at = part.bitOffset + member->bitOffset;
    part.bitOffset = static_cast<std::uint32_t>(std::min<std::uint64_t>(at, 0xffffU));
    part.bitSize = member->bitSize;
    if (types.info(part.type).kind == TypeKind::Pointer && part.bitOffset % 64 == 0
        && part.bitOffset / 64 < part.registers.size()) {
        part.text = part.registers[part.bitOffset / 64]; // Can be followed.
        part.bitOffset = 0;
        part.registers.clear();
    }
    return part;
}

Result<Part> elementOf(const TypeSource &types, Part part, std::uint64_t index)
{
    const TypeInfo info = types.info(part.type);
    const std::uint64_t size = types.info(info.target).size;
    if (!part.isAddress)
        return refuse("an array in registers cannot be taken apart");
    if (info.kind == TypeKind::Array && info.count != 0 && index >= info.count)
        return refuse("the array has " + std::to_string(info.count) + " elements");
    if (size == 0
        || index > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()) / size)
        return refuse("its offset is too large, or its size not known");
    part.offset += static_cast<std::int64_t>(index * size);
    part.type = info.target;
    part.named.clear();
    return part;
}

Result<Part> walk(const TypeSource &types, Part part, std::string_view path, bool isUserPlace)
{
    for (;;) {
        THRESHER_TRY_ASSIGN(const auto step, nextStep(path));
        if (!step)
            return part;
        const TypeInfo info = types.info(part.type);
        if (info.kind == TypeKind::Pointer) {
            THRESHER_TRY_ASSIGN(part, followed(types, std::move(part), isUserPlace));
            if (step->name.empty()) { // p[2]: elements are behind each other
                const std::uint64_t size = types.info(part.type).size;
                if (size == 0 || step->index > (std::uint64_t{1} << 31U) / size)
                    return refuse("its offset is too large, or its size not known");
                part.offset += static_cast<std::int64_t>(step->index * size);
                part.named.clear();
                continue;
            }
        }
        if (step->name.empty() && info.kind != TypeKind::Array)
            return refuse("'" + types.name(part.type) + "' is no array");
        if (step->name.empty()) {
            THRESHER_TRY_ASSIGN(part, elementOf(types, std::move(part), step->index));
        } else {
            THRESHER_TRY_ASSIGN(part, memberOf(types, std::move(part), step->name));
        }
    }
}

std::string bitsOf(std::uint64_t size, bool isSigned)
{
    return (isSigned ? 's' : 'u') + std::to_string(size * 8);
}

bool isFetchable(std::uint64_t size)
{
    return size == 1 || size == 2 || size == 4 || size == 8;
}

/// "u32", "x64": of a number; empty: it is none.
std::string numberType(const TypeInfo &info)
{
    switch (info.kind) {
    case TypeKind::Bool:
        return bitsOf(info.size, false);
    case TypeKind::Integer:
    case TypeKind::Enum:
        return bitsOf(info.size, info.isSigned);
    case TypeKind::Pointer:
    case TypeKind::Float: // Its bits: probes know no other way.
        return 'x' + std::to_string(info.size * 8);
    default:
        return {};
    }
}

/// @param least  bytes that are read at least.
Result<std::string> bitField(const Part &part, std::uint64_t least)
{
    const std::uint64_t end = part.bitOffset + part.bitSize;
    std::uint64_t size = least;
    while (size < kWord && end > size * 8)
        size *= 2;
    if (end > size * 8)
        return refuse("it lies across the bounds of what is read at once");
    return (part.isAddress ? part.loaded() : part.text) + ":b" + std::to_string(part.bitSize) + '@'
           + std::to_string(part.bitOffset) + '/' + std::to_string(size * 8);
}

/// A member of a struct that is in registers.
Result<std::string> ofRegisters(const Part &from, const TypeInfo &info)
{
    Part part = from;
    const std::size_t index = part.bitOffset / 64;
    if (isRecord(info) || info.kind == TypeKind::Array)
        return refuse("it is in registers as a whole: choose one of its members");
    if (info.size > kWord)
        return refuse("it is " + std::to_string(info.size)
                      + " bytes long, which probes cannot read");
    if (index >= part.registers.size())
        return refuse("it is not in the registers that are known");
    part.text = part.registers[index];
    part.bitOffset %= 64;
    const std::string type = numberType(info);
    if (part.bitSize == 0 && part.bitOffset == 0 && !type.empty() && isFetchable(info.size))
        return part.text + ':' + type;
    if (part.bitSize == 0)
        part.bitSize = static_cast<std::uint32_t>(info.size * 8);
    return bitField(part, kWord);
}

Result<std::string> ofArray(const TypeSource &types, const Part &part, const TypeInfo &info)
{
    const TypeInfo element = types.info(info.target);
    if (!part.isAddress)
        return refuse("an array in registers cannot be recorded");
    if (element.isCharacter && element.size == 1)
        return part.value() + (part.isUser ? ":ustring" : ":string");
    const std::string type = numberType(element);
    if (type.empty() || !isFetchable(element.size))
        return refuse("it is an array of '" + types.name(info.target)
                      + "': choose one of its elements");
    if (info.count == 0)
        return refuse("the array's length is not known: choose one of its elements");
    return part.loaded() + ':' + type + '[' + std::to_string(std::min(info.count, kMostElements))
           + ']';
}

Result<std::string> textOf(const TypeSource &types, const Part &part, bool isUserPlace)
{
    const TypeInfo info = types.info(part.type);
    if (!part.registers.empty())
        return ofRegisters(part, info);
    if (part.bitSize != 0)
        return bitField(part, part.isAddress ? 1 : kWord);
    if (info.kind == TypeKind::Array)
        return ofArray(types, part, info);
    if (isRecord(info))
        return refuse("'" + types.name(part.type) + "' is a struct: choose one of its members");
    const std::string type = numberType(info);
    if (type.empty())
        return refuse("'" + types.name(part.type) + "' has no value that could be recorded");
    if (!isFetchable(info.size))
        return refuse("it is " + std::to_string(info.size)
                      + " bytes long, which probes cannot read");
    const std::string value = part.value();
    if (info.kind == TypeKind::Pointer) {
        const TypeInfo target = types.info(info.target);
        const bool isUser = part.isUser || isUserPlace || info.isUserPointer;
        if ((target.isCharacter && target.size == 1) || info.isOtherText)
            return "+0(" + value + (isUser ? "):ustring" : "):string");
    }
    return value + ':' + type;
}

/// Bytes of "FIELD=" and more; the field is called by the last name of the path.
std::size_t argumentSize(const std::string &fetch, std::string_view name, std::string_view path)
{
    const std::string_view whole = path.empty() ? name : path;
    return whole.size() - (whole.find_last_of(".>") + 1) + 1 + fetch.size();
}

} // namespace

Result<std::string> fetchArgument(const TypeSource &types, TypeId type, const ValuePlace &place,
                                  std::string_view path)
{
    if (!place.isKnown())
        return refuse(place.whyNot);
    THRESHER_TRY_ASSIGN(const Part part,
                        walk(types, partOf(type, place, types.info(type)), path, place.isUser));
    THRESHER_TRY_ASSIGN(std::string text, textOf(types, part, place.isUser));
    if (part.named.empty() || argumentSize(text, place.name, path) <= kMostArgumentBytes)
        return text;
    ValuePlace unnamed = place;
    unnamed.name.clear();
    return fetchArgument(types, type, unnamed, path);
}

Result<TypeId> typeOfPath(const TypeSource &types, TypeId type, std::string_view path)
{
    Part part;
    part.type = type;
    part.isAddress = true;
    THRESHER_TRY_ASSIGN(part, walk(types, std::move(part), path, false));
    return part.type;
}

} // namespace thresher::capture
