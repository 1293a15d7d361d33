// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probepreview.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 10;
constexpr int kLane = 24;
constexpr int kSliceHeight = 16;
constexpr int kTaskWidth = 92;
constexpr int kLanes = 2;
constexpr int kRows = 2;
constexpr int kLeft = int(Qt::AlignLeft) | int(Qt::AlignVCenter);
constexpr int kRight = int(Qt::AlignRight) | int(Qt::AlignVCenter);
constexpr int kMostColumns = 4; ///< Between time and duration.

struct Slice
{
    double begin; ///< Shares of the lane's width.
    double end;
};
constexpr std::array<std::array<Slice, 3>, kLanes> kSlices{{
    {{{0.04, 0.40}, {0.46, 0.72}, {0.88, 0.96}}},
    {{{0.00, 0.09}, {0.26, 0.80}, {0.92, 0.99}}},
}};
constexpr std::array<const char *, kRows> kTimes{"12.004 115", "12.004 683"};
constexpr std::array<const char *, kRows> kDurations{"412 µs", "1.3 ms"};

QString exampleOf(const ProbePreview::Column &column, int row)
{
    using Kind = ProbePreview::Column::Kind;
    switch (column.kind) {
    case Kind::Text:
        return row == 0 ? u"base/16384/1259"_s : u"pg_wal/000000010"_s;
    case Kind::Address:
        return row == 0 ? u"0xffff8881003c"_s : u"0xffff88810f40"_s;
    case Kind::Number:
        break;
    }
    return row == 0 ? u"65,536"_s : u"131,072"_s;
}

} // namespace

ProbePreview::ProbePreview(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("What will be seen"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ProbePreview::show(const QString &name, std::vector<Column> columns, bool isSlice)
{
    m_name = name;
    m_columns = std::move(columns);
    m_isSlice = isSlice;
    m_nothing.clear();
    setAccessibleDescription(text());
    setToolTip(tr("Names are those of the recording; the numbers are examples"));
    update();
}

void ProbePreview::showNothing(const QString &text)
{
    m_nothing = text;
    m_columns.clear();
    setAccessibleDescription(text);
    setToolTip({});
    update();
}

QString ProbePreview::text() const
{
    if (!m_nothing.isEmpty())
        return m_nothing;
    QStringList names{tr("time")};
    for (const Column &column : m_columns)
        names << column.name;
    if (m_isSlice)
        names << tr("duration");
    return names.join(u", "_s);
}

QSize ProbePreview::sizeHint() const
{
    return {300, kLanes * kLane + (kRows + 1) * kRowHeight + 2 * kMargin + 4};
}

void ProbePreview::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.line);
    painter.setBrush(theme.background);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    if (!m_nothing.isEmpty()) {
        painter.setPen(theme.secondary);
        painter.setFont(fonts().ui);
        painter.drawText(rect().adjusted(kMargin, kMargin, -kMargin, -kMargin),
                         Qt::AlignCenter | Qt::TextWordWrap, m_nothing);
        return;
    }
    const QRect room = rect().adjusted(kMargin, kMargin - 3, -kMargin, -kMargin + 3);
    QRect lanes = room;
    lanes.setHeight(kLanes * kLane);
    paintLanes(painter, lanes);
    QRect table = room;
    table.setTop(lanes.bottom() + 6);
    painter.setPen(theme.line);
    painter.drawLine(1, table.top() - 2, width() - 2, table.top() - 2);
    paintTable(painter, table);
}

void ProbePreview::paintLanes(QPainter &painter, const QRect &room) const
{
    const Theme &theme = Theme::of(this);
    QString label = m_name;
    for (const Column &column : m_columns) {
        if (column.kind == Column::Kind::Text)
            label = exampleOf(column, 0);
    }
    for (int lane = 0; lane < kLanes; ++lane) {
        const int top = room.top() + lane * kLane;
        painter.setFont(fonts().small);
        painter.setPen(theme.text);
        painter.drawText(QRect(room.left(), top, kTaskWidth, kLane),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         tr("task %1").arg(lane == 0 ? 4012 : 4019));
        const int left = room.left() + kTaskWidth;
        const int width = room.width() - kTaskWidth;
        const QColor colour = QColor::fromRgb(theme.taskColour("postgres", 4012 + lane * 7));
        for (const Slice &slice : kSlices.at(static_cast<std::size_t>(lane))) {
            const QRectF bar(left + slice.begin * width, top + (kLane - kSliceHeight) / 2.0,
                             m_isSlice ? (slice.end - slice.begin) * width : 2.0, kSliceHeight);
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_isSlice ? colour : theme.events);
            painter.drawRoundedRect(bar, m_isSlice ? 2 : 0, m_isSlice ? 2 : 0);
            if (!m_isSlice)
                continue;
            const QFontMetrics metrics(fonts().small);
            const int space = static_cast<int>(bar.width()) - 8;
            if (space < 30)
                continue;
            painter.setPen(theme.sliceText);
            painter.drawText(bar.adjusted(4, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter,
                             metrics.elidedText(label, Qt::ElideRight, space));
        }
    }
}

void ProbePreview::paintTable(QPainter &painter, const QRect &room) const
{
    const Theme &theme = Theme::of(this);
    struct Cell
    {
        QString name;
        std::array<QString, kRows> texts;
        bool isRight = false;
    };
    std::vector<Cell> cells{
        {tr("time"), {QString::fromUtf8(kTimes[0]), QString::fromUtf8(kTimes[1])}}};
    for (std::size_t i = 0; i < m_columns.size() && i < kMostColumns; ++i)
        cells.push_back({m_columns[i].name,
                         {exampleOf(m_columns[i], 0), exampleOf(m_columns[i], 1)},
                         m_columns[i].kind == Column::Kind::Number});
    if (m_columns.size() > kMostColumns)
        cells.back() = {
            u"+ %1"_s.arg(m_columns.size() - kMostColumns + 1), {u"…"_s, u"…"_s}, false};
    if (m_isSlice)
        cells.push_back({tr("duration"),
                         {QString::fromUtf8(kDurations[0]), QString::fromUtf8(kDurations[1])},
                         true});
    const double width = room.width() / static_cast<double>(cells.size());
    const QFontMetrics metrics(fonts().small);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        for (int row = -1; row < kRows; ++row) {
            const QRectF place(room.left() + static_cast<double>(i) * width,
                               room.top() + (row + 1) * kRowHeight, width - 8, kRowHeight);
            painter.setFont(row < 0 ? fonts().heading : fonts().small);
            painter.setPen(row < 0 ? theme.secondary : theme.text);
            const QString &text = row < 0 ? cells[i].name
                                          : cells[i].texts.at(static_cast<std::size_t>(row));
            painter.drawText(
                place, cells[i].isRight ? kRight : kLeft,
                metrics.elidedText(text, Qt::ElideRight, static_cast<int>(place.width())));
        }
    }
}

} // namespace thresher::ui
