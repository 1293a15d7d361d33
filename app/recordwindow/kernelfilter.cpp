// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/kernelfilter.h"

#include "capture/eventglob.h"

#include <algorithm>
#include <array>

namespace thresher::ui {

namespace {

using capture::EventField;
using Kind = EventField::Kind;

constexpr std::size_t kMostCompletions = 64;

struct Token
{
    enum class Kind : std::uint8_t {
        Name,
        Number,
        Text,
        Operator,
        And,
        Or,
        Not,
        Open,
        Close,
        End,
        Wrong
    };
    Kind kind = Kind::End;
    TextRange range;
};

bool isNamePart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.';
}

Token nextToken(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        ++at;
    Token token{Token::Kind::End, {at, at}};
    if (at == text.size())
        return token;
    const auto take = [&](Token::Kind kind, std::size_t size) {
        return Token{kind, {at, at + size}};
    };
    const auto rest = text.substr(at);
    if (rest.starts_with("&&"))
        return take(Token::Kind::And, 2);
    if (rest.starts_with("||"))
        return take(Token::Kind::Or, 2);
    for (const std::string_view two : {"==", "!=", "<=", ">="}) {
        if (rest.starts_with(two))
            return take(Token::Kind::Operator, 2);
    }
    const char c = rest.front();
    if (std::string_view("<>&~").find(c) != std::string_view::npos)
        return take(Token::Kind::Operator, 1);
    if (c == '!' || c == '(' || c == ')')
        return take(c == '!'   ? Token::Kind::Not
                    : c == '(' ? Token::Kind::Open
                               : Token::Kind::Close,
                    1);
    if (c == '"' || c == '\'') {
        const auto end = rest.find(c, 1);
        return end == std::string_view::npos ? take(Token::Kind::Wrong, rest.size())
                                             : take(Token::Kind::Text, end + 1);
    }
    // CPUS{0-3,7}
    if (constexpr std::string_view kCpus = "CPUS{"; rest.starts_with(kCpus)) {
        const auto end = rest.find('}');
        return end == std::string_view::npos ? take(Token::Kind::Wrong, rest.size())
                                             : take(Token::Kind::Text, end + 1);
    }
    std::size_t size = c == '-' ? 1 : 0;
    while (size < rest.size() && isNamePart(rest[size]))
        ++size;
    if (size == 0)
        return take(Token::Kind::Wrong, 1);
    const bool isNumber = c == '-' || (c >= '0' && c <= '9');
    return take(isNumber ? Token::Kind::Number : Token::Kind::Name, size);
}

std::string_view textOf(std::string_view text, const Token &token)
{
    return text.substr(token.range.begin, token.range.end - token.range.begin);
}

/// That the kernel knows for every event, by names of its own.
const EventField *specialField(std::string_view name)
{
    static const std::array kSpecial{EventField{"int", "cpu", Kind::Number, true},
                                     EventField{"int", "CPU", Kind::Number, true},
                                     EventField{"char[16]", "comm", Kind::Text, true},
                                     EventField{"char[16]", "COMM", Kind::Text, true}};
    const auto *const at = std::find_if(kSpecial.begin(), kSpecial.end(),
                                        [&](const EventField &each) { return each.name == name; });
    return at == kSpecial.end() ? nullptr : &*at;
}

const EventField *findField(const std::vector<EventField> &fields, std::string_view name)
{
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const EventField &each) { return each.name == name; });
    return at == fields.end() ? specialField(name) : &*at;
}

FilterError wrong(const Token &token, std::string found, std::string expected = {})
{
    return FilterError{token.range, std::move(found), std::move(expected), {}};
}

/// By recursive descent; stops at the first error.
class Checker
{
public:
    Checker(std::string_view text, const std::vector<EventField> &fields)
        : m_text(text)
        , m_fields(fields)
    {
        advance();
    }
    std::optional<FilterError> check()
    {
        expression(0);
        if (!m_error && m_token.kind != Token::Kind::End)
            m_error = wrong(m_token, found(), "&& or ||");
        return m_error;
    }

private:
    static constexpr int kMostDepth = 64;

