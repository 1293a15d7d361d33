// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <map>
#include <string>
#include <vector>

namespace thresher::capture {

/// The configuration that a kernel was built with: {"CONFIG_KPROBES": "y"}; what is not set is not
/// in it. From the first of `files` that can be read, compressed (gzip) or not; empty if none can.
[[nodiscard]] std::map<std::string, std::string>
readKernelConfig(const std::vector<std::string> &files);

/// Whether that kernel makes event probes, which its README says in any case.
/// @param config  of it, not empty.
/// @param release  of it: "6.1.0-30-amd64".
[[nodiscard]] bool hasEventProbes(const std::map<std::string, std::string> &config,
                                  const std::string &release);

/// Where the configuration of the running kernel may be.
[[nodiscard]] std::vector<std::string> kernelConfigFiles();

} // namespace thresher::capture
