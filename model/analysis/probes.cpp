// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probes_p.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace thresher {

namespace {

/// Where a probe at a function's begin may hit: behind endbr64, or at the call of ftrace.
constexpr std::uint64_t kBegin = 16;

} // namespace

Probes::Probes(const IndexSnapshot &index, NoteRules &rules, TrackLog &log)
    : m_index(index)
    , m_log(log)
{
    const auto events = index.trace->events().all();
    bool returns = false;
    for (const EventFormat &event : events)
        returns |= rules.add(this, Return, event, {"__probe_func", "__probe_ret_ip", ""});
    if (!returns)
        return;
    constexpr std::size_t kMostEvents = std::numeric_limits<std::uint16_t>::max() - Entry;
    for (const EventFormat &event : events) {
        const auto what = static_cast<std::uint16_t>(Entry + m_events.size());
        if (m_events.size() < kMostEvents && rules.add(this, what, event, {"__probe_ip", "", ""}))
            m_events.push_back({event.name});
    }
    rules.add(this, TaskExit, "sched", "sched_process_exit", {"", "", ""});
    rules.add(this, Exec, "sched", "sched_process_exec", {"", "", ""});
    m_tasks.resize(index.tasks->size());
}

Probes::Stack &Probes::stackOf(std::uint32_t owner)
{
    if (isCpuOwner(owner))
        return m_cpus[owner];
    std::unique_ptr<Stack> &stack = m_tasks[owner];
    if (!stack)
        stack = std::make_unique<Stack>();
    return *stack;
}

const Probes::Function &Probes::functionOf(std::uint64_t address)
{
    const auto known = m_functions.find(address);
    if (known != m_functions.end())
        return known->second;
    if (m_functions.size() >= AddressNames::kMost) {
        m_other.key = address;
        return m_other;
    }
    Function function{address, 0, m_symbols.symbol(m_index.trace, address)};
    if (!function.name.empty()) {
        std::uint64_t offset = 0;
        const std::size_t plus = function.name.find("+0x");
        if (plus != std::string::npos) {
            const char *const end = function.name.data() + function.name.size();
            std::from_chars(function.name.data() + plus + 3, end, offset, 16);
        }
        if (offset <= kBegin) {
            function.key -= offset;
            if (plus != std::string::npos)
                function.name.erase(plus, function.name.find(' ', plus) - plus);
        }
        function.address = function.key;
    }
    return m_functions.emplace(address, std::move(function)).first->second;
}

std::uint32_t Probes::numberOf(std::uint16_t event, const Function &function)
{
    const auto [at, isNew] = m_numbers.try_emplace({event, function.address},
                                                   static_cast<std::uint32_t>(m_names.size()));
    if (isNew) {
        m_names.push_back({function.address, function.address != 0
                                                 ? function.name
                                                 : std::string(m_events[event].name)});
    }
    return at->second;
}

void Probes::enter(const Note &note, std::uint16_t event)
{
    const std::uint32_t owner = ownerOf(note);
    Stack &stack = stackOf(owner);
    if (stack.open.size() >= kMaxOpen) {
        std::erase_if(stack.open,
                      [this](const Open &open) { return !m_events[open.event].returns; });
        if (stack.open.size() >= kMaxOpen)
            stack.open.erase(stack.open.begin());
    }
    const Function &function = functionOf(static_cast<std::uint64_t>(note.fields[0]));
    stack.open.push_back({{note.time, note.stream, m_losses.count(note.stream)},
                          function.key,
                          numberOf(event, function),
                          event,
                          function.address == 0});
}

void Probes::add(std::uint32_t owner, Stack &stack, std::size_t at, TimeNs end)
{
    const Open &open = stack.open[at];
    const auto below = std::count_if(
        stack.open.begin(), stack.open.begin() + static_cast<std::ptrdiff_t>(at),
        [this](const Open &other) { return m_events[other.event].returns; });
    // One that is found to return for the first time was not counted by those within.
    for (auto depth = static_cast<std::size_t>(below); depth < kMaxOpen; ++depth) {
        while (stack.tracks.size() <= depth) {
            const auto number = static_cast<std::uint16_t>(stack.tracks.size());
            stack.tracks.push_back(m_log.track({TrackClass::Probe, 0, owner, number}));
        }
        if (m_log.endOf(stack.tracks[depth]) <= open.place.begin) {
            m_log.add(stack.tracks[depth], {open.place.begin, end, open.number},
                      m_index.trace->streams()[open.place.stream].cpu);
            return;
        }
    }
}

void Probes::leave(const Note &note)
{
    const std::uint32_t owner = ownerOf(note);
    Stack &stack = stackOf(owner);
    const std::uint64_t key = functionOf(static_cast<std::uint64_t>(note.fields[0])).key;
    const auto found = std::find_if(stack.open.rbegin(), stack.open.rend(),
                                    [key](const Open &open) { return open.key == key; });
    if (found == stack.open.rend())
        return;
    m_events[found->event].returns = true;
    const auto at = static_cast<std::size_t>(stack.open.rend() - found) - 1;
    if (found->place.certainUntil(m_losses, note.stream) == kTimeMax)
        add(owner, stack, at, note.time);
    stack.open.resize(at);
}

void Probes::take(const Note &note, const NoteRule &rule)
{
    if (toIndex(note.task) >= m_tasks.size())
        return;
    switch (rule.what) {
    case Return:
        leave(note);
        return;
    case TaskExit:
        if (note.task != kIdleTask)
            stackOf(ownerOfTask(note.task)).open.clear();
        return;
    case Exec: // another program: nothing of the last one returns
        if (note.task != kIdleTask)
            std::erase_if(stackOf(ownerOfTask(note.task)).open,
                          [](const Open &open) { return open.isUser; });
        return;
    default:
        enter(note, static_cast<std::uint16_t>(rule.what - Entry));
        return;
    }
}

void Probes::lose(StreamIndex stream, TimeRange range)
{
    if (!m_tasks.empty())
        m_losses.add(stream, range.begin);
}

} // namespace thresher
