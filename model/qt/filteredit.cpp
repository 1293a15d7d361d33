// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/filteredit.h"

namespace thresher {

void hideCpu(ViewState &view, CpuId cpu)
{
    ShowFilter filter = view.filter();
    filter.hiddenCpus.push_back(cpu);
    view.setFilter(std::move(filter));
}

void hideTask(ViewState &view, TaskId task)
{
    ShowFilter filter = view.filter();
    filter.hiddenTasks.push_back(task);
    view.setFilter(std::move(filter));
}

void hideEvent(ViewState &view, EventTypeId event)
{
    ShowFilter filter = view.filter();
    filter.hiddenEvents.push_back(event);
    view.setFilter(std::move(filter));
}

void showOnlyCpu(ViewState &view, CpuId cpu)
{
    if (!view.snapshot())
        return;
    ShowFilter filter = view.filter();
    filter.hiddenCpus = view.snapshot()->cpus();
    std::erase(filter.hiddenCpus, cpu);
    view.setFilter(std::move(filter), ListForm::Only);
}

void showOnlyTask(ViewState &view, TaskId task)
{
    if (!view.snapshot())
        return;
    ShowFilter filter = view.filter();
    filter.hiddenTasks.clear();
    for (std::uint32_t id = 0; id < view.snapshot()->tasks->size(); ++id) {
        if (TaskId{id} != task)
            filter.hiddenTasks.push_back(TaskId{id});
    }
    filter.hideOtherTasks = true;
    view.setFilter(std::move(filter));
}

void showOnlyEvent(ViewState &view, EventTypeId event)
{
    if (!view.snapshot())
        return;
    ShowFilter filter = view.filter();
    filter.hiddenEvents.clear();
    for (const EventFormat &format : view.snapshot()->trace->events().all()) {
        if (format.id != event)
            filter.hiddenEvents.push_back(format.id);
    }
    view.setFilter(std::move(filter), ListForm::Only);
}

namespace {

/// The next row (direction > 0) or the previous one, from the current event or else the middle of
/// the view; nullopt: there is none.
std::optional<Row> neighbour(const ViewState &view, const RowOrder &rows, int direction)
{
    Row row = 0;
    if (const auto current = view.currentEvent()) {
        row = rows.rowOf(*current);
        if (direction > 0 && row < rows.size() && rows.at(row) == current)
            ++row;
    } else {
        const TimeRange visible = view.visibleRange();
        row = rows.lowerBound(visible.begin + visible.duration() / 2);
    }
    if (direction > 0)
        return row < rows.size() ? std::optional(row) : std::nullopt;
    return row > 0 ? std::optional(row - 1) : std::nullopt;
}

void goTo(ViewState &view, const RowOrder &rows, Row row)
{
    if (const auto place = rows.at(row)) {
        view.setCurrentEvent(place);
        view.ensureVisible(rows.time(*place));
    }
}

} // namespace

void showMatch(ViewState &view, int direction)
{
    const RowOrder rows = view.matchingRows();
    if (rows.size() == 0)
        return;
    auto row = neighbour(view, rows, direction);
    // Without a current event the last one is next to the middle as well.
    if (!row && !view.currentEvent())
        row = direction > 0 ? rows.size() - 1 : 0;
    if (row)
        goTo(view, rows, *row);
}

FoundStep showFound(ViewState &view, int direction)
{
    const Found &found = view.found();
    const RowOrder rows = view.foundRows();
    const bool isDecided = found.shown && found.shown->decidedBefore == kTimeMax;
    const auto row = neighbour(view, rows, direction);
    if (row && direction < 0 && !isDecided) {
        const TimeRange visible = view.visibleRange();
        const auto current = view.currentEvent();
        const TimeNs from = current ? rows.time(*current) : visible.begin + visible.duration() / 2;
        if (from >= found.shown->decidedBefore)
            return FoundStep::NotYet;
    }
    if (row) {
        goTo(view, rows, *row);
        return FoundStep::Moved;
    }
    if (!isDecided)
        return FoundStep::NotYet;
    if (rows.size() == 0)
        return FoundStep::None;
    goTo(view, rows, direction > 0 ? 0 : rows.size() - 1);
    return FoundStep::WrappedAround;
}

void showEverything(ViewState &view)
{
    view.setExpression({});
}

} // namespace thresher
