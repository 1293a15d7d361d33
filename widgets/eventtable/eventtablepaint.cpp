// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/celltext.h"
#include "widgets/eventtable/eventtableview.h"
#include "widgets/theme.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QHeaderView>
#include <QPaintEvent>
#include <QPainter>
#include <QToolTip>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

using Kind = EventColumn::Kind;

constexpr int kPadding = 8; ///< As the header's.
constexpr int kSwatchWidth = 3;
constexpr int kSwatchGap = 7;

QString taskNameOf(const RowData &row, const TaskTable &tasks)
{
    const std::string_view name = tasks.name(row.task);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

} // namespace

void EventTableView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Theme &theme = Theme::of(this);
    painter.fillRect(event->rect(), theme.background);
    const Row count = visibleRows();
    RowContext context = contextOf(m_scroll.top());
    for (Row i = 0; i < count; ++i) {
        const Row row = m_scroll.top() + i;
        context.number = row;
        paintRow(painter, theme, row, context);
        if (const auto found = dataAt(row))
            context.previous = found->time;
    }
    for (const RowGap &gap : m_gaps)
        paintGap(painter, theme, gap);
    paintMarks(painter, theme);
    if (rowCount() == 0 && !m_emptyText.isEmpty()) {
        painter.setFont(fonts().ui);
        painter.setPen(theme.secondary);
        painter.drawText(viewport()->rect().adjusted(24, 0, -24, 0),
                         static_cast<int>(Qt::AlignCenter) | static_cast<int>(Qt::TextWordWrap),
                         m_emptyText);
    }
}

void EventTableView::paintRow(QPainter &painter, const Theme &theme, Row row,
                              const RowContext &context)
{
    const QRect rect = rowRect(row);
    const auto span = selectedRows();
    const bool isSelected = span && span->first <= row && row <= span->last;
    if (isSelected)
        painter.fillRect(rect, theme.selected);
    else if (row == m_hovered)
        painter.fillRect(rect, theme.hovered);
    else if (row % 2 == 1)
        painter.fillRect(rect, theme.oddRow);
    if (row == m_currentRow) {
        QColor mark = theme.accent;
        mark.setAlphaF(hasFocus() ? 1.0F : 0.45F);
        painter.fillRect(rect.left(), rect.top(), 2, rect.height(), mark);
    }
    const auto found = dataAt(row);
    if (!found || !m_text)
        return;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const QRect cell = cellRect(row, static_cast<int>(i));
        if (cell.right() < 0 || cell.left() > viewport()->width())
            continue;
        paintCell(painter, theme, *found, m_columns[i],
                  cellText(m_columns[i], *found, context, *m_text), cell);
    }
}

void EventTableView::paintCell(QPainter &painter, const Theme &theme, const RowData &row,
                               const EventColumn &column, const QString &text, QRect rect)
{
    rect.adjust(kPadding, 0, -kPadding, 0);
    if (column.kind == Kind::Task) {
        const std::string name = m_context.tasks ? taskNameOf(row, *m_context.tasks).toStdString()
                                                 : text.toStdString();
        const QRect swatch(rect.left(), rect.top() + 4, kSwatchWidth, rect.height() - 8);
        painter.fillRect(swatch, QColor::fromRgb(theme.taskColour(name, row.pid)));
        rect.setLeft(rect.left() + kSwatchWidth + kSwatchGap);
    }
    switch (column.kind) {
    case Kind::Event:
        painter.setPen(theme.accent);
        break;
    case Kind::Delta:
    case Kind::SinceCurrent:
    case Kind::RowNumber:
    case Kind::Pid:
    case Kind::Buffer:
        painter.setPen(theme.secondary);
        break;
    default:
        painter.setPen(theme.text);
        break;
    }
    textOf(column).draw(painter, rect, text, column.isRightAligned(m_context.time));
}

CellText &EventTableView::textOf(const EventColumn &column)
{
    auto &text = column.isMono() ? m_monoText : m_uiText;
    if (!text)
        text = std::make_unique<CellText>(column.isMono() ? fonts().mono : fonts().ui, viewport());
    return *text;
}

void EventTableView::paintGap(QPainter &painter, const Theme &theme, const RowGap &gap)
{
    const QRect row = rowRect(gap.row);
    if (row.isEmpty())
        return;
    QPen pen(theme.bad, 1, Qt::CustomDashLine);
    pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.drawLine(row.left(), row.top(), row.right(), row.top());

    const QFontMetrics metrics(fonts().small, viewport());
    QRect label(0, 0, metrics.horizontalAdvance(gap.text) + 14, 15);
    label.moveTopRight(row.topRight() + QPoint(-10, 3));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.background);
    painter.drawRoundedRect(label, 7, 7);
    QColor tint = theme.bad;
    tint.setAlphaF(0.14F);
    painter.setBrush(tint);
    painter.drawRoundedRect(label, 7, 7);
    painter.setPen(theme.bad);
    painter.setFont(fonts().small);
    painter.drawText(label, Qt::AlignCenter, gap.text);
    painter.restore();
}

/// What does not fit its cell, and texts of several lines as they are.
bool EventTableView::showToolTip(const QPoint &position, const QPoint &global)
{
    if (const QString tip = markTip(position); !tip.isEmpty()) {
        QToolTip::showText(global, tip, viewport());
        return true;
    }
    const auto row = rowAt(position);
    const int logical = columnAt(position.x());
    const auto found = row ? dataAt(*row) : std::nullopt;
    if (!found || !m_text || logical < 0) {
        QToolTip::hideText();
        return true;
    }
    const EventColumn &column = m_columns[static_cast<std::size_t>(logical)];
    QString text = cellText(column, *found, contextOf(*row), *m_text);
    const QRect cell = cellRect(*row, logical).adjusted(kPadding, 0, -kPadding, 0);
    const int width = QFontMetrics(textOf(column).font(), viewport()).horizontalAdvance(text);
    const int room = column.kind == Kind::Task
                         ? cell.width() - kSwatchWidth - kSwatchGap
                         : std::min(cell.right(), viewport()->width()) - cell.left();
    bool isWanted = width > room;
    if (column.kind == Kind::Info) {
        const std::string_view whole = m_text->info(*found);
        if (whole.find('\n') != std::string_view::npos) {
            text = QString::fromUtf8(whole.data(), static_cast<qsizetype>(whole.size()));
            isWanted = true;
        }
    }
    if (!isWanted) {
        QToolTip::hideText();
        return true;
    }
    // Rich text wraps; "pre" keeps a stack's lines.
    QToolTip::showText(global,
                       u"<p style='white-space:pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s,
                       viewport(), cell);
    return true;
}

/// Tells a screen reader which row it is now.
void EventTableView::announceCurrent()
{
    if (!QAccessible::isActive() || !m_currentRow)
        return;
    QAccessibleValueChangeEvent event(this, rowText(*m_currentRow));
    QAccessible::updateAccessibility(&event);
}

} // namespace thresher::ui
