// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr int kMaxLength = 4096; // of a '*' that a record gives

std::string_view upToNul(std::span<const std::byte> bytes)
{
    const auto text = asText(bytes);
    return text.substr(0, text.find('\0'));
}

} // namespace

std::size_t BoundedText::makeRoom(std::size_t size)
{
    constexpr std::size_t kFirst = 256; // most events take less
    size = std::min(size, kLimit - m_size);
    if (m_size + size > m_text.size())
        m_text.resize(std::min(kLimit, std::max(kFirst, 2 * (m_size + size))));
    return size;
}

void BoundedText::addNumber(std::uint64_t value, int base)
{
    std::array<char, 64> digits; // NOLINT(*-member-init): filled as far as it is read
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
    add(std::string_view(digits.data(), static_cast<std::size_t>(result.ptr - digits.data())));
}

void BoundedText::addSigned(std::int64_t value)
{
    if (value < 0)
        add('-');
    addNumber(value < 0 ? 0 - static_cast<std::uint64_t>(value)
                        : static_cast<std::uint64_t>(value));
}

void BoundedText::addHexByte(std::byte value, bool upperCase)
{
    const auto digits = upperCase ? "0123456789ABCDEF"sv : "0123456789abcdef"sv;
    add(digits[std::to_integer<std::size_t>(value) >> 4U]);
    add(digits[std::to_integer<std::size_t>(value) & 15U]);
}

void addString(BoundedText &out, const PrintPiece &piece, int length, std::string_view text)
{
    int width = piece.width;
    bool left = piece.flags.find('-') != std::string::npos;
    if (piece.widthIsArgument)
        width = length;
    if (piece.precisionIsArgument && length >= 0)
        text = text.substr(0, static_cast<std::size_t>(length));
    else if (piece.precision >= 0 && !piece.precisionIsArgument)
        text = text.substr(0, static_cast<std::size_t>(piece.precision));
    const auto padding = width > 0 && static_cast<std::size_t>(width) > text.size()
                             ? static_cast<std::size_t>(width) - text.size()
                             : 0;
    if (!left)
        out.addCopies(padding, ' ');
    out.add(text);
    if (left)
        out.addCopies(padding, ' ');
}

void RecordText::print(BoundedText &out) const
{
    for (const auto &piece : m_format.pieces) {
        switch (piece.kind) {
        case PrintPiece::Kind::Text:
            out.add(piece.text);
            break;
        case PrintPiece::Kind::Number:
        case PrintPiece::Kind::Character:
            printNumber(out, piece);
            break;
        case PrintPiece::Kind::Pointer:
            printPointer(out, piece);
            break;
        case PrintPiece::Kind::String:
            printString(out, piece, lengthOf(piece), m_format.arguments[piece.argument]);
            break;
        }
        if (out.isFull())
            return;
    }
}

int RecordText::lengthOf(const PrintPiece &piece) const
{
    if (!piece.widthIsArgument && !piece.precisionIsArgument)
        return -1;
    const auto length = static_cast<std::int32_t>(value(m_format.arguments[piece.lengthArgument]));
    return std::clamp(length, -1, kMaxLength);
}

namespace {

// "%d", "%#llx", "%03u" and what is alike, as printf prints them: without a precision, a sign or a
// blank for what is positive.
void addCommonNumber(BoundedText &out, const PrintPiece &piece, std::uint64_t number, bool isSigned)
{
    const auto hasFlag = [&](char flag) { return piece.flags.find(flag) != std::string::npos; };
    const bool isNegative = isSigned && static_cast<std::int64_t>(number) < 0;
    const bool isHex = piece.conversion == 'x';
    const std::string_view sign = isNegative                             ? "-"sv
                                  : isHex && number != 0 && hasFlag('#') ? "0x"sv
                                                                         : ""sv;
    std::array<char, 24> digits; // NOLINT(*-member-init): filled as far as it is read
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   isNegative ? 0 - number : number, isHex ? 16 : 10);
    const std::string_view text(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
    const auto width = static_cast<std::size_t>(std::max(piece.width, 0));
    const std::size_t padding = width - std::min(width, sign.size() + text.size());
    const bool isLeft = padding > 0 && hasFlag('-');
    const bool isZero = padding > 0 && !isLeft && hasFlag('0');
    if (!isLeft && !isZero)
        out.addCopies(padding, ' ');
    out.add(sign);
    if (isZero)
        out.addCopies(padding, '0');
    out.add(text);
    if (isLeft)
        out.addCopies(padding, ' ');
}

} // namespace

