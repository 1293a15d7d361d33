// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/eventtable/eventcolumns.h"
#include "widgets/eventtable/rowscroll.h"

#include <QAbstractScrollArea>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QHeaderView;
class QStandardItemModel;

namespace thresher::ui {

class CellText;

struct Theme;

/// A mark between two rows: what is missing there.
struct RowGap
{
    Row row = 0; ///< That follows it.
    QString text; ///< "89 events lost on CPU 1"
};

/// A sign beside a row's time: a marker or bookmark.
struct RowMark
{
    Row row = 0;
    std::optional<Marker> marker; ///< nullopt: a bookmark.
    QString name;
    bool isBefore = false; ///< Its moment lies between this row and the one above.
};

/// Everything of a table that is not a row.
struct TableContext
{
    TimeStyle time;
    std::shared_ptr<const TraceFile> trace;
    std::shared_ptr<const TaskTable> tasks; ///< For the colours of tasks; may be null.
};

/// A table of any number of rows: it asks for those in view and no others, scrolls by rows of 64
/// bits, and selects stretches of rows. It knows nothing of other views; see EventTable. GUI
/// thread.
///
/// Keys: arrows, Page Up/Down, Home/End (with Ctrl or without), Shift extends; Ctrl+A, Ctrl+C
/// copies tab-separated values, Ctrl+Shift+C trace-cmd's lines.
class EventTableView final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit EventTableView(QWidget *parent = nullptr);
    ~EventTableView() override;

    /// Shows other rows, e.g. more of them or filtered ones. Keeps the current event, and what is
    /// on screen, where it can. Both may be null: no rows. `text` prints rows of `rows`.
    void setRows(std::shared_ptr<const RowSource> rows, std::shared_ptr<RowText> text,
                 TableContext context);
    [[nodiscard]] const RowSource *rows() const { return m_rows.get(); }
    [[nodiscard]] Row rowCount() const { return m_scroll.rows(); }
    void setTimeStyle(const TimeStyle &style);

    /// In the order shown, with the widths they have.
    [[nodiscard]] std::vector<EventColumn> columns() const;
    void setColumns(std::vector<EventColumn> columns);
    [[nodiscard]] QHeaderView *header() const { return m_header; }

    [[nodiscard]] std::optional<Row> currentRow() const;
    /// Does nothing beyond the table. Scrolls it into view. Emits currentChanged() if it is
    /// another.
    void setCurrentRow(Row row);
    /// Marks an event, from elsewhere: selects its row and brings it into view (in the middle if it
    /// was not). An event that is hidden is remembered, and marked once it is shown. Emits nothing.
    void setCurrentEvent(std::optional<Place> place, std::optional<TimeNs> time);
    /// Selected rows, [first, last]; nullopt: none.
    struct Span
    {
        Row first = 0;
        Row last = 0;
        friend bool operator==(const Span &, const Span &) = default;
    };
    [[nodiscard]] std::optional<Span> selectedRows() const;

    [[nodiscard]] Row topRow() const { return m_scroll.top(); }
    [[nodiscard]] Row pageRows() const { return m_scroll.page(); }
    void setTopRow(Row row);

    /// Finds gaps in rows [first, last]; asked at each new view, not at each paint.
    using GapFinder = std::function<std::vector<RowGap>(const RowSource &, Row first, Row last)>;
    void setGapFinder(GapFinder finder);
    /// Finds signs of rows [first, last], as gaps are found; updateMarks() when they have changed.
    using MarkFinder = std::function<std::vector<RowMark>(const RowSource &, Row first, Row last)>;
    void setMarkFinder(MarkFinder finder);
    void updateMarks();
    [[nodiscard]] const std::vector<RowMark> &marks() const { return m_marks; } ///< In view.
    /// Prints a row as trace-cmd does; for copying. Without it Ctrl+Shift+C does nothing.
    using LinePrinter = std::function<QString(const RowData &)>;
    void setLinePrinter(LinePrinter printer);
    /// Says in the middle why there is no row.
    void setEmptyText(const QString &text);
    [[nodiscard]] const QString &emptyText() const { return m_emptyText; }

