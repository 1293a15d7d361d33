// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "capture/recordingsession.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>

namespace thresher::ui {

/// Runs one recording at a time on a thread of its own, and tells of it on the GUI thread. GUI
/// thread.
class RecordingRunner final : public QObject
{
    Q_OBJECT

public:
    enum class Phase {
        Idle,
        Preparing, ///< The recorder is started, which may ask for a password.
        Recording,
        Stopping, ///< Was asked to; the last pages are read.
        Assembling, ///< Nothing is recorded any longer; the trace is put together.
    };
    Q_ENUM(Phase)

    explicit RecordingRunner(QObject *parent = nullptr);
    /// Stops a recording that runs and waits until its trace is there.
    ~RecordingRunner() override;

    /// Not while isRunning().
    void start(capture::RecordingPlan plan);
    /// Asks it to stop; finished() follows. While it is being prepared nothing comes of it.
    void stop();
    /// The answer comes as answered().
    [[nodiscard]] Result<void> snapshot(std::uint16_t instance);
    [[nodiscard]] Result<void> readRings();
    /// Into each instance. @param text  ≤ 1024 bytes
    [[nodiscard]] Result<void> mark(const QString &text);

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] bool isRunning() const { return m_phase != Phase::Idle; }
    /// Of putting the trace together, [0, 1].
    [[nodiscard]] double assembledFraction() const { return m_job.fraction(); }
    /// What is recorded, or was last.
    [[nodiscard]] const capture::RecordingPlan &plan() const { return m_plan; }

Q_SIGNALS:
    void phaseChanged();
    /// All is set up. From here on the folder's files grow.
    void ready(const thresher::capture::Ready &ready, const std::filesystem::path &folder);
    void started(const thresher::capture::Started &started);
    void progressed(const thresher::capture::RecordProgress &progress);
    /// What an instance's histograms of "SYSTEM/EVENT" count so far, about once a second.
    void counted(std::uint16_t instance, const std::string &event, const std::string &text);
    void warned(const QString &text);
    /// The answer to "snapshot", "read_rings" or "marker"; null: it was done.
    void answered(const QString &command, const thresher::Error *error);
    /// Nothing is recorded any longer.
    void stopped(const thresher::capture::Stopped &stopped);
    /// The trace is there, or the result says why not. isRunning() is false.
    void finished(const thresher::capture::RecordingResult &result);
    /// Nothing was recorded. isRunning() is false.
    void failed(const thresher::Error &error);

private:
    void setPhase(Phase phase);
    [[nodiscard]] capture::RecordingCallbacks callbacks();

    capture::RecordingPlan m_plan;
    std::shared_ptr<capture::RecordingControl> m_control;
    Phase m_phase = Phase::Idle;
    JobRunner m_job; // the last: its end needs what is above
};

} // namespace thresher::ui
