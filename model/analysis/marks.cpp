// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/marks.h"

#include "model/query/rowprinter.h"

#include <algorithm>

namespace thresher {

namespace {

struct Source
{
    std::string_view system;
    std::string_view name;
    MarkKind kind{};
};
constexpr std::array kSources{
    Source{"printk", "console", MarkKind::Console},
    Source{"ftrace", "print", MarkKind::Marker},
    Source{"ftrace", "bprint", MarkKind::Printk},
    Source{"ftrace", "bputs", MarkKind::Printk},
};

} // namespace

Result<Marks> Marks::find(std::shared_ptr<const IndexSnapshot> snapshot,
                          const std::stop_token &stop, Progress &progress)
{
    Marks marks;
    const EventCatalog &catalog = snapshot->trace->events();
    for (const Source &source : kSources) {
        const EventFormat *const event = catalog.find(source.system, source.name);
        if (event == nullptr || toIndex(event->id) >= snapshot->eventsPerType.size())
            continue;
        const std::uint64_t count = snapshot->eventsPerType[toIndex(event->id)];
        if (count == 0)
            continue;
        marks.m_events.emplace_back(event->id, source.kind);
        marks.m_counts[static_cast<std::size_t>(source.kind)] += count;
    }
    marks.m_snapshot = snapshot;
    if (marks.m_events.empty())
        return marks;
    ShowFilter filter;
    for (std::size_t i = 0; i < catalog.all().size(); ++i) {
        const auto id = static_cast<EventTypeId>(i);
        const bool isMark = std::any_of(marks.m_events.begin(), marks.m_events.end(),
                                        [id](const auto &event) { return event.first == id; });
        if (!isMark)
            filter.hiddenEvents.push_back(id);
    }
    THRESHER_TRY_ASSIGN(auto selection, selectEvents(*snapshot, filter, nullptr, stop, progress));
    marks.m_order = RowOrder(std::move(snapshot), std::move(selection));
    return marks;
}

MarkKind Marks::kindOf(EventTypeId event) const
{
    for (const auto &[id, kind] : m_events) {
        if (id == event)
            return kind;
    }
    return MarkKind::Marker;
}

std::uint64_t Marks::count(TimeRange range) const
{
    if (range.isEmpty() || size() == 0)
        return 0;
    return m_order.lowerBound(range.end) - m_order.lowerBound(range.begin);
}

std::vector<Mark> Marks::in(TimeRange range, std::size_t most, std::uint64_t skip) const
{
    std::vector<Mark> found;
    const std::uint64_t all = count(range);
    if (skip >= all || most == 0)
        return found;
    most = static_cast<std::size_t>(std::min<std::uint64_t>(most, all - skip));
    found.reserve(most);
    RowCursor cursor(m_order, m_order.lowerBound(range.begin) + skip);
    while (found.size() < most) {
        const auto place = cursor.next();
        if (!place)
            break;
        const StreamView &stream = m_snapshot->streams[place->stream];
        found.push_back({stream.time(place->event), *place, kindOf(stream.event(place->event))});
    }
    return found;
}

void Marks::count(const PixelGrid &grid, std::vector<std::uint32_t> &counts) const
{
    counts.assign(grid.columns, 0);
    if (size() > 0)
        queryMatches(*m_snapshot, *m_order.selection(), grid, counts);
}

std::string Marks::text(const Mark &mark, RowPrinter &printer)
{
    const auto row = rowDataOf(*printer.snapshot(), mark.place);
    if (!row)
        return {};
    std::string_view text = printer.info(*row);
    // "function: text"; functions have no colon.
    if (mark.kind != MarkKind::Console) {
        if (const std::size_t colon = text.find(": "); colon != std::string_view::npos)
            text.remove_prefix(colon + 2);
    }
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    return std::string(text);
}

} // namespace thresher
