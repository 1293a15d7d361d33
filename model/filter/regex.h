// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filtererror.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// A regular expression over bytes: POSIX extended syntax without back references and collating
/// elements, with \d \w \s and \D \W \S besides. Finds whether it occurs anywhere in a text.
///
/// An automaton of at most kMaxStates states, made deterministic as texts are met (a cache that
/// starts anew when full): time is linear in the text whatever the pattern, where the C library's
/// regexec() and std::regex take exponential time or recurse without end. RE2 does the same, for
/// another dependency and no more than this needs.
///
/// Copying it copies the cache; matching changes it, so one per thread.
class Regex
{
public:
    static constexpr std::size_t kMaxStates = 1024;

    /// Where `pattern` is wrong, the error's range is within it. O(length + states).
    [[nodiscard]] static FilterResult<Regex> compile(std::string_view pattern);
    [[nodiscard]] bool isFoundIn(std::string_view text);

private:
    friend class RegexParser;
    using Bytes = std::bitset<256>;

    /// A state of the automaton that was parsed.
    struct State
    {
        enum class Kind : std::uint8_t { Bytes, Split, Begin, End, Match };
        Kind kind = Kind::Match;
        std::uint16_t bytes = 0; ///< Position in m_sets.
        std::uint32_t next = 0;
        std::uint32_t other = 0; ///< Split
    };
    /// A set of those states.
    struct Deterministic
    {
        std::vector<std::uint32_t> states; ///< Bytes and End states, ascending.
        bool matches = false;
        std::optional<bool> matchesAtEnd;
        std::array<std::int32_t, 256> next; ///< -1: not known yet.
    };

    void reset();
    std::int32_t add(std::vector<std::uint32_t> from, bool atBegin);
    void follow(std::uint32_t state, bool atBegin, bool atEnd, std::vector<bool> &seen) const;
    std::int32_t step(std::int32_t from, unsigned char byte);
    bool endMatches(std::int32_t at);

    std::vector<State> m_states;
    std::vector<Bytes> m_sets;
    std::uint32_t m_start = 0;
    std::vector<Deterministic> m_known; ///< [0]: at the text's begin.
    std::unordered_map<std::string, std::int32_t> m_numbers; ///< By their states, as bytes.
};

} // namespace thresher
