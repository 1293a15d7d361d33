// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filterlexer_p.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using Kind = FilterToken::Kind;

bool isBlank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isWordBegin(char c)
{
    return isLetter(c) || (c >= '0' && c <= '9') || "*?["sv.find(c) != std::string_view::npos;
}

bool isWordPart(char c)
{
    return isWordBegin(c) || "]-."sv.find(c) != std::string_view::npos;
}

bool endsValue(char c)
{
    return isBlank(c) || "(){},&|\"'"sv.find(c) != std::string_view::npos;
}

struct Symbol
{
    std::string_view text;
    Kind kind;
    FilterOp op = FilterOp::Equal;
};

// Longer ones first.
constexpr std::array kSymbols{
    Symbol{"!=~", Kind::Operator, FilterOp::FindsNot},
    Symbol{"==", Kind::Operator, FilterOp::Equal},
    Symbol{"!=", Kind::Operator, FilterOp::NotEqual},
    Symbol{"<=", Kind::Operator, FilterOp::LessEqual},
    Symbol{">=", Kind::Operator, FilterOp::GreaterEqual},
    Symbol{"=~", Kind::Operator, FilterOp::Finds},
    Symbol{"!~", Kind::Operator, FilterOp::MatchesNot},
    Symbol{"&&", Kind::And},
    Symbol{"||", Kind::Or},
    Symbol{"<", Kind::Operator, FilterOp::Less},
    Symbol{">", Kind::Operator, FilterOp::Greater},
    Symbol{"&", Kind::Operator, FilterOp::BitAnd},
    Symbol{"~", Kind::Operator, FilterOp::Matches},
    Symbol{"!", Kind::Not},
    Symbol{":", Kind::Colon},
    Symbol{",", Kind::Comma},
    Symbol{"(", Kind::Open},
    Symbol{")", Kind::Close},
    Symbol{"{", Kind::OpenSet},
    Symbol{"}", Kind::CloseSet},
};

// A byte that begins nothing, with the rest of its UTF-8 sequence.
std::size_t unknownLength(std::string_view text)
{
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U)
        ++length;
    return length;
}

} // namespace

void FilterLexer::skipBlanks()
{
    while (m_at < m_text.size() && isBlank(m_text[m_at]))
        ++m_at;
}

FilterToken FilterLexer::take(Kind kind, std::size_t length)
{
    FilterToken token;
    token.kind = kind;
    token.range = {m_at, m_at + length};
    token.text = m_text.substr(m_at, length);
    m_at += length;
    return token;
}

// A backslash stands for itself but before the quote and before another one: regular expressions
// are full of them.
FilterToken FilterLexer::quoted()
{
    const char quote = m_text[m_at];
    std::string text;
    std::size_t at = m_at + 1;
    for (; at < m_text.size() && m_text[at] != quote; ++at) {
        const bool isEscape = m_text[at] == '\\' && at + 1 < m_text.size()
                              && (m_text[at + 1] == quote || m_text[at + 1] == '\\');
        at += isEscape ? 1 : 0;
        text += m_text[at];
    }
    if (at >= m_text.size())
        return take(Kind::Unfinished, m_text.size() - m_at);
    FilterToken token = take(Kind::Quoted, at + 1 - m_at);
    token.text = std::move(text);
    return token;
}

std::optional<FilterToken> FilterLexer::symbol()
{
    const std::string_view rest = m_text.substr(m_at);
    const auto found = std::find_if(kSymbols.begin(), kSymbols.end(), [&](const Symbol &candidate) {
        return rest.starts_with(candidate.text);
    });
    if (found == kSymbols.end())
        return std::nullopt;
    FilterToken token = take(found->kind, found->text.size());
    token.op = found->op;
    return token;
}

FilterToken FilterLexer::word()
{
    std::size_t length = 0;
    bool isInBrackets = false; // of a glob: [^a-z], [!a-z]
    for (std::size_t at = m_at; at < m_text.size(); ++at, ++length) {
        const char c = m_text[at];
        const bool isBracketPart = isInBrackets && (c == '^' || c == '!') && m_text[at - 1] == '[';
        if (!isWordPart(c) && !isBracketPart)
            break;
        isInBrackets = c == '[' || (isInBrackets && c != ']');
    }
    return take(Kind::Word, length);
}

FilterToken FilterLexer::next()
{
    skipBlanks();
    if (m_at >= m_text.size())
        return take(Kind::End, 0);
    const char c = m_text[m_at];
    if (c == '"' || c == '\'')
        return quoted();
    if (isWordBegin(c))
        return word();
    if (auto token = symbol())
        return *token;
    return take(Kind::Unknown, unknownLength(m_text.substr(m_at)));
}

FilterToken FilterLexer::peek() const
{
    FilterLexer copy = *this;
    return copy.next();
}

FilterToken FilterLexer::nextValue()
{
    skipBlanks();
    if (m_at >= m_text.size())
        return take(Kind::End, 0);
    const std::string_view rest = m_text.substr(m_at);
    if (rest.front() == '"' || rest.front() == '\'')
        return quoted();
    if (constexpr auto kCpus = "CPUS{"sv; rest.starts_with(kCpus)) {
        const std::size_t end = rest.find('}');
        if (end == std::string_view::npos)
            return take(Kind::Unfinished, rest.size());
        FilterToken token = take(Kind::Cpus, end + 1);
        token.text = rest.substr(kCpus.size(), end - kCpus.size());
        return token;
    }
    std::size_t length = 0;
    while (length < rest.size() && !endsValue(rest[length]))
        ++length;
    if (length > 0 && rest[length - 1] == ':')
        --length; // of a prefix that has come to stand behind an operator
    if (length == 0)
        return next();
    return take(Kind::Value, length);
}

} // namespace thresher
