// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"

#include <QString>

namespace thresher::ui {

struct Theme;

/// "A 0.120 4 s   B 0.121 6 s   Δ 1.200 ms (833 Hz)": the markers of a view, what lies between
/// them, and how often that is. As many digits as tell them apart; one alone has all. Empty: there
/// is none.
[[nodiscard]] QString markerText(const ViewState &view);

/// The same as rich text, the letters in the markers' colours and links to "A" and "B".
[[nodiscard]] QString markerHtml(const ViewState &view, const Theme &theme);

} // namespace thresher::ui
