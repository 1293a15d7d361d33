// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelinerenderer.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// Fewer lanes than this are done before a second thread has started.
constexpr std::size_t kLanesForTwoThreads = 12;

int toDevice(double logical, double dpr)
{
    return static_cast<int>(std::lround(logical * dpr));
}

QRgb *rowOf(QImage &image, int y)
{
    return reinterpret_cast<QRgb *>(image.bits() + y * image.bytesPerLine());
}

/// Device pixels; clipped to the image.
void fill(QImage &image, QRect rect, QRgb colour)
{
    rect &= image.rect();
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        std::fill_n(rowOf(image, y) + rect.left(), rect.width(), colour);
}

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

struct TimelineRenderer::Frame
{
    const TimelineScene &scene;
    QImage &image;
    const Theme &theme;
    PixelGrid grid;
    std::size_t first = 0; ///< Rows that are in view.
    std::size_t last = 0;
    int lanesTop = 0; ///< Device pixels.
    bool hasInterrupts = false;
    bool hasSlices = false;
    std::vector<std::uint32_t> gridColumns = {};
    /// First pixel of the lanes' rows; taken before threads write, as bits() may copy.
    QRgb *pixels = nullptr;
    std::ptrdiff_t stride = 0;

    [[nodiscard]] const LaneRow &row(std::size_t number) const
    {
        return scene.layout.rows()[number];
    }
    [[nodiscard]] int device(double logical) const { return toDevice(logical, scene.dpr); }
    /// Top and height of a row, device pixels.
    [[nodiscard]] Stripe place(const LaneRow &lane) const
    {
        const int top = device(scene.topOf(lane));
        return {top, device(scene.topOf(lane) + lane.height) - top};
    }
};

void TimelineRenderer::prepare(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const double dpr = scene.dpr;
    m_colours.reset(scene.snapshot ? scene.snapshot->tasks : nullptr, frame.theme);
    if (scene.withText) {
        m_text.setFont(compactFont(fonts().ui, scene.layout.laneHeight()), dpr);
        m_strong.setFont(fonts().strong, dpr);
        m_small.setFont(compactFont(fonts().small, scene.layout.laneHeight()), dpr);
        m_name.setFont(fonts().small, dpr);
    }
    const double digit = scene.withText ? m_name.sprite(u"0"_s).width : 7 * dpr;
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
    if (m_lanes.size() < frame.last - frame.first)
        m_lanes.resize(frame.last - frame.first);
}

/// Calls `work(number, painter)` for every row in view, on two threads where that pays.
template<typename Work>
static void forRows(std::size_t first, std::size_t last, std::array<LanePainter, 2> &painters,
                    const Work &work)
{
    std::atomic<std::size_t> next{first};
    const auto run = [&](LanePainter &painter) {
        for (std::size_t i = next.fetch_add(1); i < last; i = next.fetch_add(1))
            work(i, painter);
    };
    if (last - first < kLanesForTwoThreads) {
        run(painters[0]);
        return;
    }
    const std::jthread helper([&] { run(painters[1]); });
    run(painters[0]);
}

void TimelineRenderer::paintLanes(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    if (!scene.snapshot || frame.grid.columns == 0)
        return;
    forRows(frame.first, frame.last, m_painters, [&](std::size_t i, LanePainter &) {
        Lane &lane = m_lanes[i - frame.first];
        const CpuId cpu = frame.row(i).cpu;
        const LaneRequest request{cpu, frame.grid, 26 * scene.dpr};
        queryCpuLane(*scene.snapshot, scene.selection.get(), request, lane.columns);
        lane.matches.clear();
        if (scene.matches)
            queryMatches(*scene.snapshot, *scene.matches, cpu, frame.grid, lane.matches);
        lane.load = cpuLoad(*scene.snapshot, scene.selection.get(), cpu, scene.range);
    });
    std::uint32_t peak = 1;
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const CpuLane &lane = m_lanes[i - frame.first].columns;
        if (lane.running.empty())
            peak = std::max(peak, densityPeak(lane));
    }
    const LaneGeometryOptions options{
        frame.grid, static_cast<std::uint32_t>(std::max(1, frame.device(4))),
        static_cast<std::uint32_t>(std::max(2, frame.device(2))), peak};
    forRows(frame.first, frame.last, m_painters, [&](std::size_t i, LanePainter &painter) {
        Lane &lane = m_lanes[i - frame.first];
        buildLane(lane.columns, options, lane.list, lane.matches);
        paintLane(frame, i, painter);
    });
}

