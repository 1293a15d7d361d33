// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"

#include <sys/utsname.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <memory>

namespace thresher::capture {

namespace {

/// The kernel's configuration; gzip's functions read plain files, too.
std::string readConfig(const std::string &release)
{
    for (const std::string &place : {std::string("/proc/config.gz"), "/boot/config-" + release,
                                     "/lib/modules/" + release + "/config"}) {
        const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(::gzopen(place.c_str(), "rb"),
                                                              ::gzclose);
        std::string text;
        std::array<char, 1U << 14U> buffer{};
        for (int n = 0; file && text.size() < (4U << 20U)
                        && (n = ::gzread(file.get(), buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(n));
        if (!text.empty())
            return "\n" + text;
    }
    return {};
}

} // namespace

ProbeTarget thisMachine()
{
    utsname names{};
    ::uname(&names);
    ProbeTarget target;
    target.machine = names.machine;
    const std::string config = readConfig(names.release);
    const auto has = [&](const char *option) {
        return config.find("\n" + std::string(option) + "=y") != std::string::npos;
    };
    target.isKnown = has("CONFIG_TRACING");
    if (has("CONFIG_KPROBE_EVENTS"))
        target.features.insert("kprobes");
    if (has("CONFIG_UPROBE_EVENTS"))
        target.features.insert("uprobes");
    if (has("CONFIG_FPROBE_EVENTS"))
        target.features.insert("fprobes");
    if (has("CONFIG_PROBE_EVENTS_BTF_ARGS"))
        target.features.insert("btf");
    // Before it had a switch of its own it was there with all others, from Linux 5.15 on.
    const bool hasSwitch = config.find("CONFIG_EPROBE_EVENTS") != std::string::npos;
    int major = 0;
    int minor = 0;
    const bool isNew = std::sscanf(names.release, "%d.%d", &major, &minor) == 2
                       && (major > 5 || (major == 5 && minor >= 15));
    if (hasSwitch ? has("CONFIG_EPROBE_EVENTS") : isNew && has("CONFIG_PROBE_EVENTS"))
        target.features.insert("eprobes");
    return target;
}

} // namespace thresher::capture
