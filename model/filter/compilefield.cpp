// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filtercompiler_p.h"

#include <algorithm>

namespace thresher {

namespace {

std::string inQuotes(std::string_view text)
{
    return "'" + std::string(text) + "'";
}

bool isMask(const EventField &field)
{
    const bool holdsBytes = field.isArray || field.isDynamic || field.isRelative;
    return holdsBytes && !field.isString
           && (field.type.find("cpumask") != std::string::npos
               || field.type.find("bitmask") != std::string::npos
               || field.type.find("unsigned long[]") != std::string::npos);
}

NumberKind kindOf(const EventField &field)
{
    return {field.size, field.isSigned};
}

/// The names between '|' of a mask.
std::vector<std::string_view> namesIn(std::string_view text)
{
    std::vector<std::string_view> names;
    while (true) {
        const std::size_t end = text.find('|');
        names.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return names;
        text.remove_prefix(end + 1);
    }
}

std::string suggestedSymbol(const FieldSymbols &symbols, std::string_view name)
{
    Suggestion suggestion(name);
    for (const FieldSymbols::Symbol &symbol : symbols.symbols())
        suggestion.consider(symbol.name);
    return suggestion.best();
}

/// Whether the field may be printed so. Of flags nearly anything may come out.
bool isKnownSymbol(const FieldSymbols &symbols, std::string_view text)
{
    if (symbols.areFlags() || text.starts_with("0x") || symbols.text(0) == text)
        return true;
    return std::any_of(
        symbols.symbols().begin(), symbols.symbols().end(),
        [&](const FieldSymbols::Symbol &symbol) { return symbols.text(symbol.value) == text; });
}

} // namespace

const std::vector<FieldSymbols> &FilterCompiler::allSymbols(const EventFormat &event)
{
    const auto known = m_symbols.find(event.id);
    return known != m_symbols.end()
               ? known->second
               : m_symbols.emplace(event.id, FieldSymbols::of(event)).first->second;
}

std::shared_ptr<const FieldSymbols> FilterCompiler::symbolsOf(const EventFormat &event,
                                                              const EventField &field)
{
    for (const FieldSymbols &symbols : allSymbols(event)) {
        if (&symbols.field() == &field)
            return std::make_shared<const FieldSymbols>(symbols);
    }
    return nullptr;
}

std::vector<FilterCompiler::Found> FilterCompiler::findFields(std::string_view name,
                                                              const Scope &scope)
{
    const auto all = m_trace.events().all();
    std::vector<Found> found(all.size());
    bool isAny = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        found[i].field = scope.events[i] != 0 ? all[i].field(name) : nullptr;
        isAny = isAny || found[i].field != nullptr;
    }
    if (isAny)
        return found;
    if (const auto part = FieldPart::of(name)) {
        found = findFields(part->field, scope);
        for (Found &each : found)
            each.part = part;
        return found;
    }
    // What is printed as "action=TIMER" may be asked for by that name.
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (scope.events[i] == 0 || all[i].text.find(name) == std::string_view::npos)
            continue;
        for (const FieldSymbols &symbols : allSymbols(all[i])) {
            if (symbols.label() == name && found[i].field == nullptr) {
                found[i].field = &symbols.field();
                found[i].symbols = std::make_shared<const FieldSymbols>(symbols);
            }
        }
    }
    return found;
}

// Events whose field cannot be compared so do not match; that none can be is an error.
FilterCompiler::StepId FilterCompiler::fields(const FilterNode &at, bool isNegated,
                                              const std::vector<Found> &found)
{
    const auto all = m_trace.events().all();
    std::vector<std::uint32_t> tests(all.size());
    std::optional<FilterError> error;
    bool isAny = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (found[i].field == nullptr)
            continue;
        auto test = fieldTest(at, isNegated, all[i], found[i]);
        if (!test) {
            error = error ? error : std::move(test).error();
            continue;
        }
        isAny = true;
        m_program.fieldTests.push_back(*std::move(test));
        tests[i] = static_cast<std::uint32_t>(m_program.fieldTests.size());
    }
    if (!isAny && error)
        return tl::unexpected<FilterError>(*std::move(error));
    FilterStep step;
    step.kind = Kind::Fields;
    step.cost = 1;
    step.index = static_cast<std::uint32_t>(m_program.fieldLists.size());
    m_program.fieldLists.push_back(std::move(tests));
    return add(std::move(step));
}