void TimelineRenderer::paintLane(Frame &frame, std::size_t number, LanePainter &painter)
{
    const TimelineScene &scene = frame.scene;
    const LaneRow &row = frame.row(number);
    const Stripe place = frame.place(row);
    LaneTarget target;
    target.pixels = frame.pixels + place.top * frame.stride + scene.left();
    target.stride = frame.stride;
    target.columns = frame.grid.columns;
    target.height = place.height;
    target.clipTop = std::max(0, frame.lanesTop - place.top);
    target.clipBottom = std::min(place.height, frame.image.height() - place.top);
    target.phase = place.top & 0xffff;
    LaneLook look;
    look.theme = &frame.theme;
    look.tasks = &m_colours;
    look.stripes = laneStripes(place.height, frame.hasInterrupts);
    look.isOdd = row.number % 2 != 0;
    look.dpr = scene.dpr;
    look.gridColumns = frame.gridColumns;
    painter.paint(m_lanes[number - frame.first].list, target, look);
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
        if (stripe.height < frame.device(kLeastNameHeight))
            continue;
        const int y = place.top + stripe.top + (stripe.height - m_name.height()) / 2;
        for (const LaneLabel &label : m_lanes[i - frame.first].list.labels) {
            int x = scene.left() + static_cast<int>(label.begin) + margin;
            int room = static_cast<int>(label.end - label.begin) - 2 * margin;
            const int used = m_name.draw(frame.image, x, y, room,
                                         tasks.nameAt(label.task, label.time), colour);
            // The pid, where there is room for both: many tasks of one name are common.
            x += used + margin;
            room -= used + margin;
            if (used > 0 && room > frame.device(48))
                m_name.draw(frame.image, x, y, room, std::to_string(tasks.task(label.task).pid),
                            colour, 140);
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
        const QColor &back = frame.row(i).number % 2 != 0 ? theme.oddLane : theme.background;
        fill(frame.image, {0, place.top, scene.left(), place.height}, back.rgb());
    }
    if (!scene.withText)
        return;
    // Names of low lanes may reach a little over their neighbours: all backgrounds first.
    for (std::size_t i = frame.first; i < frame.last; ++i) {
        const LaneRow &row = frame.row(i);
        const Stripe place = frame.place(row);
        const auto middle = [&](const TextSprites &text) {
            return place.top + (place.height - text.height()) / 2;
        };
        m_text.draw(frame.image, frame.device(14), middle(m_text), right, u"CPU %1"_s.arg(row.cpu),
                    theme.text.rgb());
        if (const auto &load = m_lanes[i - frame.first].load) {
            const QString percent = u"%1 %"_s.arg(std::lround(*load * 100));
            const int width = m_small.sprite(percent).width;
            m_small.draw(frame.image, right - width, middle(m_small), width, percent,
                         theme.secondary.rgb());
        }
    }
}

