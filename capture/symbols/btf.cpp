// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/btf.h"

#include "capture/symbols/textscan_p.h"
#include "model/base/bytes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace thresher::capture {

namespace {

constexpr std::uint16_t kMagic = 0xeb9f;
constexpr std::size_t kTypeHead = 12; // bytes
constexpr std::uint32_t kMostTypes = 1U << 27U;
/// Chains of typedefs and qualifiers, and types within types. C code has a few.
constexpr int kDeepest = 32;
constexpr int kMostNamed = 64; // types in one name

enum Kind : std::uint32_t {
    kInt = 1,
    kPointer,
    kArray,
    kStruct,
    kUnion,
    kEnum,
    kForward,
    kTypedef,
    kVolatile,
    kConst,
    kRestrict,
    kFunction,
    kPrototype,
    kVariable,
    kDataSection,
    kFloat,
    kDeclarationTag,
    kTypeTag,
    kEnum64,
};

/// Bytes behind the head: of each kind, once, and for each of its parts.
struct Extra
{
    std::uint32_t once = 0;
    std::uint32_t each = 0;
};
constexpr std::array<Extra, 20> kExtra{{{},     {4, 0},  {}, {12, 0}, {0, 12}, {0, 12}, {0, 8},
                                        {},     {},      {}, {},      {},      {},      {0, 8},
                                        {4, 0}, {0, 12}, {}, {4, 0},  {},      {0, 12}}};

} // namespace

struct Btf::Type
{
    std::uint32_t id = 0;
    std::uint32_t nameOffset = 0;
    std::uint32_t kind = 0;
    std::uint32_t parts = 0;
    bool flag = false;
    std::uint32_t sizeOrType = 0;
    const Btf *owner = nullptr; ///< In whose bytes it is.
    std::size_t more = 0; ///< Where what is behind the head begins, in its types.

    [[nodiscard]] std::uint32_t part(std::size_t index) const
    {
        return owner->word(more + index * sizeof(std::uint32_t));
    }
    [[nodiscard]] bool isModifier() const
    {
        return kind == kTypedef || kind == kVolatile || kind == kConst || kind == kRestrict
               || kind == kTypeTag;
    }
};

Result<std::shared_ptr<const Btf>> Btf::read(const std::string &path,
                                             std::shared_ptr<const Btf> base)
{
    const auto text = readTextFile(path);
    if (!text)
        return failErrno(errno, "reading the kernel's types", path);
    const auto bytes = asBytes(*text);
    auto btf = parse({bytes.begin(), bytes.end()}, std::move(base));
    if (!btf)
        btf.error().where = path;
    return btf;
}

Result<std::shared_ptr<const Btf>> Btf::parse(std::vector<std::byte> bytes,
                                              std::shared_ptr<const Btf> base)
{
    auto btf = std::shared_ptr<Btf>(new Btf);
    btf->m_bytes = std::move(bytes);
    const std::span<const std::byte> all = btf->m_bytes;
    const bool isBig = !all.empty() && std::to_integer<unsigned>(all[0]) == kMagic >> 8U;
    btf->m_swap = needsSwap(isBig);
    ByteReader reader(all, isBig);
    const std::uint16_t magic = reader.u16();
    const std::uint8_t version = reader.u8();
    reader.u8(); // flags
    const std::uint32_t head = reader.u32();
    const std::uint32_t typesAt = reader.u32();
    const std::uint32_t typesSize = reader.u32();
    const std::uint32_t stringsAt = reader.u32();
    const std::uint32_t stringsSize = reader.u32();
    if (!reader.isOk() || magic != kMagic)
        return fail(ErrorKind::Damaged, "This is no BTF.");
    if (version != 1)
        return fail(ErrorKind::Unsupported,
                    "BTF of version " + std::to_string(version) + " is not known.");
    btf->m_types = slice(all, std::uint64_t{head} + typesAt, typesSize);
    btf->m_strings = slice(all, std::uint64_t{head} + stringsAt, stringsSize);
    if (btf->m_types.size() != typesSize || btf->m_strings.size() != stringsSize)
        return fail(ErrorKind::Damaged, "The BTF is cut short.");
    if (base != nullptr) {
        btf->m_firstId = base->typeCount();
        btf->m_firstString = base->m_firstString
                             + static_cast<std::uint32_t>(base->m_strings.size());
        btf->m_base = std::move(base);
    }
    THRESHER_TRY(btf->index());
    return btf;
}

