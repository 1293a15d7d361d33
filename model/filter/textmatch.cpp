// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textmatch.h"

#include <algorithm>

namespace thresher {

namespace {

struct Bracket
{
    std::bitset<256> bytes;
    std::size_t length = 0; ///< 0: it does not end.
};

// "[a-z]", "[!a-z]", "[^a-z]" at the begin of `text`; a ] that comes first is meant as it stands.
Bracket readBracket(std::string_view text)
{
    Bracket bracket;
    std::size_t at = 1;
    const bool isNegated = at < text.size() && (text[at] == '!' || text[at] == '^');
    at += isNegated ? 1 : 0;
    for (const std::size_t begin = at; at < text.size(); ++at) {
        if (text[at] == ']' && at > begin) {
            bracket.length = at + 1;
            break;
        }
        const auto first = static_cast<unsigned char>(text[at]);
        auto last = first;
        if (at + 2 < text.size() && text[at + 1] == '-' && text[at + 2] != ']') {
            last = static_cast<unsigned char>(text[at + 2]);
            at += 2;
        }
        for (unsigned c = first; c <= last; ++c)
            bracket.bytes.set(c);
    }
    if (isNegated)
        bracket.bytes = ~bracket.bytes;
    return bracket;
}

std::bitset<256> onlyByte(char c)
{
    std::bitset<256> bytes;
    bytes.set(static_cast<unsigned char>(c));
    return bytes;
}

} // namespace

TextPattern asPattern(std::string_view text)
{
    TextPattern pattern;
    for (const char c : text)
        pattern.push_back(onlyByte(c));
    return pattern;
}

Glob::Glob(std::string_view pattern)
{
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        Part part{Part::Kind::Char, pattern[at], 0};
        if (part.c == '*') {
            part.kind = Part::Kind::Star;
            if (!m_parts.empty() && m_parts.back().kind == Part::Kind::Star)
                continue;
        } else if (part.c == '?') {
            part.kind = Part::Kind::Any;
        } else if (part.c == '\\' && at + 1 < pattern.size()) {
            part.c = pattern[++at];
        } else if (part.c == '[') {
            const Bracket bracket = readBracket(pattern.substr(at));
            if (bracket.length > 0) {
                part.kind = Part::Kind::Set;
                part.set = static_cast<std::uint32_t>(m_sets.size());
                m_sets.push_back(bracket.bytes);
                at += bracket.length - 1;
            }
        }
        m_parts.push_back(part);
    }
    const bool isWrapped = m_parts.size() > 2 && m_parts.front().kind == Part::Kind::Star
                           && m_parts.back().kind == Part::Kind::Star;
    if (isWrapped)
        prepareWithin();
}

// Of "*…*" without a star inside.
void Glob::prepareWithin()
{
    const std::span inner = std::span(m_parts).subspan(1, m_parts.size() - 2);
    const auto isChar = [](const Part &part) { return part.kind == Part::Kind::Char; };
    if (std::all_of(inner.begin(), inner.end(), isChar)) {
        m_contained.emplace();
        for (const Part &part : inner)
            *m_contained += part.c;
        return;
    }
    const bool hasStar = std::any_of(
        inner.begin(), inner.end(), [](const Part &part) { return part.kind == Part::Kind::Star; });
    if (hasStar || inner.size() > 64)
        return;
    m_places.resize(256);
    for (std::size_t place = 0; place < inner.size(); ++place) {
        for (std::size_t byte = 0; byte < m_places.size(); ++byte) {
            if (fits(inner[place], static_cast<char>(byte)))
                m_places[byte] |= std::uint64_t{1} << place;
        }
    }
}

// Which places of the pattern have been reached by what lies behind, all at once (Baeza-Yates and
// Gonnet's shift-and).
bool Glob::isWithin(std::string_view text) const
{
    const std::uint64_t last = std::uint64_t{1} << (m_parts.size() - 3);
    std::uint64_t reached = 0;
    for (const char c : text) {
        reached = (reached << 1U | 1U) & m_places[static_cast<unsigned char>(c)];
        if ((reached & last) != 0)
            return true;
    }
    return false;
}

bool Glob::fits(const Part &part, char c) const
{
    switch (part.kind) {
    case Part::Kind::Char:
        return part.c == c;
    case Part::Kind::Set:
        return m_sets[part.set][static_cast<unsigned char>(c)];
    case Part::Kind::Any:
        return true;
    case Part::Kind::Star:
        break;
    }
    return false;
}

