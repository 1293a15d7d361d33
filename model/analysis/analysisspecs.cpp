// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/analysisspecs_p.h"

#include <algorithm>

namespace thresher {

namespace {

template<typename Spec>
std::vector<Spec> without(std::vector<Spec> specs, const std::vector<std::string> &names)
{
    std::erase_if(specs, [&names](const Spec &spec) {
        return std::ranges::find(names, spec.name) != names.end();
    });
    return specs;
}

} // namespace

AnalysisSpecs::AnalysisSpecs(const IndexSnapshot &index, const AnalysisOptions &options)
    : pairs(without(thresher::builtInPairs(index), options.leftOut))
    , builtInPairs(pairs.size())
    , counters(without(thresher::builtInCounters(index), options.leftOut))
    , builtInCounters(counters.size())
{
    pairs.insert(pairs.end(), options.pairs.begin(), options.pairs.end());
    pairs.resize(std::min(pairs.size(), kMostPairs));
    counters.insert(counters.end(), options.counters.begin(), options.counters.end());
    counters.resize(std::min(counters.size(), kMostCounters));
}

} // namespace thresher
