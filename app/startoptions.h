// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <QString>
#include <QStringList>

#include <span>
#include <string>

namespace thresher::ui {

/// How the window is started: thresher [--theme light|dark] [--no-cache] [FILE…]
struct StartOptions
{
    QStringList files;
    QString theme; ///< Empty: as set.
    bool keepsIndex = true;
};

/// @param args  without the program's name.
[[nodiscard]] Result<StartOptions> parseStart(std::span<const std::string> args);

} // namespace thresher::ui
