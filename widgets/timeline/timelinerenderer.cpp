// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelinerenderer.h"

#include "widgets/timeline/timelineframe_p.h"
#include "widgets/timeline/vectorcanvas.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace thresher::ui {

using namespace Qt::StringLiterals;
using Font = TimelineCanvas::Font;

namespace {

/// Fewer lanes than this are done before a second thread has started.
constexpr std::size_t kLanesForTwoThreads = 12;

QFont compactFont(QFont font, int laneHeight)
{
    // Names of low lanes still have to fit between their neighbours.
    font.setPixelSize(std::clamp(laneHeight, 8, font.pixelSize()));
    return font;
}

} // namespace

int TimelineScene::left() const
{
    return toDevice(kLabelWidth, dpr);
}

PixelGrid TimelineScene::grid() const
{
    const int columns = toDevice(size.width(), dpr) - left();
    return {range, static_cast<std::uint32_t>(std::max(columns, 0))};
}

const LaneRow *TimelineScene::rowAt(double y) const
{
    return y < kRulerHeight ? nullptr
                            : layout.rowAt(static_cast<int>(std::floor(y)) - kRulerHeight + scroll);
}

bool TimelineScene::hasInterrupts() const
{
    return snapshot && std::ranges::any_of(snapshot->streams, [](const StreamView &stream) {
               return stream.irq.size > 0 || stream.softirq.size > 0;
           });
}

LaneStripes TimelineScene::stripesOf(const LaneRow &row) const
{
    return laneStripes(row.height, hasInterrupts());
}

double TimelineScene::xOf(TimeNs time) const
{
    return (left() + grid().position(time)) / dpr;
}

TimeNs TimelineScene::timeAt(double x) const
{
    return grid().timeOf(x * dpr - left());
}

void TimelineRenderer::prepare(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const double dpr = scene.dpr;
    m_colours.reset(scene.snapshot ? scene.snapshot->tasks : nullptr, frame.theme);
    for (SliceColours &colours : m_sliceColours)
        colours.reset(frame.theme);
    if (scene.withText) {
        frame.canvas.setFont(Font::Lane, compactFont(fonts().ui, scene.layout.laneHeight()), dpr);
        frame.canvas.setFont(Font::Group, fonts().strong, dpr);
        frame.canvas.setFont(Font::Load, compactFont(fonts().small, scene.layout.laneHeight()),
                             dpr);
        frame.canvas.setFont(Font::Name, fonts().small, dpr);
    }
    const double digit = scene.withText ? frame.canvas.textWidth(Font::Name, u"0"_s) : 7 * dpr;
    m_ruler = makeRuler(scene.range, frame.grid.columns, scene.style, digit);
    for (const Tick &tick : m_ruler.ticks) {
        if (tick.isMajor)
            frame.gridColumns.push_back(frame.grid.columnOf(tick.time));
    }
    frame.hasInterrupts = scene.hasInterrupts();
    frame.hasSlices = scene.snapshot
                      && std::ranges::any_of(scene.snapshot->streams, [](const StreamView &stream) {
                             return stream.running.size > 0;
                         });
    frame.lanesTop = frame.device(kRulerHeight);
    const auto rows = scene.layout.rowsWithin(scene.scroll,
                                              std::max(0, scene.size.height() - kRulerHeight));
    frame.first = rows.first;
    frame.last = rows.second;
    for (std::size_t i = frame.first; i < frame.last && frame.lost.empty() && scene.snapshot; ++i) {
        if (!frame.row(i).isCpu())
            queryLost(*scene.snapshot, frame.grid, frame.lost);
    }
    if (m_lanes.size() < frame.last - frame.first)
        m_lanes.resize(frame.last - frame.first);
}

/// Calls `work(number, worker)` for every row in view, on two threads where that pays.
template<typename Work>
static void forRows(std::size_t first, std::size_t last, std::size_t workers, const Work &work)
{
    std::atomic<std::size_t> next{first};
    const auto run = [&](std::size_t worker) {
        for (std::size_t i = next.fetch_add(1); i < last; i = next.fetch_add(1))
            work(i, worker);
    };
    if (workers < 2 || last - first < kLanesForTwoThreads) {
        run(0);
        return;
    }
    const std::jthread helper([&] { run(1); });
    run(0);
}

