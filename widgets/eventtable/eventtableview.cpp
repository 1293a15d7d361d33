// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/eventtableview.h"

#include "widgets/eventtable/celltext.h"
#include "widgets/eventtable/eventtableaccessible.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStandardItemModel>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kHeaderHeight = 26;
constexpr int kNarrowestColumn = 28;

} // namespace

EventTableView::EventTableView(QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_header(new QHeaderView(Qt::Horizontal, this))
    , m_headerModel(new QStandardItemModel(this))
{
    EventTableAccessible::install();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Events"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_header->setModel(m_headerModel);
    m_header->setSectionsMovable(true);
    m_header->setSectionsClickable(true);
    m_header->setHighlightSections(false);
    m_header->setMinimumSectionSize(kNarrowestColumn);
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    m_header->setFocusPolicy(Qt::NoFocus);
    connect(m_header, &QHeaderView::sectionResized, this,
            [this](int logical, int, int width) { columnResized(logical, width); });
    connect(m_header, &QHeaderView::sectionMoved, this, [this] {
        if (m_isFilling)
            return;
        layOut();
        Q_EMIT columnsChanged();
    });
    connect(m_header, &QHeaderView::customContextMenuRequested, this,
            &EventTableView::showHeaderMenu);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &EventTableView::barMoved);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_isSyncing)
            return; // our own doing
        m_scroll.setBarValue(value);
        viewMoved();
    });
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        m_header->setOffset(value);
        viewport()->update();
    });
    setColumns(defaultColumns());
}

EventTableView::~EventTableView() = default;

QSize EventTableView::sizeHint() const
{
    return {900, kHeaderHeight + 12 * kRowHeight};
}

void EventTableView::setRows(std::shared_ptr<const RowSource> rows, std::shared_ptr<RowText> text,
                             TableContext context)
{
    const auto top = dataAt(m_scroll.top());
    const auto oldCurrent = m_currentRow;
    const bool wasInView = oldCurrent && m_scroll.isInView(*oldCurrent);
    const Row offset = wasInView ? *oldCurrent - m_scroll.top() : 0;

    m_rows = std::move(rows);
    m_text = std::move(text);
    m_context = std::move(context);
    m_scroll.setRows(m_rows ? m_rows->size() : 0);
    m_currentRow = findRow(m_current);
    if (m_currentRow != oldCurrent)
        m_anchorRow = m_currentRow.value_or(0);
    // The current event stays where it is on screen, comes back to it when it was hidden, or else
    // the top row stays.
    if (wasInView && m_currentRow)
        m_scroll.setTop(*m_currentRow - std::min(*m_currentRow, offset));
    else if (!oldCurrent && m_currentRow)
        m_scroll.centre(*m_currentRow);
    else if (top && m_rows)
        m_scroll.setTop(m_rows->rowOf(top->place));
    fillHeader();
    viewMoved();
}

void EventTableView::setTimeStyle(const TimeStyle &style)
{
    m_context.time = style;
    fillHeader();
    viewport()->update();
}

std::optional<RowData> EventTableView::dataAt(Row row) const
{
    RowData found;
    if (!m_rows || !m_rows->rowAt(row, found))
        return std::nullopt;
    return found;
}

std::optional<Row> EventTableView::findRow(std::optional<Place> place) const
{
    if (!place || !m_rows)
        return std::nullopt;
    const Row row = m_rows->rowOf(*place);
    const auto found = dataAt(row);
    return found && found->place == *place ? std::optional(row) : std::nullopt;
}

std::optional<Row> EventTableView::currentRow() const
{
    return m_currentRow;
}

void EventTableView::setCurrentRow(Row row)
{
    moveCurrentTo(row, false);
}

void EventTableView::setCurrentEvent(std::optional<Place> place, std::optional<TimeNs> time)
{
    if (place == m_current)
        return;
    m_current = place;
    m_currentTime = time;
    m_currentRow = findRow(place);
    m_anchorRow = m_currentRow.value_or(0);
    if (m_currentRow)
        m_scroll.centre(*m_currentRow);
    viewMoved();
    announceCurrent();
}

std::optional<EventTableView::Span> EventTableView::selectedRows() const
{
    if (!m_currentRow)
        return std::nullopt;
    return Span{std::min(*m_currentRow, m_anchorRow), std::max(*m_currentRow, m_anchorRow)};
}

void EventTableView::setTopRow(Row row)
{
    m_scroll.setTop(row);
    viewMoved();
}

void EventTableView::setGapFinder(GapFinder finder)
{
    m_gapFinder = std::move(finder);
    findGaps();
    viewport()->update();
}

void EventTableView::setEmptyText(const QString &text)
{
    if (text == m_emptyText)
        return;
    m_emptyText = text;
    viewport()->update();
}

void EventTableView::setLinePrinter(LinePrinter printer)
{
    m_linePrinter = std::move(printer);
}

// Columns

