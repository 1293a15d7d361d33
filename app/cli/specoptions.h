// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/options.h"
#include "model/analysis/analysis.h"

namespace thresher {

/// The pairs and counters that --pair and --counter describe. An error (InvalidArgument) has the
/// text with a mark under what is wrong.
[[nodiscard]] Result<AnalysisOptions> specsOf(const Options &options);
/// Those of them that make no sense for the trace are an error of the same kind.
[[nodiscard]] Result<void> checkSpecs(const Analysis &analysis);

} // namespace thresher
