// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/eventtableview.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <cmath>

namespace thresher::ui {

namespace {

constexpr int kRowsPerWheelStep = 3;

} // namespace

void EventTableView::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const auto page = static_cast<std::int64_t>(m_scroll.page());
    const Row last = m_scroll.rows() > 0 ? m_scroll.rows() - 1 : 0;
    if (event->matches(QKeySequence::Copy)) {
        copy(false);
        return;
    }
    if (event->key() == Qt::Key_C
        && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        copy(true);
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        if (m_scroll.rows() > 0) {
            const Row top = m_scroll.top();
            m_anchorRow = 0;
            moveCurrentTo(last, true);
            setTopRow(top); // selecting is not going there
        }
        return;
    }
    if (event->modifiers() & (Qt::AltModifier | Qt::MetaModifier)) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up:
        return moveCurrent(-1, extend);
    case Qt::Key_Down:
        return moveCurrent(1, extend);
    case Qt::Key_PageUp:
        return moveCurrent(-page, extend);
    case Qt::Key_PageDown:
        return moveCurrent(page, extend);
    case Qt::Key_Home:
        return moveCurrentTo(0, extend);
    case Qt::Key_End:
        return moveCurrentTo(last, extend);
    case Qt::Key_Left:
        return horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
    case Qt::Key_Right:
        return horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto found = m_currentRow ? dataAt(*m_currentRow) : std::nullopt)
            Q_EMIT activated(*found);
        return;
    default:
        break;
    }
    const QString typed = event->text();
    if (typed.size() == 1 && typed.at(0).isDigit() && !(event->modifiers() & Qt::ControlModifier)) {
        Q_EMIT timeTyped(typed);
        return;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void EventTableView::mousePressEvent(QMouseEvent *event)
{
    const auto row = rowAt(event->position().toPoint());
    if (!row || (event->button() != Qt::LeftButton && event->button() != Qt::RightButton))
        return;
    const auto span = selectedRows();
    const bool isInside = span && span->first <= *row && *row <= span->last;
    if (event->button() == Qt::RightButton && isInside)
        return; // the menu is about the selection
    moveCurrentTo(*row, event->modifiers().testFlag(Qt::ShiftModifier) && m_currentRow);
}

void EventTableView::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    if (event->buttons().testFlag(Qt::LeftButton) && m_currentRow) {
        if (position.y() < 0)
            moveCurrent(-1, true);
        else if (position.y() >= viewport()->height())
            moveCurrent(1, true);
        else if (const auto row = rowAt(position); row && row != m_currentRow)
            moveCurrentTo(*row, true);
        return;
    }
    const auto row = rowAt(position);
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
}

void EventTableView::mouseReleaseEvent(QMouseEvent *event)
{
    event->accept(); // the press was ours
}

void EventTableView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto row = rowAt(event->position().toPoint());
    if (const auto found = row ? dataAt(*row) : std::nullopt)
        Q_EMIT activated(*found);
}

void EventTableView::contextMenuEvent(QContextMenuEvent *event)
{
    std::optional<Row> row = rowAt(event->pos());
    QPoint global = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        row = m_currentRow;
        global = viewport()->mapToGlobal(row ? rowRect(*row).bottomLeft() + QPoint(40, 0)
                                             : QPoint(40, 0));
    }
    if (const auto found = row ? dataAt(*row) : std::nullopt)
        Q_EMIT rowMenuRequested(*found, global);
}

void EventTableView::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    const bool isSideways = event->modifiers().testFlag(Qt::ShiftModifier)
                            || std::abs(angle.x()) > std::abs(angle.y());
    if (isSideways) {
        const int delta = angle.x() != 0 ? angle.x() : angle.y();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - delta / 2);
        event->accept();
        return;
    }
    // Touchpads tell pixels, wheels 1/8 degrees; fractions of a row add up.
    m_wheelRest -= event->pixelDelta().y() != 0
                       ? static_cast<double>(event->pixelDelta().y()) / kRowHeight
                       : static_cast<double>(angle.y()) / 120.0 * kRowsPerWheelStep;
    const double whole = std::trunc(m_wheelRest);
    m_wheelRest -= whole;
    m_scroll.scrollBy(static_cast<std::int64_t>(whole));
    viewMoved();
    event->accept();
}

void EventTableView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
    // Rows that the current one was among stay in sight as the table gets lower.
    if (m_currentRow && event->oldSize().height() > event->size().height()
        && event->oldSize().isValid() && *m_currentRow >= m_scroll.top()
        && *m_currentRow - m_scroll.top()
               < static_cast<Row>(std::max(event->oldSize().height(), 0) / kRowHeight + 1)) {
        m_scroll.show(*m_currentRow);
        viewMoved();
    }
}

void EventTableView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange)
        viewport()->update();
}

void EventTableView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void EventTableView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool EventTableView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave && m_hovered) {
        m_hovered.reset();
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        return showToolTip(help->pos(), help->globalPos());
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace thresher::ui
