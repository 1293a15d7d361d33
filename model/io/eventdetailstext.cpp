// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/eventprinter_p.h"

#include <algorithm>

/// Single fields, stacks and symbols, for views that show a record in parts; and trace_printk.
namespace thresher {

namespace {

using namespace std::string_view_literals;

// How long the UTF-8 sequence at the begin of `text` is; 0: none begins there.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const auto first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        // Neither overlong nor a surrogate.
        const bool fits = (first != 0xe0 || byte(1) >= 0xa0) && (first != 0xed || byte(1) < 0xa0);
        return fits && continues(1) && continues(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool fits = (first != 0xf0 || byte(1) >= 0x90) && (first != 0xf4 || byte(1) < 0x90);
        return fits && continues(1) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

bool isControl(char c)
{
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == '\x7f';
}

// Whether one of the eight bytes is below 0x20, is 0x7f, or above.
bool hasOddByte(std::uint64_t bytes)
{
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHigh = 0x80 * kOnes;
    const std::uint64_t delete_ = bytes ^ 0x7f * kOnes;
    const std::uint64_t below = (bytes - 0x20 * kOnes) & ~bytes;
    return ((bytes | below | ((delete_ - kOnes) & ~delete_)) & kHigh) != 0;
}

} // namespace

bool isPlain(std::string_view text)
{
    const auto isPlainByte = [](char c) {
        return static_cast<unsigned char>(c) < 0x80 && !isControl(c);
    };
    while (text.size() >= 8) {
        if (hasOddByte(loadNumber<std::uint64_t>(asBytes(text).data(), false))
            && !std::all_of(text.begin(), text.begin() + 8, isPlainByte))
            return false;
        text.remove_prefix(8);
    }
    return std::all_of(text.begin(), text.end(), isPlainByte);
}

std::string escaped(std::string_view text)
{
    if (isPlain(text))
        return std::string(text);
    BoundedText out;
    while (!text.empty()) {
        const auto length = isControl(text.front()) ? 0 : sequenceLength(text);
        if (length == 0) {
            out.add(R"(\x)"sv);
            out.addHexByte(static_cast<std::byte>(text.front()));
            text.remove_prefix(1);
        } else {
            out.add(text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return std::string(out.text());
}

namespace {

// The arguments of a trace_printk, as the kernel's vbin_printf packs them: numbers of their size,
// aligned to words, and strings in place.
void readBinaryArguments(PrintFormat &format, std::span<const std::byte> bytes,
                         std::uint32_t longSize, bool swap)
{
    std::size_t at = 0;
    const auto addNode = [&](PrintNode node) {
        format.arguments.push_back(static_cast<std::uint32_t>(format.nodes.size()));
        format.nodes.push_back(std::move(node));
    };
    const auto addNumber = [&](std::uint32_t size) {
        at = (at + 3) & ~std::size_t{3};
        PrintNode node;
        if (at <= bytes.size() && bytes.size() - at >= size)
            node.number = size == 8 ? loadNumber<std::uint64_t>(bytes.data() + at, swap)
                                    : loadNumber<std::uint32_t>(bytes.data() + at, swap);
        at += size;
        node.text = std::to_string(node.number);
        addNode(std::move(node));
    };
    const auto addString = [&] {
        PrintNode node;
        const auto rest = asText(slice(bytes, at, bytes.size()));
        node.text = rest.substr(0, rest.find('\0'));
        at += node.text.size() + 1;
        addNode(std::move(node));
    };
    for (auto &piece : format.pieces) {
        if (piece.kind == PrintPiece::Kind::Text)
            continue;
        if (piece.widthIsArgument || piece.precisionIsArgument)
            addNumber(4);
        switch (piece.kind) {
        case PrintPiece::Kind::Number:
            addNumber(piece.size == 2 ? 8 : piece.size == 1 ? longSize : 4);
            break;
        case PrintPiece::Kind::Pointer: {
            const char letter = piece.text.empty() ? '\0' : piece.text.front();
            const bool isNumber = letter == '\0'
                                  || "sSfFx"sv.find(letter) != std::string_view::npos;
            // What the kernel has dereferenced is recorded as text.
            const bool isText = !isNumber && at < bytes.size() && bytes[at] >= std::byte{0x20}
                                && bytes[at] < std::byte{0x7f};
            if (isText) {
                piece.kind = PrintPiece::Kind::String;
                addString();
            } else {
                addNumber(longSize);
            }
            break;
        }
        case PrintPiece::Kind::Character:
            addNumber(4);
            break;
        case PrintPiece::Kind::String:
        case PrintPiece::Kind::Text:
            addString();
            break;
        }
    }
}

} // namespace

// "function: text", the text's format being known by its address only.
void EventPrinter::Private::printBinary(const EventFormat &event, PreparedEvent &how,
                                        const Record &record, BoundedText &out)
{
    const EventField *const ip = how.fields[0];
    const EventField *const fmt = how.fields[1];
    const EventField *const buf = how.fields[2];
    const auto function = number(ip, record);
    if (const auto *const symbol = kernelSymbols().find(function)) {
        out.add(symbol->name);
    } else {
        out.add("0x"sv);
        out.addNumber(function, 16);
    }
    out.add(": "sv);
    const auto address = number(fmt, record);
    const auto text = printkStrings().find(address);
    if (!text) {
        out.add("(NO FORMAT FOUND at "sv);
        out.addNumber(address, 16);
        out.add(")\n"sv);
        return;
    }
    auto [found, isNew] = binaryFormats.try_emplace(address);
    if (isNew)
        found->second = PrintFormat::compileBinary(*text);
    if (!found->second) {
        out.add(*text);
        return;
    }
    PreparedEvent call;
    call.format = found->second;
    readBinaryArguments(*call.format, slice(record.payload, buf->offset, record.payload.size()),
                        trace->metadata().longSize, needsSwap(trace->metadata().bigEndian));
    call.needsSymbols = true;
    const Calls calls(*this, event, *call.format, record);
    const auto where = context(call, &calls);
    RecordText(event, *call.format, record.payload, where).print(out);
}

std::string EventPrinter::symbol(std::uint64_t address)
{
    const auto *const symbol = d->kernelSymbols().find(address);
    if (symbol == nullptr)
        return {};
    BoundedText out;
    out.add(symbol->name);
    if (address != symbol->address) {
        out.add("+0x"sv);
        out.addNumber(address - symbol->address, 16);
    }
    if (!symbol->module.empty()) {
        out.add(" ["sv);
        out.add(symbol->module);
        out.add(']');
    }
    return escaped(out.text());
}

std::vector<std::string> EventPrinter::stack(const Record &record)
{
    const auto &event = d->format(record);
    const bool isUser = event.name == "user_stack";
    std::vector<std::string> frames;
    for (const auto address : d->stackAddresses(record)) {
        std::string frame;
        if (isUser) {
            const auto &mappings = d->trace->metadata().mappings;
            const auto found = std::find_if(
                mappings.begin(), mappings.end(), [&](const ProcessMapping &mapping) {
                    return mapping.pid == record.pid && mapping.begin <= address
                           && address < mapping.end;
                });
            if (found != mappings.end()) {
                BoundedText out;
                out.add(found->path);
                out.add("+0x"sv);
                out.addNumber(address - found->begin, 16);
                frame = escaped(out.text());
            }
        } else {
            frame = symbol(address);
        }
        if (frame.empty()) {
            BoundedText out;
            out.add("0x"sv);
            out.addNumber(address, 16);
            frame = out.text();
        }
        frames.push_back(std::move(frame));
    }
    return frames;
}

namespace {

// Cut where the record ends: a stack's array is declared with eight entries, and may hold fewer.
std::span<const std::byte> bytesThere(const EventField &field, std::span<const std::byte> payload,
                                      bool bigEndian)
{
    if (field.isDynamic || field.isRelative || field.size == 0)
        return readBytes(field, payload, bigEndian);
    return slice(payload, field.offset, field.size);
}

std::string arrayText(const EventField &field, std::span<const std::byte> payload,
                      const TraceMetadata &metadata)
{
    const auto bytes = bytesThere(field, payload, metadata.bigEndian);
    const std::string_view type = field.type;
    const auto has = [&](std::string_view word) {
        return type.find(word) != std::string_view::npos;
    };
    if (has("cpumask"sv))
        return cpumaskText(bytes, metadata.bigEndian);
    EventField element = field;
    element.isArray = element.isDynamic = element.isRelative = false;
    element.size = has("64"sv) || has("long long"sv) ? 8U
                   : has("long"sv)                   ? metadata.longSize
                   : has("32"sv) || has("int"sv)     ? 4U
                   : has("16"sv) || has("short"sv)   ? 2U
                                                     : 1U;
    BoundedText out;
    out.add('{');
    for (std::size_t at = 0; bytes.size() - at >= element.size && !out.isFull();
         at += element.size) {
        if (at > 0)
            out.add(", "sv);
        element.offset = static_cast<std::uint32_t>(at);
        const auto value = FieldReader(element, metadata.bigEndian).read(bytes);
        if (element.isSigned) {
            out.addSigned(value);
        } else {
            out.add("0x"sv);
            out.addNumber(static_cast<std::uint64_t>(value), 16);
        }
    }
    out.add('}');
    return std::string(out.text());
}

// The print format may use a number as a part of an expression, as sched_switch does with a task's
// state.
const FieldSymbols *wordsOf(PreparedEvent &how, const EventFormat &event, const EventField &field)
{
    if (!how.words)
        how.words = FieldSymbols::of(event);
    for (const FieldSymbols &words : *how.words) {
        if (&words.field() == &field)
            return &words;
    }
    return nullptr;
}

} // namespace

std::string EventPrinter::fieldText(const Record &record, const EventField &field)
{
    const bool bigEndian = d->trace->metadata().bigEndian;
    if (field.isString) {
        auto text = escaped(readString(field, record.payload, bigEndian));
        if (text.ends_with('\n'))
            text.pop_back();
        return '"' + text + '"';
    }
    if (field.isArray)
        return arrayText(field, record.payload, d->trace->metadata());
    BoundedText out;
    const auto value = d->number(&field, record);
    const auto &event = d->format(record);
    auto &how = d->prepared(event);
    const auto index = static_cast<std::size_t>(&field - event.fields.data());
    if (how.format && index < event.fields.size()) {
        const auto at = static_cast<std::uint16_t>(index);
        if (how.format->isFunctionAddress(at)) {
            if (auto name = symbol(value); !name.empty())
                return name;
        }
        if (const auto *const node = how.format->symbolsOf(at)) {
            const Private::Calls calls(*d, event, *how.format, record);
            const auto where = d->context(how, &calls);
            PrintPiece piece;
            piece.kind = PrintPiece::Kind::String;
            const RecordText text(event, *how.format, record.payload, where);
            text.printString(out, piece, -1,
                             static_cast<std::uint32_t>(node - how.format->nodes.data()));
            if (out.size() > 0 && !out.text().starts_with("0x"))
                out.add("  "sv);
            else
                out.truncate(0);
        } else if (const FieldSymbols *const words = wordsOf(how, event, field)) {
            const std::string word = words->plainText(static_cast<std::int64_t>(value));
            if (!word.empty() && !word.starts_with("0x"))
                out.add(word + "  ");
        }
    }
    const bool isHex = field.isPointer || out.size() > 0
                       || (!field.isSigned && field.size == 8 && value > 0xffffffffffffULL);
    if (isHex) {
        out.add("0x"sv);
        out.addNumber(value, 16);
    } else if (field.isSigned) {
        out.addSigned(static_cast<std::int64_t>(value));
    } else {
        out.addNumber(value);
    }
    return escaped(out.text());
}

} // namespace thresher
