// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/losslog_p.h"
#include "model/analysis/names_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace thresher {

/// From the hit of a probe at a function's begin (kprobe, fprobe, uprobe: events with __probe_ip)
/// to that function's return (__probe_func and __probe_ret_ip), by task; of the idle task, by CPU.
///
/// - A function that calls itself returns from its last call first. What was entered later than a
///   function that returns has returned as well: without having been recorded.
/// - Where both events have a field `sp`, the stack pointer, a return belongs to the call that
///   began with it, however many returns in between are missing.
/// - Of several events at one function those belong together whose names do: vfs_read__entry and
///   vfs_read__return, p_vfs_read_0 and r_vfs_read_0. Further returns at one moment are no others.
/// - A hit whose return is missing, or made uncertain by a loss of its stream, is unfinished
///   (ProbeValue): it lasts to that loss, to the return of what had called it, to the end of its
///   system call (of the kernel's functions), program or task, or to the trace's. So only do events
///   that were seen to return, or that have a return event by their name; others are no calls.
/// - A return without hit is left out.
/// - They nest by depth, those alone counted that are known to return.
class Probes final : public NoteConsumer
{
public:
    Probes(const IndexSnapshot &index, NoteRules &rules, TrackLog &log);

    /// By ProbeValue::number().
    [[nodiscard]] const std::vector<TrackName> &names() const { return m_names; }

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs end) override;

    static constexpr std::size_t kMaxOpen = 64; ///< Of a task; older ones are forgotten.

private:
    enum What : std::uint16_t { TaskExit, Exec, SyscallExit, Hit };

    struct Function
    {
        std::uint64_t key = 0; ///< The same of its entry and its return.
        std::uint64_t address = 0; ///< 0: no symbol, as in user space, where it varies.
        std::string name;
    };
    struct Open
    {
        OpenPlace place;
        std::uint64_t key = 0;
        std::uint64_t stackPointer = 0; ///< 0: not recorded.
        std::uint32_t number = 0; ///< In m_names.
        std::uint16_t event = 0; ///< In m_events.
        bool isUser = false; ///< Or of the kernel, without symbols.
    };
    /// What returned last, as long as nothing was entered since.
    struct Returned
    {
        std::uint64_t key = 0;
        std::int64_t to = 0;
        std::uint16_t event = 0;
    };
    struct Stack
    {
        std::vector<Open> open;
        std::vector<TrackLog::Handle> tracks; ///< By depth.
        std::optional<Returned> last;
    };
    struct Event
    {
        std::string_view system;
        std::string_view name;
        bool isReturn = false;
        bool hasStackPointer = false;
        bool returns = false; ///< Of an entry: its returns are recorded.
        bool isPaired = false; ///< Of an entry: a return of its partner's was seen.
        std::optional<std::uint16_t> partner; ///< By their names.
    };
    using Opens = std::vector<Open>;

    void findPartners();
    [[nodiscard]] const Function &functionOf(std::uint64_t address);
    [[nodiscard]] std::uint32_t numberOf(std::uint16_t event, const Function &function);
    [[nodiscard]] Stack &stackOf(std::uint32_t owner);
    void enter(const Note &note, std::uint16_t event);
    void leave(const Note &note, std::uint16_t event);
    [[nodiscard]] std::optional<std::size_t> callOf(const Note &note, std::uint16_t event,
                                                    std::uint64_t key, const Opens &open) const;
    void add(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end, bool isUnfinished);
    /// Adds one that is not known to have returned by `end`, if it is a call.
    void addUnfinished(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end,
                       std::optional<StreamIndex> now);
    /// The same of all that `isOver`, and forgets them.
    template<typename IsOver>
    void close(std::uint32_t owner, Stack &stack, TimeNs end, std::optional<StreamIndex> now,
               IsOver &&isOver);

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    AddressNames m_symbols;
    std::vector<Event> m_events; ///< By NoteRule::what - Hit.
    std::unordered_map<std::uint64_t, Function> m_functions; ///< By address.
    Function m_other; ///< Of what comes after kMost functions.
    std::map<std::pair<std::uint16_t, std::uint64_t>, std::uint32_t> m_numbers;
    std::vector<TrackName> m_names;
    std::vector<std::unique_ptr<Stack>> m_tasks; ///< [tasks], if anything returns.
    std::unordered_map<std::uint32_t, Stack> m_cpus; ///< Of idle tasks, by owner.
    LossLog m_losses;
};

} // namespace thresher
