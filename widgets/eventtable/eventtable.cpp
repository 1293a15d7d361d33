// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/eventtable.h"

#include "model/qt/numbertext.h"
#include "widgets/eventtable/columnchooser.h"
#include "widgets/eventtable/gototime.h"
#include "widgets/eventtable/rowgaps.h"
#include "widgets/eventtable/rowmarks.h"

#include <QMenu>
#include <QVBoxLayout>

#include <utility>

namespace thresher::ui {

namespace {

constexpr QSize kGotoSize{300, 28};
constexpr int kFrameMs = 16;
constexpr auto kOwnChanges = ViewState::SnapshotChanged | ViewState::SelectionChanged
                             | ViewState::TimeFormatChanged | ViewState::MarksChanged
                             | ViewState::CurrentEventChanged;

std::vector<RowGap> gapsOf(const RowSource &rows, Row first, Row last)
{
    const auto *trace = dynamic_cast<const TraceRowSource *>(&rows);
    return trace != nullptr ? findLosses(trace->order(), first, last) : std::vector<RowGap>{};
}

} // namespace

EventTable::EventTable(ViewState &view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_table(new EventTableView(this))
    , m_goto(new GotoField(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_table);
    setFocusProxy(m_table);
    m_table->setGapFinder(gapsOf);
    m_table->setMarkFinder([this](const RowSource &rows, Row first, Row last) {
        const auto *trace = dynamic_cast<const TraceRowSource *>(&rows);
        return trace != nullptr ? findMarks(trace->order(), m_view.marks(), first, last)
                                : std::vector<RowMark>{};
    });
    connect(&view, &ViewState::changed, this, &EventTable::follow);
    connect(m_table, &EventTableView::currentChanged, this, [this](const RowData &row) {
        m_view.setCurrentEvent(row.place);
        m_view.ensureVisible(row.time);
    });
    connect(m_table, &EventTableView::activated, this, [this](const RowData &row) {
        const DurationNs half = m_view.visibleRange().duration() / 2;
        m_view.setVisibleRange({row.time - half, row.time + half}, true);
    });
    connect(m_table, &EventTableView::rowMenuRequested, this, &EventTable::showRowMenu);
    connect(m_table, &EventTableView::timeTyped, this, &EventTable::startGoto);
    connect(m_table, &EventTableView::columnChooserRequested, this,
            [this](const QPoint &at) { chooseColumns(at + QPoint(170, 0)); });
    connect(m_goto, &GotoField::timeEntered, this, &EventTable::goTo);
    connect(m_goto, &GotoField::rowEntered, this,
            [this](Row row) { jumpTo(std::min(row, m_table->rowCount() - 1)); });
    connect(m_goto, &GotoField::left, this, [this] { m_table->setFocus(); });
    m_growth.setSingleShot(true);
    m_growth.setInterval(kFrameMs);
    connect(&m_growth, &QTimer::timeout, this, &EventTable::updateRows);
    follow(ViewState::Changes::fromInt(~0U));
}

void EventTable::setTextProvider(TextProvider provider)
{
    m_provider = std::move(provider);
    updateRows();
}

void EventTable::follow(ViewState::Changes changes)
{
    bool isToStay = m_isFollowing;
    const ViewState::Changes own = changes & kOwnChanges;
    // The lanes are drawn for what has come; both in one frame would be more than one frame's work.
    if (m_isFollowing && own == ViewState::SnapshotChanged && m_view.snapshot()
        && m_view.snapshot()->trace == m_trace && !m_view.snapshot()->isComplete) {
        if (!m_growth.isActive())
            m_growth.start();
        return;
    }
    if (own && m_growth.isActive())
        changes |= ViewState::SnapshotChanged; // now
    if (changes & (ViewState::SnapshotChanged | ViewState::SelectionChanged))
        isToStay = updateRows() || isToStay;
    else if (changes & ViewState::TimeFormatChanged)
        m_table->setTimeStyle(timeStyle(m_view));
    if (changes & ViewState::MarksChanged)
        m_table->updateMarks();
    if (changes & ViewState::CurrentEventChanged)
        followCurrent();
    if ((changes & ViewState::VisibleRangeChanged) && !isToStay)
        followRange();
}

bool EventTable::isAtEnd() const
{
    return m_table->topRow() + m_table->pageRows() >= m_table->rowCount();
}

void EventTable::goToEnd()
{
    m_table->setTopRow(m_table->rowCount()); // as far as it goes
}

void EventTable::setFollowing(bool isFollowing)
{
    if (std::exchange(m_isFollowing, isFollowing) != isFollowing && isFollowing)
        goToEnd();
}

bool EventTable::updateRows()
{
    m_growth.stop();
    const bool wasAtEnd = isAtEnd();
    const bool isSame = std::exchange(m_expectsSameTrace, false);
    RowData top;
    const bool hasTop = isSame && m_table->rows() != nullptr
                        && m_table->rows()->rowAt(m_table->topRow(), top);
    const auto &snapshot = m_view.snapshot();
    const auto trace = snapshot ? snapshot->trace : nullptr;
    if (trace != m_trace) { // places of another trace mean nothing here
        m_table->setCurrentEvent(std::nullopt, std::nullopt);
        m_table->setRows(nullptr, nullptr, {});
        m_trace = trace;
    }
    if (!snapshot)
        return false;
    const bool wasEmpty = m_table->rowCount() == 0;
    TableContext context{timeStyle(m_view), trace, snapshot->tasks};
    m_table->setRows(std::make_shared<TraceRowSource>(m_view.rows()),
                     m_provider ? m_provider() : nullptr, std::move(context));
    m_table->setEmptyText(emptyText());
    const bool staysAtEnd = wasAtEnd && (m_isFollowing || isSame);
    if (staysAtEnd)
        goToEnd();
    else if (hasTop)
        m_table->setTopRow(m_table->rows()->lowerBound(top.time));
    else if (wasEmpty && !m_table->currentRow())
        followRange();
    return staysAtEnd || hasTop;
}

QString EventTable::emptyText() const
{
    const IndexSnapshot &snapshot = *m_view.snapshot();
    if (!snapshot.isComplete)
        return {};
    if (snapshot.eventCount == 0)
        return tr("This recording holds no events.");
    return tr("All %1 events are hidden. “Show everything”, above, brings them back.")
        .arg(groupedNumber(snapshot.eventCount));
}

void EventTable::followCurrent()
{
    const auto place = m_view.currentEvent();
    std::optional<TimeNs> time;
    if (place)
        time = m_view.snapshot()->streams[place->stream].time(place->event);
    m_table->setCurrentEvent(place, time);
}

void EventTable::followRange()
{
    const auto place = m_view.currentEvent();
    const auto row = m_table->currentRow();
    if (place && row
        && m_view.visibleRange().contains(
            m_view.snapshot()->streams[place->stream].time(place->event)))
        return; // the current event is in sight on both sides
    if (const RowSource *rows = m_table->rows())
        m_table->setTopRow(rows->lowerBound(m_view.visibleRange().begin));
}

void EventTable::goTo(TimeNs time)
{
    const RowSource *rows = m_table->rows();
    if (rows == nullptr || rows->size() == 0)
        return;
    jumpTo(std::min(rows->lowerBound(time), rows->size() - 1));
}

/// Who comes from afar wants to see what is around: a third down, with what follows below it.
void EventTable::jumpTo(Row row)
{
    constexpr Row kContext = 3;
    const Row page = m_table->pageRows();
    const Row top = m_table->topRow();
    const bool hasContext = row >= top && row - top + kContext < page;
    if (!hasContext)
        m_table->setTopRow(row - std::min(row, page / 3));
    m_table->setCurrentRow(row);
}

void EventTable::startGoto(const QString &typed)
{
    if (m_table->rowCount() == 0)
        return;
    placeGoto();
    m_goto->begin(typed, timeStyle(m_view));
}

void EventTable::placeGoto()
{
    m_goto->resize(kGotoSize);
    m_goto->move(std::max(0, width() - kGotoSize.width() - 24), 34);
}

void EventTable::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeGoto();
}

void EventTable::chooseColumns(const QPoint &topRight)
{
    auto *chooser = new ColumnChooser(m_table->columns(), timeStyle(m_view), m_view.snapshot(),
                                      this);
    connect(chooser, &ColumnChooser::chosen, m_table, &EventTableView::setColumns);
    chooser->popupAt(topRight);
}

void EventTable::showRowMenu(const RowData &row, const QPoint &global)
{
    if (!m_view.snapshot())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), QKeySequence(QKeySequence::Copy), m_table,
                    [this] { m_table->copy(false); });
    menu->addAction(tr("Copy as trace-cmd prints"), QKeySequence(tr("Ctrl+Shift+C")), m_table,
                    [this] { m_table->copy(true); });
    menu->addSeparator();
    menu->addAction(tr("Set marker A here"), QKeySequence(tr("Shift+A")), this,
                    [this, row] { m_view.setMarker(Marker::A, row.time); });
    menu->addAction(tr("Set marker B here"), QKeySequence(tr("Shift+B")), this,
                    [this, row] { m_view.setMarker(Marker::B, row.time); });
    menu->addAction(tr("Add a bookmark here"), QKeySequence(tr("B")), this,
                    [this, row] { Q_EMIT bookmarkRequested(row.time); });
    menu->addSeparator();
    addTermsMenu(*menu, m_view,
                 [this, place = row.place] { return m_details ? m_details(place) : std::nullopt; });
    menu->addSeparator();
    addEventRequests(*menu, m_view.snapshot()->trace->events().event(row.event), m_requests);
    menu->addSeparator();
    addShowActions(*menu, m_view, {row.event, row.task, row.cpu});
    menu->popup(global);
}

} // namespace thresher::ui
