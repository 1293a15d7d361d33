// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/dialogs.h"
#include "app/mainwindow.h"
#include "app/workspace.h"
#include "model/qt/filteredit.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/findbar/findbar.h"
#include "widgets/latency/latencyview.h"
#include "widgets/statistics/statisticsview.h"
#include "widgets/theme.h"
#include "widgets/timeline/timelinewidget.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr double kZoomStep = 0.5;

const auto kThemeKey = u"theme"_s;

TimeNs middle(TimeRange range)
{
    return range.begin + range.duration() / 2;
}

/// A menu's text with a key that is not the action's own: Ctrl+C and Z belong to whatever has the
/// focus, and there do what the action does.
QString withKey(const QString &text, const QKeySequence &key)
{
    return text + u'\t' + key.toString(QKeySequence::NativeText);
}

} // namespace

QAction *MainWindow::action(const QString &name) const
{
    return m_actions.value(name);
}

QAction *MainWindow::makeAction(QMenu *menu, const QString &name, const QString &text,
                                const QList<QKeySequence> &keys, const std::function<void()> &run)
{
    QAction *action = menu->addAction(text);
    action->setObjectName(name);
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, [run] { run(); });
    m_actions.insert(name, action);
    return action;
}

QAction *MainWindow::makeChoice(QMenu *menu, QActionGroup *group, const QString &name,
                                const QString &text, const std::function<void()> &choose)
{
    QAction *action = makeAction(menu, name, text, {}, choose);
    action->setCheckable(true);
    group->addAction(action);
    return action;
}

void MainWindow::makeActions()
{
    makeFileMenu();
    makeEditMenu();
    makeViewMenu();
    makeMarksMenu();
    makeAnalysisMenu();
    makeRecordingMenu();
    makeHelpMenu();
    makeToolBar();
    updateActions();
}

void MainWindow::makeFileMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    makeAction(menu, u"open"_s, tr("&Open…"), {QKeySequence::Open}, [this] { askForFile(); });
    QMenu *recent = menu->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentMenu(recent); });
    makeAction(menu, u"close"_s, tr("&Close"), {QKeySequence::Close}, [this] { closeFile(); });
    makeRecordAction(menu);
    makeProbeAction(menu);
    menu->addSeparator();
    makeAction(menu, u"openSession"_s, tr("Open a &session…"), {}, [this] { askForSession(); });
    makeAction(menu, u"saveSession"_s, tr("S&ave the session…"), {QKeySequence::Save},
               [this] { askToSaveSession(); });
    menu->addSeparator();
    makeAction(menu, u"rebuild"_s, tr("&Build the index anew"), {},
               [this] { m_session.rebuildIndex(); });
    menu->addSeparator();
    makeAction(menu, u"cut"_s, tr("C&ut to trace.dat…"), {QKeySequence(tr("Ctrl+Shift+S"))},
               [this] { askForCut(); });
    makePictureMenu(menu);
    menu->addSeparator();
    makeAction(menu, u"quit"_s, tr("&Quit"), {QKeySequence(tr("Ctrl+Q"))}, [this] { close(); });
}

void MainWindow::fillRecentMenu(QMenu *menu)
{
    menu->clear();
    for (const QString &path : m_settings.recentFiles()) {
        // A tab or & in a name is no shortcut.
        QString name = QFileInfo(path).fileName();
        QAction *item = menu->addAction(name.replace(u'&', u"&&"_s).replace(u'\t', u' '));
        item->setToolTip(path);
        item->setEnabled(QFileInfo::exists(path));
        connect(item, &QAction::triggered, this, [this, path] { openFile(path); });
    }
    if (menu->isEmpty())
        menu->addAction(tr("Nothing opened so far"))->setEnabled(false);
    menu->setToolTipsVisible(true);
}

void MainWindow::makeEditMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Edit"));
    makeUndoActions(menu);
    EventTableView *table = m_workspace->events()->table();
    makeAction(menu, u"copy"_s, withKey(tr("&Copy events"), QKeySequence::Copy), {},
               [table] { table->copy(false); });
    makeAction(
        menu, u"copyLines"_s,
        withKey(tr("Copy events as &trace-cmd prints them"), QKeySequence(tr("Ctrl+Shift+C"))), {},
        [table] { table->copy(true); });
    menu->addSeparator();
    makeAction(menu, u"goto"_s, tr("&Go to a time or row…"), {QKeySequence(tr("Ctrl+G"))}, [this] {
        m_workspace->setBottomPaneShown(true);
        m_workspace->tabs()->setCurrentIndex(0);
        m_workspace->events()->startGoto();
    });
    menu->addSeparator();
    makeAction(menu, u"filter"_s, tr("&Filter by an expression…"), {QKeySequence(Qt::Key_Slash)},
               [this] { m_filterBar->focusField(); });
    makeAction(menu, u"savedFilters"_s, tr("&Saved filters…"), {},
               [this] { m_filterBar->openFiltersMenu(); });
    makeAction(menu, u"find"_s, tr("F&ind…"), {QKeySequence::Find}, [this] { m_findBar->open(); });
    makeAction(menu, u"nextMatch"_s, tr("&Next match"),
               {QKeySequence(Qt::Key_F3), QKeySequence(Qt::Key_N)}, [this] { stepMatch(1); });
    makeAction(menu, u"previousMatch"_s, tr("&Previous match"),
               {QKeySequence(tr("Shift+F3")), QKeySequence(tr("Shift+N"))},
               [this] { stepMatch(-1); });
    makeAction(menu, u"showEverything"_s, tr("Show &everything"),
               {QKeySequence(tr("Ctrl+Shift+E"))}, [this] { showEverything(m_session.view()); });
}

