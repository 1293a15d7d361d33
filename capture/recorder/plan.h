// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/histtrigger.h"
#include "capture/probes/latencyevent.h"
#include "capture/probes/probespec.h"
#include "capture/recorder/offer.h"
#include "capture/recorder/refusal.h"
#include "capture/recordrequest.h"

#include <string>
#include <vector>

namespace thresher::capture {

/// One event that exists, and what is done with it.
struct PlannedEvent
{
    std::string system;
    std::string event;
    bool enable = true; ///< It is recorded; else only its triggers act.
    std::string filter;
    std::string filterPath; ///< Where it stands in the request, for refusals.
    struct Trigger
    {
        std::string text;
        std::string path;
    };
    std::vector<Trigger> triggers;
};

/// A probe that is to be made. Its event is named when it is (nameProbes()).
struct PlannedProbe
{
    ProbeSpec spec;
    std::string line; ///< As the user wrote it.
    std::string path; ///< JSON pointer of that.
    PlannedEvent event;
};

/// A histogram of an event that exists, or that the plan makes.
struct PlannedHistogram
{
    std::string system;
    std::string event;
    HistTrigger trigger;
    std::string line; ///< As the user wrote it; empty: the recorder did.
    std::string path; ///< JSON pointer of that.

    /// Not what serves a latency, and not what the user wants to be paused; nor what has variables,
    /// since the kernel refuses to be told of them twice.
    [[nodiscard]] bool isCountedWhileOn() const
    {
        return !line.empty() && !trigger.isPaused && trigger.variables.empty();
    }
};

/// A latency event that is to be made; its lines are known when the formats of its events are.
struct PlannedLatency
{
    LatencyEvent event;
    std::string path; ///< JSON pointer of its text.
};

/// A request whose every name exists in this kernel: what is left to refuse are the texts that only
/// the kernel understands (filters, triggers), and what other programs change meanwhile.
struct PlannedInstance
{
    InstanceRequest request;
    std::string path; ///< JSON pointer of it.
    std::vector<PlannedEvent> events; ///< By system and name, each once.
    std::vector<PlannedProbe> probes; ///< In the order of the request.
    std::vector<PlannedLatency> latencies;
    std::vector<PlannedHistogram> histograms; ///< In the order in which they are set.
    std::vector<std::string> wholeSystems; ///< Of which all events are enabled, with one write.
    std::uint32_t bufferKb = 0; ///< Chosen, if the request leaves it open.
    std::vector<std::string> missing; ///< Globs of the request that were left out.
};

struct Plan
{
    RecordRequest request;
    std::vector<PlannedInstance> instances;
};

/// Compares a request with what the kernel offers; touches nothing.
/// @param path  JSON pointer of the request.
[[nodiscard]] Checked<Plan> makePlan(const RecordRequest &request, const Offer &offer,
                                     const std::string &path);

/// The same of one probe. @param path  JSON pointer of it.
[[nodiscard]] Checked<PlannedProbe> planProbe(const ProbeRequest &request, const Offer &offer,
                                              const std::string &path);

/// Kilobytes for each CPU where the request leaves it open. 64 MiB is half a second of the most
/// that one CPU can record; less if that were more than an eighth of the memory that is available.
[[nodiscard]] std::uint32_t chooseBufferKb(const Offer &offer, std::size_t instances);

} // namespace thresher::capture
