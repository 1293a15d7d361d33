// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/named.h"

#include <algorithm>
#include <charconv>

namespace thresher {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool beginsLike(std::string_view name, std::string_view text)
{
    return name.size() >= text.size()
           && std::equal(text.begin(), text.end(), name.begin(),
                         [](char a, char b) { return lower(a) == lower(b); });
}

std::string listed(const std::vector<std::string_view> &names)
{
    std::string all;
    for (const std::string_view name : names)
        all += (all.empty() ? "" : ", ") + std::string(name);
    return all;
}

Result<std::uint32_t> find(const std::vector<std::string_view> &names, std::string_view text,
                           const std::string &what)
{
    std::uint32_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && rest == text.data() + text.size() && number < names.size())
        return number;
    if (const auto whole = std::find(names.begin(), names.end(), text); whole != names.end())
        return static_cast<std::uint32_t>(whole - names.begin());
    std::vector<std::uint32_t> like;
    for (std::uint32_t i = 0; i < names.size() && !text.empty(); ++i) {
        if (beginsLike(names[i], text))
            like.push_back(i);
    }
    if (like.size() == 1)
        return like.front();
    if (names.empty())
        return fail(ErrorKind::InvalidArgument, "the trace has the events of no " + what);
    if (like.empty())
        return fail(ErrorKind::InvalidArgument, "there is no " + what + " '" + std::string(text)
                                                    + "'; there are " + listed(names));
    std::vector<std::string_view> several;
    for (const std::uint32_t i : like)
        several.push_back(names[i]);
    return fail(ErrorKind::InvalidArgument,
                "'" + std::string(text) + "' may be " + listed(several));
}

} // namespace

Result<std::uint32_t> pairNamed(const Analysis &analysis, std::string_view text)
{
    std::vector<std::string_view> names;
    for (const PairSummary &pair : analysis.pairs)
        names.emplace_back(pair.spec.name);
    return find(names, text, "pair");
}

Result<std::uint32_t> counterNamed(const Analysis &analysis, std::string_view text)
{
    std::vector<std::string_view> names;
    for (const CounterSummary &counter : analysis.counters)
        names.emplace_back(counter.spec.name);
    return find(names, text, "counter");
}

} // namespace thresher
