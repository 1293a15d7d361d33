// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/latencyevent.h"

#include "capture/probes/probescan_p.h"
#include "capture/symbols/eventfields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace thresher::capture {

namespace {

constexpr std::size_t kMaxNameBytes = 48; ///< Of 63: variables have a suffix.
/// Each of the start's is a variable there, beside the time.
constexpr std::size_t kMaxFields = kMaxHistVariables - 1;
constexpr std::size_t kMaxVariableBytes = 63;
constexpr std::string_view kTimeSuffix = "t0"; ///< Of variables of our own.
constexpr std::string_view kLatencySuffix = "lat";
constexpr std::string_view kArrow = "->";
constexpr std::string_view kUsecs = ".usecs";

ProbeResult<std::string> parseName(const Piece &piece, const char *what)
{
    if (!isIdentifier(piece.text) || piece.text.size() > kMaxNameBytes)
        return probeError(piece, std::string(what) + " was expected: letters, digits and _.");
    return std::string(piece.text);
}

/// The parts of a list with commas, without blanks around them.
std::vector<Piece> items(const Piece &list)
{
    std::vector<Piece> parts;
    for (Piece rest = list;;) {
        const auto comma = std::min(rest.text.find(','), rest.text.size());
        parts.push_back(trimmed(rest.first(comma)));
        if (comma == rest.text.size())
            return parts;
        rest = rest.from(comma + 1);
    }
}

/// Where the arrow is that stands in no text.
std::size_t findArrow(std::string_view text)
{
    bool isQuoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"')
            isQuoted = !isQuoted;
        else if (!isQuoted && text.substr(i).starts_with(kArrow))
            return i;
    }
    return std::string_view::npos;
}

ProbeResult<void> parseEventName(const Piece &piece, LatencyEnd &end)
{
    end.at = piece.span();
    const auto colon = piece.text.find_first_of(":./");
    if (colon == std::string_view::npos)
        return probeError(piece, "SYSTEM:EVENT was expected.");
    THRESHER_PROBE_ASSIGN(end.system, parseName(piece.first(colon), "An event's system"));
    THRESHER_PROBE_ASSIGN(end.event, parseName(piece.from(colon + 1), "An event's name"));
    return {};
}

ProbeResult<void> parseInside(const Piece &inside, LatencyEnd &end)
{
    const auto semicolon = std::min(inside.text.find(';'), inside.text.size());
    end.keysAt = inside.first(semicolon).span();
    for (const Piece &key : items(inside.first(semicolon))) {
        if (end.keys.size() == kMaxHistKeys)
            return probeError(key, "There may be at most 3 keys.");
        THRESHER_PROBE_ASSIGN(end.keys.emplace_back(), parseName(key, "A field's name"));
    }
    if (semicolon == inside.text.size())
        return {};
    for (const Piece &item : items(inside.from(semicolon + 1))) {
        if (end.fields.size() == kMaxFields)
            return probeError(item, "There may be at most 32 fields.");
        LatencyField field;
        field.at = item.span();
        Piece source = item;
        if (const auto equals = item.text.find('='); equals != std::string_view::npos) {
            THRESHER_PROBE_ASSIGN(field.name,
                                  parseName(trimmed(item.first(equals)), "A field's name"));
            source = trimmed(item.from(equals + 1));
        }
        THRESHER_PROBE_ASSIGN(field.field, parseName(source, "A field's name"));
        end.fields.push_back(std::move(field));
    }
    return {};
}

ProbeResult<LatencyEnd> parseEnd(const Piece &piece)
{
    LatencyEnd end;
    const auto open = piece.text.find('(');
    if (open == std::string_view::npos)
        return probeError(piece.from(piece.text.size()),
                          "The key in parentheses was expected: SYSTEM:EVENT(KEY).");
    const auto close = piece.text.find(')', open);
    if (close == std::string_view::npos)
        return probeError(piece.from(piece.text.size()), "A closing ) was expected.");
    if (auto done = parseEventName(trimmed(piece.first(open)), end); !done)
        return tl::unexpected<ProbeError>(std::move(done).error());
    if (auto done = parseInside(piece.first(close).from(open + 1), end); !done)
        return tl::unexpected<ProbeError>(std::move(done).error());
    Piece rest = trimmed(piece.from(close + 1));
    if (rest.isEmpty())
        return end;
    const bool isCondition = rest.text.size() > 2 && rest.text.starts_with("if")
                             && (rest.text[2] == ' ' || rest.text[2] == '\t');
    if (!isCondition)
        return probeError(rest, "\"if\" and a condition was expected, or nothing more.");
    rest = trimmed(rest.from(2));
    // As a trigger's state, it would be no part of the condition.
    if (rest.text.ends_with("[active]") || rest.text.ends_with("[paused]"))
        return probeError(rest, "A condition was expected behind if.");
    end.filter = rest.text;
    end.filterAt = rest.span();
    return end;
}