std::vector<EventColumn> EventTableView::columns() const
{
    std::vector<EventColumn> columns;
    for (int visual = 0; visual < m_header->count(); ++visual)
        columns.push_back(m_columns[static_cast<std::size_t>(m_header->logicalIndex(visual))]);
    return columns;
}

void EventTableView::setColumns(std::vector<EventColumn> columns)
{
    m_columns = std::move(columns);
    m_isFilling = true;
    m_headerModel->clear(); // also forgets in which order sections were
    m_headerModel->setColumnCount(static_cast<int>(m_columns.size()));
    m_isFilling = false;
    fillHeader();
    layOut();
    Q_EMIT columnsChanged();
}

void EventTableView::fillHeader()
{
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const auto section = static_cast<int>(i);
        m_headerModel->setHeaderData(section, Qt::Horizontal, m_columns[i].title(m_context.time));
        m_headerModel->setHeaderData(
            section, Qt::Horizontal,
            QVariant((m_columns[i].isRightAligned(m_context.time) ? Qt::AlignRight : Qt::AlignLeft)
                     | Qt::AlignVCenter),
            Qt::TextAlignmentRole);
    }
}

void EventTableView::columnResized(int logical, int width)
{
    if (m_isFilling || logical < 0 || static_cast<std::size_t>(logical) >= m_columns.size())
        return;
    m_columns[static_cast<std::size_t>(logical)].width = width;
    layOut();
    Q_EMIT columnsChanged();
}

/// The last column takes what is left, but is never narrower than it was made.
void EventTableView::stretchLast()
{
    m_isFilling = true;
    int used = 0;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int logical = m_header->logicalIndex(visual);
        int width = m_columns[static_cast<std::size_t>(logical)].width;
        if (visual == m_header->count() - 1)
            width = std::max(width, viewport()->width() - used);
        m_header->resizeSection(logical, width);
        used += width;
    }
    m_isFilling = false;
}

void EventTableView::showHeaderMenu(const QPoint &position)
{
    const int logical = m_header->logicalIndexAt(position);
    const QPoint global = m_header->mapToGlobal(position);
    QMenu menu(this);
    QAction *hide = menu.addAction(tr("Hide this column"));
    hide->setEnabled(logical >= 0 && m_columns.size() > 1);
    QAction *choose = menu.addAction(tr("Columns…"));
    menu.addSeparator();
    QAction *reset = menu.addAction(tr("Usual columns"));
    const QAction *chosen = menu.exec(global);
    if (chosen == hide) {
        auto shown = columns();
        shown.erase(shown.begin() + m_header->visualIndex(logical));
        setColumns(std::move(shown));
    } else if (chosen == choose) {
        Q_EMIT columnChooserRequested(global);
    } else if (chosen == reset) {
        setColumns(defaultColumns());
    }
}

int EventTableView::columnAt(int x) const
{
    return m_header->logicalIndexAt(x);
}

// Scrolling

Row EventTableView::visibleRows() const
{
    const auto height = static_cast<Row>(std::max(viewport()->height(), 0));
    const Row fit = (height + kRowHeight - 1) / kRowHeight;
    return std::min(fit, m_scroll.rows() - m_scroll.top());
}

void EventTableView::layOut()
{
    setViewportMargins(0, kHeaderHeight, 0, 0);
    const QRect inner = viewport()->geometry();
    m_header->setGeometry(inner.left(), inner.top() - kHeaderHeight, inner.width(), kHeaderHeight);
    m_scroll.setPage(static_cast<Row>(std::max(inner.height() / kRowHeight, 1)));
    stretchLast();
    horizontalScrollBar()->setRange(0, std::max(0, m_header->length() - inner.width()));
    horizontalScrollBar()->setPageStep(inner.width());
    horizontalScrollBar()->setSingleStep(20);
    m_header->setOffset(horizontalScrollBar()->value());
    viewMoved();
}

void EventTableView::syncBars()
{
    QScrollBar *bar = verticalScrollBar();
    // Its signals are not blocked: the scroll area shows and hides it by them.
    const QScopedValueRollback syncing(m_isSyncing, true);
    bar->setRange(0, m_scroll.barMaximum());
    bar->setPageStep(m_scroll.barPage());
    bar->setSingleStep(1);
    bar->setValue(m_scroll.barValue());
}

void EventTableView::scrollContentsBy(int, int)
{
    // Rows are painted anew: nothing is moved on screen.
}

void EventTableView::barMoved(int action)
{
    const auto page = static_cast<std::int64_t>(m_scroll.page());
    switch (action) {
    case QAbstractSlider::SliderSingleStepAdd:
        m_scroll.scrollBy(1);
        break;
    case QAbstractSlider::SliderSingleStepSub:
        m_scroll.scrollBy(-1);
        break;
    case QAbstractSlider::SliderPageStepAdd:
        m_scroll.scrollBy(page);
        break;
    case QAbstractSlider::SliderPageStepSub:
        m_scroll.scrollBy(-page);
        break;
    default:
        m_scroll.setBarValue(verticalScrollBar()->sliderPosition());
        viewMoved();
        return;
    }
    // The bar's own step would be thousands of rows of a long table.
    verticalScrollBar()->setSliderPosition(m_scroll.barValue());
    viewMoved();
}

