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

/// Rows after which a pattern begins anew.
unsigned rowsOf(Pattern pattern, unsigned period)
{
    switch (pattern) {
    case Pattern::Stripes:
    case Pattern::BackStripes:
    case Pattern::Hatch:
        return period;
    case Pattern::Dots:
        return 8;
    case Pattern::Solid:
    case Pattern::Dashes:
    case Pattern::Hollow:
        break;
    }
    return 1;
}

/// patternAlpha() of whole rows, worked out once.
class PatternLines
{
public:
    /// The calling thread's own; valid until its next call.
    static PatternLines &of(unsigned period, std::size_t columns)
    {
        thread_local PatternLines lines;
        if (lines.m_period != period || lines.m_columns < columns) {
            lines.m_period = period;
            lines.m_columns = columns;
            for (auto &pattern : lines.m_lines)
                pattern.clear();
        }
        return lines;
    }
    /// [columns] strengths.
    const std::uint8_t *line(Pattern pattern, unsigned y)
    {
        auto &lines = m_lines[static_cast<std::size_t>(pattern)];
        lines.resize(rowsOf(pattern, m_period));
        auto &line = lines[y % lines.size()];
        if (line.empty()) {
            line.resize(m_columns);
            for (std::size_t x = 0; x < m_columns; ++x)
                line[x] = static_cast<std::uint8_t>(
                    patternAlpha(pattern, static_cast<unsigned>(x), y, m_period));
        }
        return line.data();
    }

private:
    static constexpr std::size_t kPatterns = 7;
    unsigned m_period = 0;
    std::size_t m_columns = 0;
    std::array<std::vector<std::vector<std::uint8_t>>, kPatterns> m_lines; ///< By y.
};

/// Composes the rows of a lane one by one: those in which the same is to be seen are copied.
class LaneRows
{
public:
    LaneRows(const LaneTarget &target, const TaskLook &look)
        : m_target(target)
        , m_look(look)
        , m_lines(PatternLines::of(periodOf(look.lane.dpr), target.columns))
        , m_period(periodOf(look.lane.dpr))
    {}

    void add(std::span<const LaneRect> rects, const StateLook &look, unsigned alpha)
    {
        if (rects.empty())
            return;
        Layer &layer = m_layers.emplace_back();
        layer.rects = rects;
        layer.alpha = alpha;
        layer.looks.fill(look);
        m_used.push_back(look);
    }
    /// By state. @param alpha  0: by level.
    void addStates(std::span<const LaneRect> rects, const std::array<StateLook, kTaskStates> &looks,
                   unsigned alpha)
    {
        if (rects.empty())
            return;
        Layer &layer = m_layers.emplace_back();
        layer.rects = rects;
        layer.alpha = alpha;
        layer.looks = looks;
        std::array<bool, kTaskStates> isUsed{};
        for (const LaneRect &rect : rects)
            isUsed[stateOf(rect)] = true;
        for (std::size_t state = 0; state < kTaskStates; ++state) {
            if (isUsed[state])
                m_used.push_back(looks[state]);
        }
    }
    /// Solid, each in a colour of its own.
    void addColoured(std::span<const LaneRect> rects, std::span<const QRgb> colours)
    {
        if (rects.empty())
            return;
        Layer &layer = m_layers.emplace_back();
        layer.rects = rects;
        layer.colours = colours;
        layer.looks.fill({Pattern::Solid, 0, m_look.stripes.state});
        m_used.push_back(layer.looks[0]);
    }
    void paint();

private:
    struct Layer
    {
        std::span<const LaneRect> rects;
        std::array<StateLook, kTaskStates> looks;
        std::span<const QRgb> colours; ///< [rects]; empty: those of the looks.
        unsigned alpha = 0; ///< 0: by level.
    };

    static std::size_t stateOf(const LaneRect &rect)
    {
        return std::min<std::size_t>(rect.value, kTaskStates - 1);
    }
    static bool isIn(const Stripe &stripe, int y)
    {
        return y >= stripe.top && y < stripe.top + stripe.height;
    }
    static bool isRim(const Stripe &stripe, int y)
    {
        return y == stripe.top || y == stripe.top + stripe.height - 1;
    }
    /// What of each look that is used is in a row. Rows of which it is the same are the same.
    using Sign = std::array<std::uint8_t, 3 * kTaskStates>;
    [[nodiscard]] Sign signOf(int y) const;
    void paintGround(QRgb *row) const;
    void paintLayer(const Layer &layer, int y, QRgb *row);
    void paintRect(const LaneRect &rect, const StateLook &look, QRgb colour, unsigned alpha, int y,
                   QRgb *row);

    const LaneTarget &m_target;
    const TaskLook &m_look;
    PatternLines &m_lines;
    unsigned m_period;
    std::vector<Layer> m_layers; ///< The later over the earlier.
    std::vector<StateLook> m_used;
};

