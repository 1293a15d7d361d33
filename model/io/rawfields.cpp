// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/recordtext_p.h"

#include <algorithm>

namespace thresher {

namespace {

using namespace std::string_view_literals;

// Bytes up to a NUL that can all be printed.
bool isPrintable(std::span<const std::byte> bytes)
{
    const auto text = asText(bytes);
    const auto shown = text.substr(0, text.find('\0'));
    return std::all_of(shown.begin(), shown.end(),
                       [](char c) { return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r'); });
}

bool looksLikeText(const EventField &field)
{
    const std::string_view type = field.type;
    return field.isArray
           && (type.find("char"sv) != std::string_view::npos
               || type.find("u8"sv) != std::string_view::npos
               || type.find("s8"sv) != std::string_view::npos);
}

void printArrayField(BoundedText &out, const EventField &field, std::span<const std::byte> payload,
                     bool bigEndian)
{
    const auto bytes = readBytes(field, payload, bigEndian);
    if (looksLikeText(field) && isPrintable(bytes)) {
        const auto text = asText(bytes);
        out.add(text.substr(0, text.find('\0')));
        return;
    }
    out.add("ARRAY["sv);
    for (std::size_t i = 0; i < bytes.size() && !out.isFull(); ++i) {
        if (i > 0)
            out.add(", "sv);
        out.addHexByte(bytes[i]);
    }
    out.add(']');
}

} // namespace

void printRawField(BoundedText &out, const EventField &field, std::span<const std::byte> payload,
                   bool bigEndian)
{
    if (field.isArray) {
        printArrayField(out, field, payload, bigEndian);
        return;
    }
    const auto value = FieldReader(field, bigEndian).read(payload);
    const bool isLong = field.type.find("long"sv) != std::string::npos;
    if (field.isPointer || (isLong && (!field.isSigned || field.size == 4))) {
        out.add("0x"sv);
        const auto bits = static_cast<std::uint64_t>(value);
        out.addNumber(field.size == 4 ? bits & 0xffffffffU : bits, 16);
        return;
    }
    if (!field.isSigned) {
        out.addNumber(static_cast<std::uint64_t>(value));
        return;
    }
    if (field.size == 2 && value >= 0 && value < 10)
        out.add(' '); // libtraceevent's "%2d"
    out.addSigned(value);
}

void printRawFields(BoundedText &out, const EventFormat &event, std::span<const std::byte> payload,
                    bool bigEndian)
{
    for (const auto &field : event.fields) {
        if (field.isCommon || out.isFull())
            continue;
        out.add(' ');
        out.add(field.name);
        out.add('=');
        printRawField(out, field, payload, bigEndian);
    }
}

std::string bitmaskText(std::span<const std::byte> mask, bool bigEndian)
{
    BoundedText out;
    for (std::size_t i = 0; i < mask.size() && !out.isFull(); ++i) {
        const auto left = mask.size() - i; // bytes from here on, this one included
        if (i > 0 && left % 4 == 0)
            out.add(',');
        out.addHexByte(mask[bigEndian ? i : left - 1]);
    }
    return std::string(out.text());
}

std::string cpumaskText(std::span<const std::byte> mask, bool bigEndian)
{
    BoundedText out;
    const std::size_t bits = mask.size() * 8;
    const auto isSet = [&](std::size_t bit) {
        const auto byte = bigEndian ? mask.size() - 1 - bit / 8 : bit / 8;
        return (std::to_integer<unsigned>(mask[byte]) >> (bit % 8) & 1U) != 0;
    };
    for (std::size_t bit = 0; bit < bits && !out.isFull(); ++bit) {
        if (!isSet(bit))
            continue;
        std::size_t end = bit;
        while (end + 1 < bits && isSet(end + 1))
            ++end;
        if (out.size() > 0)
            out.add(',');
        out.addNumber(bit);
        if (end > bit) {
            out.add('-');
            out.addNumber(end);
        }
        bit = end;
    }
    return std::string(out.text());
}

} // namespace thresher
