// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/printparser_p.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using Kind = PrintNode::Kind;

constexpr int kMaxTreeDepth = 200; // "a + b + c …" grows a tree without nesting in the text
constexpr std::size_t kMaxNodes = 20'000;

bool isWordChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

struct BinaryOperator
{
    std::string_view text;
    PrintOp op;
    int precedence; // the higher, the tighter
};

constexpr std::array<BinaryOperator, 18> kBinaryOperators = {{
    {"||"sv, PrintOp::Or, 1},
    {"&&"sv, PrintOp::And, 2},
    {"|"sv, PrintOp::BitOr, 3},
    {"^"sv, PrintOp::BitXor, 4},
    {"&"sv, PrintOp::BitAnd, 5},
    {"=="sv, PrintOp::Equal, 6},
    {"!="sv, PrintOp::NotEqual, 6},
    {"<"sv, PrintOp::Less, 7},
    {"<="sv, PrintOp::LessEqual, 7},
    {">"sv, PrintOp::Greater, 7},
    {">="sv, PrintOp::GreaterEqual, 7},
    {"<<"sv, PrintOp::ShiftLeft, 8},
    {">>"sv, PrintOp::ShiftRight, 8},
    {"+"sv, PrintOp::Add, 9},
    {"-"sv, PrintOp::Subtract, 9},
    {"*"sv, PrintOp::Multiply, 10},
    {"/"sv, PrintOp::Divide, 10},
    {"%"sv, PrintOp::Modulo, 10},
}};

// As strtoull(…, 0): what follows the digits (UL) does not matter.
std::uint64_t atomNumber(const std::string &text)
{
    return isDigit(text.empty() ? 'x' : text.front()) ? std::strtoull(text.c_str(), nullptr, 0) : 0;
}

} // namespace

PrintParser::PrintParser(const EventFormat &event, PrintFormat &format)
    : m_event(event)
    , m_format(format)
{
    const auto at = event.text.find("print fmt:"sv);
    if (at != std::string_view::npos)
        m_text = event.text.substr(at + 10);
}

std::optional<std::string> PrintParser::parse()
{
    advance();
    if (m_token.kind != TokenKind::String)
        return std::nullopt;
    auto format = takeStrings();
    while (accept(","sv)) {
        const auto node = conditional();
        if (!node)
            return std::nullopt;
        m_format.arguments.push_back(*node);
    }
    if (m_token.kind != TokenKind::End)
        return std::nullopt;
    return format;
}

void PrintParser::advance()
{
    m_token = readToken();
}

PrintParser::Token PrintParser::readToken()
{
    const auto begin = m_text.find_first_not_of(" \t\r\n"sv);
    if (begin == std::string_view::npos || m_text[begin] == '\0') {
        m_text = {};
        return {};
    }
    m_text.remove_prefix(begin);
    const char first = m_text.front();
    if (first == '"' || first == '\'')
        return readQuoted(first);
    std::size_t length = 1;
    Token token;
    if (isWordChar(first)) {
        while (length < m_text.size() && isWordChar(m_text[length]))
            ++length;
        token.kind = TokenKind::Word;
    } else {
        static constexpr std::array doubles = {"->"sv, "<<"sv, ">>"sv, "<="sv, ">="sv,
                                               "=="sv, "!="sv, "&&"sv, "||"sv};
        if (std::find(doubles.begin(), doubles.end(), m_text.substr(0, 2)) != doubles.end())
            length = 2;
        token.kind = static_cast<unsigned char>(first) < 0x80 ? TokenKind::Operator
                                                              : TokenKind::Bad;
    }
    token.text = m_text.substr(0, length);
    m_text.remove_prefix(length);
    return token;
}

PrintParser::Token PrintParser::readQuoted(char quote)
{
    std::size_t end = 1;
    while (end < m_text.size() && m_text[end] != quote)
        end += m_text[end] == '\\' ? 2U : 1U;
    Token token;
    if (end >= m_text.size()) {
        token.kind = TokenKind::Bad;
        m_text = {};
        return token;
    }
    token.kind = quote == '"' ? TokenKind::String : TokenKind::Character;
    token.text = m_text.substr(1, end - 1);
    m_text.remove_prefix(end + 1);
    return token;
}

