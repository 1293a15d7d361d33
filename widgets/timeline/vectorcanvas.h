// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/timelinecanvas.h"

#include <QFontMetricsF>
#include <QPainterPath>

#include <map>
#include <optional>
#include <tuple>

class QPainter;
class QWidget;

namespace thresher::ui {

/// Collects bars of colour and paints those of one colour and height as one path: a document has to
/// hold some dozen shapes then, not a hundred thousand.
class BarShapes
{
public:
    /// Layers are painted by their number, whatever the order in which they were filled.
    /// @param alpha  0–255. Bars that have no height are left out.
    void add(int layer, double begin, double end, double top, double bottom, QRgb colour,
             unsigned alpha = 255);
    /// A closed outline, filled.
    void addShape(int layer, const QPainterPath &shape, QRgb colour, unsigned alpha = 255);
    /// As paintHatch(), clipped to the rectangle.
    void addHatch(int layer, const QRectF &rect, QRgb colour, double dpr);
    /// Paints all, and forgets them.
    void paint(QPainter &painter);

private:
    struct Key
    {
        int layer = 0;
        int height = 0; ///< 1/16 pixels; 0: filled outlines.
        QRgb colour = 0;
        unsigned alpha = 255;
        friend auto operator<=>(const Key &, const Key &) = default;
    };
    std::map<Key, QPainterPath> m_paths;
};

/// Bars of one height's unit as one outline: a column at each rectangle, `level` of `peak` high.
[[nodiscard]] QPainterPath barsOutline(const std::vector<LaneRect> &bars, double left,
                                       double bottom, double room, double peak, double leastWidth);

/// Shapes and text through a QPainter, for SVG and PDF: no pixel picture is in them, and text
/// remains text. Costs more than ImageCanvas by far; for pictures that are kept.
class VectorCanvas final : public TimelineCanvas
{
public:
    /// @param size  of the picture, in the painter's units: a device pixel each.
    VectorCanvas(QPainter &painter, QSize size);

    [[nodiscard]] QSize size() const override { return m_size; }
    [[nodiscard]] std::size_t workers() const override { return 1; }
    void setFont(Font which, const QFont &font, double dpr) override;
    void fill(QRect rect, QRgb colour) override;
    [[nodiscard]] int textWidth(Font font, const QString &text) override;
    [[nodiscard]] int textHeight(Font font) const override;
    int drawText(Font font, QPoint at, int width, std::string_view utf8, QRgb colour,
                 unsigned alpha) override;
    void paintLane(std::size_t worker, const LaneDrawList &list, const LanePlace &place,
                   const LaneLook &look) override;
    void paintTaskLane(std::size_t worker, const TaskLaneList &list, const LanePlace &place,
                       const TaskLook &look) override;
    void paintCounterLane(std::size_t worker, const CounterLaneList &list, const LanePlace &place,
                          const CounterLook &look) override;
    void endLanes() override;

private:
    void addState(const LaneRect &rect, const StateLook &state, const LanePlace &place,
                  unsigned alpha, double dpr);
    /// What lies behind a lane of a task or counter.
    void addGround(const LanePlace &place, const LaneLook &look);
    void addLost(const std::vector<LaneRect> &rects, const LanePlace &place, Stripe stripe,
                 const LaneLook &look);
    struct Clip; ///< Of the lane that is painted: stripes to places in the picture.
    void addRunning(const LaneDrawList &list, const Clip &clip, const LaneLook &look);
    void addBand(int layer, const std::vector<LaneRect> &rects, Stripe stripe, const Clip &clip,
                 QRgb colour);
    void addTicks(const std::vector<LaneRect> &rects, const Clip &clip, const LaneLook &look,
                  QRgb colour);
    void addDensity(const std::vector<LaneRect> &rects, const Clip &clip, const LaneLook &look);

    QPainter &m_painter;
    QSize m_size;
    BarShapes m_shapes;
    std::array<QFont, kFonts> m_fonts;
    std::array<std::optional<QFontMetricsF>, kFonts> m_metrics;
};

/// Whether a painter's device keeps shapes and text, so that a widget shall not give it pixels.
[[nodiscard]] bool isVector(const QPainter &painter);
/// Device pixels to a widget's logical one on what it is painted on: its screen, or the picture
/// that it is rendered to; of a vector device 1, as shapes have no pixels.
[[nodiscard]] double pixelRatio(const QPainter &painter, const QWidget &widget);

} // namespace thresher::ui
