// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/regex.h"

#include "model/filter/regexparser_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr std::size_t kMaxKnown = 512; // half a megabyte of a thread's

} // namespace

FilterResult<Regex> Regex::compile(std::string_view pattern)
{
    Regex regex;
    if (const auto done = RegexParser(pattern, regex).parse(); !done)
        return tl::unexpected<FilterError>(done.error());
    return regex;
}

void Regex::reset()
{
    m_known.clear();
    m_numbers.clear();
    add({m_start}, true);
}

// The states that are reached without reading a byte.
void Regex::follow(std::uint32_t state, bool atBegin, bool atEnd, std::vector<bool> &seen) const
{
    std::vector<std::uint32_t> open{state};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        if (seen[at])
            continue;
        seen[at] = true;
        const State &node = m_states[at];
        if (node.kind == State::Kind::Split) {
            open.push_back(node.next);
            open.push_back(node.other);
        } else if ((node.kind == State::Kind::Begin && atBegin)
                   || (node.kind == State::Kind::End && atEnd)) {
            open.push_back(node.next);
        }
    }
}

std::int32_t Regex::add(std::vector<std::uint32_t> from, bool atBegin)
{
    std::vector<bool> seen(m_states.size());
    for (const std::uint32_t state : from)
        follow(state, atBegin, false, seen);
    Deterministic made;
    made.next.fill(-1);
    for (std::uint32_t i = 0; i < seen.size(); ++i) {
        const auto kind = m_states[i].kind;
        if (!seen[i])
            continue;
        made.matches = made.matches || kind == State::Kind::Match;
        if (kind == State::Kind::Bytes || kind == State::Kind::End)
            made.states.push_back(i);
    }
    // The state at the begin is a state of its own, since '^' holds there.
    std::string key(atBegin ? "^" : made.matches ? "m" : " ");
    for (const std::uint32_t state : made.states) {
        key += static_cast<char>(state & 0xffU);
        key += static_cast<char>(state >> 8U);
    }
    const auto [known, isNew] = m_numbers.try_emplace(std::move(key),
                                                      static_cast<std::int32_t>(m_known.size()));
    if (isNew)
        m_known.push_back(std::move(made));
    return known->second;
}

std::int32_t Regex::step(std::int32_t from, unsigned char byte)
{
    const auto index = static_cast<std::size_t>(from);
    std::vector<std::uint32_t> reached{m_start}; // it may begin anywhere
    for (const std::uint32_t state : m_known[index].states) {
        const State &node = m_states[state];
        if (node.kind == State::Kind::Bytes && m_sets[node.bytes][byte])
            reached.push_back(node.next);
    }
    if (m_known.size() < kMaxKnown) {
        const std::int32_t next = add(std::move(reached), false);
        m_known[index].next[byte] = next;
        return next;
    }
    reset();
    return add(std::move(reached), false);
}

bool Regex::endMatches(std::int32_t at)
{
    Deterministic &here = m_known[static_cast<std::size_t>(at)];
    if (!here.matchesAtEnd) {
        std::vector<bool> seen(m_states.size());
        for (const std::uint32_t state : here.states)
            follow(state, at == 0, true, seen);
        here.matchesAtEnd = here.matches;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (seen[i] && m_states[i].kind == State::Kind::Match)
                here.matchesAtEnd = true;
        }
    }
    return *here.matchesAtEnd;
}

bool Regex::isFoundIn(std::string_view text)
{
    if (m_known.empty())
        reset();
    std::int32_t at = 0;
    for (const char c : text) {
        const Deterministic &here = m_known[static_cast<std::size_t>(at)];
        if (here.matches)
            return true;
        const auto byte = static_cast<unsigned char>(c);
        const std::int32_t next = here.next[byte];
        at = next >= 0 ? next : step(at, byte);
    }
    return endMatches(at);
}

} // namespace thresher
