// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/eventtable/eventtableview.h"
#include "widgets/filterbar/filtermenu.h"
#include "widgets/placemenu.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

namespace thresher::ui {

class GotoField;

/// The events of a ViewState as a table, linked both ways: the current event is chosen here or
/// elsewhere, and without one in view the table follows the visible range. GUI thread.
class EventTable final : public QWidget
{
    Q_OBJECT

public:
    /// @param view  outlives the table.
    explicit EventTable(ViewState &view, QWidget *parent = nullptr);

    /// Gives what prints the rows of ViewState::rows(); asked whenever those change; may give null.
    using TextProvider = std::function<std::shared_ptr<RowText>()>;
    void setTextProvider(TextProvider provider);

    /// For the menu over a row.
    void setDetailsProvider(DetailsProvider provider) { m_details = std::move(provider); }

    /// Gets what the menu asks for; outlives the table.
    void setRequests(ViewRequests *requests) { m_requests = requests; }

    [[nodiscard]] EventTableView *table() const { return m_table; }
    /// Opens the field in which one types where to go.
    void startGoto(const QString &typed = {});
    /// Opens the column chooser with its top right corner there.
    void chooseColumns(const QPoint &topRight);

    /// While a recording is followed: the visible range does not move the table; if it is at its
    /// end it stays there, however many rows come. Goes to the end when it begins.
    void setFollowing(bool isFollowing);
    /// The next trace is this one in another file: the table stays where it is then.
    void expectSameTrace() { m_expectsSameTrace = true; }
    [[nodiscard]] bool isAtEnd() const; ///< The last row is in view, or there is none.

Q_SIGNALS:
    void bookmarkRequested(qint64 time); ///< To be added there.

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void follow(ViewState::Changes changes);
    /// @returns whether the table was to stay where it is.
    bool updateRows();
    [[nodiscard]] QString emptyText() const;
    void followRange();
    void followCurrent();
    void goToEnd();
    void goTo(TimeNs time);
    void jumpTo(Row row);
    void showRowMenu(const RowData &row, const QPoint &global);
    void placeGoto();

    ViewState &m_view;
    EventTableView *m_table = nullptr;
    GotoField *m_goto = nullptr;
    TextProvider m_provider;
    DetailsProvider m_details;
    ViewRequests *m_requests = nullptr;
    QTimer m_growth; ///< Runs where more has come, which the next frame is to show.
    bool m_isFollowing = false;
    bool m_expectsSameTrace = false;
    std::shared_ptr<const TraceFile> m_trace; ///< Whose places the table remembers.
};

} // namespace thresher::ui
