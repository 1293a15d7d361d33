// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"

#include <algorithm>
#include <array>

/// What the kernel's %p… conversions print: functions, MAC and IP addresses, UUIDs, bytes.
/// Source: Documentation/core-api/printk-formats.rst.
namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kIp4Size = 4;
constexpr std::size_t kIp6Size = 16;
constexpr std::uint32_t kInetFamily = 2; // AF_INET
constexpr std::uint32_t kInet6Family = 10; // AF_INET6

void addPadded(BoundedText &out, std::uint64_t number, std::size_t digits)
{
    const auto text = std::to_string(number);
    if (text.size() < digits)
        out.add(std::string(digits - text.size(), '0'));
    out.add(text);
}

// "192.168.0.1"; %pi4 has leading zeros.
void addIp4(BoundedText &out, std::span<const std::byte> address, bool padded, bool reversed)
{
    for (std::size_t i = 0; i < kIp4Size; ++i) {
        if (i > 0)
            out.add('.');
        const auto part = address[reversed ? kIp4Size - 1 - i : i];
        addPadded(out, std::to_integer<std::uint64_t>(part), padded ? 3 : 1);
    }
}

void addIp6(BoundedText &out, std::span<const std::byte> address, bool colons)
{
    for (std::size_t i = 0; i < kIp6Size; ++i) {
        if (colons && i > 0 && i % 2 == 0)
            out.add(':');
        out.addHexByte(address[i]);
    }
}

// RFC 5952: the longest run of zeros as "::", no leading zeros, an embedded IPv4 address in dots.
void addIp6Short(BoundedText &out, std::span<const std::byte> address)
{
    std::array<std::uint32_t, 8> words = {};
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = std::to_integer<std::uint32_t>(address[2 * i]) << 8U
                   | std::to_integer<std::uint32_t>(address[2 * i + 1]);
    const bool isMapped = std::all_of(words.begin(), words.begin() + 5,
                                      [](std::uint32_t word) { return word == 0; })
                          && words[5] == 0xffff;
    const bool isIsatap = (words[4] | 0x0200U) == 0x0200U && words[5] == 0x5efe;
    const std::size_t count = isMapped || isIsatap ? 6 : 8;
    std::size_t runBegin = count;
    std::size_t runLength = 1; // a single zero is not shortened
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t end = i;
        while (end < count && words[end] == 0)
            ++end;
        if (end - i > runLength) {
            runBegin = i;
            runLength = end - i;
        }
    }
    bool needsColon = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (i == runBegin) {
            out.add(needsColon || i == 0 ? "::"sv : ":"sv);
            needsColon = false;
            i += runLength - 1;
            continue;
        }
        if (needsColon)
            out.add(':');
        out.addNumber(words[i], 16);
        needsColon = true;
    }
    if (count == 6) {
        if (needsColon)
            out.add(':');
        addIp4(out, address.subspan(12), false, false);
    }
}

std::uint32_t bigEndianPort(std::span<const std::byte> socket)
{
    return std::to_integer<std::uint32_t>(socket[2]) << 8U
           | std::to_integer<std::uint32_t>(socket[3]);
}

} // namespace

void RecordText::printFunction(BoundedText &out, std::uint64_t address, bool withOffset) const
{
    const auto *const symbol = m_context.symbols ? m_context.symbols->find(address) : nullptr;
    if (symbol == nullptr) {
        out.add("0x"sv);
        out.addNumber(m_context.longSize == 4 ? address & 0xffffffffU : address, 16);
        return;
    }
    out.add(symbol->name);
    if (withOffset) {
        out.add("+0x"sv);
        out.addNumber(address - symbol->address, 16);
    }
}

void RecordText::printPointer(BoundedText &out, const PrintPiece &piece) const
{
    const auto argument = m_format.arguments[piece.argument];
    const auto &inner = withoutCasts(argument);
    const char letter = piece.text.empty() ? '\0' : piece.text.front();
    const bool isAddress = letter == '\0' || letter == 'F' || letter == 'f' || letter == 'S'
                           || letter == 's';
    if (inner.kind == Kind::Plugin && !isAddress) {
        if (m_context.plugins != nullptr)
            m_context.plugins->call(inner, out);
        return;
    }
    switch (letter) {
    case 'F':
    case 'f':
    case 'S':
    case 's':
        printFunction(out, value(argument), letter == 'F' || letter == 'S');
        break;
    case 'M':
    case 'm':
        printMac(out, piece);
        break;
    case 'I':
    case 'i':
        printIp(out, piece);
        break;
    case 'U':
        printUuid(out, piece);
        break;
    case 'h':
        printRaw(out, piece);
        break;
    default: {
        const auto address = value(argument);
        if (address == 0) {
            out.add("(nil)"sv);
        } else {
            out.add("0x"sv);
            out.addNumber(address, 16);
        }
    }
    }
}

