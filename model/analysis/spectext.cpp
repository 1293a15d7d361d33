// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/spectext_p.h"

#include <algorithm>

namespace thresher {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

bool isNameCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.' || byte >= 0x80;
}

} // namespace

tl::unexpected<FilterError> wrongSpec(TextRange range, std::string found, std::string expected)
{
    return tl::unexpected(FilterError{range, std::move(found), std::move(expected), {}});
}

std::string quotedName(const std::string &name)
{
    const bool isPlain = !name.empty() && std::all_of(name.begin(), name.end(), isNameCharacter);
    return isPlain ? name : '"' + name + '"';
}

FilterResult<const EventFormat *> findSpecEvent(std::string_view event, TextRange range,
                                                const TraceFile &trace)
{
    const std::size_t colon = event.find(':');
    const EventFormat *const found = colon == std::string_view::npos
                                         ? trace.events().find({}, event)
                                         : trace.events().find(event.substr(0, colon),
                                                               event.substr(colon + 1));
    if (found == nullptr)
        return wrongSpec(range, "'" + std::string(event) + "'", "an event of the trace");
    return found;
}

bool SpecText::isWord(char c)
{
    return isNameCharacter(c);
}

void SpecText::skipBlanks()
{
    while (m_at < m_text.size() && isBlank(m_text[m_at]))
        ++m_at;
}

bool SpecText::take(std::string_view symbol)
{
    skipBlanks();
    if (!m_text.substr(m_at).starts_with(symbol))
        return false;
    m_at += symbol.size();
    return true;
}

SpecText::Word SpecText::takeWord()
{
    skipBlanks();
    const std::size_t begin = m_at;
    Word word;
    if (m_at < m_text.size() && m_text[m_at] == '"') {
        const std::size_t close = m_text.find('"', m_at + 1);
        if (close == std::string_view::npos)
            return word;
        word.text = m_text.substr(m_at + 1, close - m_at - 1);
        word.isQuoted = true;
        m_at = close + 1;
    } else {
        while (m_at < m_text.size() && isWord(m_text[m_at]))
            ++m_at;
        word.text = m_text.substr(begin, m_at - begin);
    }
    word.range = {begin, m_at};
    return word;
}

bool SpecText::takeKeyword(std::string_view word)
{
    const std::size_t at = m_at;
    const Word next = takeWord();
    if (!next.isQuoted && next.text == word)
        return true;
    m_at = at;
    return false;
}

tl::unexpected<FilterError> SpecText::unexpected(std::string expected)
{
    skipBlanks();
    if (m_at >= m_text.size())
        return wrongSpec({m_text.size(), m_text.size()}, "the end", std::move(expected));
    const std::size_t begin = m_at;
    const bool isOpenQuote = m_text[m_at] == '"'
                             && m_text.find('"', m_at + 1) == std::string_view::npos;
    if (isOpenQuote)
        return wrongSpec({begin, m_text.size()}, "a quote that does not end", "\"");
    if (takeWord().range.end == begin)
        m_at = m_text.substr(begin).starts_with("->") ? begin + 2 : begin + 1;
    const TextRange range{begin, m_at};
    return wrongSpec(range, "'" + std::string(m_text.substr(begin, m_at - begin)) + "'",
                     std::move(expected));
}

FilterResult<SpecText::Word> SpecText::name(std::string_view what)
{
    const std::size_t at = m_at;
    Word word = takeWord();
    if (word.text.empty()) {
        m_at = at;
        return unexpected(std::string(what));
    }
    return word;
}

FilterResult<SpecText::Word> SpecText::plainName(std::string_view what)
{
    const std::size_t at = m_at;
    THRESHER_FILTER_TRY(Word word, name(what));
    if (!word.isQuoted)
        return word;
    m_at = at;
    return unexpected(std::string(what));
}

FilterResult<SpecText::Word> SpecText::event()
{
    THRESHER_FILTER_TRY(Word event, plainName("an event"));
    if (take(":")) {
        THRESHER_FILTER_TRY(const Word second, plainName("an event"));
        event.text += ":" + second.text;
        event.range.end = second.range.end;
    }
    return event;
}

} // namespace thresher
