// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probescan_p.h"

#include <algorithm>

namespace thresher::capture {

namespace {

constexpr std::size_t kMaxNameBytes = 63;
constexpr std::uint32_t kMaxMaxActive = 4096;
constexpr std::string_view kReturn = "%return";

bool isSymbolText(std::string_view text)
{
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9')
           && std::all_of(text.begin(), text.end(), [](char c) {
                  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                         || c == '_' || c == '.' || c == '$' || c == '@';
              });
}

ProbeResult<void> parseName(const Piece &piece, bool isGroup, std::string &name)
{
    std::string plain(piece.text);
    if (isGroup) // as system names may have them
        std::replace(plain.begin(), plain.end(), '-', '_');
    if (!isIdentifier(plain))
        return probeError(piece, std::string(isGroup ? "A group's" : "An event's")
                                     + " name was expected: letters, digits and _, not beginning "
                                       "with a digit.");
    if (piece.text.size() > kMaxNameBytes)
        return probeError(piece, "A name of at most 63 bytes was expected.");
    name = piece.text;
    return {};
}

/// GROUP/EVENT, EVENT or GROUP/. @param isWhole  both must be there.
ProbeResult<void> parseNames(const Piece &piece, bool isWhole, std::string &group,
                             std::string &event)
{
    auto slash = piece.text.find('/');
    if (slash == std::string_view::npos)
        slash = piece.text.find('.');
    if (slash == std::string_view::npos && isWhole)
        return probeError(piece, "GROUP.EVENT was expected.");
    if (slash != std::string_view::npos)
        if (auto done = parseName(piece.first(slash), true, group); !done)
            return done;
    const Piece rest = slash == std::string_view::npos ? piece : piece.from(slash + 1);
    if (rest.isEmpty() && !isWhole)
        return {};
    return parseName(rest, false, event);
}

ProbeResult<void> checkArray(const Piece &array)
{
    if (array.isEmpty() || array.text == "[]")
        return {};
    if (array.text.back() != ']')
        return probeError(array, "A closing ] was expected.");
    return parseDecimal(array.first(array.text.size() - 1).from(1), 1, 1U << 16U,
                        "The length of an array")
        .map([](std::uint32_t) {});
}

/// Of a synthetic event: the type's words and the name.
ProbeResult<SyntheticField> parseField(const std::vector<Piece> &words)
{
    if (words.size() < 2)
        return probeError(words.front(), "A type and a field's name was expected.");
    SyntheticField field;
    field.at = {words.front().at, words.back().span().end};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto isFine = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || c == '_' || c == '[' || c == ']';
        };
        if (!std::all_of(words[i].text.begin(), words[i].text.end(), isFine))
            return probeError(words[i], "A type was expected.");
        field.type += (i == 0 ? "" : " ") + std::string(words[i].text);
    }
    const Piece name = words.back();
    const auto open = std::min(name.text.find('['), name.text.size());
    field.name = name.text.substr(0, open);
    field.array = name.text.substr(open);
    if (!isIdentifier(field.name))
        return probeError(name, "A field's name was expected.");
    return checkArray(name.from(open)).map([&] { return std::move(field); });
}

class LineParser
{
public:
    explicit LineParser(std::string_view line)
    {
        m_line.text = line.substr(0, line.find('#'));
        m_words = wordsOf(m_line);
    }

    ProbeResult<ProbeSpec> parse()
    {
        if (m_words.empty())
            return probeError(m_line.from(m_line.text.size()),
                              "A probe was expected, as in \"p:name function argument=$arg1\".");
        return parseHead().and_then([this] { return parseRest(); }).map([this] {
            return std::move(m_spec);
        });
    }

private:
    ProbeResult<void> parseHead();
    ProbeResult<void> parseRest();
    ProbeResult<void> parseTarget();
    ProbeResult<void> parseUserTarget(Piece target, std::size_t colon);
    ProbeResult<void> parseKernelTarget(Piece target);
    ProbeResult<void> parsePlace(const Piece &place);
    ProbeResult<void> parseSynthetic();
    ProbeResult<void> parseArguments();
    ProbeResult<void> parseFilter(std::size_t word);

    Piece m_line;
    std::vector<Piece> m_words;
    ProbeSpec m_spec;
    char m_letter = 'p';
};

