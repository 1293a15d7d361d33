// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probescan_p.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher::capture {

namespace {

using Kind = FetchSource::Kind;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isName(char c)
{
    return isNameStart(c) || isDigit(c);
}
bool isSymbol(char c)
{
    return isName(c) || c == '.' || c == '$';
}

std::size_t lengthWhile(std::string_view text, bool (*fits)(char))
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), fits)
                                    - text.begin());
}

ProbeResult<std::vector<ProbeMember>> parseMembers(Piece rest)
{
    std::vector<ProbeMember> members;
    while (!rest.isEmpty()) {
        ProbeMember member;
        member.isPointer = rest.take("->");
        if (!member.isPointer && !rest.take("."))
            return probeError(rest, "-> or . and a member's name was expected.");
        const auto length = lengthWhile(rest.text, isName);
        if (length == 0 || !isNameStart(rest.text.front()))
            return probeError(rest, "A member's name was expected.");
        member.name = rest.text.substr(0, length);
        members.push_back(std::move(member));
        rest = rest.from(length);
    }
    return members;
}

ProbeResult<FetchSource> parseSource(const Piece &piece, bool isEvent, std::size_t depth);

ProbeResult<FetchSource> parseVariable(const Piece &piece, FetchSource source)
{
    const auto length = lengthWhile(piece.text, isName);
    source.kind = Kind::Variable;
    source.name = piece.text.substr(0, length);
    THRESHER_PROBE_ASSIGN(source.members, parseMembers(piece.from(length)));
    return source;
}

/// Behind the $.
ProbeResult<FetchSource> parseDollar(const Piece &piece, const Piece &name, bool isEvent,
                                     FetchSource source)
{
    if (name.text == "comm" || name.text == "COMM") {
        source.kind = Kind::Comm;
        source.name = name.text;
        return source;
    }
    if (isEvent) {
        if (!isIdentifier(name.text))
            return probeError(name, "The name of a field of the event was expected.");
        source.kind = Kind::Field;
        source.name = name.text;
        return source;
    }
    Piece rest = name;
    if (name.text == "arg*") {
        source.kind = Kind::AllArguments;
    } else if (rest.take("stack")) {
        source.kind = rest.isEmpty() ? Kind::Stack : Kind::StackEntry;
        if (!rest.isEmpty()) {
            THRESHER_PROBE_ASSIGN(source.number.value,
                                  parseDecimal(rest, 0, 1U << 16U, "The number of a stack entry"));
        }
    } else if (rest.take("arg")) {
        source.kind = Kind::Argument;
        THRESHER_PROBE_ASSIGN(source.number.value,
                              parseDecimal(rest, 1, 128, "An argument's number"));
    } else if (rest.take("retval")) {
        source.kind = Kind::ReturnValue;
        THRESHER_PROBE_ASSIGN(source.members, parseMembers(rest));
    } else {
        return probeError(piece, "$stack, $stackN, $argN, $arg*, $retval or $comm was expected.",
                          "A parent event's fields ($name) are of event probes (e) only.");
    }
    return source;
}

/// Behind the @.
ProbeResult<FetchSource> parseMemory(const Piece &place, FetchSource source)
{
    Piece rest = place;
    if (rest.take("+")) {
        source.kind = Kind::FileOffset;
        THRESHER_PROBE_ASSIGN(source.number, parseProbeNumber(rest));
        return source;
    }
    if (!rest.isEmpty() && isDigit(rest.text.front())) {
        source.kind = Kind::Address;
        THRESHER_PROBE_ASSIGN(source.number, parseProbeNumber(rest));
        return source;
    }
    const auto length = lengthWhile(rest.text, isSymbol);
    if (length == 0)
        return probeError(rest, "An address, a symbol, or + and a place in the file was expected "
                                "behind @.");
    source.kind = Kind::Symbol;
    source.name = rest.text.substr(0, length);
    rest = rest.from(length);
    if (rest.isEmpty())
        return source;
    source.hasNumber = true;
    source.isNegative = rest.text.front() == '-';
    if (!rest.take("+") && !rest.take("-"))
        return probeError(rest, "+ or - and an offset was expected behind the symbol.");
    THRESHER_PROBE_ASSIGN(source.number, parseProbeNumber(rest));
    return source;
}

ProbeResult<FetchSource> parseDereference(const Piece &piece, bool isEvent, std::size_t depth,
                                          FetchSource source)
{
    source.kind = Kind::Dereference;
    source.isNegative = piece.text.front() == '-';
    Piece rest = piece.from(1);
    source.isUser = rest.take("u");
    const auto open = rest.text.find('(');
    if (open == std::string_view::npos)
        return probeError(rest, "An offset and ( was expected, as in +8(%di).");
    THRESHER_PROBE_ASSIGN(source.number, parseProbeNumber(rest.first(open)));
    if (rest.text.back() != ')')
        return probeError(rest.from(rest.text.size()), "A closing ) was expected here.");
    const Piece inner = rest.first(rest.text.size() - 1).from(open + 1);
    THRESHER_PROBE_ASSIGN(source.inner.emplace_back(), parseSource(inner, isEvent, depth + 1));
    return source;
}

