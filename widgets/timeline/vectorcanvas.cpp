// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/vectorcanvas.h"

#include <QPaintEngine>
#include <QPainter>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

/// In the order in which they are painted; LanePainter paints a lane in the same.
enum Layer : int {
    Background,
    Grid,
    Pending,
    Running,
    Edge,
    Unknown,
    Density,
    Interrupts,
    Ticks,
    Match,
    HatchTint,
    Hatch,
};

constexpr double kHeightUnit = 16;
/// As in TextSprites.
constexpr qsizetype kLeastCharacters = 3;

QColor colourOf(QRgb colour, unsigned alpha)
{
    QColor result(colour);
    result.setAlpha(static_cast<int>(alpha));
    return result;
}

} // namespace

void BarShapes::add(int layer, double begin, double end, double top, double bottom, QRgb colour,
                    unsigned alpha)
{
    if (end <= begin || bottom <= top)
        return;
    // A thick line says what a rectangle does in half as many bytes.
    const Key key{layer, static_cast<int>(std::lround((bottom - top) * kHeightUnit)), colour,
                  alpha};
    QPainterPath &path = m_paths[key];
    path.moveTo(begin, (top + bottom) / 2);
    path.lineTo(end, (top + bottom) / 2);
}

void BarShapes::addShape(int layer, const QPainterPath &shape, QRgb colour, unsigned alpha)
{
    if (!shape.isEmpty())
        m_paths[{layer, 0, colour, alpha}].addPath(shape);
}

void BarShapes::addHatch(int layer, const QRectF &rect, QRgb colour, double dpr)
{
    if (rect.isEmpty())
        return;
    const LaneHatch hatch = laneHatch(dpr);
    add(layer, rect.left(), rect.right(), rect.top(), rect.bottom(), colour, hatch.tint);
    QPainterPath strokes;
    // x + y is what a stroke has in common.
    const double first = rect.left() + rect.top();
    const double last = rect.right() + rect.bottom();
    for (double at = std::floor(first / hatch.period) * hatch.period; at < last;
         at += hatch.period) {
        // The ends of the line x + y = sum inside the rectangle; outside, its nearest corner.
        const auto upper = [&rect](double sum) {
            const double x = std::clamp(sum - rect.top(), rect.left(), rect.right());
            return QPointF(x, std::clamp(sum - x, rect.top(), rect.bottom()));
        };
        const auto lower = [&rect](double sum) {
            const double x = std::clamp(sum - rect.bottom(), rect.left(), rect.right());
            return QPointF(x, std::clamp(sum - x, rect.top(), rect.bottom()));
        };
        const double to = at + hatch.thickness;
        QPolygonF stroke{upper(at)};
        if (const double corner = rect.right() + rect.top(); corner > at && corner < to)
            stroke << rect.topRight();
        stroke << upper(to) << lower(to);
        if (const double corner = rect.left() + rect.bottom(); corner > at && corner < to)
            stroke << rect.bottomLeft();
        stroke << lower(at);
        strokes.addPolygon(stroke);
        strokes.closeSubpath();
    }
    addShape(layer + 1, strokes, colour, hatch.stroke);
}

void BarShapes::paint(QPainter &painter)
{
    for (const auto &[key, path] : m_paths) {
        const QColor colour = colourOf(key.colour, key.alpha);
        if (key.height == 0) {
            painter.fillPath(path, colour);
        } else {
            painter.strokePath(path, QPen(colour, key.height / kHeightUnit, Qt::SolidLine,
                                          Qt::FlatCap, Qt::MiterJoin));
        }
    }
    m_paths.clear();
}

QPainterPath barsOutline(const std::vector<LaneRect> &bars, double left, double bottom, double room,
                         double peak, double leastWidth)
{
    QPainterPath path;
    double last = -1; // where the bar before ends, if the next one may go on there
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const LaneRect &bar = bars[i];
        const double begin = left + bar.begin;
        double end = left + std::max<double>(bar.end, bar.begin + leastWidth);
        if (i + 1 < bars.size())
            end = std::min(end, left + bars[i + 1].begin);
        const double top = bottom - std::max(1.0, std::round(bar.level * room / peak));
        if (begin != last) {
            if (last >= 0) {
                path.lineTo(last, bottom);
                path.closeSubpath();
            }
            path.moveTo(begin, bottom);
        }
        path.lineTo(begin, top);
        path.lineTo(end, top);
        last = end;
    }
    if (last >= 0) {
        path.lineTo(last, bottom);
        path.closeSubpath();
    }
    return path;
}

