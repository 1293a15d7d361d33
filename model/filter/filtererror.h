// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace thresher {

/// A range of bytes of an expression's text, half-open.
struct TextRange
{
    std::size_t begin = 0;
    std::size_t end = 0;
    friend bool operator==(TextRange, TextRange) = default;
};

/// What is wrong with an expression, and where.
struct FilterError
{
    TextRange range; ///< The wrong token; empty at the text's end.
    std::string found; ///< "'<' between texts"
    std::string expected; ///< "==, != or ~"; may be empty.
    std::string
        suggestion; ///< What may have been meant, to be put in place of the token; or empty.

    /// "found, expected …; did you mean …?" without what is empty.
    [[nodiscard]] std::string text() const;
};

template<typename T>
using FilterResult = tl::expected<T, FilterError>;

} // namespace thresher

#define THRESHER_FILTER_CONCAT_(a, b) a##b
#define THRESHER_FILTER_CONCAT(a, b) THRESHER_FILTER_CONCAT_(a, b)

/// `to = value of expr`, `to` perhaps a declaration; or returns its error from the function.
#define THRESHER_FILTER_TRY(to, expr)                                                              \
    auto THRESHER_FILTER_CONCAT(filterResult, __LINE__) = (expr);                                  \
    if (!THRESHER_FILTER_CONCAT(filterResult, __LINE__))                                           \
        return tl::unexpected<::thresher::FilterError>(                                            \
            std::move(THRESHER_FILTER_CONCAT(filterResult, __LINE__)).error());                    \
    to = *std::move(THRESHER_FILTER_CONCAT(filterResult, __LINE__))