void RecordText::printMac(BoundedText &out, const PrintPiece &piece) const
{
    const auto &inner = withoutCasts(m_format.arguments[piece.argument]);
    const auto bytes = inner.kind == Kind::Field || inner.kind == Kind::DynamicArray
                           ? located(field(inner))
                           : std::span<const std::byte>();
    if (bytes.size() != 6) {
        out.add("INVALIDMAC"sv);
        return;
    }
    const bool reversed = piece.text.size() > 1 && piece.text[1] == 'R';
    const auto separator = piece.text[0] == 'm'                            ? ""sv
                           : piece.text.size() > 1 && piece.text[1] == 'F' ? "-"sv
                                                                           : ":"sv;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0)
            out.add(separator);
        out.addHexByte(bytes[reversed ? bytes.size() - 1 - i : i]);
    }
}

// %pI4, %pi4, %pI6, %pI6c, %pi6, %pISpc; with h or l the bytes are in the machine's order.
void RecordText::printIp(BoundedText &out, const PrintPiece &piece) const
{
    const auto &inner = withoutCasts(m_format.arguments[piece.argument]);
    const auto bytes = inner.kind == Kind::Field || inner.kind == Kind::DynamicArray
                           ? located(field(inner))
                           : std::span<const std::byte>();
    const std::string_view letters = piece.text;
    const bool padded = letters[0] == 'i';
    const char version = letters.size() > 1 ? letters[1] : '\0';
    const auto options = letters.substr(std::min<std::size_t>(2, letters.size()));
    const bool reversed = options.find('l') != std::string_view::npos
                          || (options.find('h') != std::string_view::npos && !m_context.bigEndian);
    const bool isShort = options.find('c') != std::string_view::npos;
    if (version == '4') {
        if (bytes.size() == kIp4Size)
            addIp4(out, bytes, padded, reversed);
        else
            out.add("INVALIDIPv4"sv);
        return;
    }
    if (version == '6') {
        if (bytes.size() != kIp6Size)
            out.add("INVALIDIPv6"sv);
        else if (isShort && !padded)
            addIp6Short(out, bytes);
        else
            addIp6(out, bytes, !padded);
        return;
    }
    if (version != 'S' || bytes.size() < 4)
        return;
    const bool withPort = options.find('p') != std::string_view::npos && !padded;
    const auto family = loadNumber<std::uint16_t>(bytes.data(), m_swap);
    if (family == kInetFamily) {
        if (bytes.size() < 16) {
            out.add("INVALIDIPv4"sv);
            return;
        }
        addIp4(out, bytes.subspan(4, kIp4Size), padded, reversed);
    } else if (family == kInet6Family) {
        if (bytes.size() < 28) {
            out.add("INVALIDIPv6"sv);
            return;
        }
        if (withPort)
            out.add('[');
        if (isShort)
            addIp6Short(out, bytes.subspan(8, kIp6Size));
        else
            addIp6(out, bytes.subspan(8, kIp6Size), !padded);
        if (withPort)
            out.add(']');
    } else {
        return;
    }
    if (withPort) {
        out.add(':');
        out.addNumber(bigEndianPort(bytes));
    }
}

void RecordText::printUuid(BoundedText &out, const PrintPiece &piece) const
{
    static constexpr std::array<std::size_t, 16> kLittleEndian = {3, 2, 1,  0,  5,  4,  7,  6,
                                                                  8, 9, 10, 11, 12, 13, 14, 15};
    const auto &inner = withoutCasts(m_format.arguments[piece.argument]);
    const auto bytes = inner.kind == Kind::Field || inner.kind == Kind::DynamicArray
                           ? located(field(inner))
                           : std::span<const std::byte>();
    if (bytes.size() != kLittleEndian.size()) {
        out.add("INVALIDUUID"sv);
        return;
    }
    const char letter = piece.text.size() > 1 ? piece.text[1] : 'b';
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool isLittle = letter == 'l' || letter == 'L';
        out.addHexByte(bytes[isLittle ? kLittleEndian[i] : i], letter == 'L' || letter == 'B');
        if (i == 3 || i == 5 || i == 7 || i == 9)
            out.add('-');
    }
}

// %*ph: as many bytes as the argument says.
void RecordText::printRaw(BoundedText &out, const PrintPiece &piece) const
{
    const auto bytes = array(m_format.arguments[piece.argument]);
    const int length = piece.widthIsArgument ? lengthOf(piece) : std::max(piece.width, 1);
    const char letter = piece.text.size() > 1 ? piece.text[1] : '\0';
    const auto separator = letter == 'C'   ? ":"sv
                           : letter == 'D' ? "-"sv
                           : letter == 'N' ? ""sv
                                           : " "sv;
    const auto count = std::min(bytes.size(), static_cast<std::size_t>(std::max(length, 0)));
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0)
            out.add(separator);
        out.addHexByte(bytes[i]);
    }
}

} // namespace thresher
