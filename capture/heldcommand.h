// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"
#include "model/base/types.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace thresher::capture {

/// A command that is run while it is recorded.
struct CommandPlan
{
    std::vector<std::string> words; ///< The program, found as a shell finds it, and its arguments.
    std::filesystem::path directory; ///< Empty: this program's.
    std::vector<std::pair<std::string, std::string>> environment; ///< Added, or instead.
    /// As whom it runs, with that one's groups and home; only root can. Empty: as this program.
    std::string user = {};
};

/// A child that waits before it becomes the command, so that recording can begin first. Runs as
/// whoever runs this program, unless the plan names a user. Ends at once if this program dies
/// before release(). Not thread-safe.
class HeldCommand
{
public:
    /// Fails if the program or the user is not found, or if it may not run as that one.
    [[nodiscard]] static Result<HeldCommand> hold(const CommandPlan &plan);
    HeldCommand(HeldCommand &&other) noexcept;
    HeldCommand &operator=(HeldCommand &&) = delete;
    HeldCommand(const HeldCommand &) = delete; // one owner ends it once
    HeldCommand &operator=(const HeldCommand &) = delete;
    /// Ends a child that was never released; else waits for nobody.
    ~HeldCommand();

    [[nodiscard]] Pid pid() const { return m_pid; }
    /// Lets it run. Fails if it cannot.
    [[nodiscard]] Result<void> release();
    /// Readable once it has ended; for poll().
    [[nodiscard]] int endFd() const { return m_pidFd.get(); }
    /// Asks it to end (SIGTERM), if it still runs.
    void terminate();
    /// Its exit status, or 128 and the signal's number; none while it runs.
    [[nodiscard]] std::optional<int> status();

private:
    HeldCommand() = default;

    std::string m_name;
    Pid m_pid = 0;
    UniqueFd m_pidFd;
    UniqueFd m_gate; ///< What is written here lets it run.
    UniqueFd m_failure; ///< Says why exec() failed.
    std::optional<int> m_status;
};

} // namespace thresher::capture