VectorCanvas::VectorCanvas(QPainter &painter, QSize size)
    : m_painter(painter)
    , m_size(size)
{}

void VectorCanvas::setFont(Font which, const QFont &font, double dpr)
{
    QFont scaled = font;
    scaled.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * dpr))));
    m_fonts[static_cast<std::size_t>(which)] = scaled;
    m_metrics[static_cast<std::size_t>(which)].emplace(scaled);
}

void VectorCanvas::fill(QRect rect, QRgb colour)
{
    rect &= QRect(QPoint(0, 0), m_size);
    if (!rect.isEmpty())
        m_painter.fillRect(QRectF(rect), QColor(colour));
}

int VectorCanvas::textWidth(Font font, const QString &text)
{
    const auto &metrics = m_metrics[static_cast<std::size_t>(font)];
    return metrics ? static_cast<int>(std::ceil(metrics->horizontalAdvance(text))) : 0;
}

int VectorCanvas::textHeight(Font font) const
{
    const auto &metrics = m_metrics[static_cast<std::size_t>(font)];
    return metrics ? static_cast<int>(std::ceil(metrics->height())) : 0;
}

int VectorCanvas::drawText(Font font, QPoint at, int width, std::string_view utf8, QRgb colour,
                           unsigned alpha)
{
    const auto &metrics = m_metrics[static_cast<std::size_t>(font)];
    // No device clips for us: what would reach out of the picture is left out.
    if (width <= 0 || utf8.empty() || !metrics || at.y() < 0
        || at.y() + textHeight(font) > m_size.height() + 1)
        return 0;
    auto text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    if (metrics->horizontalAdvance(text) > width) {
        const double room = width - metrics->horizontalAdvance(u'…');
        qsizetype kept = 0;
        while (kept < text.size() && metrics->horizontalAdvance(text.left(kept + 1)) <= room)
            ++kept;
        if (kept < kLeastCharacters)
            return 0;
        text = text.left(kept) + u'…';
    }
    m_painter.setFont(m_fonts[static_cast<std::size_t>(font)]);
    m_painter.setPen(colourOf(colour, alpha));
    m_painter.drawText(QPointF(at.x(), at.y() + metrics->ascent()), text);
    return textWidth(font, text);
}

struct VectorCanvas::Clip
{
    double left = 0;
    double top = 0; ///< Of the lane.
    double from = 0; ///< Nothing is painted above,
    double to = 0; ///< or below.
    double columns = 0;

    /// A part of the lane in the picture.
    [[nodiscard]] std::pair<double, double> rows(Stripe stripe) const
    {
        return {std::max(from, top + stripe.top), std::min(to, top + stripe.top + stripe.height)};
    }
};

void VectorCanvas::addRunning(const LaneDrawList &list, const Clip &clip, const LaneLook &look)
{
    const Theme &theme = *look.theme;
    const auto [top, bottom] = clip.rows(look.stripes.running);
    for (const LaneRect &rect : list.of(Role::Pending))
        m_shapes.add(Pending, clip.left + rect.begin, clip.left + rect.end, top, bottom,
                     theme.pending.rgb());
    for (const LaneRect &rect : list.of(Role::Running))
        m_shapes.add(Running, clip.left + rect.begin, clip.left + rect.end, top, bottom,
                     look.tasks->colour(rect.value), levelAlpha(rect.level));
    const QRgb back = (look.isOdd ? theme.oddLane : theme.background).rgb();
    for (const LaneRect &rect : list.of(Role::Edge))
        m_shapes.add(Edge, clip.left + rect.begin, clip.left + rect.end, top, bottom, back,
                     kEdgeAlpha);
    const double line = std::min(std::max(0.0, bottom - top), std::max(1.0, look.dpr));
    for (const LaneRect &rect : list.of(Role::Unknown)) {
        for (const double y : {top, bottom - line})
            m_shapes.add(Unknown, clip.left + rect.begin, clip.left + rect.end, y, y + line,
                         theme.unknown.rgb());
    }
}

void VectorCanvas::addBand(int layer, const std::vector<LaneRect> &rects, Stripe stripe,
                           const Clip &clip, QRgb colour)
{
    const auto [top, bottom] = clip.rows(stripe);
    for (const LaneRect &rect : rects)
        m_shapes.add(layer, clip.left + rect.begin, clip.left + rect.end, top, bottom, colour,
                     levelAlpha(rect.level));
}

