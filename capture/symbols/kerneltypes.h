// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/btf.h"
#include "capture/symbols/eventfields.h"
#include "capture/symbols/functiondescription.h"
#include "capture/symbols/kernelfunctions.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// What the running kernel's types tell of its functions, read when it is first asked for: 30 ms
/// and 6 MB for the kernel, less for a module. For one thread.
class KernelTypes
{
public:
    /// @param events  the folder "events" of tracefs, for system calls.
    KernelTypes(KernelFiles files, std::string events, Machine machine = hostMachine());

    /// Parameters and result of a function, by BTF; of a system call's function the parameters of
    /// the call; else as of one of which nothing is known. O(log n) once the types are read.
    [[nodiscard]] FunctionDescription describe(std::string_view function,
                                               std::string_view module = {});
    /// nullptr: the kernel has none (CONFIG_DEBUG_INFO_BTF); error() says why.
    [[nodiscard]] std::shared_ptr<const Btf> types(std::string_view module = {});
    [[nodiscard]] const std::string &error() const { return m_error; }
    /// The fields of a tracepoint, as event probes take them; empty: there is none, or it may not
    /// be read.
    [[nodiscard]] std::vector<EventField> eventFields(std::string_view system,
                                                      std::string_view event) const;

private:
    KernelFiles m_files;
    std::string m_events;
    Machine m_machine;
    std::map<std::string, std::shared_ptr<const Btf>, std::less<>> m_types; ///< By module.
    std::string m_error;
};

} // namespace thresher::capture
