// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/snapshot.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The command line that needs no window and no Qt: info, events, latency, stats,
/// bench, help.
namespace thresher {

struct Analysis;
struct CommandSpec;

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1; ///< Could not: the file, the disk, …
inline constexpr int kExitUsage = 2;

/// How long frames of one zoom took.
struct FrameTimes
{
    std::string zoom; ///< "fit", "1/3", …, "10us"
    double medianMs = 0;
    double p99Ms = 0;
};

/// What only the program with a window can do; all may be empty.
struct CliHooks
{
    /// Draws the first full frame of a snapshot (1920×1080), for `bench`'s reopen_ms.
    std::function<void(const std::shared_ptr<const IndexSnapshot> &)> drawFirstFrame;
    /// Measures frames at several zooms, for `bench`'s frame_ms.
    std::function<std::vector<FrameTimes>(const std::shared_ptr<const IndexSnapshot> &)>
        measureFrames;
    /// The same with the lanes of 200 tasks, for its task_frame_ms.
    std::function<std::vector<FrameTimes>(const std::shared_ptr<const Analysis> &)>
        measureTaskFrames;
    /// Lines of further commands for --help: "  shot FILE -o OUT.png   …\n".
    std::string furtherCommands;
    /// Those commands' words, for `help COMMAND`. Static.
    std::vector<const CommandSpec *> furtherSpecs;
};

/// Whether runCli() is to be asked: the first argument names one of its commands, or is an option
/// such as --help.
[[nodiscard]] bool isCliCommand(std::span<const std::string> args);

/// Runs a command and prints to stdout; errors are one sentence on stderr.
/// @param args  without the program's name.
/// @returns the exit status: kExitOk, kExitFailed or kExitUsage.
[[nodiscard]] int runCli(std::span<const std::string> args, const CliHooks &hooks);

/// What is missing or wrong since the file is damaged, on stderr, a line each, the first ten. What
/// a ring buffer lost while it recorded is not damage.
void printDamage(const IndexSnapshot &snapshot);

} // namespace thresher
