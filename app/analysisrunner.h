// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "model/qt/viewstate.h"

#include <QElapsedTimer>
#include <QTimer>

#include <memory>
#include <mutex>

namespace thresher::ui {

/// Works out what happened (model/analysis) as soon as a trace is indexed, or reopens what is kept
/// of it, in the background, and tells the ViewState, while it goes on, too. It runs at a lower
/// priority, so that the window has the processor when it wants it. What was kept is checked byte
/// by byte a moment later, and worked out anew if it is damaged. GUI thread.
class AnalysisRunner final : public QObject
{
    Q_OBJECT

public:
    /// @param view  outlives it.
    AnalysisRunner(ViewState &view, AnalysisOptions options, QObject *parent = nullptr);
    ~AnalysisRunner() override;

    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    /// Not running, and nothing left to do but what was cancelled.
    [[nodiscard]] bool isSettled() const;
    /// Which pairs and counters are looked for besides the built-in ones, and which of these are
    /// not; the other options stay. If they are others than before, the trace is worked out anew;
    /// what is known stays till then.
    void setOptions(const AnalysisOptions &options);
    /// While a trace is being recorded it is worked out anew now and then, for at most a tenth of
    /// the time, and says nothing of its progress.
    void setLive(bool isLive);
    /// Stops; what is known so far stays.
    void cancel();
    /// Goes on after cancel() or an error, from the beginning.
    void restart();

Q_SIGNALS:
    void progressed(double fraction); ///< Negative: done.
    void stopped(); ///< By cancel().
    void failed(const thresher::Error &error);
    void foundDamaged(); ///< What was kept: it is worked out anew.

private:
    /// Results on their way: only the latest is worth delivering.
    struct Mailbox
    {
        std::mutex mutex;
        std::shared_ptr<const Analysis> latest;
        std::shared_ptr<const Marks> texts;
        bool isPosted = false;
    };
    void followView(ViewState::Changes changes);
    void start(bool ignoreKept);
    void renewLive();
    void verify();
    void take(const std::shared_ptr<Mailbox> &mailbox);
    void finish(Result<std::shared_ptr<const Analysis>> result);

    ViewState &m_view;
    AnalysisOptions m_options;
    std::shared_ptr<const IndexSnapshot> m_analysed; ///< What it runs, or has run, on.
    std::shared_ptr<Mailbox> m_mailbox;
    bool m_isLive = false;
    QElapsedTimer m_begun; ///< When the job was started last.
    qint64 m_renewAfter = 0; ///< ms since then.
    QTimer m_timer;
    QTimer m_verifyTimer;
    JobRunner m_job; // these last, so that they end before what they use
    JobRunner m_verifying;
};

} // namespace thresher::ui
