// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histtrigger.h"
#include "capture/probes/probescan_p.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace thresher::capture {

namespace {

constexpr std::array<std::string_view, 12> kModifiers{
    "",     "hex",     "sym",   "sym-offset", "syscall", "execname",
    "log2", "buckets", "usecs", "stacktrace", "percent", "graph"};
constexpr std::size_t kMaxNameBytes = 63;
constexpr std::size_t kMaxValues = 16; ///< More than any kernel takes.
constexpr std::size_t kMaxArguments = 64; ///< SYNTH_FIELDS_MAX
constexpr int kMaxDepth = 4;

/// Parts between separators that stand in no parentheses; one at least.
std::vector<Piece> split(const Piece &piece, char separator)
{
    std::vector<Piece> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= piece.text.size(); ++i) {
        const char c = i < piece.text.size() ? piece.text[i] : separator;
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == separator && (depth <= 0 || i == piece.text.size())) {
            parts.push_back(piece.first(i).from(begin));
            begin = i + 1;
        }
    }
    return parts;
}

ProbeResult<std::string> parseName(const Piece &piece, const char *what)
{
    if (!isIdentifier(piece.text) || piece.text.size() > kMaxNameBytes)
        return probeError(piece, std::string(what)
                                     + " was expected: letters, digits and _, not beginning with "
                                       "a digit.");
    return std::string(piece.text);
}

/// What stands behind a name's dot.
ProbeResult<void> parseModifier(const Piece &piece, HistTerm &term)
{
    const auto equals = std::min(piece.text.find('='), piece.text.size());
    const auto *const found = std::find(kModifiers.begin() + 1, kModifiers.end(),
                                        piece.text.substr(0, equals));
    if (found == kModifiers.end())
        return probeError(piece,
                          "hex, sym, sym-offset, syscall, execname, log2, buckets=SIZE, usecs, "
                          "stacktrace, percent or graph was expected.");
    term.modifier = static_cast<HistModifier>(found - kModifiers.begin());
    const bool isSized = term.modifier == HistModifier::Buckets;
    if (!isSized && equals < piece.text.size())
        return probeError(piece.from(equals), "Only buckets have a size.");
    if (!isSized)
        return {};
    const Piece size = piece.from(std::min(equals + 1, piece.text.size()));
    const auto *const end = size.text.data() + size.text.size();
    const auto parsed = std::from_chars(size.text.data(), end, term.bucket);
    if (parsed.ec != std::errc() || parsed.ptr != end || term.bucket == 0)
        return probeError(size, "The size of a bucket was expected, as in .buckets=100.");
    return {};
}

ProbeResult<HistExpression> parseExpression(const Piece &piece, int depth);

ProbeResult<HistTerm> parseTerm(const Piece &piece, int depth)
{
    HistTerm term;
    term.at = piece.span();
    if (piece.text.starts_with("-(")) {
        if (piece.text.back() != ')')
            return probeError(piece.from(piece.text.size()), "A closing ) was expected.");
        term.kind = HistTerm::Kind::Negated;
        THRESHER_PROBE_ASSIGN(
            term.inner.emplace_back(),
            parseExpression(piece.first(piece.text.size() - 1).from(2), depth + 1));
        return term;
    }
    if (!piece.isEmpty() && piece.text.front() >= '0' && piece.text.front() <= '9') {
        term.kind = HistTerm::Kind::Number;
        THRESHER_PROBE_ASSIGN(term.number, parseProbeNumber(piece));
        return term;
    }
    // NAME, NAME.MODIFIER or SYSTEM.EVENT.NAME
    const std::vector<Piece> parts = split(piece, '.');
    Piece name = parts.front();
    if (parts.size() > 3)
        return probeError(piece, "A field, $VARIABLE or SYSTEM.EVENT.FIELD was expected.");
    if (parts.size() == 3) {
        THRESHER_PROBE_ASSIGN(term.system, parseName(parts[0], "An event's system"));
        THRESHER_PROBE_ASSIGN(term.event, parseName(parts[1], "An event's name"));
        name = parts[2];
    }
    if (name.take("$"))
        term.kind = HistTerm::Kind::Variable;
    THRESHER_PROBE_ASSIGN(term.name, parseName(name, term.kind == HistTerm::Kind::Variable
                                                         ? "A variable's name"
                                                         : "A field's name"));
    if (parts.size() == 2)
        if (auto done = parseModifier(parts[1], term); !done)
            return tl::unexpected<ProbeError>(std::move(done).error());
    return term;
}

