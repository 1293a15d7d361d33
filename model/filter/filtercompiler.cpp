// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filtercompiler_p.h"

#include <algorithm>

namespace thresher {

namespace {

bool isAny(const PassList &list)
{
    return std::find(list.begin(), list.end(), 1) != list.end();
}

bool areAll(const PassList &list)
{
    return std::find(list.begin(), list.end(), 0) == list.end();
}

std::string inQuotes(std::string_view name)
{
    return "'" + std::string(name) + "'";
}

} // namespace

tl::unexpected<FilterError> filterError(TextRange range, std::string found, std::string expected,
                                        std::string suggestion)
{
    return tl::unexpected<FilterError>(
        {range, std::move(found), std::move(expected), std::move(suggestion)});
}

FilterCompiler::FilterCompiler(const FilterExpr &expr, const TraceFile &trace)
    : m_expr(expr)
    , m_trace(trace)
{}

FilterResult<FilterProgram> FilterCompiler::compile()
{
    if (m_expr.isEmpty()) {
        add({});
        return std::move(m_program);
    }
    const Scope all{PassList(m_trace.events().all().size(), 1), false};
    THRESHER_FILTER_TRY(const std::uint32_t root,
                        node(static_cast<std::uint32_t>(m_expr.nodes.size() - 1), false, all));
    if (root != m_program.root()) { // constants may have swallowed what was made last
        FilterStep last = m_program.steps[root];
        add(std::move(last));
    }
    return std::move(m_program);
}

std::uint32_t FilterCompiler::add(FilterStep step)
{
    m_program.steps.push_back(std::move(step));
    return m_program.root();
}

// Constants disappear; cheap tests come first, since they leave less to do for dear ones.
std::uint32_t FilterCompiler::join(Kind kind, std::vector<std::uint32_t> children)
{
    const Kind decides = kind == Kind::And ? Kind::None : Kind::All;
    const Kind vanishes = kind == Kind::And ? Kind::All : Kind::None;
    FilterStep step;
    step.kind = kind;
    for (const std::uint32_t child : children) {
        const FilterStep &at = m_program.steps[child];
        if (at.kind == decides)
            return child;
        if (at.kind == vanishes)
            continue;
        step.children.push_back(child);
        step.cost = std::max(step.cost, at.cost);
    }
    if (step.children.empty())
        return children.front();
    if (step.children.size() == 1)
        return step.children.front();
    std::stable_sort(step.children.begin(), step.children.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                         return m_program.steps[a].cost < m_program.steps[b].cost;
                     });
    return add(std::move(step));
}

std::uint32_t FilterCompiler::addEvents(PassList events, bool isNegated)
{
    if (isNegated) {
        for (std::uint8_t &passes : events)
            passes ^= 1U;
    }
    FilterStep step;
    step.kind = areAll(events) ? Kind::All : isAny(events) ? Kind::Events : Kind::None;
    if (step.kind == Kind::Events) {
        step.index = static_cast<std::uint32_t>(m_program.eventLists.size());
        m_program.eventLists.push_back(std::move(events));
    }
    return add(std::move(step));
}

FilterCompiler::StepId FilterCompiler::node(std::uint32_t id, bool isNegated, const Scope &scope)
{
    const FilterNode &at = m_expr.nodes[id];
    switch (at.kind) {
    case FilterNode::Kind::And:
    case FilterNode::Kind::Or:
        return chain(at, isNegated, scope);
    case FilterNode::Kind::Not:
        return node(at.children.front(), !isNegated, scope);
    case FilterNode::Kind::Compare:
        return condition(at, isNegated, scope);
    case FilterNode::Kind::Has:
        return has(at, isNegated, scope);
    case FilterNode::Kind::Event: {
        const Scope all{PassList(scope.events.size(), 1), false};
        THRESHER_FILTER_TRY(PassList events, eventsOf(at.name, at.nameRange, all));
        return addEvents(std::move(events), isNegated);
    }
    case FilterNode::Kind::Within:
        return within(at, isNegated, scope);
    }
    return add({});
}

FilterCompiler::StepId FilterCompiler::chain(const FilterNode &at, bool isNegated,
                                             const Scope &scope)
{
    std::vector<std::uint32_t> children;
    for (const std::uint32_t id : at.children) {
        THRESHER_FILTER_TRY(const std::uint32_t child, node(id, isNegated, scope));
        children.push_back(child);
    }
    const bool isAnd = (at.kind == FilterNode::Kind::And) != isNegated;
    return join(isAnd ? Kind::And : Kind::Or, std::move(children));
}