ProbeResult<void> LineParser::parseHead()
{
    const Piece head = m_words.front();
    m_spec.headAt = head.span();
    m_letter = head.text.front();
    if (std::string_view("prftes-").find(m_letter) == std::string_view::npos)
        return probeError(head, "p, r, f, t, e, s or - was expected first.",
                          "p: function or program, r: its return, f: function by fprobe, t: "
                          "tracepoint, e: event, s: synthetic event, -: removal.");
    Piece rest = head.from(1);
    const auto colon = rest.text.find(':');
    const Piece count = rest.first(std::min(colon, rest.text.size()));
    if (!count.isEmpty()) {
        if (m_letter != 'r' && m_letter != 'f')
            return probeError(count, "A colon and a name, or white space was expected.");
        THRESHER_PROBE_ASSIGN(
            m_spec.maxActive,
            parseDecimal(count, 0, kMaxMaxActive, "How many calls may be open at once (a number)"));
    }
    if (colon == std::string_view::npos) {
        if (m_letter == 's' || m_letter == '-')
            return probeError(rest.from(rest.text.size()), "A colon and a name was expected.");
        return {};
    }
    rest = rest.from(colon + 1);
    if (rest.isEmpty() && m_letter != 's' && m_letter != '-')
        return {}; // "p: /bin/bash:0x4245c0": the name is left to whoever creates it
    if (auto done = parseNames(rest, false, m_spec.group, m_spec.event); !done)
        return done;
    if (m_spec.event.empty() && (m_letter == 's' || m_letter == '-'))
        return probeError(rest.from(rest.text.size()), "An event's name was expected.");
    return {};
}

ProbeResult<void> LineParser::parseRest()
{
    if (m_letter == '-') {
        m_spec.kind = ProbeKind::Delete;
        if (m_words.size() > 1)
            return probeError(m_words[1], "Nothing more was expected.");
        return {};
    }
    if (m_letter == 's')
        return parseSynthetic();
    if (m_words.size() < 2)
        return probeError(m_line.from(m_line.text.size()),
                          m_letter == 'e'   ? "The event was expected: GROUP.EVENT."
                          : m_letter == 't' ? "A tracepoint was expected."
                                            : "A function, or a program's file and a place in it "
                                              "(PATH:OFFSET) was expected.");
    m_spec.targetAt = m_words[1].span();
    return parseTarget().and_then([this] { return parseArguments(); });
}

ProbeResult<void> LineParser::parseTarget()
{
    const Piece target = m_words[1];
    if (m_letter == 'e') {
        m_spec.kind = ProbeKind::Eprobe;
        return parseNames(target, true, m_spec.parentGroup, m_spec.symbol);
    }
    if (m_letter == 't') {
        m_spec.kind = ProbeKind::Tracepoint;
        if (!isIdentifier(target.text))
            return probeError(target, "A tracepoint's name was expected, without its group.");
        m_spec.symbol = target.text;
        return {};
    }
    const auto colon = target.text.rfind(':');
    if (m_letter != 'f' && target.text.find('/') != std::string_view::npos)
        return parseUserTarget(target, colon);
    return parseKernelTarget(target);
}

ProbeResult<void> LineParser::parseUserTarget(Piece target, std::size_t colon)
{
    m_spec.kind = m_letter == 'r' ? ProbeKind::Uretprobe : ProbeKind::Uprobe;
    if (m_spec.maxActive)
        return probeError(m_words.front(), "Return probes of programs have no such number.");
    if (target.text.front() != '/')
        return probeError(target, "A path from the root was expected: /bin/bash:0x4245c0.");
    if (colon == std::string_view::npos)
        return probeError(target.from(target.text.size()),
                          "A colon and a place in the file was expected.");
    m_spec.path = target.text.substr(0, colon);
    Piece place = target.from(colon + 1);
    if (const auto open = place.text.find('('); open != std::string_view::npos) {
        if (place.text.back() != ')')
            return probeError(place.from(place.text.size()), "A closing ) was expected.");
        THRESHER_PROBE_ASSIGN(m_spec.referenceCounter,
                              parseProbeNumber(place.first(place.text.size() - 1).from(open + 1)));
        place = place.first(open);
    }
    if (place.text.ends_with(kReturn)) {
        m_spec.kind = ProbeKind::Uretprobe;
        m_spec.returnSuffix = m_letter == 'p';
        place = place.first(place.text.size() - kReturn.size());
    }
    return parsePlace(place);
}

