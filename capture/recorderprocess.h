// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/messages.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace thresher::capture {

/// How the recorder becomes root.
enum class Privilege : std::uint8_t {
    Auto, ///< Direct as root, else Sudo, else Pkexec.
    Direct, ///< It is started as it is.
    Sudo, ///< sudo -n: without a question.
    Pkexec, ///< Asks for a password, by the desktop's dialog or on the terminal.
};

struct LaunchOptions
{
    Privilege privilege = Privilege::Auto;
    std::string host; ///< "user@machine" for ssh; empty: this machine.
    std::filesystem::path recorder; ///< Of this machine; empty: findRecorder().
};

/// $THRESHER_RECORDER, else beside this program, else in libexec. Empty if it is nowhere.
[[nodiscard]] std::filesystem::path findRecorder();

/// A recorder that has said hello. Not thread-safe, but for channel().send…().
class RecorderProcess
{
public:
    /// Starts it and waits for its hello, which may take as long as a password. The error says what
    /// to do. Fails with Cancelled when asked to stop.
    [[nodiscard]] static Result<std::unique_ptr<RecorderProcess>>
    launch(const LaunchOptions &options, const std::stop_token &stop);

    RecorderProcess(const RecorderProcess &) = delete; // the channel uses its descriptor
    RecorderProcess &operator=(const RecorderProcess &) = delete;
    /// Ends the conversation and waits, for a while, until the recorder has put all back; unless it
    /// was left before.
    ~RecorderProcess();

    /// Ends the conversation without waiting, now or later: it is up to whoever calls this to look
    /// whether it hasEnded().
    void leave();
    [[nodiscard]] bool hasEnded(); ///< Asks the kernel.
    /// By force. @returns false if this user may not.
    bool kill();

    [[nodiscard]] const Hello &hello() const { return m_hello; }
    [[nodiscard]] Channel &channel() { return m_channel; }
    /// Descriptors can be handed over; else pages come in frames.
    [[nodiscard]] bool passesFiles() const { return m_passesFiles && m_hello.files; }
    /// The next message, for short conversations. Fails if the recorder ends, with its last words,
    /// is not heard of for `patience` (while it works it says so), says an error, or when asked to
    /// stop.
    [[nodiscard]] Result<RecorderMessage>
    ask(std::string_view json, std::chrono::milliseconds patience, const std::stop_token &stop);
    using Blobs = std::map<std::string, std::string>; ///< Bytes by name.
    /// The same of a question that is answered by blobs and a `done`.
    [[nodiscard]] Result<Blobs> askForBlobs(std::string_view json,
                                            std::chrono::milliseconds patience,
                                            const std::stop_token &stop);
    /// What it wrote to stderr, its last 2000 bytes.
    [[nodiscard]] std::string lastWords() const;

private:
    RecorderProcess(UniqueFd socket, UniqueFd errors, Pid pid, bool passesFiles);
    [[nodiscard]] Result<RecorderMessage> nextMessage(std::chrono::milliseconds patience,
                                                      const std::stop_token &stop,
                                                      Blobs *blobs = nullptr);
    [[nodiscard]] static Result<std::unique_ptr<RecorderProcess>>
    start(const std::vector<std::string> &words, bool passesFiles, const std::stop_token &stop);

    UniqueFd m_socket;
    UniqueFd m_errors;
    Pid m_pid;
    bool m_passesFiles;
    Channel m_channel;
    bool m_isLeft = false;
    bool m_hasEnded = false;
    Hello m_hello;
};

/// A sentence or more of an error, with the kernel's words and a line that marks the place in
/// `value`, what the error's path leads to in the request.
[[nodiscard]] Error errorOf(const RecorderError &error, std::string_view value);

} // namespace thresher::capture