bool Glob::matches(std::string_view text) const
{
    if (m_contained)
        return text.find(*m_contained) != std::string_view::npos;
    if (!m_places.empty())
        return isWithin(text);
    // Only the last star is ever tried again: what earlier ones took does not matter.
    constexpr std::size_t kNone = ~std::size_t{0};
    std::size_t part = 0;
    std::size_t at = 0;
    std::size_t star = kNone;
    std::size_t starAt = 0;
    while (at < text.size()) {
        if (part < m_parts.size() && m_parts[part].kind == Part::Kind::Star) {
            star = part++;
            starAt = at;
        } else if (part < m_parts.size() && fits(m_parts[part], text[at])) {
            ++part;
            ++at;
        } else if (star != kNone) {
            part = star + 1;
            at = ++starAt;
        } else {
            return false;
        }
    }
    while (part < m_parts.size() && m_parts[part].kind == Part::Kind::Star)
        ++part;
    return part == m_parts.size();
}

bool Glob::isLiteral() const
{
    return std::all_of(m_parts.begin(), m_parts.end(),
                       [](const Part &part) { return part.kind == Part::Kind::Char; });
}

TextPattern Glob::required() const
{
    TextPattern longest;
    TextPattern run;
    for (const Part &part : m_parts) {
        const bool isKnown = part.kind == Part::Kind::Char || part.kind == Part::Kind::Set;
        if (!isKnown) {
            run.clear();
            continue;
        }
        run.push_back(part.kind == Part::Kind::Set ? m_sets[part.set] : onlyByte(part.c));
        if (run.size() > longest.size())
            longest = run;
    }
    return longest;
}

bool isTextOp(FilterOp op)
{
    return op == FilterOp::Matches || op == FilterOp::MatchesNot || op == FilterOp::Finds
           || op == FilterOp::FindsNot;
}

bool isNegatedOp(FilterOp op)
{
    return op == FilterOp::NotEqual || op == FilterOp::MatchesNot || op == FilterOp::FindsNot
           || op == FilterOp::NotIn;
}

namespace {

// Behind the "[…]" that begins at `at`.
std::size_t behindBracket(std::string_view pattern, std::size_t at)
{
    std::size_t first = at + 1;
    first += pattern.substr(first).starts_with('^') ? 1U : 0U;
    const std::size_t end = pattern.find(']', first + 1);
    return end == std::string_view::npos ? pattern.size() : end + 1;
}

// A run of plain characters that a regular expression cannot do without: only of patterns without
// alternatives, groups, counts and classes by name, where it is easy to be sure.
std::string literalOf(std::string_view pattern)
{
    if (pattern.find_first_of("|(){}") != std::string_view::npos
        || pattern.find("[:") != std::string_view::npos)
        return {};
    std::string longest;
    std::string run;
    const auto endRun = [&] {
        if (run.size() > longest.size())
            longest = run;
        run.clear();
    };
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        const bool isPlain = std::string_view(".^$*+?[\\").find(c) == std::string_view::npos;
        const std::string_view behind = pattern.substr(at + 1);
        const bool isOptional = behind.starts_with('*') || behind.starts_with('?');
        if (isPlain && !isOptional)
            run += c;
        else
            endRun();
        at = c == '[' ? behindBracket(pattern, at) : at + (c == '\\' ? 2U : 1U);
    }
    endRun();
    return longest;
}

} // namespace

FilterResult<TextMatch> TextMatch::make(FilterOp op, std::span<const FilterValue> values)
{
    TextMatch match;
    if (op == FilterOp::Finds || op == FilterOp::FindsNot) {
        const FilterValue &value = values.front();
        auto regex = Regex::compile(value.text);
        if (!regex) {
            // Behind the quote; escapes before the error, which are rare, move it a little.
            FilterError error = regex.error();
            const std::size_t begin = value.range.begin + (value.isQuoted ? 1 : 0);
            error.range.begin = std::min(begin + error.range.begin, value.range.end);
            error.range.end = std::clamp(begin + error.range.end, error.range.begin,
                                         value.range.end);
            return tl::unexpected<FilterError>(std::move(error));
        }
        match.m_regex = *std::move(regex);
        match.m_required = asPattern(literalOf(value.text));
        return match;
    }
    if (isTextOp(op)) {
        match.m_globs.emplace_back(values.front().text);
        match.m_required = match.m_globs.front().required();
        return match;
    }
    for (const FilterValue &value : values)
        match.m_texts.push_back(value.text);
    std::sort(match.m_texts.begin(), match.m_texts.end());
    if (match.m_texts.size() == 1)
        match.m_required = asPattern(match.m_texts.front());
    return match;
}

TextMatch TextMatch::ofGlobs(std::vector<std::string> globs)
{
    TextMatch match;
    for (const std::string &glob : globs)
        match.m_globs.emplace_back(glob);
    return match;
}

bool TextMatch::matches(std::string_view text)
{
    if (m_regex)
        return m_regex->isFoundIn(text);
    if (m_texts.size() == 1)
        return m_texts.front() == text;
    if (!m_texts.empty())
        return std::binary_search(m_texts.begin(), m_texts.end(), text);
    return std::any_of(m_globs.begin(), m_globs.end(),
                       [&](const Glob &glob) { return glob.matches(text); });
}

} // namespace thresher
