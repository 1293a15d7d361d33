// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanepainter.h"

#include "widgets/oklch.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thresher::ui {

namespace {

/// How strongly a level is drawn: a floor, so that a slice of a microsecond in a column of a second
/// is still seen, then by how much is covered.
constexpr std::array<unsigned, kFullLevel + 1> kLevelAlpha = [] {
    std::array<unsigned, kFullLevel + 1> alpha{};
    for (unsigned level = 1; level <= kFullLevel; ++level)
        alpha[level] = 90 + (255 - 90) * (level - 1) / (kFullLevel - 1);
    return alpha;
}();

} // namespace

unsigned levelAlpha(std::uint8_t level)
{
    return kLevelAlpha[std::min(level, kFullLevel)];
}

QRgb tickColour(const Theme &theme)
{
    return mixed(theme.background.rgb(), theme.events.rgb(), theme.isDark ? 190 : 170);
}

Stripe matchStripe(const LaneStripes &stripes, double dpr)
{
    const int least = std::max(3, static_cast<int>(3 * dpr));
    const int top = std::min(stripes.ticks.top,
                             stripes.density.top + stripes.density.height - least);
    return {top, stripes.ticks.top + stripes.ticks.height - top};
}

Stripe foundStripe(const LaneStripes &stripes, double dpr)
{
    const Stripe match = matchStripe(stripes, dpr);
    const int height = std::max(2, (match.height + 1) / 2);
    return {match.top - height / 2, height * 3 / 2};
}

LaneHatch laneHatch(double dpr)
{
    LaneHatch hatch;
    hatch.period = std::max(4, static_cast<int>(std::lround(6 * dpr)));
    hatch.thickness = std::max(2, static_cast<int>(std::lround(2 * dpr)));
    return hatch;
}

void TaskColours::reset(std::shared_ptr<const TaskTable> tasks, const Theme &theme)
{
    if (tasks == m_tasks && &theme == m_theme)
        return;
    m_tasks = std::move(tasks);
    m_theme = &theme;
    m_colours = std::vector<std::atomic<QRgb>>(m_tasks ? m_tasks->size() : 0);
}

QRgb TaskColours::colour(std::uint32_t task) const
{
    if (task >= m_colours.size())
        return m_theme ? m_theme->unknown.rgb() : qRgb(128, 128, 128);
    QRgb colour = m_colours[task].load(std::memory_order_relaxed);
    if (colour == 0) { // several threads may find it at the same time: the same one
        const TaskId id{task};
        colour = m_theme->taskColour(m_tasks->name(id), m_tasks->task(id).pid);
        m_colours[task].store(colour, std::memory_order_relaxed);
    }
    return colour;
}

void LanePainter::makeBackground(const LaneTarget &target, const LaneLook &look)
{
    const Theme &theme = *look.theme;
    const QRgb plain = (look.isOdd ? theme.oddLane : theme.background).rgb();
    const QRgb grid = theme.grid.rgb();
    m_background.assign(target.columns, plain);
    for (const std::uint32_t column : look.gridColumns) {
        if (column < target.columns)
            m_background[column] = grid;
    }
}

void LanePainter::copyLine(const LaneTarget &target, Stripe stripe)
{
    const int first = std::max(stripe.top, target.clipTop);
    const int last = std::min(stripe.top + stripe.height, target.clipBottom);
    for (int y = first; y < last; ++y)
        std::copy(m_line.begin(), m_line.end(), target.pixels + y * target.stride);
}

void LanePainter::paintRunning(const LaneDrawList &list, const LaneTarget &target,
                               const LaneLook &look)
{
    const Theme &theme = *look.theme;
    const Stripe stripe = look.stripes.running;
    m_line = m_background;
    const QRgb pending = theme.pending.rgb();
    for (const LaneRect &rect : list.of(Role::Pending))
        std::fill(m_line.begin() + rect.begin, m_line.begin() + rect.end, pending);
    std::uint32_t lastValue = kNoValue;
    QRgb task = 0;
    for (const LaneRect &rect : list.of(Role::Running)) {
        if (rect.value != lastValue) {
            task = look.tasks->colour(rect.value);
            lastValue = rect.value;
        }
        const unsigned alpha = levelAlpha(rect.level);
        if (rect.end - rect.begin == 1) {
            m_line[rect.begin] = mixed(m_line[rect.begin], task, alpha);
        } else if (alpha == 255) {
            std::fill(m_line.begin() + rect.begin, m_line.begin() + rect.end, task);
        } else {
            for (std::uint32_t x = rect.begin; x < rect.end; ++x)
                m_line[x] = mixed(m_line[x], task, alpha);
        }
    }
    for (const LaneRect &rect : list.of(Role::Edge))
        m_line[rect.begin] = mixed(m_line[rect.begin], m_background[rect.begin], kEdgeAlpha);
    copyLine(target, stripe);

    const auto &unknown = list.of(Role::Unknown);
    if (unknown.empty())
        return;
    // Hollow: a line above and below.
    for (const LaneRect &rect : unknown)
        std::fill(m_line.begin() + rect.begin, m_line.begin() + rect.end, theme.unknown.rgb());
    const int thickness = std::min(stripe.height, std::max(1, static_cast<int>(look.dpr)));
    copyLine(target, {stripe.top, thickness});
    copyLine(target, {stripe.top + stripe.height - thickness, thickness});
}

