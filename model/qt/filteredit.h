// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

/// What a menu over one event offers: to hide its like, or to show nothing else. Each is a change
/// of ViewState::filter().
namespace thresher {

void hideCpu(ViewState &view, CpuId cpu);
void hideTask(ViewState &view, TaskId task);
void hideEvent(ViewState &view, EventTypeId event);
/// Hides all others, of tasks also those that will be met later.
void showOnlyCpu(ViewState &view, CpuId cpu);
void showOnlyTask(ViewState &view, TaskId task);
void showOnlyEvent(ViewState &view, EventTypeId event);
/// Hides nothing.
void showEverything(ViewState &view);

} // namespace thresher
