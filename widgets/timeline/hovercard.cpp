// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/hovercard.h"

#include "widgets/theme.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace thresher::ui {

namespace {

constexpr int kPadding = 10;
constexpr int kLineGap = 3;
constexpr int kTitleGap = 8; ///< Between its two parts.
constexpr int kLargestWidth = 520;
constexpr int kAside = 16; ///< From the pointer.

struct Line
{
    QString text;
    QFont font;
    QColor colour;
    int gapBefore = kLineGap;
};

std::vector<Line> linesOf(const HoverText &text, const Theme &theme)
{
    std::vector<Line> lines;
    const auto add = [&lines](const QString &line, const QFont &font, const QColor &colour,
                              int gap) {
        if (!line.isEmpty())
            lines.push_back({line, font, colour, lines.empty() ? 0 : gap});
    };
    add(text.main, fonts().ui, theme.text, kLineGap);
    for (const QString &detail : text.details)
        add(detail, fonts().small, theme.secondary, kLineGap);
    add(text.lost, fonts().ui, theme.bad, kLineGap + 2);
    add(text.event, fonts().monoSmall, theme.text, kLineGap + 4);
    add(text.more, fonts().small, theme.secondary, kLineGap);
    return lines;
}

int widthOf(const QString &text, const QFont &font)
{
    // Rounded up, or a line would be elided for the fraction that is missing.
    return static_cast<int>(std::ceil(QFontMetricsF(font).horizontalAdvance(text))) + 1;
}

} // namespace

QRect hoverCardPlace(QSize size, QPoint pointer, QRect bounds)
{
    QPoint at(pointer.x() + kAside, pointer.y() + kAside);
    if (at.x() + size.width() > bounds.right() + 1)
        at.setX(pointer.x() - kAside - size.width());
    if (at.y() + size.height() > bounds.bottom() + 1)
        at.setY(pointer.y() - kAside - size.height());
    at.setX(std::max(bounds.left(), std::min(at.x(), bounds.right() + 1 - size.width())));
    const int lowest = bounds.bottom() + 1 - size.height();
    at.setY(std::max(bounds.top(), std::min(at.y(), lowest)));
    return {at, size};
}

void paintHoverCard(QPainter &painter, const HoverText &text, QPoint pointer, QRect bounds,
                    const Theme &theme)
{
    const std::vector<Line> lines = linesOf(text, theme);
    const QFontMetrics strong(fonts().strong);
    const QFontMetrics small(fonts().small);
    const int titleWidth = widthOf(text.title, fonts().strong);
    const int restWidth = text.titleRest.isEmpty()
                              ? 0
                              : kTitleGap + widthOf(text.titleRest, fonts().small);
    int width = titleWidth + restWidth;
    int height = strong.height();
    for (const Line &line : lines) {
        width = std::max(width, widthOf(line.text, line.font));
        height += QFontMetrics(line.font).height() + std::max(line.gapBefore, kLineGap);
    }
    width = std::min({width, kLargestWidth, bounds.width() - 2 * kPadding});
    const QRect card = hoverCardPlace({width + 2 * kPadding, height + 2 * kPadding - 2}, pointer,
                                      bounds);

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QColor shadow(Qt::black);
    for (int spread = 4; spread > 0; --spread) { // a soft edge
        shadow.setAlpha(theme.isDark ? 26 : 9);
        painter.setPen(Qt::NoPen);
        painter.setBrush(shadow);
        painter.drawRoundedRect(QRectF(card).adjusted(-spread, 1 - spread, spread, 1 + spread),
                                6 + spread, 6 + spread);
    }
    painter.setPen(QPen(theme.cardLine, 1));
    painter.setBrush(theme.card);
    painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);

    const int left = card.left() + kPadding;
    int y = card.top() + kPadding - 1;
    painter.setFont(fonts().strong);
    painter.setPen(theme.text);
    const int titleRoom = std::max(width - restWidth, width / 3);
    painter.drawText(left, y + strong.ascent(),
                     strong.elidedText(text.title, Qt::ElideRight, titleRoom));
    if (restWidth > 0) {
        painter.setFont(fonts().small);
        painter.setPen(theme.secondary);
        const int x = left + std::min(titleWidth, titleRoom) + kTitleGap;
        painter.drawText(x, y + strong.ascent(),
                         small.elidedText(text.titleRest, Qt::ElideRight, left + width - x));
    }
    y += strong.height();
    for (const Line &line : lines) {
        const QFontMetrics metrics(line.font);
        y += std::max(line.gapBefore, kLineGap);
        painter.setFont(line.font);
        painter.setPen(line.colour);
        painter.drawText(left, y + metrics.ascent(),
                         metrics.elidedText(line.text, Qt::ElideRight, width));
        y += metrics.height();
    }
    painter.restore();
}

} // namespace thresher::ui
