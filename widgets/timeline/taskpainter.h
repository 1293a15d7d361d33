// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/lanepainter.h"
#include "widgets/timeline/taskgeometry.h"

#include <QRgb>

/// Lanes of tasks to pixels. States differ in pattern or height as well as in colour, so that they
/// are told apart without it.
namespace thresher::ui {

enum class Pattern : std::uint8_t {
    Solid,
    Stripes, ///< Diagonals that rise.
    BackStripes, ///< Diagonals that fall.
    Dots,
    Dashes,
    Hollow, ///< An outline.
    Hatch, ///< Thin diagonals on nothing.
};

/// How a state is drawn.
struct StateLook
{
    Pattern pattern = Pattern::Solid;
    QRgb colour = 0;
    Stripe stripe; ///< Of the lane, device pixels.
};

/// @param running  the colour of the task.
[[nodiscard]] StateLook stateLook(TaskState state, const TaskStripes &stripes, const Theme &theme,
                                  QRgb running, double dpr);
/// Of columns in which it ran, but was in another state for longer: a strip of its colour at the
/// foot of that state.
[[nodiscard]] StateLook runsLook(const TaskStripes &stripes, QRgb running, double dpr);
/// Of a stretch that is not known.
[[nodiscard]] StateLook unknownLook(const TaskStripes &stripes, const Theme &theme);

/// Strength of a pattern at a pixel, 0–255. @param x, y  any, as long as neighbours' follow.
/// @param period  of the pattern, > 1.
[[nodiscard]] unsigned patternAlpha(Pattern pattern, unsigned x, unsigned y, unsigned period);

struct TaskLook
{
    LaneLook lane; ///< Its stripes are not used.
    TaskStripes stripes;
    QRgb running = 0; ///< The task's colour.
    /// Of other tracks than states: the colour of each rectangle of `slices`. Empty: states.
    std::span<const QRgb> colours;
};

/// Paints all but the labels. O(columns · height).
void paintTaskLane(const TaskLaneList &list, const LaneTarget &target, const TaskLook &look);

} // namespace thresher::ui
