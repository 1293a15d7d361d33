// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/listclauses.h"
#include "model/filter/names_p.h"

#include <algorithm>
#include <map>
#include <set>

namespace thresher {

namespace {

using Kind = ListClauses::Kind;
using Texts = std::vector<std::string>;

/// From here on ranges may reach over numbers that nothing in the trace has: of a few, each is
/// better to read by itself.
constexpr std::size_t kMany = 16;

std::string rangeText(std::int64_t first, std::int64_t last)
{
    return first == last ? std::to_string(first)
                         : std::to_string(first) + '-' + std::to_string(last);
}

/// @param numbers  ascending. @param others  ascending; what no range may cover.
/// @param mayReachOver  whether ranges may cover numbers that are among neither.
Texts rangesOf(const std::vector<std::int64_t> &numbers, const std::vector<std::int64_t> &others,
               bool mayReachOver)
{
    Texts texts;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[i] >= 0) {
            const std::int64_t next = numbers[last + 1];
            const bool touches = next == numbers[last] + 1;
            if (!touches
                && (!mayReachOver
                    || *std::upper_bound(others.begin(), others.end(), numbers[last]) < next))
                break;
            ++last;
        }
        texts.push_back(rangeText(numbers[i], numbers[last]));
        i = last + 1;
    }
    return texts;
}

Texts numbersText(std::vector<std::int64_t> numbers, std::vector<std::int64_t> others,
                  bool isAllKnown)
{
    std::sort(numbers.begin(), numbers.end());
    std::sort(others.begin(), others.end());
    Texts texts = rangesOf(numbers, others, false);
    if (!isAllKnown || texts.size() <= kMany)
        return texts;
    others.push_back(std::numeric_limits<std::int64_t>::max()); // so that there is always one above
    return rangesOf(numbers, others, true);
}

std::string escaped(std::string_view name)
{
    std::string text;
    for (const char c : name) {
        if (std::string_view("*?[\\").find(c) != std::string_view::npos)
            text += '\\';
        text += c;
    }
    return text;
}

/// The events for which isWanted, by their names: with the system where another one has that name,
/// whole systems by theirs alone.
template<typename Wanted>
Texts eventsText(std::span<const EventFormat> events, const Wanted &isWanted)
{
    struct System
    {
        std::size_t count = 0;
        std::size_t wanted = 0;
    };
    std::map<std::string_view, System> systems;
    std::map<std::string_view, std::size_t> names;
    for (const EventFormat &event : events) {
        System &system = systems[event.system];
        ++system.count;
        system.wanted += isWanted(event.id) ? 1U : 0U;
        ++names[event.name];
    }
    std::set<std::string> texts;
    for (const EventFormat &event : events) {
        const System &system = systems[event.system];
        // A pattern ends its system at the first colon.
        const bool hasSystem = event.system.find(':') == std::string::npos;
        if (!isWanted(event.id))
            continue;
        if (system.count > 1 && system.count == system.wanted && hasSystem)
            texts.insert(escaped(event.system) + ":*");
        else if (hasSystem && (names[event.name] > 1 || event.name.find(':') != std::string::npos))
            texts.insert(escaped(event.system) + ':' + escaped(event.name));
        else
            texts.insert(escaped(event.name));
    }
    return {texts.begin(), texts.end()};
}

FilterExpr setClause(std::string_view name, bool isNegated, const Texts &values)
{
    FilterNode node;
    node.kind = FilterNode::Kind::Compare;
    node.name = name;
    node.op = isNegated ? FilterOp::NotIn : FilterOp::In;
    for (const std::string &text : values) {
        FilterValue value;
        value.text = text;
        value.isQuoted = filterValueText(text) != text;
        node.values.push_back(std::move(value));
    }
    FilterExpr expr;
    expr.nodes.push_back(std::move(node));
    return expr;
}

bool isPositive(const FilterExpr &term)
{
    bool isNegated = false;
    const FilterNode *at = &term.nodes.back();
    for (; at->kind == FilterNode::Kind::Not; at = &term.nodes[at->children.front()])
        isNegated = !isNegated;
    return isNegated == (at->op == FilterOp::NotIn);
}

/// One call of withLists().
class ListWriter
{
public:
    ListWriter(const ShowFilter &filter, const IndexSnapshot &snapshot, ListForm form)
        : m_filter(filter)
        , m_snapshot(snapshot)
        , m_form(form)
    {}

