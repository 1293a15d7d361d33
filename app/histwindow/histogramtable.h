// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/histogram.h"
#include "model/qt/datatablemodel.h"

namespace thresher::ui {

/// A histogram of the kernel's as a table to look at: a bar for each value, sorted by the first of
/// them. O(cells). Thread: any.
[[nodiscard]] DataTable dataTableOf(const capture::Histogram &histogram);

} // namespace thresher::ui
