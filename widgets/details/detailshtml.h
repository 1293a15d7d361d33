// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/eventdetails.h"
#include "widgets/timeformat.h"

#include <QString>

#include <optional>
#include <set>
#include <vector>

namespace thresher::ui {

struct Theme;

/// What the event is a part of: a pair's slice, a system call, a function.
struct DetailsSlice
{
    QString name; ///< "irq handler irq=24"
    QString duration;
    QString where; ///< "begins here", "12 µs in"
    std::optional<Place> other; ///< The event at its other end; a link to "event:STREAM/NUMBER".
};

/// What the details pane shows, as the rich text that QTextDocument understands. Pure.
struct DetailsText
{
    const Theme &theme;
    TimeStyle time;
    std::optional<Row> row; ///< Of the table; nullopt: the event is hidden there.
    const std::set<QString> &folded; ///< Names of sections.
    std::vector<DetailsSlice> slices;
    int width = 300; ///< Pixels a line may take: what does not fit has lines of its own.
};

/// Sections are "slices", "fields", "stack", "raw", "common", "format"; a caption is a link to
/// "fold:NAME".
[[nodiscard]] QString detailsHtml(const EventDetails &details, const DetailsText &how);

/// Lines of offset, bytes in hexadecimal and as ASCII. @param perLine  > 0.
[[nodiscard]] QString hexDump(std::span<const std::byte> bytes, std::size_t perLine);

} // namespace thresher::ui