FilterResult<FieldTest> FilterCompiler::fieldTest(const FilterNode &at, bool isNegated,
                                                  const EventFormat &event, const Found &found)
{
    FieldTest test;
    if (found.part && found.part->kind == FieldPart::Kind::Element) {
        THRESHER_FILTER_TRY(EventField element, found.part->elementOf(*found.field, at.nameRange));
        test.element = std::make_shared<const EventField>(std::move(element));
    }
    const EventField &field = test.element ? *test.element : *found.field;
    test.field = &field;
    test.isNegated = isNegatedOp(at.op) != isNegated;
    if (field.isString)
        return stringTest(at, std::move(test));
    if (isMask(field))
        return maskTest(at, std::move(test));
    test.reader = FieldReader(field, m_trace.metadata().bigEndian);
    if (field.isArray || field.isDynamic || field.isRelative || !test.reader.isValid()) {
        return filterError(at.nameRange,
                           "field " + inQuotes(at.name) + " of type " + field.type
                               + ", which is no number and no text",
                           "text ~ for what is printed of it");
    }
    if (found.part && found.part->kind == FieldPart::Kind::Function)
        return functionTest(at, std::move(test));
    test.symbols = found.symbols;
    const bool isNumber = !isTextOp(at.op) && found.symbols == nullptr
                          && std::all_of(at.values.begin(), at.values.end(),
                                         [](const FilterValue &value) {
                                             return value.isCpus || parseNumber(value);
                                         });
    const bool isQuoted = std::any_of(at.values.begin(), at.values.end(),
                                      [](const FilterValue &value) { return value.isQuoted; });
    // "D" is a state where the event has symbols, else a character's code.
    if (!isNumber || isQuoted)
        test.symbols = test.symbols ? test.symbols : symbolsOf(event, field);
    if (test.symbols == nullptr || (isNumber && !isQuoted))
        return at.op == FilterOp::BitAnd && !at.values.front().isCpus
                   ? bitTest(at, std::move(test))
                   : numberTest(at, std::move(test));
    return at.op == FilterOp::BitAnd ? bitTest(at, std::move(test))
                                     : symbolTest(at, std::move(test));
}

FilterResult<FieldTest> FilterCompiler::stringTest(const FilterNode &at, FieldTest test) const
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkTextOp(at, "text"));
    THRESHER_FILTER_TRY(test.text, TextMatch::make(at.op, at.values));
    test.kind = FieldTest::Kind::String;
    return test;
}

FilterResult<FieldTest> FilterCompiler::maskTest(const FilterNode &at, FieldTest test) const
{
    const FilterValue &value = at.values.front();
    const auto list = value.isCpus ? parseCpus(value.text) : std::nullopt;
    if (!list)
        return filterError(value.range, inQuotes(value.text), "CPUs as CPUS{0-3,7}");
    if (at.op != FilterOp::Equal && at.op != FilterOp::NotEqual && at.op != FilterOp::BitAnd) {
        return filterError(at.opRange, inQuotes(filterOpText(at.op)) + " on a mask", "&, == or !=");
    }
    test.kind = FieldTest::Kind::CpuMask;
    test.op = at.op == FilterOp::BitAnd ? FilterOp::BitAnd : FilterOp::Equal;
    test.numbers = *list;
    return test;
}