/// Where "->" stands outside of parentheses; npos if nowhere.
std::size_t findArrow(std::string_view text)
{
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (open == 0 && text.substr(i).starts_with("->"))
            return i;
    }
    return std::string_view::npos;
}

ProbeResult<FetchSource> parseCast(const Piece &piece, bool isEvent, std::size_t depth,
                                   FetchSource source)
{
    source.kind = Kind::Cast;
    const auto close = piece.text.find(')');
    const Piece name = piece.first(std::min(close, piece.text.size())).from(1);
    if (close == std::string_view::npos || !isIdentifier(name.text))
        return probeError(name, "The name of a struct and ) was expected.");
    source.name = name.text;
    const Piece rest = piece.from(close + 1);
    const auto arrow = findArrow(rest.text);
    if (arrow == std::string_view::npos)
        return probeError(rest.from(rest.text.size()),
                          "-> and a member of the struct was expected.");
    THRESHER_PROBE_ASSIGN(source.inner.emplace_back(),
                          parseSource(rest.first(arrow), isEvent, depth + 1));
    THRESHER_PROBE_ASSIGN(source.members, parseMembers(rest.from(arrow)));
    return source;
}

/// Behind the backslash.
ProbeResult<FetchSource> parseImmediate(Piece rest, FetchSource source)
{
    if (!rest.take("\"")) {
        source.kind = Kind::Number;
        source.isNegative = rest.take("-");
        THRESHER_PROBE_ASSIGN(source.number, parseProbeNumber(rest));
        return source;
    }
    source.kind = Kind::String;
    const auto close = rest.text.find('"');
    if (close == std::string_view::npos)
        return probeError(rest.from(rest.text.size()), "A closing \" was expected.",
                          "A text may hold no white space, colon or #.");
    if (close + 1 != rest.text.size())
        return probeError(rest.from(close + 1), "Nothing was expected behind the closing \".");
    source.name = rest.text.substr(0, close);
    return source;
}

ProbeResult<FetchSource> parseSource(const Piece &piece, bool isEvent, std::size_t depth)
{
    FetchSource source;
    source.at = piece.span();
    if (depth > kMaxFetchDepth)
        return probeError(piece, "This is nested deeper than the kernel takes.");
    const char first = piece.isEmpty() ? '\0' : piece.text.front();
    switch (first) {
    case '$':
        return parseDollar(piece, piece.from(1), isEvent, std::move(source));
    case '%':
        source.name = piece.text.substr(1);
        if (source.name.empty() || lengthWhile(source.name, isName) != source.name.size())
            return probeError(piece, "A register's name was expected behind %.");
        return source;
    case '@':
        return parseMemory(piece.from(1), std::move(source));
    case '+':
    case '-':
        return parseDereference(piece, isEvent, depth, std::move(source));
    case '\\':
        return parseImmediate(piece.from(1), std::move(source));
    case '(':
        return parseCast(piece, isEvent, depth, std::move(source));
    default:
        break;
    }
    if (isNameStart(first))
        return parseVariable(piece, std::move(source));
    return probeError(piece, "A value was expected: %register, $stack, $argN, $retval, $comm, "
                             "@symbol, +offset(value), \\number or a parameter's name.");
}

ProbeResult<FetchType> parseType(const Piece &piece)
{
    static constexpr std::array<std::string_view, 19> kNames{
        "u8",  "u16", "u32",  "u64",    "s8",      "s16",    "s32",    "s64", "x8", "x16",
        "x32", "x64", "char", "string", "ustring", "symbol", "symstr", "%pd", "%pD"};
    FetchType type;
    type.at = piece.span();
    const auto open = piece.text.find('[');
    const Piece name = piece.first(std::min(open, piece.text.size()));
    if (open != std::string_view::npos) {
        if (piece.text.back() != ']')
            return probeError(piece.from(piece.text.size()), "A closing ] was expected.");
        THRESHER_PROBE_ASSIGN(type.count,
                              parseDecimal(piece.first(piece.text.size() - 1).from(open + 1), 1, 64,
                                           "The length of an array"));
    }
    if (std::find(kNames.begin(), kNames.end(), name.text) != kNames.end()) {
        type.name = name.text;
        return type;
    }
    const auto at = name.text.find('@');
    const auto slash = name.text.find('/');
    if (!name.text.starts_with('b') || at == std::string_view::npos
        || slash == std::string_view::npos || slash < at)
        return probeError(name,
                          "A type was expected: u8 to u64, s8 to s64, x8 to x64, char, string, "
                          "ustring, symbol, symstr, %pd, %pD, or bWIDTH@OFFSET/BITS.");
    type.name = "b";
    THRESHER_PROBE_ASSIGN(type.bitWidth,
                          parseDecimal(name.first(at).from(1), 1, 64, "A bit field's width"));
    THRESHER_PROBE_ASSIGN(type.bitOffset, parseDecimal(name.first(slash).from(at + 1), 0, 63,
                                                       "A bit field's offset"));
    THRESHER_PROBE_ASSIGN(type.container,
                          parseDecimal(name.from(slash + 1), 8, 64, "A bit field's container"));
    if ((type.container & (type.container - 1)) != 0)
        return probeError(name.from(slash + 1), "8, 16, 32 or 64 bits were expected.");
    if (type.bitWidth + type.bitOffset > type.container)
        return probeError(name, "The bit field does not fit into its container.");
    return type;
}

} // namespace

