// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/regexparser_p.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr int kMaxDepth = 64; // of parentheses
constexpr std::uint32_t kMaxRepeats = 255; // POSIX's RE_DUP_MAX

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

struct NamedClass
{
    std::string_view name;
    bool (*holds)(int c);
};

bool isBetween(int c, int first, int last)
{
    return c >= first && c <= last;
}
bool isLower(int c)
{
    return isBetween(c, 'a', 'z');
}
bool isUpper(int c)
{
    return isBetween(c, 'A', 'Z');
}
bool isAlnum(int c)
{
    return isLower(c) || isUpper(c) || isBetween(c, '0', '9');
}

// Of the C locale, whatever the user's is.
constexpr std::array kClasses{
    NamedClass{"alnum", isAlnum},
    NamedClass{"alpha", [](int c) { return isLower(c) || isUpper(c); }},
    NamedClass{"blank", [](int c) { return c == ' ' || c == '\t'; }},
    NamedClass{"cntrl", [](int c) { return c < 0x20 || c == 0x7f; }},
    NamedClass{"digit", [](int c) { return isBetween(c, '0', '9'); }},
    NamedClass{"graph", [](int c) { return isBetween(c, 0x21, 0x7e); }},
    NamedClass{"lower", isLower},
    NamedClass{"print", [](int c) { return isBetween(c, 0x20, 0x7e); }},
    NamedClass{"punct", [](int c) { return isBetween(c, 0x21, 0x7e) && !isAlnum(c); }},
    NamedClass{"space", [](int c) { return c == ' ' || isBetween(c, '\t', '\r'); }},
    NamedClass{"upper", isUpper},
    NamedClass{"xdigit",
               [](int c) {
                   return isBetween(c, '0', '9') || isBetween(c, 'a', 'f')
                          || isBetween(c, 'A', 'F');
               }},
};

template<typename Bytes>
Bytes bytesThat(bool (*holds)(int c))
{
    Bytes bytes;
    for (int c = 0; c < 256; ++c)
        bytes[static_cast<std::size_t>(c)] = holds(c);
    return bytes;
}

} // namespace

tl::unexpected<FilterError> RegexParser::wrong(std::size_t begin, std::string what) const
{
    const std::size_t end = std::max(begin, std::min(m_at, m_text.size()));
    return tl::unexpected<FilterError>({{begin, end}, std::move(what), {}, {}});
}

FilterResult<std::uint32_t> RegexParser::addState(State state)
{
    if (m_regex.m_states.size() >= Regex::kMaxStates)
        return wrong(0, "a regular expression that is too large");
    m_regex.m_states.push_back(state);
    return static_cast<std::uint32_t>(m_regex.m_states.size() - 1);
}

void RegexParser::tie(const std::vector<End> &ends, std::uint32_t to)
{
    for (const End end : ends) {
        State &state = m_regex.m_states[end.state];
        (end.isOther ? state.other : state.next) = to;
    }
}

RegexParser::Parsed RegexParser::ofKind(State::Kind kind)
{
    State state;
    state.kind = kind;
    THRESHER_FILTER_TRY(const std::uint32_t id, addState(state));
    return Fragment{id, id, id + 1, {{id, false}}};
}

RegexParser::Parsed RegexParser::ofBytes(const Bytes &bytes)
{
    auto &sets = m_regex.m_sets;
    auto found = std::find(sets.begin(), sets.end(), bytes);
    if (found == sets.end())
        found = sets.insert(sets.end(), bytes);
    State state;
    state.kind = State::Kind::Bytes;
    state.bytes = static_cast<std::uint16_t>(found - sets.begin());
    THRESHER_FILTER_TRY(const std::uint32_t id, addState(state));
    return Fragment{id, id, id + 1, {{id, false}}};
}

RegexParser::Fragment RegexParser::joined(Fragment a, const Fragment &b)
{
    tie(a.ends, b.entry);
    a.ends = b.ends;
    a.last = b.last;
    return a;
}

// x? or, as a loop, x*
RegexParser::Parsed RegexParser::optional(Fragment fragment, bool isLoop)
{
    State split;
    split.kind = State::Kind::Split;
    split.next = fragment.entry;
    THRESHER_FILTER_TRY(const std::uint32_t id, addState(split));
    if (isLoop) {
        tie(fragment.ends, id);
        fragment.ends.clear();
    }
    fragment.ends.push_back({id, true});
    fragment.entry = id;
    fragment.last = id + 1;
    return fragment;
}