void LanePainter::paintBand(const Rects &rects, const LaneTarget &target, Stripe stripe,
                            QRgb colour)
{
    if (rects.empty())
        return;
    m_line = m_background;
    for (const LaneRect &rect : rects) {
        const unsigned alpha = levelAlpha(rect.level);
        for (std::uint32_t x = rect.begin; x < rect.end; ++x)
            m_line[x] = mixed(m_line[x], colour, alpha);
    }
    copyLine(target, stripe);
}

void LanePainter::paintTicks(const Rects &rects, const LaneTarget &target, Stripe stripe,
                             QRgb colour, double dpr)
{
    if (rects.empty())
        return;
    const auto least = static_cast<std::uint32_t>(std::max(1, static_cast<int>(dpr)));
    for (int row = 0; row < stripe.height; ++row) {
        const int fromBottom = stripe.height - row - 1;
        m_line = m_background;
        for (const LaneRect &rect : rects) {
            if (rect.level * stripe.height <= fromBottom * kTickLevels)
                continue;
            const auto end = std::min(target.columns, std::max(rect.end, rect.begin + least));
            std::fill(m_line.begin() + rect.begin, m_line.begin() + end, colour);
        }
        copyLine(target, {stripe.top + row, 1});
    }
}

void LanePainter::paintDensity(const Rects &rects, const LaneTarget &target, Stripe stripe,
                               QRgb colour, double dpr)
{
    if (rects.empty() || stripe.height <= 0)
        return;
    const auto least = static_cast<std::uint32_t>(std::max(1, static_cast<int>(dpr)));
    const int bottom = stripe.top + stripe.height;
    m_tops.assign(target.columns, bottom);
    for (const LaneRect &rect : rects) {
        const int height = std::max(1,
                                    (rect.level * stripe.height + kFullDensity / 2) / kFullDensity);
        const auto end = std::min(target.columns, std::max(rect.end, rect.begin + least));
        for (std::uint32_t x = rect.begin; x < end; ++x)
            m_tops[x] = std::min(m_tops[x], bottom - height);
    }
    for (int y = std::max(stripe.top, target.clipTop); y < std::min(bottom, target.clipBottom);
         ++y) {
        QRgb *row = target.pixels + y * target.stride;
        for (std::uint32_t x = 0; x < target.columns; ++x)
            row[x] = m_tops[x] <= y ? colour : m_background[x];
    }
}

// Over what is there: only the columns of matches are touched.
void LanePainter::paintMatches(const Rects &rects, const LaneTarget &target, Stripe stripe,
                               QRgb colour)
{
    const int bottom = std::min(stripe.top + stripe.height, target.clipBottom);
    for (int y = std::max(stripe.top, target.clipTop); y < bottom; ++y) {
        QRgb *row = target.pixels + y * target.stride;
        for (const LaneRect &rect : rects)
            std::fill(row + rect.begin, row + std::min(rect.end, target.columns), colour);
    }
}

void LanePainter::paint(const LaneDrawList &list, const LaneTarget &target, const LaneLook &look)
{
    const Theme &theme = *look.theme;
    makeBackground(target, look);
    m_line = m_background;
    copyLine(target, {0, target.height});
    if (list.of(Role::Running).empty() && list.of(Role::Unknown).empty()
        && list.of(Role::Density).empty()) {
        // Nothing ran here, or it is not known yet.
        if (!list.of(Role::Pending).empty())
            paintRunning(list, target, look);
    } else if (list.of(Role::Density).empty()) {
        paintRunning(list, target, look);
    }
    paintDensity(list.of(Role::Density), target, look.stripes.density, theme.density.rgb(),
                 look.dpr);
    paintBand(list.of(Role::Irq), target, look.stripes.irq, theme.irq.rgb());
    paintBand(list.of(Role::Softirq), target, look.stripes.softirq, theme.softirq.rgb());
    paintTicks(list.of(Role::Events), target, look.stripes.ticks, tickColour(theme), look.dpr);
    paintMatches(list.of(Role::Match), target, matchStripe(look.stripes, look.dpr),
                 theme.accent.rgb());
    paintMatches(list.of(Role::Found), target, foundStripe(look.stripes, look.dpr),
                 theme.found.rgb());
    for (const LaneRect &rect : list.of(Role::Lost)) {
        const int bottom = look.stripes.whole.top + look.stripes.whole.height;
        paintHatch(target, rect.begin, rect.end, look.stripes.whole.top, bottom, theme.bad.rgb(),
                   look.dpr);
    }
}

void paintHatch(const LaneTarget &target, std::uint32_t begin, std::uint32_t end, int top,
                int bottom, QRgb colour, double dpr)
{
    const auto [period, thickness, tint, strong] = laneHatch(dpr);
    for (int y = std::max(top, target.clipTop); y < std::min(bottom, target.clipBottom); ++y) {
        QRgb *row = target.pixels + y * target.stride;
        int phase = static_cast<int>((begin + static_cast<std::uint32_t>(y + target.phase))
                                     % static_cast<std::uint32_t>(period));
        for (std::uint32_t x = begin; x < end; ++x) {
            row[x] = mixed(row[x], colour, phase < thickness ? strong : tint);
            phase = phase + 1 == period ? 0 : phase + 1;
        }
    }
}

} // namespace thresher::ui
