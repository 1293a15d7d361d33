// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

/// What a menu over one event offers: to hide its like, or to show nothing else. Each is a change
/// of ViewState::expression().
namespace thresher {

void hideCpu(ViewState &view, CpuId cpu);
void hideTask(ViewState &view, TaskId task);
void hideEvent(ViewState &view, EventTypeId event);
/// Hides all others, of tasks also those that will be met later.
void showOnlyCpu(ViewState &view, CpuId cpu);
void showOnlyTask(ViewState &view, TaskId task);
void showOnlyEvent(ViewState &view, EventTypeId event);
/// Makes the next (direction > 0) or previous event that fulfils the expression the current one,
/// and brings it into view; from the middle of the view if there is no current event. At the end it
/// stays. O(streams · log² events).
void showMatch(ViewState &view, int direction);
/// Where a step among what a search has found led.
enum class FoundStep : std::uint8_t {
    Moved,
    WrappedAround, ///< Over the trace's end, or its begin.
    NotYet, ///< It is not decided yet which event it is.
    None, ///< Nothing that is shown was found.
};
/// The same among foundRows(), round and round. While the search is going on, only to what is known
/// to be the next.
[[nodiscard]] FoundStep showFound(ViewState &view, int direction);
/// Hides nothing: neither by lists nor by an expression.
void showEverything(ViewState &view);

} // namespace thresher