/// Where the next operator is; the text's size if there is none.
std::size_t findOperator(std::string_view text)
{
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        const bool isOperator = std::string_view("+-*/").find(text[i]) != std::string_view::npos;
        // The minus of -(…) begins a term, that of .sym-offset is a part of its name.
        const bool isInName = text.substr(i).starts_with("-offset")
                              && text.substr(0, i).ends_with(".sym");
        if (isOperator && depth <= 0 && i > 0 && !isInName)
            return i;
    }
    return text.size();
}

ProbeResult<HistExpression> parseExpression(const Piece &piece, int depth)
{
    if (depth > kMaxDepth)
        return probeError(piece, "There are too many parentheses in each other.");
    HistExpression expression;
    expression.at = piece.span();
    for (Piece rest = piece;;) {
        const std::size_t end = findOperator(rest.text);
        if (expression.terms.size() == kMaxHistTerms)
            return probeError(rest, "There may be at most 4 operands.");
        THRESHER_PROBE_ASSIGN(expression.terms.emplace_back(), parseTerm(rest.first(end), depth));
        if (end == rest.text.size())
            return expression;
        expression.operators += rest.text[end];
        rest = rest.from(end + 1);
    }
}

/// NAME(INSIDE): takes it off `rest`.
ProbeResult<std::pair<Piece, Piece>> takeCall(Piece &rest, const char *expected)
{
    const auto open = rest.text.find('(');
    const auto close = rest.text.find(')', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos)
        return probeError(rest, expected);
    if (close == std::string_view::npos)
        return probeError(rest.from(rest.text.size()), "A closing ) was expected.");
    std::pair<Piece, Piece> call{rest.first(open), rest.first(close).from(open + 1)};
    rest = rest.from(close + 1);
    return call;
}

class TriggerParser
{
public:
    explicit TriggerParser(std::string_view text)
        : m_rest(trimmed({text, 0}))
    {}

    ProbeResult<HistTrigger> parse()
    {
        const auto control = std::find_if(m_rest.text.begin(), m_rest.text.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 && c != '\t';
        });
        if (control != m_rest.text.end())
            return probeError(
                m_rest.from(static_cast<std::size_t>(control - m_rest.text.begin())).first(1),
                "One line of text was expected.");
        takeState();
        return takeFilter().and_then([this] { return takeParts(); }).and_then([this] {
            return whole();
        });
    }

private:
    void takeState();
    ProbeResult<void> takeFilter();
    ProbeResult<void> takeParts();
    ProbeResult<void> takePart(const Piece &part, bool isFirst);
    ProbeResult<void> takeAssignment(const Piece &name, const Piece &value, const Piece &part);
    ProbeResult<void> takeExpressions(const Piece &value, std::vector<HistExpression> &list,
                                      std::size_t most, const char *tooMany);
    ProbeResult<void> takeSort(const Piece &value);
    ProbeResult<void> takeVariables(const Piece &part);
    ProbeResult<void> takeAction(Piece part);
    ProbeResult<void> takeHandler(Piece &rest, HistAction &action);
    ProbeResult<void> takeArguments(const Piece &inside, HistAction &action);
    ProbeResult<HistTrigger> whole();

    Piece m_rest;
    HistTrigger m_trigger;
};

