// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordrequest.h"
#include "model/base/result.h"
#include "model/base/types.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What the recorder says, and what is said to it, as values; capture/README.md has their JSON.
namespace thresher::capture {

/// What a recorder that died left switched on.
struct Leftover
{
    std::string id;
    std::vector<std::string> items; ///< Sentences.
};

struct Hello
{
    int protocol = 0;
    std::string version;
    Pid pid = 0;
    bool files = false; ///< Descriptors arrive there.
    std::vector<Leftover> leftovers;
};

struct ReadyInstance
{
    std::string name;
    std::uint32_t bufferKb = 0; ///< Per CPU.
    bool bufferChosen = false; ///< By the recorder.
    std::uint32_t subBufferBytes = 4096;
    std::string clock;
    std::vector<CpuId> cpus;
    std::uint64_t events = 0; ///< Kinds that are recorded.
    bool top = false; ///< It is the kernel's own top buffer.
    BufferMode mode = BufferMode::Stream;
};

struct Ready
{
    std::vector<ReadyInstance> instances;
};

struct Started
{
    TimeNs time = 0; ///< CLOCK_MONOTONIC.
};

struct CpuProgress
{
    CpuId cpu = 0;
    std::uint64_t entries = 0; ///< Recorded so far, read or not.
    std::uint64_t overrun = 0; ///< Events that newer ones overwrote: lost, but in ring mode.
    std::uint64_t dropped = 0;
    std::uint64_t bytesRead = 0;
    double fill = 0; ///< [0, 1], of the buffer.
    double eventsPerSecond = 0;
    /// From the oldest event in the buffer until now; 0 if that is not known, as with a clock that
    /// counts no seconds.
    double secondsKept = 0;
};

struct InstanceProgress
{
    bool on = true;
    std::vector<CpuProgress> cpus;
};

struct RecordProgress
{
    TimeNs time = 0; ///< CLOCK_MONOTONIC.
    std::vector<InstanceProgress> instances;
};

struct Warning
{
    std::string text;
};

struct RecorderError
{
    std::string request; ///< Type of the message that failed.
    std::string path; ///< JSON pointer into the request; may be empty.
    std::string text;
    std::string kernel; ///< What the kernel said; may be empty.
    std::int64_t caret = -1; ///< Byte of the value that `path` names; -1: not known.
};

enum class StopReason : std::uint8_t {
    Request,
    Duration,
    Trigger,
    NoSpace,
    Disconnected, ///< The recorder lost its client, or the client its recorder.
    Signal,
    Error
};

/// What the kernel counted of a probe of the recording.
struct ProbeHits
{
    std::uint32_t instance = 0; ///< Whose it was, in the request.
    std::string group;
    std::string event;
    std::optional<std::uint64_t> hits; ///< Not known of fprobes, tracepoint and event probes.
    std::optional<std::uint64_t> misses; ///< Calls that were not noticed.
};

struct Stopped
{
    StopReason reason = StopReason::Request;
    std::string text;
    TimeNs time = 0; ///< CLOCK_MONOTONIC; 0: not known.
    std::vector<InstanceProgress> instances;
    std::vector<ProbeHits> probes;
};

struct MeasuredInstance
{
    std::string name;
    double eventsPerSecond = 0;
    double bytesPerSecond = 0;
    double lost = 0; ///< [0, 1]
    std::uint32_t suggestedBufferKb = 0;
};

struct Measured
{
    std::vector<MeasuredInstance> instances;
};

/// What became of one probe of `check_probes`.
struct CheckedProbe
{
    bool ok = false;
    std::string line; ///< As the kernel reads it, if it has made it.
    std::string part = "line"; ///< What is wrong: "line", "filter", "triggers/0".
    std::string text; ///< A sentence, if it is not ok.
    std::string kernel; ///< What the kernel said; may be empty.
    std::int64_t caret = -1; ///< Byte of that part at which that points; -1: not known.
};

/// The text that CheckedProbe::part names; empty if there is none.
[[nodiscard]] std::string partOf(const ProbeRequest &probe, const std::string &part);

struct CheckedProbes
{
    std::vector<CheckedProbe> probes; ///< As many as were asked about, in their order.
    std::optional<DurationNs> set; ///< For so long they were there; none: they were not made.
    std::vector<std::string> left; ///< What could not be removed: sentences.
};

/// A second; none where it is not known.
struct ProbeRate
{
    std::optional<double> calls;
    std::optional<double> recorded; ///< Of them: those that the filter lets through.
};

struct MeasuredProbes
{
    std::vector<ProbeRate> probes; ///< As many as were asked about, in their order.
    std::vector<std::string> left; ///< As of CheckedProbes.
};

struct Done
{
    std::string request;
};

struct Feature
{
    std::string name;
    bool available = false;
    std::string reason; ///< Why it is not; a sentence.
};

struct Capabilities
{
    std::string tracefsPath;
    bool tracefsMounted = false;
    bool root = false;
    std::string lockdown; ///< "none", "integrity", "confidentiality"; empty: not known.
    std::string kernel;
    std::uint32_t cpus = 0; ///< Possible ones.
    std::vector<CpuId> online;
    std::uint32_t pageBytes = 4096;
    bool subBufferSizes = false;
    std::uint64_t bufferTotalKb = 0;
    std::uint64_t memoryAvailableKb = 0;
    std::vector<std::pair<std::string, bool>>
        tracers; ///< Name, whether an instance can have it, as far as known.
    std::vector<std::string> clocks;
    std::map<std::string, std::vector<std::string>> events; ///< By system.
    std::map<std::string, bool> options;
    bool functions = false;
    std::vector<Feature> features;
    std::vector<std::pair<std::string, std::string>> enabled; ///< Id, sentence.
    std::vector<std::string> instances;
};

/// A sign of life while an answer takes long; may come at any time.
struct Working
{};

using RecorderMessage
    = std::variant<Hello, Capabilities, Ready, Started, RecordProgress, Warning, RecorderError,
                   Measured, Stopped, CheckedProbes, MeasuredProbes, Done, Working>;

/// Fails with Damaged where it is no message of this protocol. What is left out has the value that
/// stands above.
[[nodiscard]] Result<RecorderMessage> parseMessage(std::string_view json);

/// The text at a JSON pointer into the request ("/instances/0/events/1/filter"); empty if there is
/// none.
[[nodiscard]] std::string textAt(const RecordRequest &request, const std::string &path);

/// The request alone, as an object.
[[nodiscard]] std::string requestText(const RecordRequest &request);
/// {"type": "record", "request": …}
[[nodiscard]] std::string recordMessage(const RecordRequest &request);
/// {"type": "measure", "request": …, "duration_ms": …}
[[nodiscard]] std::string measureMessage(const RecordRequest &request, std::uint32_t durationMs);
/// {"type": "start"}, with the command's pid if there is one.
[[nodiscard]] std::string startMessage(std::optional<Pid> pid);
enum class Description : std::uint8_t { Events, Functions };
/// {"type": "describe", "what": …}
[[nodiscard]] std::string describeMessage(Description what);
/// {"type": TYPE}: of what has no keys ("stop", "capabilities", "release", "clean_up").
[[nodiscard]] std::string plainMessage(std::string_view type);
[[nodiscard]] std::string snapshotMessage(std::uint16_t instance);
[[nodiscard]] std::string markerMessage(std::string_view text);
/// {"type": "check_probes", "probes": […], "make": …}
/// @param make  the kernel makes them and they are removed; else nothing is touched.
[[nodiscard]] std::string checkProbesMessage(const std::vector<ProbeRequest> &probes, bool make);
/// {"type": "measure_probes", "probes": […], "duration_ms": …} @param durationMs  [50, 2000]
[[nodiscard]] std::string measureProbesMessage(const std::vector<ProbeRequest> &probes,
                                               std::uint32_t durationMs);
[[nodiscard]] std::string resetMessage(const std::vector<std::string> &items);

} // namespace thresher::capture