bool PrintParser::isOperator(std::string_view text) const
{
    return m_token.kind == TokenKind::Operator && m_token.text == text;
}

bool PrintParser::accept(std::string_view operatorText)
{
    if (!isOperator(operatorText))
        return false;
    advance();
    return true;
}

// Strings one after the other are one string.
std::string PrintParser::takeStrings()
{
    std::string text;
    for (; m_token.kind == TokenKind::String; advance())
        text += m_token.text;
    return text;
}

PrintParser::Node PrintParser::add(PrintNode node)
{
    if (m_format.nodes.size() >= kMaxNodes)
        return std::nullopt;
    const auto depthOf = [&](std::uint32_t child) {
        return child < m_format.nodes.size() ? m_format.nodes[child].depth : 0;
    };
    // Children are added before their parents; 0 is a node of depth 1, or none at all.
    const int depth = 1 + std::max({depthOf(node.a), depthOf(node.b), depthOf(node.c), 0});
    if (depth > kMaxTreeDepth)
        return std::nullopt;
    node.depth = static_cast<std::uint16_t>(depth);
    node.isWideUnsigned = isWideUnsigned(node);
    m_format.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(m_format.nodes.size() - 1);
}

bool PrintParser::isWideUnsigned(const PrintNode &node) const
{
    const auto &nodes = m_format.nodes;
    switch (node.kind) {
    case Kind::Field: {
        const auto &field = m_event.fields[node.field];
        return field.size == 8 && !field.isSigned;
    }
    case Kind::Cast:
        return node.text.starts_with("unsigned long"sv) || node.text == "u64"sv;
    case Kind::Unary:
        return node.op != PrintOp::Not && nodes[node.a].isWideUnsigned;
    case Kind::Binary:
        if (node.op == PrintOp::ShiftLeft || node.op == PrintOp::ShiftRight)
            return nodes[node.a].isWideUnsigned;
        return (node.op < PrintOp::Less || node.op > PrintOp::NotEqual) && node.op < PrintOp::And
               && (nodes[node.a].isWideUnsigned || nodes[node.b].isWideUnsigned);
    case Kind::Conditional:
        return nodes[node.b].isWideUnsigned || nodes[node.c].isWideUnsigned;
    default:
        return false;
    }
}

PrintParser::Node PrintParser::atom(std::string text)
{
    PrintNode node;
    node.number = atomNumber(text);
    node.text = std::move(text);
    return add(std::move(node));
}

PrintParser::Node PrintParser::conditional()
{
    const Depth depth(m_depth);
    if (depth.isTooDeep())
        return std::nullopt;
    const auto condition = binary(1);
    if (!condition || !accept("?"sv))
        return condition;
    const auto yes = conditional();
    if (!yes || !accept(":"sv))
        return std::nullopt;
    const auto no = conditional();
    if (!no)
        return std::nullopt;
    PrintNode node;
    node.kind = Kind::Conditional;
    node.a = *condition;
    node.b = *yes;
    node.c = *no;
    return add(std::move(node));
}

PrintParser::Node PrintParser::binary(int minimum)
{
    const Depth depth(m_depth);
    if (depth.isTooDeep())
        return std::nullopt;
    auto left = unary();
    while (left && m_token.kind == TokenKind::Operator) {
        const auto found = std::find_if(
            kBinaryOperators.begin(), kBinaryOperators.end(),
            [&](const BinaryOperator &candidate) { return candidate.text == m_token.text; });
        if (found == kBinaryOperators.end() || found->precedence < minimum)
            break;
        advance();
        const auto right = binary(found->precedence + 1);
        if (!right)
            return std::nullopt;
        PrintNode node;
        node.kind = Kind::Binary;
        node.op = found->op;
        node.a = *left;
        node.b = *right;
        left = add(std::move(node));
    }
    return left;
}