void TriggerParser::takeState()
{
    // Whatever is written behind it twice is no part of the filter either.
    for (bool isThere = true; isThere;) {
        isThere = false;
        for (const std::string_view state : {" [active]", " [paused]"})
            if (m_rest.text.ends_with(state)) {
                m_rest = trimmed(m_rest.first(m_rest.text.size() - state.size()));
                isThere = true;
            }
    }
}

/// The first word "if", as the kernel looks for it.
ProbeResult<void> TriggerParser::takeFilter()
{
    for (std::size_t at = m_rest.text.find("if"); at != std::string_view::npos;
         at = m_rest.text.find("if", at + 1)) {
        const bool isWord = at > 0 && isBlank(m_rest.text[at - 1])
                            && (at + 2 == m_rest.text.size() || isBlank(m_rest.text[at + 2]));
        if (!isWord)
            continue;
        const Piece filter = trimmed(m_rest.from(at + 2));
        if (filter.isEmpty())
            return probeError(filter, "A condition was expected behind if.");
        m_trigger.filter = filter.text;
        m_trigger.filterAt = filter.span();
        m_rest = trimmed(m_rest.first(at));
        break;
    }
    return {};
}

ProbeResult<void> TriggerParser::takeParts()
{
    if (m_rest.text != "hist" && !m_rest.text.starts_with("hist:"))
        return probeError(m_rest.first(std::min(m_rest.text.find(':'), m_rest.text.size())),
                          "hist:keys=FIELD was expected.");
    m_rest = m_rest.from(std::min<std::size_t>(5, m_rest.text.size()));
    if (m_rest.isEmpty())
        return {};
    bool isFirst = true;
    for (const Piece &part : split(m_rest, ':')) {
        if (auto done = takePart(part, isFirst); !done)
            return done;
        isFirst = false;
    }
    return {};
}

ProbeResult<void> TriggerParser::takePart(const Piece &part, bool isFirst)
{
    if (part.text.starts_with("onmatch(") || part.text.starts_with("onmax(")
        || part.text.starts_with("onchange("))
        return takeAction(part);
    if (const auto equals = part.text.find('='); equals != std::string_view::npos)
        return takeAssignment(part.first(equals), part.from(equals + 1), part);
    struct Word
    {
        std::string_view text;
        bool HistTrigger::*flag;
    };
    static constexpr std::array<Word, 6> kWords{{{"pause", &HistTrigger::isPaused},
                                                 {"continue", &HistTrigger::isContinued},
                                                 {"cont", &HistTrigger::isContinued},
                                                 {"clear", &HistTrigger::isCleared},
                                                 {"nohitcount", &HistTrigger::hidesHits},
                                                 {"NOHC", &HistTrigger::hidesHits}}};
    for (const Word &word : kWords)
        if (part.text == word.text) {
            m_trigger.*word.flag = true;
            return {};
        }
    // As the kernel tells a name.
    if (isFirst && isIdentifier(part.text) && part.text.size() <= kMaxNameBytes) {
        m_trigger.name = part.text;
        return {};
    }
    return probeError(part, "keys=, vals=, sort=, size=, name=, VARIABLE=, onmatch(…), onmax(…), "
                            "onchange(…), pause, continue, clear or nohitcount was expected.");
}

ProbeResult<void> TriggerParser::takeAssignment(const Piece &name, const Piece &value,
                                                const Piece &part)
{
    if (name.text == "keys" || name.text == "key")
        return takeExpressions(value, m_trigger.keys, kMaxHistKeys, "There may be at most 3 keys.");
    if (name.text == "vals" || name.text == "values" || name.text == "val")
        return takeExpressions(value, m_trigger.values, kMaxValues,
                               "There are more values than any kernel takes.");
    if (name.text == "sort")
        return takeSort(value);
    if (name.text == "size") {
        THRESHER_PROBE_ASSIGN(m_trigger.size, parseDecimal(value, kLeastHistSize, kMostHistSize,
                                                           "A number of entries"));
        return {};
    }
    if (name.text == "name") {
        THRESHER_PROBE_ASSIGN(m_trigger.name, parseName(value, "A histogram's name"));
        return {};
    }
    if (name.text == "clock") {
        // "mono_raw", "x86-tsc"
        std::string plain(value.text);
        std::replace(plain.begin(), plain.end(), '-', '_');
        if (!isIdentifier(plain))
            return probeError(value, "A clock's name was expected.");
        m_trigger.clock = value.text;
        return {};
    }
    return takeVariables(part);
}

