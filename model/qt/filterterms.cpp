// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/filterterms.h"

#include "model/filter/filter.h"

namespace thresher {

namespace {

bool makesSense(const FilterTerm &term, const std::shared_ptr<const TraceFile> &trace)
{
    return Filter::compile(term.equal(), trace).has_value();
}

/// The symbol that is printed for a number: "D" of "D 0x2", "GFP_KERNEL|__GFP_ZERO"; or empty.
std::string_view symbolIn(std::string_view text)
{
    if (const std::size_t number = text.rfind(" 0x"); number != std::string_view::npos)
        text = text.substr(0, text.find_last_not_of(' ', number) + 1);
    const bool isNumber = text.empty() || (text.front() >= '0' && text.front() <= '9')
                          || text.front() == '-';
    const bool isOne = text.find_first_of(" \t\n") == std::string_view::npos;
    return isNumber || !isOne ? std::string_view() : text;
}

/// Names that mean the running task, its CPU or the like stand behind their event's.
std::string nameOf(const EventDetails &details, const EventDetails::Field &field)
{
    for (const std::string_view pseudo :
         {"event", "system", "task", "comm", "pid", "tgid", "cpu", "time", "text", "instance"}) {
        if (field.name == pseudo)
            return details.system + ':' + details.name + ": " + field.name;
    }
    return field.name;
}

} // namespace

FilterTerm commTerm(std::string_view comm)
{
    return {"comm", filterValueText(comm)};
}

std::vector<FilterTerm> termsOfEvent(const EventDetails &details,
                                     const std::shared_ptr<const TraceFile> &trace)
{
    std::vector<FilterTerm> terms;
    const auto add = [&](FilterTerm term) {
        if (!makesSense(term, trace))
            return false;
        terms.push_back(std::move(term));
        return true;
    };
    add({"event", filterValueText(details.name)});
    add(commTerm(details.task));
    add({"pid", std::to_string(details.row.pid)});
    add({"cpu", std::to_string(details.row.cpu)});
    for (const EventDetails::Field &field : details.fields) {
        if (field.isCommon || field.value.empty())
            continue;
        const std::string name = nameOf(details, field);
        if (field.isText) {
            add({name, filterValueText(field.value)});
            continue;
        }
        const std::string_view symbol = symbolIn(field.text);
        if (!symbol.empty() && add({name, filterValueText(symbol)}))
            continue;
        add({name, field.value});
    }
    return terms;
}

void addCondition(ViewState &view, const std::string &condition, FilterJoin join)
{
    const auto expr = parseFilter(view.expression().toStdString());
    const auto added = parseFilter(condition);
    if (!expr || !added)
        return;
    std::vector<FilterExpr> lists;
    std::vector<FilterExpr> rest;
    for (FilterExpr &term : termsOf(*expr))
        (ListClauses::kindOf(term) ? lists : rest).push_back(std::move(term));
    const FilterExpr before = allOf(rest);
    FilterExpr joined = *added;
    if (!before.isEmpty())
        joined = join == FilterJoin::And ? bothOf(before, *added) : eitherOf(before, *added);
    const std::string text = bothOf(allOf(lists), joined).text();
    if (parseFilter(text))
        view.setExpression(QString::fromStdString(text));
}

} // namespace thresher
