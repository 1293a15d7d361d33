// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What TimelineRenderer does for tasks and what they were in, and the headings of all lanes.
#include "model/qt/numbertext.h"
#include "widgets/timeline/statenames.h"
#include "widgets/timeline/timelineframe_p.h"

#include <QCoreApplication>

#include <algorithm>

namespace thresher::ui {

using namespace Qt::StringLiterals;
using Font = TimelineCanvas::Font;

namespace {

/// More arrows than this in a picture cannot be told apart.
constexpr std::size_t kMostWakes = 24;
/// Behind the name of a probed function, for what it was given; logical pixels.
constexpr double kLeastCallRoom = 40;

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

QString groupName(const LaneRow &heading)
{
    if (heading.lane.kind == Lane::Kind::Process)
        return tr("process %1").arg(heading.lane.owner);
    switch (heading.lane.group) {
    case LaneGroup::Pinned:
        return tr("Pinned");
    case LaneGroup::Cpus:
        return tr("CPUs");
    case LaneGroup::Pairs:
        return tr("Pairs");
    case LaneGroup::Counters:
        return tr("Counters");
    case LaneGroup::Marks:
        return tr("Texts");
    case LaneGroup::Tasks:
        break;
    }
    return tr("Tasks");
}

/// Also tells how states are told apart, where one looks for it.
QString groupText(const LaneRow &heading, const TimelineScene &scene, bool hasSlices)
{
    const Lane &lane = heading.lane;
    if (lane.kind == Lane::Kind::Process)
        return tr("%1 threads").arg(groupedNumber(lane.shown));
    if (lane.group == LaneGroup::Pinned)
        return groupedNumber(lane.shown);
    if (lane.group == LaneGroup::Marks)
        return tr("%1 that were written into the trace").arg(groupedNumber(lane.all));
    QString said = tr("%1 of %2").arg(groupedNumber(lane.shown), groupedNumber(lane.all));
    if (lane.group == LaneGroup::Cpus)
        return said + (hasSlices ? tr(" · coloured by task") : tr(" · events"));
    if (scene.analysis && !scene.analysis->isComplete())
        said += tr(" · still being worked out");
    if (lane.group == LaneGroup::Pairs)
        return said + tr(" · from one event to another");
    if (lane.group == LaneGroup::Counters)
        return said + tr(" · numbers that events tell of");
    if (scene.analysis && !scene.analysis->hasSwitches)
        return said + tr(" · no sched_switch was recorded: what they did is not known");
    return said
           + tr(
               " · running: solid · waiting for a CPU: striped, preempted: striped the other way · "
               "blocked: dotted · sleeping: a line · not known: hatched");
}

} // namespace

void TimelineRenderer::queryTask(Frame &frame, std::size_t number)
{
    const TimelineScene &scene = frame.scene;
    const LaneRow &row = frame.row(number);
    Row &task = m_lanes[number - frame.first];
    task.bars.clear();
    task.labelCpus.clear();
    if (!scene.analysis)
        return;
    const Lane &lane = row.lane;
    const auto [key, last] = tracksOf(lane);
    const TrackLaneRequest request{key, frame.grid, 26 * scene.dpr};
    if (lane.isSum)
        queryTrackLanes(*scene.analysis, scene.analysis->between(key, last),
                        scene.selection ? &scene.selection->filter : nullptr, request, task.track);
    else
        queryTrackLane(*scene.analysis, request, task.track);
    const bool isNested = lane.kind == Lane::Kind::Nested;
    buildTaskLane(task.track, frame.grid, isNested ? std::span<const std::uint8_t>() : frame.lost,
                  static_cast<std::uint32_t>(std::max(1, frame.device(4))), task.bars);
    if (!scene.withText || lane.kind != Lane::Kind::Task)
        return;
    for (const TaskLabel &label : task.bars.labels) {
        const auto found = sliceAt(*scene.analysis, key, label.time);
        task.labelCpus.push_back(found ? found->cpu : 0);
    }
}

void TimelineRenderer::paintTask(Frame &frame, std::size_t number, std::size_t worker)
{
    const LaneRow &row = frame.row(number);
    const Stripe place = frame.place(row);
    const Row &task = m_lanes[number - frame.first];
    std::vector<QRgb> colours;
    TaskLook look;
    look.lane.theme = &frame.theme;
    look.lane.tasks = &m_colours;
    look.lane.isOdd = row.isOdd;
    look.lane.dpr = frame.scene.dpr;
    look.lane.gridColumns = frame.gridColumns;
    look.stripes = taskStripes(place.height);
    look.running = m_colours.colour(row.lane.owner);
    if (row.lane.kind == Lane::Kind::Nested)
        look.stripes.state = {0, std::max(1, place.height - std::max(1, place.height / 10))};
    if (row.lane.kind != Lane::Kind::Task) {
        if (row.lane.kind == Lane::Kind::Marks) {
            colours.assign(task.bars.slices.size(), frame.theme.writtenText.rgb());
        } else {
            SliceColours::OfLane &colourOf = m_sliceColours[worker].of(row.lane);
            colours.reserve(task.bars.slices.size());
            for (const LaneRect &rect : task.bars.slices)
                colours.push_back(colourOf(rect.value));
        }
        look.colours = colours;
    }
    frame.canvas.paintTaskLane(
        worker, task.bars, {place, frame.scene.left(), frame.lanesTop, frame.grid.columns}, look);
}

void TimelineRenderer::findWakes(const Frame &frame)
{
    m_wakes.clear();
    if (!frame.scene.analysis)
        return;
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const LaneRow &row = frame.row(i);
        const Row &task = m_lanes[i - frame.first];
        if (row.lane.kind != Lane::Kind::Task)
            continue;
        for (std::size_t l = 0; l < task.labelCpus.size(); ++l) {
            const TaskLabel &label = task.bars.labels[l];
            if (label.value == static_cast<std::uint32_t>(TaskState::Runnable)
                && label.time >= frame.scene.range.begin)
                m_wakes.push_back({TaskId{row.lane.owner}, label.time, task.labelCpus[l], {}});
        }
    }
    if (m_wakes.size() > kMostWakes)
        m_wakes.clear();
}

