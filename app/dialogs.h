// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/theme.h"

#include <QString>

class QWidget;

namespace thresher::ui {

/// What each key and gesture does, by where it works.
void showKeysDialog(QWidget *parent);
void showAboutDialog(QWidget *parent);

/// "light", "dark"; anything else is the desktop's.
[[nodiscard]] ThemeChoice themeChoice(const QString &name);

} // namespace thresher::ui