Result<void> Btf::index()
{
    std::size_t at = 0;
    while (at < m_types.size()) {
        if (m_types.size() - at < kTypeHead)
            return fail(ErrorKind::Damaged, "The BTF ends within a type.", {},
                        static_cast<std::int64_t>(at));
        const std::uint32_t id = typeCount();
        m_offsets.push_back(static_cast<std::uint32_t>(at));
        const auto type = typeOf(id);
        if (!type || type->kind == 0 || type->kind >= kExtra.size() || id >= kMostTypes)
            return fail(ErrorKind::Unsupported,
                        "The BTF has a kind of type that is not known: it is damaged, or newer "
                        "than Thresher.",
                        {}, static_cast<std::int64_t>(at));
        const Extra extra = kExtra[type->kind];
        at = type->more + extra.once + std::size_t{extra.each} * type->parts;
        if (at > m_types.size())
            return fail(ErrorKind::Damaged, "The BTF ends within a type.", {},
                        static_cast<std::int64_t>(m_offsets.back()));
        if (type->kind == kFunction)
            m_functions.push_back(id);
        else if (type->nameOffset != 0
                 && (type->kind == kStruct || type->kind == kUnion || type->kind == kEnum
                     || type->kind == kEnum64 || type->kind == kTypedef))
            m_named.push_back(id);
    }
    for (auto *const list : {&m_functions, &m_named}) {
        std::stable_sort(list->begin(), list->end(), [this](std::uint32_t a, std::uint32_t b) {
            return string(typeOf(a)->nameOffset) < string(typeOf(b)->nameOffset);
        });
    }
    return {};
}

std::uint32_t Btf::word(std::size_t offset) const
{
    return offset + sizeof(std::uint32_t) <= m_types.size()
               ? loadNumber<std::uint32_t>(m_types.data() + offset, m_swap)
               : 0;
}

std::optional<Btf::Type> Btf::typeOf(std::uint32_t id) const
{
    if (id < m_firstId)
        return m_base != nullptr && id != 0 ? m_base->typeOf(id) : std::nullopt;
    if (id - m_firstId >= m_offsets.size())
        return std::nullopt;
    const std::size_t at = m_offsets[id - m_firstId];
    const std::uint32_t details = word(at + 4);
    Type type;
    type.id = id;
    type.nameOffset = word(at);
    type.parts = details & 0xffffU;
    type.kind = (details >> 24U) & 0x1fU;
    type.flag = (details >> 31U) != 0;
    type.sizeOrType = word(at + 8);
    type.owner = this;
    type.more = at + kTypeHead;
    return type;
}

std::string_view Btf::string(std::uint32_t offset) const
{
    if (offset < m_firstString)
        return m_base->string(offset);
    const auto rest = asText(slice(m_strings, offset - m_firstString, m_strings.size()));
    return rest.substr(0, rest.find('\0'));
}

std::uint32_t Btf::withoutModifiers(std::uint32_t id) const
{
    for (int depth = 0; depth < kDeepest; ++depth) {
        const auto type = typeOf(id);
        if (!type || !type->isModifier())
            return id;
        id = type->sizeOrType;
    }
    return 0; // A circle is nothing.
}

/// Whether what a pointer points to is marked as memory of user space.
bool Btf::isTaggedUser(std::uint32_t id) const
{
    for (int depth = 0; depth < kDeepest; ++depth) {
        const auto type = typeOf(id);
        if (!type || !type->isModifier())
            return false;
        if (type->kind == kTypeTag && string(type->nameOffset) == "user")
            return true;
        id = type->sizeOrType;
    }
    return false;
}

/// Not by a typedef: u8 is a number.
bool Btf::isConstUnsignedChar(std::uint32_t id) const
{
    const auto constant = typeOf(id);
    const auto plain = constant && constant->kind == kConst ? typeOf(constant->sizeOrType)
                                                            : std::nullopt;
    return plain && plain->kind == kInt && string(plain->nameOffset) == "unsigned char";
}

