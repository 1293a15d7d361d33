// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/nametable.h"
#include "model/base/types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

/// What the probe editor lists at its left, and what is chosen there. Plain data; thread: any.
namespace thresher::ui {

/// Something that a probe can be set on, by names that outlive the program.
struct PlaceRef
{
    enum class Kind : std::uint8_t {
        KernelFunction,
        Syscall, ///< `name`: "openat".
        Tracepoint, ///< `name`: "sched:sched_switch".
        ProgramFunction, ///< `name` in the file `program`.
        PreparedProbe, ///< `name`: "libc:setjmp", of the file `program`.
    };
    Kind kind = Kind::KernelFunction;
    std::string name;
    std::string module; ///< Of a kernel function; empty: the kernel's, or not known.
    std::string program; ///< A path by which this program finds the file.
    std::string root; ///< "/proc/PID/root", where a container's debug files are; else empty.
    /// Which of those of this name, in the program's own address space; 0: that which programs get.
    std::uint64_t address = 0;
    /// Where a line of source begins within it, as `address`; 0: its entry is meant.
    std::uint64_t line = 0;
    bool isByFprobe = false; ///< Of a kernel function: by ftrace, not by a kprobe.
    friend bool operator==(const PlaceRef &, const PlaceRef &) = default;
};

/// A list that is shown: of a kind, or of what was opened within it.
struct PlaceFolder
{
    enum class Kind : std::uint8_t { Kernel, Syscall, Tracepoint, Program, Process };
    Kind kind = Kind::Kernel;
    Pid process = 0; ///< Whose images are listed; of Process.
    std::string program; ///< Whose functions are listed; of Program and Process.
    std::string root; ///< As of PlaceRef.
    friend bool operator==(const PlaceFolder &, const PlaceFolder &) = default;
};

/// What a row stands for.
struct PlaceEntry
{
    std::string note; ///< What is to be read second: "module ext4", "/usr/bin".
    std::string whyNot; ///< A sentence's part; empty: it can be chosen.
    PlaceRef place;
    PlaceFolder folder; ///< Of one that opens.
    bool opens = false; ///< It leads to another list.
};

/// Names in their order, searched while one types. Immutable.
struct PlaceList
{
    std::shared_ptr<const capture::NameTable> names;
    std::function<PlaceEntry(capture::NameTable::Row)> entry; ///< Thread-safe.
};

} // namespace thresher::ui
