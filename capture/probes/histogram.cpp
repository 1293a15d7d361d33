// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/histogram.h"

#include "capture/probes/histtrigger.h"
#include "model/format/formattext.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace thresher::capture {

namespace {

using formattext::takeLine;
using formattext::trimmed;
using Role = HistogramColumn::Role;
using Kind = HistogramColumn::Kind;

constexpr std::string_view kTrigger = "# trigger info: ";
constexpr std::size_t kMaxRowBytes = 64U << 10U; ///< A stack of 16 frames is far below.
constexpr std::size_t kMaxColumns = 128;

std::optional<double> numberOf(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto *const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value, base);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    return static_cast<double>(value);
}

/// The number in "NAME   [   123]", or "[ffffffff81000000] NAME".
std::string_view inBrackets(std::string_view text)
{
    const auto open = text.rfind('[');
    const auto close = text.rfind(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {};
    return trimmed(text.substr(open + 1, close - open - 1));
}

/// Lines of functions, each without its indent.
std::string stackText(std::string_view text)
{
    std::string stack;
    while (!text.empty())
        if (const auto line = trimmed(takeLine(text)); !line.empty())
            stack += (stack.empty() ? "" : "\n") + std::string(line);
    return stack;
}

/// @param raw  as it stands, with the blanks that fill it up.
HistogramCell keyCell(std::string_view raw, HistModifier modifier)
{
    const std::string_view text = trimmed(raw);
    HistogramCell cell{std::string(text), std::nullopt};
    switch (modifier) {
    case HistModifier::Hex:
        cell.number = numberOf(text, 16);
        break;
    case HistModifier::Symbol:
    case HistModifier::SymbolOffset: {
        // "[ADDRESS] NAME [MODULE]"
        const auto close = text.find("] ");
        if (!text.starts_with('[') || close == std::string_view::npos)
            break;
        cell.number = numberOf(text.substr(1, close - 1), 16);
        cell.text = trimmed(text.substr(close + 2));
        break;
    }
    case HistModifier::Execname:
    case HistModifier::Syscall: {
        const std::string_view number = inBrackets(text);
        cell.number = numberOf(number, 10);
        if (cell.number)
            cell.text = std::string(trimmed(text.substr(0, text.rfind('[')))) + " ["
                        + std::string(number) + ']';
        break;
    }
    case HistModifier::Log2:
        if (text.starts_with("~ 2^"))
            if (const auto power = numberOf(text.substr(4), 10); power && *power <= 64)
                cell.number = std::exp2(*power);
        break;
    case HistModifier::Buckets:
        if (text.starts_with("~ ")) {
            cell.text = text.substr(2);
            cell.number = numberOf(cell.text.substr(0, cell.text.find('-')), 10);
        }
        break;
    default:
        // A number is filled up before it, to ten digits; a text behind it.
        if (raw.size() >= 10 && raw.back() != ' ')
            cell.number = numberOf(text, 10);
        break;
    }
    return cell;
}

struct Key
{
    std::string name;
    HistModifier modifier = HistModifier::None;
};

/// One table, line by line.
class TableReader
{
public:
    explicit TableReader(std::string_view trigger)
    {
        for (const std::string_view state : {" [active]", " [paused]"})
            if (trigger.ends_with(state)) {
                m_table.isPaused = state == " [paused]";
                trigger.remove_suffix(state.size());
            }
        m_table.trigger = trigger;
        const auto parsed = parseHistTrigger(trigger);
        if (!parsed)
            return;
        m_isKnown = true;
        for (const HistExpression &key : parsed->keys) {
            const HistTerm &term = key.terms.front();
            const bool isPlain = key.terms.size() == 1 && term.kind == HistTerm::Kind::Field;
            m_keys.push_back({isPlain ? term.name : printHistExpression(key),
                              isPlain ? term.modifier : HistModifier::None});
        }
        for (const HistExpression &value : parsed->values)
            if (value.terms.front().modifier == HistModifier::Hex)
                m_hexValues.push_back(value.terms.front().name);
    }

    void addLine(std::string_view line)
    {
        m_bytes += line.size() + 1;
        if (m_isInTotals) {
            takeTotal(line);
        } else if (line == "Totals:") {
            giveUpRow();
            m_isInTotals = true;
        } else if (line.starts_with("{ ")) {
            giveUpRow();
            m_row = line;
            tryRow();
        } else if (!m_row.empty()) {
            m_row += '\n';
            m_row += line;
            if (m_row.size() > kMaxRowBytes)
                giveUpRow();
            else if (line.find('}') != std::string_view::npos)
                tryRow();
        } else if (line.starts_with('\t') && !m_table.rows.empty()) {
            takeValues(trimmed(line), Role::Saved);
        }
    }

    Histogram finish()
    {
        giveUpRow();
        // Rows of a kernel have all columns; others shall not cost more than their text.
        const std::size_t most = m_bytes / std::max<std::size_t>(1, m_table.columns.size());
        if (m_table.rows.size() > most) {
            m_table.unreadable += m_table.rows.size() - most;
            m_table.rows.resize(most);
        }
        for (auto &row : m_table.rows)
            row.resize(m_table.columns.size());
        for (std::size_t i = 0; i < m_table.columns.size(); ++i) {
            HistogramColumn &column = m_table.columns[i];
            const bool areNumbers = std::all_of(
                m_table.rows.begin(), m_table.rows.end(),
                [&](const auto &row) { return row[i].number.has_value(); });
            if (column.kind != Kind::Stack)
                column.kind = areNumbers ? Kind::Number : Kind::Text;
        }
        return std::move(m_table);
    }

private:
    void giveUpRow()
    {
        if (!m_row.empty())
            ++m_table.unreadable;
        m_row.clear();
    }

    void takeTotal(std::string_view line)
    {
        const std::string_view text = trimmed(line);
        const auto take = [&](std::string_view label, std::uint64_t &value) {
            if (!text.starts_with(label))
                return;
            if (const auto number = formattext::number(text.substr(label.size())))
                value = static_cast<std::uint64_t>(*number);
        };
        take("Hits:", m_table.hits);
        take("Entries:", m_table.entries);
        take("Dropped:", m_table.dropped);
        m_table.isWhole = m_table.isWhole || text.starts_with("Dropped:");
    }

    /// Whether m_row is a whole one: its keys end with a brace, behind which values follow.
    void tryRow()
    {
        const std::string_view row = m_row;
        const auto close = row.rfind('}');
        if (close == std::string_view::npos || row.find('\n', close) != std::string_view::npos)
            return;
        const std::string_view values = trimmed(row.substr(close + 1));
        if (values.find(':') == std::string_view::npos)
            return;
        m_table.rows.emplace_back();
        if (takeKeys(row.substr(2, close - 2))) {
            takeValues(values, Role::Value);
            m_row.clear();
            return;
        }
        m_table.rows.pop_back();
        giveUpRow();
    }

    /// Where ", NAME" of the key behind this one begins.
    std::size_t endOfKey(std::string_view keys, std::size_t next) const
    {
        if (!m_isKnown || next >= m_keys.size())
            return keys.size();
        // A stack's name has no colon behind it in some kernels.
        const std::string begin = ", " + m_keys[next].name;
        for (auto at = keys.find(begin); at != std::string_view::npos;
             at = keys.find(begin, at + 1)) {
            const std::string_view rest = keys.substr(at + begin.size());
            if (rest.starts_with(':') || rest.starts_with(".stacktrace"))
                return at;
        }
        return std::string_view::npos;
    }

    bool takeKeys(std::string_view keys)
    {
        // The blank before the brace is not a part of the last one.
        if (keys.ends_with(' '))
            keys.remove_suffix(1);
        const std::size_t count = m_isKnown ? m_keys.size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            const auto end = endOfKey(keys, i + 1);
            if (end == std::string_view::npos || !takeKey(keys.substr(0, end), i))
                return false;
            keys.remove_prefix(std::min(end + 2, keys.size()));
        }
        return true;
    }

    bool takeKey(std::string_view text, std::size_t index)
    {
        const HistModifier modifier = m_isKnown ? m_keys[index].modifier : HistModifier::None;
        const auto colon = text.find(':');
        const auto stack = text.find("stacktrace");
        const bool isStack = modifier == HistModifier::Stacktrace
                             || (stack != std::string_view::npos && stack < colon + 1
                                 && text.find('\n') != std::string_view::npos
                                 && modifier == HistModifier::None);
        if (isStack) {
            const auto begin = stack == std::string_view::npos ? 0 : stack + 10;
            std::string name(trimmed(text.substr(0, begin)));
            if (name.ends_with(".stacktrace"))
                name.resize(name.size() - 11);
            std::string_view functions = text.substr(begin);
            if (functions.starts_with(':'))
                functions.remove_prefix(1);
            return setCell(name, Role::Key, {stackText(functions), std::nullopt}, Kind::Stack);
        }
        if (colon == std::string_view::npos)
            return false;
        const std::string_view raw = text.substr(std::min(colon + 2, text.size()));
        return setCell(trimmed(text.substr(0, colon)), Role::Key, keyCell(raw, modifier),
                       Kind::Text);
    }

    /// "hitcount:  12  bytes_req:  30  bytes_req (%):  12.50", or what is saved.
    void takeValues(std::string_view text, Role role)
    {
        while (!(text = trimmed(text)).empty()) {
            const auto colon = text.find(':');
            if (colon == std::string_view::npos)
                return;
            std::string_view name = trimmed(text.substr(0, colon));
            text.remove_prefix(colon + 1);
            const auto begin = std::min(text.find_first_not_of(' '), text.size());
            std::string_view value = text.substr(begin);
            // A text that is saved may have blanks, and ends where two of them follow.
            value = value.substr(0, role == Role::Saved ? value.find("  ") : value.find(' '));
            if (value.ends_with(':')) // of the next one: this is a bar of no length
                value = {};
            else
                text.remove_prefix(begin + value.size());
            Role own = role;
            if (name.ends_with(" (%)"))
                own = Role::Percent;
            else if (role == Role::Value && (value.empty() || value.front() == '#'))
                own = Role::Graph;
            HistogramCell cell{std::string(value), std::nullopt};
            if (own == Role::Percent)
                cell.number = percentOf(value);
            else if (own == Role::Graph)
                cell.number = static_cast<double>(value.size());
            else
                cell.number = numberOf(value, isHexValue(name) ? 16 : 10);
            if (!setCell(name, own, std::move(cell), Kind::Text))
                return;
        }
    }

    static std::optional<double> percentOf(std::string_view text)
    {
        const auto dot = std::min(text.find('.'), text.size());
        const auto whole = numberOf(text.substr(0, dot), 10);
        const auto part = numberOf(text.substr(std::min(dot + 1, text.size())), 10);
        return whole && part ? std::optional(*whole + *part / 100) : std::nullopt;
    }

    bool isHexValue(std::string_view name) const
    {
        return std::find(m_hexValues.begin(), m_hexValues.end(), name) != m_hexValues.end();
    }

    bool setCell(std::string_view name, Role role, HistogramCell cell, Kind kind)
    {
        auto &columns = m_table.columns;
        auto column = std::find_if(
            columns.begin(), columns.end(),
            [&](const HistogramColumn &other) { return other.name == name && other.role == role; });
        if (column == columns.end()) {
            if (name.empty() || columns.size() == kMaxColumns
                || (role == Role::Key && m_table.rows.size() > 1))
                return false;
            columns.push_back({std::string(name), role, kind});
            column = columns.end() - 1;
        }
        auto &row = m_table.rows.back();
        const auto index = static_cast<std::size_t>(column - columns.begin());
        if (index >= row.size()) {
            m_cells += index + 1 - row.size();
            if (m_cells > m_bytes)
                return false;
            row.resize(index + 1);
        }
        row[index] = std::move(cell);
        return true;
    }

    Histogram m_table;
    std::vector<Key> m_keys;
    std::vector<std::string> m_hexValues;
    std::size_t m_bytes = 0; ///< Of text so far.
    std::size_t m_cells = 0; ///< Of the rows.
    std::string m_row; ///< That has begun, and may go on in the next line.
    bool m_isKnown = false; ///< The trigger was understood.
    bool m_isInTotals = false;
};

