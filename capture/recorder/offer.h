// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/tracefs.h"
#include "model/base/types.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace thresher::capture {

/// What this kernel can record, read once from tracefs. What is asked for is compared with this.
struct Offer
{
    std::map<std::string, std::vector<std::string>> events; ///< By system; sorted.
    std::set<std::string> tracers;
    std::set<std::string> clocks;
    std::map<std::string, bool> options; ///< As they are in the top buffer.
    std::vector<CpuId> cpus; ///< Those with a buffer, ascending.
    std::vector<std::string> instances; ///< That exist.
    bool hasSnapshot = false;
    bool hasEventPid = false;
    bool hasFunctionPid = false;
    bool hasFunctionFilter = false;
    bool hasGraphFilter = false;
    bool hasGraphDepth = false;
    bool hasThreshold = false;
    bool hasSubBufferSize = false;
    bool hasSavedCmdlinesSize = false;
    bool hasDynamicEvents = false;
    bool hasHistograms = false;
    bool hasSyntheticEvents = false;
    std::uint64_t memoryAvailableKb = 0;
};

[[nodiscard]] Offer readOffer(const Tracefs &tracefs);

/// MemAvailable of the machine.
[[nodiscard]] std::uint64_t memoryAvailableKb();

/// The CPUs with a buffer in `folder` ("" for the top buffer, else "instances/NAME/"), ascending.
[[nodiscard]] std::vector<CpuId> bufferCpus(const Tracefs &tracefs, const std::string &folder);

/// Words of a choice such as "[local] global": all without brackets, or only the one within.
[[nodiscard]] std::vector<std::string> choices(const Tracefs &tracefs, const std::string &path);
[[nodiscard]] std::string chosen(const Tracefs &tracefs, const std::string &path);

} // namespace thresher::capture
