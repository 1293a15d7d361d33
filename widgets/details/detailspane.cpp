// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/details/detailspane.h"

#include "widgets/details/detailshtml.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QScrollBar>

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
    connect(this, &QTextBrowser::anchorClicked, this, [this](const QUrl &url) {
        const QString section = url.path();
        if (url.scheme() != u"fold" || section.isEmpty())
            return;
        if (m_folded.erase(section) == 0)
            m_folded.insert(section);
        render();
        Q_EMIT foldedChanged();
    });
    connect(&view, &ViewState::changed, this, [this](ViewState::Changes changes) {
        // While it is indexed, what is known of one event does not change.
        const bool isOtherTrace = changes.testFlag(ViewState::SnapshotChanged) && !m_details;
        if (isOtherTrace
            || (changes
                & (ViewState::CurrentEventChanged | ViewState::SelectionChanged
                   | ViewState::TimeFormatChanged)))
            update();
    });
    update();
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
        setHtml(detailsHtml(*m_details, {theme, timeStyle(m_view), m_row, m_folded, m_textWidth}));
    } else {
        const QString hint
            = m_view.snapshot()
                  ? tr("Choose an event in the table or on the timeline to see its fields.")
                  : QString();
        setHtml(u"<p style=\"color:%1;\">%2</p>"_s.arg(theme.secondary.name(), hint));
    }
    verticalScrollBar()->setValue(scrolled);
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
        addTermsMenu(menu, m_view, [this] { return m_details; });
        addShowActions(menu, m_view,
                       {m_details->row.event, m_details->row.task, m_details->row.cpu});
    }
    menu.exec(event->globalPos());
}

} // namespace thresher::ui