LaneRows::Sign LaneRows::signOf(int y) const
{
    Sign sign{};
    const auto row = static_cast<unsigned>(y + m_target.phase);
    for (std::size_t i = 0; i < m_used.size(); ++i) {
        const StateLook &look = m_used[i];
        if (!isIn(look.stripe, y))
            continue;
        const bool isLine = look.pattern == Pattern::Hollow && isRim(look.stripe, y);
        sign[i] = static_cast<std::uint8_t>(isLine ? 1 : 2 + row % rowsOf(look.pattern, m_period));
    }
    return sign;
}

void LaneRows::paintGround(QRgb *row) const
{
    const Theme &theme = *m_look.lane.theme;
    std::fill_n(row, m_target.columns,
                (m_look.lane.isOdd ? theme.oddLane : theme.background).rgb());
    const QRgb grid = theme.grid.rgb();
    for (const std::uint32_t column : m_look.lane.gridColumns) {
        if (column < m_target.columns)
            row[column] = grid;
    }
}

void LaneRows::paintRect(const LaneRect &rect, const StateLook &look, QRgb colour, unsigned alpha,
                         int y, QRgb *row)
{
    const std::uint32_t end = std::min(rect.end, m_target.columns);
    if (look.pattern == Pattern::Solid
        || (look.pattern == Pattern::Hollow && isRim(look.stripe, y))) {
        if (alpha >= 255) {
            std::fill(row + rect.begin, row + std::max(rect.begin, end), colour);
            return;
        }
        for (std::uint32_t x = rect.begin; x < end; ++x)
            row[x] = mixed(row[x], colour, alpha);
        return;
    }
    const std::uint8_t *const line = m_lines.line(look.pattern,
                                                  static_cast<unsigned>(y + m_target.phase));
    for (std::uint32_t x = rect.begin; x < end; ++x) {
        const bool isSide = look.pattern == Pattern::Hollow && (x == rect.begin || x + 1 == end);
        row[x] = mixed(row[x], colour, (isSide ? 255U : line[x]) * alpha / 255);
    }
}

void LaneRows::paintLayer(const Layer &layer, int y, QRgb *row)
{
    for (std::size_t i = 0; i < layer.rects.size(); ++i) {
        const LaneRect &rect = layer.rects[i];
        const StateLook &look = layer.looks[stateOf(rect)];
        if (isIn(look.stripe, y))
            paintRect(rect, look, layer.colours.empty() ? look.colour : layer.colours[i],
                      layer.alpha == 0 ? levelAlpha(rect.level) : layer.alpha, y, row);
    }
}

void LaneRows::paint()
{
    std::vector<Sign> signs;
    const int top = std::max(0, m_target.clipTop);
    for (int y = top; y < m_target.clipBottom; ++y) {
        QRgb *const row = m_target.pixels + y * m_target.stride;
        const Sign sign = signOf(y);
        const auto same = std::ranges::find(signs, sign);
        if (same != signs.end()) {
            const QRgb *const done = m_target.pixels
                                     + (top + (same - signs.begin())) * m_target.stride;
            std::copy_n(done, m_target.columns, row);
        } else {
            paintGround(row);
            for (const Layer &layer : m_layers)
                paintLayer(layer, y, row);
        }
        signs.push_back(sign);
    }
}

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
    std::array<StateLook, kTaskStates> looks;
    for (std::size_t i = 0; i < kTaskStates; ++i)
        looks[i] = stateLook(static_cast<TaskState>(i), look.stripes, theme, look.running,
                             look.lane.dpr);
    constexpr unsigned kFull = 255;
    LaneRows rows(target, look);
    rows.addStates(list.background, looks, kFull);
    rows.add(list.unknown, unknownLook(look.stripes, theme), kFull);
    // Those without a colour of their own are states.
    const std::size_t coloured = std::min(look.colours.size(), list.slices.size());
    const std::span<const LaneRect> slices(list.slices);
    rows.addColoured(slices.first(coloured), look.colours.first(coloured));
    rows.addStates(slices.subspan(coloured), looks, 0);
    rows.add(list.runs, runsLook(look.stripes, look.running, look.lane.dpr), kFull);
    const QRgb plain = (look.lane.isOdd ? theme.oddLane : theme.background).rgb();
    rows.add(list.edges, {Pattern::Solid, plain, look.stripes.state}, kEdgeAlpha);
    rows.paint();
    const Stripe lost = look.stripes.lost;
    for (const LaneRect &rect : list.lost)
        paintHatch(target, rect.begin, rect.end, lost.top, lost.top + lost.height, theme.bad.rgb(),
                   look.lane.dpr);
}

} // namespace thresher::ui
