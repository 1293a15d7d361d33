// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/diagnostics.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace thresher {

namespace {

// Both numbers may come from a damaged file.
void addSaturating(std::uint64_t &sum, std::uint64_t value)
{
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    sum = value > kMax - sum ? kMax : sum + value;
}

std::string kindKey(const Diagnostic &diagnostic)
{
    std::string key(1, static_cast<char>('0' + static_cast<int>(diagnostic.severity)));
    key += diagnostic.section;
    key += '\0';
    key += diagnostic.what;
    return key;
}

} // namespace

void Diagnostics::add(Diagnostic diagnostic)
{
    const std::scoped_lock lock(m_mutex);
    addSaturating(m_counts.at(static_cast<std::size_t>(diagnostic.severity)), diagnostic.count);

    const auto countIn = [&diagnostic](Diagnostic &other) {
        addSaturating(other.count, diagnostic.count);
        addSaturating(other.bytes, diagnostic.bytes);
    };
    auto key = kindKey(diagnostic);
    const auto known = m_kinds.find(key);
    if (known != m_kinds.end() && (known->second.kept >= kMaxEach || m_all.size() >= kMaxAll - 1)) {
        countIn(m_all[known->second.last]);
        return;
    }
    if (m_all.size() >= kMaxAll) {
        Diagnostic &rest = m_all.back();
        rest.severity = std::max(rest.severity, diagnostic.severity);
        countIn(rest);
        return;
    }
    if (m_all.size() == kMaxAll - 1) {
        Diagnostic rest;
        rest.severity = diagnostic.severity;
        rest.what = "There are too many different problems to list; the further ones are only "
                    "counted here.";
        rest.bytes = diagnostic.bytes;
        rest.count = diagnostic.count;
        m_all.push_back(std::move(rest));
        return;
    }
    Kind &kind = m_kinds[std::move(key)];
    ++kind.kept;
    kind.last = m_all.size();
    m_all.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::all() const
{
    const std::scoped_lock lock(m_mutex);
    return m_all;
}

std::uint64_t Diagnostics::count() const
{
    const std::scoped_lock lock(m_mutex);
    std::uint64_t sum = 0;
    for (const auto each : m_counts)
        addSaturating(sum, each);
    return sum;
}

std::uint64_t Diagnostics::count(Severity severity) const
{
    const std::scoped_lock lock(m_mutex);
    return m_counts.at(static_cast<std::size_t>(severity));
}

} // namespace thresher
