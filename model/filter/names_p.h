// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/textmatch.h"
#include "model/io/tracefile.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// What is known of every event, besides its fields.
enum class PseudoField : std::uint8_t {
    Event,
    System,
    TaskName,
    ThreadId,
    ProcessId,
    Cpu,
    Time,
    Text,
    Instance,
};

struct PseudoName
{
    std::string_view name;
    PseudoField field;
    /// Means this even of events that have a field of that name.
    bool isAlways = false;
    std::string_view detail; ///< For people who choose among names.
};
/// All of them, best names first.
[[nodiscard]] std::span<const PseudoName> pseudoNames();
[[nodiscard]] const PseudoName *findPseudo(std::string_view name);

/// Whether "sched_*", "sched:*" matches an event. Glob or not, its system may be left out.
class EventPattern
{
public:
    explicit EventPattern(std::string_view pattern);
    [[nodiscard]] bool matches(const EventFormat &event) const;

private:
    std::optional<Glob> m_system;
    Glob m_name;
};

/// Of a stream's buffer: "top" for the one without a name.
[[nodiscard]] std::string_view instanceName(const TraceFile &trace, StreamIndex stream);

/// The candidate that was most likely meant by `word`: within two letters and a third of its
/// length, the first of several. Empty if there is none. O(candidates · length²), lengths limited.
class Suggestion
{
public:
    explicit Suggestion(std::string_view word)
        : m_word(word)
    {}
    void consider(std::string_view candidate);
    [[nodiscard]] const std::string &best() const { return m_best; }

private:
    std::string_view m_word;
    std::string m_best;
    std::size_t m_distance = ~std::size_t{0};
};

/// Letters that are to be changed, added, left out or swapped; at most `limit` + 1.
[[nodiscard]] std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit);

} // namespace thresher
