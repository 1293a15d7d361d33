// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/processmaps.h"
#include "capture/recordingsession.h"
#include "capture/wakeup.h"

#include <chrono>
#include <map>
#include <utility>

namespace thresher::capture {

/// What record() does, step by step.
class RecordingSession
{
public:
    RecordingSession(const RecordingPlan &plan, const RecordingCallbacks &callbacks,
                     const std::stop_token &stop, RecordingControl &control);
    ~RecordingSession();
    RecordingSession(const RecordingSession &) = delete; // the control points into it
    RecordingSession &operator=(const RecordingSession &) = delete;

    [[nodiscard]] Result<RecordingResult> run(Progress &assembling);

private:
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> converse();
    [[nodiscard]] Result<void> receive();
    [[nodiscard]] Result<void> take(const Frame &frame);
    [[nodiscard]] Result<void> take(const RecorderMessage &message);
    [[nodiscard]] Result<void> arm(const Ready &ready);
    [[nodiscard]] Result<void> takePages(const Frame &frame);
    [[nodiscard]] Result<void> begin(const Started &started);
    void askToStop();
    void keep(std::string_view name, std::span<const std::byte> bytes, std::uint16_t instance = 0,
              CpuId cpu = 0);
    void warn(const std::string &text);
    void readMaps(bool isEnd);
    void askForHistograms();
    void histogramsCame();
    void takeBlob(const Frame &frame);
    void lose(std::string why);
    void discard();
    [[nodiscard]] RecordingResult finish(Progress &assembling);

    const RecordingPlan &m_plan;
    const RecordingCallbacks &m_callbacks;
    const std::stop_token &m_stop;
    RecordingControl &m_control;
    StopWakeup m_wakeup;

    std::unique_ptr<RecorderProcess> m_recorder;
    std::optional<RecordingFolder> m_folder;
    std::optional<HeldCommand> m_command;
    std::map<std::pair<std::uint16_t, CpuId>, UniqueFd> m_pages; ///< That come in frames.
    ProcessMaps m_maps;
    bool m_wantsMaps = false; ///< Of this machine's processes, for user stacks.
    std::chrono::steady_clock::time_point m_begun;
    std::chrono::steady_clock::time_point m_nextMaps;
    bool m_hasHistograms = false;
    bool m_isAskingForHistograms = false; ///< And has no answer yet.
    std::chrono::steady_clock::time_point m_nextHistograms;
    std::chrono::steady_clock::time_point m_nextKeptHistograms;
    bool m_isRunning = false; ///< Since it has started.
    bool m_isArmed = false;
    bool m_isAskedToStop = false;
    bool m_isDiskFull = false;
    std::chrono::steady_clock::time_point m_lastWord; ///< Of the recorder.
    std::optional<Stopped> m_stopped;
};

} // namespace thresher::capture
