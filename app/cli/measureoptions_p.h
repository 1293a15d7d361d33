// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli_p.h"
#include "app/cli/texttable_p.h"
#include "model/analysis/analysis.h"
#include "model/filter/filter.h"
#include "model/query/selection.h"

#include <functional>
#include <optional>

/// What latency and stats have in common.
namespace thresher {

/// What is measured, as the command line has it.
struct MeasureOptions
{
    std::string file;
    bool keepIndex = true;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::vector<CpuRange>> cpus;
    std::optional<std::string> task;
    std::optional<std::string> filter;
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

/// "FROM-TO" → a range, as --from and --to have it.
[[nodiscard]] Result<TimeRange> parseTimeRange(std::string_view text, bool ticks);

} // namespace thresher
