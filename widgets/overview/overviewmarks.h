// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewmarks.h"

#include <functional>

class QPainter;

namespace thresher::ui {

struct Theme;

/// Markers and bookmarks over the overview. O(bookmarks).
/// @param xOf  of a time in the painter's coordinates; may be far outside.
void paintOverviewMarks(QPainter &painter, const ViewMarks &marks, int height, const Theme &theme,
                        const std::function<double(TimeNs)> &xOf);

} // namespace thresher::ui
