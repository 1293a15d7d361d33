// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "app/settings.h"
#include "app/tracesession.h"

#include <QJsonObject>
#include <QTimer>

#include <memory>

namespace thresher::ui {

/// Keeps how the open trace is looked at: a moment after each change, so that whatever ends the
/// program takes a second's work at most, and when it is told to. Writes on another thread, since a
/// disk may be slow. GUI thread.
class ViewKeeper final : public QObject
{
    Q_OBJECT

public:
    /// @param session, settings  outlive it.
    ViewKeeper(TraceSession &session, const Settings &settings, QObject *parent = nullptr);
    ~ViewKeeper() override;

    /// From the first change that is not kept to keeping it.
    static constexpr int kDelayMs = 1000;
    /// At once: waits for the disk. Before the trace is closed.
    void keepNow();

private:
    struct Writer;
    void keep(bool isAtOnce);

    TraceSession &m_session;
    const Settings &m_settings;
    std::shared_ptr<Writer> m_writer;
    QTimer m_timer;
    QString m_keptPath; ///< What is kept already, or being so.
    QJsonObject m_kept;
    JobRunner m_job;
};

} // namespace thresher::ui