void TimelineRenderer::paintGroup(Frame &frame)
{
    const TimelineScene &scene = frame.scene;
    const Theme &theme = frame.theme;
    const int top = frame.device(kRulerHeight - scene.scroll);
    const int height = frame.device(kGroupHeight);
    fill(frame.image, {0, top, frame.image.width(), height}, theme.panel.rgb());
    if (!scene.withText || !scene.snapshot)
        return;
    const auto middle = [&](const TextSprites &text) { return top + (height - text.height()) / 2; };
    m_strong.draw(frame.image, frame.device(14), middle(m_strong), scene.left(),
                  QCoreApplication::translate("Timeline", "CPUs"), theme.text.rgb());
    QString said = QCoreApplication::translate("Timeline", "%1 of %2")
                       .arg(scene.layout.rows().size())
                       .arg(scene.cpuCount);
    said += frame.hasSlices ? QCoreApplication::translate("Timeline", " · coloured by task")
                            : QCoreApplication::translate("Timeline", " · events");
    const int x = scene.left() + frame.device(6);
    m_name.draw(frame.image, x, middle(m_name), frame.image.width() - x, said,
                theme.secondary.rgb());
}

void TimelineRenderer::paintRuler(Frame &frame)
{
    const Theme &theme = frame.theme;
    const int bottom = frame.lanesTop;
    const int hair = std::max(1, static_cast<int>(frame.scene.dpr));
    fill(frame.image, {0, 0, frame.image.width(), bottom}, theme.panel.rgb());
    for (const Tick &tick : m_ruler.ticks) {
        const int x = frame.scene.left() + static_cast<int>(frame.grid.columnOf(tick.time));
        const int height = frame.device(tick.isMajor ? 10 : 4);
        fill(frame.image, {x, bottom - height, hair, height},
             (tick.isMajor ? theme.faint : theme.line).rgb());
    }
    m_rulerLabels.clear();
    if (frame.scene.withText)
        paintRulerLabels(frame);
    fill(frame.image, {0, bottom - hair, frame.image.width(), hair}, theme.line.rgb());
}

void TimelineRenderer::paintRulerLabels(Frame &frame)
{
    const int left = frame.scene.left();
    const Theme &theme = frame.theme;
    // What all labels lack stands before the first of them: left of the lanes, else over them.
    QString prefix = m_ruler.prefix;
    int labelsFrom = left;
    const int prefixRoom = left - frame.device(kLanesButtonEnd + 8);
    if (m_name.sprite(prefix).width > prefixRoom) {
        labelsFrom += m_name.sprite(prefix).width + frame.device(12);
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
            || labelX + m_name.sprite(tick.label).width > frame.image.width())
            continue;
        if (tick.isAnchor && tick.label == prefix)
            prefix.clear(); // the range begins with it: once is enough
        paintRulerLabel(frame, labelX, tick.label, tick.isAnchor ? theme.text : theme.secondary);
    }
    if (!prefix.isEmpty()) {
        const int x = labelsFrom > left ? left + frame.device(4)
                                        : left - frame.device(8) - m_name.sprite(prefix).width;
        paintRulerLabel(frame, x, prefix, theme.text);
    }
}

void TimelineRenderer::paintRulerLabel(Frame &frame, int x, const QString &text,
                                       const QColor &colour)
{
    const int y = (frame.lanesTop - m_name.height()) / 2 - frame.device(1);
    const int width = m_name.sprite(text).width;
    m_name.draw(frame.image, x, y, std::min(width, frame.image.width() - x), text, colour.rgb());
    const double dpr = frame.scene.dpr;
    m_rulerLabels.push_back(
        {text, {x / dpr, y / dpr, width / dpr, static_cast<double>(m_name.height()) / dpr}});
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
    Frame frame{.scene = scene, .image = image, .theme = *scene.theme, .grid = scene.grid()};
    prepare(frame);
    frame.pixels = rowOf(image, 0);
    frame.stride = image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));

    paintLanes(frame);
    const int end = frame.device(kRulerHeight - scene.scroll + scene.layout.contentHeight());
    fill(image, {0, end, size.width(), size.height() - end}, frame.theme.background.rgb());
    if (scene.withText && scene.snapshot)
        paintSliceNames(frame);
    paintNames(frame);
    paintGroup(frame);
    const int hair = std::max(1, static_cast<int>(scene.dpr));
    fill(image, {scene.left() - hair, frame.lanesTop, hair, size.height()}, frame.theme.line.rgb());
    paintRuler(frame);
}

} // namespace thresher::ui
