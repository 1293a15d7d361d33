// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"

#include <span>
#include <string>

/// `thresher report`: a bug report without a display.
namespace thresher::ui {

[[nodiscard]] const CommandSpec &reportSpec();

/// Makes its own QApplication, as runShot() does. Stopped by SIGINT or SIGTERM it leaves nothing.
/// @param args  without the program's name and "report".
/// @returns 0, 1 (could not), 2 (usage) or 130 (stopped).
[[nodiscard]] int runReport(std::span<const std::string> args);

} // namespace thresher::ui
