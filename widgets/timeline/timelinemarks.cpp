// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelinemarks.h"

#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kFlagWidth = 16;
constexpr double kFlagHeight = 16;
constexpr double kFlagTop = (kRulerHeight - kFlagHeight) / 2;
constexpr double kPennantTop = kRulerHeight - 9;
constexpr QSizeF kPennant{9, 8};

QColor translucent(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

bool isInView(const TimelineScene &scene, double x)
{
    return x >= kLabelWidth && x < scene.size.width();
}

/// Two markers that are near lean away from each other.
void separate(MarkFlag &left, MarkFlag &right)
{
    if (right.x - left.x >= kFlagWidth + 1)
        return;
    left.place.moveRight(std::max(left.x, kLabelWidth + kFlagWidth));
    right.place.moveLeft(std::max(right.x, left.place.right() + 1));
}

QColor colourOf(const Theme &theme, const MarkName &name)
{
    if (!name.marker)
        return theme.secondary;
    return *name.marker == Marker::A ? theme.markerA : theme.markerB;
}

QString letterOf(const MarkName &name)
{
    return *name.marker == Marker::A ? u"A"_s : u"B"_s;
}

void paintFlag(QPainter &painter, const Theme &theme, const MarkFlag &flag)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colourOf(theme, flag.name));
    painter.drawRoundedRect(flag.place, 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(fonts().heading);
    painter.setPen(Qt::white);
    painter.drawText(flag.place, Qt::AlignCenter, letterOf(flag.name));
}

void paintPennant(QPainter &painter, const Theme &theme, const MarkFlag &flag, bool isHovered)
{
    const double x = std::floor(flag.x);
    const QColor colour = isHovered ? theme.text : theme.secondary;
    painter.fillRect(QRectF(x, kPennantTop, 1, kRulerHeight - kPennantTop), colour);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF{
        {x, kPennantTop},
        {x + kPennant.width(), kPennantTop + kPennant.height() / 2},
        {x, kPennantTop + kPennant.height()},
    });
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintBookmarkRanges(QPainter &painter, const TimelineScene &scene, const ViewMarks &marks)
{
    // All are looked at: what begins far left of the view may reach into it.
    for (const Bookmark &bookmark : marks.bookmarks()) {
        if (!bookmark.range || !bookmark.range->overlaps(scene.range))
            continue;
        const double from = std::max<double>(scene.xOf(bookmark.range->begin), kLabelWidth);
        const double to = std::min<double>(scene.xOf(bookmark.range->end), scene.size.width());
        painter.fillRect(QRectF(from, kRulerHeight - 4, std::max(1.0, to - from), 3),
                         translucent(scene.theme->secondary, 120));
    }
}

/// The time of what is being dragged, in the ruler, and how far it is from the other marker.
struct DragLabel
{
    QRectF place;
    QString text;
};

std::optional<DragLabel> dragLabel(const TimelineScene &scene, const MarksOverlay &overlay)
{
    if (!overlay.dragged)
        return std::nullopt;
    const MarkName &name = overlay.dragged->name;
    const Bookmark *bookmark = overlay.marks.bookmark(name.bookmark);
    const auto time = name.marker ? overlay.marks.marker(*name.marker)
                      : bookmark  ? std::optional(bookmark->time)
                                  : std::nullopt;
    if (!time)
        return std::nullopt;
    const DurationNs pixel = std::max<DurationNs>(1, scene.range.duration()
                                                         / std::max(1, scene.size.width()));
    // What it was drawn to is exact; between such moments a pixel is all that was meant.
    QString text = formatTimeWithUnit(*time, scene.style, overlay.dragged->snapped ? 1 : pixel);
    if (const auto between = overlay.marks.between(); name.marker && between)
        text += u"   Δ "_s + formatDuration(between->duration(), scene.style.isNanoseconds);
    if (name.marker)
        text.prepend(letterOf(name) + u"  "_s);
    const double width = QFontMetricsF(fonts().small).horizontalAdvance(text) + 14;
    const double right = std::max<double>(kLabelWidth + 1, scene.size.width() - width - 1);
    const double left = std::clamp(scene.xOf(*time) - width / 2, kLabelWidth + 1.0, right);
    return DragLabel{{std::floor(left), kFlagTop - 1, std::ceil(width), kFlagHeight + 2}, text};
}

