// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rows.h"
#include "widgets/eventtable/eventtableview.h"

#include <vector>

namespace thresher::ui {

/// Where events were lost between the rows [first, last] of a table, or just above the first: at
/// the row of the event that follows the loss, or at the next row that is shown. Ascending, one a
/// row, with the losses of several CPUs in one text. Losses of hidden CPUs are left out. At most
/// kMostGaps are looked at. O(streams · log losses + gaps · row lookup).
inline constexpr std::size_t kMostGaps = 256;
[[nodiscard]] std::vector<RowGap> findLosses(const RowOrder &order, Row first, Row last);

} // namespace thresher::ui
