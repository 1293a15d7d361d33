// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/overview/overviewwidget.h"

#include "model/qt/numbertext.h"
#include "widgets/oklch.h"
#include "widgets/overview/overviewmarks.h"
#include "widgets/theme.h"
#include "widgets/timeformat.h"
#include "widgets/timeline/lanelayout.h"
#include "widgets/timeline/lanepainter.h"
#include "widgets/timeline/vectorcanvas.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMargin = 4; ///< Above and below the strip.
constexpr double kLeastViewport = 6;
constexpr double kGrip = 5;

int toDevice(double logical, double dpr)
{
    return static_cast<int>(std::lround(logical * dpr));
}

TimeNs saturatedSum(TimeNs time, DurationNs by)
{
    TimeNs sum = 0;
    if (__builtin_add_overflow(time, by, &sum))
        return by < 0 ? kTimeMin : kTimeMax;
    return sum;
}

} // namespace

OverviewWidget::OverviewWidget(ViewState &state, QWidget *parent)
    : QWidget(parent)
    , m_state(state)
{
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Overview of the whole trace"));
    connect(&m_state, &ViewState::changed, this, &OverviewWidget::stateChanged);
}

void OverviewWidget::stateChanged(ViewState::Changes changes)
{
    Q_UNUSED(changes)
    update();
}

OverviewWidget::Key OverviewWidget::key(double dpr) const
{
    const auto &snapshot = m_state.selectionSnapshot();
    return {snapshot,
            m_state.selection(),
            m_state.filterUse().highlight ? m_state.matches() : nullptr,
            m_state.found().shown,
            m_state.traceRange(),
            size(),
            dpr,
            &Theme::of(this)};
}

double OverviewWidget::xOf(TimeNs time) const
{
    const auto columns = static_cast<std::uint32_t>(std::max(1, width() - kLabelWidth));
    return kLabelWidth + PixelGrid{m_state.traceRange(), columns}.position(time);
}

TimeNs OverviewWidget::timeAt(double x) const
{
    const auto columns = static_cast<std::uint32_t>(std::max(1, width() - kLabelWidth));
    return PixelGrid{m_state.traceRange(), columns}.timeOf(x - kLabelWidth);
}

ViewportSpan OverviewWidget::viewportSpan() const
{
    const TimeRange visible = m_state.visibleRange();
    const double left = kLabelWidth;
    const double right = std::max(left, double(width()));
    const ViewportSpan span{std::clamp(xOf(visible.begin), left, right),
                            std::clamp(xOf(visible.end), left, right)};
    return span.widened(kLeastViewport);
}

/// What is drawn: m_list.
void OverviewWidget::query(const Key &key, std::uint32_t columns)
{
    queryOverview(*key.snapshot, key.selection.get(), {key.range, columns}, m_overview);
    buildOverview(m_overview, static_cast<std::uint32_t>(toDevice(4, key.dpr)), m_list);
}

/// Where `selection` has events: m_marks.
void OverviewWidget::queryMarks(const Key &key, const Selection &selection, std::uint32_t columns)
{
    queryMatches(*key.snapshot, selection, {key.range, columns}, m_matches);
    markColumns(std::span<const std::uint32_t>(m_matches),
                static_cast<std::uint32_t>(toDevice(2, key.dpr)), m_marks);
}

