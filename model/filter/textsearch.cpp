// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textsearch.h"

#include "model/filter/regex.h"

#include <string>

namespace thresher {

namespace {

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

/// One byte in a glob or, with what is special there, in a regular expression.
void addByte(std::string &pattern, char c, std::string_view special, bool ignoresCase)
{
    if (ignoresCase && isLetter(c)) {
        pattern += {'[', static_cast<char>(c | 0x20), static_cast<char>(c & ~0x20), ']'};
        return;
    }
    if (special.find(c) != std::string_view::npos)
        pattern += '\\';
    pattern += c;
}

constexpr std::string_view kGlobSpecial = "*?[\\";
constexpr std::string_view kRegexSpecial = ".[]()*+?{}|^$\\";

std::string literalGlob(std::string_view text, bool ignoresCase)
{
    std::string glob = "*";
    for (const char c : text)
        addByte(glob, c, kGlobSpecial, ignoresCase);
    return glob + '*';
}

std::string literalRegex(std::string_view text, bool ignoresCase)
{
    std::string regex;
    for (const char c : text)
        addByte(regex, c, kRegexSpecial, ignoresCase);
    return regex;
}

/// The end of a glob's bracket that begins at `at`; npos: it is an ordinary byte.
std::size_t bracketEnd(std::string_view glob, std::size_t at)
{
    std::size_t first = at + 1;
    if (first < glob.size() && (glob[first] == '!' || glob[first] == '^'))
        ++first;
    return glob.find(']', first + 1); // a ] that comes first is one of the set
}

struct GlobTexts
{
    std::string glob = "*";
    std::string regex;
};

/// A glob that may lie anywhere, as a glob of the whole text and as a regular expression.
GlobTexts anywhere(std::string_view glob, bool ignoresCase)
{
    GlobTexts texts;
    for (std::size_t at = 0; at < glob.size(); ++at) {
        const char c = glob[at];
        const std::size_t end = c == '[' ? bracketEnd(glob, at) : std::string_view::npos;
        if (end != std::string_view::npos) {
            const std::string_view set = glob.substr(at, end + 1 - at);
            texts.glob += set;
            texts.regex += set;
            if (set[1] == '!')
                texts.regex[texts.regex.size() - set.size() + 1] = '^';
            at = end;
        } else if (c == '*') {
            texts.glob += c;
            texts.regex += ".*";
        } else if (c == '?') {
            texts.glob += c;
            texts.regex += '.';
        } else {
            const bool isEscape = c == '\\' && at + 1 < glob.size();
            at += isEscape ? 1 : 0;
            addByte(texts.glob, glob[at], kGlobSpecial, ignoresCase);
            addByte(texts.regex, glob[at], kRegexSpecial, ignoresCase);
        }
    }
    texts.glob += '*';
    return texts;
}

FilterExpr compare(std::string_view name, FilterOp op, std::string_view pattern)
{
    FilterNode node;
    node.name = name;
    node.op = op;
    FilterValue value;
    value.text = pattern;
    value.isQuoted = true;
    node.values.push_back(std::move(value));
    FilterExpr expr;
    expr.nodes.push_back(std::move(node));
    return expr;
}

/// The names of events by a regular expression: a glob that none of them matches is an error.
FilterExpr inARow(FilterOp op, std::string_view pattern, std::string_view eventRegex)
{
    return eitherOf(
        eitherOf(compare("event", FilterOp::Finds, eventRegex), compare("comm", op, pattern)),
        compare("text", op, pattern));
}

} // namespace

FilterResult<FilterExpr> searchFor(std::string_view text, SearchKind kind, bool ignoresCase)
{
    if (text.size() > FilterExpr::kMaxLength)
        return tl::unexpected<FilterError>(
            {{FilterExpr::kMaxLength, text.size()}, "the text is too long", {}, {}});
    if (kind == SearchKind::Expression)
        return parseFilter(text);
    if (isBlank(text))
        return FilterExpr();
    switch (kind) {
    case SearchKind::Text:
        return inARow(FilterOp::Matches, literalGlob(text, ignoresCase),
                      literalRegex(text, ignoresCase));
    case SearchKind::Glob: {
        const GlobTexts texts = anywhere(text, ignoresCase);
        return inARow(FilterOp::Matches, texts.glob, texts.regex);
    }
    default:
        break;
    }
    if (const auto regex = Regex::compile(text); !regex)
        return tl::unexpected<FilterError>(regex.error());
    return inARow(FilterOp::Finds, text, text);
}

} // namespace thresher
