// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"

namespace thresher {

/// All pairs and counters that a pass looks for: the built-in ones first, then the user's.
struct AnalysisSpecs
{
    AnalysisSpecs(const IndexSnapshot &index, const AnalysisOptions &options);

    std::vector<PairSpec> pairs;
    std::size_t builtInPairs = 0;
    std::vector<CounterSpec> counters;
    std::size_t builtInCounters = 0;

    static constexpr std::size_t kMostPairs = 256; ///< TrackKey::group
    static constexpr std::size_t kMostCounters = 4096;
};

} // namespace thresher
