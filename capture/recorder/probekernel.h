// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/probes/probecheck.h"
#include "capture/recorder/capabilities.h"
#include "capture/recorder/tracefs.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace thresher::capture {

/// This machine's kernel. What it is asked for is read once.
class MachineProbeKernel final : public ProbeKernel
{
public:
    /// Both outlive it.
    MachineProbeKernel(const Tracefs &tracefs, const Machine &machine);

    [[nodiscard]] const std::string &readme() const override { return m_readme; }
    [[nodiscard]] bool hasFile(const std::string &name) const override;
    [[nodiscard]] bool hasEventProbes() const override;
    [[nodiscard]] std::string architecture() const override;
    [[nodiscard]] Symbol symbol(const std::string &module, const std::string &name) const override;
    [[nodiscard]] Answer isTraceable(const std::string &function) const override;
    [[nodiscard]] bool probesNotrace() const override;
    [[nodiscard]] Answer isBlacklisted(const std::string &function) const override;
    [[nodiscard]] std::optional<std::vector<std::string>>
    fields(const std::string &group, const std::string &event) const override;

private:
    const Tracefs &m_tracefs;
    const Machine &m_machine;
    std::string m_readme;
    mutable std::optional<std::string> m_kallsyms;
    mutable std::optional<std::set<std::string, std::less<>>> m_traceable;
    mutable std::optional<std::set<std::string, std::less<>>> m_blacklist;
};

} // namespace thresher::capture
