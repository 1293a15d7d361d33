// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"
#include "model/index/snapshot.h"
#include "model/query/selection.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher::ui {

/// Lanes as they are named on a command line.
struct LaneChoice
{
    std::vector<CpuRange> cpus;

    /// `filter` with all other lanes hidden. Fails where the trace has no such CPU.
    [[nodiscard]] Result<ShowFilter> applied(ShowFilter filter,
                                             const IndexSnapshot &snapshot) const;
};

/// "cpu:0-3,7": a kind and what there is of it; a part without a kind is of the one before. CPUs
/// are the only kind of lanes so far.
[[nodiscard]] Result<LaneChoice> parseLanes(std::string_view text);

} // namespace thresher::ui
