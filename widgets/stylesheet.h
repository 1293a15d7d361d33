// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>

namespace thresher::ui {

struct Theme;

/// What Fusion draws otherwise than we want it: flat buttons, tabs underlined, thin scroll bars.
/// Applies by class, so that a widget needs nothing but its properties:
///  - `flat` on a QToolButton or QPushButton: no frame until hovered;
///  - `role` = "panel" on a QWidget or QFrame: the panel's colour behind it;
///  - `role` = "heading", "secondary", "warning", "bad" or "title" on a QLabel;
///  - `wrong` on a QLineEdit: what is typed there cannot be read; `role` = "note" on the QLabel
///  that
///    says so, lying over what is below;
///  - `role` = "banner" on a QFrame: a message above what it is about.
[[nodiscard]] QString styleSheet(const Theme &theme);

} // namespace thresher::ui
