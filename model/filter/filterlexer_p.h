// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"

#include <optional>
#include <string>
#include <string_view>

namespace thresher {

struct FilterToken
{
    enum class Kind : std::uint8_t {
        End,
        Word, ///< A name, perhaps with globs; also in, and, or, not.
        Value, ///< What is written behind an operator without quotes.
        Quoted,
        Cpus, ///< CPUS{ }
        Operator,
        And,
        Or,
        Not,
        Colon,
        Comma,
        Open, ///< (
        Close, ///< )
        OpenSet, ///< {
        CloseSet, ///< }
        Unknown, ///< A byte that means nothing here.
        Unfinished, ///< A quote or CPUS{ that does not end.
    };
    Kind kind = Kind::End;
    FilterOp op = FilterOp::Equal;
    TextRange range;
    std::string text; ///< Without quotes and escapes; of CPUS{ } what is between the braces.

    [[nodiscard]] bool isWord(std::string_view word) const
    {
        return kind == Kind::Word && text == word;
    }
};

/// Cuts a text into tokens. What a byte means depends on whether a value is expected, as values may
/// be written without quotes: the caller knows. Cheap to copy, for looking ahead.
class FilterLexer
{
public:
    explicit FilterLexer(std::string_view text)
        : m_text(text)
    {}
    [[nodiscard]] FilterToken next(); ///< The next token where no value is expected.
    [[nodiscard]] FilterToken peek() const; ///< What next() would give.
    [[nodiscard]] FilterToken nextValue(); ///< The next token where a value is expected.
    void goTo(std::size_t position) { m_at = position; } ///< The begin of a token.
    [[nodiscard]] std::string_view source() const { return m_text; }

private:
    void skipBlanks();
    [[nodiscard]] FilterToken take(FilterToken::Kind kind, std::size_t length);
    [[nodiscard]] FilterToken quoted();
    [[nodiscard]] FilterToken word();
    [[nodiscard]] std::optional<FilterToken> symbol();

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace thresher
