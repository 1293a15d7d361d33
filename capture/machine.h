// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/messages.h"
#include "capture/recorderprocess.h"

#include <chrono>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// What a machine can record, in words: for `thresher doctor` and the Record window alike.
namespace thresher::capture {

/// The longest that a recorder says nothing, not even that it works.
inline constexpr std::chrono::seconds kAnswerPatience{30};

/// A recorder for a look at the machine: nobody is asked for a password. With Privilege::Auto, on
/// this machine, without root and where sudo would ask, it runs as the user, and sees what a user
/// may see. Else as RecorderProcess::launch().
[[nodiscard]] Result<std::unique_ptr<RecorderProcess>> launchUnasked(const LaunchOptions &options,
                                                                     const std::stop_token &stop);

/// The recorder's answer, which must be a T.
template<typename T>
[[nodiscard]] Result<T> answerOf(RecorderProcess &recorder, std::string_view question,
                                 const std::stop_token &stop,
                                 std::chrono::milliseconds patience = kAnswerPatience)
{
    THRESHER_TRY_ASSIGN(const RecorderMessage message, recorder.ask(question, patience, stop));
    if (const auto *value = std::get_if<T>(&message))
        return *value;
    return fail(ErrorKind::Damaged, "The recorder gave an answer to something else.");
}

/// All that a window wants to know of a machine.
struct MachineReport
{
    Hello hello;
    Capabilities capabilities;
    RecorderProcess::Blobs formats; ///< Of all events, by "format:SYSTEM/EVENT".

    /// Empty if it is not known.
    [[nodiscard]] std::string formatOf(const std::string &system, const std::string &event) const;
};
[[nodiscard]] Result<MachineReport> examineMachine(RecorderProcess &recorder,
                                                   const std::stop_token &stop);

/// What stands in the way of everything, and what would help: sentences.
[[nodiscard]] std::vector<std::string> obstaclesOf(const Capabilities &capabilities);

/// Why a feature (capture/README.md) is not available: a sentence. Empty: it is, or the recorder
/// says nothing of it.
[[nodiscard]] std::string whyNot(const Capabilities &capabilities, std::string_view feature);

/// Whether the recorder said that a feature is available.
[[nodiscard]] bool has(const Capabilities &capabilities, std::string_view feature);

struct TracerChoice
{
    std::string name;
    std::string whyNot; ///< Empty: this kernel has it.
    bool inInstance = true; ///< Else it takes the kernel's own buffer.
};
/// The tracers that Linux knows, then whatever else this kernel offers; without "nop".
[[nodiscard]] std::vector<TracerChoice> tracersOf(const Capabilities &capabilities);
/// What a tracer does: a phrase. Empty for one that is not known.
[[nodiscard]] std::string_view tracerText(std::string_view tracer);

struct ClockChoice
{
    std::string name;
    std::string_view text; ///< A phrase; empty for one that is not known.
    std::string whyNot; ///< Empty: this kernel has it.
};
/// The clocks that Linux knows, then whatever else this kernel offers.
[[nodiscard]] std::vector<ClockChoice> clocksOf(const Capabilities &capabilities);

} // namespace thresher::capture
