// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/assemble.h"
#include "capture/heldcommand.h"
#include "capture/messages.h"
#include "capture/recorderprocess.h"
#include "capture/recordingfolder.h"
#include "capture/recordrequest.h"
#include "model/base/progress.h"
#include "model/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace thresher::capture {

struct RecordingPlan
{
    RecordRequest request;
    LaunchOptions launch;
    std::filesystem::path output;
    bool mayReplace = false; ///< A file of that name.
    int version = 7; ///< Of the trace.dat; 6 or 7.
    Compression compression = Compression::None; ///< None or Zstd; version 6 has None only.
    /// Recording ends when it does; when recording ends first, it is asked to end (SIGTERM).
    std::optional<CommandPlan> command;
};

/// All are called on the thread that called record(), may be empty, and hold up the recording's
/// client (not the recorder, which goes on writing pages) while they run.
struct RecordingCallbacks
{
    /// All is set up. From here on the folder's files grow.
    std::function<void(const Ready &, const std::filesystem::path &folder)> ready;
    std::function<void(const Started &)> started;
    std::function<void(const RecordProgress &)> progress;
    std::function<void(const std::string &)> warning;
    /// What an instance's histograms of "SYSTEM/EVENT" count so far: asked for about once a second
    /// while something is recorded, if this is set; and once at the end.
    std::function<void(std::uint16_t instance, const std::string &event, const std::string &text)>
        histograms;
    /// The answer to a command of RecordingControl: its name, and what went wrong, if anything.
    std::function<void(const std::string &command, const std::optional<Error> &)> answered;
    /// Nothing is recorded any longer; the trace is put together next.
    std::function<void(const Stopped &)> stopped;
};

/// Commands to a recording that runs. Thread-safe; without effect before and after.
class RecordingControl
{
public:
    [[nodiscard]] Result<void> snapshot(std::uint16_t instance);
    /// What rings hold now goes into the recording, which goes on: it can be looked at, and is in
    /// the trace besides what they hold in the end. The answer is called "read_rings".
    [[nodiscard]] Result<void> readRings();
    /// Writes a text (≤ 1024 bytes) into the trace, into each of its instances.
    [[nodiscard]] Result<void> mark(std::string_view text);

private:
    friend class RecordingSession;
    [[nodiscard]] Result<void> send(const std::string &json);

    std::mutex m_mutex;
    Channel *m_channel = nullptr;
};

struct RecordingResult
{
    Stopped stopped;
    std::optional<AssembledTrace> trace; ///< None: see `failure`.
    /// Why the trace could not be put together; the recording's folder is kept then.
    std::optional<Error> failure;
    std::filesystem::path folder; ///< Where the recording was; gone if there is a trace.
    std::optional<int> commandStatus; ///< As a shell has it; none: no command, or it still runs.
};

/// Records from begin to end: starts the recorder and the command, keeps all that comes, stops when
/// asked to, when the command ends or when the recorder does, and puts the trace together. Blocks.
/// One recorder that dies is no failure: what it had recorded becomes the trace, and `stopped` says
/// so. Fails, and leaves nothing behind, where nothing was recorded.
///
/// @param assembling  of the trace, at the end.
[[nodiscard]] Result<RecordingResult> record(const RecordingPlan &plan,
                                             const RecordingCallbacks &callbacks,
                                             const std::stop_token &stop, RecordingControl &control,
                                             Progress &assembling);

} // namespace thresher::capture
