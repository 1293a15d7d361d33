// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/filterexpr.h"
#include "model/index/traceindex.h"
#include "model/query/rowprinter.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace thresher::test {

/// An event with all that an expression may ask for, looked up one at a time.
struct NaiveEvent
{
    RowData row;
    std::string instance;
    const EventFormat *format = nullptr;
    const Task *task = nullptr; ///< Null: of no known task.
    std::string comm;
    std::string text;
    bool isReadable = false;
    std::vector<std::byte> payload;
};

/// Every event of a trace, stream by stream.
[[nodiscard]] std::vector<std::vector<NaiveEvent>>
naiveEvents(const std::shared_ptr<const IndexSnapshot> &snapshot);

/// The filter's naive twin: walks the tree for one event, and resolves names as it goes. It knows
/// no symbols, no masks of CPUs and no escapes.
class NaiveFilter
{
public:
    NaiveFilter(const FilterExpr &expr, const TraceFile &trace)
        : m_expr(expr)
        , m_trace(trace)
    {}
    [[nodiscard]] bool matches(const NaiveEvent &event) const;

private:
    enum class Answer : std::uint8_t { No, Yes, Unknown };
    static Answer answer(bool yes) { return yes ? Answer::Yes : Answer::No; }

    [[nodiscard]] Answer node(std::uint32_t id, const NaiveEvent &event, bool inPrefix) const;
    [[nodiscard]] Answer condition(const FilterNode &at, const NaiveEvent &event,
                                   bool inPrefix) const;
    [[nodiscard]] Answer pseudo(const FilterNode &at, const NaiveEvent &event) const;
    [[nodiscard]] static bool isText(const FilterNode &at, const std::string &text);
    [[nodiscard]] static bool isNumber(const FilterNode &at, std::int64_t number, bool isSigned);

    const FilterExpr &m_expr;
    const TraceFile &m_trace;
};

/// Expressions that the twin knows, about what the events hold.
class RandomExpression
{
public:
    RandomExpression(const std::vector<std::vector<NaiveEvent>> &events, const TraceFile &trace,
                     std::mt19937 &random);
    [[nodiscard]] std::string make(int depth = 0);

private:
    [[nodiscard]] std::uint32_t below(std::size_t limit);
    [[nodiscard]] const NaiveEvent &anyEvent();
    [[nodiscard]] std::string pseudo();
    [[nodiscard]] std::string fieldOf(const NaiveEvent &event);
    [[nodiscard]] std::string textTest(const std::string &name, const std::string &text);
    [[nodiscard]] std::string numberTest(const std::string &name, std::int64_t number,
                                         bool isSigned);

    std::vector<const NaiveEvent *> m_events;
    const TraceFile &m_trace;
    std::mt19937 &m_random;
};

} // namespace thresher::test
