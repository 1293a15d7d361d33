// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/completionplace_p.h"

namespace thresher {

namespace {

using Kind = FilterToken::Kind;
using Expected = CompletionPlace::Expected;

/// Follows the tokens; what makes no sense is passed over.
class Follower
{
public:
    explicit Follower(std::string_view text)
        : m_text(text)
        , m_lexer(text)
    {}
    [[nodiscard]] CompletionPlace follow()
    {
        for (;;) {
            const bool isValue = m_place.expected == Expected::Value;
            FilterToken token = isValue ? m_lexer.nextValue() : m_lexer.next();
            if (token.kind == Kind::End)
                return here({m_text.size(), m_text.size()});
            if (isBegun(token)) {
                m_place.begun = token.kind == Kind::Unfinished ? token.text.substr(1) : token.text;
                m_place.isQuoted = token.kind == Kind::Unfinished;
                return here(token.range);
            }
            take(token);
        }
    }

private:
    // A word that the cursor touches may go on.
    [[nodiscard]] bool isBegun(const FilterToken &token) const
    {
        if (token.range.end != m_text.size())
            return false;
        if (token.kind == Kind::Unfinished)
            return m_place.expected == Expected::Value;
        const bool isOperand = m_place.expected == Expected::Operand && token.kind == Kind::Word;
        const bool isValue = m_place.expected == Expected::Value && token.kind == Kind::Value;
        const bool isWord = m_place.expected == Expected::Operator && token.kind == Kind::Word;
        return isOperand || isValue || isWord;
    }

    [[nodiscard]] CompletionPlace here(TextRange range)
    {
        m_place.range = range;
        return std::move(m_place);
    }

    void take(const FilterToken &token)
    {
        switch (token.kind) {
        case Kind::And:
        case Kind::Or:
            beginOperand();
            return;
        case Kind::Open:
            m_outer.push_back(m_place.prefix);
            beginOperand();
            return;
        case Kind::Close:
            if (!m_outer.empty()) {
                m_place.prefix = m_outer.back();
                m_outer.pop_back();
            }
            m_place.expected = Expected::Join;
            return;
        case Kind::OpenSet:
            m_place.isInSet = true;
            m_place.expected = Expected::Value;
            return;
        case Kind::CloseSet:
            m_place.isInSet = false;
            m_place.expected = Expected::Join;
            return;
        case Kind::Comma:
            if (m_place.isInSet)
                m_place.expected = Expected::Value;
            return;
        default:
            takeWord(token);
        }
    }

    void beginOperand()
    {
        m_place.expected = Expected::Operand;
        m_place.isInSet = false;
        m_words.clear();
    }

    void takeWord(const FilterToken &token)
    {
        switch (m_place.expected) {
        case Expected::Operand:
            if (token.kind == Kind::Word && !token.isWord("not")) {
                m_words.push_back(token.text);
                m_place.name = token.text;
                m_place.expected = Expected::Operator;
            }
            return;
        case Expected::Operator:
            if (token.kind == Kind::Colon) {
                // "sched:" may be a prefix, or the begin of an event with its system.
                m_place.prefix = m_words.size() > 1 ? m_words[0] + ':' + m_words[1] : m_words[0];
                m_place.expected = Expected::Operand;
            } else if (token.kind == Kind::Operator) {
                m_place.op = token.op;
                m_place.expected = Expected::Value;
            } else if (token.isWord("and") || token.isWord("or")) {
                beginOperand();
            } else if (token.isWord("in")) {
                m_place.op = FilterOp::In;
                m_place.expected = Expected::Nothing; // but {
            }
            return;
        case Expected::Value:
            m_place.expected = Expected::Join;
            return;
        case Expected::Join:
            if (token.isWord("and") || token.isWord("or"))
                beginOperand();
            return;
        case Expected::Nothing:
            return;
        }
    }

    std::string_view m_text;
    FilterLexer m_lexer;
    CompletionPlace m_place;
    std::vector<std::string> m_words; ///< Joined by colons, so far.
    std::vector<std::string> m_outer; ///< Prefixes outside of the parentheses.
};

} // namespace

CompletionPlace findPlace(std::string_view text)
{
    return Follower(text).follow();
}

} // namespace thresher
