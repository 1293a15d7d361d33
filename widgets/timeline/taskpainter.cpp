// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/taskpainter.h"

#include "widgets/oklch.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thresher::ui {

namespace {

/// Between the strokes of a pattern, so that a column of a pixel is seen wherever they lie.
constexpr unsigned kTint = 84;

unsigned periodOf(double dpr)
{
    return static_cast<unsigned>(std::max(4L, std::lround(5 * dpr)));
}

class Canvas
{
public:
    Canvas(const LaneTarget &target, double dpr)
        : m_target(target)
        , m_period(periodOf(dpr))
    {}

    void fillAll(QRgb plain, QRgb grid, std::span<const std::uint32_t> gridColumns) const
    {
        for (int y = std::max(0, m_target.clipTop); y < m_target.clipBottom; ++y) {
            QRgb *row = m_target.pixels + y * m_target.stride;
            std::fill_n(row, m_target.columns, plain);
            for (const std::uint32_t column : gridColumns) {
                if (column < m_target.columns)
                    row[column] = grid;
            }
        }
    }

    void fill(const LaneRect &rect, const StateLook &look, unsigned alpha) const
    {
        const Stripe stripe = look.stripe;
        const int bottom = std::min(stripe.top + stripe.height, m_target.clipBottom);
        const std::uint32_t end = std::min(rect.end, m_target.columns);
        for (int y = std::max(stripe.top, m_target.clipTop); y < bottom; ++y) {
            QRgb *row = m_target.pixels + y * m_target.stride;
            const bool isRim = y == stripe.top || y == stripe.top + stripe.height - 1;
            if (look.pattern == Pattern::Solid || (look.pattern == Pattern::Hollow && isRim)) {
                fillSolid(row, rect.begin, end, look.colour, alpha);
                continue;
            }
            const auto line = alphasOf(look.pattern, static_cast<unsigned>(y + m_target.phase));
            unsigned phase = rect.begin % m_period;
            for (std::uint32_t x = rect.begin; x < end; ++x) {
                unsigned strength = line[phase];
                if (look.pattern == Pattern::Hollow && (x == rect.begin || x + 1 == end))
                    strength = 255;
                row[x] = mixed(row[x], look.colour, strength * alpha / 255);
                phase = phase + 1 == m_period ? 0 : phase + 1;
            }
        }
    }

private:
    static constexpr std::size_t kMostPeriod = 64;

    static void fillSolid(QRgb *row, std::uint32_t begin, std::uint32_t end, QRgb colour,
                          unsigned alpha)
    {
        if (alpha >= 255) {
            std::fill(row + begin, row + std::max(begin, end), colour);
            return;
        }
        for (std::uint32_t x = begin; x < end; ++x)
            row[x] = mixed(row[x], colour, alpha);
    }

    /// A pattern's row, over one period.
    [[nodiscard]] std::array<unsigned, kMostPeriod> alphasOf(Pattern pattern, unsigned y) const
    {
        std::array<unsigned, kMostPeriod> line{};
        for (unsigned x = 0; x < std::min<std::size_t>(m_period, kMostPeriod); ++x)
            line[x] = patternAlpha(pattern, x, y, m_period);
        return line;
    }

    const LaneTarget &m_target;
    unsigned m_period;
};

Stripe bottomOf(Stripe stripe, int height)
{
    height = std::clamp(height, 1, std::max(1, stripe.height));
    return {stripe.top + stripe.height - height, height};
}

} // namespace

StateLook stateLook(TaskState state, const TaskStripes &stripes, const Theme &theme, QRgb running,
                    double dpr)
{
    const Stripe full = stripes.state;
    const int thin = std::max(1, static_cast<int>(std::lround(2 * dpr)));
    switch (state) {
    case TaskState::Running:
        return {Pattern::Solid, running, full};
    case TaskState::Runnable:
        return {Pattern::Stripes, theme.waiting.rgb(), full};
    case TaskState::Preempted:
        return {Pattern::BackStripes, theme.preempted.rgb(), full};
    case TaskState::Blocked:
        return {Pattern::Dots, theme.blocked.rgb(), full};
    case TaskState::New:
        return {Pattern::Hollow, theme.fresh.rgb(), bottomOf(full, full.height / 2)};
    case TaskState::Stopped:
        return {Pattern::Dashes, theme.stopped.rgb(), bottomOf(full, full.height / 3)};
    case TaskState::Dead:
        return {Pattern::Dashes, theme.sleeping.rgb(), bottomOf(full, std::max(1, thin / 2))};
    case TaskState::Sleeping:
        break;
    }
    return {Pattern::Solid, theme.sleeping.rgb(), bottomOf(full, thin)};
}

