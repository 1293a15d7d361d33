// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probecheck.h"
#include "capture/probes/probespec.h"
#include "capture/recorder/journal.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/refusal.h"
#include "capture/recorder/tracefs.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace thresher::capture {

/// A parser's or the validation's refusal, as the protocol tells it.
/// @param path  of the line within the request.
[[nodiscard]] Refusal asRefusal(const ProbeError &error, std::string path);

/// The group that a probe's line puts it into: its own, or the kernel's choice.
[[nodiscard]] std::string writtenGroup(const ProbeSpec &spec);

/// The group of the probes of the recorder that has this journal: nobody else's.
[[nodiscard]] std::string probeGroup(const Journal &journal);

/// Gives each probe `group` and a name that no other of them has; event probes on one of them
/// follow it there. Synthetic events keep their group, there being one only.
void nameProbes(std::vector<PlannedProbe *> probes, const std::string &group);

/// "GROUP/EVENT"
[[nodiscard]] std::string eventName(const ProbeSpec &spec);
/// The line of "GROUP/EVENT" in the kernel's list; empty if it is not there.
[[nodiscard]] std::string listedProbe(const Tracefs &tracefs, const std::string &name);

/// See checkProbe(): nothing is touched. @pre they are named.
/// @returns one for each.
[[nodiscard]] std::vector<Checked<void>> checkEach(const std::vector<PlannedProbe *> &probes,
                                                   const ProbeKernel &kernel);
/// The first that is wrong.
[[nodiscard]] Checked<void> checkProbes(const std::vector<PlannedProbe *> &probes,
                                        const ProbeKernel &kernel);

/// Makes a probe, noting it first.
/// @param line  as the user wrote it, at which a refusal points.
[[nodiscard]] Checked<void> createProbe(Tracefs &tracefs, Journal &journal, const ProbeSpec &spec,
                                        const std::string &line, const std::string &path);
/// Removes "GROUP/EVENT". One that is in use is disabled, in every instance, and waited for up to a
/// second. It being gone already is no error.
[[nodiscard]] Result<void> removeProbe(Tracefs &tracefs, const std::string &name);

struct HitCount
{
    std::uint64_t hits = 0;
    std::optional<std::uint64_t> misses; ///< Not counted for programs.
};
/// What the kernel has counted of a probe, whoever enabled it; nothing for kinds that it does not
/// count.
[[nodiscard]] std::optional<HitCount> readHits(const Tracefs &tracefs, const ProbeSpec &spec);

} // namespace thresher::capture
