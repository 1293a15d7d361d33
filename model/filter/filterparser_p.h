// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterlexer_p.h"

#include <optional>
#include <string>
#include <vector>

namespace thresher {

/// One parse, by recursive descent:
///
///     or      = and { ("||" | "or") and }
///     and     = unary { ("&&" | "and") unary }
///     unary   = ("!" | "not") unary | primary
///     primary = "(" or ")" | "has" "(" name ")" | name op value | event | event ":" or
///
/// What follows a prefix is read as far as it goes, but ends before a && or || behind which another
/// prefix or a bare event stands.
class FilterParser
{
public:
    explicit FilterParser(std::string_view text)
        : m_lexer(text)
    {}
    [[nodiscard]] FilterResult<FilterExpr> parse();

private:
    using Kind = FilterToken::Kind;
    using NodeId = FilterResult<std::uint32_t>;

    /// What a run of words joined by colons, and the token behind it, make.
    struct Head
    {
        std::vector<FilterToken> prefix; ///< Words before the last colon; up to two.
        std::optional<FilterToken> name; ///< Of a field, or has; none: a prefix stands alone.
        bool isEvent = false; ///< The words are an event without a condition.
        bool isWrong = false; ///< Too many words.

        [[nodiscard]] bool beginsClause() const { return isEvent || !prefix.empty(); }
    };

    [[nodiscard]] Head readHead(FilterToken first, FilterLexer &lexer) const;
    [[nodiscard]] bool clauseFollows(FilterLexer lexer) const;
    /// Takes the operator that joins, unless it ends the clause.
    [[nodiscard]] bool joins(Kind kind, std::string_view word, bool inClause);

    NodeId chain(FilterNode::Kind kind, int depth, bool inClause);
    NodeId unary(int depth, bool inClause);
    NodeId primary(int depth);
    NodeId group(int depth, const FilterToken &open);
    NodeId eventOnly(const Head &head);
    NodeId within(const Head &head, int depth);
    NodeId condition(const FilterToken &name);
    NodeId has();
    [[nodiscard]] FilterResult<bool> takeOperator(FilterNode &node);
    [[nodiscard]] FilterResult<bool> takeValues(FilterNode &node);
    [[nodiscard]] FilterResult<FilterValue> takeValue();

    NodeId add(FilterNode node);
    [[nodiscard]] tl::unexpected<FilterError> wrong(const FilterToken &token,
                                                    std::string expected) const;

    FilterLexer m_lexer;
    FilterExpr m_expr;
    std::size_t m_values = 0;
};

} // namespace thresher
