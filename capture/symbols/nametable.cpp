// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/nametable.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>

namespace thresher::capture {

namespace {

constexpr std::string_view kGlobSigns = "*?[";

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Whether the set that begins at glob[at] ("[a-z]") holds `c`; moves `at` behind it. A set
/// without an end is the character '['.
bool setHolds(std::string_view glob, std::size_t &at, char c)
{
    const bool isInverted = at + 1 < glob.size() && (glob[at + 1] == '!' || glob[at + 1] == '^');
    const std::size_t first = at + (isInverted ? 2 : 1);
    const std::size_t end = glob.find(']', first + 1);
    if (first >= glob.size() || end == std::string_view::npos) {
        ++at;
        return c == '[';
    }
    bool isIn = false;
    for (std::size_t i = first; i < end; ++i) {
        if (i + 2 < end && glob[i + 1] == '-') {
            isIn = isIn || (glob[i] <= c && c <= glob[i + 2]);
            i += 2;
        } else {
            isIn = isIn || glob[i] == c;
        }
    }
    at = end + 1;
    return isIn != isInverted;
}

/// The longest run of plain characters, which each name that fits must hold.
std::string_view longestLiteral(std::string_view glob)
{
    std::string_view longest;
    std::size_t at = 0;
    while (at < glob.size()) {
        const std::size_t end = std::min(glob.find_first_of(kGlobSigns, at), glob.size());
        if (end - at > longest.size())
            longest = glob.substr(at, end - at);
        if (end == glob.size())
            break;
        at = end;
        if (glob[at] == '[')
            setHolds(glob, at, '\0');
        else
            ++at;
    }
    return longest;
}

} // namespace

bool globMatches(std::string_view glob, std::string_view name)
{
    constexpr auto kNone = std::string_view::npos;
    std::size_t g = 0;
    std::size_t n = 0;
    std::size_t star = kNone; // The last * seen, and where the name was tried from behind it.
    std::size_t tried = 0;
    while (n < name.size()) {
        std::size_t next = g;
        bool fits = false;
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            tried = n;
            continue;
        }
        if (g < glob.size() && glob[g] == '[') {
            fits = setHolds(glob, next, name[n]);
        } else if (g < glob.size()) {
            fits = glob[g] == '?' || glob[g] == name[n];
            ++next;
        }
        if (fits) {
            g = next;
            ++n;
        } else if (star != kNone) {
            g = star + 1;
            n = ++tried;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == std::string_view::npos;
}

NameTable::NameTable()
    : m_begin{0}
{}

void NameTable::reserve(std::size_t names, std::size_t bytes)
{
    m_begin.reserve(names + 1);
    m_text.reserve(bytes + names);
    m_folded.reserve(bytes + names);
}

bool NameTable::add(std::string_view name)
{
    name = name.substr(0, name.find('\0'));
    if (m_text.size() + name.size() + 1 > std::numeric_limits<std::uint32_t>::max())
        return false;
    m_text.append(name).push_back('\0');
    std::transform(name.begin(), name.end(), std::back_inserter(m_folded), folded);
    m_folded.push_back('\0');
    m_begin.push_back(static_cast<std::uint32_t>(m_text.size()));
    return true;
}

std::size_t NameTable::memoryBytes() const
{
    return m_text.capacity() + m_folded.capacity() + m_begin.capacity() * sizeof(m_begin[0]);
}

/// Calls visit(row, place in the text) with the first place of `literal` in each name.
template<typename Visit>
void NameTable::eachRowWith(std::string_view literal, const std::string &text,
                            const std::stop_token &stop, Visit visit) const
{
    constexpr Row kNear = 8;
    // So many at a time that a stop is soon heard, also where nothing is found, and that a
    // sanitizer, for which memmem() reads all that it is given, has little to check at each hit.
    constexpr Row kBetweenPolls = 1024;
    Row row = 0;
    Row stretchEnd = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        if (at >= m_begin[stretchEnd]) {
            if (stop.stop_requested())
                return;
            row = stretchEnd;
            stretchEnd = std::min(size(), stretchEnd + kBetweenPolls);
        }
        const std::size_t end = m_begin[stretchEnd];
        const void *const hit = ::memmem(text.data() + at, end - at, literal.data(),
                                         literal.size());
        if (hit == nullptr) {
            at = end;
            continue;
        }
        at = static_cast<std::size_t>(static_cast<const char *>(hit) - text.data());
        // Hits that are frequent are near, and those that are rare are worth a search.
        const Row last = std::min(size() - 1, row + kNear);
        while (row < last && m_begin[row + 1] <= at)
            ++row;
        if (m_begin[row + 1] <= at) {
            row = static_cast<Row>(std::upper_bound(m_begin.begin() + row, m_begin.end(), at)
                                   - m_begin.begin() - 1);
        }
        visit(row, at);
        at = m_begin[row + 1];
    }
}

std::vector<NameTable::Row> NameTable::findGlob(std::string_view glob, const std::string &text,
                                                const std::stop_token &stop) const
{
    std::vector<Row> rows;
    const auto test = [&](Row row) {
        const auto name = std::string_view(text).substr(m_begin[row],
                                                        m_begin[row + 1] - m_begin[row] - 1);
        if (globMatches(glob, name))
            rows.push_back(row);
    };
    const std::string_view literal = longestLiteral(glob);
    if (!literal.empty()) {
        eachRowWith(literal, text, stop, [&](Row row, std::size_t) { test(row); });
    } else {
        for (Row row = 0; row < size() && !stop.stop_requested(); ++row)
            test(row);
    }
    return rows;
}

std::vector<NameTable::Row> NameTable::find(std::string_view pattern,
                                            const std::stop_token &stop) const
{
    if (pattern.empty()) {
        std::vector<Row> all(size());
        std::iota(all.begin(), all.end(), Row{0});
        return all;
    }
    if (pattern.find('\0') != std::string_view::npos)
        return {};
    const bool isExact = std::any_of(pattern.begin(), pattern.end(),
                                     [](char c) { return c != folded(c); });
    const std::string &text = isExact ? m_text : m_folded;
    if (pattern.find_first_of(kGlobSigns) != std::string_view::npos)
        return findGlob(pattern, text, stop);
    std::array<std::vector<Row>, 4> ranks; // is it, begins with it, a word does, anywhere
    eachRowWith(pattern, text, stop, [&](Row row, std::size_t at) {
        const std::size_t begin = m_begin[row];
        const bool isWhole = m_begin[row + 1] - begin - 1 == pattern.size();
        const std::size_t rank = at != begin ? (isWordCharacter(text[at - 1]) ? 3 : 2)
                                 : isWhole   ? 0
                                             : 1;
        ranks[rank].push_back(row);
    });
    std::vector<Row> rows;
    rows.reserve(ranks[0].size() + ranks[1].size() + ranks[2].size() + ranks[3].size());
    for (const auto &rank : ranks)
        rows.insert(rows.end(), rank.begin(), rank.end());
    return rows;
}

} // namespace thresher::capture
