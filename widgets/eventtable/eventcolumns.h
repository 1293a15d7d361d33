// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rowsource.h"
#include "widgets/timeformat.h"

#include <QJsonArray>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace thresher::ui {

/// A column of the event table.
struct EventColumn
{
    enum class Kind : std::uint8_t {
        Time, ///< As ViewState::timeFormat() says.
        Delta, ///< Since the row above.
        Cpu,
        Task,
        Pid,
        Event,
        Info,
        RowNumber, ///< From 1 on.
        AbsoluteTime,
        RelativeTime, ///< Since the trace's begin.
        SinceCurrent, ///< Since the current event; negative before it.
        Buffer, ///< The buffer instance's name.
        Field, ///< One field of the event, by its name.
    };
    Kind kind = Kind::Info;
    std::string field; ///< Of Kind::Field: "prev_comm".
    int width = 100; ///< Pixels, without scaling.

    /// "time", "delta", …, "field:prev_comm": stays the same between versions.
    [[nodiscard]] QString id() const;
    /// What the header says, with the unit.
    [[nodiscard]] QString title(const TimeStyle &style) const;
    /// Numbers are set right, and so are times that do not all have as many digits: ticks, and what
    /// counts from a begin; a field's texts left, since one name may mean different things.
    [[nodiscard]] bool isRightAligned(const TimeStyle &style) const;
    /// In digits and letters of equal width.
    [[nodiscard]] bool isMono() const;
};

[[nodiscard]] EventColumn makeColumn(EventColumn::Kind kind);
[[nodiscard]] EventColumn makeFieldColumn(std::string field);
/// All but the fields, in the order they are offered.
[[nodiscard]] std::vector<EventColumn> allFixedColumns();
/// Time, Δ, CPU, task, PID, event, info.
[[nodiscard]] std::vector<EventColumn> defaultColumns();

[[nodiscard]] QJsonArray saveColumns(const std::vector<EventColumn> &columns);
/// What is not understood is left out; if nothing is left: defaultColumns().
[[nodiscard]] std::vector<EventColumn> restoreColumns(const QJsonArray &saved);

/// What a row's texts are made of, beside the row itself.
struct RowContext
{
    Row number = 0;
    std::optional<TimeNs> previous; ///< Time of the row above.
    std::optional<TimeNs> current; ///< Time of the current event.
    TimeStyle time;
    const TraceFile *trace = nullptr; ///< For instances' names; may be null.
};

/// A cell's text, in one line.
[[nodiscard]] QString cellText(const EventColumn &column, const RowData &row,
                               const RowContext &context, RowText &text);
/// A text of several lines in one: a stack as "a ← b ← c", another as "a ⏎ b".
[[nodiscard]] QString inOneLine(std::string_view text);

} // namespace thresher::ui
