// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli.h"
#include "app/cli/options.h"
#include "model/base/result.h"
#include "model/filter/filtererror.h"
#include "model/index/traceindex.h"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace thresher {

inline constexpr int kExitInterrupted = 130; ///< By a signal, as shells have it.

[[nodiscard]] int infoCommand(std::span<const std::string> args);
[[nodiscard]] int eventsCommand(std::span<const std::string> args);
[[nodiscard]] int cutCommand(std::span<const std::string> args);
[[nodiscard]] int latencyCommand(std::span<const std::string> args);
[[nodiscard]] int statsCommand(std::span<const std::string> args);
[[nodiscard]] int histCommand(std::span<const std::string> args);
[[nodiscard]] int recordCommand(std::span<const std::string> args);
[[nodiscard]] int probeCommand(std::span<const std::string> args);
[[nodiscard]] int recoverCommand(std::span<const std::string> args);
[[nodiscard]] int doctorCommand(std::span<const std::string> args);
[[nodiscard]] int functionsCommand(std::span<const std::string> args);
[[nodiscard]] int benchCommand(std::span<const std::string> args, const CliHooks &hooks);

[[nodiscard]] const CommandSpec &infoSpec();
[[nodiscard]] const CommandSpec &eventsSpec();
[[nodiscard]] const CommandSpec &cutSpec();
[[nodiscard]] const CommandSpec &latencySpec();
[[nodiscard]] const CommandSpec &statsSpec();
[[nodiscard]] const CommandSpec &histSpec();
[[nodiscard]] const CommandSpec &probeSpec();
[[nodiscard]] const CommandSpec &recoverSpec();
[[nodiscard]] const CommandSpec &doctorSpec();
[[nodiscard]] const CommandSpec &functionsSpec();
[[nodiscard]] const CommandSpec &benchSpec();

/// "thresher: …" on stderr. @returns kExitFailed.
int printError(const Error &error);
/// "thresher events: …" and how to get help, on stderr. @returns kExitUsage.
int printUsageError(const CommandSpec &command, const Error &error);

/// What is wrong with the expression of --filter, and a line that marks where, on stderr. @returns
/// kExitUsage.
int printFilterError(const CommandSpec &command, std::string_view expression,
                     const FilterError &error);
/// Opens a trace and its index, with progress on stderr where that is a terminal and it takes long.
[[nodiscard]] Result<BuiltIndex> openForCommand(const std::filesystem::path &path, bool keepIndex,
                                                const std::stop_token &stop = {});

/// Flushes `to`. An error where it could not all be written (disk full); that nobody reads it any
/// longer (a closed pipe) is none.
[[nodiscard]] Result<void> finishOutput(std::FILE *to = stdout);
/// The last that a command prints. @returns the exit status.
[[nodiscard]] int printText(std::string_view text);
/// The same, of a trace: tells on stderr if its file has shrunk, or could not be read, since it was
/// opened.
[[nodiscard]] int printText(std::string_view text, const TraceFile &trace);

} // namespace thresher
