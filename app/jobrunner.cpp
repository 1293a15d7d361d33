// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/jobrunner.h"

namespace thresher::ui {

namespace {

/// A job begins although an abandoned one has not noticed yet.
constexpr int kThreads = 4;

} // namespace

JobRunner::JobRunner(QObject *parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(kThreads);
}

JobRunner::~JobRunner()
{
    abandon();
    m_pool.waitForDone();
}

void JobRunner::cancel()
{
    if (m_job)
        m_job->stop.request_stop();
}

void JobRunner::abandon()
{
    cancel();
    m_job.reset();
}

} // namespace thresher::ui
