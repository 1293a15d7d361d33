// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace thresher {

/// What kind of failure an operation met; decides how it is shown, not what it says.
enum class ErrorKind : std::uint8_t {
    Cancelled, ///< The caller asked for it; never shown.
    Io, ///< The operating system refused (errno is part of the text).
    NotATrace, ///< The bytes are of another kind of file.
    Unsupported, ///< Understood, but not something Thresher can do.
    Damaged, ///< The bytes contradict themselves.
    NoSpace, ///< Disk full or quota reached.
    InvalidArgument, ///< The user's input; the text says what was expected.
};

/// A failed operation. `what` is a whole sentence for a user and says what to do where something
/// can be done; `where` names the file (and section) it happened in; `offset` is the byte offset
/// there, or -1.
struct Error
{
    ErrorKind kind = ErrorKind::Io;
    std::string what;
    std::string where;
    std::int64_t offset = -1;

    /// "where, byte offset: what", leaving out what is not known.
    [[nodiscard]] std::string text() const;
};

/// The one alias to change when std::expected arrives (C++23): only names that both share are used.
template<typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what,
                                                std::string where = {}, std::int64_t offset = -1)
{
    return tl::unexpected<Error>(Error{kind, std::move(what), std::move(where), offset});
}

/// An Error of kind Io (or NoSpace: ENOSPC, EDQUOT, EFBIG) from `errnoValue`: "`doing`: No such
/// file".
[[nodiscard]] tl::unexpected<Error> failErrno(int errnoValue, std::string_view doing,
                                              std::string where = {});

} // namespace thresher

#define THRESHER_CONCAT_(a, b) a##b
#define THRESHER_CONCAT(a, b) THRESHER_CONCAT_(a, b)

/// Returns the error of `expr` from the enclosing function, if it has one.
#define THRESHER_TRY(expr)                                                                         \
    do {                                                                                           \
        if (auto thresherResult = (expr); !thresherResult)                                         \
            return tl::unexpected<::thresher::Error>(std::move(thresherResult).error());           \
    } while (false)

/// Declares `decl` with the value of `expr`, or returns its error from the enclosing function.
#define THRESHER_TRY_ASSIGN(decl, expr)                                                            \
    auto THRESHER_CONCAT(thresherResult, __LINE__) = (expr);                                       \
    if (!THRESHER_CONCAT(thresherResult, __LINE__))                                                \
        return tl::unexpected<::thresher::Error>(                                                  \
            std::move(THRESHER_CONCAT(thresherResult, __LINE__)).error());                         \
    decl = *std::move(THRESHER_CONCAT(thresherResult, __LINE__))