void MainWindow::makeViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    ViewState &view = m_session.view();
    makeAction(menu, u"fit"_s, tr("&Whole trace"), {QKeySequence(tr("Ctrl+0"))},
               [&view] { view.showAll(); });
    makeAction(menu, u"zoomSelection"_s, withKey(tr("Zoom to the &selection"), Qt::Key_Z), {},
               [&view] {
                   if (const auto range = view.selectedRange())
                       view.setVisibleRange(*range, true);
               });
    makeAction(menu, u"zoomIn"_s, tr("Zoom &in"),
               {QKeySequence::ZoomIn, QKeySequence(tr("Ctrl+="))},
               [&view] { view.zoom(kZoomStep, middle(view.visibleRange())); });
    makeAction(menu, u"zoomOut"_s, tr("Zoom &out"), {QKeySequence::ZoomOut},
               [&view] { view.zoom(1 / kZoomStep, middle(view.visibleRange())); });
    menu->addSeparator();
    makeAction(menu, u"back"_s, tr("&Back"), {QKeySequence(tr("Alt+Left"))},
               [&view] { view.goBack(); });
    makeAction(menu, u"forward"_s, tr("&Forward"), {QKeySequence(tr("Alt+Right"))},
               [&view] { view.goForward(); });
    menu->addSeparator();
    auto *times = new QActionGroup(this);
    makeChoice(menu, times, u"absolute"_s, tr("Times of the &trace's clock"),
               [&view] { view.setTimeFormat(TimeFormat::Absolute); });
    makeChoice(menu, times, u"relative"_s, tr("Times &since the trace's begin"),
               [&view] { view.setTimeFormat(TimeFormat::Relative); });
    menu->addSeparator();
    makePanesMenu(menu);
    QMenu *themes = menu->addMenu(tr("C&olours"));
    auto *group = new QActionGroup(this);
    const QString chosen = m_settings.value(kThemeKey, u"system"_s).toString();
    for (const auto &[name, text] : {std::pair{u"system"_s, tr("As the &desktop")},
                                     {u"light"_s, tr("&Light")},
                                     {u"dark"_s, tr("&Dark")}}) {
        makeChoice(themes, group, name, text, [this, name = name] {
            applyThemeChoice(name);
        })->setChecked(name == chosen);
    }
}

void MainWindow::makeAnalysisMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("A&nalysis"));
    makeAction(menu, u"specs"_s, tr("&Pairs and counters…"), {}, [this] { showSpecs(); });
    menu->addSeparator();
    makeAction(menu, u"showLatency"_s, tr("&Latency"), {},
               [this] { m_workspace->showTab(m_workspace->latency()); });
    makeAction(menu, u"showStatistics"_s, tr("&Statistics"), {},
               [this] { m_workspace->showTab(m_workspace->statistics()); });
}

