// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/listclauses.h"

#include "model/filter/filtercompiler_p.h"

#include <algorithm>

namespace thresher {

namespace {

using Kind = ListClauses::Kind;

/// Of a term, the set behind its negations, and whether there is an odd number of those.
struct NegatedSet
{
    const FilterNode *set = nullptr;
    bool isNegated = false; ///< "not in" counts as well.
};

NegatedSet setOf(const FilterExpr &term)
{
    bool isNegated = false;
    const FilterNode *at = &term.nodes.back();
    while (at->kind == FilterNode::Kind::Not) {
        isNegated = !isNegated;
        at = &term.nodes[at->children.front()];
    }
    const bool isSet = at->kind == FilterNode::Kind::Compare
                       && (at->op == FilterOp::In || at->op == FilterOp::NotIn);
    if (!isSet)
        return {};
    return {at, isNegated != (at->op == FilterOp::NotIn)};
}

template<typename Id>
void sortUnique(std::vector<Id> &ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

} // namespace

std::optional<Kind> ListClauses::kindOf(const FilterExpr &term)
{
    const FilterNode *set = term.isEmpty() ? nullptr : setOf(term).set;
    const PseudoName *name = set != nullptr ? findPseudo(set->name) : nullptr;
    if (name == nullptr
        || std::any_of(set->values.begin(), set->values.end(),
                       [](const FilterValue &value) { return value.isCpus; }))
        return std::nullopt;
    switch (name->field) {
    case PseudoField::Cpu:
        return Kind::Cpus;
    case PseudoField::ThreadId:
        return Kind::Tasks;
    case PseudoField::Event:
        return Kind::Events;
    default:
        return std::nullopt;
    }
}

FilterResult<ListClauses> ListClauses::of(const FilterExpr &expr, const TraceFile &trace)
{
    ListClauses clauses;
    std::vector<FilterExpr> rest;
    for (FilterExpr &term : termsOf(expr)) {
        const auto kind = kindOf(term);
        if (!kind) {
            rest.push_back(std::move(term));
            continue;
        }
        THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, clauses.add(*kind, term, trace));
    }
    clauses.m_rest = allOf(rest);
    sortUnique(clauses.m_hiddenCpus);
    sortUnique(clauses.m_hiddenEvents);
    return clauses;
}

FilterResult<bool> ListClauses::add(Kind kind, const FilterExpr &term, const TraceFile &trace)
{
    THRESHER_FILTER_TRY(const FilterProgram program, FilterCompiler(term, trace).compile());
    const FilterStep &step = program.steps.back();
    const bool hidesAll = step.kind == FilterStep::Kind::None;
    if (kind == Kind::Tasks) {
        m_hidesOtherTasks = m_hidesOtherTasks || !setOf(term).isNegated;
        m_hidesAllTasks = m_hidesAllTasks || hidesAll;
        if (step.kind == FilterStep::Kind::Tasks)
            m_pids.push_back(program.taskTests[step.index].numbers);
        return true;
    }
    if (step.kind == FilterStep::Kind::All)
        return true;
    if (kind == Kind::Events) {
        for (const EventFormat &event : trace.events().all()) {
            if (hidesAll || program.eventLists[step.index][toIndex(event.id)] == 0)
                m_hiddenEvents.push_back(event.id);
        }
        return true;
    }
    const auto streams = trace.streams();
    for (std::size_t i = 0; i < streams.size(); ++i) {
        if (hidesAll || program.streamLists[step.index][i] == 0)
            m_hiddenCpus.push_back(streams[i].cpu);
    }
    return true;
}

ShowFilter ListClauses::filter(const IndexSnapshot &snapshot, const ShowFilter &previous) const
{
    ShowFilter filter;
    filter.hiddenCpus = m_hiddenCpus;
    filter.hiddenEvents = m_hiddenEvents;
    if (m_pids.empty() && !m_hidesAllTasks && !m_hidesOtherTasks)
        return filter;
    const auto count = snapshot.tasks ? static_cast<std::uint32_t>(snapshot.tasks->size()) : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const Pid pid = snapshot.tasks->task(TaskId{i}).pid;
        const bool isShown = !m_hidesAllTasks
                             && std::all_of(
                                 m_pids.begin(), m_pids.end(),
                                 [&](const NumberSet &set) { return set.contains(pid); });
        if (!isShown)
            filter.hiddenTasks.push_back(TaskId{i});
    }
    filter.hideOtherTasks = m_hidesOtherTasks;
    if (!m_hidesOtherTasks)
        return filter;
    filter.knownTasks = count;
    // An equal filter lets the selection be extended: only a task that is wanted makes another one.
    if (previous.hideOtherTasks && previous.knownTasks < count) {
        const auto split = std::lower_bound(filter.hiddenTasks.begin(), filter.hiddenTasks.end(),
                                            TaskId{previous.knownTasks});
        const bool areAllHidden = filter.hiddenTasks.end() - split == count - previous.knownTasks;
        ShowFilter same = filter;
        same.hiddenTasks.erase(same.hiddenTasks.begin() + (split - filter.hiddenTasks.begin()),
                               same.hiddenTasks.end());
        same.knownTasks = previous.knownTasks;
        if (areAllHidden && same == previous)
            return same;
    }
    return filter;
}

} // namespace thresher