/// As render() and drawing its picture, without pixels: for documents.
void OverviewWidget::paintShapes(QPainter &painter, const Key &key)
{
    const int columns = key.size.width() - kLabelWidth;
    if (!key.snapshot || columns <= 0)
        return;
    query(key, static_cast<std::uint32_t>(columns));
    const Theme &theme = *key.theme;
    const double bottom = key.size.height() - kMargin;
    const double room = bottom - kMargin;
    const QRgb known = theme.density.rgb();
    BarShapes shapes;
    shapes.addShape(0, barsOutline(m_list.estimates, kLabelWidth, bottom, room, kFullDensity, 1),
                    mixed(theme.background.rgb(), known, 90));
    shapes.addShape(1, barsOutline(m_list.bars, kLabelWidth, bottom, room, kFullDensity, 1), known);
    const auto addMarks = [&](const Selection &selection, double top, const QColor &colour) {
        queryMarks(key, selection, static_cast<std::uint32_t>(columns));
        for (const LaneRect &mark : m_marks)
            shapes.add(2, kLabelWidth + mark.begin, kLabelWidth + mark.end, top, top + 3,
                       colour.rgb());
    };
    if (key.matches)
        addMarks(*key.matches, bottom, theme.accent);
    if (key.found)
        addMarks(*key.found, 0, theme.found);
    for (const LaneRect &lost : m_list.lost) {
        shapes.addHatch(3,
                        QRectF(QPointF(kLabelWidth + lost.begin, kMargin),
                               QPointF(kLabelWidth + lost.end, bottom)),
                        theme.bad.rgb(), 1);
    }
    shapes.paint(painter);
}

void OverviewWidget::render(const Key &key)
{
    const Theme &theme = *key.theme;
    const int left = toDevice(kLabelWidth, key.dpr);
    const QSize size(toDevice(key.size.width(), key.dpr) - left,
                     toDevice(key.size.height(), key.dpr));
    m_image = QImage();
    if (size.isEmpty())
        return;
    m_image = QImage(size, QImage::Format_RGB32);
    m_image.setDevicePixelRatio(key.dpr);
    m_image.fill(theme.background.rgb());
    if (!key.snapshot)
        return;
    const auto columns = static_cast<std::uint32_t>(size.width());
    query(key, columns);

    LaneTarget target;
    target.pixels = reinterpret_cast<QRgb *>(m_image.bits());
    target.stride = m_image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
    target.columns = columns;
    target.height = size.height();
    target.clipBottom = size.height();
    const int bottom = size.height() - toDevice(kMargin, key.dpr);
    const int room = bottom - toDevice(kMargin, key.dpr);
    const auto paintBars = [&](const std::vector<LaneRect> &bars, QRgb colour) {
        for (const LaneRect &bar : bars) {
            const int height = std::max(1, bar.level * room / kFullDensity);
            for (int y = bottom - height; y < bottom; ++y) {
                QRgb *row = target.pixels + y * target.stride;
                std::fill(row + bar.begin, row + bar.end, colour);
            }
        }
    };
    const QRgb known = theme.density.rgb();
    paintBars(m_list.estimates, mixed(theme.background.rgb(), known, 90));
    paintBars(m_list.bars, known);
    if (key.matches)
        paintMarks(target, key, *key.matches, bottom, theme.accent);
    if (key.found)
        paintMarks(target, key, *key.found, 0, theme.found);
    for (const LaneRect &lost : m_list.lost)
        paintHatch(target, lost.begin, lost.end, bottom - room, bottom, theme.bad.rgb(), key.dpr);
}

/// Over the strip's margin, above or below it.
void OverviewWidget::paintMarks(const LaneTarget &target, const Key &key,
                                const Selection &selection, int top, const QColor &colour)
{
    queryMarks(key, selection, target.columns);
    for (int y = top; y < std::min(target.height, top + toDevice(3, key.dpr)); ++y) {
        QRgb *row = target.pixels + y * target.stride;
        for (const LaneRect &mark : m_marks)
            std::fill(row + mark.begin, row + mark.end, colour.rgb());
    }
}