void TimelineRenderer::paintLanes(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    if (!scene.snapshot || frame.grid.columns == 0)
        return;
    const std::size_t workers = frame.canvas.workers();
    forRows(frame.first, frame.last, TimelineCanvas::kWorkers, [&](std::size_t i, std::size_t) {
        if (!frame.row(i).isCpu()) {
            queryOther(frame, i);
            return;
        }
        Row &lane = m_lanes[i - frame.first];
        const CpuId cpu = frame.row(i).cpu;
        const LaneRequest request{cpu, frame.grid, 26 * scene.dpr};
        queryCpuLane(*scene.snapshot, scene.selection.get(), request, lane.columns);
        lane.matches.clear();
        if (scene.matches)
            queryMatches(*scene.snapshot, *scene.matches, cpu, frame.grid, lane.matches);
        lane.found.clear();
        if (scene.found)
            queryMatches(*scene.snapshot, *scene.found, cpu, frame.grid, lane.found);
        lane.load = cpuLoad(*scene.snapshot, scene.selection.get(), cpu, scene.range);
    });
    std::uint32_t peak = 1;
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const CpuLane &lane = m_lanes[i - frame.first].columns;
        if (frame.row(i).isCpu() && lane.running.empty())
            peak = std::max(peak, densityPeak(lane));
    }
    const LaneGeometryOptions options{
        frame.grid, static_cast<std::uint32_t>(std::max(1, frame.device(4))),
        static_cast<std::uint32_t>(std::max(2, frame.device(2))), peak};
    forRows(frame.first, frame.last, workers, [&](std::size_t i, std::size_t worker) {
        if (!frame.row(i).isCpu()) {
            if (frame.row(i).lane.kind == Lane::Kind::Counter)
                paintCounter(frame, i, worker);
            else
                paintTask(frame, i, worker);
            return;
        }
        Row &lane = m_lanes[i - frame.first];
        buildLane(lane.columns, options, lane.list, lane.matches, lane.found);
        paintLane(frame, i, worker);
    });
    frame.canvas.endLanes();
}

void TimelineRenderer::queryOther(Frame &frame, std::size_t number)
{
    const Lane::Kind kind = frame.row(number).lane.kind;
    if (kind == Lane::Kind::Counter)
        queryCounter(frame, number);
    else if (kind == Lane::Kind::Marks)
        queryTexts(frame, number);
    else
        queryTask(frame, number);
}

void TimelineRenderer::paintLane(Frame &frame, std::size_t number, std::size_t worker)
{
    const TimelineScene &scene = frame.scene;
    const LaneRow &row = frame.row(number);
    const Stripe place = frame.place(row);
    LaneLook look;
    look.theme = &frame.theme;
    look.tasks = &m_colours;
    look.stripes = laneStripes(place.height, frame.hasInterrupts);
    look.isOdd = row.isOdd;
    look.dpr = scene.dpr;
    look.gridColumns = frame.gridColumns;
    frame.canvas.paintLane(worker, m_lanes[number - frame.first].list,
                           {place, scene.left(), frame.lanesTop, frame.grid.columns}, look);
}

void TimelineRenderer::paintSliceNames(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const TaskTable &tasks = *scene.snapshot->tasks;
    const QRgb colour = frame.theme.sliceText.rgb();
    const int margin = frame.device(4);
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const Stripe place = frame.place(frame.row(i));
        const Stripe stripe = laneStripes(place.height, frame.hasInterrupts).running;
        if (!frame.row(i).isCpu() || stripe.height < frame.device(kLeastNameHeight))
            continue;
        const int y = place.top + stripe.top
                      + (stripe.height - frame.canvas.textHeight(Font::Name)) / 2;
        for (const LaneLabel &label : m_lanes[i - frame.first].list.labels) {
            int x = scene.left() + static_cast<int>(label.begin) + margin;
            int room = static_cast<int>(label.end - label.begin) - 2 * margin;
            const int used = frame.canvas.drawText(
                Font::Name, {x, y}, room, tasks.nameAt(label.task, label.time), colour, 255);
            // The pid, where there is room for both: many tasks of one name are common.
            x += used + margin;
            room -= used + margin;
            if (used > 0 && room > frame.device(48))
                frame.canvas.drawText(Font::Name, {x, y}, room,
                                      std::to_string(tasks.task(label.task).pid), colour, 140);
        }
    }
}

void TimelineRenderer::paintNames(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const Theme &theme = frame.theme;
    const int right = scene.left() - frame.device(10);
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const Stripe place = frame.place(frame.row(i));
        const QColor &back = frame.row(i).isOdd ? theme.oddLane : theme.background;
        frame.fill({0, place.top, scene.left(), place.height}, back.rgb());
    }
    if (!scene.withText)
        return;
    // Names of low lanes may reach a little over their neighbours: all backgrounds first.
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const LaneRow &row = frame.row(i);
        if (!row.isCpu()) {
            paintTaskName(frame, row);
            continue;
        }
        const Stripe place = frame.place(row);
        const auto middle = [&](Font font) {
            return place.top + (place.height - frame.canvas.textHeight(font)) / 2;
        };
        frame.canvas.drawText(Font::Lane, {frame.device(14), middle(Font::Lane)}, right,
                              u"CPU %1"_s.arg(row.cpu), theme.text.rgb());
        if (const auto &load = m_lanes[i - frame.first].load) {
            const QString percent = u"%1 %"_s.arg(std::lround(*load * 100));
            const int width = frame.canvas.textWidth(Font::Load, percent);
            frame.canvas.drawText(Font::Load, {right - width, middle(Font::Load)}, width, percent,
                                  theme.secondary.rgb());
        }
    }
}

