// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>

#include <functional>

namespace thresher::ui {

/// `expression` as it is shown where nobody edits it: as it stands if that fits, else with long
/// sets cut to as many values as fit ("event not in {a, b, … 12 more}"). Of what is no expression,
/// itself.
/// @param fits  whether a text has room. O(length · log of the longest set).
[[nodiscard]] QString shownExpression(const QString &expression,
                                      const std::function<bool(const QString &)> &fits);

} // namespace thresher::ui
