// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QByteArray>

namespace thresher::ui {

/// An SVG as QSvgGenerator writes it, its paths said shorter: "M20,34 L27,34" is "M20 34h7". The
/// same shapes to the last digit; a path of curves is left as it is. O(length).
[[nodiscard]] QByteArray withShortPaths(const QByteArray &svg);

} // namespace thresher::ui