void TimelineRenderer::paintRuler(Frame &frame)
{
    const Theme &theme = frame.theme;
    const int bottom = frame.lanesTop;
    const int hair = std::max(1, static_cast<int>(frame.scene.dpr));
    frame.fill({0, 0, frame.width(), bottom}, theme.panel.rgb());
    for (const Tick &tick : m_ruler.ticks) {
        const int x = frame.scene.left() + static_cast<int>(frame.grid.columnOf(tick.time));
        const int height = frame.device(tick.isMajor ? 10 : 4);
        frame.fill({x, bottom - height, hair, height},
                   (tick.isMajor ? theme.faint : theme.line).rgb());
    }
    m_rulerLabels.clear();
    if (frame.scene.withText)
        paintRulerLabels(frame);
    frame.fill({0, bottom - hair, frame.width(), hair}, theme.line.rgb());
}

void TimelineRenderer::paintRulerLabels(Frame &frame)
{
    const int left = frame.scene.left();
    const Theme &theme = frame.theme;
    // What all labels lack stands before the first of them: left of the lanes, else over them.
    QString prefix = m_ruler.prefix;
    int labelsFrom = left;
    const int prefixRoom = left - frame.device(kLanesButtonEnd + 8);
    if (frame.canvas.textWidth(Font::Name, prefix) > prefixRoom) {
        labelsFrom += frame.canvas.textWidth(Font::Name, prefix) + frame.device(12);
        for (const Tick &tick : m_ruler.ticks) {
            // Of the times that it hides, the last whole one holds for the labels that follow.
            if (tick.isAnchor && left + frame.grid.position(tick.time) < labelsFrom)
                prefix = tick.label;
        }
    }
    for (const Tick &tick : m_ruler.ticks) {
        const int x = left + static_cast<int>(frame.grid.columnOf(tick.time));
        const int labelX = x + frame.device(5);
        if (!tick.isMajor || x < labelsFrom
            || labelX + frame.canvas.textWidth(Font::Name, tick.label) > frame.width())
            continue;
        if (tick.isAnchor && tick.label == prefix)
            prefix.clear(); // the range begins with it: once is enough
        paintRulerLabel(frame, labelX, tick.label, tick.isAnchor ? theme.text : theme.secondary);
    }
    if (!prefix.isEmpty()) {
        const int x = labelsFrom > left
                          ? left + frame.device(4)
                          : left - frame.device(8) - frame.canvas.textWidth(Font::Name, prefix);
        paintRulerLabel(frame, x, prefix, theme.text);
    }
}

void TimelineRenderer::paintRulerLabel(Frame &frame, int x, const QString &text,
                                       const QColor &colour)
{
    const int y = (frame.lanesTop - frame.canvas.textHeight(Font::Name)) / 2 - frame.device(1);
    const int width = frame.canvas.textWidth(Font::Name, text);
    frame.canvas.drawText(Font::Name, {x, y}, std::min(width, frame.width() - x), text,
                          colour.rgb());
    const double dpr = frame.scene.dpr;
    m_rulerLabels.push_back({text,
                             {x / dpr, y / dpr, width / dpr,
                              static_cast<double>(frame.canvas.textHeight(Font::Name)) / dpr}});
}

void TimelineRenderer::render(const TimelineScene &scene, QImage &image)
{
    const QSize size(toDevice(scene.size.width(), scene.dpr),
                     toDevice(scene.size.height(), scene.dpr));
    if (size.isEmpty() || !scene.theme) {
        image = QImage();
        return;
    }
    if (image.size() != size || image.format() != QImage::Format_RGB32)
        image = QImage(size, QImage::Format_RGB32);
    image.setDevicePixelRatio(scene.dpr);
    m_pixels.setImage(image);
    paint(scene, m_pixels);
}

void TimelineRenderer::paint(const TimelineScene &scene, QPainter &painter)
{
    const QSize size(toDevice(scene.size.width(), scene.dpr),
                     toDevice(scene.size.height(), scene.dpr));
    if (size.isEmpty() || !scene.theme)
        return;
    VectorCanvas canvas(painter, size);
    paint(scene, canvas);
}

void TimelineRenderer::paint(const TimelineScene &scene, TimelineCanvas &canvas)
{
    Frame frame{.scene = scene, .canvas = canvas, .theme = *scene.theme, .grid = scene.grid()};
    prepare(frame);
    paintLanes(frame);
    findWakes(frame);
    const QSize size = canvas.size();
    const int end = frame.device(kRulerHeight - scene.scroll + scene.layout.contentHeight());
    frame.fill({0, end, size.width(), size.height() - end}, frame.theme.background.rgb());
    if (scene.withText && scene.snapshot) {
        paintSliceNames(frame);
        paintTaskLabels(frame);
    }
    paintNames(frame);
    paintHeadings(frame);
    const int hair = std::max(1, static_cast<int>(scene.dpr));
    frame.fill({scene.left() - hair, frame.lanesTop, hair, size.height()}, frame.theme.line.rgb());
    paintRuler(frame);
}

} // namespace thresher::ui