void TimelineRenderer::paintTaskLabels(Frame &frame)
{
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        if (frame.row(i).isCpu() || frame.row(i).lane.kind == Lane::Kind::Counter)
            continue;
        const Row &task = m_lanes[i - frame.first];
        for (std::size_t l = 0; l < task.bars.labels.size(); ++l)
            if (frame.row(i).lane.kind == Lane::Kind::Marks)
                paintText(frame, frame.row(i), task.bars.labels[l]);
            else
                paintTaskLabel(frame, frame.row(i), task.bars.labels[l],
                               l < task.labelCpus.size() ? task.labelCpus[l] : 0);
    }
}

void TimelineRenderer::paintTaskLabel(Frame &frame, const LaneRow &row, const TaskLabel &label,
                                      CpuId cpu)
{
    const Stripe place = frame.place(row);
    const bool isNested = row.lane.kind == Lane::Kind::Nested;
    const Stripe stripe = isNested ? Stripe{0, place.height} : taskStripes(place.height).state;
    if (stripe.height < frame.device(kLeastNameHeight))
        return;
    const int margin = frame.device(4);
    const int height = frame.canvas.textHeight(Font::Name);
    const int x = frame.scene.left() + static_cast<int>(label.begin) + margin;
    const int y = place.top + stripe.top + (stripe.height - height) / 2;
    const int room = static_cast<int>(label.end - label.begin) - 2 * margin;
    if (y < frame.lanesTop - height)
        return;
    if (row.lane.isOfPair()) {
        const Slice slice{label.time, label.until, label.value};
        const QString text = pairSliceText(*frame.scene.analysis, row.lane.number, slice,
                                           frame.scene.style);
        frame.canvas.drawText(Font::Name, {x, y}, room, text, frame.theme.sliceText.rgb());
        return;
    }
    if (isNested) {
        frame.canvas.drawText(Font::Name, {x, y}, room, nestedText(frame, row.lane, label, room),
                              frame.theme.sliceText.rgb());
        return;
    }
    const auto state = static_cast<TaskState>(label.value);
    if (state == TaskState::Running) {
        frame.canvas.drawText(Font::Name, {x, y}, room, tr("CPU %1").arg(cpu),
                              frame.theme.sliceText.rgb());
        return;
    }
    // On a pattern, letters need a ground of their own; cut ones would say nothing.
    const QString name = stateName(state);
    const int width = frame.canvas.textWidth(Font::Name, name);
    if (width + 2 * margin > room)
        return;
    const QColor &ground = row.isOdd ? frame.theme.oddLane : frame.theme.background;
    const int top = std::max(place.top + stripe.top + frame.device(1), frame.lanesTop);
    const int bottom = place.top + stripe.top + stripe.height - frame.device(1);
    if (top < bottom)
        frame.fill({x - margin / 2, top, width + margin, bottom - top}, ground.rgb());
    frame.canvas.drawText(Font::Name, {x, y}, room, name, frame.theme.text.rgb());
}

