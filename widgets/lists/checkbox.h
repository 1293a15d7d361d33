// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QRect>

class QPainter;

namespace thresher::ui {

struct Theme;

inline constexpr int kCheckBoxSize = 13;

/// A check box as all our lists have it: Fusion's own is hardly seen on a dark ground.
/// @param box  a square of kCheckBoxSize.
void paintCheckBox(QPainter *painter, const Theme &theme, const QRect &box, bool isChecked);

} // namespace thresher::ui
