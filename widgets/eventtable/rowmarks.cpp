// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/rowmarks.h"

#include <algorithm>

namespace thresher::ui {

namespace {

/// More signs than that in one view tell nothing any more.
constexpr qsizetype kMostMarks = 200;

} // namespace

std::vector<RowMark> findMarks(const RowOrder &order, const ViewMarks &marks, Row first, Row last)
{
    std::vector<RowMark> found;
    if (marks.isEmpty() || first >= order.size())
        return found;
    last = std::min(last, order.size() - 1);
    const auto above = first > 0 ? order.at(first - 1) : std::nullopt;
    const auto bottom = order.at(last);
    if (!bottom)
        return found;
    // Behind the row above, up to the last row's own moment.
    const TimeNs begin = above ? order.time(*above) : kTimeMin;
    const TimeNs end = order.time(*bottom);
    const auto add = [&](TimeNs time, std::optional<Marker> marker, const QString &name) {
        if (time < begin || time > end)
            return;
        const Row row = order.lowerBound(time);
        if (row < first || row > last)
            return;
        const auto place = order.at(row);
        found.push_back({row, marker, name, place && order.time(*place) != time});
    };
    const TimeRange range{begin, end == kTimeMax ? end : end + 1};
    const auto [from, to] = marks.bookmarksIn(range);
    for (qsizetype i = from; i < std::min(to, from + kMostMarks); ++i)
        add(marks.bookmarks()[i].time, std::nullopt, marks.bookmarks()[i].name);
    for (const Marker which : kMarkers) {
        if (const auto time = marks.marker(which))
            add(*time, which, {});
    }
    return found;
}

} // namespace thresher::ui
