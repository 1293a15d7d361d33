// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/losslog_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <string>
#include <vector>

namespace thresher {

/// The system calls of each task, from raw_syscalls:sys_enter and sys_exit, or syscalls:sys_enter_…
/// and sys_exit_…, or both: then each call is told of twice, and taken once.
///
/// - An exit that fits no entry of its task is left out.
/// - An entry whose exit is missing is unfinished: it lasts up to the first loss of its stream, the
///   end of its task, or the end of the trace; where the next call of the task follows without any
///   of those it is of no length, since nothing tells when it ended.
/// - What execs may come back under another pid, and with the number that the call has in another
///   ABI. On x86-64 that tells which table a task's numbers are of; its children inherit that.
class Syscalls final : public NoteConsumer
{
public:
    Syscalls(const IndexSnapshot &index, NoteRules &rules, TrackLog &log);

    /// As the events recorded so far name them, ascending by call.
    [[nodiscard]] std::vector<SyscallName> names() const;

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs end) override;

private:
    enum What : std::uint16_t { RawEnter, RawExit, NamedExit, TaskExit, Exec, Fork, NamedEnter };
    static constexpr TrackLog::Handle kNoTrack = 0xffffffffU;
    static constexpr std::uint32_t kNotOpen = 0xffffffffU;

    struct Current
    {
        OpenPlace place;
        std::uint32_t call = kNotOpen; ///< As SyscallValue::call().
        std::uint32_t sources = 0; ///< Bits of who told of the entry; see sourceOf().
        TrackLog::Handle track = kNoTrack;
        bool isCompat = false; ///< Of the task.
        bool hasExeced = false; ///< Since the entry.
    };
    struct Named
    {
        std::string_view name; ///< Of the event, which lives with the trace.
        std::int64_t number = -1; ///< Not known before the first one is read.
    };

    [[nodiscard]] Current *current(TaskId task);
    [[nodiscard]] std::uint32_t sourceOf(const Note &note, bool isNamed) const;
    [[nodiscard]] std::uint32_t callOf(std::int64_t number, const Current &current) const;
    void enter(const Note &note, bool isNamed);
    void exit(const Note &note);
    void exec(const Note &note);
    /// The exit is missing. @param end  it was still open then, but for losses.
    void abandon(TaskId task, Current &current, StreamIndex stream, TimeNs end);
    void add(TaskId task, Current &current, TimeNs end, std::uint32_t flags);

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    bool m_isX86 = false; ///< 64 bits.
    std::vector<Current> m_tasks; ///< [tasks], if any event is there.
    std::vector<Named> m_named; ///< By NoteRule::what - NamedEnter.
    std::vector<std::uint32_t> m_sources; ///< [streams] of the unnamed events; see sourceOf().
    LossLog m_losses;
};

} // namespace thresher
