// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the kernel has counted: the text of an event's `hist` file as tables. Values; reentrant, of
/// any thread.
namespace thresher::capture {

struct HistogramColumn
{
    enum class Role : std::uint8_t {
        Key,
        Value, ///< "hitcount", and what is summed up.
        Percent, ///< Of all of a value; "NAME (%)".
        Graph, ///< A value as a bar of # characters.
        Saved, ///< Of the moment of the maximum or change: "max", "changed", fields.
    };
    enum class Kind : std::uint8_t {
        Number, ///< Every cell has one.
        Text,
        Stack, ///< Functions, one a line, the innermost first.
    };
    std::string name;
    Role role = Role::Key;
    Kind kind = Kind::Text;
    friend bool operator==(const HistogramColumn &, const HistogramColumn &) = default;
};

struct HistogramCell
{
    std::string text; ///< "bash [123]", "~ 2^5", "320-329", "vfs_read+0x10/0x200 [mod]", "17".
    /// What it is ordered by: the number itself, a pid, an address, a group's begin; a percentage.
    std::optional<double> number;
    friend bool operator==(const HistogramCell &, const HistogramCell &) = default;
};

/// A histogram: a row for each combination of keys, in the kernel's order.
struct Histogram
{
    std::string trigger; ///< "hist:keys=…", without its state.
    bool isPaused = false;
    std::vector<HistogramColumn> columns; ///< Keys first.
    std::vector<std::vector<HistogramCell>> rows; ///< As many cells as columns.
    std::uint64_t hits = 0;
    std::uint64_t entries = 0;
    std::uint64_t dropped = 0; ///< Hits that found no place: the table was full.
    bool isWhole = false; ///< Its totals were there: the text did not end before.
    std::size_t unreadable = 0; ///< Rows that make no sense, and are left out.
    friend bool operator==(const Histogram &, const Histogram &) = default;

    [[nodiscard]] std::size_t keyCount() const;
    /// It is there for another one's sake: it makes a synthetic event, or keeps a variable for that
    /// which does.
    [[nodiscard]] bool isAuxiliary() const;
};

/// Of the text of one `hist` file, in its order. What is no histogram is passed over. O(text).
/// Fails: never.
[[nodiscard]] std::vector<Histogram> parseHistograms(std::string_view text);

/// A stack's text with " < " between its functions.
[[nodiscard]] std::string stackInOneLine(std::string_view stack);

/// As comma-separated values, with a line of names first; a stack's lines have " < " between them.
[[nodiscard]] std::string histogramCsv(const Histogram &histogram);

} // namespace thresher::capture
