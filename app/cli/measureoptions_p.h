// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/texttable_p.h"
#include "app/cli/tracepart_p.h"
#include "model/analysis/analysis.h"

#include <functional>
#include <memory>
#include <string>

/// What latency and stats have in common.
namespace thresher {

/// What is measured, as the command line has it.
struct MeasureOptions
{
    std::string file;
    bool keepIndex = true;
    TracePart part;
    AnalysisOptions specs; ///< Pairs and counters besides the built-in ones.
    std::uint64_t limit = ~std::uint64_t{0}; ///< Rows.
    bool json = false;
    bool csv = false;
};
[[nodiscard]] Result<MeasureOptions> readMeasureOptions(const CommandSpec &command,
                                                        const Options &options);

/// What the options name, of one trace.
struct Measured
{
    std::shared_ptr<const Analysis> analysis;
    TimeRange range;
    ShowFilter shown;
    std::shared_ptr<const Selection> selection; ///< By --filter alone; null if there is none.
    TimeWords words;
    std::uint64_t limit = ~std::uint64_t{0}; ///< Rows to print.

    [[nodiscard]] const IndexSnapshot &index() const { return *analysis->index; }
    /// "bash-1234", by the name that the task had then.
    [[nodiscard]] std::string taskName(TaskId task, TimeNs time) const;
};

/// Opens the trace, analyses it unless only the index is needed, and calls `print` with it. Errors
/// are printed. @returns the exit status.
[[nodiscard]] int measureTrace(const CommandSpec &command, const MeasureOptions &options,
                               bool needsAnalysis,
                               const std::function<Result<std::string>(const Measured &)> &print);

} // namespace thresher
