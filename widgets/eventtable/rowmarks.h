// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewmarks.h"
#include "model/query/rows.h"
#include "widgets/eventtable/eventtableview.h"

#include <vector>

namespace thresher::ui {

/// The markers and bookmarks whose moment is that of a row of [first, last], or lies right before
/// it; one behind the last row of all belongs to none. Bookmarks first, by time. O(log bookmarks +
/// those found · rows' time to find).
[[nodiscard]] std::vector<RowMark> findMarks(const RowOrder &order, const ViewMarks &marks,
                                             Row first, Row last);

} // namespace thresher::ui