PrintParser::Node PrintParser::unary()
{
    const Depth depth(m_depth);
    if (depth.isTooDeep())
        return std::nullopt;
    auto op = PrintOp::None;
    if (isOperator("!"sv))
        op = PrintOp::Not;
    else if (isOperator("~"sv))
        op = PrintOp::Complement;
    else if (isOperator("-"sv))
        op = PrintOp::Negate;
    else if (isOperator("+"sv))
        op = PrintOp::Plus;
    else
        return postfix();
    advance();
    const auto operand = unary();
    if (!operand)
        return std::nullopt;
    PrintNode node;
    node.kind = Kind::Unary;
    node.op = op;
    node.a = *operand;
    return add(std::move(node));
}

PrintParser::Node PrintParser::postfix()
{
    auto node = primary();
    while (node && accept("["sv)) {
        const auto index = conditional();
        if (!index || !accept("]"sv))
            return std::nullopt;
        PrintNode element;
        element.kind = Kind::Index;
        element.a = *node;
        element.b = *index;
        node = add(std::move(element));
    }
    return node;
}

PrintParser::Node PrintParser::primary()
{
    switch (m_token.kind) {
    case TokenKind::String:
        return atom(takeStrings());
    case TokenKind::Character: {
        auto text = std::string(m_token.text);
        advance();
        return atom(std::move(text));
    }
    case TokenKind::Word:
        return word();
    case TokenKind::Operator:
        return isOperator("("sv) ? parenthesis() : std::nullopt;
    case TokenKind::End:
    case TokenKind::Bad:
        break;
    }
    return std::nullopt;
}

// "(unsigned long)" and what it casts, or just an expression.
PrintParser::Node PrintParser::parenthesis()
{
    const auto savedText = m_text;
    const auto savedToken = m_token;
    advance();
    if (auto type = castType()) {
        const auto item = unary();
        if (!item)
            return std::nullopt;
        PrintNode node;
        node.kind = Kind::Cast;
        node.text = std::move(*type);
        node.a = *item;
        return add(std::move(node));
    }
    m_text = savedText;
    m_token = savedToken;
    advance();
    if (m_token.kind == TokenKind::Word && m_token.text == "REC"sv) { // "(REC)->field"
        const auto insideText = m_text;
        const auto insideToken = m_token;
        advance();
        if (accept(")"sv))
            return record();
        m_text = insideText;
        m_token = insideToken;
    }
    const auto inner = conditional();
    if (!inner || !accept(")"sv))
        return std::nullopt;
    return inner;
}

// Words and stars up to ")", and then something that can be cast. Behind "(" already.
std::optional<std::string> PrintParser::castType()
{
    std::string type;
    while (m_token.kind == TokenKind::Word && m_token.text != "REC"sv
           && !isDigit(m_token.text.front())) {
        if (!type.empty())
            type += ' ';
        type += m_token.text;
        advance();
    }
    if (type.empty())
        return std::nullopt;
    while (isOperator("*"sv)) {
        type += " *";
        advance();
    }
    if (!accept(")"sv))
        return std::nullopt;
    const bool follows = m_token.kind == TokenKind::Word || m_token.kind == TokenKind::String
                         || m_token.kind == TokenKind::Character || isOperator("("sv);
    return follows ? std::optional(type) : std::nullopt;
}

PrintParser::Node PrintParser::word()
{
    const auto first = m_token.text;
    advance();
    if (first == "REC"sv)
        return record();
    if (accept("("sv))
        return call(first);
    auto text = std::string(first);
    for (; m_token.kind == TokenKind::Word; advance()) {
        text += ' ';
        text += m_token.text;
    }
    const auto node = atom(std::move(text));
    if (node)
        m_format.nodes[*node].isName = !isDigit(first.front());
    return node;
}

// Behind "REC".
PrintParser::Node PrintParser::record()
{
    if (!accept("->"sv) || m_token.kind != TokenKind::Word)
        return std::nullopt;
    const auto field = fieldIndex(m_token.text);
    advance();
    if (!field)
        return std::nullopt;
    PrintNode node;
    node.kind = Kind::Field;
    node.field = *field;
    return add(std::move(node));
}

std::optional<std::uint16_t> PrintParser::fieldIndex(std::string_view name) const
{
    const auto *const field = m_event.field(name);
    if (field == nullptr)
        return std::nullopt;
    return static_cast<std::uint16_t>(field - m_event.fields.data());
}

} // namespace thresher
