// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/offer.h"
#include "capture/recorder/strictjson.h"
#include "capture/recorder/tracefs.h"
#include "model/base/result.h"

#include <map>
#include <string>
#include <vector>

namespace thresher::capture {

/// What capabilities need to know besides tracefs.
struct Machine
{
    std::string tracefsPath; ///< Empty if it is not mounted.
    bool isRoot = false;
    std::map<std::string, std::string> config; ///< See readKernelConfig().
    std::string lockdown; ///< See readLockdown().
    std::string kallsyms = "/proc/kallsyms";
    std::string kprobeBlacklist = "/sys/kernel/debug/kprobes/blacklist";
};

/// "none", "integrity", "confidentiality", or nothing where the kernel has no such thing.
[[nodiscard]] std::string readLockdown();

/// The message `capabilities`; capture/README.md tells its keys.
/// @param tracefs  null if it cannot be reached.
[[nodiscard]] Json describeCapabilities(const Tracefs *tracefs, const Machine &machine);

/// Something that is switched on in the machine's tracing, of others or left over.
struct EnabledItem
{
    std::string id; ///< "tracer", "events:sched", "instance:foo", …
    std::string text; ///< A sentence.
};
[[nodiscard]] std::vector<EnabledItem> findEnabled(const Tracefs &tracefs);

/// Turns such an item off. Fails for an id that findEnabled() does not tell now.
[[nodiscard]] Result<void> resetItem(Tracefs &tracefs, const std::string &id);

} // namespace thresher::capture