std::string textOf(const LatencyEnd &end)
{
    std::string text = end.system + ':' + end.event + '(';
    for (std::size_t i = 0; i < end.keys.size(); ++i)
        text += (i > 0 ? "," : "") + end.keys[i];
    for (std::size_t i = 0; i < end.fields.size(); ++i) {
        const LatencyField &field = end.fields[i];
        text += (i > 0 ? "," : "; ") + (field.name.empty() ? "" : field.name + '=') + field.field;
    }
    return text + ')' + (end.filter.empty() ? "" : " if " + end.filter);
}

/// A type that a synthetic event can have; nothing if there is none.
std::optional<SyntheticField> syntheticField(const std::string &name, const EventField &field)
{
    static constexpr std::array<std::string_view, 19> kKnown{
        "u8",   "u16",          "u32",  "u64",           "s8",    "s16",
        "s32",  "s64",          "char", "unsigned char", "short", "unsigned short",
        "int",  "unsigned int", "long", "unsigned long", "bool",  "pid_t",
        "gfp_t"};
    const std::string &type = field.type;
    if (type.ends_with(']')) {
        const bool isDynamic = type == "__data_loc char[]" || type == "__rel_loc char[]";
        if (!isDynamic && !type.starts_with("char["))
            return std::nullopt;
        return SyntheticField{"char", name, isDynamic ? "[]" : type.substr(4), {}};
    }
    if (std::find(kKnown.begin(), kKnown.end(), type) != kKnown.end())
        return SyntheticField{type, name, {}, {}};
    if (field.size != 1 && field.size != 2 && field.size != 4 && field.size != 8)
        return std::nullopt;
    return SyntheticField{
        (field.isSigned ? "s" : "u") + std::to_string(field.size * 8), name, {}, {}};
}

HistExpression timestamp(bool isMicroseconds)
{
    return histField("common_timestamp",
                     isMicroseconds ? HistModifier::Microseconds : HistModifier::None);
}

HistTerm variable(std::string name)
{
    HistTerm term;
    term.kind = HistTerm::Kind::Variable;
    term.name = std::move(name);
    return term;
}

/// Puts the three lines together.
class LineMaker
{
public:
    LineMaker(const LatencyEvent &event, std::vector<EventField> startFields,
              std::vector<EventField> endFields)
        : m_event(event)
        , m_startFields(std::move(startFields))
        , m_endFields(std::move(endFields))
    {}

    ProbeResult<LatencyLines> make()
    {
        m_lines.synthetic.kind = ProbeKind::Synthetic;
        m_lines.synthetic.event = m_event.name;
        m_lines.synthetic.fields.push_back({"u64", "lat", {}, {}});
        addTime();
        if (auto done = addKeys(); !done)
            return tl::unexpected<ProbeError>(std::move(done).error());
        for (const LatencyField &field : m_event.start.fields)
            if (auto done = addField(field, true); !done)
                return tl::unexpected<ProbeError>(std::move(done).error());
        for (const LatencyField &field : m_event.end.fields)
            if (auto done = addField(field, false); !done)
                return tl::unexpected<ProbeError>(std::move(done).error());
        m_lines.end.actions.push_back(std::move(m_action));
        m_lines.start.filter = m_event.start.filter;
        m_lines.end.filter = m_event.end.filter;
        return std::move(m_lines);
    }

private:
    void addTime()
    {
        const std::string begin = m_event.name + '_' + std::string(kTimeSuffix);
        const std::string latency = m_event.name + '_' + std::string(kLatencySuffix);
        m_lines.start.variables.push_back({begin, timestamp(m_event.isMicroseconds), {}});
        HistExpression difference = timestamp(m_event.isMicroseconds);
        difference.operators = "-";
        difference.terms.push_back(variable(begin));
        m_lines.end.variables.push_back({latency, std::move(difference), {}});
        m_action.system = m_event.start.system;
        m_action.event = m_event.start.event;
        m_action.synthetic = m_event.name;
        m_action.arguments.push_back(variable(latency));
    }

    ProbeResult<void> addKeys()
    {
        for (std::size_t i = 0; i < m_event.start.keys.size(); ++i) {
            const std::string &startKey = m_event.start.keys[i];
            const std::string &endKey = m_event.end.keys[i];
            const EventField *start = find(m_startFields, startKey);
            const EventField *end = find(m_endFields, endKey);
            if (start == nullptr)
                return missing(m_event.start, startKey, m_event.start.keysAt);
            if (end == nullptr)
                return missing(m_event.end, endKey, m_event.end.keysAt);
            if (start->size != end->size || start->type.ends_with(']') != end->type.ends_with(']'))
                return tl::unexpected<ProbeError>({m_event.end.keysAt,
                                                   "Keys of one type were expected: " + startKey
                                                       + " is " + start->type + ", " + endKey
                                                       + " is " + end->type + '.',
                                                   {}});
            m_lines.start.keys.push_back(histField(startKey));
            m_lines.end.keys.push_back(histField(endKey));
            if (auto done = add(startKey, *end, m_event.end.keysAt); !done)
                return done;
            m_action.arguments.push_back(histField(endKey).terms.front());
        }
        return {};
    }

