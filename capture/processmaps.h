// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/types.h"

#include <map>
#include <string>

namespace thresher::capture {

/// Where programs and libraries lie in the memory of processes, so that the addresses of their
/// stacks can be named later. Only what /proc shows to this user. Not thread-safe.
class ProcessMaps
{
public:
    /// Reads the maps of a process and of all that it has started. What has ended keeps what was
    /// read before. O(processes of the machine).
    void readTree(Pid root);
    void readAll();
    /// The text of the option PROCMAPS; empty if nothing was read.
    [[nodiscard]] std::string text() const;

private:
    void read(Pid pid);

    std::map<Pid, std::string> m_maps; ///< Each the process's part of the text.
};

} // namespace thresher::capture
