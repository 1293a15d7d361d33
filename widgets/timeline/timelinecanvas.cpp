// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelinecanvas.h"

#include <algorithm>

namespace thresher::ui {

TimelineCanvas::~TimelineCanvas() = default;

int TimelineCanvas::drawText(Font font, QPoint at, int width, const QString &text, QRgb colour)
{
    const std::string utf8 = text.toStdString();
    return drawText(font, at, width, std::string_view(utf8), colour, 255);
}

void ImageCanvas::setImage(QImage &image)
{
    m_image = &image;
    m_pixels = reinterpret_cast<QRgb *>(image.bits());
    m_stride = image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
}

void ImageCanvas::setFont(Font which, const QFont &font, double dpr)
{
    m_text[static_cast<std::size_t>(which)].setFont(font, dpr);
}

void ImageCanvas::fill(QRect rect, QRgb colour)
{
    rect &= m_image->rect();
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        std::fill_n(m_pixels + y * m_stride + rect.left(), rect.width(), colour);
}

int ImageCanvas::textWidth(Font font, const QString &text)
{
    return m_text[static_cast<std::size_t>(font)].sprite(text).width;
}

int ImageCanvas::textHeight(Font font) const
{
    return m_text[static_cast<std::size_t>(font)].height();
}

int ImageCanvas::drawText(Font font, QPoint at, int width, std::string_view utf8, QRgb colour,
                          unsigned alpha)
{
    return m_text[static_cast<std::size_t>(font)].draw(*m_image, at.x(), at.y(), width, utf8,
                                                       colour, alpha);
}

LaneTarget ImageCanvas::targetOf(const LanePlace &place) const
{
    const Stripe lane = place.place;
    LaneTarget target;
    target.pixels = m_pixels + lane.top * m_stride + place.left;
    target.stride = m_stride;
    target.columns = place.columns;
    target.height = lane.height;
    target.clipTop = std::max(0, place.clipTop - lane.top);
    target.clipBottom = std::min(lane.height, m_image->height() - lane.top);
    target.phase = lane.top & 0xffff;
    return target;
}

void ImageCanvas::paintLane(std::size_t worker, const LaneDrawList &list, const LanePlace &place,
                            const LaneLook &look)
{
    m_painters[worker].paint(list, targetOf(place), look);
}

void ImageCanvas::paintTaskLane(std::size_t worker, const TaskLaneList &list,
                                const LanePlace &place, const TaskLook &look)
{
    Q_UNUSED(worker)
    ui::paintTaskLane(list, targetOf(place), look);
}

void ImageCanvas::paintCounterLane(std::size_t worker, const CounterLaneList &list,
                                   const LanePlace &place, const CounterLook &look)
{
    Q_UNUSED(worker)
    ui::paintCounterLane(list, targetOf(place), look);
}

} // namespace thresher::ui
