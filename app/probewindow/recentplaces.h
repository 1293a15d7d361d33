// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/placelist.h"

#include <QStringList>

#include <vector>

namespace thresher::ui {

/// A place that was probed before, as it is offered again.
struct RecentPlace
{
    PlaceRef place;
    QStringList values; ///< As of a draft.
    friend bool operator==(const RecentPlace &, const RecentPlace &) = default;
};

/// As settings keep them: JSON, one a string. What cannot be read is left out.
[[nodiscard]] std::vector<RecentPlace> readRecentPlaces(const QStringList &texts);
[[nodiscard]] QStringList writtenRecentPlaces(const std::vector<RecentPlace> &places);

} // namespace thresher::ui