void OverviewWidget::paintCaption(QPainter &painter, const Theme &theme) const
{
    const auto &snapshot = m_state.snapshot();
    painter.setFont(fonts().small);
    painter.setPen(theme.secondary);
    const QFontMetrics metrics(painter.font());
    const QRect room(14, 0, kLabelWidth - 20, height());
    if (!snapshot) {
        painter.drawText(room, Qt::AlignVCenter, tr("Overview"));
        return;
    }
    const bool isEmpty = snapshot->isComplete && snapshot->eventCount == 0;
    const QString length = formatDurationShort(m_state.traceRange().duration(),
                                               timeStyle(m_state).isNanoseconds);
    const QString count = isEmpty ? tr("no events")
                          : snapshot->isComplete
                              ? tr("%1 events").arg(groupedNumber(snapshot->eventCount))
                              : tr("%1 events …").arg(groupedNumber(snapshot->eventCount));
    const int line = metrics.height() + 1;
    const int y = (height() - 2 * line) / 2;
    painter.drawText(QRect(room.x(), y, room.width(), line), Qt::AlignVCenter,
                     metrics.elidedText(isEmpty ? tr("Overview") : tr("Overview · %1").arg(length),
                                        Qt::ElideRight, room.width()));
    painter.setPen(theme.text);
    painter.drawText(QRect(room.x(), y + line, room.width(), line), Qt::AlignVCenter,
                     metrics.elidedText(count, Qt::ElideRight, room.width()));
}

void OverviewWidget::paintViewport(QPainter &painter, const Theme &theme) const
{
    const ViewportSpan span = viewportSpan();
    const QRectF whole(kLabelWidth, 0, width() - kLabelWidth, height() - 1);
    const QRectF marked(std::round(span.begin), 0, std::max(1.0, std::round(span.end - span.begin)),
                        height() - 1);
    painter.setClipRect(whole);
    const bool isAll = span.begin <= kLabelWidth + 1 && span.end >= width() - 1;
    if (!isAll) {
        // What is not shown steps back, what is shown is framed.
        QColor veil = theme.panel;
        veil.setAlpha(theme.isDark ? 120 : 130);
        painter.fillRect(QRectF(whole.topLeft(), marked.bottomLeft()), veil);
        painter.fillRect(QRectF(marked.topRight(), whole.bottomRight()), veil);
        QColor tint = theme.accent;
        tint.setAlpha(30);
        painter.fillRect(marked, tint);
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRect(marked.adjusted(0.5, 0.5, -0.5, -0.5));
        if (marked.width() >= 14) {
            for (const double x : {marked.left(), marked.right() - 3})
                painter.fillRect(QRectF(x, marked.center().y() - 8, 3, 16), theme.accent);
        }
    }
    if (const auto selected = m_state.selectedRange()) {
        const double from = xOf(selected->begin);
        const double to = xOf(selected->end);
        painter.fillRect(QRectF(from, height() - 4, std::max(2.0, to - from), 3), theme.accent);
    }
    const auto &snapshot = m_state.snapshot();
    if (const auto place = m_state.currentEvent();
        place && snapshot && place->stream < snapshot->streams.size()
        && place->event < snapshot->streams[place->stream].size) {
        const double x = std::floor(xOf(snapshot->streams[place->stream].time(place->event)));
        painter.fillRect(QRectF(x, 0, 1, height()), theme.accent);
    }
    paintOverviewMarks(painter, m_state.marks(), height(), theme,
                       [this](TimeNs time) { return xOf(time); });
    painter.setClipping(false);
}

void OverviewWidget::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event)
    QPainter painter(this);
    const Key now = key(pixelRatio(painter, *this));
    const Theme &theme = *now.theme;
    painter.fillRect(rect(), theme.background);
    if (isVector(painter)) {
        paintShapes(painter, now);
    } else {
        if (m_image.isNull() || now != m_key) {
            render(now);
            m_key = now;
        }
        painter.drawImage(QPoint(kLabelWidth, 0), m_image);
    }
    if (m_state.snapshot())
        paintViewport(painter, theme);
    painter.fillRect(QRect(kLabelWidth - 1, 0, 1, height()), theme.line);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
    paintCaption(painter, theme);
}

