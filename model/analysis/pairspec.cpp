// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/pairspec.h"

#include "model/analysis/spectext_p.h"

#include <algorithm>

namespace thresher {

namespace {

class Parser : private SpecText
{
public:
    using SpecText::SpecText;
    FilterResult<PairSpec> parse();

private:
    FilterResult<PairSpec::End> end();
    FilterResult<PairSpec::Key> key();
    FilterResult<void> condition(PairSpec::End &end);
};

/// "(…)" up to the parenthesis that closes it, but for those within quotes.
FilterResult<void> Parser::condition(PairSpec::End &end)
{
    skipBlanks();
    const std::size_t open = m_at;
    if (!take("("))
        return unexpected("a filter in parentheses");
    std::size_t depth = 1;
    char quote = 0;
    for (; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (quote != 0) {
            if (c == '\\')
                ++m_at;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            end.filterRange = {open + 1, m_at};
            end.filter = m_text.substr(open + 1, m_at - open - 1);
            ++m_at;
            return {};
        }
    }
    m_at = m_text.size();
    return wrongSpec({open, open + 1}, "a parenthesis that is not closed", ")");
}

FilterResult<PairSpec::End> Parser::end()
{
    PairSpec::End end;
    THRESHER_FILTER_TRY(Word event, this->event());
    end.event = std::move(event.text);
    end.eventRange = event.range;
    if (takeKeyword("if")) {
        if (auto closed = condition(end); !closed)
            return tl::unexpected(std::move(closed).error());
    }
    return end;
}

FilterResult<PairSpec::Key> Parser::key()
{
    PairSpec::Key key;
    THRESHER_FILTER_TRY(Word begin, this->plainName("a field, task or cpu"));
    key.begin = key.end = begin.text;
    key.beginRange = key.endRange = begin.range;
    if (take("=")) {
        THRESHER_FILTER_TRY(Word end, this->plainName("a field of the second event, task or cpu"));
        key.end = end.text;
        key.endRange = end.range;
    }
    return key;
}

FilterResult<PairSpec> Parser::parse()
{
    PairSpec spec;
    if (m_text.size() > kMaxSpecText)
        return wrongSpec({kMaxSpecText, m_text.size()}, "a text of more than 64 KiB", "");
    THRESHER_FILTER_TRY(Word name, this->name("a name for the pair"));
    spec.name = std::move(name.text);
    if (!take(":"))
        return unexpected("':' behind the pair's name");
    const std::size_t at = m_at;
    if (takeKeyword("first")) {
        skipBlanks(); // else it is an event
        spec.keepsFirst = m_at < m_text.size() && isWord(m_text[m_at])
                          && !m_text.substr(m_at).starts_with("if ");
        if (!spec.keepsFirst)
            m_at = at;
    }
    THRESHER_FILTER_TRY(spec.begin, end());
    if (!take("->"))
        return unexpected("'->'");
    THRESHER_FILTER_TRY(spec.end, end());
    if (takeKeyword("by")) {
        do {
            skipBlanks();
            if (spec.keys.size() == PairSpec::kMaxKeys) {
                const std::size_t begin = m_at;
                return wrongSpec({begin, m_text.size()}, "a third key", "two at most");
            }
            THRESHER_FILTER_TRY(PairSpec::Key key, this->key());
            spec.keys.push_back(std::move(key));
        } while (take(","));
    }
    if (takeKeyword("on")) {
        THRESHER_FILTER_TRY(Word lane, this->plainName("task, cpu or one of the keys"));
        const bool isKey = std::any_of(
            spec.keys.begin(), spec.keys.end(),
            [&lane](const PairSpec::Key &key) { return key.begin == lane.text; });
        if (!isKey && lane.text != "task" && lane.text != "cpu")
            return wrongSpec(lane.range, "'" + lane.text + "'", "task, cpu or one of the keys");
        spec.lane = std::move(lane.text);
    }
    skipBlanks();
    if (m_at < m_text.size())
        return unexpected(!spec.lane.empty()   ? "the end"
                          : !spec.keys.empty() ? "',', on or the end"
                                               : "if, by, on or the end");
    return spec;
}

} // namespace

FilterResult<PairSpec> parsePair(std::string_view text)
{
    return Parser(text).parse();
}

std::string PairSpec::text() const
{
    const auto side = [](const End &of) {
        return of.filter.empty() ? of.event : of.event + " if (" + of.filter + ')';
    };
    std::string text = quotedName(name) + ": " + (keepsFirst ? "first " : "") + side(begin) + " -> "
                       + side(end);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        text += i == 0 ? " by " : ", ";
        text += keys[i].begin == keys[i].end ? keys[i].begin : keys[i].begin + '=' + keys[i].end;
    }
    return lane.empty() ? text : text + " on " + lane;
}

namespace {

FilterResult<std::shared_ptr<const Filter>> filterOf(const PairSpec::End &end,
                                                     const EventFormat &event,
                                                     const std::shared_ptr<const TraceFile> &trace)
{
    if (end.filter.empty())
        return nullptr;
    // A prefix, so that fields are that event's.
    const std::string before = event.name + ": (";
    auto filter = Filter::compile(before + end.filter + ')', trace);
    if (!filter) {
        FilterError error = std::move(filter).error();
        const auto moved = [&](std::size_t at) {
            return end.filterRange.begin
                   + std::min(at - std::min(at, before.size()), end.filter.size());
        };
        error.range = {moved(error.range.begin), moved(error.range.end)};
        return tl::unexpected(std::move(error));
    }
    return *filter;
}

FilterResult<void> checkField(const std::string &name, TextRange range, const EventFormat &event)
{
    if (name == "task" || name == "cpu")
        return {};
    const EventField *const field = event.field(name);
    if (field == nullptr)
        return wrongSpec(range, "'" + name + "'", "a field of " + event.name + ", task or cpu");
    if (!field->isString && !FieldReader(*field, false).isValid())
        return wrongSpec(range, "'" + name + "', which is no number and no text",
                         "another field of " + event.name);
    return {};
}

} // namespace

FilterResult<ResolvedPair> resolvePair(const PairSpec &spec,
                                       const std::shared_ptr<const TraceFile> &trace)
{
    ResolvedPair pair;
    THRESHER_FILTER_TRY(pair.begin, findSpecEvent(spec.begin.event, spec.begin.eventRange, *trace));
    THRESHER_FILTER_TRY(pair.end, findSpecEvent(spec.end.event, spec.end.eventRange, *trace));
    for (const PairSpec::Key &key : spec.keys) {
        if (auto checked = checkField(key.begin, key.beginRange, *pair.begin); !checked)
            return tl::unexpected(std::move(checked).error());
        if (auto checked = checkField(key.end, key.endRange, *pair.end); !checked)
            return tl::unexpected(std::move(checked).error());
    }
    THRESHER_FILTER_TRY(pair.beginFilter, filterOf(spec.begin, *pair.begin, trace));
    THRESHER_FILTER_TRY(pair.endFilter, filterOf(spec.end, *pair.end, trace));
    return pair;
}

} // namespace thresher
