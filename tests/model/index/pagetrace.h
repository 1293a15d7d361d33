// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/io/tracefile.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace thresher::test {

/// A trace.dat of version 6 whose pages are laid down one by one, so that a test says exactly what
/// is in each: losses, times that go backwards, bytes that make no sense.
///
/// Its events: sched_switch, irq_handler_entry and _exit, softirq_entry and _exit, task_rename,
/// task_newtask, sched_process_exec, and any number of "plain" ones.
class PageTrace
{
public:
    static constexpr std::size_t kPageSize = 4096;

    explicit PageTrace(std::uint32_t cpus, std::uint32_t plainEvents = 4);

    /// Begins a page. Records follow at `time` or later.
    void beginPage(std::uint32_t cpu, std::uint64_t time);
    /// Marks the page as one before which events were lost; −1: not known how many.
    void lostBefore(std::uint32_t cpu, std::int64_t count);
    /// Whether a record of this many bytes of payload fits the page; 16 bytes of stamps included.
    [[nodiscard]] bool fits(std::uint32_t cpu, std::size_t payload) const;

    // Records of the page that is open; one is begun where there is none, or no room. `time` must
    // not be before the one before, on the same page.
    void plain(std::uint32_t cpu, std::uint64_t time, Pid pid, std::uint32_t event = 0);
    void schedSwitch(std::uint32_t cpu, std::uint64_t time, Pid previous, Pid next,
                     const std::string &previousComm = "prev",
                     const std::string &nextComm = "next");
    void irq(std::uint32_t cpu, std::uint64_t time, Pid pid, std::int32_t irq, bool isEntry);
    void softirq(std::uint32_t cpu, std::uint64_t time, Pid pid, std::uint32_t vec, bool isEntry);
    void rename(std::uint32_t cpu, std::uint64_t time, Pid pid, const std::string &comm);
    void newTask(std::uint32_t cpu, std::uint64_t time, Pid parent, Pid child, bool isThread);
    void record(std::uint32_t cpu, std::uint64_t time, const std::vector<std::byte> &payload);
    /// A record head that no kernel writes, so that the rest of the page makes no sense.
    void garbage(std::uint32_t cpu);

    void saveComm(Pid pid, const std::string &comm);

    /// The whole file.
    [[nodiscard]] std::vector<std::byte> bytes() const;
    /// The trace, which keeps its bytes.
    [[nodiscard]] std::shared_ptr<const TraceFile> open() const;

private:
    struct Page
    {
        std::uint64_t time = 0;
        std::optional<std::int64_t> lost;
        std::vector<std::byte> data;
        std::uint64_t last = 0;
    };

    Page &pageFor(std::uint32_t cpu, std::uint64_t time, std::size_t payload);

    std::vector<std::vector<Page>> m_cpus;
    std::uint32_t m_plainEvents;
    std::string m_comms;
};

} // namespace thresher::test
