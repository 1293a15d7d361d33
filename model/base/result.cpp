// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/result.h"

#include <cerrno>
#include <system_error>

namespace thresher {

std::string Error::text() const
{
    std::string text = where;
    if (offset >= 0) {
        text += text.empty() ? "byte " : ", byte ";
        text += std::to_string(offset);
    }
    if (!text.empty())
        text += ": ";
    return text + what;
}

tl::unexpected<Error> failErrno(int errnoValue, std::string_view doing, std::string where)
{
    const bool isNoSpace = errnoValue == ENOSPC || errnoValue == EDQUOT || errnoValue == EFBIG;
    const bool isCancelled = errnoValue == ECANCELED;
    std::string what(doing);
    if (!what.empty())
        what += ": ";
    // Unlike strerror(), this may be called by several threads at once.
    what += std::generic_category().message(errnoValue);
    return fail(isNoSpace     ? ErrorKind::NoSpace
                : isCancelled ? ErrorKind::Cancelled
                              : ErrorKind::Io,
                std::move(what), std::move(where));
}

} // namespace thresher
