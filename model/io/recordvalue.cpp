// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

/// The values of a format's expressions, as C would have them.
namespace thresher {

namespace {

using namespace std::string_view_literals;

struct CastType
{
    std::uint32_t size = 8;
    bool isSigned = false;
};

CastType castType(std::string_view type)
{
    if (type.ends_with('*'))
        return {};
    bool isSigned = true;
    if (type.starts_with("unsigned "sv)) {
        isSigned = false;
        type.remove_prefix(9);
    } else if (type.starts_with("signed "sv)) {
        type.remove_prefix(7);
    }
    while (type.starts_with('_'))
        type.remove_prefix(1);
    struct Known
    {
        std::string_view name;
        CastType type;
    };
    static constexpr std::array<Known, 8> fixed = {{
        {"u8"sv, {1, false}},
        {"u16"sv, {2, false}},
        {"u32"sv, {4, false}},
        {"s8"sv, {1, true}},
        {"s16"sv, {2, true}},
        {"s32"sv, {4, true}},
        {"unsigned"sv, {4, false}},
        {"bool"sv, {1, false}},
    }};
    for (const auto &known : fixed) {
        if (known.name == type)
            return known.type;
    }
    if (type == "char"sv)
        return {1, isSigned};
    if (type == "short"sv)
        return {2, isSigned};
    if (type == "int"sv)
        return {4, isSigned};
    return {};
}

// The size of an array's elements, by the type's name; 0 where it is not known.
std::uint32_t elementSize(const EventField &field, std::uint32_t longSize)
{
    const std::string_view type = field.type;
    if (!field.isDynamic && !field.isRelative) {
        const auto open = type.rfind('[');
        std::uint32_t count = 0;
        if (open != std::string_view::npos)
            std::from_chars(type.data() + open + 1, type.data() + type.size(), count);
        if (count > 0)
            return field.size / count;
    }
    const auto element = type.substr(0, type.find('['));
    const auto has = [&](std::string_view word) {
        return element.find(word) != std::string_view::npos;
    };
    if (has("64"sv) || has("long long"sv))
        return 8;
    if (has("32"sv) || has("int"sv))
        return 4;
    if (has("16"sv) || has("short"sv))
        return 2;
    if (has("8"sv) || has("char"sv) || has("bool"sv))
        return 1;
    return longSize;
}

} // namespace

const PrintNode &RecordText::withoutCasts(std::uint32_t index) const
{
    const auto *inner = &node(index);
    while (inner->kind == Kind::Cast)
        inner = &node(inner->a);
    return *inner;
}

std::uint64_t RecordText::fieldValue(const EventField &field) const
{
    if (field.offset > m_payload.size() || field.size > m_payload.size() - field.offset)
        return 0;
    const std::byte *const from = m_payload.data() + field.offset;
    std::uint64_t number = 0;
    switch (field.size) {
    case 1:
        number = loadNumber<std::uint8_t>(from, m_swap);
        break;
    case 2:
        number = loadNumber<std::uint16_t>(from, m_swap);
        break;
    case 4:
        number = loadNumber<std::uint32_t>(from, m_swap);
        break;
    case 8:
        return loadNumber<std::uint64_t>(from, m_swap);
    default:
        return 0;
    }
    return field.isSigned ? signExtended(number, field.size) : number;
}

std::span<const std::byte> RecordText::located(const EventField &field) const
{
    return readBytes(field, m_payload, m_context.bigEndian);
}

// The bytes that an argument of __print_hex and its kin stands for.
std::span<const std::byte> RecordText::array(std::uint32_t index) const
{
    const auto &inner = withoutCasts(index);
    if (inner.kind == Kind::DynamicArray)
        return located(field(inner));
    if (inner.kind == Kind::Field && field(inner).offset <= m_payload.size())
        return m_payload.subspan(field(inner).offset);
    return {};
}

std::uint64_t RecordText::value(std::uint32_t index) const
{
    const auto &n = node(index);
    switch (n.kind) {
    case Kind::Atom:
        return n.number;
    case Kind::Field:
        return fieldValue(field(n));
    case Kind::Cast: {
        const auto type = castType(n.text);
        const auto number = truncated(value(n.a), type.size);
        return type.isSigned ? signExtended(number, type.size) : number;
    }
    case Kind::DynamicLength:
        return located(field(n)).size();
    case Kind::DynamicArray: {
        // An address in the record, which has no meaning outside: where it lies in it.
        const auto bytes = located(field(n));
        return bytes.empty() ? 0 : static_cast<std::uint64_t>(bytes.data() - m_payload.data());
    }
    case Kind::Unary: {
        const auto operand = value(n.a);
        return n.op == PrintOp::Not          ? std::uint64_t{operand == 0}
               : n.op == PrintOp::Complement ? ~operand
               : n.op == PrintOp::Negate     ? 0 - operand
                                             : operand;
    }
    case Kind::Binary:
        return binary(n);
    case Kind::Conditional:
        return value(value(n.a) != 0 ? n.b : n.c);
    case Kind::Index:
        return element(n);
    case Kind::Plugin: {
        BoundedText unused;
        return m_context.plugins ? m_context.plugins->call(n, unused) : 0;
    }
    case Kind::Flags:
    case Kind::Symbols:
    case Kind::Hex:
    case Kind::HexString:
    case Kind::IntArray:
    case Kind::DynamicString:
    case Kind::Bitmask:
    case Kind::Cpumask:
        return 0;
    }
    return 0;
}

std::uint64_t RecordText::binary(const PrintNode &n) const
{
    const auto left = value(n.a);
    if (n.op == PrintOp::And)
        return std::uint64_t{left != 0 && value(n.b) != 0};
    if (n.op == PrintOp::Or)
        return std::uint64_t{left != 0 || value(n.b) != 0};
    const auto right = value(n.b);
    const auto signedLeft = static_cast<std::int64_t>(left);
    const auto signedRight = static_cast<std::int64_t>(right);
    const bool isUnsigned = node(n.a).isWideUnsigned || node(n.b).isWideUnsigned;
    const bool isLess = isUnsigned ? left < right : signedLeft < signedRight;
    // INT64_MIN / -1 is the one quotient that does not fit.
    const bool divides = right != 0
                         && (isUnsigned || signedLeft != std::numeric_limits<std::int64_t>::min()
                             || signedRight != -1);
    switch (n.op) {
    case PrintOp::Multiply:
        return left * right;
    case PrintOp::Divide:
        return !divides     ? 0
               : isUnsigned ? left / right
                            : static_cast<std::uint64_t>(signedLeft / signedRight);
    case PrintOp::Modulo:
        return !divides     ? 0
               : isUnsigned ? left % right
                            : static_cast<std::uint64_t>(signedLeft % signedRight);
    case PrintOp::Add:
        return left + right;
    case PrintOp::Subtract:
        return left - right;
    case PrintOp::ShiftLeft:
        return right < 64 ? left << right : 0;
    case PrintOp::ShiftRight:
        if (right >= 64)
            return 0;
        return node(n.a).isWideUnsigned ? left >> right
                                        : static_cast<std::uint64_t>(signedLeft >> right);
    case PrintOp::Less:
        return std::uint64_t{isLess};
    case PrintOp::LessEqual:
        return std::uint64_t{isLess || left == right};
    case PrintOp::Greater:
        return std::uint64_t{!isLess && left != right};
    case PrintOp::GreaterEqual:
        return std::uint64_t{!isLess};
    case PrintOp::Equal:
        return std::uint64_t{left == right};
    case PrintOp::NotEqual:
        return std::uint64_t{left != right};
    case PrintOp::BitAnd:
        return left & right;
    case PrintOp::BitXor:
        return left ^ right;
    case PrintOp::BitOr:
        return left | right;
    default:
        return 0;
    }
}

std::uint64_t RecordText::element(const PrintNode &n) const
{
    const auto index = value(n.b);
    const auto &inner = withoutCasts(n.a);
    if (inner.kind != Kind::Field && inner.kind != Kind::DynamicArray)
        return 0;
    CastType type = {elementSize(field(inner), m_context.longSize), field(inner).isSigned};
    // "((u64 *) array)[i]": the cast says how wide an element is.
    const auto &outer = node(n.a);
    if (outer.kind == Kind::Cast && outer.text.ends_with(" *"))
        type = castType(std::string_view(outer.text).substr(0, outer.text.size() - 2));
    const auto size = type.size;
    const auto bytes = array(n.a);
    if (size == 0 || index >= bytes.size() / size)
        return 0;
    const std::byte *const from = bytes.data() + index * size;
    std::uint64_t number = 0;
    switch (size) {
    case 1:
        number = loadNumber<std::uint8_t>(from, m_swap);
        break;
    case 2:
        number = loadNumber<std::uint16_t>(from, m_swap);
        break;
    case 4:
        number = loadNumber<std::uint32_t>(from, m_swap);
        break;
    case 8:
        number = loadNumber<std::uint64_t>(from, m_swap);
        break;
    default:
        return 0;
    }
    return type.isSigned ? signExtended(number, size) : number;
}

// The number as wide as what it comes from, for a value that has no name: a negative int is printed
// as 0xffffffea, not as the 64 bits that it is held in.
std::uint64_t RecordText::inItsWidth(std::uint32_t index, std::uint64_t number) const
{
    const auto &n = node(index);
    if (n.kind == Kind::Field)
        return truncated(number, field(n).size);
    return n.kind == Kind::Cast ? truncated(number, castType(n.text).size) : number;
}

} // namespace thresher
