// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher {

/// A table for a person: columns as wide as their widest cell; numbers to the right, names to the
/// left.
class TextTable
{
public:
    enum class Align : std::uint8_t { Left, Right };
    void addColumn(std::string title, Align align = Align::Right);
    /// As many cells as there are columns. Control characters are printed as '?'.
    void addRow(std::vector<std::string> cells);
    [[nodiscard]] std::string text() const; ///< A line each.

private:
    struct Column
    {
        std::string title;
        Align align = Align::Right;
        std::size_t width = 0;
    };
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// A line of CSV as RFC 4180 has it.
[[nodiscard]] std::string csvLine(const std::vector<std::string> &cells);

/// How durations and times of one trace are written.
struct TimeWords
{
    bool ticks = false; ///< The clock counts ticks, not nanoseconds.

    /// "1,234.567" microseconds; whole ticks.
    [[nodiscard]] std::string micro(DurationNs duration) const;
    [[nodiscard]] std::string micro(double duration) const;
    /// "1,234.567" milliseconds; whole ticks.
    [[nodiscard]] std::string milli(DurationNs duration) const;
    /// "2481.274390090"; whole ticks.
    [[nodiscard]] std::string time(TimeNs time) const;
    [[nodiscard]] std::string_view microUnit() const { return ticks ? "ticks" : "us"; }
    [[nodiscard]] std::string_view milliUnit() const { return ticks ? "ticks" : "ms"; }
    /// Of raw numbers: "ns" or "ticks".
    [[nodiscard]] std::string_view rawUnit() const { return ticks ? "ticks" : "ns"; }
};

/// "1,234.5", with `digits` behind the point.
[[nodiscard]] std::string groupedDecimal(double number, int digits);

} // namespace thresher
