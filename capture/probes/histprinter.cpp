// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histtrigger.h"
#include "capture/probes/probescan_p.h"

namespace thresher::capture {

namespace {

std::string textOf(const HistTerm &term)
{
    switch (term.kind) {
    case HistTerm::Kind::Number:
        return printProbeNumber(term.number);
    case HistTerm::Kind::Negated:
        return "-(" + printHistExpression(term.inner.front()) + ")";
    case HistTerm::Kind::Field:
    case HistTerm::Kind::Variable:
        break;
    }
    std::string text = term.system.empty() ? std::string() : term.system + '.' + term.event + '.';
    text += (term.kind == HistTerm::Kind::Variable ? "$" : "") + term.name;
    if (term.modifier != HistModifier::None)
        text += '.' + std::string(nameOf(term.modifier));
    if (term.modifier == HistModifier::Buckets)
        text += '=' + std::to_string(term.bucket);
    return text;
}

/// The texts of `list`, with commas between them.
template<typename T, typename F>
std::string joined(const std::vector<T> &list, const F &text)
{
    std::string all;
    for (const T &item : list)
        all += (all.empty() ? "" : ",") + text(item);
    return all;
}

std::string textOf(const HistAction &action)
{
    std::string text;
    switch (action.handler) {
    case HistAction::Handler::OnMatch:
        text = "onmatch(" + action.system + '.' + action.event + ')';
        break;
    case HistAction::Handler::OnMax:
        text = "onmax($" + action.variable + ')';
        break;
    case HistAction::Handler::OnChange:
        text = "onchange($" + action.variable + ')';
        break;
    }
    std::string arguments = joined(action.arguments,
                                   [](const HistTerm &term) { return textOf(term); });
    switch (action.kind) {
    case HistAction::Kind::Snapshot:
        return text + ".snapshot()";
    case HistAction::Kind::Save:
        return text + ".save(" + arguments + ')';
    case HistAction::Kind::Trace:
        break;
    }
    if (action.isDirect)
        return text + '.' + action.synthetic + '(' + arguments + ')';
    if (!arguments.empty())
        arguments.insert(0, 1, ',');
    return text + ".trace(" + action.synthetic + arguments + ')';
}

} // namespace

std::string printHistExpression(const HistExpression &expression)
{
    std::string text;
    for (std::size_t i = 0; i < expression.terms.size(); ++i) {
        if (i > 0)
            text += expression.operators[i - 1];
        text += textOf(expression.terms[i]);
    }
    return text;
}

std::string printHistTrigger(const HistTrigger &trigger)
{
    std::string text = "hist:";
    if (!trigger.name.empty())
        text += "name=" + trigger.name + ':';
    text += "keys=" + joined(trigger.keys, printHistExpression);
    if (!trigger.values.empty())
        text += ":vals=" + joined(trigger.values, printHistExpression);
    if (!trigger.variables.empty())
        text += ':' + joined(trigger.variables, [](const HistVariable &variable) {
                    return variable.name + '=' + printHistExpression(variable.value);
                });
    if (!trigger.sort.empty())
        text += ":sort=" + joined(trigger.sort, [](const HistSortKey &key) {
                    return key.name + (key.isDescending ? ".descending" : "");
                });
    if (trigger.size > 0)
        text += ":size=" + std::to_string(trigger.size);
    if (!trigger.clock.empty())
        text += ":clock=" + trigger.clock;
    if (trigger.hidesHits)
        text += ":nohitcount";
    if (trigger.isPaused)
        text += ":pause";
    if (trigger.isContinued)
        text += ":continue";
    if (trigger.isCleared)
        text += ":clear";
    for (const HistAction &action : trigger.actions)
        text += ':' + textOf(action);
    if (!trigger.filter.empty())
        text += " if " + trigger.filter;
    return text;
}

HistExpression histField(std::string name, HistModifier modifier, std::uint64_t bucket)
{
    HistTerm term;
    term.name = std::move(name);
    term.modifier = modifier;
    term.bucket = bucket;
    HistExpression expression;
    expression.terms.push_back(std::move(term));
    return expression;
}

} // namespace thresher::capture
