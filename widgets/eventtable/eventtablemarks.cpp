// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// The signs of markers and bookmarks beside a table's times.
#include "widgets/eventtable/eventtableview.h"
#include "widgets/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kSize = 15;
constexpr int kEdge = 4; ///< To the column's end.

} // namespace

void EventTableView::setMarkFinder(MarkFinder finder)
{
    m_markFinder = std::move(finder);
    updateMarks();
}

void EventTableView::updateMarks()
{
    std::vector<RowMark> marks;
    const Row count = visibleRows();
    if (m_markFinder && m_rows && count > 0)
        marks = m_markFinder(*m_rows, m_scroll.top(), m_scroll.top() + count - 1);
    if (marks.empty() && m_marks.empty())
        return;
    m_marks = std::move(marks);
    viewport()->update();
}

/// At the end of the time's column, or of the first one; side by side where several meet.
QRect EventTableView::markRect(const RowMark &mark) const
{
    int logical = 0;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].kind == EventColumn::Kind::Time)
            logical = static_cast<int>(i);
    }
    const QRect cell = cellRect(mark.row, logical);
    if (cell.isEmpty())
        return {};
    int right = cell.right() - kEdge;
    for (const RowMark &other : m_marks) {
        if (&other == &mark)
            break;
        if (other.row == mark.row && other.isBefore == mark.isBefore)
            right -= kSize + 1;
    }
    // Between two rows if that is where the moment is; not cut at the table's top.
    const int top = mark.isBefore ? std::max(0, cell.top() - kSize / 2)
                                  : cell.top() + (cell.height() - kSize) / 2;
    return {right - kSize + 1, top, kSize, kSize};
}

void EventTableView::paintMarks(QPainter &painter, const Theme &theme) const
{
    if (m_marks.empty() || m_columns.empty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(fonts().heading);
    for (const RowMark &mark : m_marks) {
        const QRect rect = markRect(mark);
        if (rect.isEmpty())
            continue;
        painter.setPen(Qt::NoPen);
        if (!mark.marker) {
            painter.setBrush(theme.secondary);
            painter.drawPolygon(QPolygonF{{rect.left() + 3.0, rect.top() + 2.0},
                                          {rect.right() - 1.0, rect.top() + 6.0},
                                          {rect.left() + 4.5, rect.top() + 10.0},
                                          {rect.left() + 4.5, rect.bottom() + 0.0},
                                          {rect.left() + 3.0, rect.bottom() + 0.0}});
            continue;
        }
        const bool isA = *mark.marker == Marker::A;
        painter.setBrush(isA ? theme.markerA : theme.markerB);
        painter.drawRoundedRect(rect, 4, 4);
        painter.setPen(Qt::white);
        painter.drawText(rect, Qt::AlignCenter, isA ? u"A"_s : u"B"_s);
    }
    painter.restore();
}

QString EventTableView::markTip(const QPoint &position) const
{
    QStringList names;
    for (const RowMark &mark : m_marks) {
        if (markRect(mark).contains(position))
            names += !mark.marker                ? mark.name.toHtmlEscaped()
                     : *mark.marker == Marker::A ? tr("Marker A")
                                                 : tr("Marker B");
    }
    return names.join(u"<br>"_s);
}

} // namespace thresher::ui
