// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanesoverlay.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

namespace {

QColor translucent(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

void paintFrame(QPainter &painter, const TimelineScene &scene, const TaskSlice &slice,
                const QColor &colour, int width)
{
    const LaneRow *row = rowOf(scene.layout, slice.lane);
    if (row == nullptr)
        return;
    const double right = scene.size.width();
    const double from = std::clamp(scene.xOf(slice.slice.begin), double(kLabelWidth) - 4,
                                   right + 4);
    const double to = std::clamp(scene.xOf(slice.slice.end), double(kLabelWidth) - 4, right + 4);
    // One that is too narrow for a frame gets it around.
    const double least = std::max(to - from, 5.0);
    const bool isNested = row->lane.kind == Lane::Kind::Nested;
    const Stripe stripe = isNested ? Stripe{0, row->height - 1} : taskStripes(row->height).state;
    const QRectF frame(std::floor(from) - (to - from < 5 ? 2 : 0) + 0.5,
                       scene.topOf(*row) + stripe.top - 0.5, std::floor(least) - 1, stripe.height);
    painter.setPen(QPen(colour, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame);
}

void paintWake(QPainter &painter, const TimelineScene &scene, const TimelineRenderer::Wake &wake)
{
    const LaneRow *woken = scene.layout.rowOf(laneOf(wake.woken));
    const double x = std::floor(scene.xOf(wake.time)) + 0.5;
    if (woken == nullptr || x < kLabelWidth || x > scene.size.width())
        return;
    // From the waker's own lane if that is nearer than its CPU's, else from the edge of the view.
    const int top = scene.topOf(*woken);
    const LaneRow *from = wake.waker ? scene.layout.rowOf(*wake.waker) : nullptr;
    if (from == nullptr)
        from = scene.layout.rowOf(wake.cpu);
    double start = kRulerHeight;
    if (from != nullptr)
        start = scene.topOf(*from) + from->height / 2.0;
    start = std::clamp<double>(start, kRulerHeight, scene.size.height());
    const bool isDown = start < top;
    const double tip = isDown ? top + 2 : top + woken->height - 2;
    if (tip < kRulerHeight || tip > scene.size.height())
        return;
    const QColor colour = scene.theme->waiting.darker(scene.theme->isDark ? 100 : 140);
    painter.setPen(QPen(translucent(colour, 190), 1));
    painter.drawLine(QPointF(x, start), QPointF(x, tip));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const double back = isDown ? -6 : 6;
    painter.drawPolygon(
        QPolygonF{QPointF(x, tip), QPointF(x - 3.5, tip + back), QPointF(x + 3.5, tip + back)});
    painter.drawEllipse(QPointF(x, start), 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

const LaneRow *rowOf(const LaneLayout &layout, const Lane &lane)
{
    const bool isHeading = lane.kind == Lane::Kind::Group || lane.kind == Lane::Kind::Process;
    const auto rows = isHeading ? layout.headings() : layout.rows();
    const auto found = std::ranges::find_if(rows, [&lane](const LaneRow &row) {
        return row.lane.kind == lane.kind && row.lane.group == lane.group
               && row.lane.owner == lane.owner && row.lane.what == lane.what
               && row.lane.depth == lane.depth && row.lane.of == lane.of;
    });
    return found == rows.end() ? nullptr : &*found;
}

void paintLanesOverlay(QPainter &painter, const TimelineScene &scene, const LanesOverlay &overlay)
{
    const Theme &theme = *scene.theme;
    painter.save();
    painter.setClipRect(QRect(kLabelWidth, kRulerHeight, scene.size.width() - kLabelWidth,
                              scene.size.height() - kRulerHeight));
    for (const TimelineRenderer::Wake &wake : overlay.wakes)
        paintWake(painter, scene, wake);
    if (overlay.hovered)
        paintFrame(painter, scene, *overlay.hovered, translucent(theme.text, 150), 1);
    if (overlay.chosen)
        paintFrame(painter, scene, *overlay.chosen, theme.accent, 2);
    painter.setClipRect(QRect(0, kRulerHeight, scene.size.width(), scene.size.height()));
    if (overlay.current) {
        if (const LaneRow *row = rowOf(scene.layout, *overlay.current)) {
            const int top = scene.topOf(*row);
            painter.fillRect(QRect(0, top, kLabelWidth - 1, row->height),
                             translucent(theme.accent, theme.isDark ? 50 : 28));
            painter.fillRect(QRect(0, top, 2, row->height), theme.accent);
        }
    }
    if (overlay.drop)
        painter.fillRect(QRect(0, *overlay.drop - 1, kLabelWidth, 2), theme.accent);
    painter.restore();
}

} // namespace thresher::ui