std::vector<Piece> wordsOf(const Piece &piece)
{
    constexpr std::string_view kSpace = " \t\r\v\f\n";
    std::vector<Piece> words;
    for (std::size_t end = 0;;) {
        const auto begin = piece.text.find_first_not_of(kSpace, end);
        if (begin == std::string_view::npos)
            return words;
        end = std::min(piece.text.find_first_of(kSpace, begin), piece.text.size());
        words.push_back(piece.first(end).from(begin));
    }
}

ProbeResult<ProbeNumber> parseProbeNumber(const Piece &piece)
{
    constexpr std::size_t kMostDigits = 32;
    ProbeNumber number;
    std::string_view digits = piece.text;
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        number.base = ProbeNumber::Base::Hex;
        base = 16;
        digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.front() == '0') {
        number.base = ProbeNumber::Base::Octal;
        base = 8;
        digits.remove_prefix(1);
    }
    const char *const end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, number.value, base);
    if (digits.empty() || digits.size() > kMostDigits || result.ptr != end
        || result.ec == std::errc::invalid_argument)
        return probeError(piece, "A number was expected.");
    if (result.ec != std::errc())
        return probeError(piece, "This number has more than 64 bits.");
    if (digits.size() > 1 && digits.front() == '0')
        number.digits = static_cast<std::uint8_t>(digits.size());
    return number;
}

ProbeResult<std::uint32_t> parseDecimal(const Piece &piece, std::uint32_t least, std::uint32_t most,
                                        const char *what)
{
    std::uint32_t value = 0;
    const char *const end = piece.text.data() + piece.text.size();
    const auto result = std::from_chars(piece.text.data(), end, value);
    const bool hasZero = piece.text.size() > 1 && piece.text.front() == '0';
    if (result.ec != std::errc() || result.ptr != end || hasZero || value < least || value > most)
        return probeError(piece, std::string(what) + " was expected, from " + std::to_string(least)
                                     + " to " + std::to_string(most) + ".");
    return value;
}

ProbeResult<FetchArgument> parseArgument(const Piece &piece, ProbeKind kind)
{
    FetchArgument argument;
    argument.at = piece.span();
    Piece body = piece;
    if (const auto equals = piece.text.find('='); equals != std::string_view::npos) {
        if (!isIdentifier(piece.text.substr(0, equals)))
            return probeError(piece.first(equals),
                              "An argument's name (letters, digits and _) was expected before =.");
        argument.name = piece.text.substr(0, equals);
        body = piece.from(equals + 1);
    }
    const auto colon = body.text.find(':');
    THRESHER_PROBE_ASSIGN(
        argument.source,
        parseSource(body.first(std::min(colon, body.text.size())), kind == ProbeKind::Eprobe, 0));
    if (colon != std::string_view::npos) {
        THRESHER_PROBE_ASSIGN(argument.type, parseType(body.from(colon + 1)));
    }
    const bool isAll = argument.source.kind == Kind::AllArguments;
    if (isAll && (!argument.name.empty() || colon != std::string_view::npos))
        return probeError(piece, "$arg* stands alone, without a name and a type.");
    return argument;
}

bool isIdentifier(std::string_view text)
{
    return !text.empty() && isNameStart(text.front()) && lengthWhile(text, isName) == text.size();
}

ProbeResult<FetchArgument> parseFetchArgument(std::string_view text, ProbeKind kind)
{
    const Piece whole{text, 0};
    const auto words = wordsOf(whole);
    if (words.size() != 1)
        return probeError(words.empty() ? whole : words[1], "One argument was expected.");
    return parseArgument(words.front(), kind);
}

} // namespace thresher::capture
