// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/filter/naivefilter.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <regex>

namespace thresher::test {

std::vector<std::vector<NaiveEvent>>
naiveEvents(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    const TraceFile &trace = *snapshot->trace;
    RowPrinter printer(snapshot);
    std::vector<std::vector<NaiveEvent>> all(snapshot->streams.size());
    for (StreamIndex s = 0; s < all.size(); ++s) {
        const StreamView &stream = snapshot->streams[s];
        for (EventIndex i = 0; i < stream.size; ++i) {
            NaiveEvent event;
            event.row.place = {s, i};
            event.row.time = stream.time(i);
            event.row.cpu = trace.streams()[s].cpu;
            event.row.event = stream.event(i);
            event.row.task = stream.task(i);
            event.instance = trace.instances()[trace.streams()[s].instance].name;
            event.format = &trace.events().event(event.row.event);
            event.task = event.row.task == kNoTask ? nullptr
                                                   : &snapshot->tasks->task(event.row.task);
            event.comm = snapshot->tasks->nameAt(event.row.task, event.row.time);
            event.text = printer.info(event.row);
            if (const auto record = printer.record(event.row.place)) {
                event.isReadable = true;
                event.payload.assign(record->payload.begin(), record->payload.end());
            }
            all[s].push_back(std::move(event));
        }
    }
    return all;
}

bool NaiveFilter::matches(const NaiveEvent &event) const
{
    return m_expr.isEmpty()
           || node(static_cast<std::uint32_t>(m_expr.nodes.size() - 1), event, false)
                  == Answer::Yes;
}

namespace {

bool isGlob(const std::string &glob, const std::string &text)
{
    return ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

bool isEvent(const std::string &pattern, const EventFormat &format)
{
    const bool hasSystem = pattern.find(':') != std::string::npos;
    return isGlob(pattern, hasSystem ? format.system + ':' + format.name : format.name);
}

} // namespace

NaiveFilter::Answer NaiveFilter::node(std::uint32_t id, const NaiveEvent &event,
                                      bool inPrefix) const
{
    const FilterNode &at = m_expr.nodes[id];
    const auto child = [&](std::uint32_t which) { return node(which, event, inPrefix); };
    switch (at.kind) {
    case FilterNode::Kind::And:
    case FilterNode::Kind::Or: {
        const Answer decides = at.kind == FilterNode::Kind::And ? Answer::No : Answer::Yes;
        bool isUnknown = false;
        for (const std::uint32_t which : at.children) {
            const Answer got = child(which);
            if (got == decides)
                return decides;
            isUnknown = isUnknown || got == Answer::Unknown;
        }
        return isUnknown ? Answer::Unknown : answer(decides == Answer::No);
    }
    case FilterNode::Kind::Not: {
        const Answer got = child(at.children.front());
        return got == Answer::Unknown ? got : answer(got == Answer::No);
    }
    case FilterNode::Kind::Compare:
        return condition(at, event, inPrefix);
    case FilterNode::Kind::Has:
        return answer(event.format->field(at.name) != nullptr);
    case FilterNode::Kind::Event:
        return answer(isEvent(at.name, *event.format));
    case FilterNode::Kind::Within:
        return isEvent(at.name, *event.format) ? node(at.children.front(), event, true)
                                               : Answer::No;
    }
    return Answer::No;
}

bool NaiveFilter::isText(const FilterNode &at, const std::string &text)
{
    const std::string &first = at.values.front().text;
    switch (at.op) {
    case FilterOp::Equal:
        return text == first;
    case FilterOp::NotEqual:
        return text != first;
    case FilterOp::Matches:
        return isGlob(first, text);
    case FilterOp::MatchesNot:
        return !isGlob(first, text);
    case FilterOp::Finds:
        return std::regex_search(text, std::regex(first, std::regex::extended));
    case FilterOp::FindsNot:
        return !std::regex_search(text, std::regex(first, std::regex::extended));
    default: {
        const bool isIn = std::any_of(at.values.begin(), at.values.end(),
                                      [&](const FilterValue &value) { return value.text == text; });
        return isIn == (at.op == FilterOp::In);
    }
    }
}

bool NaiveFilter::isNumber(const FilterNode &at, std::int64_t number, bool isSigned)
{
    bool isIn = false;
    for (const FilterValue &value : at.values) {
        const std::size_t dash = value.text.find('-', 1);
        // Doubles as wide as both: exact for what 63 bits hold.
        const auto read = [](const std::string &text) -> long double {
            return text.starts_with('-')
                       ? -static_cast<long double>(std::stoull(text.substr(1), nullptr, 0))
                       : static_cast<long double>(std::stoull(text, nullptr, 0));
        };
        const auto n = isSigned ? static_cast<long double>(number)
                                : static_cast<long double>(static_cast<std::uint64_t>(number));
        const long double first = read(value.text.substr(0, dash));
        const long double last = dash == std::string::npos ? first
                                                           : read(value.text.substr(dash + 1));
        switch (at.op) {
        case FilterOp::Less:
            return n < first;
        case FilterOp::LessEqual:
            return n <= first;
        case FilterOp::Greater:
            return n > first;
        case FilterOp::GreaterEqual:
            return n >= first;
        case FilterOp::BitAnd:
            return (static_cast<std::uint64_t>(number) & static_cast<std::uint64_t>(first)) != 0;
        default:
            isIn = isIn || (first <= n && n <= last);
        }
    }
    return isIn == (at.op == FilterOp::In || at.op == FilterOp::Equal);
}

NaiveFilter::Answer NaiveFilter::pseudo(const FilterNode &at, const NaiveEvent &event) const
{
    if (at.name == "cpu")
        return answer(isNumber(at, event.row.cpu, false));
    if (at.name == "pid" || at.name == "common_pid")
        return event.task == nullptr ? Answer::Unknown
                                     : answer(isNumber(at, event.task->pid, true));
    if (at.name == "comm")
        return answer(isText(at, event.comm));
    if (at.name == "system")
        return answer(isText(at, event.format->system));
    if (at.name == "instance")
        return answer(isText(at, event.instance.empty() ? "top" : event.instance));
    if (at.name == "text")
        return event.isReadable ? answer(isText(at, event.text)) : Answer::Unknown;
    if (at.name == "event") {
        const bool isAny = std::any_of(
            at.values.begin(), at.values.end(),
            [&](const FilterValue &value) { return isEvent(value.text, *event.format); });
        return answer(isAny == (at.op == FilterOp::Equal || at.op == FilterOp::In));
    }
    if (at.name == "time") { // written with nine digits
        std::string digits = at.values.front().text;
        if (m_trace.metadata().clockIsNanoseconds)
            digits.erase(digits.find('.'), 1);
        FilterNode plain = at;
        plain.values.front().text = digits.substr(
            std::min(digits.find_first_not_of('0'), digits.size() - 1));
        return answer(isNumber(plain, event.row.time, true));
    }
    return Answer::Unknown;
}

NaiveFilter::Answer NaiveFilter::condition(const FilterNode &at, const NaiveEvent &event,
                                           bool inPrefix) const
{
    static const std::vector<std::string> kPseudo{"cpu",  "pid",    "comm",     "event", "text",
                                                  "time", "system", "instance", "task",  "tgid"};
    const bool isPseudo = std::find(kPseudo.begin(), kPseudo.end(), at.name) != kPseudo.end();
    const EventField *const field = event.format->field(at.name);
    if (at.name == "common_pid" || (isPseudo && (!inPrefix || field == nullptr)))
        return pseudo(at, event);
    if (field == nullptr || !event.isReadable)
        return Answer::Unknown;
    const bool bigEndian = m_trace.metadata().bigEndian;
    if (field->isString)
        return answer(isText(at, std::string(readString(*field, event.payload, bigEndian))));
    const FieldReader reader(*field, bigEndian);
    const bool isTextOp = at.op == FilterOp::Matches || at.op == FilterOp::MatchesNot
                          || at.op == FilterOp::Finds || at.op == FilterOp::FindsNot;
    const bool isNumeral = std::all_of(at.values.begin(), at.values.end(), [](const auto &value) {
        return value.text.find_first_not_of("0123456789-") == std::string::npos;
    });
    if (!reader.isValid() || field->isArray || isTextOp || !isNumeral)
        return Answer::Unknown;
    return answer(isNumber(at, reader.read(event.payload), field->isSigned));
}

RandomExpression::RandomExpression(const std::vector<std::vector<NaiveEvent>> &events,
                                   const TraceFile &trace, std::mt19937 &random)
    : m_trace(trace)
    , m_random(random)
{
    for (const auto &stream : events) {
        for (const NaiveEvent &event : stream)
            m_events.push_back(&event);
    }
}

std::uint32_t RandomExpression::below(std::size_t limit)
{
    return static_cast<std::uint32_t>(m_random() % limit);
}

const NaiveEvent &RandomExpression::anyEvent()
{
    return *m_events[below(m_events.size())];
}

std::string RandomExpression::textTest(const std::string &name, const std::string &text)
{
    // Letters that mean nothing to globs and regular expressions.
    std::string plain;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != ' '
            && !plain.empty())
            break;
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            plain += c;
    }
    const std::string quoted = "\"" + plain + "\"";
    switch (below(7)) {
    case 0:
        return name + " == " + quoted;
    case 1:
        return name + " != " + quoted;
    case 2:
        return name + " ~ \"*" + plain.substr(plain.size() / 2) + "*\"";
    case 3:
        return name + " !~ \"" + plain.substr(0, 3) + "*\"";
    case 4:
        return name + " =~ \"" + plain.substr(plain.size() / 3) + "\"";
    case 5:
        return name + " !=~ \"^" + plain.substr(0, 2) + "\"";
    default:
        return name + (below(2) == 0 ? " in {" : " not in {") + quoted + ", \"bash\", \"x\"}";
    }
}

