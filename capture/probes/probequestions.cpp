// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probequestions.h"

#include "capture/machine.h"
#include "capture/probes/placeinword.h"
#include "capture/probes/probeset.h"
#include "capture/probes/probespec.h"

#include <algorithm>

namespace thresher::capture {

namespace {

using std::chrono::milliseconds;

CheckedProbe wrong(const ProbeError &error)
{
    CheckedProbe probe;
    probe.text = error.text + (error.help.empty() ? "" : " " + error.help);
    probe.caret = error.at.begin;
    return probe;
}

/// What can be sent of a list, and what is known already of the rest.
struct Sendable
{
    std::vector<ProbeRequest> probes;
    std::vector<std::size_t> index; ///< Of each in the list.
    std::vector<CheckedProbe> known; ///< Of all; of those that are sent it says nothing.
};

Result<Sendable> prepare(const std::vector<ProbeRequest> &probes, bool isHere,
                         const std::stop_token &stop)
{
    Sendable sendable;
    sendable.known.resize(probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const auto spec = parseProbe(probes[i].line);
        if (!spec) {
            sendable.known[i] = wrong(spec.error());
            continue;
        }
        if (spec->isUnresolved() && !isHere) {
            sendable.known[i] = wrong({spec->targetAt,
                                       "Of a program on another machine the place must be an "
                                       "offset in its file, not the symbol "
                                           + spec->symbol + ".",
                                       {}});
            continue;
        }
        // Another machine's files are not those that are here.
        auto line = isHere ? placeProbe(probes[i].line, stop) : Result<std::string>(probes[i].line);
        if (!line && line.error().kind == ErrorKind::Cancelled)
            return tl::unexpected<Error>(std::move(line).error());
        if (!line) {
            sendable.known[i] = wrong({spec->targetAt, line.error().text(), {}});
            continue;
        }
        sendable.probes.push_back(probes[i]);
        sendable.probes.back().line = std::move(*line);
        sendable.index.push_back(i);
    }
    return sendable;
}

} // namespace

Result<CheckedProbes> checkProbes(RecorderProcess &recorder,
                                  const std::vector<ProbeRequest> &probes, bool make, bool isHere,
                                  const std::stop_token &stop)
{
    THRESHER_TRY_ASSIGN(Sendable sendable, prepare(probes, isHere, stop));
    CheckedProbes checked;
    if (!sendable.probes.empty()) {
        THRESHER_TRY_ASSIGN(
            checked,
            answerOf<CheckedProbes>(recorder, checkProbesMessage(sendable.probes, make), stop));
    }
    if (checked.probes.size() != sendable.probes.size())
        return fail(ErrorKind::Damaged, "The recorder gave an answer to something else.");
    for (std::size_t i = 0; i < sendable.probes.size(); ++i) {
        const std::string &sent = sendable.probes[i].line;
        const std::string &written = probes[sendable.index[i]].line;
        CheckedProbe &probe = sendable.known[sendable.index[i]];
        probe = std::move(checked.probes[i]);
        if (probe.part == "line" && sent != written)
            probe.caret = placeInWord(sent, static_cast<int>(probe.caret), written);
    }
    checked.probes = std::move(sendable.known);
    return checked;
}

Result<MeasuredProbes> measureProbes(RecorderProcess &recorder,
                                     const std::vector<ProbeRequest> &probes,
                                     std::uint32_t durationMs, bool isHere,
                                     const std::stop_token &stop)
{
    THRESHER_TRY_ASSIGN(const Sendable sendable, prepare(probes, isHere, stop));
    MeasuredProbes measured;
    if (!sendable.probes.empty()) {
        const auto patience = kAnswerPatience
                              + milliseconds(durationMs) * (2 * sendable.probes.size() + 1);
        THRESHER_TRY_ASSIGN(
            measured,
            answerOf<MeasuredProbes>(recorder, measureProbesMessage(sendable.probes, durationMs),
                                     stop, patience));
    }
    if (measured.probes.size() != sendable.probes.size())
        return fail(ErrorKind::Damaged, "The recorder gave an answer to something else.");
    std::vector<ProbeRate> all(probes.size());
    for (std::size_t i = 0; i < sendable.probes.size(); ++i)
        all[sendable.index[i]] = measured.probes[i];
    measured.probes = std::move(all);
    return measured;
}

Result<void> placeProbes(RecordRequest &request, const std::stop_token &stop)
{
    for (InstanceRequest &instance : request.instances)
        for (ProbeRequest &probe : instance.probes) {
            THRESHER_TRY_ASSIGN(probe.line, placeProbe(probe.line, stop));
        }
    return {};
}

} // namespace thresher::capture
