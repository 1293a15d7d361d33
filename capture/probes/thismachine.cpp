// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/kernelconfig.h"
#include "capture/probes/probeset.h"

#include <sys/utsname.h>

namespace thresher::capture {

ProbeTarget thisMachine()
{
    utsname names{};
    ::uname(&names);
    ProbeTarget target;
    target.machine = names.machine;
    const auto config = readKernelConfig(kernelConfigFiles());
    target.isKnown = !config.empty();
    for (const auto &[feature, option] : {std::pair("kprobes", "CONFIG_KPROBE_EVENTS"),
                                          std::pair("uprobes", "CONFIG_UPROBE_EVENTS"),
                                          std::pair("fprobes", "CONFIG_FPROBE_EVENTS"),
                                          std::pair("btf", "CONFIG_PROBE_EVENTS_BTF_ARGS")})
        if (config.contains(option))
            target.features.insert(feature);
    if (hasEventProbes(config, names.release))
        target.features.insert("eprobes");
    return target;
}

} // namespace thresher::capture
