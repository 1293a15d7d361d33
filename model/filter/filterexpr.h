// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The filter language as text and as a tree; README.md describes it. What names and values mean is
/// decided by Filter, which knows a trace.
namespace thresher {

enum class FilterOp : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    BitAnd, ///< Has one of these bits.
    Matches, ///< ~, a glob
    MatchesNot, ///< !~
    Finds, ///< =~, a regular expression
    FindsNot, ///< !=~
    In,
    NotIn,
};

/// "==", "not in"
[[nodiscard]] std::string_view filterOpText(FilterOp op);

/// A value as it is written; numbers, ranges and names are told apart by what it is compared with.
struct FilterValue
{
    std::string text; ///< Without quotes.
    bool isQuoted = false;
    bool isCpus = false; ///< CPUS{text}
    TextRange range;
};

struct FilterNode
{
    enum class Kind : std::uint8_t {
        And, ///< All of the children, two or more.
        Or, ///< Any of the children, two or more.
        Not, ///< Not the only child.
        Compare, ///< name op values
        Has, ///< has(name)
        Event, ///< name: the event itself
        Within, ///< name: child. The child, of these events only.
    };

    Kind kind = Kind::Compare;
    FilterOp op = FilterOp::Equal;
    std::string name; ///< Of a field or, with globs and perhaps a system before ':', of events.
    TextRange nameRange;
    TextRange opRange;
    std::vector<FilterValue> values; ///< One, unless it is a set.
    std::vector<std::uint32_t>
        children; ///< Positions in FilterExpr::nodes, all smaller than its own.
};

/// A parsed expression. A value.
struct FilterExpr
{
    static constexpr std::size_t kMaxLength = 256U << 10U; ///< Bytes of text.
    static constexpr int kMaxDepth = 64; ///< Of parentheses and negations.
    static constexpr std::size_t kMaxNodes = 4096;
    static constexpr std::size_t kMaxValues = 32768; ///< Of all sets together.

    std::vector<FilterNode> nodes; ///< Children before parents; the last one is the root.

    [[nodiscard]] bool isEmpty() const { return nodes.empty(); } ///< Every event fulfils it.
    /// As it is best written: parsed again it gives the same tree. O(length).
    [[nodiscard]] std::string text() const;
};

/// Of blank text, an empty expression. Fails where it is no expression, or beyond the limits.
/// O(length); any bytes.
[[nodiscard]] FilterResult<FilterExpr> parseFilter(std::string_view text);

/// `text` as a value, quoted if it must be.
[[nodiscard]] std::string filterValueText(std::string_view text);

/// Two expressions in one: both are to be fulfilled. An empty one leaves the other.
[[nodiscard]] FilterExpr bothOf(const FilterExpr &a, const FilterExpr &b);
/// The same of any number.
[[nodiscard]] FilterExpr allOf(const std::vector<FilterExpr> &terms);
/// Either is to be fulfilled. Every event fulfils it if every event fulfils one of them.
[[nodiscard]] FilterExpr eitherOf(const FilterExpr &a, const FilterExpr &b);
/// What is joined by && at the top, each by itself; an expression without that is one, an empty one
/// none. allOf() makes the same expression of them again. O(nodes).
[[nodiscard]] std::vector<FilterExpr> termsOf(const FilterExpr &expr);

} // namespace thresher
