// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"
#include "model/filter/regex.h"

#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// Bytes one after the other, each one of a set: "12" is {1}{2}, and "[aA]b" {a, A}{b}.
using TextPattern = std::vector<std::bitset<256>>;
[[nodiscard]] TextPattern asPattern(std::string_view text);

/// A glob as the kernel takes it: * ? [a-z] [!a-z] and \ before what is meant as it stands. Of any
/// text: nothing is a wrong glob, a [ without ] is a [. O(pattern × text) at worst.
class Glob
{
public:
    explicit Glob(std::string_view pattern);
    [[nodiscard]] bool matches(std::string_view text) const;
    [[nodiscard]] bool isLiteral() const; ///< Only one text matches.
    /// The longest one that whatever matches must hold; empty if there is none.
    [[nodiscard]] TextPattern required() const;

private:
    struct Part
    {
        enum class Kind : std::uint8_t { Star, Any, Set, Char };
        Kind kind = Kind::Char;
        char c = 0;
        std::uint32_t set = 0;
    };
    [[nodiscard]] bool fits(const Part &part, char c) const;
    void prepareWithin();
    [[nodiscard]] bool isWithin(std::string_view text) const;

    std::vector<Part> m_parts; ///< No two stars follow each other.
    std::vector<std::bitset<256>> m_sets;
    std::optional<std::string> m_contained; ///< Of "*text*".
    /// Of "*[aA]b*": by a byte, which places of the pattern it fits, as bits. Empty if it is not
    /// such a one.
    std::vector<std::uint64_t> m_places;
};

/// What a text is compared with: some texts, a glob or a regular expression. Copied for each thread
/// (see Regex).
class TextMatch
{
public:
    /// Of the operators for texts, without regard to a "not". @param values  in a set, any of them.
    /// The error's range is within the expression.
    [[nodiscard]] static FilterResult<TextMatch> make(FilterOp op,
                                                      std::span<const FilterValue> values);
    /// Globs, any of which may match, whatever the operator: for names of events.
    [[nodiscard]] static TextMatch ofGlobs(std::vector<std::string> globs);

    [[nodiscard]] bool matches(std::string_view text);
    /// What every text that matches must hold; empty if none is known.
    [[nodiscard]] const TextPattern &required() const { return m_required; }

private:
    std::vector<std::string> m_texts; ///< Ascending.
    std::vector<Glob> m_globs;
    std::optional<Regex> m_regex;
    TextPattern m_required;
};

/// Whether the operator compares texts only: ~ !~ =~ !=~
[[nodiscard]] bool isTextOp(FilterOp op);
/// !=, !~, !=~, not in
[[nodiscard]] bool isNegatedOp(FilterOp op);

} // namespace thresher