void RecordText::printNumber(BoundedText &out, const PrintPiece &piece) const
{
    auto number = value(m_format.arguments[piece.argument]);
    if (piece.kind == PrintPiece::Kind::Character) {
        const char c = static_cast<char>(number);
        addString(out, piece, lengthOf(piece), std::string_view(&c, c == '\0' ? 0 : 1));
        return;
    }
    std::uint32_t size = 4;
    if (piece.size == 2)
        size = 8;
    else if (piece.size == 1)
        size = m_context.longSize;
    else if (piece.size < 0)
        size = piece.size == -1 ? 2 : 1;
    const bool isSigned = piece.conversion == 'd' || piece.conversion == 'i';
    number = truncated(number, size);
    if (isSigned)
        number = signExtended(number, size);
    const bool isCommon = (isSigned || piece.conversion == 'u' || piece.conversion == 'x')
                          && piece.flags.find_first_of("+ "sv) == std::string::npos
                          && piece.precision < 0 && !piece.widthIsArgument
                          && !piece.precisionIsArgument;
    if (isCommon) {
        addCommonNumber(out, piece, number, isSigned);
        return;
    }
    const int length = lengthOf(piece);
    const int width = piece.widthIsArgument ? std::max(length, 0) : std::max(piece.width, 0);
    const int precision = piece.precisionIsArgument ? length : piece.precision;
    const auto format = '%' + piece.flags + "*.*ll" + piece.conversion;
    // Width and precision are limited, so it is large enough; filling 8 KiB for each number is not
    // for free.
    std::array<char, kMaxLength * 2 + 64> buffer; // NOLINT(*-member-init)
    const int written = isSigned
                            ? std::snprintf(buffer.data(), buffer.size(), format.c_str(), width,
                                            precision, static_cast<long long>(number))
                            : std::snprintf(buffer.data(), buffer.size(), format.c_str(), width,
                                            precision, static_cast<unsigned long long>(number));
    if (written > 0)
        out.add(std::string_view(buffer.data(),
                                 std::min(static_cast<std::size_t>(written), buffer.size() - 1)));
}

void RecordText::printFieldString(BoundedText &out, const PrintPiece &piece, int length,
                                  const EventField &stringField) const
{
    if (stringField.offset > m_payload.size())
        return;
    // A number as wide as an address is one: of a string that the kernel keeps.
    if (!stringField.isArray && stringField.size == m_context.longSize) {
        const auto address = truncated(fieldValue(stringField), m_context.longSize);
        if (const auto text = m_context.strings ? m_context.strings->find(address) : std::nullopt)
            out.add(*text);
        else
            out.addNumber(address, 16);
        return;
    }
    auto bytes = m_payload.subspan(stringField.offset);
    if (stringField.size != 0)
        bytes = bytes.first(std::min<std::size_t>(stringField.size, bytes.size()));
    addString(out, piece, length, upToNul(bytes));
}