std::string RandomExpression::numberTest(const std::string &name, std::int64_t number,
                                         bool isSigned)
{
    const auto text = [&](std::int64_t n) {
        return isSigned ? std::to_string(n) : std::to_string(static_cast<std::uint64_t>(n));
    };
    static const std::vector<std::string> kOps{" == ", " != ", " < ", " <= ", " > ", " >= "};
    const bool isOdd = number < -1000000 || number > (std::int64_t{1} << 52U);
    if (number != 0 && !isOdd && number > 0 && below(6) == 0)
        return name + " & " + text(number);
    if (!isOdd && below(3) == 0) {
        return name + (below(2) == 0 ? " in {" : " not in {") + text(number) + ", "
               + text(std::abs(number)) + '-' + text(std::abs(number) + below(100)) + '}';
    }
    return name + kOps[below(kOps.size())] + text(number);
}

std::string RandomExpression::pseudo()
{
    const NaiveEvent &event = anyEvent();
    static const std::vector<std::string> kEquals{" == ", " != "};
    const std::string equals = kEquals[below(2)];
    switch (below(10)) {
    case 0:
        return "event" + equals + event.format->name;
    case 1:
        return "event in {" + event.format->name + ", " + anyEvent().format->system + ":*}";
    case 2:
        return event.format->name.substr(0, 5) + "*";
    case 3:
        return textTest("comm", event.comm);
    case 4:
        return numberTest("pid", event.task == nullptr ? 0 : event.task->pid, true);
    case 5:
        return numberTest("cpu", event.row.cpu, false);
    case 6: {
        static const std::vector<std::string> kOps{" < ", " <= ", " > ", " >= ", " == "};
        const bool isNanoseconds = m_trace.metadata().clockIsNanoseconds;
        return "time" + kOps[below(kOps.size())]
               + formatTraceTime(event.row.time, true, isNanoseconds);
    }
    case 7:
        return "system" + equals + event.format->system;
    case 8:
        return "instance" + equals + (event.instance.empty() ? "top" : event.instance);
    default:
        return textTest("text", event.text);
    }
}

