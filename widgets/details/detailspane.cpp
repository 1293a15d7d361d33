// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/details/detailspane.h"

#include "model/analysis/eventplaces.h"
#include "widgets/theme.h"
#include "widgets/timeline/statenames.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

DetailsPane::DetailsPane(ViewState &view, QWidget *parent)
    : QTextBrowser(parent)
    , m_view(view)
    , m_folded{u"common"_s, u"format"_s}
{
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Event details"));
    setProperty("role", u"panel"_s);
    document()->setDocumentMargin(16);
    document()->setUndoRedoEnabled(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QTextBrowser::anchorClicked, this, &DetailsPane::follow);
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        // While it is indexed, what is known of one event does not change.
        const bool isOtherTrace = changes.testFlag(ViewState::SnapshotChanged) && !m_details;
        if (isOtherTrace
            || (changes
                & (ViewState::CurrentEventChanged | ViewState::SelectionChanged
                   | ViewState::TimeFormatChanged)))
            update();
        else if (changes.testFlag(ViewState::AnalysisChanged) && m_details) {
            m_slices = slices();
            render();
        }
    });
    update();
}

void DetailsPane::follow(const QUrl &link)
{
    const QString path = link.path();
    if (link.scheme() == u"event") {
        const QStringList numbers = path.split(u'/');
        if (numbers.size() == 2)
            m_view.setCurrentEvent(Place{numbers[0].toUInt(), numbers[1].toULongLong()});
    } else if (link.scheme() == u"fold" && !path.isEmpty()) {
        if (m_folded.erase(path) == 0)
            m_folded.insert(path);
        render();
        Q_EMIT foldedChanged();
    }
}

void DetailsPane::setProvider(Provider provider)
{
    m_provider = std::move(provider);
    update();
}

QStringList DetailsPane::foldedSections() const
{
    return {m_folded.begin(), m_folded.end()};
}

void DetailsPane::setFoldedSections(const QStringList &sections)
{
    m_folded = {sections.begin(), sections.end()};
    render();
}

void DetailsPane::update()
{
    const auto place = m_view.currentEvent();
    const bool isOther = !m_details || !place || m_details->row.place != *place;
    m_details = place && m_provider ? m_provider(*place) : std::nullopt;
    m_row.reset();
    if (m_details) {
        const RowOrder &rows = m_view.rows();
        const Row row = rows.rowOf(*place);
        if (rows.at(row) == *place)
            m_row = row;
    }
    m_slices = slices();
    render();
    if (isOther)
        verticalScrollBar()->setValue(0);
}

void DetailsPane::render()
{
    const Theme &theme = Theme::of(this);
    const int scrolled = verticalScrollBar()->value();
    m_textWidth = textWidth();
    if (m_details) {
        setHtml(detailsHtml(*m_details,
                            {theme, timeStyle(m_view), m_row, m_folded, m_slices, m_textWidth}));
    } else {
        const QString hint
            = m_view.snapshot()
                  ? tr("Choose an event in the table or on the timeline to see its fields.")
                  : QString();
        setHtml(u"<p style=\"color:%1;\">%2</p>"_s.arg(theme.secondary.name(), hint));
    }
    verticalScrollBar()->setValue(scrolled);
}

QString DetailsPane::nameOf(const EventSlice &slice) const
{
    const Analysis &analysis = *m_view.analysis();
    const std::uint32_t value = slice.slice.slice.value;
    if (slice.key.what == TrackClass::Pair) {
        const std::string key = pairValueText(analysis, slice.key.group, value);
        return QString::fromStdString(analysis.pairs[slice.key.group].spec.name
                                      + (key.empty() ? key : ' ' + key));
    }
    if (slice.key.what == TrackClass::Probe && m_calls) {
        if (const auto call = m_calls(analysis, taskOfOwner(slice.key.owner), slice.slice))
            return QString::fromStdString(call->text());
    }
    return sliceName(analysis, slice.key.what, value);
}

std::vector<DetailsSlice> DetailsPane::slices() const
{
    const auto &analysis = m_view.analysis();
    if (!analysis || !m_details)
        return {};
    const TimeStyle style = timeStyle(m_view);
    const auto durationOf = [&](TimeNs begin, TimeNs end) {
        return formatDuration(TimeRange{begin, end}.duration(), style.isNanoseconds);
    };
    std::vector<DetailsSlice> lines;
    for (const EventSlice &found : slicesOf(*analysis, m_details->row.place)) {
        const Slice &slice = found.slice.slice;
        DetailsSlice line{{}, durationOf(slice.begin, slice.end), {}, found.other};
        line.name = nameOf(found);
        switch (found.role) {
        case SliceRole::Begin:
            line.where = tr("from here ▸");
            break;
        case SliceRole::End:
            line.where = tr("◂ to here");
            break;
        case SliceRole::Inside:
            line.where = m_details->row.time == slice.begin ? tr("begins")
                         : m_details->row.time == slice.end
                             ? tr("ends")
                             : tr("%1 in").arg(durationOf(slice.begin, m_details->row.time));
            break;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

/// As if there were a scroll bar: what is shown must not depend on whether it makes one appear.
int DetailsPane::textWidth() const
{
    const int margins = 2 * static_cast<int>(document()->documentMargin());
    return contentsRect().width() - verticalScrollBar()->sizeHint().width() - margins;
}

void DetailsPane::resizeEvent(QResizeEvent *event)
{
    QTextBrowser::resizeEvent(event);
    if (m_details && textWidth() != m_textWidth)
        render();
}

void DetailsPane::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        render(); // colours are part of the text
}

QString DetailsPane::frameAt(const QPoint &position) const
{
    if (!m_details)
        return {};
    // A paragraph's lines are one block, with separators between them.
    const QTextCursor at = cursorForPosition(position);
    const QString text = at.block().text();
    const int before = at.positionInBlock();
    const qsizetype begin = before == 0 ? 0
                                        : text.lastIndexOf(QChar::LineSeparator, before - 1) + 1;
    const qsizetype end = text.indexOf(QChar::LineSeparator, before);
    const QString line = text.mid(begin, end < 0 ? -1 : end - begin);
    const bool isFrame = std::ranges::find(m_details->stack, line.toStdString())
                         != m_details->stack.end();
    return isFrame ? line : QString();
}

void DetailsPane::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copySelected = menu.addAction(tr("Copy"), QKeySequence(QKeySequence::Copy), this,
                                           &QTextBrowser::copy);
    copySelected->setEnabled(textCursor().hasSelection());
    QAction *copyAll = menu.addAction(tr("Copy all"), this, [this] {
        QApplication::clipboard()->setText(document()->toPlainText());
    });
    copyAll->setEnabled(m_details.has_value());
    menu.addAction(tr("Select all"), QKeySequence(QKeySequence::SelectAll), this,
                   &QTextBrowser::selectAll);
    if (m_details) {
        menu.addSeparator();
        const QString frame = frameAt(event->pos());
        if (!frame.isEmpty())
            addProbeAction(menu, offerOfFrame(frame, m_details->isUserStack), m_requests);
        else if (const auto &snapshot = m_view.snapshot())
            addEventRequests(menu, snapshot->trace->events().event(m_details->row.event),
                             m_requests);
        menu.addSeparator();
        addTermsMenu(menu, m_view, [this] { return m_details; });
        addShowActions(menu, m_view,
                       {m_details->row.event, m_details->row.task, m_details->row.cpu});
    }
    menu.exec(event->globalPos());
}

} // namespace thresher::ui
