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
    bool hasPairs = false;
    bool hasCounters = false;
    bool hasMarks = false;
    std::vector<CpuRange> cpus;
    std::vector<std::string> tasks; ///< Names or pids.
    std::vector<std::string> pairs; ///< As pairNamed() has them,
    std::vector<std::string> counters; ///< and counterNamed().

    /// `filter` with all other CPUs hidden. Fails where the trace has no such CPU.
    [[nodiscard]] Result<ShowFilter> applied(ShowFilter filter,
                                             const IndexSnapshot &snapshot) const;
    /// These lanes: tasks, pairs and counters that are named stand above all, with a lane for each
    /// of their keys. Fails where the trace has no such one. @param analysis  null: none was made.
    [[nodiscard]] Result<LaneSet> lanes(const IndexSnapshot &snapshot,
                                        const Analysis *analysis) const;
};

/// "cpus", "tasks", "pairs", "counters", "marks", "cpu:0-3,7", "task:bash,412", "pair:softirq",
/// "counter:CPU frequency": a kind and what there is of it; a part without a
/// kind is of the one before.
[[nodiscard]] Result<LaneChoice> parseLanes(std::string_view text);

} // namespace thresher::ui
