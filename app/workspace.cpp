// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/workspace.h"

#include "app/histwindow/histogramspane.h"
#include "app/measurements.h"
#include "model/query/eventdetails.h"
#include "widgets/bookmarks/bookmarksview.h"
#include "widgets/details/detailspane.h"
#include "widgets/diagnostics/diagnosticsview.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/lists/showlist.h"
#include "widgets/overview/overviewwidget.h"
#include "widgets/theme.h"
#include "widgets/timeline/lanelayout.h"
#include "widgets/timeline/timelinewidget.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::array kKinds{ShowListModel::Kind::Tasks, ShowListModel::Kind::Events,
                            ShowListModel::Kind::Cpus};
constexpr int kSideWidth = 344;
/// Lanes of tasks that are seen at first: that there are more is seen as well.
constexpr int kTasksInView = 5;
constexpr int kLeastTop = 260; ///< Overview and timeline, where there is room.

const auto kColumnsKey = u"eventTable/columns"_s;
const auto kFoldedKey = u"details/folded"_s;
const auto kLaneSizeKey = u"timeline/laneSize"_s;
const auto kByHandKey = u"window/panesByHand"_s;
const auto kSplittersKey = u"window/panes"_s;

QSplitter *makeSplitter(Qt::Orientation orientation, QWidget *parent)
{
    auto *splitter = new QSplitter(orientation, parent);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    return splitter;
}

QTabWidget *makeTabs(QWidget *parent)
{
    auto *tabs = new QTabWidget(parent);
    tabs->setUsesScrollButtons(false);
    tabs->tabBar()->setDrawBase(false); // the style sheet's line is enough
    return tabs;
}

/// Setting what is there already lays everything out anew.
void setTitle(QTabWidget *tabs, QWidget *page, const QString &title)
{
    const int index = tabs->indexOf(page);
    if (tabs->tabText(index) != title)
        tabs->setTabText(index, title);
}

} // namespace

Workspace::Workspace(TraceSession &session, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_settings(settings)
    , m_requests(new ViewRequests(this))
    , m_columns(makeSplitter(Qt::Horizontal, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_columns);
    makeLeft();
    makeRight();
    m_columns->setStretchFactor(0, 1);
    m_columns->setStretchFactor(1, 0);
    m_columns->setSizes({1600, kSideWidth});
    restore();
}

void Workspace::makeLeft()
{
    ViewState &view = m_session.view();
    m_left = makeSplitter(Qt::Vertical, this);
    auto *top = new QWidget(m_left);
    auto *topLayout = new QVBoxLayout(top);
    topLayout->setContentsMargins({});
    topLayout->setSpacing(0);
    m_overview = new OverviewWidget(view, top);
    m_timeline = new TimelineWidget(view, top);
    m_timeline->setEventLine([this](Place place) { return m_session.shortLine(place); });
    m_timeline->setMarkText([this](const Mark &mark) {
        const auto printer = m_session.printer();
        return printer ? QString::fromStdString(Marks::text(mark, *printer)) : QString();
    });
    m_timeline->setCallProvider(callProvider());
    m_timeline->setRequests(m_requests);
    topLayout->addWidget(m_overview);
    topLayout->addWidget(m_timeline, 1);

    m_tabs = makeTabs(m_left);
    m_events = new EventTable(view, m_tabs);
    m_events->setTextProvider([this] { return m_session.printer(); });
    m_events->table()->setLinePrinter(
        [this](const RowData &row) { return m_session.reportLine(row); });
    m_diagnostics = new DiagnosticsView(view, m_tabs);
    m_statistics = new StatisticsView(view, m_tabs);
    m_latency = new LatencyView(view, m_tabs);
    new Measurements(m_session, m_latency, m_statistics, this);
    connect(&m_timeline->lanes(), &LaneControl::measureRequested, this, [this](quint32 pair) {
        setBottomPaneShown(true);
        m_tabs->setCurrentWidget(m_latency);
        m_latency->setPair(pair);
    });
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_statistics, tr("Statistics"));
    m_tabs->addTab(m_latency, tr("Latency"));
    makeHistograms();
    m_tabs->addTab(m_diagnostics, m_diagnostics->title());
    connect(m_diagnostics, &DiagnosticsView::titleChanged, m_tabs,
            [this](const QString &title) { setTitle(m_tabs, m_diagnostics, title); });
    m_bookmarks = new BookmarksView(view, m_tabs);
    m_tabs->addTab(m_bookmarks, m_bookmarks->title());
    connect(m_bookmarks, &BookmarksView::titleChanged, m_tabs,
            [this](const QString &title) { setTitle(m_tabs, m_bookmarks, title); });
    m_events->setObjectName(u"events"_s);
    m_statistics->setObjectName(u"statistics"_s);
    m_latency->setObjectName(u"latency"_s);
    m_diagnostics->setObjectName(u"diagnostics"_s);
    m_bookmarks->setObjectName(u"bookmarks"_s);
    connect(&m_session, &TraceSession::noted, m_diagnostics, &DiagnosticsView::addNote);
    auto *columns = new QToolButton(m_tabs);
    columns->setText(tr("columns ▾"));
    columns->setToolTip(tr("Choose the table's columns"));
    columns->setProperty("flat", true);
    connect(columns, &QToolButton::clicked, this, &Workspace::chooseColumns);
    connect(m_tabs, &QTabWidget::currentChanged, columns,
            [columns](int index) { columns->setVisible(index == 0); });
    m_tabs->setCornerWidget(columns);

    m_left->addWidget(top);
    m_left->addWidget(m_tabs);
    m_left->setStretchFactor(0, 5);
    m_left->setStretchFactor(1, 3);
    m_left->setSizes({640, 350});
    connect(m_left, &QSplitter::splitterMoved, this, [this] { m_isSplitByHand = true; });
    connect(&m_session, &TraceSession::opened, this, &Workspace::fitLanes);
    m_left->installEventFilter(this);
    m_columns->addWidget(m_left);
}