std::string RandomExpression::fieldOf(const NaiveEvent &event)
{
    const auto &fields = event.format->fields;
    if (fields.empty())
        return "has(common_pid)";
    const EventField &field = fields[below(fields.size())];
    const bool bigEndian = m_trace.metadata().bigEndian;
    if (below(20) == 0)
        return "has(" + field.name + ")";
    if (field.isString)
        return textTest(field.name, std::string(readString(field, event.payload, bigEndian)));
    const FieldReader reader(field, bigEndian);
    if (field.isArray || !reader.isValid())
        return pseudo();
    return numberTest(field.name, reader.read(event.payload), field.isSigned);
}

std::string RandomExpression::make(int depth)
{
    const std::uint32_t dice = depth > 3 ? 3 + below(3) : below(7);
    switch (dice) {
    case 0:
    case 1: {
        std::string text = "(" + make(depth + 1);
        for (std::uint32_t i = 1 + below(2); i > 0; --i)
            text += (dice == 0 ? " && " : " || ") + make(depth + 1);
        return text + ")";
    }
    case 2:
        return "!(" + make(depth + 1) + ")";
    case 3:
        return pseudo();
    case 4:
        return fieldOf(anyEvent());
    case 5: {
        const NaiveEvent &event = anyEvent();
        return "(" + event.format->name + ": " + fieldOf(event) + ")";
    }
    default: {
        const NaiveEvent &event = anyEvent();
        return "(" + event.format->system + ":*: " + fieldOf(event) + " || " + make(4) + ")";
    }
    }
}

} // namespace thresher::test
