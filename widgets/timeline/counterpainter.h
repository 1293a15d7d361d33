// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/countergeometry.h"
#include "widgets/timeline/lanepainter.h"

#include <QRgb>

/// Curves of counters to pixels.
namespace thresher::ui {

struct CounterLook
{
    LaneLook lane; ///< Its stripes are not used.
    TaskStripes stripes;
    QRgb colour = 0;
};

/// Rows of the lane that a span's curve takes, and those below it down to the foot.
struct CounterRows
{
    int top = 0;
    int bottom = 0; ///< Of the curve; at least a hair below its top.
    int foot = 0;
};
[[nodiscard]] CounterRows rowsOf(const CounterSpan &span, const TaskStripes &stripes, double dpr);
inline constexpr unsigned kCounterGroundAlpha = 52; ///< Of what lies below the curve.

/// O(columns · height).
void paintCounterLane(const CounterLaneList &list, const LaneTarget &target,
                      const CounterLook &look);

} // namespace thresher::ui