    void advance() { m_token = nextToken(m_text, m_token.range.end); }
    [[nodiscard]] std::string found() const
    {
        return m_token.kind == Token::Kind::End ? "the end" : std::string(textOf(m_text, m_token));
    }
    void expression(int depth)
    {
        term(depth);
        while (!m_error && (m_token.kind == Token::Kind::And || m_token.kind == Token::Kind::Or)) {
            advance();
            term(depth);
        }
    }
    void term(int depth)
    {
        while (m_token.kind == Token::Kind::Not)
            advance();
        if (m_token.kind != Token::Kind::Open) {
            comparison();
            return;
        }
        if (depth == kMostDepth) {
            m_error = wrong(m_token, "too many parentheses");
            return;
        }
        advance();
        expression(depth + 1);
        if (m_error)
            return;
        if (m_token.kind != Token::Kind::Close)
            m_error = wrong(m_token, found(), ")");
        advance();
    }
    void comparison()
    {
        if (m_token.kind != Token::Kind::Name) {
            m_error = wrong(m_token, found(), "a field");
            return;
        }
        // "call_site.function == NAME", "filename.ustring ~ TEXT": how the kernel is to read it.
        std::string_view name = textOf(m_text, m_token);
        const bool isReadOtherwise = name.ends_with(".function") || name.ends_with(".ustring");
        if (isReadOtherwise)
            name = name.substr(0, name.rfind('.'));
        const auto *field = findField(m_fields, name);
        if (field == nullptr && !m_fields.empty()) {
            m_error = wrong(m_token, "no field " + found() + " in these events");
            return;
        }
        if (field != nullptr && field->kind == Kind::Other) {
            m_error = wrong(m_token, "the kernel does not filter by a " + field->type);
            return;
        }
        if (isReadOtherwise)
            field = nullptr; // any value may follow
        advance();
        const std::string_view op = textOf(m_text, m_token);
        const bool isText = field != nullptr && field->kind == Kind::Text;
        if (m_token.kind != Token::Kind::Operator
            || (isText && op != "==" && op != "!=" && op != "~")
            || (field != nullptr && field->kind == Kind::Number && op == "~")) {
            m_error = wrong(m_token, found(), isText ? "==, != or ~" : "==, !=, <, <=, >, >= or &");
            return;
        }
        advance();
        const bool isValue = m_token.kind == Token::Kind::Number
                             || m_token.kind == Token::Kind::Text
                             || (m_token.kind == Token::Kind::Name && field == nullptr);
        if (!isValue || (isText && m_token.kind != Token::Kind::Text)
            || (field != nullptr && field->kind == Kind::Number
                && textOf(m_text, m_token).front() == '"')) {
            m_error = wrong(m_token, found(), isText ? "a text in quotes" : "a number");
            return;
        }
        advance();
    }

    std::string_view m_text;
    const std::vector<EventField> &m_fields;
    Token m_token;
    std::optional<FilterError> m_error;
};

/// What the tokens before the cursor leave open.
enum class Place : std::uint8_t { Field, Operator, Value, Link };

} // namespace

std::vector<EventField> fieldsOf(const std::optional<capture::MachineReport> &machine,
                                 const std::string &glob)
{
    std::vector<EventField> common;
    bool isFirst = true;
    if (!machine)
        return common;
    for (const auto &[system, names] : machine->capabilities.events) {
        for (const std::string &name : names) {
            if (!capture::matchesEvent(glob, system, name))
                continue;
            const auto format = capture::parseEventFormat(machine->formatOf(system, name));
            if (std::exchange(isFirst, false))
                common = format.fields;
            else
                std::erase_if(common, [&](const EventField &field) {
                    return std::none_of(
                        format.fields.begin(), format.fields.end(), [&](const EventField &each) {
                            return each.name == field.name && each.kind == field.kind;
                        });
                });
        }
    }
    return common;
}

std::optional<FilterError> checkKernelFilter(std::string_view text,
                                             const std::vector<EventField> &fields)
{
    if (nextToken(text, 0).kind == Token::Kind::End)
        return std::nullopt;
    return Checker(text, fields).check();
}

std::vector<Completion> completeKernelFilter(std::string_view text, std::size_t cursor,
                                             const std::vector<EventField> &fields)
{
    text = text.substr(0, cursor);
    Place place = Place::Field;
    Token word; // that is being written
    word.range = {cursor, cursor};
    const EventField *field = nullptr;
    for (Token token = nextToken(text, 0); token.kind != Token::Kind::End;
         token = nextToken(text, token.range.end)) {
        if (token.kind == Token::Kind::Name && token.range.end == cursor) {
            word = token;
            break;
        }
        switch (token.kind) {
        case Token::Kind::Name:
            if (place == Place::Field)
                field = findField(fields, textOf(text, token));
            place = place == Place::Field ? Place::Operator : Place::Link;
            break;
        case Token::Kind::Operator:
            place = Place::Value;
            break;
        case Token::Kind::Number:
        case Token::Kind::Text:
        case Token::Kind::Close:
            place = Place::Link;
            break;
        case Token::Kind::And:
        case Token::Kind::Or:
        case Token::Kind::Not:
        case Token::Kind::Open:
            place = Place::Field;
            break;
        case Token::Kind::Wrong:
        case Token::Kind::End:
            return {};
        }
    }
    std::vector<Completion> all;
    const auto add = [&](std::string what, Completion::Kind kind, std::string detail) {
        const auto begun = textOf(text, word);
        if (all.size() < kMostCompletions && what.find(begun) != std::string::npos && what != begun)
            all.push_back({word.range, std::move(what), kind, std::move(detail)});
    };
    if (place == Place::Field) {
        for (const EventField &each : fields) {
            if (each.kind != Kind::Other)
                add(each.name, Completion::Kind::Field, each.type);
        }
        const auto begun = textOf(text, word);
        std::stable_partition(all.begin(), all.end(),
                              [&](const Completion &each) { return each.text.starts_with(begun); });
    } else if (place == Place::Operator) {
        const bool isText = field != nullptr && field->kind == Kind::Text;
        for (const char *const op : {"==", "!=", "~"}) {
            if (isText)
                add(op, Completion::Kind::Operator, *op == '~' ? "matches a glob" : "");
        }
        for (const char *const op : {"==", "!=", "<", "<=", ">", ">=", "&"}) {
            if (!isText)
                add(op, Completion::Kind::Operator, *op == '&' ? "has one of these bits" : "");
        }
    } else if (place == Place::Link) {
        add("&&", Completion::Kind::Operator, "and");
        add("||", Completion::Kind::Operator, "or");
    }
    return all;
}

} // namespace thresher::ui
