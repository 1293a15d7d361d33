// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filtercompiler_p.h"

#include <algorithm>

namespace thresher {

namespace {

bool isSetOp(FilterOp op)
{
    return op == FilterOp::In || op == FilterOp::NotIn;
}

bool isEqualityOp(FilterOp op)
{
    return op == FilterOp::Equal || op == FilterOp::NotEqual || isSetOp(op);
}

std::string operatorText(FilterOp op)
{
    return "'" + std::string(filterOpText(op)) + "'";
}

} // namespace

FilterResult<bool> checkTextOp(const FilterNode &at, std::string_view what)
{
    if (!isEqualityOp(at.op) && !isTextOp(at.op)) {
        return filterError(at.opRange, operatorText(at.op) + " on " + std::string(what),
                           "==, !=, ~, !~, =~, !=~ or in");
    }
    for (const FilterValue &value : at.values) {
        if (value.isCpus)
            return filterError(value.range, "CPUs", "text");
    }
    return true;
}

FilterResult<bool> checkNumberOp(const FilterNode &at, std::string_view what)
{
    if (isTextOp(at.op)) {
        return filterError(at.opRange, operatorText(at.op) + " on " + std::string(what),
                           "==, !=, <, <=, >, >=, & or in");
    }
    return true;
}

FilterResult<NumberSet> numbersOf(const FilterNode &at, NumberKind kind, bool isNegated)
{
    NumberSet numbers(kind.isSigned);
    for (const FilterValue &value : at.values) {
        const auto number = parseNumber(value);
        if (!number)
            return filterError(value.range, "'" + value.text + "'", "a number");
        const bool isRange = value.text.find('-', 1) != std::string::npos && !value.isQuoted;
        if (isRange && !isSetOp(at.op))
            return filterError(value.range, "a range outside of a set", "a number");
        for (const NumberSet::Interval &part : numbersThat(at.op, *number, kind).intervals())
            numbers.add(static_cast<std::int64_t>(part.first),
                        static_cast<std::int64_t>(part.last));
    }
    numbers.normalize();
    return isNegatedOp(at.op) != isNegated ? numbers.complement() : numbers;
}

FilterCompiler::StepId FilterCompiler::pseudo(PseudoField field, const FilterNode &at,
                                              bool isNegated)
{
    switch (field) {
    case PseudoField::Event:
        return eventNames(at, isNegated);
    case PseudoField::System:
        return systems(at, isNegated);
    case PseudoField::Instance:
        return instances(at, isNegated);
    case PseudoField::TaskName:
        return tasks(TaskTest::Of::Comm, at, isNegated);
    case PseudoField::ThreadId:
        return tasks(TaskTest::Of::ThreadId, at, isNegated);
    case PseudoField::ProcessId:
        return tasks(TaskTest::Of::ProcessId, at, isNegated);
    case PseudoField::Cpu:
        return cpus(at, isNegated);
    case PseudoField::Time:
        return times(at, isNegated);
    case PseudoField::Text:
        return text(at, isNegated);
    }
    return add({});
}

// Names of events are patterns even behind ==.
FilterCompiler::StepId FilterCompiler::eventNames(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "events"));
    const auto all = m_trace.events().all();
    PassList events(all.size());
    if (at.op == FilterOp::Finds || at.op == FilterOp::FindsNot) {
        THRESHER_FILTER_TRY(TextMatch match, TextMatch::make(at.op, at.values));
        for (std::size_t i = 0; i < all.size(); ++i)
            events[i] = match.matches(all[i].name) ? 1 : 0;
    } else {
        const Scope everything{PassList(all.size(), 1), false};
        for (const FilterValue &value : at.values) {
            THRESHER_FILTER_TRY(const PassList some, eventsOf(value.text, value.range, everything));
            for (std::size_t i = 0; i < all.size(); ++i)
                events[i] |= some[i];
        }
    }
    return addEvents(std::move(events), isNegatedOp(at.op) != isNegated);
}

FilterCompiler::StepId FilterCompiler::systems(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "systems"));
    THRESHER_FILTER_TRY(TextMatch match, TextMatch::make(at.op, at.values));
    const auto all = m_trace.events().all();
    PassList events(all.size());
    bool isMet = false;
    Suggestion suggestion(at.values.front().text);
    for (std::size_t i = 0; i < all.size(); ++i) {
        events[i] = match.matches(all[i].system) ? 1 : 0;
        isMet = isMet || events[i] != 0;
        suggestion.consider(all[i].system);
    }
    if (!isMet && isEqualityOp(at.op)) {
        return filterError(at.values.front().range,
                           "the trace has no system '" + at.values.front().text + "'", {},
                           suggestion.best());
    }
    return addEvents(std::move(events), isNegatedOp(at.op) != isNegated);
}