    /// @param old  the clause that is replaced; may be null. None: nothing is hidden.
    [[nodiscard]] std::optional<FilterExpr> clause(Kind kind, const FilterExpr *old) const
    {
        switch (kind) {
        case Kind::Cpus:
            return cpus(old);
        case Kind::Tasks:
            return tasks();
        case Kind::Events:
            return events(old);
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] FilterExpr choose(std::string_view name, const Texts &hidden, const Texts &shown,
                                    const FilterExpr *old) const
    {
        bool byShown = old != nullptr ? isPositive(*old) : m_form == ListForm::Only;
        const std::size_t size = byShown ? shown.size() : hidden.size();
        const std::size_t other = byShown ? hidden.size() : shown.size();
        // "Only" was asked for: what is left is what one wants to read.
        if (m_form == ListForm::Only)
            byShown = true;
        else if (size > 2 * other + 2)
            byShown = !byShown;
        return setClause(name, !byShown, byShown ? shown : hidden);
    }

    [[nodiscard]] std::optional<FilterExpr> cpus(const FilterExpr *old) const
    {
        std::vector<std::int64_t> hidden;
        std::vector<std::int64_t> shown;
        for (const CpuId cpu : m_snapshot.cpus())
            (m_filter.showsCpu(cpu) ? shown : hidden).push_back(cpu);
        if (hidden.empty())
            return std::nullopt;
        return choose("cpu", numbersText(hidden, shown, true), numbersText(shown, hidden, true),
                      old);
    }

    [[nodiscard]] std::optional<FilterExpr> tasks() const
    {
        const bool byShown = m_filter.hideOtherTasks;
        std::vector<std::int64_t> named;
        std::vector<std::int64_t> others;
        const std::size_t count = m_snapshot.tasks ? m_snapshot.tasks->size() : 0;
        for (std::size_t i = 0; i < count; ++i) {
            const TaskId id{static_cast<std::uint32_t>(i)};
            (m_filter.showsTask(id) == byShown ? named : others)
                .push_back(m_snapshot.tasks->task(id).pid);
        }
        if (named.empty() && !byShown)
            return std::nullopt;
        return setClause("pid", !byShown, numbersText(named, others, m_snapshot.isComplete));
    }

    [[nodiscard]] std::optional<FilterExpr> events(const FilterExpr *old) const
    {
        const auto all = m_snapshot.trace->events().all();
        const auto isShown = [this](EventTypeId id) { return m_filter.showsEvent(id); };
        const Texts hidden = eventsText(all, [&](EventTypeId id) { return !isShown(id); });
        if (hidden.empty())
            return std::nullopt;
        return choose("event", hidden, eventsText(all, isShown), old);
    }

    const ShowFilter &m_filter;
    const IndexSnapshot &m_snapshot;
    ListForm m_form;
};

bool isSame(Kind kind, const ShowFilter &a, const ShowFilter &b)
{
    switch (kind) {
    case Kind::Cpus:
        return a.hiddenCpus == b.hiddenCpus;
    case Kind::Tasks:
        return a.hiddenTasks == b.hiddenTasks && a.hideOtherTasks == b.hideOtherTasks;
    case Kind::Events:
        return a.hiddenEvents == b.hiddenEvents;
    }
    return true;
}

void replace(std::vector<FilterExpr> &terms, Kind kind, std::optional<FilterExpr> clause)
{
    const auto isOfKind = [kind](const FilterExpr &term) {
        return ListClauses::kindOf(term) == kind;
    };
    auto at = std::find_if(terms.begin(), terms.end(), isOfKind);
    if (at != terms.end()) {
        const auto behind = terms.erase(std::remove_if(at + 1, terms.end(), isOfKind), terms.end());
        static_cast<void>(behind);
        if (clause)
            *at = *std::move(clause);
        else
            terms.erase(at);
        return;
    }
    if (!clause)
        return;
    at = std::find_if(terms.begin(), terms.end(), [kind](const FilterExpr &term) {
        const auto other = ListClauses::kindOf(term);
        return !other || *other > kind;
    });
    terms.insert(at, *std::move(clause));
}

} // namespace

FilterExpr withLists(const FilterExpr &expr, const ShowFilter &filter,
                     const IndexSnapshot &snapshot, ListForm form)
{
    std::vector<FilterExpr> terms = termsOf(expr);
    const auto clauses = ListClauses::of(expr, *snapshot.trace);
    const ShowFilter now = clauses ? clauses->filter(snapshot) : ShowFilter();
    const ListWriter writer(filter, snapshot, form);
    for (const Kind kind : {Kind::Cpus, Kind::Tasks, Kind::Events}) {
        if (clauses && isSame(kind, now, filter))
            continue;
        const auto old = std::find_if(terms.begin(), terms.end(), [kind](const FilterExpr &term) {
            return ListClauses::kindOf(term) == kind;
        });
        replace(terms, kind, writer.clause(kind, old == terms.end() ? nullptr : &*old));
    }
    return allOf(terms);
}

} // namespace thresher