/// Shows which lane's moment it is.
void paintSnapped(QPainter &painter, const TimelineScene &scene, const SnapPoint &point,
                  const QColor &colour)
{
    const LaneRow *row = scene.layout.rowOf(point.cpu);
    if (row == nullptr || scene.topOf(*row) + row->height <= kRulerHeight)
        return;
    const QPointF middle(std::floor(scene.xOf(point.time)) + 1,
                         scene.topOf(*row) + row->height / 2.0);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 2));
    painter.setBrush(scene.theme->background);
    painter.drawEllipse(middle, 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

std::vector<MarkFlag> markFlags(const TimelineScene &scene, const ViewMarks &marks)
{
    std::vector<MarkFlag> flags;
    if (!scene.snapshot)
        return flags;
    const auto [first, last] = marks.bookmarksIn(scene.range);
    double taken = -1;
    for (qsizetype i = first; i < last; ++i) {
        const Bookmark &bookmark = marks.bookmarks()[i];
        const double x = scene.xOf(bookmark.time);
        if (!isInView(scene, x) || std::floor(x) == taken)
            continue;
        taken = std::floor(x);
        flags.push_back({{std::nullopt, bookmark.id},
                         bookmark.time,
                         x,
                         QRectF(taken - 2, kPennantTop - 1, kPennant.width() + 4,
                                kRulerHeight - kPennantTop + 1)});
    }
    std::vector<MarkFlag> markers;
    for (const Marker which : kMarkers) {
        const auto time = marks.marker(which);
        const double x = time ? scene.xOf(*time) : -1;
        if (!time || !isInView(scene, x))
            continue;
        const double most = std::max<double>(kLabelWidth, scene.size.width() - kFlagWidth);
        const double left = std::clamp<double>(std::floor(x) + 1 - kFlagWidth / 2, kLabelWidth,
                                               most);
        markers.push_back({{which, 0}, *time, x, {left, kFlagTop, kFlagWidth, kFlagHeight}});
    }
    if (markers.size() == 2) {
        const bool isAFirst = markers[0].x <= markers[1].x;
        separate(markers[isAFirst ? 0 : 1], markers[isAFirst ? 1 : 0]);
    }
    flags.insert(flags.end(), markers.begin(), markers.end());
    return flags;
}

const MarkFlag *flagAt(std::span<const MarkFlag> flags, QPointF position)
{
    const auto found = std::find_if(flags.rbegin(), flags.rend(), [&](const MarkFlag &flag) {
        return flag.place.contains(position);
    });
    return found == flags.rend() ? nullptr : &*found;
}

std::vector<QRectF> markPills(const TimelineScene &scene, const MarksOverlay &overlay)
{
    std::vector<QRectF> pills;
    for (const MarkFlag &flag : markFlags(scene, overlay.marks)) {
        if (flag.name.marker)
            pills.push_back(flag.place);
    }
    if (const auto label = dragLabel(scene, overlay))
        pills.push_back(label->place);
    return pills;
}

void paintMarks(QPainter &painter, const TimelineScene &scene, const MarksOverlay &overlay)
{
    if (!scene.snapshot || overlay.marks.isEmpty())
        return;
    const Theme &theme = *scene.theme;
    const double height = scene.size.height() - kRulerHeight;
    if (const auto between = overlay.marks.between()) {
        const double right = scene.size.width();
        const double from = std::clamp<double>(scene.xOf(between->begin), kLabelWidth, right);
        const double to = std::clamp<double>(scene.xOf(between->end), kLabelWidth, right);
        painter.fillRect(QRectF(from, kRulerHeight, to - from, height),
                         translucent(theme.accent, theme.isDark ? 26 : 16));
    }
    paintBookmarkRanges(painter, scene, overlay.marks);
    const std::vector<MarkFlag> flags = markFlags(scene, overlay.marks);
    for (const MarkFlag &flag : flags) {
        const double x = std::floor(flag.x);
        if (flag.name.marker) {
            const double top = flag.place.bottom() - 2;
            painter.fillRect(QRectF(x, top, 2, scene.size.height() - top),
                             colourOf(theme, flag.name));
        } else {
            painter.fillRect(QRectF(x, kRulerHeight, 1, height), translucent(theme.secondary, 130));
            paintPennant(painter, theme, flag, overlay.hovered == flag.name);
        }
    }
    for (const MarkFlag &flag : flags) {
        if (flag.name.marker)
            paintFlag(painter, theme, flag);
    }
    if (const auto label = dragLabel(scene, overlay)) {
        const QColor colour = colourOf(theme, overlay.dragged->name);
        if (overlay.dragged->snapped)
            paintSnapped(painter, scene, *overlay.dragged->snapped, colour);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(label->place, 4, 4);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setFont(fonts().small);
        painter.setPen(Qt::white);
        painter.drawText(label->place, Qt::AlignCenter, label->text);
    }
}

} // namespace thresher::ui
