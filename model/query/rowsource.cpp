// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/query/rowsource.h"

#include <algorithm>

namespace thresher {

std::optional<RowData> rowDataOf(const IndexSnapshot &snapshot, Place place)
{
    if (place.stream >= snapshot.streams.size()
        || place.event >= snapshot.streams[place.stream].size)
        return std::nullopt;
    const StreamView &stream = snapshot.streams[place.stream];
    RowData row;
    row.place = place;
    row.time = stream.time(place.event);
    row.cpu = snapshot.trace->streams()[place.stream].cpu;
    row.task = stream.task(place.event);
    row.pid = snapshot.tasks->task(row.task).pid;
    row.event = stream.event(place.event);
    return row;
}

namespace {

/// Rows that a step fetches beyond the one asked for. A jump fetches fewer: what is on screen.
constexpr Row kStepRows = 512;
constexpr Row kJumpRows = 64;

} // namespace

RowSource::~RowSource() = default;
RowText::~RowText() = default;

struct TraceRowSource::Window
{
    Row first = 0;
    std::vector<Place> places;

    [[nodiscard]] bool holds(Row row) const { return row >= first && row - first < places.size(); }
};

TraceRowSource::TraceRowSource(RowOrder order)
    : m_order(std::move(order))
    , m_window(std::make_unique<Window>())
{}

TraceRowSource::~TraceRowSource() = default;

bool TraceRowSource::rowAt(Row row, RowData &data) const
{
    if (row >= m_order.size())
        return false;
    Window &window = *m_window;
    if (!window.holds(row)) {
        Row first = row;
        Row count = kStepRows;
        if (row + 1 == window.first) {
            first = row - std::min(row, kStepRows - 1);
        } else if (row != window.first + window.places.size()) {
            first = row - std::min(row, kJumpRows / 2);
            count = kJumpRows;
        }
        window.first = first;
        window.places.clear();
        RowCursor cursor(m_order, first);
        while (window.places.size() < count) {
            const std::optional<Place> place = cursor.next();
            if (!place)
                break;
            window.places.push_back(*place);
        }
        if (!window.holds(row))
            return false;
    }
    const auto found = rowDataOf(*m_order.snapshot(), window.places[row - window.first]);
    if (found)
        data = *found;
    return found.has_value();
}

} // namespace thresher
