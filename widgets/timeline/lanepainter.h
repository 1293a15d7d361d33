// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/tasktable.h"
#include "widgets/theme.h"
#include "widgets/timeline/lanegeometry.h"
#include "widgets/timeline/lanelayout.h"

#include <QRgb>

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

/// Draw lists to pixels. Lanes are rows of equal stripes: a stripe is composed once, as one line of
/// pixels, and copied; so a lane costs what filling its memory costs, however many rectangles it
/// has.
namespace thresher::ui {

/// Colours of the tasks of a trace, each found when it is first asked for. Thread-safe but for
/// reset().
class TaskColours
{
public:
    /// Does nothing if neither has changed.
    void reset(std::shared_ptr<const TaskTable> tasks, const Theme &theme);
    [[nodiscard]] QRgb colour(std::uint32_t task) const;

private:
    std::shared_ptr<const TaskTable> m_tasks;
    const Theme *m_theme = nullptr;
    /// 0: not asked for yet (colours are opaque, so none of them is 0).
    mutable std::vector<std::atomic<QRgb>> m_colours;
};

/// A lane's place in an image of 32-bit pixels.
struct LaneTarget
{
    QRgb *pixels = nullptr; ///< Of the lane's first row (which may be clipped) and first column.
    std::ptrdiff_t stride = 0; ///< Pixels from a row to the next.
    std::uint32_t columns = 0;
    int height = 0;
    int clipTop = 0; ///< Only rows [clipTop, clipBottom) are in the image.
    int clipBottom = 0;
    int phase = 0; ///< Of the hatching: the lane's y in the image, so that neighbours fit together.
};

struct LaneLook
{
    const Theme *theme = nullptr;
    const TaskColours *tasks = nullptr;
    LaneStripes stripes;
    bool isOdd = false;
    double dpr = 1;
    std::span<const std::uint32_t> gridColumns; ///< Where the ruler's major ticks are.
};

/// Paints all but the labels. One per thread (it has memory of its own to work in).
class LanePainter
{
public:
    void paint(const LaneDrawList &list, const LaneTarget &target, const LaneLook &look);

private:
    using Rects = std::vector<LaneRect>;
    void makeBackground(const LaneTarget &target, const LaneLook &look);
    void copyLine(const LaneTarget &target, Stripe stripe);
    void paintRunning(const LaneDrawList &list, const LaneTarget &target, const LaneLook &look);
    void paintBand(const Rects &rects, const LaneTarget &target, Stripe stripe, QRgb colour);
    /// A tick and a bar are at least a logical pixel wide.
    void paintTicks(const Rects &rects, const LaneTarget &target, Stripe stripe, QRgb colour,
                    double dpr);
    void paintDensity(const Rects &rects, const LaneTarget &target, Stripe stripe, QRgb colour,
                      double dpr);
    static void paintMatches(const Rects &rects, const LaneTarget &target, Stripe stripe,
                             QRgb colour);

    std::vector<QRgb> m_background; ///< [columns]
    std::vector<QRgb> m_line; ///< [columns] the stripe that is being composed
    std::vector<int> m_tops; ///< [columns] first row of a column's bar
};

/// What all that paint lanes have in common.
/// How strongly a level of Role::Running, Irq and Softirq is drawn, 0–255.
[[nodiscard]] unsigned levelAlpha(std::uint8_t level);
inline constexpr unsigned kEdgeAlpha = 150; ///< Of the background, at Role::Edge.
[[nodiscard]] QRgb tickColour(const Theme &theme);
/// Where matches are marked: over the ticks, or at the foot of bars.
[[nodiscard]] Stripe matchStripe(const LaneStripes &stripes, double dpr);
/// Of what was found: reaches above a match of the same column, so that both are seen.
[[nodiscard]] Stripe foundStripe(const LaneStripes &stripes, double dpr);
/// Diagonals: device pixels, and how strongly what lies between them and they themselves are drawn.
struct LaneHatch
{
    int period = 0;
    int thickness = 0;
    unsigned tint = 36;
    unsigned stroke = 215;
};
[[nodiscard]] LaneHatch laneHatch(double dpr);

/// Red diagonals over what is there. @param top, bottom  rows of the target.
void paintHatch(const LaneTarget &target, std::uint32_t begin, std::uint32_t end, int top,
                int bottom, QRgb colour, double dpr);

} // namespace thresher::ui
