// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/regex.h"

#include <string_view>
#include <vector>

namespace thresher {

/// Builds a Regex's automaton: each piece of the pattern becomes a fragment whose open ends are
/// then tied to what follows (Thompson's construction).
class RegexParser
{
public:
    RegexParser(std::string_view pattern, Regex &regex)
        : m_text(pattern)
        , m_regex(regex)
    {}
    [[nodiscard]] FilterResult<bool> parse();

private:
    using State = Regex::State;
    using Bytes = Regex::Bytes;

    /// An end that leads nowhere yet: of which state, and whether its second one.
    struct End
    {
        std::uint32_t state = 0;
        bool isOther = false;
    };
    /// States [first, last) with an entry and open ends. Pieces are repeated by copying them.
    struct Fragment
    {
        std::uint32_t entry = 0;
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::vector<End> ends;
    };
    struct Range
    {
        std::uint32_t least = 0;
        std::uint32_t most = 0;
        bool isEndless = false;
    };
    using Parsed = FilterResult<Fragment>;

    Parsed alternatives(int depth);
    Parsed sequence(int depth);
    Parsed piece(int depth);
    Parsed atom(int depth);
    Parsed repeated(Fragment fragment, Range range);
    [[nodiscard]] FilterResult<bool> takeRange(Range &range);
    [[nodiscard]] FilterResult<Bytes> bracket();
    [[nodiscard]] FilterResult<bool> bracketItem(Bytes &bytes);
    [[nodiscard]] static std::optional<Bytes> classOf(char letter);

    Parsed ofBytes(const Bytes &bytes);
    Parsed ofKind(State::Kind kind);
    Parsed optional(Fragment fragment, bool isLoop);
    Parsed copy(const Fragment &fragment);
    Fragment joined(Fragment a, const Fragment &b);
    [[nodiscard]] FilterResult<std::uint32_t> addState(State state);
    void tie(const std::vector<End> &ends, std::uint32_t to);
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool isNext(char c) const { return !atEnd() && m_text[m_at] == c; }
    [[nodiscard]] tl::unexpected<FilterError> wrong(std::size_t begin, std::string what) const;

    std::string_view m_text;
    std::size_t m_at = 0;
    Regex &m_regex;
};

} // namespace thresher