void VectorCanvas::addTicks(const std::vector<LaneRect> &rects, const Clip &clip,
                            const LaneLook &look, QRgb colour)
{
    const Stripe stripe = look.stripes.ticks;
    const double least = std::max(1.0, std::floor(look.dpr));
    for (const LaneRect &rect : rects) {
        const int height = (rect.level * stripe.height + kTickLevels - 1) / kTickLevels;
        const auto [top, bottom] = clip.rows({stripe.top + stripe.height - height, height});
        const double end = std::min(clip.columns, std::max<double>(rect.end, rect.begin + least));
        m_shapes.add(Ticks, clip.left + rect.begin, clip.left + end, top, bottom, colour);
    }
}

void VectorCanvas::addDensity(const std::vector<LaneRect> &rects, const Clip &clip,
                              const LaneLook &look)
{
    const Stripe stripe = look.stripes.density;
    const double bottom = clip.top + stripe.top + stripe.height;
    if (rects.empty() || stripe.height <= 0 || bottom > clip.to || bottom <= clip.from)
        return; // bars that are cut would read as lower ones
    m_shapes.addShape(Density,
                      barsOutline(rects, clip.left, bottom, stripe.height, kFullDensity,
                                  std::max(1.0, std::floor(look.dpr))),
                      look.theme->density.rgb());
}

void VectorCanvas::paintLane(std::size_t worker, const LaneDrawList &list, const LanePlace &place,
                             const LaneLook &look)
{
    Q_UNUSED(worker)
    const Theme &theme = *look.theme;
    const Clip clip{
        static_cast<double>(place.left), static_cast<double>(place.place.top),
        static_cast<double>(std::max(place.clipTop, place.place.top)),
        static_cast<double>(std::min(m_size.height(), place.place.top + place.place.height)),
        static_cast<double>(place.columns)};
    const double right = clip.left + clip.columns;
    m_shapes.add(Background, clip.left, right, clip.from, clip.to,
                 (look.isOdd ? theme.oddLane : theme.background).rgb());
    const double hair = std::max(1.0, std::floor(look.dpr));
    for (const std::uint32_t column : look.gridColumns) {
        if (column < place.columns)
            m_shapes.add(Grid, clip.left + column, clip.left + column + hair, clip.from, clip.to,
                         theme.grid.rgb());
    }
    const LaneStripes &stripes = look.stripes;
    if (list.of(Role::Density).empty())
        addRunning(list, clip, look);
    addDensity(list.of(Role::Density), clip, look);
    addBand(Interrupts, list.of(Role::Irq), stripes.irq, clip, theme.irq.rgb());
    addBand(Interrupts, list.of(Role::Softirq), stripes.softirq, clip, theme.softirq.rgb());
    addTicks(list.of(Role::Events), clip, look, tickColour(theme));
    const auto [top, bottom] = clip.rows(matchStripe(stripes, look.dpr));
    for (const LaneRect &rect : list.of(Role::Match))
        m_shapes.add(Match, clip.left + rect.begin, clip.left + rect.end, top, bottom,
                     theme.accent.rgb());
    const auto [foundTop, foundBottom] = clip.rows(foundStripe(stripes, look.dpr));
    for (const LaneRect &rect : list.of(Role::Found))
        m_shapes.add(Match, clip.left + rect.begin, clip.left + rect.end, foundTop, foundBottom,
                     theme.found.rgb());
    const auto [wholeTop, wholeBottom] = clip.rows(stripes.whole);
    for (const LaneRect &rect : list.of(Role::Lost))
        m_shapes.addHatch(HatchTint,
                          QRectF(QPointF(clip.left + rect.begin, wholeTop),
                                 QPointF(clip.left + rect.end, wholeBottom)),
                          theme.bad.rgb(), look.dpr);
}

void VectorCanvas::endLanes()
{
    m_shapes.paint(m_painter);
}

bool isVector(const QPainter &painter)
{
    const QPaintEngine *const engine = painter.paintEngine();
    return engine != nullptr && engine->type() != QPaintEngine::Raster;
}

double pixelRatio(const QPainter &painter, const QWidget &widget)
{
    if (isVector(painter))
        return 1;
    const double ratio = painter.deviceTransform().m11();
    return ratio > 0 ? ratio : widget.devicePixelRatioF();
}

} // namespace thresher::ui