FilterCompiler::StepId FilterCompiler::within(const FilterNode &at, bool isNegated,
                                              const Scope &scope)
{
    THRESHER_FILTER_TRY(PassList events, eventsOf(at.name, at.nameRange, scope));
    const Scope inner{events, true};
    THRESHER_FILTER_TRY(const std::uint32_t child, node(at.children.front(), isNegated, inner));
    const std::uint32_t own = addEvents(std::move(events), isNegated);
    return join(isNegated ? Kind::Or : Kind::And, {own, child});
}

FilterCompiler::StepId FilterCompiler::has(const FilterNode &at, bool isNegated, const Scope &scope)
{
    const auto found = findFields(at.name, scope);
    PassList events(found.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        events[i] = found[i].field != nullptr ? 1 : 0;
    if (!isAny(events))
        return unknownField(at, scope);
    return addEvents(std::move(events), isNegated);
}

FilterCompiler::StepId FilterCompiler::condition(const FilterNode &at, bool isNegated,
                                                 const Scope &scope)
{
    const PseudoName *const known = findPseudo(at.name);
    const bool isPseudo = known != nullptr && (known->isAlways || !scope.isNarrowed);
    if (at.values.empty()) {
        if (!isPseudo)
            return filterError(at.opRange, "an empty set", "a value in it");
        FilterStep step;
        step.kind = isNegatedOp(at.op) != isNegated ? Kind::All : Kind::None;
        return add(std::move(step));
    }
    if (isPseudo)
        return pseudo(known->field, at, isNegated);
    const std::vector<Found> found = findFields(at.name, scope);
    PassList others(found.size());
    bool isFound = false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        isFound = isFound || found[i].field != nullptr;
        others[i] = found[i].field == nullptr ? scope.events[i] : 0;
    }
    if (!isFound && known == nullptr)
        return unknownField(at, scope);
    if (!isFound)
        return pseudo(known->field, at, isNegated);
    THRESHER_FILTER_TRY(const std::uint32_t own, fields(at, isNegated, found));
    if (known == nullptr || !isAny(others))
        return own;
    // Of the events behind this prefix, some have a field of that name.
    THRESHER_FILTER_TRY(const std::uint32_t other, pseudo(known->field, at, isNegated));
    const std::uint32_t which = addEvents(std::move(others), false);
    return join(Kind::Or, {own, join(Kind::And, {which, other})});
}

FilterResult<PassList> FilterCompiler::eventsOf(std::string_view pattern, TextRange range,
                                                const Scope &scope) const
{
    const EventPattern wanted(pattern);
    const auto all = m_trace.events().all();
    PassList events(all.size());
    bool exists = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool matches = wanted.matches(all[i]);
        exists = exists || matches;
        events[i] = matches && scope.events[i] != 0 ? 1 : 0;
    }
    if (!exists)
        return unknownEvent(pattern, range);
    if (!isAny(events))
        return filterError(range, inQuotes(pattern) + " within a prefix that excludes it");
    return events;
}

tl::unexpected<FilterError> FilterCompiler::unknownEvent(std::string_view pattern,
                                                         TextRange range) const
{
    const auto all = m_trace.events().all();
    Suggestion suggestion(pattern);
    for (const EventFormat &event : all)
        suggestion.consider(event.name);
    if (pattern.find(':') != std::string_view::npos) {
        for (const EventFormat &event : all)
            suggestion.consider(event.system + ':' + event.name);
    }
    const bool isField = findPseudo(pattern) != nullptr
                         || std::any_of(all.begin(), all.end(), [&](const EventFormat &event) {
                                return event.field(pattern) != nullptr;
                            });
    if (isField)
        return filterError(range, "field " + inQuotes(pattern) + " alone",
                           "an operator and a value behind it");
    return filterError(range, "the trace has no event " + inQuotes(pattern), {}, suggestion.best());
}

tl::unexpected<FilterError> FilterCompiler::unknownField(const FilterNode &at,
                                                         const Scope &scope) const
{
    const auto all = m_trace.events().all();
    Suggestion suggestion(at.name);
    const EventFormat *only = nullptr;
    std::size_t count = 0;
    for (const EventFormat &event : all) {
        if (scope.events[toIndex(event.id)] == 0)
            continue;
        only = &event;
        ++count;
        for (const EventField &field : event.fields)
            suggestion.consider(field.name);
    }
    for (const PseudoName &name : pseudoNames())
        suggestion.consider(name.name);
    std::string found = "no event has a field ";
    if (scope.isNarrowed && count == 1)
        found = only->name + " has no field ";
    else if (scope.isNarrowed)
        found = "none of these events has a field ";
    return filterError(at.nameRange, found + inQuotes(at.name), {}, suggestion.best());
}

} // namespace thresher
