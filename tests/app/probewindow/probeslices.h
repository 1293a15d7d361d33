// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/qt/viewstate.h"

namespace thresher::test {

/// Calls that were found of all probes so far; O(tracks). GUI thread.
inline std::uint64_t probeSlices(const ViewState &view)
{
    std::uint64_t slices = 0;
    if (view.analysis()) {
        for (const TrackSummary &track : view.analysis()->tracks)
            slices += track.key.what == TrackClass::Probe ? track.slices : 0;
    }
    return slices;
}

} // namespace thresher::test
