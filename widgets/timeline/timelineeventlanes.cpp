// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What TimelineRenderer does for pairs, counters and texts.
#include "model/qt/numbertext.h"
#include "model/query/gridbounds.h"
#include "widgets/timeline/timelineframe_p.h"

#include <algorithm>
#include <limits>

namespace thresher::ui {

using namespace Qt::StringLiterals;
using Font = TimelineCanvas::Font;

namespace {

/// A text has at least so much room, logical pixels.
constexpr double kLeastTextRoom = 48;

} // namespace

void TimelineRenderer::queryCounter(Frame &frame, std::size_t number)
{
    const TimelineScene &scene = frame.scene;
    const Lane &lane = frame.row(number).lane;
    Row &row = m_lanes[number - frame.first];
    row.curve.clear();
    if (!scene.analysis || lane.number >= scene.analysis->counters.size())
        return;
    row.values.resize(frame.grid.columns);
    if (lane.isSum)
        sampleCounters(*scene.analysis, lane.number, frame.grid, row.values);
    else
        sampleCounter(*scene.analysis, {lane.number, lane.key}, frame.grid, row.values);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t largest = std::numeric_limits<std::int64_t>::min();
    const CounterSeries *own = nullptr;
    for (const CounterSeries &series : scene.analysis->counters[lane.number].series) {
        least = std::min(least, series.min);
        largest = std::max(largest, series.max);
        if (!lane.isSum && series.key == lane.key)
            own = &series;
    }
    if (least > largest)
        return;
    row.scale = counterScale(least, largest);
    if (own != nullptr)
        row.scale = laneScale(own->min, own->max, row.scale);
    buildCounterLane(row.values, row.scale, frame.lost,
                     static_cast<std::uint32_t>(std::max(1, frame.device(4))), row.curve);
}

void TimelineRenderer::paintCounter(Frame &frame, std::size_t number, std::size_t worker)
{
    const LaneRow &row = frame.row(number);
    const Stripe place = frame.place(row);
    CounterLook look;
    look.lane.theme = &frame.theme;
    look.lane.isOdd = row.isOdd;
    look.lane.dpr = frame.scene.dpr;
    look.lane.gridColumns = frame.gridColumns;
    look.stripes = taskStripes(place.height);
    look.colour = frame.theme.counter.rgb();
    frame.canvas.paintCounterLane(worker, m_lanes[number - frame.first].curve,
                                  {place, frame.scene.left(), frame.lanesTop, frame.grid.columns},
                                  look);
}

void TimelineRenderer::queryTexts(Frame &frame, std::size_t number)
{
    const TimelineScene &scene = frame.scene;
    Row &row = m_lanes[number - frame.first];
    row.bars.clear();
    row.labelCpus.clear();
    if (!scene.texts)
        return;
    scene.texts->count(frame.grid, row.matches);
    const auto tick = static_cast<std::uint32_t>(std::max(1, frame.device(1)));
    const auto least = static_cast<std::uint32_t>(frame.device(kLeastTextRoom));
    const GridBounds &bounds = GridBounds::of(frame.grid);
    const auto columns = static_cast<std::uint32_t>(row.matches.size());
    std::optional<std::uint32_t> last;
    const auto label = [&](std::uint32_t end) {
        if (last && end - *last >= least)
            row.bars.labels.push_back({*last + tick, end, 0, bounds.first(*last), 0});
    };
    for (std::uint32_t x = 0; x < columns; ++x) {
        if (row.matches[x] == 0)
            continue;
        label(x);
        last = x;
        const std::uint32_t end = std::min(columns, x + tick);
        if (!row.bars.slices.empty() && row.bars.slices.back().end >= x)
            row.bars.slices.back().end = end;
        else
            row.bars.slices.push_back({x, end, 0, kFullLevel});
    }
    label(columns);
    markColumns(std::span<const std::uint8_t>(frame.lost),
                static_cast<std::uint32_t>(std::max(1, frame.device(4))), row.bars.lost);
}

/// Of what stands in a column the first, as far as there is room.
void TimelineRenderer::paintText(Frame &frame, const LaneRow &row, const TaskLabel &label)
{
    const TimelineScene &scene = frame.scene;
    const Stripe place = frame.place(row);
    const Stripe stripe = taskStripes(place.height).state;
    const int height = frame.canvas.textHeight(Font::Name);
    const int y = place.top + stripe.top + (stripe.height - height) / 2;
    if (!m_markText || y < frame.lanesTop - height
        || stripe.height < frame.device(kLeastNameHeight))
        return;
    const auto marks = scene.texts->in({label.time, scene.range.end}, 1);
    if (marks.empty())
        return;
    const int margin = frame.device(4);
    frame.canvas.drawText(Font::Name, {scene.left() + static_cast<int>(label.begin) + margin, y},
                          static_cast<int>(label.end - label.begin) - 2 * margin,
                          m_markText(marks.front()), frame.theme.text.rgb());
}

void TimelineRenderer::paintEventLaneName(Frame &frame, const LaneRow &row)
{
    const TimelineScene &scene = frame.scene;
    const Lane &lane = row.lane;
    const Stripe place = frame.place(row);
    const QRgb quiet = frame.theme.secondary.rgb();
    const auto middle = [&](Font font) {
        return place.top + (place.height - frame.canvas.textHeight(font)) / 2;
    };
    const int right = scene.left() - frame.device(10);
    const int left = frame.device(14 + 12 * lane.indent);
    if (lane.isFoldable)
        frame.canvas.drawText(Font::Load, {frame.device(3), middle(Font::Load)}, left,
                              lane.isFolded ? u"▸"_s : u"▾"_s, quiet);
    const auto atRight = [&](const QString &text, int y) {
        const int width = frame.canvas.textWidth(Font::Load, text);
        frame.canvas.drawText(Font::Load, {right - width, y}, width, text, quiet);
        return width;
    };
    const QString name = scene.analysis ? eventLaneName(lane, *scene.snapshot, *scene.analysis)
                                        : eventLaneName(lane, *scene.snapshot, Analysis());
    const int gap = frame.device(6);
    const int nameWidth = frame.canvas.textWidth(Font::Lane, name);
    int used = 0;
    if (lane.kind == Lane::Kind::Counter && scene.analysis
        && lane.number < scene.analysis->counters.size()) {
        const CounterSpec &spec = scene.analysis->counters[lane.number].spec;
        const CounterScale &scale = m_lanes[row.number - frame.first].scale;
        const Stripe curve = taskStripes(place.height).state;
        const int height = frame.canvas.textHeight(Font::Load);
        const int top = place.top + curve.top - frame.device(1);
        // Without all digits where the name has no room beside them.
        const bool isShort = left + nameWidth + gap
                                 + frame.canvas.textWidth(Font::Load,
                                                          counterValueText(spec, scale.high))
                             > right;
        const auto text = [&](std::int64_t value) {
            return isShort ? shortNumber(value) : counterValueText(spec, value);
        };
        used = atRight(text(scale.high), top);
        if (place.height >= 2 * height + frame.device(2))
            used = std::max(used, atRight(text(scale.low),
                                          place.top + place.height - height - frame.device(2)));
    } else if (lane.kind == Lane::Kind::Pair && scene.analysis
               && lane.number < scene.analysis->pairs.size() && lane.of.part == LaneId::Part::All) {
        used = atRight(groupedNumber(scene.analysis->pairs[lane.number].slices),
                       middle(Font::Load));
    }
    frame.canvas.drawText(Font::Lane, {left, middle(Font::Lane)}, right - used - gap - left, name,
                          frame.theme.text.rgb());
}

} // namespace thresher::ui
