// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "model/index/traceindex.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <filesystem>
#include <memory>

namespace thresher {
class LiveIndex;
}

namespace thresher::ui {

/// Indexes a recording in the background while it is being made, and hands out what has arrived,
/// some times a second; then makes the index of the file that becomes of it. GUI thread.
class LiveFeed final : public QObject
{
    Q_OBJECT

public:
    explicit LiveFeed(IndexOptions options, QObject *parent = nullptr);
    ~LiveFeed() override;

    /// @param folder  that is being recorded into.
    /// @param output  what the trace will be called.
    void start(const std::filesystem::path &folder, const QString &output);
    /// Nothing more is heard of it.
    void abandon();
    /// The recording has become this file. finished() or failed() follows.
    void finish(const QString &trace);
    /// Started and not finished, failed or abandoned.
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] double finishingFraction() const { return m_job.fraction(); }

Q_SIGNALS:
    void arrived(const std::shared_ptr<const thresher::IndexSnapshot> &snapshot);
    /// The whole, of the file.
    void finished(const thresher::BuiltIndex &built);
    /// What has arrived stays usable.
    void failed(const thresher::Error &error);

private:
    void open();
    void advance();
    void complete();

    IndexOptions m_options;
    std::filesystem::path m_folder;
    QString m_output;
    QString m_finished; ///< The file; empty: it is still being recorded.
    std::shared_ptr<LiveIndex> m_index; ///< Of one job at a time.
    bool m_isRunning = false;
    bool m_isAtWork = false; ///< The job uses m_index.
    QTimer m_timer;
    JobRunner m_job;
};

} // namespace thresher::ui
