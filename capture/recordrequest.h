// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What is to be recorded: what the client asks for and the recorder checks. In JSON each field has
/// its name in snake case (bufferKb: "buffer_kb"), enumerators are "stream", "ring", "used", "all";
/// what is left out there has the value that stands here.
namespace thresher::capture {

/// Events that match a glob, and what is done with them.
struct EventRequest
{
    std::string match; ///< "sched:*", "sched_switch", "*:*"; ! does not stand here, see exclude.
    std::string filter; ///< The kernel's language; each event that matches must know its fields.
    std::vector<std::string> triggers; ///< "stacktrace:5 if prev_prio < 100", "traceoff", …
    /// They are not recorded, only their triggers act.
    bool triggersOnly = false;
    friend bool operator==(const EventRequest &, const EventRequest &) = default;
};

/// A dynamic event that is made for the recording, and what is done with it.
struct ProbeRequest
{
    /// As in tracefs (probes/probespec.h). Its group becomes the recorder's own; a name is made up
    /// where there is none.
    std::string line;
    std::string filter; ///< As of EventRequest.
    std::vector<std::string> triggers;
    bool triggersOnly = false;
    friend bool operator==(const ProbeRequest &, const ProbeRequest &) = default;
};

/// A histogram that the kernel counts, and what it does at a match.
struct HistogramRequest
{
    /// "SYSTEM:EVENT"; of an event that the request makes as it is called there: "kprobes:NAME",
    /// "synthetic:NAME".
    std::string event;
    std::string trigger; ///< "hist:keys=…" (probes/histtrigger.h).
    friend bool operator==(const HistogramRequest &, const HistogramRequest &) = default;
};

enum class BufferMode : std::uint8_t {
    Stream, ///< Pages are read all the time.
    Ring, ///< The newest overwrite the oldest; nothing is read before the end or a trigger.
};

/// One buffer of its own.
struct InstanceRequest
{
    /// Of the tracefs instance and in the trace: must be free. Empty: the recorder's own choice
    /// (thresher-PID-N), which says nothing to a reader.
    std::string name;
    std::vector<EventRequest> events;
    std::vector<std::string> exclude; ///< Globs as in EventRequest::match: not these.
    std::vector<ProbeRequest> probes;
    /// Events that last from one event to another (probes/latencyevent.h). The recorder makes them,
    /// under another name where theirs is taken, and they are recorded.
    std::vector<std::string> latencies;
    /// In this order: one that uses a variable stands behind that which has it.
    std::vector<HistogramRequest> histograms;
    std::string tracer; ///< Empty: none ("nop").
    std::vector<std::string> functions; ///< Globs; "*:mod:ext4"; "do_fault:traceoff:3".
    std::vector<std::string> noFunctions;
    std::vector<std::string> graphFunctions;
    std::vector<std::string> noGraphFunctions;
    std::uint32_t graphDepth = 0; ///< 0: any. [0, 50]
    std::optional<std::uint32_t> thresholdUs; ///< tracing_thresh, of latency tracers.
    std::map<std::string, bool> options; ///< Trace options by name: {"irq-info": false}.
    bool kernelStacks = false; ///< The options stacktrace and userstacktrace.
    bool userStacks = false;
    std::string clock = "mono";
    std::uint32_t bufferKb = 0; ///< Per CPU. 0: "auto", the recorder chooses and says what.
    std::uint32_t subBufferKb = 0; ///< 0: the kernel's (a page).
    std::vector<CpuId> cpus; ///< Traced ones. Empty: all.
    std::vector<Pid> pids; ///< Only these. Empty: all.
    bool command = false; ///< Also the pid that `start` tells.
    bool children = true; ///< And whatever those start.
    BufferMode mode = BufferMode::Stream;
    /// Ring mode with bufferKb == 0: grow until this much time fits. 0: no such wish.
    std::uint32_t ringSeconds = 0;
    friend bool operator==(const InstanceRequest &, const InstanceRequest &) = default;
};

enum class FormatsRequest : std::uint8_t { Used, All };

inline constexpr std::size_t kMostInstances = 32; ///< Of a recording.

struct RecordRequest
{
    std::vector<InstanceRequest> instances; ///< [1, kMostInstances]
    std::uint64_t durationMs = 0; ///< 0: until `stop`.
    bool stopOnTrigger = false; ///< End when a trigger turned tracing off in an instance.
    /// What no event of this kernel matches is left out with a warning, else refused. An instance
    /// that nothing is left of is refused all the same.
    bool skipMissing = false;
    FormatsRequest formats = FormatsRequest::Used;
    bool kallsyms = true;
    std::uint32_t savedCmdlines = 0; ///< Size of the kernel's list of names meanwhile; 0: as it is.
    std::uint32_t progressMs = 250; ///< [50, 10000]
    /// Hits a second from which on a warning is given of a probe; all are measured for a moment
    /// before. 0: none is measured.
    std::uint32_t probeRateLimit = 100'000;
    friend bool operator==(const RecordRequest &, const RecordRequest &) = default;
};

} // namespace thresher::capture