void MainWindow::makePanesMenu(QMenu *menu)
{
    QMenu *lanes = menu->addMenu(tr("&Lane height"));
    auto *sizes = new QActionGroup(this);
    TimelineWidget *timeline = m_workspace->timeline();
    for (const auto &[size, text] : {std::pair{LaneSize::Automatic, tr("&Automatic")},
                                     {LaneSize::Normal, tr("&Normal")},
                                     {LaneSize::Large, tr("&Large")},
                                     {LaneSize::FitAll, tr("All CPUs in &view")}}) {
        QAction *item = makeChoice(lanes, sizes, u"lanes%1"_s.arg(static_cast<int>(size)), text,
                                   [timeline, size = size] { timeline->setLaneSize(size); });
        item->setChecked(timeline->laneSize() == size);
    }
    connect(timeline, &TimelineWidget::laneSizeChanged, this, [this](LaneSize size) {
        action(u"lanes%1"_s.arg(static_cast<int>(size)))->setChecked(true);
    });
    makeAction(menu, u"columns"_s, tr("Table &columns…"), {},
               [this] { m_workspace->chooseColumns(); });
    menu->addSeparator();
    QAction *side = makeAction(
        menu, u"sidePane"_s, tr("&Details and lists"), {QKeySequence(tr("F9"))},
        [this] { m_workspace->setSidePaneShown(!m_workspace->isSidePaneShown()); });
    QAction *bottom = makeAction(
        menu, u"bottomPane"_s, tr("&Events and diagnostics"), {QKeySequence(tr("F8"))},
        [this] { m_workspace->setBottomPaneShown(!m_workspace->isBottomPaneShown()); });
    for (QAction *pane : {side, bottom})
        pane->setCheckable(true);
    connect(menu, &QMenu::aboutToShow, this, [this, side, bottom] {
        side->setChecked(m_workspace->isSidePaneShown());
        bottom->setChecked(m_workspace->isBottomPaneShown());
    });
    makeAction(menu, u"fullScreen"_s, tr("F&ull screen"), {QKeySequence(tr("F11"))},
               [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::makeHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    makeAction(menu, u"palette"_s, tr("&Do by name…"), {QKeySequence(tr("Ctrl+K"))},
               [this] { showPalette(); });
    makeAction(menu, u"keys"_s, tr("&Keys and mouse"),
               {QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)},
               [this] { showKeysDialog(this); });
    makeAction(menu, u"about"_s, tr("&About Thresher"), {}, [this] { showAboutDialog(this); });
}

void MainWindow::makeToolBar()
{
    auto *bar = new QToolBar(tr("Tools"), this);
    bar->setObjectName(u"toolBar"_s);
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    addToolBar(bar);
    const auto add = [&](const QString &name, const QString &text, const QString &tip) {
        auto *button = new QToolButton(bar);
        QAction *target = action(name);
        button->setText(text);
        const QString key = target->shortcut().toString(QKeySequence::NativeText);
        button->setToolTip(key.isEmpty() ? tip : tip + u" ("_s + key + u')');
        button->setCheckable(target->isCheckable());
        button->setFocusPolicy(Qt::TabFocus);
        // Not setDefaultAction(): it would bring the menu's long text.
        const auto sync = [button, target] {
            button->setEnabled(target->isEnabled());
            button->setChecked(target->isChecked());
        };
        connect(button, &QToolButton::clicked, target, [target, sync] {
            target->trigger();
            sync();
        });
        connect(target, &QAction::changed, button, sync);
        sync();
        bar->addWidget(button);
    };
    add(u"open"_s, tr("Open…"), tr("Open a recording"));
    add(u"record"_s, tr("Record…"), tr("Record this machine"));
    add(u"probe"_s, tr("Probe…"), tr("Record calls of a function, with what they are given"));
    bar->addSeparator();
    add(u"fit"_s, tr("Fit"), tr("Show the whole trace"));
    add(u"back"_s, u"‹"_s, tr("Back to what was shown before"));
    add(u"forward"_s, u"›"_s, tr("Forward again"));
    m_filterBar = new FilterBar(m_session.view(), bar);
    m_filterBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(m_filterBar);
    bar->addSeparator();
    add(u"absolute"_s, tr("Absolute"), tr("Times of the trace's clock"));
    add(u"relative"_s, tr("Relative"), tr("Times since the trace's begin"));
    bar->addSeparator();
    addPictureButton(bar);
}

void MainWindow::updateActions()
{
    ViewState &view = m_session.view();
    const bool isOpen = view.snapshot() != nullptr;
    for (const auto &name :
         {u"close"_s, u"rebuild"_s, u"copy"_s, u"copyLines"_s, u"goto"_s, u"fit"_s, u"zoomIn"_s,
          u"zoomOut"_s, u"columns"_s, u"sidePane"_s, u"bottomPane"_s, u"copyTimelinePicture"_s,
          u"copyWindowPicture"_s, u"showLatency"_s, u"showStatistics"_s, u"savePicture"_s,
          u"saveSession"_s, u"cut"_s, u"report"_s})
        action(name)->setEnabled(isOpen);
    // There is no file yet that these could be about.
    for (const auto &name : {u"rebuild"_s, u"saveSession"_s, u"cut"_s, u"report"_s})
        action(name)->setEnabled(isOpen && !m_session.isLive());
    action(u"back"_s)->setEnabled(view.canGoBack());
    action(u"forward"_s)->setEnabled(view.canGoForward());
    action(u"zoomSelection"_s)->setEnabled(view.selectedRange().has_value());
    action(u"showEverything"_s)->setEnabled(!view.expression().isEmpty());
    for (const auto &name :
         {u"filter"_s, u"savedFilters"_s, u"find"_s, u"nextMatch"_s, u"previousMatch"_s})
        action(name)->setEnabled(isOpen);
    updateMarkActions();
    action(view.timeFormat() == TimeFormat::Absolute ? u"absolute"_s : u"relative"_s)
        ->setChecked(true);
}

/// Among what was searched for, else among what fulfils the filter.
void MainWindow::stepMatch(int direction)
{
    if (m_session.view().search().isEmpty() && m_session.view().matches())
        showMatch(m_session.view(), direction);
    else
        m_findBar->step(direction);
}

void MainWindow::applyThemeChoice(const QString &name)
{
    m_settings.setValue(kThemeKey, name);
    applyTheme(themeChoice(name));
}

} // namespace thresher::ui