ProbeResult<void> LineParser::parseKernelTarget(Piece target)
{
    const bool isReturn = target.text.ends_with(kReturn);
    if (isReturn)
        target = target.first(target.text.size() - kReturn.size());
    if (m_letter == 'f') {
        m_spec.kind = isReturn ? ProbeKind::FprobeExit : ProbeKind::FprobeEntry;
        m_spec.returnSuffix = isReturn;
        if (m_spec.maxActive && !isReturn)
            return probeError(m_words.front(),
                              "A number of open calls is of returns (SYMBOL%return) only.");
    } else {
        m_spec.kind = isReturn || m_letter == 'r' ? ProbeKind::Kretprobe : ProbeKind::Kprobe;
        m_spec.returnSuffix = isReturn && m_letter == 'p';
    }
    Piece place = target;
    if (const auto colon = target.text.find(':'); colon != std::string_view::npos) {
        if (!isIdentifier(target.text.substr(0, colon)))
            return probeError(target.first(colon), "A module's name was expected.");
        m_spec.module = target.text.substr(0, colon);
        place = target.from(colon + 1);
    }
    if (auto done = parsePlace(place); !done)
        return done;
    if (m_letter == 'f' && m_spec.hasOffset)
        return probeError(place, "A function's name was expected, without an offset.");
    if (!m_spec.module.empty() && m_spec.symbol.empty())
        return probeError(place, "A function's name was expected.");
    return {};
}

/// A number, or a symbol with or without +NUMBER.
ProbeResult<void> LineParser::parsePlace(const Piece &place)
{
    if (!place.isEmpty() && place.text.front() >= '0' && place.text.front() <= '9') {
        m_spec.hasOffset = true;
        THRESHER_PROBE_ASSIGN(m_spec.offset, parseProbeNumber(place));
        return {};
    }
    const auto plus = place.text.find('+');
    const Piece symbol = place.first(std::min(plus, place.text.size()));
    if (!isSymbolText(symbol.text))
        return probeError(symbol, m_spec.isUser()
                                      ? "A place in the file was expected: an offset, or a symbol."
                                      : "A function was expected: [MODULE:]SYMBOL[+OFFSET], or an "
                                        "address.");
    m_spec.symbol = symbol.text;
    if (plus == std::string_view::npos)
        return {};
    m_spec.hasOffset = true;
    THRESHER_PROBE_ASSIGN(m_spec.offset, parseProbeNumber(place.from(plus + 1)));
    return {};
}

ProbeResult<void> LineParser::parseSynthetic()
{
    m_spec.kind = ProbeKind::Synthetic;
    if (!m_spec.group.empty() && m_spec.group != "synthetic")
        return probeError(m_words.front(), "Synthetic events are of the group synthetic.");
    Piece rest = m_line.from(m_spec.headAt.end);
    if (m_words.size() > 1)
        m_spec.targetAt = {m_words[1].at, m_words.back().span().end};
    while (!rest.isEmpty()) {
        const auto end = std::min(rest.text.find(';'), rest.text.size());
        if (const auto words = wordsOf(rest.first(end)); !words.empty()) {
            THRESHER_PROBE_ASSIGN(m_spec.fields.emplace_back(), parseField(words));
        }
        rest = rest.from(std::min(end + 1, rest.text.size()));
    }
    if (m_spec.fields.empty())
        return probeError(m_line.from(m_line.text.size()), "Fields were expected: TYPE NAME; …");
    return {};
}

ProbeResult<void> LineParser::parseArguments()
{
    for (std::size_t i = 2; i < m_words.size(); ++i) {
        if (m_spec.kind == ProbeKind::Eprobe && m_words[i].text == "if")
            return parseFilter(i);
        if (m_spec.arguments.size() == kMaxProbeArguments)
            return probeError(m_words[i], "There may be at most 128 arguments.");
        THRESHER_PROBE_ASSIGN(m_spec.arguments.emplace_back(),
                              parseArgument(m_words[i], m_spec.kind));
    }
    return {};
}

ProbeResult<void> LineParser::parseFilter(std::size_t word)
{
    if (word + 1 == m_words.size())
        return probeError(m_line.from(m_line.text.size()), "A condition was expected behind if.");
    m_spec.filterAt = {m_words[word + 1].at, m_words.back().span().end};
    for (std::size_t i = word + 1; i < m_words.size(); ++i)
        m_spec.filter += (m_spec.filter.empty() ? "" : " ") + std::string(m_words[i].text);
    return {};
}

} // namespace

ProbeResult<ProbeSpec> parseProbe(std::string_view line)
{
    return LineParser(line).parse();
}

} // namespace thresher::capture
