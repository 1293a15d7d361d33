// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/diagnostics.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"
#include "model/base/types.h"
#include "model/format/ringbuffer.h"
#include "model/format/tracedat.h"
#include "model/io/clock.h"
#include "model/io/eventcatalog.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Opening trace.dat files, versions 6 and 7. Source: trace-cmd's Documentation/trace-cmd/
/// trace-cmd.dat.v6.5.txt and trace-cmd.dat.v7.5.txt.
namespace thresher {

/// Loss counters of one CPU's ring buffer when recording stopped (per_cpu/cpuN/stats).
struct CpuStat
{
    CpuId cpu = 0;
    std::uint64_t entries = 0; ///< Events left in the kernel, not in the file.
    std::uint64_t overrun = 0; ///< Events overwritten before they were read.
    std::uint64_t commitOverrun = 0;
    std::uint64_t droppedEvents = 0;
    std::uint64_t readEvents = 0;
    std::string text; ///< The whole of it, as saved.
};

/// One buffer instance.
struct Instance
{
    std::string name; ///< Empty for the top buffer.
    std::string clock; ///< "local", "mono", "x86-tsc", …
    std::uint32_t pageSize = 0;
    std::vector<CpuStat> cpuStats;
};

/// One CPU of one instance.
struct StreamInfo
{
    std::uint16_t instance = 0; ///< Index in TraceFile::instances().
    CpuId cpu = 0;
    std::uint64_t fileOffset = 0;
    std::uint64_t fileBytes = 0; ///< What lies in the file, cut to its end.
    bool isCut = false; ///< There was more of it than lies in the file.
    Compression compression = Compression::None;
    PageLayout layout;
    ClockTransform clock;
};

/// "pid comm" as saved with the trace; the last of several for one pid wins, as in trace-cmd.
struct SavedTask
{
    Pid pid = 0;
    std::string comm;
    Pid tgid = -1; ///< -1 where the trace does not say.
};

/// An executable mapping of a traced process (option PROCMAPS).
struct ProcessMapping
{
    Pid pid = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::string path;
};

struct Guest
{
    std::string name;
    std::uint64_t traceId = 0;
    std::vector<std::pair<CpuId, Pid>> vcpus; ///< vCPU and the host thread that runs it.
};

struct TraceMetadata
{
    int version = 0; ///< 6 or 7
    bool bigEndian = false;
    std::uint8_t longSize = 8; ///< Of the kernel: 4 or 8.
    std::uint32_t pageSize = 4096;
    Compression compression = Compression::None;
    std::string compressionVersion;
    std::string uname; ///< "Linux HOST 6.1.0 …"; empty if not recorded.
    std::string host; ///< From uname; may be empty.
    std::string kernel; ///< Release, from uname; may be empty.
    std::string recorder; ///< "trace-cmd 3.1.6", "Thresher 0.1.0"; may be empty.
    std::string clock; ///< Of the top instance: "local".
    bool clockIsNanoseconds = true; ///< else times are the clock's ticks ("x86-tsc", "counter").
    std::uint32_t cpuCount
        = 0; ///< CPUs of the machine, as the file says (not only those with data).
    std::uint64_t traceId = 0;
    std::vector<std::string> hooks;
    std::vector<Guest> guests;
    std::vector<SavedTask> savedTasks;
    std::vector<ProcessMapping> mappings;
    std::string_view
        kallsyms; ///< Text; "address type name [module]" lines. Lives with the TraceFile.
    std::string_view printkFormats; ///< Text; "0xaddress : "format"" lines.
    std::string_view headerPage; ///< The text of events/header_page.
};

/// An open trace: everything but the events themselves. Immutable; every method is thread-safe.
class TraceFile
{
public:
    virtual ~TraceFile();
    TraceFile(const TraceFile &) = delete; // views point into it
    TraceFile &operator=(const TraceFile &) = delete;

    /// Opens `path` and reads its metadata; no event is read. What is damaged is left out and
    /// reported in diagnostics(). Fails if it is no trace.dat, of an unknown version, a latency
    /// (text) trace, or so short that nothing can be shown; the error's sentence says which and
    /// what to do. Time: O(metadata), 10 ms for thousands of event formats. Thread: any.
    [[nodiscard]] static Result<std::shared_ptr<const TraceFile>>
    open(const std::filesystem::path &path);

    /// As open(), over bytes in memory, which must outlive the trace. For tests and fuzzing.
    [[nodiscard]] static Result<std::shared_ptr<const TraceFile>>
    fromBytes(std::span<const std::byte> bytes, std::string name);

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; } ///< The whole file.
    [[nodiscard]] const MappedFile *mappedFile() const
    {
        return m_map.get();
    } ///< null: fromBytes()
    [[nodiscard]] const TraceMetadata &metadata() const { return m_metadata; }
    [[nodiscard]] const EventCatalog &events() const { return m_events; }
    [[nodiscard]] std::span<const Instance> instances() const { return m_instances; }
    /// Those with data only, ordered by instance (top first, then as in the file), then CPU. This
    /// is also the order of events of equal time.
    [[nodiscard]] std::span<const StreamInfo> streams() const { return m_streams; }
    /// What was wrong while opening. Later stages add to their own.
    [[nodiscard]] const std::vector<Diagnostic> &diagnostics() const { return m_diagnostics; }
    /// "CPU 3" or "CPU 3 of irqs".
    [[nodiscard]] std::string streamName(StreamIndex stream) const;

protected:
    TraceFile() = default;

    std::filesystem::path m_path;
    std::shared_ptr<const MappedFile> m_map;
    std::span<const std::byte> m_bytes;
    TraceMetadata m_metadata;
    EventCatalog m_events;
    std::vector<Instance> m_instances;
    std::vector<StreamInfo> m_streams;
    std::vector<Diagnostic> m_diagnostics;
};

} // namespace thresher
