// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/analysisspecs_p.h"

#include <algorithm>

namespace thresher {

AnalysisSpecs::AnalysisSpecs(const IndexSnapshot &index, const AnalysisOptions &options)
    : pairs(thresher::builtInPairs(index))
    , builtInPairs(pairs.size())
    , counters(thresher::builtInCounters(index))
    , builtInCounters(counters.size())
{
    pairs.insert(pairs.end(), options.pairs.begin(), options.pairs.end());
    pairs.resize(std::min(pairs.size(), kMostPairs));
    counters.insert(counters.end(), options.counters.begin(), options.counters.end());
    counters.resize(std::min(counters.size(), kMostCounters));
}

} // namespace thresher
