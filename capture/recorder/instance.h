// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/journal.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/tracefs.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// Counters of one CPU's buffer (per_cpu/cpuN/stats).
struct CpuCounters
{
    std::uint64_t entries = 0; ///< In the buffer now.
    std::uint64_t overrun = 0; ///< Overwritten before they were read.
    std::uint64_t bytes = 0; ///< In the buffer now.
    std::uint64_t dropped = 0; ///< Not written since the buffer was full.
    std::uint64_t read = 0;
    double seconds = 0; ///< From the oldest event in the buffer until now; 0: not known.

    [[nodiscard]] std::uint64_t recorded() const { return entries + read; }
    /// All that happened.
    [[nodiscard]] std::uint64_t all() const { return recorded() + overrun + dropped; }
};
[[nodiscard]] CpuCounters parseCounters(std::string_view text);

/// A buffer that is set up as planned, with tracing off: an instance of its own, or, for a tracer
/// that has no other place, the kernel's top buffer if nobody uses that. It is the journal that
/// puts all back; this object undoes nothing.
class Instance
{
public:
    /// Makes and fills it. A refusal may leave a part of it: undo the journal then.
    [[nodiscard]] static Checked<Instance> setUp(Tracefs &tracefs, Journal &journal,
                                                 const PlannedInstance &plan, std::string name);

    [[nodiscard]] const std::string &name() const { return m_name; }
    [[nodiscard]] const std::string &folder() const { return m_folder; } ///< "" or with a slash.
    [[nodiscard]] bool isTop() const { return m_folder.empty(); }
    [[nodiscard]] const PlannedInstance &plan() const { return m_plan; }
    [[nodiscard]] const std::vector<CpuId> &cpus() const { return m_cpus; }
    [[nodiscard]] std::uint32_t bufferKb() const { return m_bufferKb; } ///< As the kernel made it.
    [[nodiscard]] std::uint32_t subBufferBytes() const { return m_subBufferBytes; }

    [[nodiscard]] std::string cpuFile(CpuId cpu, std::string_view file) const;
    [[nodiscard]] std::string stats(CpuId cpu) const;
    [[nodiscard]] bool isOn() const;
    [[nodiscard]] Result<void> setOn(bool on);
    /// Events of this process too; see InstanceRequest::command.
    [[nodiscard]] Checked<void> addPid(Pid pid);
    /// Its filter and its triggers; enables nothing. A refusal has the path of what is wrong.
    [[nodiscard]] Checked<void> setEvent(const PlannedEvent &event);
    /// Kilobytes for each CPU. The kernel stops tracing meanwhile.
    [[nodiscard]] Result<void> resize(std::uint32_t bufferKb);

private:
    using Write = Tracefs::Write;
    Instance(Tracefs &tracefs, Journal &journal, const PlannedInstance &plan);
    [[nodiscard]] Checked<void> makeBuffer(std::string name);
    [[nodiscard]] Checked<void> takeTopBuffer();
    [[nodiscard]] Checked<void> setBuffers();
    [[nodiscard]] Checked<void> setOptions();
    [[nodiscard]] Checked<void> setPids();
    [[nodiscard]] Checked<void> setEvents();
    [[nodiscard]] Checked<void> setHistogram(const PlannedHistogram &histogram);
    [[nodiscard]] Result<void> noteTrigger(const std::string &folder, const std::string &text);
    [[nodiscard]] Result<void> setCounting(bool on);
    [[nodiscard]] Checked<void> setFunctions();
    [[nodiscard]] Checked<void>
    setList(const std::string &file, const std::vector<std::string> &globs, const std::string &key);
    [[nodiscard]] Checked<void> setTracer();

    /// Writes a file of this instance. @param key  of the request: "/clock".
    [[nodiscard]] Checked<void> set(const std::string &file, const std::string &value,
                                    const std::string &key, Write how = Write::Truncate);
    /// Writes a file that exists in the instance, or else the kernel's only one, noting the latter.
    [[nodiscard]] Checked<void> setAnywhere(const std::string &file, const std::string &value,
                                            const std::string &key, Write how = Write::Truncate);
    [[nodiscard]] Checked<void> write(const std::string &path, const std::string &value,
                                      const std::string &requestPath, Write how);

    Tracefs *m_tracefs;
    Journal *m_journal;
    PlannedInstance m_plan;
    std::string m_name;
    std::string m_folder;
    std::vector<CpuId> m_cpus;
    std::uint32_t m_bufferKb = 0;
    std::uint32_t m_subBufferBytes = 0;
};

/// What puts a file of tracefs back as it is now: the choice in brackets, or the text; nothing (an
/// empty list) for what the kernel says of an empty one.
[[nodiscard]] std::string restorableValue(const Tracefs &tracefs, const std::string &path);

/// Why the kernel refused `value`: the last entry of an error_log that is about it.
[[nodiscard]] Refusal explainRefusal(const std::string &errorLog, const std::string &value,
                                     Refusal refusal);

} // namespace thresher::capture