std::uint64_t Btf::sizeOf(std::uint32_t id, int depth) const
{
    const auto type = typeOf(withoutModifiers(id));
    if (!type || depth == 0)
        return 0;
    switch (type->kind) {
    case kPointer:
        return pointerSize();
    case kArray: {
        const std::uint64_t element = sizeOf(type->part(0), depth - 1);
        const std::uint64_t count = type->part(2);
        return element <= std::numeric_limits<std::uint32_t>::max() ? element * count : 0;
    }
    case kInt:
    case kStruct:
    case kUnion:
    case kEnum:
    case kEnum64:
    case kFloat:
        return type->sizeOrType;
    default:
        return 0;
    }
}

TypeInfo Btf::info(TypeId id) const
{
    constexpr std::uint32_t kSigned = 1;
    constexpr std::uint32_t kCharacter = 2;
    constexpr std::uint32_t kBool = 4;
    TypeInfo info;
    const std::uint32_t plain = withoutModifiers(static_cast<std::uint32_t>(id));
    const auto type = typeOf(plain);
    if (!type) {
        info.kind = plain == 0 ? TypeKind::Void : TypeKind::Unknown;
        return info;
    }
    info.size = sizeOf(type->id, kDeepest);
    switch (type->kind) {
    case kInt: {
        const std::uint32_t encoding = (type->part(0) >> 24U) & 0xfU;
        info.kind = (encoding & kBool) != 0 ? TypeKind::Bool : TypeKind::Integer;
        info.isSigned = (encoding & kSigned) != 0;
        // Compilers call it "char", not by its encoding.
        info.isCharacter = (encoding & kCharacter) != 0 || string(type->nameOffset) == "char";
        break;
    }
    case kPointer:
        info.kind = TypeKind::Pointer;
        info.target = TypeId{type->sizeOrType};
        info.isUserPointer = isTaggedUser(type->sizeOrType);
        info.isOtherText = isConstUnsignedChar(type->sizeOrType);
        break;
    case kArray:
        info.kind = TypeKind::Array;
        info.target = TypeId{type->part(0)};
        info.count = type->part(2);
        break;
    case kStruct:
    case kUnion:
        info.kind = type->kind == kStruct ? TypeKind::Struct : TypeKind::Union;
        break;
    case kEnum:
    case kEnum64:
        info.kind = TypeKind::Enum;
        info.isSigned = type->flag;
        break;
    case kFloat:
        info.kind = TypeKind::Float;
        break;
    case kPrototype:
        info.kind = TypeKind::Function;
        break;
    default:
        break;
    }
    return info;
}

std::string Btf::prototypeName(const Type &type, std::string_view inner, int &left) const
{
    std::string text = nameWithin(type.sizeOrType, left) + " (" + std::string(inner) + ")(";
    for (std::uint32_t i = 0; i < type.parts && left > 0; ++i) {
        const std::uint32_t parameter = type.part(std::size_t{i} * 2 + 1);
        text += i > 0 ? ", " : "";
        text += parameter == 0 ? "..." : nameWithin(parameter, left);
    }
    return text + (type.parts == 0 ? "void)" : ")");
}

std::string Btf::name(TypeId type) const
{
    int left = kMostNamed;
    return nameWithin(static_cast<std::uint32_t>(type), left);
}

std::string Btf::nameWithin(std::uint32_t id, int &left) const
{
    const auto type = typeOf(id);
    if (!type)
        return id == 0 ? "void" : "?";
    if (left-- <= 0)
        return "…";
    const std::string own(string(type->nameOffset));
    const auto tagged = [&own](std::string_view tag) {
        return std::string(tag) + (own.empty() ? " {…}" : ' ' + own);
    };
    const auto qualified = [&](std::string_view word) {
        const std::string inner = nameWithin(type->sizeOrType, left);
        // "const char *" is a pointer to const, "char *const" a constant pointer.
        return inner.back() == '*' ? inner + std::string(word) : std::string(word) + ' ' + inner;
    };
    switch (type->kind) {
    case kPointer: {
        const auto target = typeOf(type->sizeOrType);
        if (target && target->kind == kPrototype)
            return prototypeName(*target, "*", left);
        const std::string inner = nameWithin(type->sizeOrType, left);
        return inner + (inner.back() == '*' ? "*" : " *");
    }
    case kArray:
        return nameWithin(type->part(0), left) + '[' + std::to_string(type->part(2)) + ']';
    case kStruct:
        return tagged("struct");
    case kUnion:
        return tagged("union");
    case kEnum:
    case kEnum64:
        return tagged("enum");
    case kForward:
        return tagged(type->flag ? "union" : "struct");
    case kVolatile:
        return qualified("volatile");
    case kConst:
        return qualified("const");
    case kRestrict:
        return qualified("restrict");
    case kTypeTag:
        return nameWithin(type->sizeOrType, left);
    case kPrototype:
        return prototypeName(*type, "", left);
    default:
        return own.empty() ? "?" : own;
    }
}

