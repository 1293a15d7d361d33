// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/recordingrunner.h"

#include "capture/probes/probequestions.h"

#include <utility>

namespace thresher::ui {

RecordingRunner::RecordingRunner(QObject *parent)
    : QObject(parent)
{}

RecordingRunner::~RecordingRunner() = default;

void RecordingRunner::start(capture::RecordingPlan plan)
{
    Q_ASSERT(!isRunning());
    m_plan = std::move(plan);
    m_control = std::make_shared<capture::RecordingControl>();
    setPhase(Phase::Preparing);
    m_job.start(
        [plan = m_plan, callbacks = callbacks(),
         control = m_control](const std::stop_token &stop,
                              Progress &progress) mutable -> Result<capture::RecordingResult> {
            // Places in programs may be symbols, which no recorder knows.
            if (plan.launch.host.empty()) {
                THRESHER_TRY(capture::placeProbes(plan.request, stop));
            }
            return capture::record(plan, callbacks, stop, *control, progress);
        },
        [this](const Result<capture::RecordingResult> &result) {
            m_control.reset();
            setPhase(Phase::Idle);
            if (result)
                Q_EMIT finished(*result);
            else
                Q_EMIT failed(result.error());
        });
}

void RecordingRunner::stop()
{
    if (m_phase == Phase::Recording)
        setPhase(Phase::Stopping);
    m_job.cancel();
}

Result<void> RecordingRunner::snapshot(std::uint16_t instance)
{
    if (!m_control)
        return fail(ErrorKind::InvalidArgument, "Nothing is being recorded.");
    return m_control->snapshot(instance);
}

Result<void> RecordingRunner::readRings()
{
    if (!m_control)
        return fail(ErrorKind::InvalidArgument, "Nothing is being recorded.");
    return m_control->readRings();
}

Result<void> RecordingRunner::mark(const QString &text)
{
    if (!m_control)
        return fail(ErrorKind::InvalidArgument, "Nothing is being recorded.");
    return m_control->mark(text.toStdString());
}

void RecordingRunner::setPhase(Phase phase)
{
    if (std::exchange(m_phase, phase) != phase)
        Q_EMIT phaseChanged();
}

// They come on the recording's thread, which ends before this object does.
capture::RecordingCallbacks RecordingRunner::callbacks()
{
    const auto post = [this](auto tell) {
        QMetaObject::invokeMethod(this, std::move(tell), Qt::QueuedConnection);
    };
    capture::RecordingCallbacks callbacks;
    callbacks.ready = [this, post](const capture::Ready &told,
                                   const std::filesystem::path &folder) {
        post([this, told, folder] { Q_EMIT ready(told, folder); });
    };
    callbacks.started = [this, post](const capture::Started &told) {
        post([this, told] {
            // It may have been asked to stop before.
            if (m_phase == Phase::Preparing)
                setPhase(Phase::Recording);
            Q_EMIT started(told);
        });
    };
    callbacks.progress = [this, post](const capture::RecordProgress &told) {
        post([this, told] { Q_EMIT progressed(told); });
    };
    // Nobody asks the kernel for what there is not.
    callbacks.histograms = [this, post](std::uint16_t instance, const std::string &event,
                                        const std::string &text) {
        post([this, instance, event, text] { Q_EMIT counted(instance, event, text); });
    };
    callbacks.warning = [this, post](const std::string &text) {
        post([this, text = QString::fromStdString(text)] { Q_EMIT warned(text); });
    };
    callbacks.answered = [this, post](const std::string &command,
                                      const std::optional<Error> &error) {
        post([this, command = QString::fromStdString(command), error] {
            Q_EMIT answered(command, error ? &*error : nullptr);
        });
    };
    callbacks.stopped = [this, post](const capture::Stopped &told) {
        post([this, told] {
            setPhase(Phase::Assembling);
            Q_EMIT stopped(told);
        });
    };
    return callbacks;
}

} // namespace thresher::ui
