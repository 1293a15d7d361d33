// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What MainWindow does with markers, bookmarks and undo.
#include "app/actionpalette.h"
#include "app/mainwindow.h"
#include "app/viewchangetext.h"
#include "app/workspace.h"
#include "widgets/bookmarks/bookmarksview.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/statusbar/statusstrip.h"
#include "widgets/timeline/timelinewidget.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QTreeView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

std::optional<TimeNs> timeOf(const ViewState &view, std::optional<Place> place)
{
    const auto &snapshot = view.snapshot();
    if (!place || !snapshot || place->stream >= snapshot->streams.size()
        || place->event >= snapshot->streams[place->stream].size)
        return std::nullopt;
    return snapshot->streams[place->stream].time(place->event);
}

/// In the middle, as much around it as is shown now.
void centre(ViewState &view, TimeNs time)
{
    Bookmark place;
    place.time = time;
    BookmarksView::goTo(view, place);
}

} // namespace

void MainWindow::makeUndoActions(QMenu *menu)
{
    m_undo = new ViewUndo(m_session.view(), this);
    const auto say = [this](const QString &text, const std::optional<ViewChange> &change) {
        if (change)
            m_status->say(text.arg(viewChangeText(*change)));
    };
    makeAction(menu, u"undo"_s, tr("&Undo"), {QKeySequence::Undo},
               [this, say] { say(tr("Undone: %1"), m_undo->undo()); });
    makeAction(menu, u"redo"_s, tr("&Redo"),
               {QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))},
               [this, say] { say(tr("Done again: %1"), m_undo->redo()); });
    menu->addSeparator();
    connect(m_undo, &ViewUndo::changed, this, &MainWindow::updateMarkActions);
}

void MainWindow::makeMarksMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Marks"));
    ViewState &view = m_session.view();
    for (const Marker which : kMarkers) {
        const QString letter = which == Marker::A ? u"A"_s : u"B"_s;
        makeAction(menu, u"set"_s + letter, tr("Set marker &%1").arg(letter),
                   {QKeySequence(u"Shift+"_s + letter)},
                   [this, which] { m_session.view().setMarker(which, markTime()); });
    }
    for (const Marker which : kMarkers) {
        const QString letter = which == Marker::A ? u"A"_s : u"B"_s;
        makeAction(menu, u"goto"_s + letter, tr("Go to %1").arg(letter),
                   {QKeySequence(u"Alt+"_s + letter)}, [this, which] { goToMarker(which); });
    }
    menu->addSeparator();
    makeAction(menu, u"selectMarkers"_s, tr("&Select from A to B"), {}, [&view] {
        if (const auto range = view.marks().between())
            view.setSelectedRange(*range);
    });
    makeAction(menu, u"zoomMarkers"_s, tr("&Zoom from A to B"), {QKeySequence(tr("Shift+Z"))},
               [&view] {
                   if (const auto range = view.marks().between())
                       view.setVisibleRange(*range, true);
               });
    makeAction(menu, u"clearMarkers"_s, tr("&Clear markers"), {QKeySequence(tr("Shift+C"))},
               [&view] { view.clearMarkers(); });
    menu->addSeparator();
    makeAction(menu, u"addBookmark"_s, tr("Add a &bookmark"), {QKeySequence(Qt::Key_B)},
               [this] { addBookmark(markTime()); });
    makeAction(menu, u"renameBookmark"_s, tr("&Rename the bookmark"), {QKeySequence(Qt::Key_F2)},
               [this] {
                   editBookmark(m_workspace->bookmarks()->list()->hasFocus() ? 0 : m_lastBookmark);
               });
    makeAction(menu, u"nextBookmark"_s, tr("&Next bookmark"), {QKeySequence(tr("Alt+PgDown"))},
               [this] { stepBookmark(1); });
    makeAction(menu, u"previousBookmark"_s, tr("&Previous bookmark"),
               {QKeySequence(tr("Alt+PgUp"))}, [this] { stepBookmark(-1); });
    makeAction(menu, u"bookmarks"_s, tr("&List of bookmarks"), {QKeySequence(tr("Ctrl+B"))},
               [this] { m_workspace->showBookmarks(); });
    connect(m_status, &StatusStrip::markerClicked, this, &MainWindow::goToMarker);
    connect(m_workspace->timeline(), &TimelineWidget::bookmarkRequested, this,
            &MainWindow::addBookmark);
    connect(m_workspace->timeline(), &TimelineWidget::bookmarkEditRequested, this,
            &MainWindow::editBookmark);
    connect(m_workspace->bookmarks(), &BookmarksView::visited, this,
            [this](quint64 id) { m_lastBookmark = id; });
    connect(m_workspace->events(), &EventTable::bookmarkRequested, this, &MainWindow::addBookmark);
}

