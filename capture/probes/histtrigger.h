// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Histograms that the kernel counts, and what it does at a match, as data: what is written to an
/// event's `trigger` in tracefs, and back. Values; reentrant, of any thread.
namespace thresher::capture {

/// How a key or a value is grouped and written: what stands behind its name.
enum class HistModifier : std::uint8_t {
    None,
    Hex, ///< .hex
    Symbol, ///< .sym: an address as the function that it is in.
    SymbolOffset, ///< .sym-offset
    Syscall, ///< .syscall: a number as a system call's name.
    Execname, ///< .execname: a pid as a task's name and pid.
    Log2, ///< .log2: grouped by powers of two.
    Buckets, ///< .buckets=SIZE: grouped by so many.
    Microseconds, ///< .usecs, of common_timestamp.
    Stacktrace, ///< .stacktrace, of addresses in an array.
    Percent, ///< .percent, of a value.
    Graph, ///< .graph, of a value: a bar of # characters.
};
/// As it is spelt, without the dot and the size: "sym-offset"; empty for None.
[[nodiscard]] std::string_view nameOf(HistModifier modifier);

struct HistExpression;

/// An operand.
struct HistTerm
{
    enum class Kind : std::uint8_t {
        Field, ///< NAME, a field of the event or one of common_timestamp, common_cpu, hitcount…
        Variable, ///< $NAME
        Number, ///< NUMBER
        Negated, ///< -(EXPRESSION)
    };
    Kind kind = Kind::Field;
    std::string name;
    /// SYSTEM.EVENT. before it: whose field or variable it is. Both or none.
    std::string system;
    std::string event;
    HistModifier modifier = HistModifier::None; ///< Of a field or variable.
    std::uint64_t bucket = 0; ///< Of Buckets: > 0.
    ProbeNumber number;
    std::vector<HistExpression> inner; ///< One, of Negated.
    TextSpan at;
    friend bool operator==(const HistTerm &, const HistTerm &) = default;
};

/// Terms with + - * / between them, * and / binding closer, as the kernel computes.
struct HistExpression
{
    std::vector<HistTerm> terms; ///< At least one.
    std::string operators; ///< One less.
    TextSpan at;
    friend bool operator==(const HistExpression &, const HistExpression &) = default;
};

/// NAME=EXPRESSION, to be used as $NAME in other histograms of the instance.
struct HistVariable
{
    std::string name;
    HistExpression value;
    TextSpan at;
    friend bool operator==(const HistVariable &, const HistVariable &) = default;
};

struct HistSortKey
{
    std::string name; ///< Of a key or a value, "hitcount".
    bool isDescending = false;
    TextSpan at;
    friend bool operator==(const HistSortKey &, const HistSortKey &) = default;
};

/// HANDLER.ACTION: what is done when.
struct HistAction
{
    enum class Handler : std::uint8_t {
        OnMatch, ///< onmatch(SYSTEM.EVENT): an event of that kind was there with the same key.
        OnMax, ///< onmax($VARIABLE): it was never larger, of this key.
        OnChange, ///< onchange($VARIABLE)
    };
    enum class Kind : std::uint8_t {
        Trace, ///< trace(SYNTHETIC,…): makes a synthetic event.
        Save, ///< save(FIELD,…): kept beside the maximum, and shown with it.
        Snapshot, ///< snapshot()
    };
    Handler handler = Handler::OnMatch;
    std::string system; ///< Of OnMatch.
    std::string event;
    std::string variable; ///< Of OnMax and OnChange, without the $.
    Kind kind = Kind::Trace;
    std::string synthetic; ///< Of Trace: the event that is made.
    bool isDirect = false; ///< Of Trace: spelt SYNTHETIC(…).
    std::vector<HistTerm> arguments; ///< Of Trace and Save.
    TextSpan at;
    friend bool operator==(const HistAction &, const HistAction &) = default;
};

/// A histogram of an event.
struct HistTrigger
{
    std::string name; ///< Histograms of a name, of several events, are one. May be empty.
    std::vector<HistExpression> keys; ///< [1, kMaxHistKeys]
    std::vector<HistExpression> values; ///< Empty: hits alone.
    std::vector<HistVariable> variables;
    std::vector<HistSortKey> sort; ///< [0, kMaxHistSortKeys]
    std::uint32_t size = 0; ///< Entries, [128, 131072]; the kernel rounds up to 2^n. 0: 2048.
    std::string clock; ///< Of common_timestamp; empty: the instance's.
    bool isPaused = false; ///< :pause
    bool isContinued = false; ///< :continue, of one that is there.
    bool isCleared = false; ///< :clear, of one that is there.
    bool hidesHits = false; ///< :nohitcount
    std::vector<HistAction> actions;
    std::string filter; ///< Behind "if"; the kernel's language.
    TextSpan filterAt;
    friend bool operator==(const HistTrigger &, const HistTrigger &) = default;
};

constexpr std::size_t kMaxHistKeys = 3; ///< The kernel's TRACING_MAP_KEYS_MAX.
constexpr std::size_t kMaxHistSortKeys = 2; ///< TRACING_MAP_SORT_KEYS_MAX
constexpr std::size_t kMaxHistVariables = 16; ///< TRACING_MAP_VARS_MAX
constexpr std::size_t kMaxHistActions = 8; ///< HIST_ACTIONS_MAX
constexpr std::size_t kMaxHistTerms = 4; ///< Of an expression; HIST_FIELDS_MAX allows few.
constexpr std::uint32_t kLeastHistSize = 128;
constexpr std::uint32_t kMostHistSize = 131'072;
constexpr std::uint32_t kDefaultHistSize = 2048;

/// Parses "hist:keys=…"; "[active]" and "[paused]" at the end, as the kernel writes them, are
/// passed over, the name without "name=" as well. O(text).
[[nodiscard]] ProbeResult<HistTrigger> parseHistTrigger(std::string_view text);

/// One expression alone: "common_timestamp.usecs-$ts0".
[[nodiscard]] ProbeResult<HistExpression> parseHistExpression(std::string_view text);

/// The text, in the kernel's order: keys, values, variables, sort, size, actions. For each trigger
/// that parseHistTrigger() gives, parsing it gives the trigger again.
[[nodiscard]] std::string printHistTrigger(const HistTrigger &trigger);
[[nodiscard]] std::string printHistExpression(const HistExpression &expression);

/// The expression of a field alone.
[[nodiscard]] HistExpression histField(std::string name, HistModifier modifier = HistModifier::None,
                                       std::uint64_t bucket = 0);

} // namespace thresher::capture