std::vector<TypeMember> Btf::members(TypeId id) const
{
    constexpr std::size_t kWords = 3; // name, type, offset
    const auto type = typeOf(withoutModifiers(static_cast<std::uint32_t>(id)));
    std::vector<TypeMember> members;
    if (!type || (type->kind != kStruct && type->kind != kUnion))
        return members;
    members.reserve(type->parts);
    for (std::size_t i = 0; i < type->parts; ++i) {
        const std::uint32_t memberType = type->part(i * kWords + 1);
        const std::uint32_t offset = type->part(i * kWords + 2);
        TypeMember member{std::string(string(type->part(i * kWords))), TypeId{memberType}, offset};
        if (type->flag) {
            member.bitOffset = offset & 0xffffffU;
            member.bitSize = offset >> 24U;
        } else if (const auto plain = typeOf(withoutModifiers(memberType));
                   plain && plain->kind == kInt) {
            // The old way: an integer of its own, of fewer bits than its bytes have.
            const std::uint32_t details = plain->part(0);
            const std::uint32_t bits = details & 0xffU;
            if (bits != plain->sizeOrType * 8U) {
                member.bitSize = bits;
                member.bitOffset += (details >> 16U) & 0xffU;
            }
        }
        members.push_back(std::move(member));
    }
    return members;
}

FunctionSignature Btf::signature(const Type &function) const
{
    FunctionSignature signature;
    signature.name = string(function.nameOffset);
    const auto prototype = typeOf(function.sizeOrType);
    if (!prototype || prototype->kind != kPrototype)
        return signature;
    signature.result = TypeId{prototype->sizeOrType};
    for (std::uint32_t i = 0; i < prototype->parts; ++i) {
        const std::uint32_t type = prototype->part(std::size_t{i} * 2 + 1);
        if (type == 0)
            signature.isVariadic = true;
        else
            signature.parameters.push_back(
                {std::string(string(prototype->part(std::size_t{i} * 2))), TypeId{type}});
    }
    return signature;
}

std::span<const std::uint32_t> Btf::rangeOf(const std::vector<std::uint32_t> &sorted,
                                            std::string_view name) const
{
    const auto nameOf = [this](std::uint32_t id) { return string(typeOf(id)->nameOffset); };
    const auto begin = std::lower_bound(
        sorted.begin(), sorted.end(), name,
        [&](std::uint32_t id, std::string_view wanted) { return nameOf(id) < wanted; });
    auto end = begin;
    while (end != sorted.end() && nameOf(*end) == name)
        ++end;
    return {begin, end};
}

std::optional<FunctionSignature> Btf::function(std::string_view name, std::size_t *howMany) const
{
    const auto range = rangeOf(m_functions, name);
    if (howMany != nullptr)
        *howMany = range.size();
    if (range.empty())
        return std::nullopt;
    return signature(*typeOf(range.front()));
}

std::vector<std::string_view> Btf::functionNames() const
{
    std::vector<std::string_view> names;
    names.reserve(m_functions.size());
    for (const std::uint32_t id : m_functions)
        names.push_back(string(typeOf(id)->nameOffset));
    return names;
}

std::optional<TypeId> Btf::named(std::string_view name) const
{
    const auto range = rangeOf(m_named, name);
    if (!range.empty())
        return TypeId{range.front()};
    return m_base != nullptr ? m_base->named(name) : std::nullopt;
}

} // namespace thresher::capture
