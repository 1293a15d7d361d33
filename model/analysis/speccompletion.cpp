// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/speccompletion.h"

#include "model/analysis/spectext_p.h"

#include <algorithm>
#include <optional>

namespace thresher {

namespace {

/// Follows the grammar up to the cursor, as far as the text keeps to it.
class SpecCompleter : private SpecText
{
public:
    SpecCompleter(SpecKind kind, std::string_view text, const IndexSnapshot &snapshot,
                  std::size_t limit)
        : SpecText(text)
        , m_kind(kind)
        , m_snapshot(snapshot)
        , m_limit(limit)
    {}

    std::vector<Completion> complete()
    {
        takeWord(); // the name
        if (!take(":"))
            return {};
        if (m_kind == SpecKind::Pair)
            completePair();
        else
            completeCounter();
        return std::move(m_found);
    }

private:
    /// Whether the cursor is in or directly behind what comes next, of which `m_prefix` is there.
    bool isHere()
    {
        skipBlanks();
        std::size_t end = m_at;
        while (end < m_text.size() && (isWord(m_text[end]) || m_text[end] == ':'))
            ++end;
        if (end < m_text.size())
            return false;
        m_prefix = m_text.substr(m_at);
        m_range = {m_at, end};
        return true;
    }

    void offer(std::string text, Completion::Kind kind, std::string detail)
    {
        const bool isLike = text.size() > m_prefix.size() && text.starts_with(m_prefix);
        if (isLike && m_found.size() < m_limit)
            m_found.push_back({m_range, std::move(text), kind, std::move(detail)});
    }
    void offerWords(std::initializer_list<const char *> words)
    {
        for (const char *const word : words)
            offer(word, Completion::Kind::Operator, {});
    }

    void offerEvents()
    {
        const auto &types = m_snapshot.trace->events().all();
        for (const EventFormat &event : types) {
            const std::size_t id = toIndex(event.id);
            if (id >= m_snapshot.eventsPerType.size() || m_snapshot.eventsPerType[id] == 0)
                continue;
            const std::string whole = event.system + ':' + event.name;
            const std::string count = std::to_string(m_snapshot.eventsPerType[id]);
            if (m_prefix.find(':') == std::string_view::npos && event.name.starts_with(m_prefix))
                offer(event.name, Completion::Kind::Event, event.system + " · " + count);
            else
                offer(whole, Completion::Kind::Event, count);
        }
    }

    void offerFields(const EventFormat *event, const EventFormat *other)
    {
        for (const bool isOfBoth : {true, false}) {
            for (const EventField &field :
                 event != nullptr ? std::span(event->fields) : std::span<const EventField>()) {
                if (field.isCommon) // nobody pairs by those
                    continue;
                const bool has = other == nullptr || other->field(field.name) != nullptr;
                if (has == isOfBoth)
                    offer(field.name, Completion::Kind::Field, field.type);
            }
        }
        offer("cpu", Completion::Kind::Field, "where it happened");
        offer("task", Completion::Kind::Field, "whose it is");
    }

    /// nullopt: the cursor was in it, or it is none.
    std::optional<const EventFormat *> takeEvent()
    {
        if (isHere()) {
            offerEvents();
            return std::nullopt;
        }
        const auto event = this->event();
        if (!event)
            return std::nullopt;
        const auto found = findSpecEvent(event->text, event->range, *m_snapshot.trace);
        return found ? *found : nullptr;
    }

    /// "if (…)". @returns false if the cursor is in it.
    bool takeCondition(const EventFormat *event)
    {
        if (!takeKeyword("if"))
            return true;
        if (!take("("))
            return false;
        std::size_t depth = 1;
        const std::size_t open = m_at;
        while (m_at < m_text.size() && depth > 0) {
            depth += m_text[m_at] == '(' ? 1U : 0U;
            depth -= m_text[m_at] == ')' ? 1U : 0U;
            ++m_at;
        }
        if (depth == 0)
            return true;
        const std::string before = (event != nullptr ? event->name : std::string()) + ": (";
        const std::string filter = before + std::string(m_text.substr(open));
        for (Completion each : completions(filter, filter.size(), m_snapshot, m_limit)) {
            if (each.range.begin < before.size())
                continue;
            each.range = {each.range.begin - before.size() + open,
                          each.range.end - before.size() + open};
            m_found.push_back(std::move(each));
        }
        return false;
    }

    void completePair()
    {
        const std::size_t at = m_at;
        if (isHere())
            offerWords({"first"});
        m_at = at;
        if (takeKeyword("first") && m_at == m_text.size())
            m_at = at;
        const auto begin = takeEvent();
        if (!begin || !takeCondition(*begin))
            return;
        if (isHere())
            offerWords({"->", "if ("});
        if (!take("->"))
            return;
        const auto end = takeEvent();
        if (!end || !takeCondition(*end))
            return;
        if (isHere())
            offerWords({"by", "on", "if ("});
        std::vector<std::string> keys;
        if (takeKeyword("by")) {
            do {
                if (isHere()) {
                    offerFields(*begin, *end);
                    return;
                }
                keys.push_back(takeWord().text);
                if (take("=")) {
                    if (isHere()) {
                        offerFields(*end, nullptr);
                        return;
                    }
                    takeWord();
                }
            } while (take(","));
            if (isHere())
                offerWords({"on"});
        }
        if (takeKeyword("on") && isHere()) {
            m_found.clear();
            for (const std::string &key : keys)
                offer(key, Completion::Kind::Field, "a lane for each");
            offerWords({"task", "cpu"});
        }
    }

    void completeCounter()
    {
        const auto event = takeEvent();
        if (!event)
            return;
        if (isHere()) {
            offerFields(*event, nullptr);
            return;
        }
        takeWord();
        if (isHere())
            offerWords({"signed", "by", "in"});
        takeKeyword("signed");
        if (takeKeyword("by")) {
            if (isHere()) {
                m_found.clear();
                offerFields(*event, nullptr);
                return;
            }
            takeWord();
            if (isHere())
                offerWords({"in"});
        }
    }

    SpecKind m_kind;
    const IndexSnapshot &m_snapshot;
    std::size_t m_limit;
    std::string_view m_prefix;
    TextRange m_range;
    std::vector<Completion> m_found;
};

} // namespace

std::vector<Completion> specCompletions(SpecKind kind, std::string_view text, std::size_t cursor,
                                        const IndexSnapshot &snapshot, std::size_t limit)
{
    if (text.size() > kMaxSpecText)
        return {};
    return SpecCompleter(kind, text.substr(0, cursor), snapshot, limit).complete();
}

} // namespace thresher
