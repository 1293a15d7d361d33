// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordrequest.h"
#include "model/base/result.h"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// Sets of probes as files, for who asks for a recording; README.md has their format. The recorder
/// knows nothing of them.
namespace thresher::capture {

/// Something that whoever uses the set fills in: ${NAME} in its lines.
struct ProbeParameter
{
    std::string name;
    std::string text; ///< What it is; a sentence.
    std::string value; ///< Where none is given; empty: one must be.
    friend bool operator==(const ProbeParameter &, const ProbeParameter &) = default;
};

/// One way to do what the set does, on kernels and machines that have what it needs.
struct ProbeAlternative
{
    std::string machine; ///< As of uname(2): "x86_64"; empty: any.
    std::vector<std::string> needs; ///< Features of the kernel: "kprobes", "eprobes", …
    std::vector<ProbeRequest> probes;
    friend bool operator==(const ProbeAlternative &, const ProbeAlternative &) = default;
};

struct ProbeSet
{
    std::string name; ///< The file's, without its end.
    std::string title;
    std::string help; ///< What it tells and what it costs.
    std::vector<ProbeParameter> parameters;
    std::vector<ProbeAlternative> alternatives; ///< The first that works is the one.
    friend bool operator==(const ProbeSet &, const ProbeSet &) = default;
};

/// What a kernel is known to do with probes, and the machine.
struct ProbeTarget
{
    std::string machine;
    std::set<std::string, std::less<>> features; ///< Those of kprobes, uprobes, fprobes, eprobes.
    bool isKnown = false; ///< Else `features` says nothing.
};
/// This machine, as its kernel's configuration tells, which anybody may read on most.
[[nodiscard]] ProbeTarget thisMachine();

/// Damaged where it is no set, or one of its lines no probe.
[[nodiscard]] Result<ProbeSet> parseProbeSet(std::string_view json, std::string name);
[[nodiscard]] Result<ProbeSet> readProbeSet(const std::filesystem::path &file);
[[nodiscard]] std::string printProbeSet(const ProbeSet &set);
/// A set of these probes and nothing else, with what they need: features of their kinds, and this
/// machine where they name registers. It has neither title nor help.
[[nodiscard]] ProbeSet setOfProbes(std::string name, const std::vector<ProbeRequest> &probes);

/// The user's own sets, then those that come with the program. The first of a name counts.
[[nodiscard]] std::vector<std::filesystem::path> probeSetFolders();
/// All sets in those folders by name; a damaged file as an error.
[[nodiscard]] std::map<std::string, Result<ProbeSet>> findProbeSets();

/// The first alternative for `target`; null if there is none. A feature that is not known is there.
[[nodiscard]] const ProbeAlternative *chooseAlternative(const ProbeSet &set,
                                                        const ProbeTarget &target);
/// Its lines with ${NAME} filled in. InvalidArgument for a parameter without a value, or one that
/// the set has not.
[[nodiscard]] Result<std::vector<ProbeRequest>>
fillIn(const ProbeSet &set, const ProbeAlternative &alternative,
       const std::map<std::string, std::string> &values);

/// The line with the file offset in the place of a program's symbol ("/bin/bash:readline+4"), and
/// with an event's name of that symbol; any other line as it is. Fails where a place in a program
/// is known to be none that a probe can stand at: outside of the function, or within an
/// instruction. Reads the program's symbols: may take a second for large ones.
[[nodiscard]] Result<std::string> placeProbe(const std::string &line, const std::stop_token &stop);

} // namespace thresher::capture