void Workspace::makeRight()
{
    ViewState &view = m_session.view();
    m_right = makeSplitter(Qt::Vertical, this);
    m_details = new DetailsPane(view, m_right);
    const DetailsProvider details = [this](Place place) -> std::optional<EventDetails> {
        const auto printer = m_session.printer();
        return printer ? describeEvent(*printer, place) : std::nullopt;
    };
    m_details->setProvider(details);
    m_details->setCallProvider(callProvider());
    m_details->setRequests(m_requests);
    m_events->setRequests(m_requests);
    m_events->setDetailsProvider(details);
    m_timeline->setDetailsProvider(details);
    m_listTabs = makeTabs(m_right);
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        auto *list = new ShowList(view, kKinds[i], m_listTabs);
        m_lists[i] = list;
        list->setRequests(m_requests);
        m_listTabs->addTab(list, list->title());
        connect(list, &ShowList::titleChanged, m_listTabs,
                [this, list](const QString &title) { setTitle(m_listTabs, list, title); });
        connect(list, &ShowList::laneRequested, m_timeline,
                [this](quint32 task) { m_timeline->lanes().showTask(TaskId{task}); });
    }
    m_right->addWidget(m_details);
    m_right->addWidget(m_listTabs);
    m_right->setStretchFactor(0, 3);
    m_right->setStretchFactor(1, 2);
    m_right->setSizes({560, 400});
    m_right->setMinimumWidth(260);
    m_columns->addWidget(m_right);
}

CallProvider Workspace::callProvider()
{
    return [this](const Analysis &analysis, TaskId task,
                  const PlacedSlice &slice) -> std::optional<ProbedCall> {
        const auto printer = m_session.printer();
        if (!printer)
            return std::nullopt;
        return probedCall(*printer, analysis, task, slice);
    };
}

/// There are some seldom: the tab comes with them.
void Workspace::makeHistograms()
{
    m_histograms = new HistogramsPane(m_session.view(), m_tabs);
    m_histograms->setObjectName(u"histograms"_s);
    const int tab = m_tabs->addTab(m_histograms, tr("Histograms"));
    m_tabs->setTabVisible(tab, false);
    const auto showIfAlone = [this] {
        const auto &snapshot = m_session.view().snapshot();
        if (!m_histograms->isEmpty() && snapshot && snapshot->isComplete
            && snapshot->eventCount == 0)
            m_tabs->setCurrentWidget(m_histograms); // there is nothing else to see
    };
    connect(&m_session, &TraceSession::indexingFinished, m_histograms, showIfAlone);
    connect(m_histograms, &HistogramsPane::filled, m_tabs, [this, showIfAlone](bool isFilled) {
        m_tabs->setTabVisible(m_tabs->indexOf(m_histograms), isFilled);
        showIfAlone();
    });
    connect(&m_session, &TraceSession::opened, m_histograms, [this] {
        if (const auto &snapshot = m_session.view().snapshot())
            m_histograms->showTrace(snapshot->trace);
    });
}