ProbeResult<void> TriggerParser::takeExpressions(const Piece &value,
                                                 std::vector<HistExpression> &list,
                                                 std::size_t most, const char *tooMany)
{
    for (const Piece &item : split(value, ',')) {
        if (list.size() == most)
            return probeError(item, tooMany);
        THRESHER_PROBE_ASSIGN(list.emplace_back(), parseExpression(trimmed(item), 0));
    }
    return {};
}

ProbeResult<void> TriggerParser::takeSort(const Piece &value)
{
    for (const Piece &item : split(value, ',')) {
        if (m_trigger.sort.size() == kMaxHistSortKeys)
            return probeError(item, "There may be at most 2 keys to sort by.");
        HistSortKey key;
        key.at = item.span();
        const std::vector<Piece> parts = split(item, '.');
        THRESHER_PROBE_ASSIGN(key.name, parseName(parts.front(), "The name of a key or a value"));
        for (std::size_t i = 1; i < parts.size(); ++i) {
            // The kernel tells a key's modifier here as well, and does not take it.
            HistTerm ignored;
            const bool isOrder = parts[i].text == "descending" || parts[i].text == "ascending";
            if (!isOrder && !parseModifier(parts[i], ignored))
                return probeError(parts[i], "ascending or descending was expected.");
            key.isDescending = parts[i].text == "descending";
        }
        m_trigger.sort.push_back(std::move(key));
    }
    return {};
}

ProbeResult<void> TriggerParser::takeVariables(const Piece &part)
{
    for (const Piece &item : split(part, ',')) {
        if (m_trigger.variables.size() == kMaxHistVariables)
            return probeError(item, "There may be at most 16 variables.");
        HistVariable variable;
        variable.at = item.span();
        const auto equals = std::min(item.text.find('='), item.text.size());
        THRESHER_PROBE_ASSIGN(variable.name, parseName(item.first(equals), "A variable's name"));
        THRESHER_PROBE_ASSIGN(
            variable.value, parseExpression(item.from(std::min(equals + 1, item.text.size())), 0));
        m_trigger.variables.push_back(std::move(variable));
    }
    return {};
}

ProbeResult<void> TriggerParser::takeHandler(Piece &rest, HistAction &action)
{
    THRESHER_PROBE_ASSIGN(
        const auto handler,
        takeCall(rest, "onmatch(SYSTEM.EVENT), onmax($VARIABLE) or onchange($VARIABLE) was "
                       "expected."));
    const auto &[name, inside] = handler;
    if (name.text == "onmatch") {
        const auto dot = inside.text.find('.');
        if (dot == std::string_view::npos)
            return probeError(inside, "SYSTEM.EVENT was expected.");
        THRESHER_PROBE_ASSIGN(action.system, parseName(inside.first(dot), "An event's system"));
        THRESHER_PROBE_ASSIGN(action.event, parseName(inside.from(dot + 1), "An event's name"));
        return {};
    }
    action.handler = name.text == "onmax" ? HistAction::Handler::OnMax
                                          : HistAction::Handler::OnChange;
    if (name.text != "onmax" && name.text != "onchange")
        return probeError(name, "onmatch, onmax or onchange was expected.");
    Piece variable = inside;
    if (!variable.take("$"))
        return probeError(inside, "A $VARIABLE was expected.");
    THRESHER_PROBE_ASSIGN(action.variable, parseName(variable, "A variable's name"));
    return {};
}

