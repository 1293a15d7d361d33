// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/demangle.h"

// Else it declares basename() anew, which <string.h> may have declared in C++'s way before.
#define HAVE_DECL_BASENAME 1
#include <libiberty/demangle.h>

namespace thresher::capture {

namespace {

/// Longer ones are not read by anybody, and are what a hostile file would have: a hundred letters
/// that refer to each other say gigabytes.
constexpr std::size_t kLongest = 4096;
constexpr std::size_t kLongestText = 16 * kLongest;

struct TooLong
{};

/// It is called with piece after piece, and can end that only so.
void append(const char *piece, std::size_t size, void *text)
{
    auto &all = *static_cast<std::string *>(text);
    if (size > kLongestText - all.size())
        throw TooLong();
    all.append(piece, size);
}

} // namespace

std::string demangled(std::string_view name)
{
    const auto begin = name.substr(0, 2);
    if ((begin != "_Z" && begin != "_R") || name.size() > kLongest)
        return std::string(name);
    const std::string mangled(name);
    std::string text;
    try {
        // Rust's first, which look like those of C++ but for a hash in the end.
        if (::rust_demangle_callback(mangled.c_str(), DMGL_NO_OPTS, append, &text) != 0)
            return text;
        text.clear();
        if (::cplus_demangle_v3_callback(mangled.c_str(), DMGL_PARAMS, append, &text) != 0)
            return text;
    } catch (const TooLong &) {}
    return mangled;
}

} // namespace thresher::capture