StateLook runsLook(const TaskStripes &stripes, QRgb running, double dpr)
{
    const int least = static_cast<int>(std::lround(2 * dpr));
    return {Pattern::Solid, running,
            bottomOf(stripes.state, std::max(least, stripes.state.height / 5))};
}

StateLook unknownLook(const TaskStripes &stripes, const Theme &theme)
{
    return {Pattern::Hatch, theme.unknown.rgb(), stripes.state};
}

unsigned patternAlpha(Pattern pattern, unsigned x, unsigned y, unsigned period)
{
    const unsigned rising = (x + y) % period;
    const unsigned falling = (x + (period - y % period)) % period;
    switch (pattern) {
    case Pattern::Solid:
        return 255;
    case Pattern::Stripes:
        return rising * 2 < period ? 235 : kTint;
    case Pattern::BackStripes:
        return falling * 2 < period ? 235 : kTint;
    case Pattern::Dots: {
        // Every second row of dots is half a period on.
        const unsigned row = y / 2;
        const bool isDotRow = row % 2 == 0;
        const unsigned shifted = (x + (row % 4 == 0 ? 0 : period / 2)) % period;
        return isDotRow && shifted < std::max(1U, period / 3) ? 235 : kTint / 2 + 12;
    }
    case Pattern::Dashes:
        return x % period < (period + 1) / 2 ? 220 : 0;
    case Pattern::Hollow:
        return 30;
    case Pattern::Hatch:
        return rising < std::max(1U, period / 5) ? 235 : 26;
    }
    return 255;
}

void paintTaskLane(const TaskLaneList &list, const LaneTarget &target, const TaskLook &look)
{
    const Theme &theme = *look.lane.theme;
    const Canvas canvas(target, look.lane.dpr);
    const QRgb plain = (look.lane.isOdd ? theme.oddLane : theme.background).rgb();
    canvas.fillAll(plain, theme.grid.rgb(), look.lane.gridColumns);
    std::array<StateLook, kTaskStates> looks;
    for (std::size_t i = 0; i < kTaskStates; ++i)
        looks[i] = stateLook(static_cast<TaskState>(i), look.stripes, theme, look.running,
                             look.lane.dpr);
    const auto lookOf = [&looks](std::uint32_t state) -> const StateLook & {
        return looks[std::min<std::size_t>(state, kTaskStates - 1)];
    };
    for (const LaneRect &rect : list.background)
        canvas.fill(rect, lookOf(rect.value), 255);
    for (const LaneRect &rect : list.unknown)
        canvas.fill(rect, unknownLook(look.stripes, theme), 255);
    for (std::size_t i = 0; i < list.slices.size(); ++i) {
        const LaneRect &rect = list.slices[i];
        if (i < look.colours.size())
            canvas.fill(rect, {Pattern::Solid, look.colours[i], look.stripes.state},
                        levelAlpha(rect.level));
        else
            canvas.fill(rect, lookOf(rect.value), levelAlpha(rect.level));
    }
    for (const LaneRect &rect : list.runs)
        canvas.fill(rect, runsLook(look.stripes, look.running, look.lane.dpr), 255);
    for (const LaneRect &rect : list.edges)
        canvas.fill(rect, {Pattern::Solid, plain, look.stripes.state}, kEdgeAlpha);
    const Stripe lost = look.stripes.lost;
    for (const LaneRect &rect : list.lost)
        paintHatch(target, rect.begin, rect.end, lost.top, lost.top + lost.height, theme.bad.rgb(),
                   look.lane.dpr);
}

} // namespace thresher::ui
