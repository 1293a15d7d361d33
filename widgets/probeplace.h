// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>

#include <cstdint>

namespace thresher::ui {

/// Something in a view that a probe can be set on: a function of a stack, a slice, a system call.
/// The views name it; who has the probe editor opens it there.
struct ProbePlace
{
    enum class Kind : std::uint8_t {
        KernelFunction, ///< `name`, of `module` or anywhere.
        Syscall, ///< `name`: "openat".
        Tracepoint, ///< `name`: "sched:sched_switch".
        ProgramFunction, ///< `name` in the file `program`; empty: the whole file.
    };
    Kind kind = Kind::KernelFunction;
    QString name;
    QString module; ///< Of a kernel function; empty: not known.
    QString program; ///< A path, as the traced machine calls it.
};

} // namespace thresher::ui
