// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/texttable_p.h"
#include "model/base/grouped.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace thresher {

namespace {

/// Characters of UTF-8 text.
std::size_t widthOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
    }));
}

std::string printable(std::string text)
{
    for (char &c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    }
    return text;
}

std::string decimal(DurationNs duration, std::int64_t unit, int digits)
{
    const bool negative = duration < 0;
    const auto value = negative ? 0 - static_cast<std::uint64_t>(duration)
                                : static_cast<std::uint64_t>(duration);
    const auto whole = value / static_cast<std::uint64_t>(unit);
    auto rest = value % static_cast<std::uint64_t>(unit);
    for (std::int64_t most = unit; most > std::llround(std::pow(10, digits)); most /= 10)
        rest /= 10;
    std::string fraction = std::to_string(rest);
    fraction.insert(0, static_cast<std::size_t>(digits) - fraction.size(), '0');
    return (negative ? "-" : "") + grouped(whole) + "." + fraction;
}

} // namespace

void TextTable::addColumn(std::string title, Align align)
{
    const std::size_t width = widthOf(title);
    m_columns.push_back({std::move(title), align, width});
}

void TextTable::addRow(std::vector<std::string> cells)
{
    cells.resize(m_columns.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = printable(std::move(cells[i]));
        m_columns[i].width = std::max(m_columns[i].width, widthOf(cells[i]));
    }
    m_rows.push_back(std::move(cells));
}

std::string TextTable::text() const
{
    std::string text;
    const auto add = [&](std::size_t i, const std::string &cell) {
        const std::string pad(m_columns[i].width - widthOf(cell), ' ');
        text += i > 0 ? "  " : "";
        text += m_columns[i].align == Align::Right ? pad + cell : cell + pad;
    };
    const auto endLine = [&text] {
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    };
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        add(i, m_columns[i].title);
    endLine();
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            add(i, row[i]);
        endLine();
    }
    return text;
}

std::string csvLine(const std::vector<std::string> &cells)
{
    std::string line;
    for (const std::string &cell : cells) {
        line += line.empty() && &cell == cells.data() ? "" : ",";
        if (cell.find_first_of(",\"\r\n") == std::string::npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell)
            line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\n";
}

std::string TimeWords::micro(DurationNs duration) const
{
    return ticks ? grouped(static_cast<std::uint64_t>(std::max<DurationNs>(duration, 0)))
                 : decimal(duration, 1000, 3);
}

std::string TimeWords::micro(double duration) const
{
    const double most = 9e18;
    return micro(static_cast<DurationNs>(std::llround(std::clamp(duration, 0.0, most))));
}

std::string TimeWords::milli(DurationNs duration) const
{
    return ticks ? micro(duration) : decimal(duration, 1'000'000, 3);
}

std::string TimeWords::time(TimeNs time) const
{
    if (ticks)
        return std::to_string(time);
    const auto value = time < 0 ? 0 - static_cast<std::uint64_t>(time)
                                : static_cast<std::uint64_t>(time);
    constexpr std::uint64_t kSecond = 1'000'000'000;
    std::string fraction = std::to_string(value % kSecond);
    fraction.insert(0, 9 - fraction.size(), '0');
    return (time < 0 ? "-" : "") + std::to_string(value / kSecond) + "." + fraction;
}

std::string groupedDecimal(double number, int digits)
{
    std::array<char, 64> buffer{};
    if (!std::isfinite(number) || std::abs(number) >= 1e18)
        return "-";
    const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, std::abs(number));
    std::string text(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string whole = grouped(std::stoull(text.substr(0, point)));
    const bool isZero = text.find_first_not_of("0.") == std::string::npos;
    return (number < 0 && !isZero ? "-" : "") + whole + text.substr(point);
}

} // namespace thresher