void EventTableView::viewMoved()
{
    findGaps();
    syncBars();
    viewport()->update();
}

void EventTableView::findGaps()
{
    m_gaps.clear();
    const Row count = visibleRows();
    if (m_gapFinder && m_rows && count > 0)
        m_gaps = m_gapFinder(*m_rows, m_scroll.top(), m_scroll.top() + count - 1);
    updateMarks();
}

QRect EventTableView::rowRect(Row row) const
{
    if (row < m_scroll.top() || row - m_scroll.top() >= visibleRows())
        return {};
    const auto offset = static_cast<int>(row - m_scroll.top());
    return {0, offset * kRowHeight, viewport()->width(), kRowHeight};
}

std::optional<Row> EventTableView::rowAt(const QPoint &position) const
{
    if (position.y() < 0)
        return std::nullopt;
    const auto offset = static_cast<Row>(position.y() / kRowHeight);
    if (offset >= visibleRows())
        return std::nullopt;
    return m_scroll.top() + offset;
}

QRect EventTableView::cellRect(Row row, int logical) const
{
    QRect rect = rowRect(row);
    rect.setLeft(m_header->sectionViewportPosition(logical));
    rect.setWidth(m_header->sectionSize(logical));
    return rect;
}

// The current row and the selection

void EventTableView::moveCurrentTo(Row row, bool extend)
{
    const auto found = dataAt(row);
    if (!found)
        return;
    const bool isOther = m_current != found->place;
    m_current = found->place;
    m_currentTime = found->time;
    m_currentRow = row;
    if (!extend)
        m_anchorRow = row;
    m_scroll.show(row);
    viewMoved();
    if (isOther)
        Q_EMIT currentChanged(*found);
    announceCurrent();
}

void EventTableView::moveCurrent(std::int64_t by, bool extend)
{
    if (!m_currentRow) // begin with what is in view
        moveCurrentTo(m_scroll.top(), false);
    else
        moveCurrentTo(m_scroll.moved(*m_currentRow, by), extend);
}

// Texts

RowContext EventTableView::contextOf(Row row) const
{
    RowContext context;
    context.number = row;
    context.current = m_currentTime;
    context.time = m_context.time;
    context.trace = m_context.trace.get();
    if (const auto above = row > 0 ? dataAt(row - 1) : std::nullopt)
        context.previous = above->time;
    return context;
}

QString EventTableView::text(Row row, std::size_t column) const
{
    const auto found = dataAt(row);
    const auto shown = columns();
    if (!found || !m_text || column >= shown.size())
        return {};
    return cellText(shown[column], *found, contextOf(row), *m_text);
}

QString EventTableView::rowText(Row row) const
{
    const auto found = dataAt(row);
    if (!found || !m_text)
        return {};
    const RowContext context = contextOf(row);
    QStringList cells;
    for (const EventColumn &column : columns()) {
        const QString cell = cellText(column, *found, context, *m_text);
        if (!cell.isEmpty())
            cells += column.title(m_context.time) + u' ' + cell;
    }
    return cells.join(u", "_s);
}

QString EventTableView::selectionText(const std::function<QString(Row)> &line) const
{
    const auto span = selectedRows();
    if (!span || !m_text)
        return {};
    QString all;
    const Row last = std::min(span->last, span->first + kCopyLimit - 1);
    for (Row row = span->first; row <= last; ++row)
        all += line(row) + u'\n';
    return all;
}

QString EventTableView::selectionAsText() const
{
    const auto shown = columns();
    QStringList titles;
    for (const EventColumn &column : shown)
        titles += column.title(m_context.time);
    const QString rows = selectionText([&](Row row) {
        QStringList cells;
        const auto found = dataAt(row);
        const RowContext context = contextOf(row);
        for (const EventColumn &column : shown) {
            QString cell = found ? cellText(column, *found, context, *m_text) : QString();
            cell.remove(kDigitGap); // numbers that a spreadsheet reads
            if (column.isRightAligned(m_context.time))
                cell.remove(u',').replace(QChar(0x2212), u'-');
            cells += cell.replace(u'\t', u' ');
        }
        return cells.join(u'\t');
    });
    return rows.isEmpty() ? QString() : titles.join(u'\t') + u'\n' + rows;
}

QString EventTableView::selectionAsLines() const
{
    if (!m_linePrinter)
        return {};
    return selectionText([this](Row row) {
        const auto found = dataAt(row);
        return found ? m_linePrinter(*found) : QString();
    });
}

void EventTableView::copy(bool asLines)
{
    const QString text = asLines ? selectionAsLines() : selectionAsText();
    const auto span = selectedRows();
    if (text.isEmpty() || !span)
        return;
    QApplication::clipboard()->setText(text);
    const Row rows = span->last - span->first + 1;
    Q_EMIT copied(std::min(rows, kCopyLimit), rows > kCopyLimit);
}

} // namespace thresher::ui