ProbeResult<void> TriggerParser::takeArguments(const Piece &inside, HistAction &action)
{
    if (trimmed(inside).isEmpty())
        return {};
    for (const Piece &item : split(inside, ',')) {
        if (action.arguments.size() > kMaxArguments)
            return probeError(item, "There may be at most 64 fields.");
        THRESHER_PROBE_ASSIGN(action.arguments.emplace_back(), parseTerm(trimmed(item), 0));
        const HistTerm &term = action.arguments.back();
        if (term.kind == HistTerm::Kind::Number || term.kind == HistTerm::Kind::Negated)
            return probeError(trimmed(item), "A field or a $VARIABLE was expected.");
    }
    return {};
}

ProbeResult<void> TriggerParser::takeAction(Piece part)
{
    if (m_trigger.actions.size() == kMaxHistActions)
        return probeError(part, "There may be at most 8 actions.");
    HistAction action;
    action.at = part.span();
    Piece rest = part;
    if (auto done = takeHandler(rest, action); !done)
        return done;
    if (!rest.take("."))
        return probeError(rest, "A dot and trace(EVENT,…), save(FIELD,…) or snapshot() was "
                                "expected.");
    THRESHER_PROBE_ASSIGN(
        const auto call,
        takeCall(rest, "trace(EVENT,…), save(FIELD,…) or snapshot() was expected."));
    if (!rest.isEmpty())
        return probeError(rest, "Nothing more was expected.");
    const auto &[name, inside] = call;
    if (auto done = takeArguments(inside, action); !done)
        return done;
    if (name.text == "snapshot") {
        action.kind = HistAction::Kind::Snapshot;
        if (!action.arguments.empty())
            return probeError(inside, "A snapshot has no fields.");
    } else if (name.text == "save") {
        action.kind = HistAction::Kind::Save;
        if (action.arguments.empty())
            return probeError(inside, "The fields that are to be kept were expected.");
    } else if (name.text == "trace") {
        const bool hasName = !action.arguments.empty()
                             && action.arguments.front().kind == HistTerm::Kind::Field
                             && action.arguments.front().system.empty()
                             && action.arguments.front().modifier == HistModifier::None;
        if (!hasName)
            return probeError(split(inside, ',').front(), "A synthetic event was expected.");
        action.synthetic = action.arguments.front().name;
        action.arguments.erase(action.arguments.begin());
    } else {
        action.isDirect = true;
        THRESHER_PROBE_ASSIGN(action.synthetic, parseName(name, "A synthetic event"));
    }
    // What is kept and shot belongs to a maximum or a change.
    if (action.kind != HistAction::Kind::Trace && action.handler == HistAction::Handler::OnMatch)
        return probeError(name, "onmatch() can only make a synthetic event.");
    m_trigger.actions.push_back(std::move(action));
    return {};
}

ProbeResult<HistTrigger> TriggerParser::whole()
{
    const Piece end = m_rest.from(m_rest.text.size());
    if (m_trigger.keys.empty())
        return probeError(end, "keys=FIELD was expected.");
    const auto percent = [](const HistExpression &key) {
        return key.terms.front().modifier == HistModifier::Percent
               || key.terms.front().modifier == HistModifier::Graph;
    };
    if (const auto key = std::find_if(m_trigger.keys.begin(), m_trigger.keys.end(), percent);
        key != m_trigger.keys.end())
        return tl::unexpected<ProbeError>(
            {key->at, "percent and graph are of values, not of keys.", {}});
    return std::move(m_trigger);
}

} // namespace

std::string_view nameOf(HistModifier modifier)
{
    return kModifiers.at(static_cast<std::size_t>(modifier));
}

ProbeResult<HistTrigger> parseHistTrigger(std::string_view text)
{
    return TriggerParser(text).parse();
}

ProbeResult<HistExpression> parseHistExpression(std::string_view text)
{
    return parseExpression({text, 0}, 0);
}

} // namespace thresher::capture
