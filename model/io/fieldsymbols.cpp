// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/fieldsymbols.h"

#include "model/io/printformat_p.h"
#include "model/io/recordtext_p.h"

#include <bit>
#include <cstring>

namespace thresher {

struct FieldSymbols::Compiled
{
    const EventFormat *event = nullptr;
    PrintFormat format;
};

namespace {

using Kind = PrintNode::Kind;

constexpr std::size_t kMaxVisits = 4096; // nodes of one argument; formats come out of files

/// What an expression of a format depends on.
struct Dependence
{
    std::optional<std::uint16_t> field;
    const PrintNode *symbols = nullptr; ///< The first of its __print_symbolic or __print_flags.
    bool isSimple = true; ///< On nothing but that field and constants.
    std::size_t visits = 0;
};

void visit(const PrintFormat &format, std::uint32_t index, Dependence &found)
{
    if (!found.isSimple || ++found.visits > kMaxVisits) {
        found.isSimple = false;
        return;
    }
    const PrintNode &node = format.nodes[index];
    switch (node.kind) {
    case Kind::Atom:
        found.isSimple = !node.isName;
        return;
    case Kind::Field:
        found.isSimple = !found.field || *found.field == node.field;
        found.field = node.field;
        return;
    case Kind::Flags:
    case Kind::Symbols:
        if (found.symbols == nullptr)
            found.symbols = &node;
        visit(format, node.a, found);
        return;
    case Kind::Cast:
    case Kind::Unary:
        visit(format, node.a, found);
        return;
    case Kind::Binary:
        visit(format, node.a, found);
        visit(format, node.b, found);
        return;
    case Kind::Conditional:
        visit(format, node.a, found);
        visit(format, node.b, found);
        visit(format, node.c, found);
        return;
    default:
        found.isSimple = false;
    }
}

Dependence dependence(const PrintFormat &format, const PrintPiece &piece)
{
    Dependence found;
    found.isSimple = piece.kind == PrintPiece::Kind::String && !piece.widthIsArgument
                     && !piece.precisionIsArgument;
    if (found.isSimple)
        visit(format, format.arguments[piece.argument], found);
    found.isSimple = found.isSimple && found.field;
    return found;
}

bool isNumber(const EventField &field)
{
    const bool fits = field.size == 1 || field.size == 2 || field.size == 4 || field.size == 8;
    return fits && !field.isArray && !field.isString && !field.isDynamic && !field.isRelative;
}

// "vec=%u [action=" → "action"
std::string labelBefore(const PrintFormat &format, std::size_t piece)
{
    if (piece == 0 || format.pieces[piece - 1].kind != PrintPiece::Kind::Text)
        return {};
    std::string_view text = format.pieces[piece - 1].text;
    if (!text.ends_with('='))
        return {};
    text.remove_suffix(1);
    const std::size_t behind = text.find_last_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return std::string(text.substr(behind == std::string_view::npos ? 0 : behind + 1));
}

} // namespace

std::vector<FieldSymbols> FieldSymbols::of(const EventFormat &event)
{
    std::vector<FieldSymbols> all;
    auto format = PrintFormat::compile(event);
    if (!format)
        return all;
    const auto compiled = std::make_shared<Compiled>(Compiled{&event, *std::move(format)});
    const auto &pieces = compiled->format.pieces;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Dependence first = dependence(compiled->format, pieces[i]);
        if (!first.isSimple || !isNumber(event.fields[*first.field]))
            continue;
        FieldSymbols found;
        const PrintNode *symbols = first.symbols;
        found.m_compiled = compiled;
        found.m_field = *first.field;
        found.m_firstPiece = i;
        found.m_label = labelBefore(compiled->format, i);
        // What stands right behind it is a part of it: "R", and "+" for one that was preempted.
        for (; i + 1 < pieces.size(); ++i) {
            const Dependence next = dependence(compiled->format, pieces[i + 1]);
            if (!next.isSimple || next.field != first.field)
                break;
            symbols = symbols != nullptr ? symbols : next.symbols;
        }
        found.m_lastPiece = i + 1;
        if (symbols == nullptr)
            continue;
        found.m_areFlags = symbols->kind == Kind::Flags;
        for (const PrintSymbol &symbol : symbols->symbols)
            found.m_symbols.push_back({symbol.value, symbol.name});
        all.push_back(std::move(found));
    }
    return all;
}

const EventField &FieldSymbols::field() const
{
    return m_compiled->event->fields[m_field];
}

std::string FieldSymbols::text(std::int64_t value) const
{
    return printed(value, m_lastPiece);
}

std::string FieldSymbols::plainText(std::int64_t value) const
{
    return printed(value, m_firstPiece + 1);
}

// Prints a record that holds nothing but the field.
std::string FieldSymbols::printed(std::int64_t value, std::size_t lastPiece) const
{
    const EventField &number = field();
    std::vector<std::byte> payload(std::size_t{number.offset} + number.size);
    constexpr bool kBig = std::endian::native == std::endian::big;
    const auto bits = static_cast<std::uint64_t>(value);
    for (std::uint32_t i = 0; i < number.size; ++i) {
        const std::uint32_t shift = 8 * (kBig ? number.size - 1 - i : i);
        payload[number.offset + i] = static_cast<std::byte>(bits >> shift);
    }
    PrintContext context;
    context.bigEndian = kBig;
    const RecordText record(*m_compiled->event, m_compiled->format, payload, context);
    BoundedText out;
    for (std::size_t i = m_firstPiece; i < lastPiece; ++i) {
        const PrintPiece &piece = m_compiled->format.pieces[i];
        record.printString(out, piece, -1, m_compiled->format.arguments[piece.argument]);
    }
    return std::string(out.text());
}

} // namespace thresher
