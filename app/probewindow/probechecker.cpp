// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probechecker.h"

#include "app/probewindow/probelinespane.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kTypingMs = 350; ///< Without a key: then it is compared.
constexpr std::uint32_t kMeasureMs = 200;

} // namespace

ProbeChecker::ProbeChecker(ProbeLinesPane &lines, RecorderLink &recorder, QObject *parent)
    : QObject(parent)
    , m_lines(lines)
    , m_recorder(recorder)
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, [this] {
        if (m_access == Access::Root && m_lines.problem().isEmpty() && !m_wanted)
            want(Ask::Compare);
    });
    connect(&lines, &ProbeLinesPane::probesChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&lines, &ProbeLinesPane::measureRequested, this, &ProbeChecker::measure);
    connect(&recorder, &RecorderLink::examined, this, &ProbeChecker::onExamined);
    connect(&recorder, &RecorderLink::failed, this, &ProbeChecker::onFailed);
    connect(&recorder, &RecorderLink::probesChecked, this, [this](const ProbeCheckAnswer &answer) {
        onAnswer();
        m_lines.setChecked(answer);
        if (answer.trial == ProbeTrial::Make)
            Q_EMIT checked();
    });
    connect(&recorder, &RecorderLink::probesMeasured, this, [this](const ProbeRateAnswer &answer) {
        onAnswer();
        m_lines.setRates(answer);
        Q_EMIT measured();
    });
}

void ProbeChecker::check()
{
    want(Ask::Make);
}

void ProbeChecker::measure()
{
    want(Ask::Rates);
}

void ProbeChecker::unlock()
{
    m_access = Access::Unknown;
    m_recorder.unlock();
    Q_EMIT stateChanged();
}

void ProbeChecker::want(Ask ask)
{
    if (m_access == Access::Impossible) {
        Q_EMIT failed(m_whyNot);
        return;
    }
    // Nobody is asked for a password because of a comparison.
    m_wanted = ask;
    if (m_access == Access::NeedsPassword && ask != Ask::Compare)
        unlock();
    else if (m_access == Access::Root && !m_asked)
        this->ask(*std::exchange(m_wanted, std::nullopt));
}

void ProbeChecker::ask(Ask ask)
{
    m_asked = ask;
    if (ask == Ask::Make)
        m_typing.stop();
    const auto probes = m_lines.probes();
    if (ask == Ask::Rates)
        m_recorder.measureProbes(probes, kMeasureMs);
    else
        m_recorder.checkProbes(probes, ask == Ask::Make ? ProbeTrial::Make : ProbeTrial::Compare);
    m_lines.setBusy(ask == Ask::Make, ask == Ask::Rates);
    Q_EMIT stateChanged();
}

void ProbeChecker::onAnswer()
{
    m_asked.reset();
    m_lines.setBusy(false, false);
    m_lines.setWhyNot(m_whyNot); // an error of before is of the past
    if (m_wanted)
        ask(*std::exchange(m_wanted, std::nullopt));
    Q_EMIT stateChanged();
}

void ProbeChecker::onExamined(const capture::MachineReport &report)
{
    m_lines.setMachine(report);
    const auto &can = report.capabilities;
    const auto obstacles = capture::obstaclesOf(can);
    m_whyNot.clear();
    if (!can.root) {
        m_access = Access::NeedsPassword;
        m_whyNot = tr("Checking needs root, as recording does: Check asks for a password.");
    } else if (!can.tracefsMounted && !obstacles.empty()) {
        m_access = Access::Impossible;
        m_whyNot = QString::fromStdString(obstacles.front());
    } else {
        m_access = Access::Root;
    }
    m_lines.setWhyNot(m_whyNot);
    if (m_access != Access::Root && m_wanted) {
        m_wanted.reset(); // the password was not given
        Q_EMIT failed(m_whyNot);
    } else if (m_access == Access::Root && m_wanted && !m_asked) {
        ask(*std::exchange(m_wanted, std::nullopt));
    } else if (m_access == Access::Root) {
        m_typing.start();
    }
    Q_EMIT stateChanged();
}

void ProbeChecker::onFailed(Question question, const Error &error)
{
    const QString why = QString::fromStdString(error.text());
    const bool isOurs = question == Question::CheckProbes || question == Question::MeasureProbes;
    if (question != Question::Examine && !isOurs)
        return;
    if (isOurs)
        m_asked.reset();
    m_lines.setBusy(false, false);
    m_lines.setWhyNot(why);
    // It may be that no password was given: another try asks again.
    if (question == Question::Examine) {
        m_access = Access::NeedsPassword;
        m_whyNot = why;
    }
    m_wanted.reset();
    Q_EMIT failed(why);
    Q_EMIT stateChanged();
}

} // namespace thresher::ui