std::string quoted(const std::string &cell)
{
    std::string text = stackInOneLine(cell);
    if (text.find_first_of(",\"") == std::string::npos)
        return text;
    std::string quotes = "\"";
    for (const char c : text)
        quotes.append(c == '"' ? 2 : 1, c);
    return quotes + '"';
}

} // namespace

std::size_t Histogram::keyCount() const
{
    return static_cast<std::size_t>(
        std::count_if(columns.begin(), columns.end(),
                      [](const HistogramColumn &column) { return column.role == Role::Key; }));
}

bool Histogram::isAuxiliary() const
{
    const auto parsed = parseHistTrigger(trigger);
    return parsed
           && (std::any_of(
                   parsed->actions.begin(), parsed->actions.end(),
                   [](const HistAction &action) { return action.kind == HistAction::Kind::Trace; })
               || (!parsed->variables.empty() && parsed->actions.empty()));
}

std::vector<Histogram> parseHistograms(std::string_view text)
{
    std::vector<Histogram> tables;
    std::optional<TableReader> reader;
    while (!text.empty()) {
        const std::string_view line = takeLine(text);
        if (line.starts_with(kTrigger)) {
            if (reader)
                tables.push_back(reader->finish());
            reader.emplace(line.substr(kTrigger.size()));
        } else if (reader && !line.starts_with('#')) {
            reader->addLine(line);
        }
    }
    if (reader)
        tables.push_back(reader->finish());
    return tables;
}

std::string stackInOneLine(std::string_view stack)
{
    std::string text;
    text.reserve(stack.size());
    for (const char c : stack) {
        if (c == '\n')
            text += " < ";
        else
            text += c;
    }
    return text;
}

std::string histogramCsv(const Histogram &histogram)
{
    std::string text;
    for (std::size_t i = 0; i < histogram.columns.size(); ++i)
        text += (i > 0 ? "," : "") + quoted(histogram.columns[i].name);
    text += '\n';
    for (const auto &row : histogram.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text += (i > 0 ? "," : "") + quoted(row[i].text);
        text += '\n';
    }
    return text;
}

} // namespace thresher::capture
