// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/progress.h"

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include <memory>
#include <stop_token>
#include <utility>

namespace thresher::ui {

/// The only place that moves work off the GUI thread: one job at a time, its result delivered on
/// the GUI thread. Starting another one, or destroying the runner, stops the job and drops its
/// result.
class JobRunner final : public QObject
{
    Q_OBJECT

public:
    explicit JobRunner(QObject *parent = nullptr);
    ~JobRunner() override; ///< Waits for the job, which was told to stop.

    /// @param work  `T work(std::stop_token, Progress &)`, run on another thread. It polls the
    /// token.
    /// @param done  `void done(T)`, called on this object's thread, unless abandoned.
    template<typename Work, typename Done>
    void start(Work work, Done done)
    {
        abandon();
        m_job = std::make_shared<Job>();
        m_pool.start([this, job = m_job, work = std::move(work), done = std::move(done)]() mutable {
            auto result = std::make_shared<decltype(work(job->stop.get_token(), job->progress))>(
                work(job->stop.get_token(), job->progress));
            // `this` is alive: its destructor waits for the pool.
            QMetaObject::invokeMethod(
                this,
                [this, job, result, done = std::move(done)]() mutable {
                    if (job != m_job)
                        return; // abandoned meanwhile
                    m_job.reset();
                    done(std::move(*result));
                },
                Qt::QueuedConnection);
        });
    }

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }
    [[nodiscard]] double fraction() const { return m_job ? m_job->progress.fraction() : 0; }
    /// Asks the job to stop; its result, an error most likely, is still delivered.
    void cancel();
    /// Stops the job; nothing more is heard of it.
    void abandon();

private:
    struct Job
    {
        std::stop_source stop;
        Progress progress;
    };
    std::shared_ptr<Job> m_job; ///< That whose result is wanted.
    QThreadPool m_pool;
};

} // namespace thresher::ui
