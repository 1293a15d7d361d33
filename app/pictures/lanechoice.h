// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"
#include "model/index/snapshot.h"
#include "model/qt/laneset.h"
#include "model/query/selection.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher::ui {

/// Lanes as they are named on a command line.
struct LaneChoice
{
    bool hasCpus = false; ///< All of them.
    bool hasTasks = false;
    std::vector<CpuRange> cpus;
    std::vector<std::string> tasks; ///< Names or pids.

    /// `filter` with all other CPUs hidden. Fails where the trace has no such CPU.
    [[nodiscard]] Result<ShowFilter> applied(ShowFilter filter,
                                             const IndexSnapshot &snapshot) const;
    /// These lanes: tasks that are named stand above all. Fails where the trace has no such task.
    [[nodiscard]] Result<LaneSet> lanes(const IndexSnapshot &snapshot) const;
};

/// "cpus", "tasks", "cpu:0-3,7", "task:bash,412": a kind and what there is of it; a part without a
/// kind is of the one before.
[[nodiscard]] Result<LaneChoice> parseLanes(std::string_view text);

} // namespace thresher::ui
