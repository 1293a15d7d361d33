// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/eventcatalog.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace thresher {

/// How an event prints one of its numbers in words: "D" for a task's state, "TIMER" for a vector,
/// "GFP_KERNEL|__GFP_ZERO" for flags. From its print format; a value, immutable and thread-safe.
class FieldSymbols
{
public:
    struct Symbol
    {
        std::int64_t value = 0;
        std::string name;
    };

    /// All of an event's, in the order in which they are printed: of numbers that its format prints
    /// through __print_symbolic or __print_flags and that depend on one field alone. O(length of
    /// the format).
    [[nodiscard]] static std::vector<FieldSymbols> of(const EventFormat &event);

    [[nodiscard]] const EventField &field() const; ///< As valid as the event.
    /// The word before '=' in front of them: "action" of "vec=%u [action=%s]"; may be empty.
    [[nodiscard]] const std::string &label() const { return m_label; }
    [[nodiscard]] bool areFlags() const { return m_areFlags; } ///< Values are bits, to be combined.
    [[nodiscard]] std::span<const Symbol> symbols() const { return m_symbols; }
    /// What the event prints for a value of the field. O(symbols). Any value.
    [[nodiscard]] std::string text(std::int64_t value) const;
    /// Without what some formats add to it: "R" where text() is "R+".
    [[nodiscard]] std::string plainText(std::int64_t value) const;

private:
    struct Compiled;

    [[nodiscard]] std::string printed(std::int64_t value, std::size_t lastPiece) const;

    std::shared_ptr<const Compiled> m_compiled;
    std::size_t m_field = 0; ///< Position in EventFormat::fields.
    std::size_t m_firstPiece = 0; ///< Of the format's pieces.
    std::size_t m_lastPiece = 0; ///< Behind them.
    std::string m_label;
    bool m_areFlags = false;
    std::vector<Symbol> m_symbols;
};

} // namespace thresher
