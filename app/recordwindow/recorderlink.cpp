// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recorderlink.h"

#include "capture/probes/probequestions.h"

#include <utility>

namespace thresher::ui {

namespace {

std::vector<std::string> functionNames(const std::string &text)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at)
            names.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

} // namespace

RecorderLink::RecorderLink(capture::LaunchOptions how, QObject *parent)
    : QObject(parent)
    , m_privilege(how.privilege)
    , m_recorder(makeRecorder(std::move(how)))
{}

RecorderLink::Recorder::~Recorder()
{
    RecorderFarewell::say(std::move(process), grace);
}

std::shared_ptr<RecorderLink::Recorder> RecorderLink::makeRecorder(capture::LaunchOptions how) const
{
    auto recorder = std::make_shared<Recorder>();
    recorder->how = std::move(how);
    recorder->grace = m_grace;
    return recorder;
}

void RecorderLink::setGrace(std::chrono::milliseconds grace)
{
    m_grace = grace;
    m_recorder->grace = grace;
}

void RecorderLink::examine()
{
    add(Question::Examine, [](auto &recorder, const auto &stop) -> Result<Answer> {
        THRESHER_TRY_ASSIGN(auto report, capture::examineMachine(recorder, stop));
        return report;
    });
}

void RecorderLink::unlock()
{
    auto how = m_recorder->how;
    how.privilege = capture::Privilege::Pkexec;
    m_recorder = makeRecorder(std::move(how));
    examine();
}

void RecorderLink::useHost(const std::string &host)
{
    auto how = m_recorder->how;
    how.host = host;
    how.privilege = m_privilege; // what was unlocked was the other machine
    std::vector<Question> unanswered;
    if (m_job.isRunning())
        unanswered.push_back(m_asked);
    for (const Task &task : m_waiting)
        unanswered.push_back(task.question);
    m_job.abandon();
    m_waiting.clear();
    m_recorder = makeRecorder(std::move(how));
    examine();
    // Who asked the other machine waits no longer; all are told of this one.
    for (const Question question : unanswered) {
        if (question != Question::Examine)
            Q_EMIT failed(question, {ErrorKind::InvalidArgument,
                                     "Another machine was chosen before this one answered.",
                                     {}});
    }
}

void RecorderLink::askFunctions()
{
    add(Question::Functions, [](auto &recorder, const auto &stop) -> Result<Answer> {
        THRESHER_TRY_ASSIGN(auto blobs, recorder.askForBlobs(capture::describeMessage(
                                                                 capture::Description::Functions),
                                                             capture::kAnswerPatience, stop));
        return functionNames(blobs[std::string(capture::blob::kFunctions)]);
    });
}

void RecorderLink::measure(const capture::RecordRequest &request, std::uint32_t durationMs)
{
    add(Question::Measure,
        [message = capture::measureMessage(request, durationMs)](
            auto &recorder, const auto &stop) -> Result<Answer> {
            THRESHER_TRY_ASSIGN(auto measured,
                                capture::answerOf<capture::Measured>(recorder, message, stop));
            return measured;
        });
}

void RecorderLink::checkProbes(const std::vector<capture::ProbeRequest> &probes, ProbeTrial trial)
{
    add(Question::CheckProbes,
        [probes, trial, isHere = m_recorder->how.host.empty()](auto &recorder,
                                                               const auto &stop) -> Result<Answer> {
            THRESHER_TRY_ASSIGN(
                auto checked,
                capture::checkProbes(recorder, probes, trial == ProbeTrial::Make, isHere, stop));
            return ProbeCheckAnswer{probes, trial, std::move(checked),
                                    std::chrono::steady_clock::now()};
        });
}

void RecorderLink::measureProbes(const std::vector<capture::ProbeRequest> &probes,
                                 std::uint32_t durationMs)
{
    add(Question::MeasureProbes,
        [probes, durationMs, isHere = m_recorder->how.host.empty()](
            auto &recorder, const auto &stop) -> Result<Answer> {
            THRESHER_TRY_ASSIGN(auto measured,
                                capture::measureProbes(recorder, probes, durationMs, isHere, stop));
            return ProbeRateAnswer{probes, std::move(measured)};
        });
}

void RecorderLink::reset(const std::vector<std::string> &items)
{
    add(Question::Reset,
        [message = capture::resetMessage(items)](auto &recorder,
                                                 const auto &stop) -> Result<Answer> {
            THRESHER_TRY(capture::answerOf<capture::Done>(recorder, message, stop));
            return Answer();
        });
    examine();
}

void RecorderLink::cleanUp()
{
    const auto recorder = m_recorder;
    add(Question::CleanUp, [recorder](auto &process, const auto &stop) -> Result<Answer> {
        THRESHER_TRY(
            capture::answerOf<capture::Done>(process, capture::plainMessage("clean_up"), stop));
        recorder->process.reset(); // the next one's hello tells what is left
        return Answer();
    });
    examine();
}

void RecorderLink::add(Question question, Work work)
{
    m_waiting.push_back({question, std::move(work)});
    if (!m_job.isRunning())
        next();
    Q_EMIT busyChanged();
}

void RecorderLink::next()
{
    if (m_waiting.empty())
        return;
    Task task = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_asked = task.question;
    m_job.start(
        [recorder = m_recorder, work = std::move(task.work)](const std::stop_token &stop,
                                                             Progress &) -> Result<Answer> {
            if (!recorder->process) {
                THRESHER_TRY_ASSIGN(recorder->process, capture::launchUnasked(recorder->how, stop));
            }
            auto answer = work(*recorder->process, stop);
            // A refusal is an answer; after anything else nobody knows what comes next.
            if (!answer && answer.error().kind != ErrorKind::InvalidArgument)
                RecorderFarewell::say(std::move(recorder->process), recorder->grace);
            return answer;
        },
        [this, question = task.question](Result<Answer> answer) {
            take(question, std::move(answer));
        });
}

void RecorderLink::take(Question question, Result<Answer> answer)
{
    next();
    if (!answer) {
        if (answer.error().kind != ErrorKind::Cancelled)
            Q_EMIT failed(question, answer.error());
    } else if (const auto *report = std::get_if<capture::MachineReport>(&*answer)) {
        Q_EMIT examined(*report);
    } else if (const auto *names = std::get_if<std::vector<std::string>>(&*answer)) {
        Q_EMIT functionsTold(*names);
    } else if (const auto *measure = std::get_if<capture::Measured>(&*answer)) {
        Q_EMIT measured(*measure);
    } else if (const auto *checked = std::get_if<ProbeCheckAnswer>(&*answer)) {
        Q_EMIT probesChecked(*checked);
    } else if (const auto *rates = std::get_if<ProbeRateAnswer>(&*answer)) {
        Q_EMIT probesMeasured(*rates);
    }
    Q_EMIT busyChanged();
}

} // namespace thresher::ui
