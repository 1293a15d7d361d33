// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/kepthistograms.h"

#include "model/io/rawmetadata.h"

namespace thresher {

Result<std::vector<KeptHistograms>> readKeptHistograms(const TraceFile &trace)
{
    THRESHER_TRY_ASSIGN(const RawMetadata raw, readRawMetadata(trace));
    std::vector<KeptHistograms> all;
    for (const RawOption &option : raw.options)
        if (option.id == static_cast<std::uint16_t>(kHistogramOption))
            if (auto kept = parseHistogramOption(option.data))
                all.push_back(std::move(*kept));
    return all;
}

} // namespace thresher
