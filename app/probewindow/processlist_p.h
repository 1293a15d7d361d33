// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/placelist.h"
#include "model/base/result.h"

#include <stop_token>

/// Files and processes that functions are in. Blocks for some ms; thread: any.
namespace thresher::ui {

/// Programs that are found by their name, and the libraries of this machine.
[[nodiscard]] Result<PlaceList> programList(const std::stop_token &stop);
/// Processes that run a program: none of the kernel's own.
[[nodiscard]] Result<PlaceList> processList(const std::stop_token &stop);
/// What a process has mapped as programs and libraries.
[[nodiscard]] Result<PlaceList> imageList(Pid process);

} // namespace thresher::ui
