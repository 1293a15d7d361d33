// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/recorder/capabilities.h"
#include "capture/recorder/instance.h"
#include "capture/recorder/journal.h"
#include "capture/recorder/pagereader.h"
#include "capture/recorder/plan.h"
#include "capture/recorder/strictjson.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace thresher::capture {

/// One recording, from setting up to putting back. Ends with all put back, whatever happens. Not
/// thread-safe.
class Recording
{
public:
    struct Context
    {
        Tracefs &tracefs;
        Channel &channel;
        const Machine &machine;
        std::string journalFolder;
        std::optional<Client> client; ///< Whom threads become that write files.
        int wakeUp; ///< An eventfd that is written when reading failed.
    };

    /// Sets everything up, tracing off. A refusal leaves the kernel as it was.
    [[nodiscard]] static Checked<std::unique_ptr<Recording>> arm(const Context &context, Plan plan);
    ~Recording();
    Recording(const Recording &) = delete; // one owner of what is to be put back
    Recording &operator=(const Recording &) = delete;

    [[nodiscard]] const Plan &plan() const { return m_plan; }
    [[nodiscard]] const std::vector<Instance> &instances() const { return m_instances; }
    [[nodiscard]] Json describe() const; ///< The message `ready`.
    /// Sentences for the user about what was set up: probes that are hit very often.
    [[nodiscard]] const std::vector<std::string> &warnings() const { return m_warnings; }
    /// Of all probes, what the kernel has counted: "probes" of the message `stopped`.
    [[nodiscard]] Json probeHits() const;

    /// The file that pages of (instance, cpu) go into.
    [[nodiscard]] Checked<void> addFile(std::uint16_t instance, CpuId cpu, UniqueFd file);
    /// @param reading  pages are read; else only what happens is counted.
    [[nodiscard]] Checked<void> start(std::optional<Pid> command, bool reading);

    /// State and counters of all instances, as in `progress`; rates since the last call.
    [[nodiscard]] Json counters();
    /// "measured": rates since start().
    [[nodiscard]] Json measured();
    /// Lets buffers of ring mode grow to the time that they are to hold, and notices the first
    /// losses.
    /// @returns sentences for the user.
    [[nodiscard]] std::vector<std::string> adapt();
    /// A trigger has turned tracing off somewhere.
    [[nodiscard]] bool isSomeOff() const;
    /// Why pages could not be kept, if so.
    [[nodiscard]] std::optional<Error> readFailure() const;
    [[nodiscard]] std::uint64_t bytesLost() const;

    /// Moves what rings hold now to where pages go. @returns whether there is a ring.
    bool readRings();
    [[nodiscard]] Result<void> snapshot(std::size_t instance);
    [[nodiscard]] Result<void> mark(const std::string &text);

    /// Turns tracing off. @param drain  and moves all that is there to the files.
    void stop(bool drain);
    /// Sentences of what could not be put back; that stays in the journal.
    [[nodiscard]] std::vector<std::string> putBack();

private:
    using Clock = std::chrono::steady_clock;
    /// What goes with instances[i].
    struct Readers
    {
        std::vector<UniqueFd> files; ///< Of each CPU; those that were not given are invalid.
        std::unique_ptr<PageReader> reader;
        std::vector<CpuCounters> last;
        bool lossIsTold = false;
    };

    Recording(const Context &context, Plan plan, Journal journal);
    [[nodiscard]] Checked<void> setUp();
    [[nodiscard]] Checked<void> setUpProbes();
    void measureProbes();
    [[nodiscard]] Checked<void> openReaders();
    [[nodiscard]] std::string adaptRing(Instance &instance, const Readers &readers);

    Context m_context;
    Plan m_plan;
    Journal m_journal;
    std::vector<Instance> m_instances;
    std::vector<Readers> m_readers;
    std::vector<std::string> m_warnings;
    Clock::time_point m_lastCounted;
    Clock::time_point m_started;
};

/// Nanoseconds of CLOCK_MONOTONIC.
[[nodiscard]] TimeNs monotonicNow();

} // namespace thresher::capture
