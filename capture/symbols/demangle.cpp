// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/demangle.h"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <utility>

namespace thresher::capture {

namespace {

/// Longer ones are not read by anybody, and are what a hostile file would have.
constexpr std::size_t kLongest = 4096;

bool isHash(std::string_view part)
{
    constexpr std::size_t kDigits = 16;
    return part.size() == kDigits + 1 && part.front() == 'h'
           && std::all_of(part.begin() + 1, part.end(),
                          [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Rust's first mangling is C++'s, with a hash as the last part of the name and with escapes for
/// what C++ has no letters for: "_$LT$" is "<".
std::string withoutRustEscapes(std::string_view name)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEscapes{
        {{"$SP$", "@"},
         {"$BP$", "*"},
         {"$RF$", "&"},
         {"$LT$", "<"},
         {"$GT$", ">"},
         {"$LP$", "("},
         {"$RP$", ")"},
         {"$C$", ","}}};
    std::string text;
    while (!name.empty()) {
        const auto escape = std::find_if(
            kEscapes.begin(), kEscapes.end(),
            [name](const auto &each) { return name.substr(0, each.first.size()) == each.first; });
        const std::size_t end = name.find('$', 1);
        unsigned code = 0;
        if (escape != kEscapes.end()) {
            text += escape->second;
            name.remove_prefix(escape->first.size());
        } else if (name.substr(0, 2) == "$u" && end != std::string_view::npos
                   && std::from_chars(name.data() + 2, name.data() + end, code, 16).ptr
                          == name.data() + end
                   && code >= 0x20 && code < 0x7f) {
            text += static_cast<char>(code);
            name.remove_prefix(end + 1);
        } else if (name.substr(0, 2) == "..") {
            text += "::";
            name.remove_prefix(2);
        } else {
            // An escape at the begin of a part stands behind a "_", which C++ needs there.
            if (name.substr(0, 2) != "_$" || (!text.empty() && text.back() != ':'))
                text += name.front();
            name.remove_prefix(1);
        }
    }
    return text;
}

} // namespace

std::string demangled(std::string_view name)
{
    // What the compiler made of a function ("f.cold", "f.isra.0") keeps its mark.
    if (name.substr(0, 2) != "_Z" || name.size() > kLongest)
        return std::string(name);
    const std::string mangled(name);
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
    if (status != 0 || text == nullptr)
        return mangled;
    const std::string_view plain(text.get());
    const std::size_t last = plain.rfind("::");
    if (last == std::string_view::npos || !isHash(plain.substr(last + 2)))
        return std::string(plain);
    return withoutRustEscapes(plain.substr(0, last));
}

} // namespace thresher::capture