    /// At most this many rows are copied at once.
    static constexpr Row kCopyLimit = 100'000;
    /// The selected rows; header and cells separated by tabs. Empty without a selection.
    [[nodiscard]] QString selectionAsText() const;
    [[nodiscard]] QString selectionAsLines() const;
    void copy(bool asLines);

    /// The row at a point of the viewport.
    [[nodiscard]] std::optional<Row> rowAt(const QPoint &position) const;
    [[nodiscard]] QRect rowRect(Row row) const; ///< In the viewport; empty if not in view.
    /// What a cell shows; the column as in columns().
    [[nodiscard]] QString text(Row row, std::size_t column) const;
    /// The whole row: for tool tips and screen readers.
    [[nodiscard]] QString rowText(Row row) const;

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// The user (or setCurrentRow()) chose another event.
    void currentChanged(const thresher::RowData &row);
    /// Enter, or a double click.
    void activated(const thresher::RowData &row);
    void columnsChanged();
    /// The user asks for columns: "columns…" of the header's menu.
    void columnChooserRequested(const QPoint &globalPosition);
    void rowMenuRequested(const thresher::RowData &row, const QPoint &globalPosition);
    /// A digit was typed: the begin of a time to go to.
    void timeTyped(const QString &text);
    void copied(quint64 rows, bool isCut);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void layOut();
    void fillHeader();
    void syncBars();
    void viewMoved();
    void moveCurrent(std::int64_t by, bool extend);
    void moveCurrentTo(Row row, bool extend);
    void showHeaderMenu(const QPoint &position);
    void barMoved(int action);
    void columnResized(int logical, int width);
    void stretchLast();
    [[nodiscard]] std::optional<Row> findRow(std::optional<Place> place) const;
    [[nodiscard]] std::optional<RowData> dataAt(Row row) const;
    [[nodiscard]] Row visibleRows() const; ///< Also that at the bottom that is cut.
    [[nodiscard]] RowContext contextOf(Row row) const;
    [[nodiscard]] QString selectionText(const std::function<QString(Row)> &line) const;
    [[nodiscard]] int columnAt(int x) const; ///< Logical; -1: none.
    [[nodiscard]] QRect cellRect(Row row, int logical) const;
    bool showToolTip(const QPoint &position, const QPoint &global);
    void findGaps();
    void announceCurrent();

    void paintRow(QPainter &painter, const Theme &theme, Row row, const RowContext &context);
    void paintCell(QPainter &painter, const Theme &theme, const RowData &row,
                   const EventColumn &column, const QString &text, QRect rect);
    [[nodiscard]] CellText &textOf(const EventColumn &column);
    void paintGap(QPainter &painter, const Theme &theme, const RowGap &gap);
    // eventtablemarks.cpp
    void paintMarks(QPainter &painter, const Theme &theme) const;
    [[nodiscard]] QRect markRect(const RowMark &mark) const;
    [[nodiscard]] QString markTip(const QPoint &position) const; ///< Empty: there is none.

    std::shared_ptr<const RowSource> m_rows;
    std::shared_ptr<RowText> m_text;
    TableContext m_context;
    RowScroll m_scroll;
    QHeaderView *m_header = nullptr;
    QStandardItemModel *m_headerModel = nullptr;
    std::vector<EventColumn> m_columns; ///< By logical section.
    std::unique_ptr<CellText> m_monoText; ///< Made when first painted;
    std::unique_ptr<CellText> m_uiText; ///< so is this.
    std::optional<Place> m_current;
    std::optional<TimeNs> m_currentTime;
    std::optional<Row> m_currentRow; ///< Of m_current, if it is shown.
    Row m_anchorRow = 0; ///< The other end of the selection.
    GapFinder m_gapFinder;
    LinePrinter m_linePrinter;
    std::vector<RowGap> m_gaps; ///< Of what is in view.
    MarkFinder m_markFinder;
    std::vector<RowMark> m_marks; ///< Of what is in view.
    QString m_emptyText;
    bool m_isSyncing = false; ///< The scroll bar is told where the table is, not the table.
    std::optional<Row> m_hovered;
    double m_wheelRest = 0; ///< Rows that the wheel has turned and not scrolled yet.
    bool m_isFilling = false; ///< The header tells of what we do to it ourselves.
};

} // namespace thresher::ui
