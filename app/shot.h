// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"

#include <span>
#include <string>

/// `thresher shot`: a picture of a trace without a display.
namespace thresher::ui {

[[nodiscard]] const CommandSpec &shotSpec();

/// Makes its own QApplication, offscreen unless QT_QPA_PLATFORM says otherwise.
/// @param args  without the program's name and "shot".
/// @returns 0, 1 (could not) or 2 (usage); errors are one sentence on stderr.
[[nodiscard]] int runShot(std::span<const std::string> args);

} // namespace thresher::ui
