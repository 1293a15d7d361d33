// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/probes/probecheck.h"
#include "capture/recorder/capabilities.h"
#include "capture/recorder/heartbeat.h"
#include "capture/recorder/recording.h"
#include "capture/recorder/strictjson.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace thresher::capture {

/// The recorder's side of the conversation (capture/README.md): one thread that answers messages
/// and tells of progress, until the client is gone. Whatever ends it, all is put back.
class Session
{
public:
    struct Setup
    {
        Tracefs *tracefs = nullptr; ///< Null if it cannot be reached: nothing can be recorded then.
        Machine machine;
        std::string journalFolder = Journal::kFolder;
        std::optional<Client> client; ///< See Recording::Context.
        int signals = -1; ///< A signalfd of those that end the session; -1: none.
        /// Between two signs of life while a message takes long.
        std::chrono::milliseconds heartbeat{2000};
    };

    Session(Channel &channel, Setup setup);

    /// Until the end of the stream, or a signal. Fails if what comes is no sequence of frames.
    [[nodiscard]] Result<void> run();

private:
    using Clock = std::chrono::steady_clock;
    enum class State : std::uint8_t { Idle, Ready, Recording, Measuring };
    enum class Wake : std::uint8_t { Input, Signal, ReadFailure, Time };

    [[nodiscard]] Wake wait();
    [[nodiscard]] int timeout() const;
    void onTime();
    void onReadFailure();
    void handle(Frame frame);
    void handleMessage(std::string_view text);
    [[nodiscard]] Checked<void> handleMessage(const std::string &type, StrictObject &message);
    [[nodiscard]] Checked<void> tellAbout(StrictObject &message);
    [[nodiscard]] Checked<void> record(StrictObject &message);
    [[nodiscard]] Checked<void> measure(StrictObject &message);
    [[nodiscard]] Checked<void> start(StrictObject &message);
    [[nodiscard]] Checked<void> snapshot(StrictObject &message);
    [[nodiscard]] Checked<void> readRings(StrictObject &message);
    [[nodiscard]] Checked<void> mark(StrictObject &message);
    [[nodiscard]] Checked<void> histograms(StrictObject &message);
    [[nodiscard]] Checked<void> checkIdle() const;
    [[nodiscard]] Checked<void> reset(StrictObject &message);
    [[nodiscard]] Checked<void> checkProbes(StrictObject &message);
    [[nodiscard]] Checked<void> measureProbes(StrictObject &message);
    [[nodiscard]] Checked<void> cleanUp();
    [[nodiscard]] Checked<void> arm(StrictObject &message);

    void stop(const char *reason, const std::string &text = {});
    void putBack();
    void greet();
    void send(const Json &json);
    void sendRefusal(const std::string &request, const Refusal &refusal);
    void warn(const std::string &text);
    void note(const Result<void> &sent); ///< Whether the client is still there.

    Channel &m_channel;
    Heartbeat m_heartbeat;
    Setup m_setup;
    UniqueFd m_wakeUp; ///< Of reading threads.
    State m_state = State::Idle;
    std::unique_ptr<Recording> m_recording;
    Clock::time_point m_nextProgress;
    std::optional<Clock::time_point> m_end;
    bool m_isConnected = true;
};

/// Undoes all journals that dead recorders left in `folder`.
/// @returns how many, and sentences of what could not be put back.
[[nodiscard]] std::pair<std::size_t, std::vector<std::string>>
undoLeftovers(Tracefs &tracefs, const std::string &folder);

} // namespace thresher::capture