    ProbeResult<void> addField(const LatencyField &wanted, bool isStart)
    {
        const LatencyEnd &end = isStart ? m_event.start : m_event.end;
        const EventField *field = find(isStart ? m_startFields : m_endFields, wanted.field);
        if (field == nullptr)
            return missing(end, wanted.field, wanted.at);
        const std::string &name = wanted.name.empty() ? wanted.field : wanted.name;
        if (auto done = add(name, *field, wanted.at); !done)
            return done;
        if (!isStart) {
            m_action.arguments.push_back(histField(wanted.field).terms.front());
            return {};
        }
        // Kept from the start on, beside the time.
        const std::string kept = m_event.name + '_' + name;
        if (kept.size() > kMaxVariableBytes || name == kTimeSuffix || name == kLatencySuffix)
            return tl::unexpected<ProbeError>(
                {wanted.at,
                 "The kernel is to keep this as " + kept + ", which cannot be: it is "
                     + (kept.size() > kMaxVariableBytes ? "longer than 63 bytes." : "taken."),
                 "NAME=FIELD calls it otherwise."});
        m_lines.start.variables.push_back({kept, histField(wanted.field), {}});
        m_action.arguments.push_back(variable(kept));
        return {};
    }

    ProbeResult<void> add(const std::string &name, const EventField &field, TextSpan at)
    {
        std::vector<SyntheticField> &fields = m_lines.synthetic.fields;
        if (std::any_of(fields.begin(), fields.end(),
                        [&](const SyntheticField &other) { return other.name == name; }))
            return tl::unexpected<ProbeError>(
                {at, "The latency event has a field " + name + " already.",
                 "NAME=FIELD calls it otherwise."});
        auto made = syntheticField(name, field);
        if (!made)
            return tl::unexpected<ProbeError>(
                {at, "A synthetic event has no fields like " + name + ": " + field.type + '.', {}});
        fields.push_back(std::move(*made));
        return {};
    }

    static const EventField *find(const std::vector<EventField> &fields, const std::string &name)
    {
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const EventField &field) {
            return field.name == name;
        });
        return found == fields.end() ? nullptr : &*found;
    }
    static ProbeResult<void> missing(const LatencyEnd &end, const std::string &field, TextSpan at)
    {
        return tl::unexpected<ProbeError>(
            {at, end.system + ':' + end.event + " has no field " + field + '.', {}});
    }

    const LatencyEvent &m_event;
    const std::vector<EventField> m_startFields;
    const std::vector<EventField> m_endFields;
    LatencyLines m_lines;
    HistAction m_action;
};

} // namespace

ProbeResult<LatencyEvent> parseLatencyEvent(std::string_view text)
{
    const Piece all = trimmed({text, 0});
    if (const auto control = std::find_if(
            all.text.begin(), all.text.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
        control != all.text.end())
        return probeError(all.from(static_cast<std::size_t>(control - all.text.begin())).first(1),
                          "One line of text was expected.");
    LatencyEvent event;
    const auto equals = all.text.find('=');
    if (equals == std::string_view::npos || equals > all.text.find('('))
        return probeError(all, "NAME=START(KEY) -> END(KEY) was expected.");
    Piece name = trimmed(all.first(equals));
    event.isMicroseconds = name.text.ends_with(kUsecs);
    if (event.isMicroseconds)
        name = name.first(name.text.size() - kUsecs.size());
    event.nameAt = name.span();
    THRESHER_PROBE_ASSIGN(event.name, parseName(name, "The latency event's name"));
    const Piece rest = all.from(equals + 1);
    const auto arrow = findArrow(rest.text);
    if (arrow == std::string_view::npos)
        return probeError(rest.from(rest.text.size()), "-> and the event of the end was expected.");
    THRESHER_PROBE_ASSIGN(event.start, parseEnd(trimmed(rest.first(arrow))));
    THRESHER_PROBE_ASSIGN(event.end, parseEnd(trimmed(rest.from(arrow + kArrow.size()))));
    if (event.start.keys.size() != event.end.keys.size())
        return tl::unexpected<ProbeError>(
            {event.end.keysAt, "As many keys as of the start were expected.", {}});
    return event;
}

std::string printLatencyEvent(const LatencyEvent &event)
{
    return event.name + std::string(event.isMicroseconds ? kUsecs : "") + '=' + textOf(event.start)
           + " -> " + textOf(event.end);
}

ProbeResult<LatencyLines> latencyLines(const LatencyEvent &event, std::string_view startFormat,
                                       std::string_view endFormat)
{
    return LineMaker(event, eventFieldsOf(startFormat), eventFieldsOf(endFormat)).make();
}

} // namespace thresher::capture
