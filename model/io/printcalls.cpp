// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/printparser_p.h"

#include <algorithm>
#include <array>

/// The functions that print formats call: __print_flags(), __get_str() and their kin.
namespace thresher {

namespace {

using namespace std::string_view_literals;
using Kind = PrintNode::Kind;

constexpr std::size_t kMaxSymbols = 10'000;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// Functions that libtraceevent's plugins bring, and how many arguments they take.
struct PluginFunction
{
    std::string_view name;
    std::size_t arguments;
};
constexpr std::array<PluginFunction, 6> kPluginFunctions = {{
    {"__le16_to_cpup"sv, 1},
    {"is_writable_pte"sv, 1},
    {"jbd2_dev_to_name"sv, 1},
    {"jiffies_to_msecs"sv, 1},
    {"scsi_trace_parse_cdb"sv, 3},
    {"xen_hypercall_name"sv, 1},
}};

// Names that stand in some formats instead of their numbers.
struct KnownName
{
    std::string_view name;
    std::int64_t value;
};
constexpr std::array<KnownName, 12> kKnownNames = {{
    {"HI_SOFTIRQ"sv, 0},
    {"TIMER_SOFTIRQ"sv, 1},
    {"NET_TX_SOFTIRQ"sv, 2},
    {"NET_RX_SOFTIRQ"sv, 3},
    {"BLOCK_SOFTIRQ"sv, 4},
    {"IRQ_POLL_SOFTIRQ"sv, 5},
    {"TASKLET_SOFTIRQ"sv, 6},
    {"SCHED_SOFTIRQ"sv, 7},
    {"HRTIMER_SOFTIRQ"sv, 8},
    {"RCU_SOFTIRQ"sv, 9},
    {"HRTIMER_NORESTART"sv, 0},
    {"HRTIMER_RESTART"sv, 1},
}};

} // namespace

PrintParser::Node PrintParser::call(std::string_view function)
{
    const Depth depth(m_depth);
    if (depth.isTooDeep())
        return std::nullopt;
    if (function == "__print_flags"sv)
        return symbolic(Kind::Flags);
    if (function == "__print_symbolic"sv)
        return symbolic(Kind::Symbols);
    if (function == "__print_hex"sv)
        return arrayCall(Kind::Hex, 2);
    if (function == "__print_hex_str"sv)
        return arrayCall(Kind::HexString, 2);
    if (function == "__print_array"sv)
        return arrayCall(Kind::IntArray, 3);
    if (function == "__get_str"sv || function == "__get_rel_str"sv)
        return dynamicCall(Kind::DynamicString);
    if (function == "__get_bitmask"sv || function == "__get_rel_bitmask"sv)
        return dynamicCall(Kind::Bitmask);
    if (function == "__get_cpumask"sv || function == "__get_rel_cpumask"sv)
        return dynamicCall(Kind::Cpumask);
    if (function == "__get_dynamic_array"sv || function == "__get_rel_dynamic_array"sv
        || function == "__get_sockaddr"sv || function == "__get_sockaddr_rel"sv
        || function == "__get_rel_sockaddr"sv)
        return dynamicCall(Kind::DynamicArray);
    if (function == "__get_dynamic_array_len"sv || function == "__get_rel_dynamic_array_len"sv)
        return dynamicCall(Kind::DynamicLength);
    if (function == "__builtin_expect"sv)
        return expectCall();
    if (function == "sizeof"sv)
        return sizeofCall();
    for (const auto &known : kPluginFunctions) {
        if (known.name == function)
            return pluginCall(function, known.arguments);
    }
    return std::nullopt;
}

PrintParser::Node PrintParser::symbolic(Kind kind)
{
    PrintNode node;
    node.kind = kind;
    const auto value = conditional();
    if (!value || !accept(","sv))
        return std::nullopt;
    node.a = *value;
    if (kind == Kind::Flags) {
        if (m_token.kind == TokenKind::String) {
            node.text = takeStrings();
        } else if (m_token.kind == TokenKind::Word || m_token.kind == TokenKind::Character) {
            node.text = m_token.text;
            advance();
        }
        if (isOperator(")"sv)) { // no names at all
            advance();
            return add(std::move(node));
        }
        if (!accept(","sv))
            return std::nullopt;
    }
    if (!readSymbols(node.symbols) || !accept(")"sv))
        return std::nullopt;
    return add(std::move(node));
}

// "{ 0x1, "name" }, { … }"
bool PrintParser::readSymbols(std::vector<PrintSymbol> &symbols)
{
    do {
        if (!accept("{"sv) || symbols.size() >= kMaxSymbols)
            return false;
        const auto firstNode = m_format.nodes.size();
        const auto value = conditional();
        if (!value || !accept(","sv))
            return false;
        const auto name = conditional();
        if (!name || !accept("}"sv))
            return false;
        PrintSymbol symbol;
        symbol.value = constant(*value).value_or(
            -1); // as libtraceevent takes names it does not know
        const auto *text = &m_format.nodes[*name];
        while (text->kind == Kind::Cast)
            text = &m_format.nodes[text->a];
        if (text->kind != Kind::Atom)
            return false;
        symbol.name = text->text;
        symbols.push_back(std::move(symbol));
        for (auto i = firstNode; i < m_format.nodes.size(); ++i)
            m_format.nodes[i].isName = false; // it was a name of an enumeration
    } while (accept(","sv));
    return true;
}

std::optional<std::int64_t> PrintParser::constant(std::uint32_t index) const
{
    const auto &node = m_format.nodes[index];
    const auto wrap = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    switch (node.kind) {
    case Kind::Atom: {
        if (!node.text.empty() && isDigit(node.text.front()))
            return wrap(node.number);
        const auto known = std::find_if(
            kKnownNames.begin(), kKnownNames.end(),
            [&](const KnownName &name) { return name.name == node.text; });
        return known == kKnownNames.end() ? std::nullopt : std::optional(known->value);
    }
    case Kind::Cast:
        return constant(node.a);
    case Kind::Unary: {
        const auto value = constant(node.a);
        if (!value)
            return std::nullopt;
        const auto bits = static_cast<std::uint64_t>(*value);
        return wrap(node.op == PrintOp::Negate       ? 0 - bits
                    : node.op == PrintOp::Complement ? ~bits
                    : node.op == PrintOp::Not        ? std::uint64_t{bits == 0}
                                                     : bits);
    }
    case Kind::Binary: {
        // A name of an enumeration counts 0, as in libtraceevent.
        const auto left = static_cast<std::uint64_t>(constant(node.a).value_or(0));
        const auto right = static_cast<std::uint64_t>(constant(node.b).value_or(0));
        switch (node.op) {
        case PrintOp::ShiftLeft:
            return wrap(right < 64 ? left << right : 0);
        case PrintOp::ShiftRight:
            return wrap(right < 64 ? left >> right : 0);
        case PrintOp::BitOr:
            return wrap(left | right);
        case PrintOp::BitAnd:
            return wrap(left & right);
        case PrintOp::BitXor:
            return wrap(left ^ right);
        case PrintOp::Add:
            return wrap(left + right);
        case PrintOp::Subtract:
            return wrap(left - right);
        case PrintOp::Multiply:
            return wrap(left * right);
        default:
            return std::nullopt;
        }
    }
    default:
        return std::nullopt;
    }
}

PrintParser::Node PrintParser::arrayCall(Kind kind, int arguments)
{
    PrintNode node;
    node.kind = kind;
    for (int i = 0; i < arguments; ++i) {
        const auto argument = conditional();
        if (!argument || !accept(i + 1 < arguments ? ","sv : ")"sv))
            return std::nullopt;
        (i == 0 ? node.a : i == 1 ? node.b : node.c) = *argument;
    }
    return add(std::move(node));
}

PrintParser::Node PrintParser::dynamicCall(Kind kind)
{
    if (m_token.kind != TokenKind::Word)
        return std::nullopt;
    const auto field = fieldIndex(m_token.text);
    advance();
    if (!field || !accept(")"sv))
        return std::nullopt;
    PrintNode node;
    node.kind = kind;
    node.field = *field;
    return add(std::move(node));
}

PrintParser::Node PrintParser::expectCall()
{
    const auto value = conditional();
    if (!value || !accept(","sv) || !conditional() || !accept(")"sv))
        return std::nullopt;
    return value;
}

PrintParser::Node PrintParser::sizeofCall()
{
    std::uint32_t size = 0;
    if (m_token.kind == TokenKind::Word && m_token.text == "REC"sv) {
        advance();
        const auto node = record();
        if (!node)
            return std::nullopt;
        const auto &field = m_event.fields[m_format.nodes[*node].field];
        if (field.isArray)
            return std::nullopt;
        size = field.size;
    } else {
        std::string type;
        for (; m_token.kind == TokenKind::Word; advance()) {
            type += ' ';
            type += m_token.text;
        }
        if (type == " int"sv || type == " unsigned"sv || type == " unsigned int"sv)
            size = 4;
        else if (type == " long"sv || type == " unsigned long"sv || type == " long long"sv
                 || type == " unsigned long long"sv)
            size = 8;
        else
            return std::nullopt;
    }
    if (!accept(")"sv))
        return std::nullopt;
    return atom(std::to_string(size));
}

// The arguments are handed on as text, so only what cannot be misread is let through.
PrintParser::Node PrintParser::pluginCall(std::string_view function, std::size_t arguments)
{
    PrintNode node;
    node.kind = Kind::Plugin;
    node.text = function;
    for (std::size_t i = 0; i < arguments; ++i) {
        const auto argument = conditional();
        if (!argument || !accept(i + 1 < arguments ? ","sv : ")"sv))
            return std::nullopt;
        const auto kind = m_format.nodes[*argument].kind;
        if (kind != Kind::Atom && kind != Kind::Field && kind != Kind::DynamicArray
            && kind != Kind::DynamicLength)
            return std::nullopt;
        node.arguments.push_back(*argument);
    }
    return add(std::move(node));
}

} // namespace thresher
