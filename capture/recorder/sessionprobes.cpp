// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probekernel.h"
#include "capture/recorder/probes.h"
#include "capture/recorder/probetrial.h"
#include "capture/recorder/request.h"
#include "capture/recorder/session.h"

/// Messages about probes that are made to see whether they work.
namespace thresher::capture {

namespace {

using std::chrono::milliseconds;
constexpr std::string_view kProbesPath = "/probes";

/// What is wrong with one of a list of probes, and with which part of it.
Json describeProbe(const Refusal &refusal)
{
    Json json = describe(refusal);
    json["ok"] = false;
    // "/probes/3/triggers/0"
    const auto part = refusal.path.find('/', kProbesPath.size() + 1);
    json["part"] = part == std::string::npos ? "line" : refusal.path.substr(part + 1);
    return json;
}

/// The list of a message: each planned, or why it cannot be.
std::vector<Checked<PlannedProbe>> takeProbes(StrictObject &message, const Offer &offer)
{
    std::vector<Checked<PlannedProbe>> probes;
    for (const ProbeRequest &request : parseProbeRequests(message, "probes"))
        probes.push_back(planProbe(request, offer,
                                   std::string(kProbesPath) + "/" + std::to_string(probes.size())));
    return probes;
}

std::vector<PlannedProbe *> planned(std::vector<Checked<PlannedProbe>> &probes)
{
    std::vector<PlannedProbe *> found;
    for (Checked<PlannedProbe> &probe : probes)
        if (probe)
            found.push_back(&*probe);
    return found;
}

// The journal is gone when these return, before anybody hears the answer.

Checked<Json> answerChecked(const Session::Setup &setup, std::vector<Checked<PlannedProbe>> &wanted,
                            bool make)
{
    auto journal = Journal::create(setup.journalFolder);
    if (!journal)
        return refuse("", journal.error().text());
    const auto probes = planned(wanted);
    nameProbes(probes, probeGroup(*journal));
    const auto checked = checkEach(probes, MachineProbeKernel(*setup.tracefs, setup.machine));
    ProbeTrials trials;
    if (make)
        trials = tryProbes(*setup.tracefs, *journal, probes, checked);
    Json answer{{"type", "checked_probes"}, {"probes", Json::array()}, {"left", Json::array()}};
    std::size_t next = 0; // of those that were planned
    for (const auto &each : wanted) {
        if (!each)
            answer["probes"].push_back(describeProbe(each.error()));
        else if (const std::size_t i = next++; !checked[i])
            answer["probes"].push_back(describeProbe(checked[i].error()));
        else if (!make)
            answer["probes"].push_back({{"ok", true}});
        else if (!trials.lines[i])
            answer["probes"].push_back(describeProbe(trials.lines[i].error()));
        else
            answer["probes"].push_back({{"ok", true}, {"line", *trials.lines[i]}});
    }
    if (make)
        answer["set_ns"] = trials.set.count();
    for (const Error &error : trials.left)
        answer["left"].push_back(error.text());
    return answer;
}

Checked<Json> answerMeasured(const Session::Setup &setup,
                             std::vector<Checked<PlannedProbe>> &wanted, milliseconds duration)
{
    auto journal = Journal::create(setup.journalFolder);
    if (!journal)
        return refuse("", journal.error().text());
    const auto probes = planned(wanted);
    nameProbes(probes, probeGroup(*journal));
    const auto rates = measureProbes(*setup.tracefs, *journal, {probes.begin(), probes.end()},
                                     duration, RateOf::CallsAndRecorded);
    Json answer{{"type", "measured_probes"}, {"probes", Json::array()}, {"left", Json::array()}};
    std::size_t next = 0;
    for (const auto &each : wanted) {
        Json &json = answer["probes"].emplace_back(Json::object());
        const TrialRate rate = each ? rates[next++] : TrialRate();
        if (rate.calls)
            json["calls_per_second"] = *rate.calls;
        if (rate.recorded)
            json["recorded_per_second"] = *rate.recorded;
    }
    for (const Error &error : journal->undo(*setup.tracefs))
        answer["left"].push_back(error.text());
    return answer;
}

} // namespace

Checked<void> Session::checkProbes(StrictObject &message)
{
    bool make = true;
    message.take("make", make);
    auto wanted = takeProbes(message, readOffer(*m_setup.tracefs));
    THRESHER_CHECK(message.finish());
    THRESHER_CHECK(checkIdle());
    auto answer = answerChecked(m_setup, wanted, make);
    THRESHER_CHECK(answer);
    send(*answer);
    return {};
}

Checked<void> Session::measureProbes(StrictObject &message)
{
    constexpr std::size_t kMostAtOnce = 64; // it cannot be stopped meanwhile
    std::uint64_t durationMs = 200;
    message.take("duration_ms", durationMs, 50, 2000);
    auto wanted = takeProbes(message, readOffer(*m_setup.tracefs));
    if (wanted.size() > kMostAtOnce)
        message.reject("probes", "These are too many to be measured at once.");
    THRESHER_CHECK(message.finish());
    THRESHER_CHECK(checkIdle());
    auto answer = answerMeasured(m_setup, wanted, milliseconds(durationMs));
    THRESHER_CHECK(answer);
    send(*answer);
    return {};
}

} // namespace thresher::capture
