// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/kernelconfig.h"

#include <sys/utsname.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

namespace thresher::capture {

std::vector<std::string> kernelConfigFiles()
{
    utsname names{};
    ::uname(&names);
    const std::string release(names.release);
    return {"/proc/config.gz", "/boot/config-" + release, "/lib/modules/" + release + "/config"};
}

std::map<std::string, std::string> readKernelConfig(const std::vector<std::string> &files)
{
    std::map<std::string, std::string> config;
    for (const std::string &file : files) {
        // Reads what is not compressed as it is.
        const std::unique_ptr<gzFile_s, int (*)(gzFile)> gz(::gzopen(file.c_str(), "re"),
                                                            ::gzclose);
        if (gz == nullptr)
            continue;
        std::array<char, 4096> buffer{};
        while (::gzgets(gz.get(), buffer.data(), static_cast<int>(buffer.size())) != nullptr) {
            std::string_view line(buffer.data());
            const auto equals = line.find('=');
            if (!line.starts_with("CONFIG_") || equals == std::string_view::npos)
                continue;
            if (line.back() == '\n')
                line.remove_suffix(1);
            config.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
        if (!config.empty())
            break;
    }
    return config;
}

bool hasEventProbes(const std::map<std::string, std::string> &config, const std::string &release)
{
    int major = 0;
    int minor = 0;
    if (std::sscanf(release.c_str(), "%d.%d", &major, &minor) != 2)
        return false;
    const std::pair version(major, minor);
    // Linux 6.17 gave them a switch of their own; before they came with all dynamic events.
    if (version >= std::pair(6, 17))
        return config.contains("CONFIG_EPROBE_EVENTS");
    return version >= std::pair(5, 15) && config.contains("CONFIG_DYNAMIC_EVENTS");
}

} // namespace thresher::capture