FilterCompiler::StepId FilterCompiler::instances(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "instances"));
    THRESHER_FILTER_TRY(TextMatch match, TextMatch::make(at.op, at.values));
    const bool flips = isNegatedOp(at.op) != isNegated;
    PassList streams(m_trace.streams().size());
    for (std::size_t i = 0; i < streams.size(); ++i) {
        const bool matches = match.matches(instanceName(m_trace, static_cast<StreamIndex>(i)));
        streams[i] = matches != flips ? 1 : 0;
    }
    FilterStep step;
    step.kind = Kind::Streams;
    step.index = static_cast<std::uint32_t>(m_program.streamLists.size());
    m_program.streamLists.push_back(std::move(streams));
    return add(std::move(step));
}

namespace {

/// The CPUs of CPUS{ } or of a set of numbers.
FilterResult<NumberSet> cpusOf(const FilterNode &at, bool isNegated)
{
    const FilterValue &value = at.values.front();
    if (!value.isCpus)
        return numbersOf(at, {4, true}, isNegated);
    const auto list = parseCpus(value.text);
    if (!list)
        return filterError(value.range, "'" + value.text + "'", "CPUs as 0-3,7");
    if (at.op != FilterOp::BitAnd && !isEqualityOp(at.op))
        return filterError(at.opRange, operatorText(at.op) + " before CPUs", "&, == or !=");
    return isNegatedOp(at.op) != isNegated ? list->complement() : *list;
}

} // namespace

FilterCompiler::StepId FilterCompiler::cpus(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkNumberOp(at, "a CPU"));
    const auto streams = m_trace.streams();
    PassList list(streams.size());
    if (at.op == FilterOp::BitAnd && !at.values.front().isCpus) {
        const auto mask = parseNumber(at.values.front());
        if (!mask)
            return filterError(at.values.front().range, "'" + at.values.front().text + "'",
                               "a number or CPUS{ }");
        for (std::size_t i = 0; i < list.size(); ++i)
            list[i] = ((streams[i].cpu & bitsOf(mask->first, {4, false})) != 0) != isNegated ? 1
                                                                                             : 0;
    } else {
        THRESHER_FILTER_TRY(const NumberSet numbers, cpusOf(at, isNegated));
        for (std::size_t i = 0; i < list.size(); ++i)
            list[i] = numbers.contains(streams[i].cpu) ? 1 : 0;
    }
    FilterStep step;
    step.kind = Kind::Streams;
    step.index = static_cast<std::uint32_t>(m_program.streamLists.size());
    m_program.streamLists.push_back(std::move(list));
    return add(std::move(step));
}

FilterCompiler::StepId FilterCompiler::times(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkNumberOp(at, "a time"));
    if (at.op == FilterOp::BitAnd)
        return filterError(at.opRange, "'&' on a time", "==, !=, <, <=, >, >= or in");
    const bool isNanoseconds = m_trace.metadata().clockIsNanoseconds;
    NumberSet numbers(true);
    for (const FilterValue &value : at.values) {
        const auto time = value.isCpus ? std::nullopt : parseTimes(value.text, isNanoseconds);
        if (!time || (time->isRange && !isSetOp(at.op))) {
            return filterError(value.range, "'" + value.text + "'",
                               isNanoseconds ? "seconds as 12.345678" : "the clock's ticks");
        }
        for (const NumberSet::Interval &part : timesThat(at.op, *time).intervals())
            numbers.add(static_cast<std::int64_t>(part.first),
                        static_cast<std::int64_t>(part.last));
    }
    numbers.normalize();
    FilterStep step;
    step.kind = Kind::Times;
    step.index = static_cast<std::uint32_t>(m_program.timeTests.size());
    m_program.timeTests.push_back(isNegatedOp(at.op) != isNegated ? numbers.complement() : numbers);
    return add(std::move(step));
}

FilterCompiler::StepId FilterCompiler::tasks(TaskTest::Of of, const FilterNode &at, bool isNegated)
{
    TaskTest test;
    test.of = of;
    if (of == TaskTest::Of::Comm) {
        THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "a task's name"));
        THRESHER_FILTER_TRY(test.text, TextMatch::make(at.op, at.values));
        test.isNegated = isNegatedOp(at.op) != isNegated;
    } else {
        THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkNumberOp(at, "a number"));
        if (at.op == FilterOp::BitAnd)
            return filterError(at.opRange, "'&' on a PID", "==, !=, <, <=, >, >= or in");
        THRESHER_FILTER_TRY(test.numbers, numbersOf(at, {4, true}, isNegated));
    }
    FilterStep step;
    step.kind = Kind::Tasks;
    step.index = static_cast<std::uint32_t>(m_program.taskTests.size());
    m_program.taskTests.push_back(std::move(test));
    return add(std::move(step));
}

FilterCompiler::StepId FilterCompiler::text(const FilterNode &at, bool isNegated)
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "the printed text"));
    TextTest test;
    THRESHER_FILTER_TRY(test.text, TextMatch::make(at.op, at.values));
    test.isNegated = isNegatedOp(at.op) != isNegated;
    FilterStep step;
    step.kind = Kind::Text;
    step.cost = 2;
    step.index = static_cast<std::uint32_t>(m_program.textTests.size());
    m_program.textTests.push_back(std::move(test));
    return add(std::move(step));
}

} // namespace thresher
