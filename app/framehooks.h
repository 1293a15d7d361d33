// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli.h"

namespace thresher::ui {

/// What `thresher bench` and `--help` need of the program with a window. Hooks make a QApplication,
/// offscreen, when first called.
[[nodiscard]] CliHooks frameHooks();

} // namespace thresher::ui
