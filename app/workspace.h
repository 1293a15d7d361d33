// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/settings.h"
#include "app/tracesession.h"
#include "model/qt/showlistmodel.h"
#include "widgets/timeline/calltext.h"
#include "widgets/viewrequests.h"

#include <QWidget>

class QSplitter;
class QTabWidget;

namespace thresher::ui {

class BookmarksView;
class DetailsPane;
class DiagnosticsView;
class EventTable;
class HistogramsPane;
class LatencyView;
class OverviewWidget;
class ShowList;
class StatisticsView;
class TimelineWidget;

/// Everything that shows a trace: overview and timeline over the table, details and lists beside
/// them.
class Workspace final : public QWidget
{
    Q_OBJECT

public:
    Workspace(TraceSession &session, Settings &settings, QWidget *parent);

    [[nodiscard]] TimelineWidget *timeline() const { return m_timeline; }
    [[nodiscard]] OverviewWidget *overview() const { return m_overview; }
    [[nodiscard]] EventTable *events() const { return m_events; }
    [[nodiscard]] DetailsPane *details() const { return m_details; }
    [[nodiscard]] DiagnosticsView *diagnostics() const { return m_diagnostics; }
    [[nodiscard]] BookmarksView *bookmarks() const { return m_bookmarks; }
    [[nodiscard]] StatisticsView *statistics() const { return m_statistics; }
    [[nodiscard]] LatencyView *latency() const { return m_latency; }
    [[nodiscard]] HistogramsPane *histograms() const { return m_histograms; }
    [[nodiscard]] ShowList *list(ShowListModel::Kind kind) const;
    [[nodiscard]] QTabWidget *tabs() const { return m_tabs; }
    [[nodiscard]] QTabWidget *listTabs() const { return m_listTabs; }

    /// What the views' menus ask for that others do.
    [[nodiscard]] ViewRequests *requests() const { return m_requests; }

    void showDiagnostics();
    void showBookmarks();
    void showTab(QWidget *tab); ///< Of tabs().
    void showList(ShowListModel::Kind kind);
    void chooseColumns();

    [[nodiscard]] bool isSidePaneShown() const;
    void setSidePaneShown(bool isShown);
    [[nodiscard]] bool isBottomPaneShown() const;
    void setBottomPaneShown(bool isShown);
    /// Panes as they were; columns, folded sections, lanes' height.
    void restore();
    void save() const;
    /// The same for a session that may be another person's: which panes are open, columns, lanes'
    /// height. Takes what makes sense.
    [[nodiscard]] QJsonObject saveLayout() const;
    void restoreLayout(const QJsonObject &saved);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// Gives the timeline the height that its lanes need, unless the user has moved the line.
    void makeHistograms();
    void fitLanes();
    [[nodiscard]] CallProvider callProvider();
    void makeLeft();
    void makeRight();

    TraceSession &m_session;
    Settings &m_settings;
    ViewRequests *m_requests = nullptr;
    OverviewWidget *m_overview = nullptr;
    TimelineWidget *m_timeline = nullptr;
    EventTable *m_events = nullptr;
    DiagnosticsView *m_diagnostics = nullptr;
    BookmarksView *m_bookmarks = nullptr;
    StatisticsView *m_statistics = nullptr;
    LatencyView *m_latency = nullptr;
    HistogramsPane *m_histograms = nullptr;
    DetailsPane *m_details = nullptr;
    std::array<ShowList *, 3> m_lists{};
    QTabWidget *m_tabs = nullptr;
    QTabWidget *m_listTabs = nullptr;
    QSplitter *m_columns = nullptr; ///< Left | right.
    QSplitter *m_left = nullptr; ///< Timeline over tabs.
    QSplitter *m_right = nullptr; ///< Details over lists.
    bool m_isSplitByHand = false;
};

} // namespace thresher::ui
