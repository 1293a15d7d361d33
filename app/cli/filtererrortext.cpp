// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/filtererrortext_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr std::size_t kAround = 60; // characters before and behind, of a long line

bool beginsCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

} // namespace

std::string markedText(std::string_view expression, TextRange range)
{
    const std::size_t begin = std::min(range.begin, expression.size());
    std::size_t first = begin == 0 ? 0 : expression.rfind('\n', begin - 1) + 1; // npos + 1 is 0
    std::size_t last = std::min(expression.find('\n', begin), expression.size());
    if (begin - first > kAround)
        first = begin - kAround;
    last = std::min(last, begin + kAround);
    // Not in the middle of a character.
    while (first > 0 && first < expression.size() && !beginsCharacter(expression[first]))
        --first;
    while (last < expression.size() && !beginsCharacter(expression[last]))
        ++last;
    std::string line = "  ";
    std::string marks = "  ";
    for (std::size_t i = first; i < last; ++i) {
        line += isControl(expression[i]) ? ' ' : expression[i];
        if (beginsCharacter(expression[i]) && (i <= begin || i < range.end))
            marks += i < begin ? ' ' : '^';
    }
    if (begin >= last)
        marks += '^'; // behind the end
    return line + '\n' + marks + '\n';
}

} // namespace thresher
