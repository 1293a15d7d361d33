// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probespec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace thresher::capture {

/// What a kernel has, as far as it is known to whoever asks. Not thread-safe.
class ProbeKernel
{
public:
    ProbeKernel() = default;
    virtual ~ProbeKernel() = default;
    ProbeKernel(const ProbeKernel &) = delete; // a base class
    ProbeKernel &operator=(const ProbeKernel &) = delete;

    enum class Answer : std::uint8_t { No, Yes, Unknown };
    struct Symbol
    {
        Answer exists = Answer::Unknown;
        bool isFunction = true;
        std::uint64_t bytes = 0; ///< 0: not known.
        std::vector<std::string> similar; ///< What the compiler made of it: "NAME.isra.0".
    };

    /// The text of tracefs' README, which tells what may be written; empty: not known.
    [[nodiscard]] virtual const std::string &readme() const = 0;
    /// Of tracefs: "kprobe_events".
    [[nodiscard]] virtual bool hasFile(const std::string &name) const = 0;
    [[nodiscard]] virtual bool hasEventProbes() const = 0;
    /// As uname(2) has it: "x86_64"; empty: not known.
    [[nodiscard]] virtual std::string architecture() const = 0;
    /// @param module  empty: of the kernel or any module.
    [[nodiscard]] virtual Symbol symbol(const std::string &module,
                                        const std::string &name) const = 0;
    /// Whether ftrace can see this function: others are notrace.
    [[nodiscard]] virtual Answer isTraceable(const std::string &function) const = 0;
    /// Whether kprobes may stand in functions that are notrace.
    [[nodiscard]] virtual bool probesNotrace() const = 0;
    [[nodiscard]] virtual Answer isBlacklisted(const std::string &function) const = 0;
    /// The fields of an event; nothing where there is no such event.
    [[nodiscard]] virtual std::optional<std::vector<std::string>>
    fields(const std::string &group, const std::string &event) const = 0;
};

/// Whether this kernel will make the probe, as far as can be known without trying. The error stands
/// at the part of the line that the spec was parsed from, and says what would help.
[[nodiscard]] ProbeResult<void> checkProbe(const ProbeSpec &spec, const ProbeKernel &kernel);

} // namespace thresher::capture
