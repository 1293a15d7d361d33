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

void showMatch(ViewState &view, int direction)
{
    const RowOrder rows = view.matchingRows();
    if (rows.size() == 0)
        return;
    Row row = 0;
    if (const auto current = view.currentEvent()) {
        row = rows.rowOf(*current);
        const bool isMatch = row < rows.size() && rows.at(row) == current;
        if (direction > 0)
            row += isMatch ? 1 : 0;
        else if (row > 0)
            --row;
        else
            return;
    } else {
        const TimeRange visible = view.visibleRange();
        row = rows.lowerBound(visible.begin + visible.duration() / 2);
        if (direction < 0 && row > 0)
            --row;
    }
    if (const auto place = rows.at(row)) {
        view.setCurrentEvent(place);
        view.ensureVisible(rows.time(*place));
    }
}

void showEverything(ViewState &view)
{
    view.setExpression({});
}

} // namespace thresher
