// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/overview/overviewmarks.h"

#include "widgets/theme.h"

#include <QPainter>

#include <cmath>

namespace thresher::ui {

namespace {

constexpr double kFar = 1e6; ///< What is farther away than that is out of sight.
constexpr QSizeF kFlag{6, 6};

/// A small flag at the top right of x.
void paintFlag(QPainter &painter, double x, const QColor &colour)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(
        QPolygonF{{x, 0}, {x + kFlag.width(), kFlag.height() / 2}, {x, kFlag.height()}});
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

void paintOverviewMarks(QPainter &painter, const ViewMarks &marks, int height, const Theme &theme,
                        const std::function<double(TimeNs)> &xOf)
{
    double taken = -kFar;
    for (const Bookmark &bookmark : marks.bookmarks()) {
        const double x = std::floor(xOf(bookmark.time));
        if (std::abs(x) > kFar || x == taken)
            continue;
        taken = x;
        QColor line = theme.secondary;
        line.setAlpha(140);
        painter.fillRect(QRectF(x, 0, 1, height), line);
        paintFlag(painter, x, theme.secondary);
    }
    for (const Marker which : kMarkers) {
        const auto time = marks.marker(which);
        const double x = time ? std::floor(xOf(*time)) : kFar * 2;
        if (std::abs(x) > kFar)
            continue;
        const QColor &colour = which == Marker::A ? theme.markerA : theme.markerB;
        painter.fillRect(QRectF(x, 0, 2, height), colour);
        paintFlag(painter, x, colour);
    }
}

} // namespace thresher::ui