// The states of a fragment lie one after the other, and lead nowhere else yet.
RegexParser::Parsed RegexParser::copy(const Fragment &fragment)
{
    const auto offset = static_cast<std::uint32_t>(m_regex.m_states.size()) - fragment.first;
    for (std::uint32_t i = fragment.first; i < fragment.last; ++i) {
        State state = m_regex.m_states[i];
        state.next += offset;
        state.other += offset;
        THRESHER_FILTER_TRY([[maybe_unused]] const std::uint32_t id, addState(state));
    }
    Fragment made = fragment;
    made.entry += offset;
    made.first += offset;
    made.last += offset;
    for (End &end : made.ends)
        end.state += offset;
    return made;
}

RegexParser::Parsed RegexParser::repeated(Fragment fragment, Range range)
{
    if (range.isEndless && range.least == 0)
        return optional(std::move(fragment), true);
    if (!range.isEndless && range.most == 0) {
        // Nothing: the fragment stays as a branch that is never entered.
        THRESHER_FILTER_TRY(Fragment none, ofKind(State::Kind::Split));
        m_regex.m_states[none.entry].other = none.entry;
        none.first = fragment.first;
        return none;
    }
    // All copies are made of the untouched fragment, before its ends are tied.
    const std::uint32_t count = range.isEndless ? range.least : range.most;
    std::vector<Fragment> copies{std::move(fragment)};
    for (std::uint32_t i = 1; i < count; ++i) {
        THRESHER_FILTER_TRY(Fragment another, copy(copies.front()));
        copies.push_back(std::move(another));
    }
    if (range.isEndless) {
        // x{2,} is x x x*; x+ is an x that leads back to itself.
        THRESHER_FILTER_TRY(Fragment loop, optional(copies.back(), true));
        loop.entry = copies.back().entry;
        copies.back() = std::move(loop);
    }
    Fragment all = copies.back();
    for (std::uint32_t i = count; i-- > 0;) {
        if (i + 1 < count) {
            tie(copies[i].ends, all.entry);
            all.entry = copies[i].entry;
        }
        if (!range.isEndless && i >= range.least) {
            State split;
            split.kind = State::Kind::Split;
            split.next = all.entry;
            THRESHER_FILTER_TRY(const std::uint32_t id, addState(split));
            all.ends.push_back({id, true});
            all.entry = id;
        }
    }
    all.first = copies.front().first;
    all.last = static_cast<std::uint32_t>(m_regex.m_states.size());
    return all;
}

FilterResult<bool> RegexParser::takeRange(Range &range)
{
    const std::size_t begin = m_at++;
    const auto number = [&]() -> std::optional<std::uint32_t> {
        std::optional<std::uint32_t> value;
        while (!atEnd() && isDigit(m_text[m_at]) && value.value_or(0) <= kMaxRepeats)
            value = value.value_or(0) * 10 + static_cast<std::uint32_t>(m_text[m_at++] - '0');
        return value;
    };
    const auto least = number();
    range = {least.value_or(0), least.value_or(0), false};
    if (isNext(',')) {
        ++m_at;
        const auto most = number();
        range.isEndless = !most;
        range.most = most.value_or(0);
    } else if (!least) {
        return wrong(begin, "a { without a number of repeats");
    }
    if (!isNext('}'))
        return wrong(begin, "a { without }");
    ++m_at;
    if (range.least > kMaxRepeats || range.most > kMaxRepeats)
        return wrong(begin, "more than 255 repeats");
    if (!range.isEndless && range.most < range.least)
        return wrong(begin, "a range of repeats that ends before it begins");
    return true;
}

RegexParser::Parsed RegexParser::piece(int depth)
{
    THRESHER_FILTER_TRY(Fragment fragment, atom(depth));
    while (!atEnd() && "*+?{"sv.find(m_text[m_at]) != std::string_view::npos) {
        Range range;
        if (m_text[m_at] == '{') {
            THRESHER_FILTER_TRY([[maybe_unused]] const bool taken, takeRange(range));
        } else {
            const char c = m_text[m_at++];
            range = {c == '+' ? 1U : 0U, 1, c != '?'};
        }
        THRESHER_FILTER_TRY(fragment, repeated(std::move(fragment), range));
    }
    return fragment;
}

RegexParser::Parsed RegexParser::sequence(int depth)
{
    // One that may be empty: a state that is passed through.
    THRESHER_FILTER_TRY(Fragment all, ofKind(State::Kind::Split));
    m_regex.m_states[all.entry].other = all.entry;
    while (!atEnd() && m_text[m_at] != '|' && !(m_text[m_at] == ')' && depth > 0)) {
        THRESHER_FILTER_TRY(const Fragment next, piece(depth));
        all = joined(std::move(all), next);
    }
    return all;
}

RegexParser::Parsed RegexParser::alternatives(int depth)
{
    THRESHER_FILTER_TRY(Fragment all, sequence(depth));
    while (isNext('|')) {
        ++m_at;
        THRESHER_FILTER_TRY(Fragment other, sequence(depth));
        State split;
        split.kind = State::Kind::Split;
        split.next = all.entry;
        split.other = other.entry;
        THRESHER_FILTER_TRY(const std::uint32_t id, addState(split));
        all.ends.insert(all.ends.end(), other.ends.begin(), other.ends.end());
        all.entry = id;
        all.last = id + 1;
    }
    return all;
}

