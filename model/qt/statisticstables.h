// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/statistics.h"
#include "model/qt/datatablemodel.h"

/// Statistics as tables. With a second range `b` (null: none) each number is there three times: of
/// both ranges and how much `b` has more; then only what does not depend on the ranges' lengths:
/// shares and rates. What the trace has no events for is left out.
namespace thresher {

[[nodiscard]] DataTable taskTable(const IndexSnapshot &index, const Statistics &a,
                                  const Statistics *b);
[[nodiscard]] DataTable cpuTable(const Statistics &a, const Statistics *b);
[[nodiscard]] DataTable eventTable(const IndexSnapshot &index, const Statistics &a,
                                   const Statistics *b);

} // namespace thresher
