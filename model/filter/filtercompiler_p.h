// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"
#include "model/filter/names_p.h"
#include "model/filter/program_p.h"
#include "model/io/tracefile.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace thresher {

/// A name that means a part of a field, or what its value stands for.
struct FieldPart
{
    enum class Kind : std::uint8_t {
        Element, ///< args[1]
        Function, ///< ip.function: the function in which the address lies
    };
    Kind kind = Kind::Element;
    std::string_view field; ///< The whole one's name.
    std::uint32_t index = 0;

    /// nullopt: the name is a field's.
    [[nodiscard]] static std::optional<FieldPart> of(std::string_view name);
    /// The element as a field of its own. Fails, at `range`, where the field has none of this
    /// index.
    [[nodiscard]] FilterResult<EventField> elementOf(const EventField &whole,
                                                     TextRange range) const;
};

/// Turns an expression into a program for one trace: one per compilation.
class FilterCompiler
{
public:
    FilterCompiler(const FilterExpr &expr, const TraceFile &trace);
    [[nodiscard]] FilterResult<FilterProgram> compile();

private:
    using Kind = FilterStep::Kind;
    using StepId = FilterResult<std::uint32_t>;

    /// The events that an expression is about: all, or those of the prefixes around it.
    struct Scope
    {
        PassList events;
        bool isNarrowed = false;
    };

    // filtercompiler.cpp: the tree
    StepId node(std::uint32_t id, bool isNegated, const Scope &scope);
    StepId chain(const FilterNode &at, bool isNegated, const Scope &scope);
    StepId within(const FilterNode &at, bool isNegated, const Scope &scope);
    StepId has(const FilterNode &at, bool isNegated, const Scope &scope);
    StepId condition(const FilterNode &at, bool isNegated, const Scope &scope);
    [[nodiscard]] FilterResult<PassList> eventsOf(std::string_view pattern, TextRange range,
                                                  const Scope &scope) const;
    std::uint32_t add(FilterStep step);
    std::uint32_t join(Kind kind, std::vector<std::uint32_t> children);
    std::uint32_t addEvents(PassList events, bool isNegated);
    [[nodiscard]] tl::unexpected<FilterError> unknownField(const FilterNode &at,
                                                           const Scope &scope) const;
    [[nodiscard]] tl::unexpected<FilterError> unknownEvent(std::string_view pattern,
                                                           TextRange range) const;

    // compilepseudo.cpp: what every event has
    StepId pseudo(PseudoField field, const FilterNode &at, bool isNegated);
    StepId eventNames(const FilterNode &at, bool isNegated);
    StepId systems(const FilterNode &at, bool isNegated);
    StepId instances(const FilterNode &at, bool isNegated);
    StepId cpus(const FilterNode &at, bool isNegated);
    StepId times(const FilterNode &at, bool isNegated);
    StepId tasks(TaskTest::Of of, const FilterNode &at, bool isNegated);
    StepId text(const FilterNode &at, bool isNegated);

    // compilefield.cpp: what one event has
    /// The field of that name of an event in scope, or the symbols that it prints under that name.
    struct Found
    {
        const EventField *field = nullptr;
        std::shared_ptr<const FieldSymbols> symbols;
        std::optional<FieldPart> part; ///< Of the field, if that is meant.
    };
    [[nodiscard]] std::vector<Found> findFields(std::string_view name, const Scope &scope);
    StepId fields(const FilterNode &at, bool isNegated, const std::vector<Found> &found);
    [[nodiscard]] FilterResult<FieldTest> fieldTest(const FilterNode &at, bool isNegated,
                                                    const EventFormat &event, const Found &found);
    [[nodiscard]] FilterResult<FieldTest> stringTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] FilterResult<FieldTest> maskTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] FilterResult<FieldTest> numberTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] FilterResult<FieldTest> bitTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] FilterResult<FieldTest> functionTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] FilterResult<FieldTest> symbolTest(const FilterNode &at, FieldTest test) const;
    [[nodiscard]] std::shared_ptr<const FieldSymbols> symbolsOf(const EventFormat &event,
                                                                const EventField &field);
    [[nodiscard]] const std::vector<FieldSymbols> &allSymbols(const EventFormat &event);

    const FilterExpr &m_expr;
    const TraceFile &m_trace;
    FilterProgram m_program;
    std::map<EventTypeId, std::vector<FieldSymbols>> m_symbols; ///< Of events that were asked for.
};

/// Of the values' numbers, for which the operator holds; negated inside. Fails at the first that is
/// no number.
[[nodiscard]] FilterResult<NumberSet> numbersOf(const FilterNode &at, NumberKind kind,
                                                bool isNegated);
[[nodiscard]] tl::unexpected<FilterError> filterError(TextRange range, std::string found,
                                                      std::string expected = {},
                                                      std::string suggestion = {});
/// Fails where the operator does not compare texts.
[[nodiscard]] FilterResult<bool> checkTextOp(const FilterNode &at, std::string_view what);
/// Fails where the operator does not compare numbers.
[[nodiscard]] FilterResult<bool> checkNumberOp(const FilterNode &at, std::string_view what);

} // namespace thresher
