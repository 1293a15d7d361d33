// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers

// Types as DWARF has them.

#include "capture/symbols/debuginfo_p.h"

#include <dwarf.h>

#include <limits>

namespace thresher::capture {

namespace {

constexpr int kDeepest = 32; // typedefs and qualifiers
constexpr int kMostNamed = 64; // types in one name
constexpr std::uint64_t kAlternative = std::uint64_t{1} << 63U;
constexpr TypeId kNoType{std::numeric_limits<std::uint64_t>::max()};

std::string textOf(Dwarf_Die &die)
{
    const char *const name = ::dwarf_diename(&die);
    return name != nullptr ? name : "";
}

bool isModifier(int tag)
{
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type
           || tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

std::optional<std::uint64_t> number(Dwarf_Die &die, unsigned attribute)
{
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (::dwarf_attr_integrate(&die, attribute, &found) == nullptr
        || ::dwarf_formudata(&found, &value) != 0)
        return std::nullopt;
    return value;
}

bool hasFlag(Dwarf_Die &die, unsigned attribute)
{
    Dwarf_Attribute found;
    bool flag = false;
    return ::dwarf_attr_integrate(&die, attribute, &found) != nullptr
           && ::dwarf_formflag(&found, &flag) == 0 && flag;
}

/// Elements of an array, of all its dimensions together; 0: not known.
std::uint64_t elementsOf(Dwarf_Die &array)
{
    std::uint64_t count = 1;
    Dwarf_Die child;
    for (bool hasMore = ::dwarf_child(&array, &child) == 0; hasMore;
         hasMore = ::dwarf_siblingof(&child, &child) == 0) {
        if (::dwarf_tag(&child) != DW_TAG_subrange_type)
            continue;
        const auto last = number(child, DW_AT_upper_bound);
        const std::uint64_t length = number(child, DW_AT_count).value_or(last ? *last + 1 : 0);
        count = length > std::numeric_limits<std::uint32_t>::max() ? 0 : count * length;
        if (count > std::numeric_limits<std::uint32_t>::max())
            return 0;
    }
    return count;
}

void setEncoding(TypeInfo &info, std::uint64_t encoding)
{
    info.kind = TypeKind::Integer;
    switch (encoding) {
    case DW_ATE_boolean:
        info.kind = TypeKind::Bool;
        break;
    case DW_ATE_float:
    case DW_ATE_imaginary_float:
    case DW_ATE_decimal_float:
        info.kind = TypeKind::Float;
        break;
    case DW_ATE_signed:
        info.isSigned = true;
        break;
    case DW_ATE_signed_char:
        info.isSigned = true;
        info.isCharacter = true;
        break;
    case DW_ATE_unsigned_char: // uint8_t too, which is a number
    case DW_ATE_unsigned:
    case DW_ATE_UTF:
    case DW_ATE_address:
        break;
    default:
        info.kind = TypeKind::Unknown; // complex ones are two numbers
    }
}

bool isCPlusPlus(Dwarf_Die &die)
{
    Dwarf_Die unit;
    if (::dwarf_diecu(&die, &unit, nullptr, nullptr) == nullptr)
        return false;
    const int language = ::dwarf_srclang(&unit);
    return language == DW_LANG_C_plus_plus || language == DW_LANG_C_plus_plus_03
           || language == DW_LANG_C_plus_plus_11 || language == DW_LANG_C_plus_plus_14
           || language == DW_LANG_Rust;
}

/// A member's place, in bits; nullopt: it has none that is fixed.
std::optional<std::uint64_t> bitOffsetOf(Dwarf_Die &member, bool isUnion)
{
    if (const auto bits = number(member, DW_AT_data_bit_offset))
        return *bits;
    const auto bytes = number(member, DW_AT_data_member_location);
    if (!bytes && !isUnion && ::dwarf_hasattr(&member, DW_AT_data_member_location) != 0)
        return std::nullopt; // A virtual base's.
    return bytes.value_or(0) * 8;
}

} // namespace

std::uint32_t DebugInfo::pointerSize() const
{
    return m_data->symbols->program().elf.is64() ? 8 : 4;
}

TypeId DebugInfo::Private::idOf(Dwarf_Die &die) const
{
    Dwarf_Half version = 0;
    std::uint8_t kind = 0;
    if (::dwarf_cu_info(die.cu, &version, &kind, nullptr, nullptr, nullptr, nullptr, nullptr) != 0
        || (kind == DW_UT_type && version < 5)) // in a section of its own
        return kNoType;
    const bool isOther = alternative.dwarf
                         && ::dwarf_cu_getdwarf(die.cu) == alternative.dwarf.get();
    return TypeId{::dwarf_dieoffset(&die) | (isOther ? kAlternative : 0)};
}

std::optional<Dwarf_Die> DebugInfo::Private::dieOf(TypeId type) const
{
    const auto number = static_cast<std::uint64_t>(type);
    Dwarf *const owner = (number & kAlternative) != 0 ? alternative.dwarf.get() : file.dwarf.get();
    Dwarf_Die die;
    if (type == kVoidType || type == kNoType || owner == nullptr
        || ::dwarf_offdie(owner, number & ~kAlternative, &die) == nullptr)
        return std::nullopt;
    return die;
}

TypeId DebugInfo::Private::typeOf(Dwarf_Die &die) const
{
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    if (::dwarf_attr_integrate(&die, DW_AT_type, &attribute) == nullptr)
        return kVoidType;
    return ::dwarf_formref_die(&attribute, &type) != nullptr ? idOf(type) : kNoType;
}

void DebugInfo::Private::setArray(TypeInfo &info, Dwarf_Die &array) const
{
    info.kind = TypeKind::Array;
    info.target = typeOf(array);
    info.count = elementsOf(array);
    // libdw bounds how deep it looks; arrays of themselves would not end.
    auto element = dieOf(info.target);
    Dwarf_Word size = 0;
    if (element && ::dwarf_aggregate_size(&*element, &size) == 0
        && size <= std::numeric_limits<std::uint32_t>::max())
        info.size = size * info.count;
}

bool DebugInfo::Private::isSignedEnum(Dwarf_Die &enumeration) const
{
    TypeInfo under;
    auto base = dieOf(typeOf(enumeration));
    if (base && ::dwarf_tag(&*base) == DW_TAG_base_type)
        setEncoding(under, number(*base, DW_AT_encoding).value_or(0));
    return under.isSigned;
}

TypeInfo DebugInfo::info(TypeId type) const
{
    TypeInfo info;
    auto die = m_data->dieOf(type);
    for (int depth = 0; die && isModifier(::dwarf_tag(&*die)); ++depth) {
        type = depth < kDeepest ? m_data->typeOf(*die) : kNoType;
        die = m_data->dieOf(type);
    }
    if (!die) {
        info.kind = type == kVoidType ? TypeKind::Void : TypeKind::Unknown;
        return info;
    }
    info.size = number(*die, DW_AT_byte_size).value_or(0);
    switch (::dwarf_tag(&*die)) {
    case DW_TAG_base_type:
        setEncoding(info, number(*die, DW_AT_encoding).value_or(0));
        // Which is unsigned on some machines.
        info.isCharacter = info.isCharacter || textOf(*die) == "char";
        break;
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        info.kind = TypeKind::Pointer;
        info.size = pointerSize();
        info.target = m_data->typeOf(*die);
        break;
    case DW_TAG_array_type:
        m_data->setArray(info, *die);
        break;
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
        info.kind = ::dwarf_tag(&*die) == DW_TAG_union_type ? TypeKind::Union : TypeKind::Struct;
        info.isPassedByReference = number(*die, DW_AT_calling_convention).value_or(0)
                                   == DW_CC_pass_by_reference;
        break;
    case DW_TAG_enumeration_type:
        info.kind = TypeKind::Enum;
        info.isSigned = m_data->isSignedEnum(*die);
        break;
    case DW_TAG_subroutine_type:
        info.kind = TypeKind::Function;
        break;
    default:
        break;
    }
    return info;
}

namespace {

/// Writes a type's name; `left` types of it at most.
struct NameWriter
{
    const DebugInfo::Private &data;
    int left = kMostNamed;