void Workspace::fitLanes()
{
    const auto &snapshot = m_session.view().snapshot();
    if (!snapshot || m_isSplitByHand || !isBottomPaneShown())
        return;
    const auto lanes = static_cast<int>(std::min<std::size_t>(snapshot->cpus().size(), 1000));
    const bool hasTasks = snapshot->trace->events().find("sched", "sched_switch") != nullptr;
    const int needed = m_overview->sizeHint().height() + kRulerHeight + kGroupHeight
                       + lanes * kLaneHeight + kLaneHeight // a little air below the last one
                       + (hasTasks ? kGroupHeight + kTasksInView * kLaneHeight : 0);
    const int all = m_left->height();
    const int top = std::clamp(needed, std::min(kLeastTop, all / 2), all * 68 / 100);
    m_left->setSizes({top, all - top});
}

bool Workspace::eventFilter(QObject *watched, QEvent *event)
{
    // Not in our own resizeEvent(): the splitter has its new height only behind that.
    if (watched == m_left && event->type() == QEvent::Resize)
        fitLanes();
    return QWidget::eventFilter(watched, event);
}

ShowList *Workspace::list(ShowListModel::Kind kind) const
{
    const auto found = std::ranges::find(kKinds, kind);
    return m_lists[static_cast<std::size_t>(found - kKinds.begin())];
}

void Workspace::showTab(QWidget *tab)
{
    setBottomPaneShown(true);
    m_tabs->setCurrentWidget(tab);
    tab->setFocus();
}

void Workspace::showDiagnostics()
{
    setBottomPaneShown(true);
    m_tabs->setCurrentWidget(m_diagnostics);
    m_diagnostics->list()->setFocus();
}

void Workspace::showList(ShowListModel::Kind kind)
{
    setSidePaneShown(true);
    m_listTabs->setCurrentWidget(list(kind));
    list(kind)->setFocus();
}

void Workspace::chooseColumns()
{
    setBottomPaneShown(true);
    m_tabs->setCurrentWidget(m_events);
    const QRect tabs = m_tabs->rect();
    m_events->chooseColumns(m_tabs->mapToGlobal(QPoint(tabs.right() - 6, 30)));
}

bool Workspace::isSidePaneShown() const
{
    return !m_right->isHidden();
}

void Workspace::setSidePaneShown(bool isShown)
{
    m_right->setVisible(isShown);
}

bool Workspace::isBottomPaneShown() const
{
    return !m_tabs->isHidden();
}

void Workspace::setBottomPaneShown(bool isShown)
{
    m_tabs->setVisible(isShown);
}

void Workspace::restore()
{
    const auto columns
        = QJsonDocument::fromJson(m_settings.value(kColumnsKey).toByteArray()).array();
    if (!columns.isEmpty())
        m_events->table()->setColumns(restoreColumns(columns));
    if (const QVariant folded = m_settings.value(kFoldedKey); folded.isValid())
        m_details->setFoldedSections(folded.toStringList());
    const int lanes = m_settings.value(kLaneSizeKey, 0).toInt();
    if (lanes >= 0 && lanes <= static_cast<int>(LaneSize::FitAll))
        m_timeline->setLaneSize(static_cast<LaneSize>(lanes));
    m_isSplitByHand = m_settings.value(kByHandKey, false).toBool();
    const QVariantList panes = m_settings.value(kSplittersKey).toList();
    if (panes.size() == 3) {
        m_columns->restoreState(panes[0].toByteArray());
        m_left->restoreState(panes[1].toByteArray());
        m_right->restoreState(panes[2].toByteArray());
        for (QSplitter *splitter : {m_columns, m_left, m_right})
            splitter->setHandleWidth(1);
    }
}

void Workspace::save() const
{
    m_settings.setValue(
        kColumnsKey,
        QJsonDocument(saveColumns(m_events->table()->columns())).toJson(QJsonDocument::Compact));
    m_settings.setValue(kFoldedKey, m_details->foldedSections());
    m_settings.setValue(kLaneSizeKey, static_cast<int>(m_timeline->laneSize()));
    m_settings.setValue(kByHandKey, m_isSplitByHand);
    m_settings.setValue(kSplittersKey, QVariantList{m_columns->saveState(), m_left->saveState(),
                                                    m_right->saveState()});
}

} // namespace thresher::ui
