// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/viewkeeper.h"

#include <atomic>
#include <mutex>

namespace thresher::ui {

/// Writes one view at a time, and none that is older than what is written already: an abandoned job
/// may still be at it.
struct ViewKeeper::Writer
{
    std::mutex mutex;
    quint64 written = 0;
    quint64 last = 0; ///< GUI thread.

    void write(quint64 number, const Settings::ViewWriter &writer, const QJsonObject &view)
    {
        const std::scoped_lock lock(mutex);
        if (number <= written)
            return;
        written = number;
        writer(view);
    }
};

ViewKeeper::ViewKeeper(TraceSession &session, const Settings &settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_settings(settings)
    , m_writer(std::make_shared<Writer>())
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kDelayMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { keep(false); });
    connect(&session.view(), &ViewState::changed, this, [this](ViewState::Changes changes) {
        const ViewState::Changes others = changes
                                          & ~(ViewState::SnapshotChanged
                                              | ViewState::AnalysisChanged
                                              | ViewState::SelectionChanged);
        // Not started anew by each change, or one who never stops would never be kept.
        if (others && !m_timer.isActive() && m_session.view().snapshot())
            m_timer.start();
    });
}

ViewKeeper::~ViewKeeper() = default;

void ViewKeeper::keepNow()
{
    keep(true);
}

void ViewKeeper::keep(bool isAtOnce)
{
    m_timer.stop();
    const QString path = m_session.path();
    if (path.isEmpty() || !m_session.view().snapshot())
        return;
    QJsonObject view = m_session.view().save();
    const bool isKept = path == m_keptPath && view == m_kept;
    // "Being kept" is not enough for who goes right after.
    if (isKept && !(isAtOnce && m_job.isRunning()))
        return;
    m_keptPath = path;
    m_kept = view;
    const auto write = [writer = m_writer, number = ++m_writer->last,
                        file = m_settings.viewWriter(path), view = std::move(view)] {
        writer->write(number, file, view);
        return true;
    };
    if (isAtOnce)
        write();
    else
        m_job.start([write](const std::stop_token &, Progress &) { return write(); }, [](bool) {});
}

} // namespace thresher::ui