    std::string of(TypeId type)
    {
        if (type == kVoidType)
            return "void";
        auto die = data.dieOf(type);
        if (!die)
            return "?";
        if (left-- <= 0)
            return "…";
        return of(*die);
    }

    std::string of(Dwarf_Die &die)
    {
        switch (::dwarf_tag(&die)) {
        case DW_TAG_pointer_type:
            return pointer(die, "*");
        case DW_TAG_reference_type:
            return pointer(die, "&");
        case DW_TAG_rvalue_reference_type:
            return pointer(die, "&&");
        case DW_TAG_array_type: {
            const std::uint64_t count = elementsOf(die);
            return of(data.typeOf(die)) + '[' + (count != 0 ? std::to_string(count) : "") + ']';
        }
        case DW_TAG_const_type:
            return qualified(die, "const");
        case DW_TAG_volatile_type:
            return qualified(die, "volatile");
        case DW_TAG_restrict_type:
            return qualified(die, "restrict");
        case DW_TAG_structure_type:
            return tagged(die, "struct");
        case DW_TAG_union_type:
            return tagged(die, "union");
        case DW_TAG_enumeration_type:
            return tagged(die, "enum");
        case DW_TAG_subroutine_type:
            return function(die, "");
        default: {
            const std::string name = textOf(die);
            return name.empty() ? "?" : name;
        }
        }
    }

