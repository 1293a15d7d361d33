// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/jobrunner.h"
#include "app/probewindow/probeanswers.h"
#include "app/recordwindow/recorderfarewell.h"
#include "capture/machine.h"

#include <QObject>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace thresher::ui {

/// Talks to a recorder for the Record window, off the GUI thread, one question after the other. The
/// recorder stays for the next question, so that nobody is asked for a password twice. Nobody waits
/// for one that is of no use any longer (RecorderFarewell). GUI thread.
class RecorderLink final : public QObject
{
    Q_OBJECT

public:
    enum class Question : std::uint8_t {
        Examine,
        Functions,
        Measure,
        Reset,
        CleanUp,
        CheckProbes,
        MeasureProbes
    };

    /// @param how  of the recorder; nobody is asked for a password by what it says.
    explicit RecorderLink(capture::LaunchOptions how, QObject *parent = nullptr);

    void examine();
    /// The same by pkexec, which asks for a password.
    void unlock();
    /// From now on by ssh on that machine, or here if it is empty; what was asked before has
    /// failed(), but for who examines: it is examined.
    void useHost(const std::string &host);
    void askFunctions();
    void measure(const capture::RecordRequest &request, std::uint32_t durationMs);
    /// Places in programs may be symbols, which are looked up here.
    void checkProbes(const std::vector<capture::ProbeRequest> &probes, ProbeTrial trial);
    /// How often each is hit: measured for `durationMs` or somewhat longer, [50, 2000].
    void measureProbes(const std::vector<capture::ProbeRequest> &probes, std::uint32_t durationMs);
    /// Then the machine is examined again.
    void reset(const std::vector<std::string> &items);
    void cleanUp();

    /// How long a recorder may take to end before it is ended by force.
    void setGrace(std::chrono::milliseconds grace);

    [[nodiscard]] bool isBusy() const { return m_job.isRunning() || !m_waiting.empty(); }

Q_SIGNALS:
    void examined(const thresher::capture::MachineReport &report);
    void functionsTold(const std::vector<std::string> &names);
    void measured(const thresher::capture::Measured &measured);
    void probesChecked(const thresher::ui::ProbeCheckAnswer &answer);
    void probesMeasured(const thresher::ui::ProbeRateAnswer &answer);
    void failed(thresher::ui::RecorderLink::Question question, const thresher::Error &error);
    void busyChanged();

private:
    using Answer = std::variant<std::monostate, capture::MachineReport, std::vector<std::string>,
                                capture::Measured, ProbeCheckAnswer, ProbeRateAnswer>;
    using Work = std::function<Result<Answer>(capture::RecorderProcess &, const std::stop_token &)>;
    struct Task
    {
        Question question;
        Work work;
    };
    /// What jobs share: one runs at a time.
    struct Recorder
    {
        capture::LaunchOptions how;
        std::chrono::milliseconds grace;
        std::unique_ptr<capture::RecorderProcess> process;

        Recorder() = default;
        ~Recorder();
        Recorder(const Recorder &) = delete; // its process goes once
        Recorder &operator=(const Recorder &) = delete;
    };
    [[nodiscard]] std::shared_ptr<Recorder> makeRecorder(capture::LaunchOptions how) const;
    void add(Question question, Work work);
    void next();
    void take(Question question, Result<Answer> answer);

    std::chrono::milliseconds m_grace{RecorderFarewell::kGrace};
    capture::Privilege m_privilege; ///< Until one is unlocked.
    std::shared_ptr<Recorder> m_recorder;
    Question m_asked{}; ///< While the job runs: what is asked.
    std::deque<Task> m_waiting;
    JobRunner m_job;
};

} // namespace thresher::ui
