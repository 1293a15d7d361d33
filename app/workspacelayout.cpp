// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// What of a workspace goes into a session: which panes are open, the table's columns. Sizes do
/// not: another person's window is another one.
#include "app/workspace.h"
#include "widgets/bookmarks/bookmarksview.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/timeline/timelinewidget.h"

#include <QTabWidget>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace thresher::ui {

QJsonObject Workspace::saveLayout() const
{
    return {{u"columns"_s, saveColumns(m_events->table()->columns())},
            {u"laneSize"_s, static_cast<int>(m_timeline->laneSize())},
            {u"sidePane"_s, isSidePaneShown()},
            {u"bottomPane"_s, isBottomPaneShown()},
            {u"tab"_s, m_tabs->currentWidget()->objectName()}};
}

void Workspace::restoreLayout(const QJsonObject &saved)
{
    if (const QJsonArray columns = saved.value(u"columns"_s).toArray(); !columns.isEmpty())
        m_events->table()->setColumns(restoreColumns(columns));
    const int lanes = saved.value(u"laneSize"_s).toInt(-1);
    if (lanes >= 0 && lanes <= static_cast<int>(LaneSize::FitAll))
        m_timeline->setLaneSize(static_cast<LaneSize>(lanes));
    setSidePaneShown(saved.value(u"sidePane"_s).toBool(isSidePaneShown()));
    setBottomPaneShown(saved.value(u"bottomPane"_s).toBool(isBottomPaneShown()));
    const QString tab = saved.value(u"tab"_s).toString();
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (!tab.isEmpty() && m_tabs->widget(i)->objectName() == tab)
            m_tabs->setCurrentIndex(i);
    }
}

void Workspace::showBookmarks()
{
    setBottomPaneShown(true);
    m_tabs->setCurrentWidget(m_bookmarks);
    m_bookmarks->list()->setFocus();
}

} // namespace thresher::ui
