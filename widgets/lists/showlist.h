// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/showlistmodel.h"

#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QTreeView;

namespace thresher::ui {

class ShowListDelegate;
class ViewRequests;

/// A list of CPUs, tasks or events that one ticks to show: search, all, none, invert, "only" on the
/// row under the pointer, sorted by a click on the header. Where it is narrow, columns give way to
/// names: tool tips have what they said. GUI thread.
class ShowList final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives the list.
    ShowList(ViewState &view, ShowListModel::Kind kind, QWidget *parent = nullptr);

    [[nodiscard]] ShowListModel *model() const { return m_model; }
    [[nodiscard]] ShowListProxy *proxy() const { return m_proxy; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    [[nodiscard]] QLineEdit *searchField() const { return m_search; }
    /// Gets what the menu asks for; outlives the list.
    void setRequests(ViewRequests *requests) { m_requests = requests; }
    /// "Tasks · 212", or "Tasks · 9 of 212" where some are hidden.
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void titleChanged(const QString &title);
    /// A row was double-clicked or Enter pressed, e.g. to see its next event.
    void activated(quint32 key);
    void laneRequested(quint32 task); ///< To be shown on the timeline.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeButtons();
    void setUpList();
    void showMenu(const QPoint &position);
    void updateTitle();
    void fitColumns();
    [[nodiscard]] bool hasInstances() const;
    [[nodiscard]] std::vector<std::uint32_t> selectedKeys() const;
    void toggleSelected();

    ViewState &m_view;
    ShowListModel *m_model = nullptr;
    ShowListProxy *m_proxy = nullptr;
    QLineEdit *m_search = nullptr;
    QTreeView *m_list = nullptr;
    ShowListDelegate *m_delegate = nullptr;
    ViewRequests *m_requests = nullptr;
};

} // namespace thresher::ui
