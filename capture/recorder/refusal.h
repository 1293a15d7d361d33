// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace thresher::capture {

/// Why a request was not fulfilled: what an `error` message tells.
struct Refusal
{
    std::string path; ///< JSON pointer within the request: "/instances/0/tracer".
    std::string text; ///< A sentence.
    std::string kernel; ///< What the kernel's error_log says, if it does.
    int caret = -1; ///< The byte of the value at `path` that it points at.
};

/// A value, or why there is none.
template<typename T>
using Checked = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(std::string path, std::string text)
{
    return tl::unexpected<Refusal>({std::move(path), std::move(text), {}, -1});
}

} // namespace thresher::capture

/// Returns the refusal of `expr` from the enclosing function, if it has one.
#define THRESHER_CHECK(expr)                                                                       \
    do {                                                                                           \
        if (auto thresherChecked = (expr); !thresherChecked)                                       \
            return tl::unexpected<::thresher::capture::Refusal>(                                   \
                std::move(thresherChecked).error());                                               \
    } while (false)
