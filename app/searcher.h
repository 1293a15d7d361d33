// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "model/qt/viewstate.h"

#include <QTimer>

#include <memory>
#include <mutex>

namespace thresher::ui {

/// Evaluates ViewState::search() in the background, over all events, and tells which of those that
/// were found the table shows: first those from the begin, while the rest is looked for. What the
/// table shows may change meanwhile. GUI thread.
class Searcher final : public QObject
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    explicit Searcher(ViewState &view, QObject *parent = nullptr);
    ~Searcher() override;

    [[nodiscard]] bool isRunning() const { return m_finding.isRunning(); }
    /// Nothing is under way that would change what is found.
    [[nodiscard]] bool isSettled() const;
    /// What is found so far stays.
    void cancel();

Q_SIGNALS:
    /// 0 to 1 while it takes longer than a moment; negative: done.
    void progressed(double fraction);
    void cancelled(); ///< By cancel().

private:
    /// What the table shows, for a search that is running.
    struct Table
    {
        std::mutex mutex;
        std::shared_ptr<const Selection> selection; ///< Null: everything.
        [[nodiscard]] Found among(std::shared_ptr<const Selection> all);
    };
    void follow(ViewState::Changes changes);
    void start(bool extends);
    void finish(Result<Found> found);
    void narrow();

    ViewState &m_view;
    QString m_search; ///< That was started.
    bool m_wasCancelled = false;
    std::shared_ptr<Table> m_table = std::make_shared<Table>();
    std::shared_ptr<const IndexSnapshot> m_snapshot; ///< That the search is made in.
    std::uint64_t m_number = 0; ///< Of searches; results of earlier ones are late.
    QTimer m_progressTimer;
    JobRunner m_finding; // these last, so that jobs end before what they use
    JobRunner m_narrowing;
};

} // namespace thresher::ui