std::optional<Regex::Bytes> RegexParser::classOf(char letter)
{
    const auto named = [](std::string_view name) {
        return bytesThat<Bytes>(
            std::find_if(kClasses.begin(), kClasses.end(), [&](const NamedClass &known) {
                return known.name == name;
            })->holds);
    };
    switch (letter) {
    case 'd':
        return named("digit");
    case 'D':
        return ~named("digit");
    case 's':
        return named("space");
    case 'S':
        return ~named("space");
    case 'w':
    case 'W': {
        Bytes word = named("alnum");
        word.set('_');
        return letter == 'w' ? word : ~word;
    }
    default:
        return std::nullopt;
    }
}

RegexParser::Parsed RegexParser::atom(int depth)
{
    const std::size_t begin = m_at;
    const char c = m_text[m_at++];
    Bytes bytes;
    switch (c) {
    case '(': {
        if (depth >= kMaxDepth)
            return wrong(begin, "a regular expression nested too deep");
        THRESHER_FILTER_TRY(Fragment group, alternatives(depth + 1));
        if (!isNext(')'))
            return wrong(begin, "a ( without )");
        ++m_at;
        return group;
    }
    case '[': {
        THRESHER_FILTER_TRY(bytes, bracket());
        return ofBytes(bytes);
    }
    case '.':
        return ofBytes(~bytes);
    case '^':
        return ofKind(State::Kind::Begin);
    case '$':
        return ofKind(State::Kind::End);
    case '*':
    case '+':
    case '?':
    case '{':
        return wrong(begin, std::string("a '") + c + "' behind nothing that it could repeat");
    case '\\':
        if (atEnd())
            return wrong(begin, "a \\ at the end");
        if (const auto known = classOf(m_text[m_at])) {
            ++m_at;
            return ofBytes(*known);
        }
        if (m_text[m_at] >= '1' && m_text[m_at] <= '9') {
            ++m_at;
            return wrong(begin, "a back reference, which cannot be searched for");
        }
        bytes.set(static_cast<unsigned char>(m_text[m_at++]));
        return ofBytes(bytes);
    default:
        bytes.set(static_cast<unsigned char>(c));
        return ofBytes(bytes);
    }
}

FilterResult<bool> RegexParser::bracketItem(Bytes &bytes)
{
    const std::size_t begin = m_at;
    if (m_text.substr(m_at).starts_with("[:")) {
        const std::size_t end = m_text.find(":]", m_at);
        const auto name = m_text.substr(m_at + 2,
                                        end == std::string_view::npos ? end : end - m_at - 2);
        const auto known = std::find_if(
            kClasses.begin(), kClasses.end(),
            [&](const NamedClass &candidate) { return candidate.name == name; });
        m_at = std::min(end, m_text.size() - 2) + 2;
        if (known == kClasses.end())
            return wrong(begin, "no class of characters");
        bytes |= bytesThat<Bytes>(known->holds);
        return true;
    }
    if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()) {
        if (const auto known = classOf(m_text[m_at + 1])) {
            m_at += 2;
            bytes |= *known;
            return true;
        }
    }
    const auto first = static_cast<unsigned char>(m_text[m_at++]);
    auto last = first;
    if (isNext('-') && m_at + 1 < m_text.size() && m_text[m_at + 1] != ']') {
        last = static_cast<unsigned char>(m_text[m_at + 1]);
        m_at += 2;
    }
    if (last < first)
        return wrong(begin, "a range that ends before it begins");
    for (unsigned c = first; c <= last; ++c)
        bytes.set(c);
    return true;
}

FilterResult<Regex::Bytes> RegexParser::bracket()
{
    const std::size_t begin = m_at - 1;
    const bool isNegated = isNext('^');
    m_at += isNegated ? 1 : 0;
    Bytes bytes;
    for (bool isFirst = true; !atEnd() && (isFirst || m_text[m_at] != ']'); isFirst = false) {
        THRESHER_FILTER_TRY([[maybe_unused]] const bool taken, bracketItem(bytes));
    }
    if (!isNext(']'))
        return wrong(begin, "a [ without ]");
    ++m_at;
    return isNegated ? ~bytes : bytes;
}

FilterResult<bool> RegexParser::parse()
{
    THRESHER_FILTER_TRY(const Fragment all, alternatives(0));
    State match;
    match.kind = State::Kind::Match;
    THRESHER_FILTER_TRY(const std::uint32_t id, addState(match));
    tie(all.ends, id);
    m_regex.m_start = all.entry;
    return true;
}

} // namespace thresher