void RecordText::printFlags(BoundedText &out, const PrintPiece &piece, int length,
                            const PrintNode &n) const
{
    auto left = inItsWidth(n.a, value(n.a));
    bool printed = false;
    for (const auto &symbol : n.symbols) {
        if (left == 0 && symbol.value < 0) { // the name of "no flags"
            addString(out, piece, length, symbol.name);
            break;
        }
        const auto bits = static_cast<std::uint64_t>(symbol.value);
        if (symbol.value > 0 && (left & bits) == bits) {
            if (printed)
                out.add(n.text);
            addString(out, piece, length, symbol.name);
            printed = true;
            left &= ~bits;
        }
    }
    if (left != 0) {
        if (printed)
            out.add(n.text);
        out.add("0x"sv);
        out.addNumber(left, 16);
    }
}

void RecordText::printSymbol(BoundedText &out, const PrintPiece &piece, int length,
                             const PrintNode &n) const
{
    const auto number = static_cast<std::int64_t>(value(n.a));
    const auto found = std::find_if(
        n.symbols.begin(), n.symbols.end(),
        [&](const PrintSymbol &symbol) { return symbol.value == number; });
    if (found != n.symbols.end()) {
        addString(out, piece, length, found->name);
        return;
    }
    out.add("0x"sv);
    out.addNumber(inItsWidth(n.a, static_cast<std::uint64_t>(number)), 16);
}

void RecordText::printArray(BoundedText &out, const PrintNode &n) const
{
    const auto bytes = array(n.a);
    if (n.kind != Kind::IntArray) {
        const auto count = std::min<std::uint64_t>(truncated(value(n.b), 4), bytes.size());
        for (std::size_t i = 0; i < count && !out.isFull(); ++i) {
            if (i > 0 && n.kind == Kind::Hex)
                out.add(' ');
            out.addHexByte(bytes[i]);
        }
        return;
    }
    const auto size = value(n.c);
    if (size != 1 && size != 2 && size != 4 && size != 8)
        return;
    const auto count = std::min<std::uint64_t>(truncated(value(n.b), 4), bytes.size() / size);
    for (std::size_t i = 0; i < count && !out.isFull(); ++i) {
        if (i > 0)
            out.add(' ');
        const std::byte *const from = bytes.data() + i * size;
        out.addNumber(size == 1   ? loadNumber<std::uint8_t>(from, m_swap)
                      : size == 2 ? loadNumber<std::uint16_t>(from, m_swap)
                      : size == 4 ? loadNumber<std::uint32_t>(from, m_swap)
                                  : loadNumber<std::uint64_t>(from, m_swap));
    }
}

void RecordText::printString(BoundedText &out, const PrintPiece &piece, int length,
                             std::uint32_t index) const
{
    const auto &n = node(index);
    switch (n.kind) {
    case Kind::Atom:
        addString(out, piece, length, n.text);
        break;
    case Kind::Field:
        printFieldString(out, piece, length, field(n));
        break;
    case Kind::Flags:
        printFlags(out, piece, length, n);
        break;
    case Kind::Symbols:
        printSymbol(out, piece, length, n);
        break;
    case Kind::Hex:
    case Kind::HexString:
    case Kind::IntArray:
        printArray(out, n);
        break;
    case Kind::DynamicString:
    case Kind::DynamicArray:
        // Nothing at all for an empty one, not even its padding.
        if (const auto bytes = located(field(n)); !bytes.empty())
            addString(out, piece, length, upToNul(bytes));
        break;
    case Kind::Bitmask:
        addString(out, piece, length, bitmaskText(located(field(n)), m_context.bigEndian));
        break;
    case Kind::Cpumask:
        addString(out, piece, length, cpumaskText(located(field(n)), m_context.bigEndian));
        break;
    case Kind::Conditional:
        printString(out, piece, length, value(n.a) != 0 ? n.b : n.c);
        break;
    case Kind::Cast:
        printString(out, piece, length, n.a);
        break;
    case Kind::Plugin:
        if (m_context.plugins != nullptr)
            m_context.plugins->call(n, out);
        break;
    case Kind::DynamicLength:
    case Kind::Unary:
    case Kind::Binary:
    case Kind::Index:
        break;
    }
}

} // namespace thresher
