// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/numberset.h"
#include "model/filter/textmatch.h"
#include "model/io/eventcatalog.h"
#include "model/io/fieldsymbols.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What an expression becomes for one trace: names are resolved, and negations are within the
/// tests, so that "not known" (an event without the field) fulfils neither a test nor its opposite.
namespace thresher {

/// A byte for each event type, stream, …: 1 if it passes.
using PassList = std::vector<std::uint8_t>;

/// By the task of the event.
struct TaskTest
{
    enum class Of : std::uint8_t { ThreadId, ProcessId, Comm };
    Of of = Of::ThreadId;
    NumberSet numbers;
    TextMatch text; ///< Comm
    bool isNegated = false; ///< Comm; numbers have it within them.
};

/// By one field of an event type.
struct FieldTest
{
    enum class Kind : std::uint8_t {
        Number, ///< In numbers.
        Mask, ///< Has a bit of mask.
        String, ///< Matches text.
        Symbol, ///< In numbers, or printed as something that matches text.
        CpuMask, ///< Bits of a mask against numbers: op
    };
    Kind kind = Kind::Number;
    FilterOp op = FilterOp::Equal; ///< CpuMask: Equal or BitAnd
    bool isNegated = false; ///< Not of Number.
    FieldReader reader;
    NumberSet numbers;
    std::uint64_t mask = 0;
    const EventField *field = nullptr; ///< Lives with the trace, or is `element`.
    std::shared_ptr<const EventField> element;
    TextMatch text;
    std::shared_ptr<const FieldSymbols> symbols;
};

struct TextTest
{
    TextMatch text;
    bool isNegated = false;
};

struct FilterStep
{
    enum class Kind : std::uint8_t {
        All,
        None,
        And,
        Or,
        Events, ///< eventLists[index]
        Streams, ///< streamLists[index]
        Tasks, ///< taskTests[index]
        Times, ///< timeTests[index]
        Fields, ///< fieldTests[fieldLists[index][type] - 1]; 0: not known
        Text, ///< textTests[index]
    };
    Kind kind = Kind::All;
    std::uint8_t cost = 0; ///< 0: columns, 1: fields, 2: printed text; of the dearest child.
    std::uint32_t index = 0;
    std::vector<std::uint32_t> children; ///< Cheapest first; And and Or have two or more.
};

/// Copied for each thread, since matching changes the caches of regular expressions.
struct FilterProgram
{
    std::vector<FilterStep> steps; ///< Children before parents; the last one is the root.
    std::vector<PassList> eventLists; ///< [event types]
    std::vector<PassList> streamLists; ///< [streams]
    std::vector<TaskTest> taskTests;
    std::vector<NumberSet> timeTests;
    std::vector<std::vector<std::uint32_t>> fieldLists; ///< [event types]
    std::vector<FieldTest> fieldTests;
    std::vector<TextTest> textTests;

    [[nodiscard]] std::uint32_t root() const
    {
        return static_cast<std::uint32_t>(steps.size() - 1);
    }
    [[nodiscard]] int cost() const { return steps.back().cost; }
};

} // namespace thresher