    std::string pointer(Dwarf_Die &die, std::string_view sign)
    {
        // Rust has names for its own.
        if (const std::string name = textOf(die); !name.empty())
            return name;
        const TypeId target = data.typeOf(die);
        if (auto pointed = data.dieOf(target);
            pointed && ::dwarf_tag(&*pointed) == DW_TAG_subroutine_type && left-- > 0)
            return function(*pointed, sign);
        const std::string inner = of(target);
        const bool isPointer = inner.back() == '*' || inner.back() == '&';
        return inner + (isPointer ? "" : " ") + std::string(sign);
    }

    std::string qualified(Dwarf_Die &die, std::string_view word)
    {
        const std::string inner = of(data.typeOf(die));
        return inner.back() == '*' ? inner + std::string(word) : std::string(word) + ' ' + inner;
    }

    static std::string tagged(Dwarf_Die &die, std::string_view tag)
    {
        const std::string name = textOf(die);
        if (name.empty())
            return std::string(tag) + " {…}";
        return isCPlusPlus(die) ? name : std::string(tag) + ' ' + name;
    }

    std::string function(Dwarf_Die &die, std::string_view sign)
    {
        std::string text = of(data.typeOf(die)) + " (" + std::string(sign) + ")(";
        bool isFirst = true;
        Dwarf_Die child;
        for (bool hasMore = ::dwarf_child(&die, &child) == 0; hasMore && left > 0;
             hasMore = ::dwarf_siblingof(&child, &child) == 0) {
            text += isFirst ? "" : ", ";
            isFirst = false;
            text += ::dwarf_tag(&child) == DW_TAG_unspecified_parameters ? "..."
                                                                         : of(data.typeOf(child));
        }
        return text + (isFirst ? "void)" : ")");
    }
};

} // namespace

std::string DebugInfo::name(TypeId type) const
{
    NameWriter writer{*m_data};
    return writer.of(type);
}

std::vector<TypeMember> DebugInfo::members(TypeId type) const
{
    std::vector<TypeMember> members;
    auto die = m_data->dieOf(type);
    for (int depth = 0; die && isModifier(::dwarf_tag(&*die)); ++depth)
        die = depth < kDeepest ? m_data->dieOf(m_data->typeOf(*die)) : std::nullopt;
    if (!die)
        return members;
    const int tag = ::dwarf_tag(&*die);
    if (tag != DW_TAG_structure_type && tag != DW_TAG_class_type && tag != DW_TAG_union_type)
        return members;
    Dwarf_Die child;
    for (bool hasMore = ::dwarf_child(&*die, &child) == 0; hasMore;
         hasMore = ::dwarf_siblingof(&child, &child) == 0) {
        const int kind = ::dwarf_tag(&child);
        // The members of a base class are its own.
        if ((kind != DW_TAG_member && kind != DW_TAG_inheritance) || hasFlag(child, DW_AT_external)
            || hasFlag(child, DW_AT_declaration))
            continue;
        const auto offset = bitOffsetOf(child, tag == DW_TAG_union_type);
        if (!offset)
            continue;
        TypeMember member{kind == DW_TAG_member ? textOf(child) : std::string(),
                          m_data->typeOf(child), *offset,
                          static_cast<std::uint32_t>(number(child, DW_AT_bit_size).value_or(0))};
        const auto oldOffset = number(child, DW_AT_bit_offset);
        if (member.bitSize != 0 && oldOffset && !m_data->symbols->program().elf.isBigEndian()) {
            // DWARF 3 counted from the highest bit.
            const std::uint64_t size
                = number(child, DW_AT_byte_size).value_or(info(member.type).size);
            member.bitOffset += size * 8 - *oldOffset - member.bitSize;
        }
        members.push_back(std::move(member));
    }
    return members;
}

} // namespace thresher::capture
