// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"
#include "model/query/lanes.h"
#include "model/query/selection.h"
#include "widgets/ruler.h"
#include "widgets/theme.h"
#include "widgets/timeline/calltext.h"
#include "widgets/timeline/eventtext.h"
#include "widgets/timeline/lanegeometry.h"
#include "widgets/timeline/lanelayout.h"
#include "widgets/timeline/lanepainter.h"
#include "widgets/timeline/slicecolours.h"
#include "widgets/timeline/timelinecanvas.h"

#include <QImage>
#include <QSize>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace thresher::ui {

/// All that decides a timeline's picture, but what lies over it (pointer, selection, current
/// event). Two equal scenes look the same.
struct TimelineScene
{
    std::shared_ptr<const IndexSnapshot> snapshot; ///< Null: an empty picture.
    std::shared_ptr<const Selection> selection; ///< Of that snapshot; null: nothing is hidden.
    std::shared_ptr<const Selection> matches; ///< Events to mark; null: none.
    std::shared_ptr<const Selection> found; ///< Others, in another colour.
    std::shared_ptr<const Analysis> analysis; ///< Null: no task has a lane.
    std::shared_ptr<const Marks> texts; ///< Null: none have a lane.
    TimeRange range;
    TimeStyle style;
    LaneLayout layout;
    std::size_t cpuCount = 0; ///< With those that are hidden.
    int scroll = 0; ///< The content's y at the top of the lanes.
    QSize size; ///< Logical pixels.
    double dpr = 1;
    const Theme *theme = nullptr;
    bool withText = true; ///< Off in pictures that are compared, since fonts differ.

    /// Of the lanes: device pixels.
    [[nodiscard]] int left() const;
    [[nodiscard]] PixelGrid grid() const;
    /// The row at a y of the picture (logical pixels); null if there is none.
    [[nodiscard]] const LaneRow *rowAt(double y) const;
    /// Top of a row in the picture, logical pixels.
    [[nodiscard]] int topOf(const LaneRow &row) const { return kRulerHeight - scroll + row.top; }
    /// Of a row, from its top, logical pixels.
    [[nodiscard]] LaneStripes stripesOf(const LaneRow &row) const;
    /// Whether any CPU has slices of irq or softirq, so that all lanes keep room for them.
    [[nodiscard]] bool hasInterrupts() const;
    /// x of a time, logical pixels; not clamped.
    [[nodiscard]] double xOf(TimeNs time) const;
    [[nodiscard]] TimeNs timeAt(double x) const;

    friend bool operator==(const TimelineScene &, const TimelineScene &) = default;
};

/// Draws a scene. Keeps what the next picture needs again (texts, colours, memory). GUI thread;
/// lanes are asked for and painted on two threads where there are many.
class TimelineRenderer
{
public:
    /// @param image  made anew if its size or format does not suit.
    /// O(lanes · columns · log n), whatever the number of events; 64 lanes of 1920 columns take
    /// some ms.
    void render(const TimelineScene &scene, QImage &image);

    /// The same as shapes and texts, for documents: at the painter's origin, in device pixels of
    /// the scene. Nothing is clipped, so that a scene shall not be scrolled by half a lane.
    void paint(const TimelineScene &scene, QPainter &painter);

    /// How marks are printed; without it, they are ticks alone.
    void setMarkText(MarkText text) { m_markText = std::move(text); }
    /// How calls of probed functions are read; without it, they have names alone.
    void setCallProvider(CallProvider provider) { m_calls.setProvider(std::move(provider)); }

    /// A text in the ruler; logical pixels.
    struct Label
    {
        QString text;
        QRectF place;
    };
    /// Of the last scene, for what lies over them.
    [[nodiscard]] const std::vector<Label> &rulerLabels() const { return m_rulerLabels; }

    /// A task was woken: an arrow from the waker's CPU to its lane.
    struct Wake
    {
        TaskId woken{};
        TimeNs time = 0;
        CpuId cpu = 0; ///< Of the waker.
        std::optional<LaneId> waker; ///< If it was a task.
        friend bool operator==(const Wake &, const Wake &) = default;
    };
    /// Those of the last scene whose waits are long enough to be seen; none if there are too many
    /// to be told apart.
    [[nodiscard]] const std::vector<Wake> &wakes() const { return m_wakes; }

private:
    /// What is asked and worked out for a row.
    struct Row
    {
        CpuLane columns;
        std::vector<std::uint32_t> matches;
        std::vector<std::uint32_t> found;
        LaneDrawList list;
        std::optional<double> load;
        std::vector<CounterColumn> values; ///< Of a counter's row.
        CounterScale scale;
        CounterLaneList curve;
        TrackLane track; ///< Of a task's or pair's row.
        TaskLaneList bars;
        std::vector<CpuId> labelCpus; ///< [bars.labels] where it ran.
    };
    struct Frame; ///< What the steps of one render() share.

    void paint(const TimelineScene &scene, TimelineCanvas &canvas);
    void prepare(Frame &frame);
    void paintLanes(Frame &frame);
    void paintLane(Frame &frame, std::size_t number, std::size_t worker);
    void queryOther(Frame &frame, std::size_t number);
    void paintSliceNames(Frame &frame);
    void paintNames(Frame &frame);
    void paintHeadings(Frame &frame);
    void paintHeading(Frame &frame, const LaneRow &heading);
    // timelinetasklanes.cpp
    void queryTask(Frame &frame, std::size_t number);
    void paintTask(Frame &frame, std::size_t number, std::size_t worker);
    void findWakes(const Frame &frame);
    void paintTaskLabels(Frame &frame);
    void paintTaskLabel(Frame &frame, const LaneRow &row, const TaskLabel &label, CpuId cpu);
    [[nodiscard]] QString nestedText(Frame &frame, const Lane &lane, const TaskLabel &label,
                                     int room);
    void paintTaskName(Frame &frame, const LaneRow &row);
    // timelineeventlanes.cpp
    void queryCounter(Frame &frame, std::size_t number);
    void paintCounter(Frame &frame, std::size_t number, std::size_t worker);
    void queryTexts(Frame &frame, std::size_t number);
    void paintText(Frame &frame, const LaneRow &row, const TaskLabel &label);
    void paintEventLaneName(Frame &frame, const LaneRow &row);
    void paintRuler(Frame &frame);
    void paintRulerLabels(Frame &frame);
    void paintRulerLabel(Frame &frame, int x, const QString &text, const QColor &colour);

    Ruler m_ruler;
    std::vector<Label> m_rulerLabels;
    std::vector<Wake> m_wakes;
    std::vector<Row> m_lanes;
    TaskColours m_colours;
    std::array<SliceColours, TimelineCanvas::kWorkers> m_sliceColours; ///< By worker.
    ImageCanvas m_pixels;
    MarkText m_markText;
    CallTexts m_calls;
};

/// Left of it, in the ruler's corner, lies the button for the height of lanes; logical pixels.
inline constexpr int kLanesButtonEnd = 66;
/// The height of a slice's name; lower slices have none.
inline constexpr int kLeastNameHeight = 11;

} // namespace thresher::ui
