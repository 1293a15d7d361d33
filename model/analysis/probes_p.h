// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/losslog_p.h"
#include "model/analysis/names_p.h"
#include "model/analysis/notes_p.h"
#include "model/analysis/tracklog_p.h"

#include <map>
#include <memory>
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
/// - A hit without return, and a return without hit, are left out; so is what a loss of its stream
///   makes uncertain.
/// - They nest by depth, those alone counted that are known to return.
class Probes final : public NoteConsumer
{
public:
    Probes(const IndexSnapshot &index, NoteRules &rules, TrackLog &log);

    /// By value of slices.
    [[nodiscard]] const std::vector<TrackName> &names() const { return m_names; }

    void take(const Note &note, const NoteRule &rule) override;
    void lose(StreamIndex stream, TimeRange range) override;
    void resume(const Note & /*note*/) override {}
    void finish(TimeNs /*end*/) override {}

    static constexpr std::size_t kMaxOpen = 64; ///< Of a task; older ones are forgotten.

private:
    enum What : std::uint16_t { Return, TaskExit, Exec, Entry };

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
        std::uint32_t number = 0; ///< In m_names.
        std::uint16_t event = 0; ///< In m_events.
        bool isUser = false; ///< Or of the kernel, without symbols.
    };
    struct Stack
    {
        std::vector<Open> open;
        std::vector<TrackLog::Handle> tracks; ///< By depth.
    };
    struct Event
    {
        std::string_view name;
        bool returns = false; ///< A return from where it hit was seen.
    };

    [[nodiscard]] const Function &functionOf(std::uint64_t address);
    [[nodiscard]] std::uint32_t numberOf(std::uint16_t event, const Function &function);
    [[nodiscard]] Stack &stackOf(std::uint32_t owner);
    void enter(const Note &note, std::uint16_t event);
    void leave(const Note &note);
    void add(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end);

    const IndexSnapshot &m_index;
    TrackLog &m_log;
    AddressNames m_symbols;
    std::vector<Event> m_events; ///< By NoteRule::what - Entry.
    std::unordered_map<std::uint64_t, Function> m_functions; ///< By address.
    Function m_other; ///< Of what comes after kMost functions.
    std::map<std::pair<std::uint16_t, std::uint64_t>, std::uint32_t> m_numbers;
    std::vector<TrackName> m_names;
    std::vector<std::unique_ptr<Stack>> m_tasks; ///< [tasks], if anything returns.
    std::unordered_map<std::uint32_t, Stack> m_cpus; ///< Of idle tasks, by owner.
    LossLog m_losses;
};

} // namespace thresher
