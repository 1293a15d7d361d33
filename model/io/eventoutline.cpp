// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/eventprinter_p.h"

#include <algorithm>

/// What an event prints, without a record.
namespace thresher {

namespace {

using Kind = PrintNode::Kind;
using PartKind = TextPart::Kind;

constexpr std::string_view kNumberLetters = "0123456789abcdefABCDEFxX+- ";
constexpr std::size_t kMaxVisits = 256; // nodes of one argument

TextPart anything()
{
    return {};
}

TextPart letters(std::string_view more = {})
{
    return {PartKind::Letters, std::string(kNumberLetters) + std::string(more), nullptr};
}

TextPart constant(std::string text)
{
    return {PartKind::Text, std::move(text), nullptr};
}

/// Of an expression that is printed by %s: the letters of all names that it may come to. False if
/// it may come to more.
bool addLetters(const PrintFormat &format, std::uint32_t index, std::string &found,
                std::size_t &visits)
{
    if (++visits > kMaxVisits)
        return false;
    const PrintNode &node = format.nodes[index];
    switch (node.kind) {
    case Kind::Atom:
        found += node.text;
        return !node.isName;
    case Kind::Flags:
    case Kind::Symbols:
        found += node.text;
        for (const PrintSymbol &symbol : node.symbols)
            found += symbol.name;
        return true;
    case Kind::Conditional:
        return addLetters(format, node.b, found, visits)
               && addLetters(format, node.c, found, visits);
    default:
        return false;
    }
}

/// The string field that an expression stands for; null if it is none.
const EventField *stringField(const EventFormat &event, const PrintNode &node)
{
    const bool isField = node.kind == Kind::Field || node.kind == Kind::DynamicString;
    if (!isField)
        return nullptr;
    const EventField &field = event.fields[node.field];
    // A field that is no array may be the address of a text that the kernel keeps.
    const bool isPlain = node.kind == Kind::Field ? !field.isDynamic && !field.isRelative
                                                  : field.isDynamic || field.isRelative;
    return field.isString && field.isArray && isPlain && field.size != 0 ? &field : nullptr;
}

TextPart partOf(const EventFormat &event, const PrintFormat &format, const PrintPiece &piece)
{
    switch (piece.kind) {
    case PrintPiece::Kind::Text:
        return constant(piece.text);
    case PrintPiece::Kind::Number:
        return letters(piece.conversion == 'o' ? "" : "#");
    case PrintPiece::Kind::Pointer:
        return piece.text.empty() ? letters("(nil)") : anything();
    case PrintPiece::Kind::Character:
        return anything();
    case PrintPiece::Kind::String:
        break;
    }
    const std::uint32_t argument = format.arguments[piece.argument];
    if (const EventField *const field = stringField(event, format.nodes[argument]))
        return {PartKind::String, {}, field};
    std::string names;
    std::size_t visits = 0;
    return addLetters(format, argument, names, visits) ? letters(names) : anything();
}

void addTask(std::vector<TextPart> &parts, const EventField *comm)
{
    if (comm != nullptr)
        parts.push_back(comm->isString ? TextPart{PartKind::String, {}, comm} : anything());
    parts.push_back(letters(":[]"));
}

} // namespace

std::vector<TextPart> EventPrinter::outline(EventTypeId id)
{
    const EventFormat &event = d->trace->events().event(id);
    const PreparedEvent &how = d->prepared(event);
    std::vector<TextPart> parts;
    switch (how.way) {
    case PrintWay::Format:
        if (!how.format)
            break;
        for (const PrintPiece &piece : how.format->pieces)
            parts.push_back(partOf(event, *how.format, piece));
        break;
    case PrintWay::SchedSwitch: {
        std::string states = how.states + "R| ==>";
        states.erase(std::remove(states.begin(), states.end(), '\0'), states.end());
        addTask(parts, how.fields[2]);
        parts.push_back(letters(states));
        addTask(parts, how.fields[3]);
        break;
    }
    case PrintWay::SchedWakeup:
        addTask(parts, how.fields[1]);
        parts.push_back(letters(" success=CPU:"));
        break;
    default:
        break;
    }
    const bool isOdd = std::any_of(parts.begin(), parts.end(),
                                   [](const TextPart &part) { return !isPlain(part.text); });
    if (parts.empty() || isOdd)
        return {anything()};
    return parts;
}

} // namespace thresher