void OverviewWidget::wheelEvent(QWheelEvent *event)
{
    event->accept();
    const double notches = event->angleDelta().y() / 120.0;
    const double x = event->position().x();
    if (notches == 0 || x < kLabelWidth)
        return;
    // At the pointer if the pointer is on what is shown, else about its middle.
    const TimeRange visible = m_state.visibleRange();
    const TimeNs time = timeAt(x);
    m_state.zoom(std::pow(1.3, -notches),
                 visible.contains(time) ? time : visible.begin + visible.duration() / 2);
}

void OverviewWidget::mousePressEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (event->button() != Qt::LeftButton || x < kLabelWidth || !m_state.snapshot())
        return;
    m_pressedX = x;
    m_pressedTime = timeAt(x);
    if (event->modifiers() & Qt::ShiftModifier) {
        m_drag = Drag::New;
        m_pressedRange = m_state.visibleRange();
        return;
    }
    switch (viewportSpan().partAt(x, kGrip)) {
    case ViewportPart::Left:
        m_drag = Drag::Left;
        break;
    case ViewportPart::Right:
        m_drag = Drag::Right;
        break;
    case ViewportPart::Inside:
        m_drag = Drag::Move;
        break;
    case ViewportPart::Outside: {
        const DurationNs length = m_state.visibleRange().duration();
        const TimeNs begin = saturatedSum(m_pressedTime, -(length / 2));
        m_state.setVisibleRange({begin, saturatedSum(begin, length)}, true);
        m_drag = Drag::Move; // and on, if the button stays down
        break;
    }
    }
    m_pressedRange = m_state.visibleRange();
    updateCursor(x, false);
}

void OverviewWidget::dragTo(double x)
{
    const TimeNs time = timeAt(std::clamp(x, double(kLabelWidth), double(width())));
    const double perPixel = static_cast<double>(m_state.traceRange().duration())
                            / std::max(1, width() - kLabelWidth);
    const auto by = static_cast<DurationNs>(
        std::clamp(std::round((x - m_pressedX) * perPixel), -9.2e18, 9.2e18));
    TimeRange range = m_pressedRange;
    switch (m_drag) {
    case Drag::None:
        return;
    case Drag::Move:
        range = {saturatedSum(range.begin, by), saturatedSum(range.end, by)};
        break;
    case Drag::Left:
        range.begin = std::min(saturatedSum(range.begin, by),
                               range.end - ViewState::kMinimumVisible);
        break;
    case Drag::Right:
        range.end = std::max(saturatedSum(range.end, by), range.begin + ViewState::kMinimumVisible);
        break;
    case Drag::New:
        range = {std::min(time, m_pressedTime), std::max(time, m_pressedTime)};
        if (std::abs(x - m_pressedX) < 2)
            return;
        break;
    }
    m_state.setVisibleRange(range);
}

void OverviewWidget::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (m_drag != Drag::None)
        dragTo(x);
    else
        updateCursor(x, event->modifiers() & Qt::ShiftModifier);
}

void OverviewWidget::mouseReleaseEvent(QMouseEvent *event)
{
    m_drag = Drag::None;
    updateCursor(event->position().x(), event->modifiers() & Qt::ShiftModifier);
}

void OverviewWidget::leaveEvent(QEvent *event)
{
    Q_UNUSED(event)
    unsetCursor();
}

void OverviewWidget::updateCursor(double x, bool isShiftHeld)
{
    if (x < kLabelWidth || !m_state.snapshot()) {
        unsetCursor();
        return;
    }
    if (isShiftHeld) {
        setCursor(Qt::CrossCursor);
        return;
    }
    switch (viewportSpan().partAt(x, kGrip)) {
    case ViewportPart::Left:
    case ViewportPart::Right:
        setCursor(Qt::SizeHorCursor);
        break;
    case ViewportPart::Inside:
        setCursor(m_drag == Drag::Move ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
        break;
    case ViewportPart::Outside:
        unsetCursor();
        break;
    }
}

} // namespace thresher::ui
