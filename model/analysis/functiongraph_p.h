// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/losslog_p.h"
#include "model/analysis/names_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace thresher {

/// The functions that each task called, from ftrace:funcgraph_entry and funcgraph_exit, nested by
/// their depth; of the idle task, by its CPU.
///
/// - A call lasts as long as its exit says (rettime - calltime, what trace-cmd prints) and begins
///   at its entry, or earlier where it would end behind its exit else: events are written after a
///   call has begun. On a clock that does not count nanoseconds, and where the exit tells no times,
///   it lasts from one event to the other one.
/// - An exit without entry begins as long before as it says; without that it is left out.
/// - An entry whose exit is missing ends with the first loss of its stream, with the last that its
///   task did before it exited, or with the trace; where its task goes on at its depth, or above,
///   without any of those, it is left out.
class FunctionGraph final : public NoteConsumer
{
public:
    FunctionGraph(const IndexSnapshot &index, NoteRules &rules, TrackLog &log);

    [[nodiscard]] const AddressNames &functions() const { return m_functions; }

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs end) override;

    /// Calls at greater depths are left out; the kernel has 50 levels.
    static constexpr std::size_t kMaxDepth = 64;

private:
    enum What : std::uint16_t { Entry, Exit, TimedExit, TaskExit };
    static constexpr TrackLog::Handle kNoTrack = 0xffffffffU;

    struct Call
    {
        OpenPlace place;
        std::uint64_t function = 0; ///< Its address.
        TrackLog::Handle track = kNoTrack;
        bool isOpen = false;
    };
    struct Stack
    {
        std::size_t depth = 0; ///< No call is open at or below this one.
        TimeNs last = kTimeMin; ///< When something was told of it.
        bool hasExited = false; ///< The task; what is open does not return.
        std::vector<Call> calls; ///< By depth; as deep as it was ever.
    };

    [[nodiscard]] Call *callAt(std::uint32_t owner, std::size_t depth);
    [[nodiscard]] Stack &stackOf(std::uint32_t owner);
    void enter(const Note &note);
    void exit(const Note &note, bool isTimed);
    /// Ends the calls of a stack from a depth on that became uncertain, and forgets the others.
    void unwind(std::uint32_t owner, Stack &stack, std::size_t depth, StreamIndex stream);
    void add(std::uint32_t owner, std::size_t depth, Call &call, TimeRange range, CpuId cpu);

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    bool m_isNanoseconds = true;
    bool m_isAny = false;
    AddressNames m_functions;
    std::vector<std::unique_ptr<Stack>> m_tasks; ///< [tasks]; of those that called anything.
    std::unordered_map<std::uint32_t, Stack> m_cpus; ///< Of idle tasks, by owner.
    LossLog m_losses;
};

} // namespace thresher