void MainWindow::updateMarkActions()
{
    const ViewMarks &marks = m_session.view().marks();
    const bool isOpen = m_session.view().snapshot() != nullptr;
    const bool hasA = marks.marker(Marker::A).has_value();
    const bool hasB = marks.marker(Marker::B).has_value();
    const bool isStretch = marks.between() && !marks.between()->isEmpty();
    for (const auto &[name, isOn] : {std::pair{u"setA"_s, isOpen},
                                     {u"setB"_s, isOpen},
                                     {u"addBookmark"_s, isOpen},
                                     {u"bookmarks"_s, isOpen},
                                     {u"gotoA"_s, hasA},
                                     {u"gotoB"_s, hasB},
                                     {u"selectMarkers"_s, isStretch},
                                     {u"zoomMarkers"_s, isStretch},
                                     {u"clearMarkers"_s, hasA || hasB},
                                     {u"renameBookmark"_s, !marks.bookmarks().isEmpty()},
                                     {u"nextBookmark"_s, !marks.bookmarks().isEmpty()},
                                     {u"previousBookmark"_s, !marks.bookmarks().isEmpty()}})
        action(name)->setEnabled(isOn);
    const auto undoable = m_undo->undoable();
    const auto redoable = m_undo->redoable();
    const auto name = [](const QString &verb, const std::optional<ViewChange> &change) {
        QString what = change ? viewChangeText(*change) : QString();
        return change ? verb + u' ' + what.replace(u'&', u"&&"_s) : verb;
    };
    action(u"undo"_s)->setText(name(tr("&Undo"), undoable));
    action(u"redo"_s)->setText(name(tr("&Redo"), redoable));
    action(u"undo"_s)->setEnabled(undoable.has_value());
    action(u"redo"_s)->setEnabled(redoable.has_value());
}

/// Where the user is: the pointer on the timeline, unless he is in the table; the current event;
/// the middle of what is shown.
TimeNs MainWindow::markTime()
{
    const ViewState &view = m_session.view();
    const bool isInTable = m_workspace->events()->table()->hasFocus();
    const auto current = timeOf(view, view.currentEvent());
    const auto pointer = m_workspace->timeline()->pointerTime();
    if (current && (isInTable || !pointer))
        return *current;
    const TimeRange visible = view.visibleRange();
    return pointer.value_or(visible.begin + visible.duration() / 2);
}

void MainWindow::goToMarker(Marker which)
{
    if (const auto time = m_session.view().marks().marker(which))
        centre(m_session.view(), *time);
}

void MainWindow::addBookmark(TimeNs time)
{
    ViewState &view = m_session.view();
    Bookmark bookmark;
    bookmark.time = time;
    if (const auto selected = view.selectedRange(); selected && selected->contains(time))
        bookmark.range = selected;
    // At an event it is called like that, else by number.
    const auto current = view.currentEvent();
    if (timeOf(view, current) == time) {
        const StreamView &stream = view.snapshot()->streams[current->stream];
        const std::string_view task = view.snapshot()->tasks->name(stream.task(current->event));
        bookmark.name = QString::fromStdString(
            view.snapshot()->trace->events().event(stream.event(current->event)).name);
        if (!task.empty())
            bookmark.name += u", "_s
                             + QString::fromUtf8(task.data(), static_cast<qsizetype>(task.size()));
    } else {
        bookmark.name = tr("Bookmark %1").arg(view.marks().bookmarks().size() + 1);
    }
    const quint64 id = view.addBookmark(bookmark);
    if (id == 0) {
        m_status->say(
            tr("There are %1 bookmarks; delete some first").arg(ViewMarks::kMostBookmarks));
        return;
    }
    m_lastBookmark = id;
    m_status->say(tr("Bookmark “%1” added; F2 renames it").arg(view.marks().bookmark(id)->name));
}

void MainWindow::editBookmark(quint64 id)
{
    m_workspace->showBookmarks();
    const auto &bookmarks = m_session.view().marks().bookmarks();
    if (id != 0 && !m_session.view().marks().bookmark(id) && !bookmarks.isEmpty())
        id = bookmarks.last().id;
    m_workspace->bookmarks()->edit(id);
}

/// From the middle of what is shown; past the last one comes the first.
void MainWindow::stepBookmark(int direction)
{
    ViewState &view = m_session.view();
    const QList<Bookmark> bookmarks = view.marks().bookmarks();
    if (bookmarks.isEmpty())
        return;
    const auto previous = std::ranges::find(bookmarks, m_lastBookmark, &Bookmark::id);
    const TimeRange visible = view.visibleRange();
    qsizetype next = 0;
    if (previous != bookmarks.end() && visible.contains(previous->time)) {
        next = previous - bookmarks.begin() + direction;
    } else {
        const TimeNs middle = visible.begin + visible.duration() / 2;
        const auto after = std::ranges::lower_bound(bookmarks, middle, {}, &Bookmark::time);
        next = after - bookmarks.begin() - (direction < 0 ? 1 : 0);
    }
    next = (next + bookmarks.size()) % bookmarks.size();
    m_lastBookmark = bookmarks[next].id;
    m_workspace->bookmarks()->select(m_lastBookmark);
    BookmarksView::goTo(view, bookmarks[next]);
    m_status->say(bookmarks[next].name);
}

void MainWindow::showPalette()
{
    auto *palette = new ActionPalette(*menuBar(), this);
    palette->showOver(*this);
}

} // namespace thresher::ui