FilterResult<FieldTest> FilterCompiler::numberTest(const FilterNode &at, FieldTest test) const
{
    THRESHER_FILTER_TRY([[maybe_unused]] const bool ok, checkNumberOp(at, "a number"));
    const FilterValue &value = at.values.front();
    test.kind = FieldTest::Kind::Number;
    if (!value.isCpus) {
        const bool flips = test.isNegated != isNegatedOp(at.op);
        THRESHER_FILTER_TRY(test.numbers, numbersOf(at, kindOf(*test.field), flips));
        return test;
    }
    // As the kernel has it: whether the number is that of one of the CPUs.
    const auto list = parseCpus(value.text);
    if (!list)
        return filterError(value.range, inQuotes(value.text), "CPUs as 0-3,7");
    if (at.op != FilterOp::Equal && at.op != FilterOp::NotEqual && at.op != FilterOp::BitAnd)
        return filterError(at.opRange, inQuotes(filterOpText(at.op)) + " before CPUs",
                           "&, == or !=");
    test.numbers = NumberSet(test.field->isSigned);
    for (const NumberSet::Interval &part : list->intervals())
        test.numbers.add(static_cast<std::int64_t>(part.first),
                         static_cast<std::int64_t>(part.last));
    test.numbers.normalize();
    if (test.isNegated)
        test.numbers = test.numbers.complement();
    return test;
}

FilterResult<FieldTest> FilterCompiler::bitTest(const FilterNode &at, FieldTest test) const
{
    const FilterValue &value = at.values.front();
    test.kind = FieldTest::Kind::Mask;
    for (const std::string_view name : namesIn(value.text)) {
        FilterValue one = value;
        one.text = name;
        const bool hasSymbol = test.symbols
                               && std::any_of(
                                   test.symbols->symbols().begin(), test.symbols->symbols().end(),
                                   [&](const FieldSymbols::Symbol &symbol) {
                                       if (symbol.name == name)
                                           test.mask |= static_cast<std::uint64_t>(symbol.value);
                                       return symbol.name == name;
                                   });
        const auto number = hasSymbol ? std::nullopt : parseNumber(one);
        if (number)
            test.mask |= bitsOf(number->first, kindOf(*test.field));
        else if (!hasSymbol)
            return filterError(value.range, inQuotes(name),
                               test.symbols ? "a number or the name of a flag" : "a number",
                               test.symbols ? suggestedSymbol(*test.symbols, name) : std::string());
    }
    return test;
}

FilterResult<FieldTest> FilterCompiler::symbolTest(const FilterNode &at, FieldTest test) const
{
    test.kind = FieldTest::Kind::Symbol;
    if (isTextOp(at.op)) {
        THRESHER_FILTER_TRY(test.text, TextMatch::make(at.op, at.values));
        return test;
    }
    const bool isOrder = at.op == FilterOp::Less || at.op == FilterOp::LessEqual
                         || at.op == FilterOp::Greater || at.op == FilterOp::GreaterEqual;
    std::vector<FilterValue> names;
    FilterNode numbers = at;
    numbers.values.clear();
    for (const FilterValue &value : at.values) {
        const bool isNumber = !value.isQuoted && parseNumber(value);
        (isNumber ? numbers.values : names).push_back(value);
    }
    if (isOrder && !names.empty()) {
        // The number that the name stands for.
        for (const FieldSymbols::Symbol &symbol : test.symbols->symbols()) {
            if (symbol.name == names.front().text) {
                numbers.values = names;
                numbers.values.front().isQuoted = false;
                numbers.values.front().text = std::to_string(symbol.value);
                return numberTest(numbers, std::move(test));
            }
        }
        return filterError(names.front().range, inQuotes(names.front().text), "a number",
                           suggestedSymbol(*test.symbols, names.front().text));
    }
    if (names.empty())
        return numberTest(numbers, std::move(test));
    for (const FilterValue &name : names) {
        if (name.isCpus || !isKnownSymbol(*test.symbols, name.text)) {
            return filterError(name.range, inQuotes(name.text),
                               "a number or a name that the event prints",
                               suggestedSymbol(*test.symbols, name.text));
        }
    }
    // Negation is in isNegated, and so not within the numbers.
    numbers.op = FilterOp::In;
    test.numbers = NumberSet(test.field->isSigned);
    if (!numbers.values.empty()) {
        THRESHER_FILTER_TRY(test.numbers, numbersOf(numbers, kindOf(*test.field), false));
    }
    THRESHER_FILTER_TRY(test.text, TextMatch::make(FilterOp::In, names));
    return test;
}

} // namespace thresher