/// Its name; of a probed call what it was given and gave as well, where some of that has room.
QString TimelineRenderer::nestedText(Frame &frame, const Lane &lane, const TaskLabel &label,
                                     int room)
{
    const Analysis &analysis = *frame.scene.analysis;
    QString name = sliceName(analysis, lane.what, label.value);
    if (lane.what != TrackClass::Probe
        || frame.canvas.textWidth(Font::Name, name) + frame.device(kLeastCallRoom) > room)
        return name;
    const auto placed = sliceAt(analysis, {lane.what, 0, lane.owner, lane.depth}, label.time);
    if (!placed)
        return name;
    const QString &call = m_calls.text(analysis, taskOfOwner(lane.owner), *placed);
    return call.isEmpty() ? name : call;
}

void TimelineRenderer::paintTaskName(Frame &frame, const LaneRow &row)
{
    const TimelineScene &scene = frame.scene;
    const Lane &lane = row.lane;
    if (lane.kind != Lane::Kind::Nested && lane.kind != Lane::Kind::Task) {
        paintEventLaneName(frame, row);
        return;
    }
    const Stripe place = frame.place(row);
    const auto middle = [&](Font font) {
        return place.top + (place.height - frame.canvas.textHeight(font)) / 2;
    };
    const int right = scene.left() - frame.device(10);
    int left = frame.device(14 + 12 * lane.indent);
    if (lane.kind == Lane::Kind::Nested) {
        if (lane.depth == 0 && !lane.isOfPair())
            frame.canvas.drawText(Font::Load, {left + frame.device(12), middle(Font::Load)},
                                  right - left, trackName(lane.what), frame.theme.secondary.rgb());
        return;
    }
    if (lane.isFoldable)
        frame.canvas.drawText(Font::Load, {frame.device(3), middle(Font::Load)}, left,
                              lane.isFolded ? u"▸"_s : u"▾"_s, frame.theme.secondary.rgb());
    const TaskId task{lane.owner};
    const QString pid = QString::number(scene.snapshot->tasks->task(task).pid);
    const int width = frame.canvas.textWidth(Font::Load, pid);
    frame.canvas.drawText(Font::Load, {right - width, middle(Font::Load)}, width, pid,
                          frame.theme.secondary.rgb());
    frame.canvas.drawText(Font::Lane, {left, middle(Font::Lane)},
                          right - width - frame.device(6) - left, scene.snapshot->tasks->name(task),
                          frame.theme.text.rgb(), 255);
}

void TimelineRenderer::paintHeadings(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const auto [first, last] = scene.layout.headingsWithin(
        scene.scroll, std::max(0, scene.size.height() - kRulerHeight));
    for (std::size_t i = first; i < last; ++i)
        paintHeading(frame, scene.layout.headings()[i]);
    if (scene.layout.headings().empty()) // no trace, or all lanes are off
        frame.fill({0, frame.lanesTop, frame.width(), frame.device(kGroupHeight)},
                   frame.theme.panel.rgb());
}

void TimelineRenderer::paintHeading(Frame &frame, const LaneRow &heading)
{
    const TimelineScene &scene = frame.scene;
    const Theme &theme = frame.theme;
    const Stripe place = frame.place(heading);
    frame.fill({0, place.top, frame.width(), place.height}, theme.panel.rgb());
    if (!scene.withText || !scene.snapshot)
        return;
    const auto middle = [&](Font font) {
        return place.top + (place.height - frame.canvas.textHeight(font)) / 2;
    };
    const int left = frame.device(14);
    if (heading.lane.isFoldable)
        frame.canvas.drawText(Font::Load, {frame.device(3), middle(Font::Load)}, left,
                              heading.lane.isFolded ? u"▸"_s : u"▾"_s, theme.secondary.rgb());
    frame.canvas.drawText(Font::Group, {left, middle(Font::Group)}, scene.left() - left,
                          groupName(heading), theme.text.rgb());
    const int x = scene.left() + frame.device(6);
    frame.canvas.drawText(Font::Name, {x, middle(Font::Name)}, frame.width() - x,
                          groupText(heading, scene, frame.hasSlices), theme.secondary.rgb());
}

} // namespace thresher::ui
