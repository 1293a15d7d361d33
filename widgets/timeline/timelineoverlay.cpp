// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelineoverlay.h"

#include "widgets/theme.h"
#include "widgets/timeline/hovercard.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPillHeight = 18;

QColor translucent(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

/// Not every device clips what reaches out of the picture.
double lanesHeight(const TimelineScene &scene)
{
    return std::max(0, scene.size.height() - kRulerHeight);
}

/// Of a text on a small filled label, centred at x where it fits.
QRect pillPlace(const TimelineScene &scene, QPointF at, const QString &text)
{
    const int width = QFontMetrics(fonts().small).horizontalAdvance(text) + 10;
    const int left = std::clamp(static_cast<int>(std::lround(at.x())) - width / 2, kLabelWidth + 1,
                                std::max(kLabelWidth + 1, scene.size.width() - width - 1));
    return {left, static_cast<int>(at.y()), width, kPillHeight};
}

void paintPill(QPainter &painter, const TimelineScene &scene, QPointF at, const QString &text,
               const QColor &fill, const QColor &ink)
{
    painter.setFont(fonts().small);
    const QRect pill = pillPlace(scene, at, text);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(pill, 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(ink);
    painter.drawText(pill, Qt::AlignCenter, text);
}

/// Times that differ by a pixel shall read differently, but no more digits than that.
DurationNs pixelTime(const TimelineScene &scene)
{
    return std::max<DurationNs>(1, scene.range.duration() / std::max(1, scene.size.width()));
}

void paintSelected(QPainter &painter, const TimelineScene &scene, TimeRange range)
{
    const Theme &theme = *scene.theme;
    const double right = scene.size.width();
    const double from = std::clamp(scene.xOf(range.begin), double(kLabelWidth) - 2, right + 2);
    const double to = std::clamp(scene.xOf(range.end), double(kLabelWidth) - 2, right + 2);
    const QRectF area(from, kRulerHeight, std::max(1.0, to - from), lanesHeight(scene));
    painter.fillRect(area, translucent(theme.accent, theme.isDark ? 38 : 26));
    painter.fillRect(QRectF(from, 0, area.width(), kRulerHeight - 1),
                     translucent(theme.accent, theme.isDark ? 56 : 40));
    for (const double x : {from, to})
        painter.fillRect(QRectF(std::floor(x), 0, 1, scene.size.height()), theme.accent);
    const QString text = u"Δ "_s + formatDuration(range.duration(), scene.style.isNanoseconds);
    // Below the ruler, where the pointer's time does not cover it.
    if (to > kLabelWidth && from < right) {
        const double middle = (std::max<double>(from, kLabelWidth) + std::min(to, right)) / 2;
        paintPill(painter, scene, {middle, kRulerHeight + 2}, text, theme.accent, theme.accentText);
    }
}

void paintCurrent(QPainter &painter, const TimelineScene &scene,
                  const TimelineOverlay::Current &current)
{
    const double x = std::floor(scene.xOf(current.time));
    if (x < kLabelWidth || x >= scene.size.width())
        return;
    const Theme &theme = *scene.theme;
    painter.fillRect(QRectF(x, kRulerHeight, 1, lanesHeight(scene)),
                     translucent(theme.accent, 110));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    const QPointF tip(x + 0.5, kRulerHeight - 1);
    painter.drawPolygon(QPolygonF{tip, tip + QPointF(-5, -7), tip + QPointF(5, -7)});
    painter.setRenderHint(QPainter::Antialiasing, false);
    const LaneRow *row = scene.layout.rowOf(current.cpu);
    if (!row)
        return;
    const int top = scene.topOf(*row);
    // In its own lane the line is strong, so that one sees which CPU it is of.
    const double from = std::max(top, kRulerHeight);
    const double height = std::min(top + row->height, scene.size.height()) - from;
    if (height <= 0)
        return;
    const QColor halo = translucent(theme.background, 200);
    painter.fillRect(QRectF(x - 2, from, 5, height), halo);
    painter.fillRect(QRectF(x - 1, from, 3, height), theme.accent);
}

void paintHovered(QPainter &painter, const TimelineScene &scene,
                  const TimelineOverlay::Hovered &hovered)
{
    const LaneRow *row = scene.layout.rowOf(hovered.cpu);
    if (!row)
        return;
    const double right = scene.size.width();
    const double from = std::clamp(scene.xOf(hovered.slice.begin), double(kLabelWidth) - 4,
                                   right + 4);
    const double to = std::clamp(scene.xOf(hovered.slice.end), double(kLabelWidth) - 4, right + 4);
    if (to - from < 3)
        return; // a frame would hide it
    const Stripe stripe = scene.stripesOf(*row).running;
    const QRectF frame(std::floor(from) + 0.5, scene.topOf(*row) + stripe.top - 0.5,
                       std::floor(to - from) - 1, stripe.height);
    painter.setPen(QPen(translucent(scene.theme->text, 150), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame);
}

/// Where the pointer's time stands, and what it says.
struct PointerTime
{
    QPointF at;
    QString text;
};

std::optional<PointerTime> pointerTime(const TimelineScene &scene, std::optional<QPoint> pointer)
{
    if (!pointer || pointer->x() < kLabelWidth || pointer->x() >= scene.size.width())
        return std::nullopt;
    return PointerTime{
        {double(pointer->x()), (kRulerHeight - kPillHeight) / 2.0},
        formatTimeWithUnit(scene.timeAt(pointer->x() + 0.5), scene.style, pixelTime(scene))};
}

/// The ruler's labels that a pill would cut go altogether: a rest of one reads as another time.
void hideCutLabels(QPainter &painter, const TimelineScene &scene, const QRectF &pill,
                   const std::vector<TimelineRenderer::Label> &labels)
{
    for (const TimelineRenderer::Label &label : labels) {
        if (label.place.intersects(pill.adjusted(-3, 0, 3, 0)))
            painter.fillRect(label.place.toAlignedRect(), scene.theme->panel);
    }
}

void paintPointer(QPainter &painter, const TimelineScene &scene, QPoint pointer,
                  const PointerTime &time)
{
    const Theme &theme = *scene.theme;
    painter.fillRect(QRectF(pointer.x(), kRulerHeight, 1, scene.size.height()),
                     translucent(theme.secondary, 120));
    paintPill(painter, scene, time.at, time.text, theme.isDark ? theme.cardLine : theme.secondary,
              Qt::white);
}

} // namespace

void paintOverlay(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay)
{
    const Theme &theme = *scene.theme;
    const QRect lanes(kLabelWidth, 0, scene.size.width() - kLabelWidth, scene.size.height());
    painter.save();
    painter.setClipRect(lanes);
    const auto time = pointerTime(scene, overlay.pointer);
    if (time)
        hideCutLabels(painter, scene, pillPlace(scene, time->at, time->text), overlay.rulerLabels);
    for (const QRectF &pill : markPills(scene, overlay.marks))
        hideCutLabels(painter, scene, pill, overlay.rulerLabels);
    if (overlay.selected)
        paintSelected(painter, scene, *overlay.selected);
    paintLanesOverlay(painter, scene, overlay.lanes);
    painter.setClipRect(lanes.adjusted(0, kRulerHeight, 0, 0));
    if (overlay.hovered)
        paintHovered(painter, scene, *overlay.hovered);
    painter.setClipRect(lanes);
    if (overlay.current)
        paintCurrent(painter, scene, *overlay.current);
    paintMarks(painter, scene, overlay.marks);
    if (time)
        paintPointer(painter, scene, *overlay.pointer, *time);
    if (overlay.card && overlay.pointer) {
        painter.setClipping(false);
        const QRect bounds = QRect(QPoint(0, 0), scene.size).adjusted(4, kRulerHeight + 2, -4, -4);
        paintHoverCard(painter, *overlay.card, *overlay.pointer, bounds, theme);
    }
    painter.restore();
    if (!overlay.emptyText.isEmpty()) {
        painter.setFont(fonts().ui);
        painter.setPen(theme.secondary);
        painter.drawText(lanes.adjusted(24, kRulerHeight, -24, 0), Qt::AlignCenter,
                         overlay.emptyText);
    }
    if (overlay.hasFocusFrame) {
        painter.setPen(QPen(translucent(theme.accent, 160), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRect(QPoint(0, 0), scene.size).adjusted(0, 0, -1, -1));
    }
}

} // namespace thresher::ui
